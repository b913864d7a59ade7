"""The table of phases: lengths or step numbers, one truth in the recipe."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from lrgui.core.recipe import Scheduler
from lrgui.ui.document import Document
from lrgui.ui.forms.phases_editor import PhasesEditor
from lrgui.ui.forms.scheduler_node import SchedulerNode
from tests.ui.forms.driving import click, focus_on, focused, type_into
from tests.ui.forms.scheduler_driving import COSINE, LINEAR, WARM_UP, sequential

Show = Callable[[QWidget], None]

THREE = sequential((100, 600), WARM_UP, COSINE, LINEAR)


@pytest.fixture
def node(document: Document, show: Show) -> SchedulerNode:
    document.open(replace(document.recipe, scheduler=THREE), None)
    shown = SchedulerNode(document)
    show(shown)
    return shown


@pytest.fixture
def phases(node: SchedulerNode) -> PhasesEditor:
    return node.phases


def milestones(document: Document) -> object:
    assert document.recipe.scheduler is not None
    return document.recipe.scheduler.options["milestones"]


def lines(phases: PhasesEditor) -> list[tuple[str, str, str]]:
    """Return the table as it is read: what is edited, and what is told."""
    return [
        (
            row.name.text(),
            row.start.text() if row.start.isVisible() else row.start_text.text(),
            row.length.text() if row.length.isVisible() else row.length_text.text(),
        )
        for row in phases.rows
    ]


def test_a_phase_that_goes_away_leaves_no_gap(phases: PhasesEditor, document: Document, show: Show) -> None:
    document.replace(replace(document.recipe, scheduler=sequential((100,), WARM_UP, COSINE)), "two phases")
    fresh = SchedulerNode(document)
    show(fresh)
    assert phases.sizeHint() == fresh.phases.sizeHint()


def test_the_table_says_who_is_in_charge_when(phases: PhasesEditor) -> None:
    assert lines(phases) == [
        ("LinearLR", "0", "100"),
        ("CosineAnnealingLR", "100", "500"),
        ("LinearLR", "600", "400, to the end"),
    ]
    assert phases.note.text == "The run has 1\u202f000 scheduler steps."


def test_a_length_shifts_the_later_phases(phases: PhasesEditor, document: Document) -> None:
    widget = type_into(phases.rows[0].length, "50")
    assert focused() is widget
    assert milestones(document) == (50, 550)
    assert lines(phases)[2] == ("LinearLR", "550", "450, to the end")
    assert document.undo_stack.undoText() == "change of the length of LinearLR"
    document.undo()
    assert milestones(document) == (100, 600)
    assert lines(phases)[0] == ("LinearLR", "0", "100")
    assert not document.undo_stack.canUndo()


def test_a_step_number_leaves_the_others_where_they_are(phases: PhasesEditor, document: Document) -> None:
    click(phases.by_start)
    assert not phases.rows[0].start.isVisible()
    type_into(phases.rows[1].start, "250")
    assert milestones(document) == (250, 600)
    assert lines(phases) == [
        ("LinearLR", "0", "250"),
        ("CosineAnnealingLR", "250", "350"),
        ("LinearLR", "600", "400, to the end"),
    ]
    assert document.undo_stack.undoText() == "change of the start of CosineAnnealingLR"
    document.undo()
    assert milestones(document) == (100, 600)


def test_how_phases_are_edited_is_no_matter_of_the_recipe(phases: PhasesEditor, document: Document) -> None:
    before = document.recipe
    click(phases.by_start)
    assert document.recipe == before
    assert not document.dirty
    click(phases.by_length)
    assert phases.rows[0].length.isVisible()


@pytest.mark.parametrize("text", ["600", "0", "x", "1.5"])
def test_a_step_number_beyond_its_neighbours_is_told_beside_it(
    phases: PhasesEditor, document: Document, text: str
) -> None:
    click(phases.by_start)
    widget = focus_on(phases.rows[1].start)
    QTest.keyClick(widget, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(widget, text)
    assert phases.rows[1].note.problem == "Step number must be a whole number from 1 up to 599."
    assert phases.rows[1].note.isVisible()
    assert milestones(document) in ((100, 600), (60, 600), (1, 600), (6, 600))


@pytest.mark.parametrize("text", ["0", "-3", "x"])
def test_a_length_that_cannot_be_is_told_beside_it(phases: PhasesEditor, document: Document, text: str) -> None:
    type_into(phases.rows[1].length, text)
    assert phases.rows[1].note.problem.startswith("Length must be a whole number from 1")
    assert milestones(document) == (100, 600)


def test_arrow_keys_make_a_phase_longer_in_one_undo_step(phases: PhasesEditor, document: Document) -> None:
    widget = focus_on(phases.rows[0].length)
    QTest.keyClick(widget, Qt.Key.Key_Up)
    QTest.keyClick(widget, Qt.Key.Key_Up)
    assert milestones(document) == (120, 620)
    document.undo()
    assert milestones(document) == (100, 600)


def test_a_phase_that_is_pushed_beyond_the_run_says_so(phases: PhasesEditor) -> None:
    type_into(phases.rows[1].length, "900")
    assert lines(phases)[2] == ("LinearLR", "1\u202f000", "begins after the run")


def test_the_table_follows_the_number_of_children(phases: PhasesEditor, document: Document) -> None:
    document.replace(replace(document.recipe, scheduler=sequential((30,), WARM_UP, COSINE)), "fewer")
    assert lines(phases) == [("LinearLR", "0", "30"), ("CosineAnnealingLR", "30", "970, to the end")]
    document.undo()
    assert len(lines(phases)) == 3


def test_a_librarys_class_is_told_by_the_end_of_its_path(phases: PhasesEditor, document: Document) -> None:
    child = Scheduler("timm.scheduler.CosineLRScheduler")
    document.replace(replace(document.recipe, scheduler=sequential((30,), WARM_UP, child)), "a library's")
    assert phases.rows[1].name.text() == "CosineLRScheduler"
    assert phases.rows[1].name.toolTip() == "timm.scheduler.CosineLRScheduler"


def test_tab_goes_from_length_to_length(phases: PhasesEditor) -> None:
    focus_on(phases.rows[0].length)
    QTest.keyClick(focused(), Qt.Key.Key_Tab)
    assert phases.rows[1].length.isAncestorOf(focused())
    assert focused().accessibleName() == "CosineAnnealingLR lasts"
