from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QUndoStack

from lrgui.core.recipe import Recipe
from lrgui.core.trace import Trace
from lrgui.ui.runs import Runs


def make_trace(*groups: str, series: tuple[str, ...] = ("lr",)) -> Trace:
    columns = [np.arange(3.0)] * (len(groups) * len(series))
    return Trace.from_columns(columns, series, groups, 1)


@pytest.fixture
def runs(qapp: object) -> Runs:
    runs = Runs()
    for _ in range(3):
        runs.start(runs.next_id, Recipe(), make_trace("weights", "biases"))
    return runs


def names(runs: Runs) -> list[str]:
    return [run.name for run in runs.all]


def test_runs_are_numbered_and_the_newest_is_selected(runs: Runs) -> None:
    assert names(runs) == ["Run 1", "Run 2", "Run 3"]
    assert runs.selected is not None
    assert runs.selected.name == "Run 3"


def test_a_run_that_never_ended_counts_as_stopped(runs: Runs) -> None:
    assert {run.status for run in runs.all} == {"stopped"}


def test_deleting_can_be_undone_and_puts_the_run_back_in_its_place(runs: Runs) -> None:
    stack = QUndoStack()
    runs.remove(2, stack)
    assert names(runs) == ["Run 1", "Run 3"]
    assert stack.undoText() == "deletion of Run 2"
    stack.undo()
    assert names(runs) == ["Run 1", "Run 2", "Run 3"]
    stack.redo()
    assert names(runs) == ["Run 1", "Run 3"]


def test_an_id_is_never_given_twice_even_when_a_deletion_is_undone(runs: Runs) -> None:
    stack = QUndoStack()
    runs.remove(3, stack)
    runs.start(runs.next_id, Recipe(), make_trace("weights"))
    stack.undo()
    assert sorted(run.id for run in runs.all) == [1, 2, 3, 4]
    assert len({run.colour for run in runs.all}) == 4


def test_renaming_ignores_blanks(runs: Runs) -> None:
    runs.rename(1, "  baseline ")
    runs.rename(2, "   ")
    assert names(runs) == ["baseline", "Run 2", "Run 3"]


def test_a_hidden_run_is_kept_and_another_comes_to_the_front(runs: Runs) -> None:
    runs.set_visible(3, False)
    assert [run.id for run in runs.visible] == [1, 2]
    assert runs.front is not None
    assert runs.front.id == 2
    assert len(runs.all) == 3


def test_the_run_that_was_clicked_stays_selected_while_it_is_hidden(runs: Runs) -> None:
    runs.select(1)
    runs.set_visible(1, False)
    assert (runs.selected, runs.front) == (runs.by_id(1), runs.by_id(3))
    runs.set_visible(1, True)
    assert runs.front == runs.by_id(1)
