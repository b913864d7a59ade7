"""Ready-made schedules: chosen from a menu, recognised, and edited by their own parameters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from lrgui.core.recipe import Options, Scheduler
from lrgui.core.starts import STARTS
from lrgui.ui.document import Document
from lrgui.ui.forms.editors_text import TypedEditor
from lrgui.ui.forms.scheduler_panel import SchedulerPanel
from lrgui.ui.forms.start_panel import StartPanel
from tests.ui.forms.driving import type_into
from tests.ui.forms.scheduler_driving import COSINE, click_row, sequential

Show = Callable[[QWidget], None]


def warm_up_cosine(warmup: int, total: int) -> Scheduler:
    return sequential(
        (warmup,),
        Scheduler("LinearLR", Options(start_factor=0.01, total_iters=warmup)),
        Scheduler("CosineAnnealingLR", Options(T_max=total - warmup, eta_min=0.0)),
    )


@pytest.fixture
def panel(document: Document, show: Show) -> SchedulerPanel:
    shown = SchedulerPanel(document)
    show(shown)
    return shown


def entries(panel: StartPanel) -> list[QAction]:
    menu = panel.button.menu()
    assert menu is not None
    return menu.actions()


def choose_start(panel: StartPanel, title: str) -> None:
    """Open the menu and choose by the keys."""
    menu = panel.button.menu()
    assert menu is not None
    menu.popup(panel.mapToGlobal(panel.rect().center()))
    action = next(action for action in menu.actions() if action.text() == title)
    menu.setActiveAction(action)
    QTest.keyClick(menu, Qt.Key.Key_Return)


def text_of(panel: StartPanel, name: str) -> str:
    editor = panel.form.row(name).editor
    assert isinstance(editor, TypedEditor)
    return editor.text()


def test_the_menu_lists_every_start_by_family(panel: SchedulerPanel) -> None:
    actions = [action for action in entries(panel.start) if not action.isSeparator()]
    titles = [action.text() for action in actions if action.isEnabled()]
    assert titles == [start.title for start in STARTS.values()]
    assert {"Warm-up + cosine", "Inverse square root (Noam)", "cosine_with_min_lr"} <= set(titles)
    assert [action.text() for action in actions if not action.isEnabled()] == ["Ready-made", "Hugging Face"]


def test_choosing_a_start_replaces_the_schedule_in_one_step(panel: SchedulerPanel, document: Document) -> None:
    document.open(replace(document.recipe, scheduler=None), None)
    before = document.recipe
    choose_start(panel.start, "Warm-up + cosine")
    assert document.recipe.scheduler == warm_up_cosine(50, 1000)
    assert document.undo_stack.undoText() == "choice of Warm-up + cosine"
    assert document.undo_stack.count() == 1
    assert panel.start.heading.isVisible()
    assert panel.tree.isVisible()
    assert panel.selected == ()
    document.undo()
    assert document.recipe == before
    assert not panel.start.isVisible()


def test_every_start_can_be_chosen_and_leaves_no_error(panel: SchedulerPanel, document: Document) -> None:
    for start in STARTS.values():
        choose_start(panel.start, start.title)
        assert document.buildable, f"{start.title}: {document.problems}"
        assert panel.start.shown is start


def test_a_schedule_of_a_family_says_whose_it_is(panel: SchedulerPanel, document: Document) -> None:
    choose_start(panel.start, "linear")
    assert panel.start.heading.text() == "Hugging Face: linear"
    assert document.undo_stack.undoText() == "choice of Hugging Face: linear"


def test_a_parameter_rebuilds_the_tree(panel: SchedulerPanel, document: Document) -> None:
    document.open(replace(document.recipe, scheduler=warm_up_cosine(50, 1000)), None)
    assert text_of(panel.start, "warmup_steps") == "50"
    type_into(panel.start.form.row("warmup_steps").editor, "200")
    assert document.recipe.scheduler == warm_up_cosine(200, 1000)
    assert panel.tree.row_at((1,)).phase == "200–999"
    assert document.undo_stack.undoText() == "change of warmup_steps"
    document.undo()
    assert document.recipe.scheduler == warm_up_cosine(50, 1000)
    assert not document.undo_stack.canUndo()


def test_editing_by_hand_is_read_back_while_it_can_be(panel: SchedulerPanel, document: Document) -> None:
    document.open(replace(document.recipe, scheduler=warm_up_cosine(50, 1000)), None)
    click_row(panel.tree, (1,))
    type_into(panel.node.form.row("T_max").editor, "750")
    assert text_of(panel.start, "total_steps") == "800"
    click_row(panel.tree, (0,))
    type_into(panel.node.form.row("end_factor").editor, "0.5")
    assert not panel.start.isVisible()
    assert panel.selected == (0,)
    document.undo()
    assert panel.start.isVisible()


def test_parameters_that_do_not_fit_together_are_told_beside_the_one_edited(
    panel: SchedulerPanel, document: Document
) -> None:
    document.open(replace(document.recipe, scheduler=warm_up_cosine(50, 1000)), None)
    type_into(panel.start.form.row("warmup_steps").editor, "2000")
    assert panel.start.form.row("warmup_steps").problem() == "total_steps must be more than warmup_steps."
    assert panel.start.form.row("total_steps").problem() == ""
    type_into(panel.start.form.row("total_steps").editor, "2000")
    assert panel.start.form.row("warmup_steps").problem() == ""
    assert panel.start.form.row("total_steps").problem() == "total_steps must be more than warmup_steps."
    type_into(panel.start.form.row("total_steps").editor, "3000")
    assert document.recipe.scheduler == warm_up_cosine(2000, 3000)
    # They fit together now, but not into the run.
    assert panel.start.form.row("total_steps").problem() == ""
    assert "The milestone 2000 is not reached" in panel.start.form.row("warmup_steps").problem()
    document.replace(document.recipe.with_run(steps=3000), "a longer run")
    assert panel.start.form.row("warmup_steps").problem() == ""


def test_a_value_that_cannot_be_is_told_beside_its_field(panel: SchedulerPanel, document: Document) -> None:
    document.open(replace(document.recipe, scheduler=warm_up_cosine(50, 1000)), None)
    type_into(panel.start.form.row("start_factor").editor, "2")
    assert panel.start.form.row("start_factor").problem().startswith("start_factor must be")
    assert document.recipe.scheduler == warm_up_cosine(50, 1000)


def test_a_schedule_by_hand_shows_no_parameters(panel: SchedulerPanel, document: Document) -> None:
    document.open(replace(document.recipe, scheduler=COSINE), None)
    assert not panel.start.isVisible()
    document.replace(replace(document.recipe, scheduler=None), "none")
    assert not panel.start.isVisible()
    assert panel.start.button.isVisible()


def test_what_the_schedulers_own_form_says_is_not_said_twice(panel: SchedulerPanel) -> None:
    choose_start(panel.start, "Step decay")
    assert not panel.start.isVisible()
    assert panel.node.form.row("step_size").isVisible()
