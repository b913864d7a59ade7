"""What the user changes of recorded runs, each as one step to undo."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtGui import QUndoStack

from lrgui.core.recipe import Recipe
from lrgui.core.trace import Trace
from lrgui.session.values import RecordedRun
from lrgui.ui.run_edits import RunEdits
from lrgui.ui.runs import Runs


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def runs(qapp: object) -> Runs:
    runs = Runs()
    for _ in range(3):
        runs.start(runs.next_id, Recipe(), Trace.from_columns([np.arange(3.0)], ["lr"], ["all"], 1))
    return runs


@pytest.fixture
def stack(qapp: object) -> QUndoStack:
    return QUndoStack()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def edits(runs: Runs, stack: QUndoStack, clock: Clock) -> RunEdits:
    return RunEdits(runs, stack, clock)


def names(runs: Runs) -> list[str]:
    return [run.name for run in runs.all]


def test_deleting_can_be_undone_and_puts_the_run_back_in_its_place(
    runs: Runs, edits: RunEdits, stack: QUndoStack
) -> None:
    edits.remove(runs.all[1:2])
    assert names(runs) == ["Run 1", "Run 3"]
    assert stack.undoText() == "deletion of Run 2"
    stack.undo()
    assert names(runs) == ["Run 1", "Run 2", "Run 3"]
    stack.redo()
    assert names(runs) == ["Run 1", "Run 3"]


def test_several_are_deleted_in_one_step_and_all_come_back_in_their_places(
    runs: Runs, edits: RunEdits, stack: QUndoStack
) -> None:
    edits.remove((runs.all[2], runs.all[0]))
    assert names(runs) == ["Run 2"]
    assert (stack.count(), stack.undoText()) == (1, "deletion of 2 runs")
    runs.start(runs.next_id, Recipe(), Trace.from_columns([np.arange(3.0)], ["lr"], ["all"], 1))
    stack.undo()
    assert names(runs) == ["Run 1", "Run 2", "Run 3", "Run 4"]


def test_an_id_is_never_given_twice_even_when_a_deletion_is_undone(
    runs: Runs, edits: RunEdits, stack: QUndoStack
) -> None:
    edits.remove(runs.all[2:])
    runs.start(runs.next_id, Recipe(), Trace.from_columns([np.arange(3.0)], ["lr"], ["all"], 1))
    stack.undo()
    assert sorted(run.id for run in runs.all) == [1, 2, 3, 4]
    assert len({run.colour for run in runs.all}) == 4


def test_renaming_ignores_blanks(runs: Runs, edits: RunEdits, stack: QUndoStack) -> None:
    edits.rename(1, "  baseline ")
    edits.rename(2, "   ")
    edits.rename(3, "Run 3")
    assert names(runs) == ["baseline", "Run 2", "Run 3"]
    assert (stack.count(), stack.undoText()) == (1, "renaming of Run 1")


def colour_of(run: RecordedRun) -> int:
    return run.colour


def pinned(run: RecordedRun) -> bool:
    return run.pinned


@pytest.mark.parametrize(
    ("edit", "field", "after", "text"),
    [
        (lambda edits, runs: edits.recolour(runs, 5), colour_of, [5, 5, 2], "colour of 2 runs"),
        (lambda edits, runs: edits.pin(runs, True), pinned, [True, True, False], "pinning of 2 runs"),
    ],
)
def test_several_are_changed_in_one_step(
    runs: Runs,
    edits: RunEdits,
    stack: QUndoStack,
    edit: Callable[[RunEdits, tuple[RecordedRun, ...]], None],
    field: Callable[[RecordedRun], object],
    after: list[object],
    text: str,
) -> None:
    before = [field(run) for run in runs.all]
    edit(edits, runs.all[:2])
    assert [field(run) for run in runs.all] == after
    assert (stack.count(), stack.undoText()) == (1, text)
    edit(edits, runs.all[:2])
    assert stack.count() == 1, "no change, no step"
    stack.undo()
    assert [field(run) for run in runs.all] == before


def test_undoing_a_change_leaves_alone_how_the_run_ended_since(runs: Runs, edits: RunEdits, stack: QUndoStack) -> None:
    edits.rename(3, "baseline")
    runs.finish(replace(runs.all[2], status="finished"))
    stack.undo()
    assert (runs.all[2].name, runs.all[2].status) == ("Run 3", "finished")


def test_notes_typed_in_one_go_are_one_step(runs: Runs, edits: RunEdits, stack: QUndoStack, clock: Clock) -> None:
    for end in range(1, 6):
        edits.note(2, "good!"[:end])
        clock.now += 0.3
    assert (stack.count(), stack.undoText()) == (1, "notes of Run 2")
    clock.now += 5
    edits.note(2, "good! Really")
    edits.note(1, "bad")
    assert stack.count() == 3
    for expected in ("good! Really", "good!", ""):
        stack.undo()
        assert runs.all[1].notes == expected
    stack.redo()
    assert runs.all[1].notes == "good!"


def test_notes_typed_and_deleted_again_leave_no_step(runs: Runs, edits: RunEdits, stack: QUndoStack) -> None:
    edits.note(2, "x")
    edits.note(2, "")
    assert not stack.canUndo()


def test_notes_are_typed_without_drawing_the_runs_anew(runs: Runs, edits: RunEdits) -> None:
    drawn: list[int] = []
    runs.changed.connect(lambda: drawn.append(1))
    edits.note(2, "x")
    assert drawn == []
    edits.rename(2, "baseline")
    assert drawn == [1]


def test_every_edit_is_something_to_save(runs: Runs, edits: RunEdits) -> None:
    told: list[int] = []
    runs.edited.connect(lambda: told.append(1))
    edits.note(2, "x")
    edits.pin(runs.all[:1], True)
    edits.remove(runs.all[:1])
    assert len(told) == 3


def test_the_clean_mark_comes_back_with_undo(runs: Runs, edits: RunEdits, stack: QUndoStack) -> None:
    runs.mark_saved(runs.marks)
    for change in (
        lambda: edits.rename(1, "Other"),
        lambda: edits.remove(runs.all[:1]),
        lambda: edits.show(runs.all, False),
        lambda: edits.note(2, "A note."),
    ):
        change()
        assert runs.unsaved
        stack.undo()
        assert not runs.unsaved
        stack.redo()
        assert runs.unsaved
        stack.undo()


def test_rows_recorded_since_are_something_to_save(runs: Runs) -> None:
    run = runs.all[0]
    run.trace.rows -= 1
    runs.mark_saved(runs.marks)
    run.trace.rows += 1
    assert runs.unsaved


def test_what_is_shown_is_undone_under_its_name(runs: Runs, edits: RunEdits, stack: QUndoStack) -> None:
    edits.show(runs.all[:1], False)
    assert stack.undoText() == f"hiding of {runs.all[0].name}"
    edits.show_only(runs.all[:1])
    assert stack.undoText() == f"showing of {runs.all[0].name} alone"
    assert [run.visible for run in runs.all][:2] == [True, False]
    stack.undo()
    assert [run.visible for run in runs.all][:2] == [False, True]
    stack.undo()
    assert all(run.visible for run in runs.all)
