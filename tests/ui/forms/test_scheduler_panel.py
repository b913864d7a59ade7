"""The tree of schedulers, edited by mouse and keys."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from lrgui.core.problems import Severity
from lrgui.core.recipe import Options, Scheduler
from lrgui.ui.document import Document
from lrgui.ui.forms.editors_text import TypedEditor
from lrgui.ui.forms.scheduler_panel import SchedulerPanel
from tests.ui.forms.driving import click, focus_on, focused, type_into
from tests.ui.forms.scheduler_driving import (
    COSINE,
    LINEAR,
    WARM_UP,
    Hand,
    chained,
    click_row,
    item_at,
    press,
    sequential,
    spot,
)

Show = Callable[[QWidget], None]
Open = Callable[[Scheduler | None], SchedulerPanel]

THREE = sequential((100, 600), WARM_UP, COSINE, LINEAR)
ALT, CONTROL = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def open_panel(document: Document, show: Show) -> Open:
    def opened(scheduler: Scheduler | None) -> SchedulerPanel:
        document.open(replace(document.recipe, scheduler=scheduler), None)
        panel = SchedulerPanel(document)
        show(panel)
        return panel

    return opened


def text_of(panel: SchedulerPanel, name: str) -> str:
    editor = panel.node.form.row(name).editor
    assert isinstance(editor, TypedEditor)
    return editor.text()


def choose_class(panel: SchedulerPanel, name: str) -> None:
    """Choose a class by the arrow keys, from the first on."""
    combo = focus_on(panel.node.combo)
    QTest.keyClick(combo, Qt.Key.Key_Home)
    while panel.node.combo.currentText() != name:
        before = panel.node.combo.currentIndex()
        QTest.keyClick(combo, Qt.Key.Key_Down)
        assert panel.node.combo.currentIndex() > before


def test_each_row_says_its_class_its_options_and_its_phase(open_panel: Open) -> None:
    panel = open_panel(THREE)
    tree = panel.tree
    rows = [tree.row_at(path) for path in ((), (0,), (1,), (2,))]
    assert [(row.class_name, row.options, row.phase) for row in rows] == [
        ("SequentialLR", "milestones=[100, 600]", ""),
        ("LinearLR", "start_factor=0.01, total_iters=100", "0–99"),
        ("CosineAnnealingLR", "T_max=500", "100–599"),
        ("LinearLR", "end_factor=0, total_iters=400", "600–999"),
    ]
    assert item_at(tree, (1,)).toolTip(0).splitlines()[0] == "CosineAnnealingLR(T_max=500)"


def test_phases_count_the_schedulers_own_steps(open_panel: Open, document: Document) -> None:
    panel = open_panel(sequential((3, 50), WARM_UP, COSINE, LINEAR))
    document.replace(document.recipe.with_run(interval="epoch"), "by epoch")
    assert [panel.tree.row_at((index,)).phase for index in range(3)] == ["0–2", "3–49", "after the run"]


def test_the_selected_row_is_edited_below_the_tree(open_panel: Open, document: Document) -> None:
    panel = open_panel(THREE)
    click_row(panel.tree, (1,))
    assert panel.selected == (1,)
    assert panel.node.combo.currentText() == "CosineAnnealingLR"
    type_into(panel.node.form.row("T_max").editor, "77")
    assert document.recipe.scheduler == sequential(
        (100, 600), WARM_UP, Scheduler("CosineAnnealingLR", Options(T_max=77)), LINEAR
    )
    assert panel.tree.row_at((1,)).options == "T_max=77"
    assert panel.selected == (1,)
    click_row(panel.tree, (2,))
    assert text_of(panel, "total_iters") == "400"
    document.undo()
    assert document.recipe.scheduler == THREE


def test_the_tree_goes_by_arrow_keys_and_return_leads_to_the_class(open_panel: Open) -> None:
    panel = open_panel(THREE)
    press(panel.tree, Qt.Key.Key_Down)
    press(panel.tree, Qt.Key.Key_Down)
    assert panel.selected == (1,)
    press(panel.tree, Qt.Key.Key_Return)
    assert focused() is panel.node.combo


def test_a_class_chosen_in_a_phase_lasts_as_long_as_the_phase(open_panel: Open, document: Document) -> None:
    panel = open_panel(THREE)
    click_row(panel.tree, (1,))
    choose_class(panel, "PolynomialLR")
    tree = document.recipe.scheduler
    assert tree is not None
    assert tree.schedulers[1] == Scheduler("PolynomialLR", Options(total_iters=500))
    assert tree.options == THREE.options


def test_a_composite_chosen_as_a_class_takes_the_scheduler_in(open_panel: Open, document: Document) -> None:
    panel = open_panel(COSINE)
    assert not panel.tree.isVisible()
    choose_class(panel, "ChainedScheduler")
    tree = document.recipe.scheduler
    assert tree is not None
    assert tree.class_name == "ChainedScheduler"
    # On its way down the list the choice has passed SequentialLR, whose child it takes over.
    assert [child.class_name for child in tree.schedulers] == ["ReduceLROnPlateau"]
    assert panel.tree.isVisible()
    QTest.keyClick(panel.node.combo, Qt.Key.Key_Down)
    assert document.recipe.scheduler is not None
    assert document.recipe.scheduler.class_name == "SWALR"
    while document.undo_stack.canUndo():
        document.undo()
    assert document.recipe.scheduler == COSINE


def test_no_scheduler_is_offered_at_the_root_alone(open_panel: Open, document: Document) -> None:
    panel = open_panel(THREE)
    click_row(panel.tree, (0,))
    QTest.keyClick(panel.node.combo, Qt.Key.Key_Home)
    assert panel.node.combo.currentText() == "LambdaLR"
    document.undo()
    click_row(panel.tree, ())
    QTest.keyClick(panel.node.combo, Qt.Key.Key_Home)
    assert document.recipe.scheduler is None
    assert not panel.tree.isVisible()
    document.undo()
    assert document.recipe.scheduler == THREE
    assert panel.tree.isVisible()


def test_one_click_adds_after_a_lone_scheduler_where_it_is_done(open_panel: Open, document: Document) -> None:
    panel = open_panel(WARM_UP)
    assert not panel.tree.isVisible()
    click(panel.buttons["add"])
    assert document.recipe.scheduler == sequential((100,), WARM_UP, Scheduler("CosineAnnealingLR", Options(T_max=900)))
    assert document.undo_stack.undoText() == "addition of CosineAnnealingLR"
    assert panel.selected == (1,)
    assert focused() is panel.node.combo
    document.undo()
    assert document.recipe.scheduler == WARM_UP
    assert not panel.tree.isVisible()


def test_a_warm_up_is_put_before_a_lone_scheduler(open_panel: Open, document: Document) -> None:
    whole = Scheduler("CosineAnnealingLR", Options(T_max=1000))
    panel = open_panel(whole)
    click(panel.buttons["add_before"])
    assert document.recipe.scheduler == sequential((100,), Scheduler("LinearLR", Options(total_iters=100)), whole)
    assert panel.selected == (0,)
    assert document.problems_for("scheduler") == ()


def test_adding_in_a_composite_and_beside_a_child(open_panel: Open, document: Document) -> None:
    panel = open_panel(THREE)
    press(panel.tree, Qt.Key.Key_Insert)
    added = Scheduler("CosineAnnealingLR", Options(T_max=200))
    # 400 steps were left of the run; the last phase is as long as LinearLR says, which is all of it, and so halved.
    assert document.recipe.scheduler == sequential((100, 600, 800), WARM_UP, COSINE, LINEAR, added)
    assert panel.selected == (3,)
    document.undo()
    click_row(panel.tree, (1,))
    press(panel.tree, Qt.Key.Key_Insert, Qt.KeyboardModifier.ShiftModifier)
    assert panel.selected == (1,)
    tree = document.recipe.scheduler
    assert tree is not None
    assert [child.class_name for child in tree.schedulers] == [
        "LinearLR",
        "CosineAnnealingLR",
        "CosineAnnealingLR",
        "LinearLR",
    ]


def test_removing_moving_and_duplicating_by_keys(open_panel: Open, document: Document) -> None:
    panel = open_panel(THREE)
    click_row(panel.tree, (0,))
    press(panel.tree, Qt.Key.Key_Down, ALT)
    assert document.recipe.scheduler == sequential((500, 600), COSINE, WARM_UP, LINEAR)
    assert document.undo_stack.undoText() == "move of LinearLR"
    assert panel.selected == (1,)
    press(panel.tree, Qt.Key.Key_Up, ALT)
    assert document.recipe.scheduler == THREE
    press(panel.tree, Qt.Key.Key_D, CONTROL)
    assert document.recipe.scheduler == sequential((100, 200, 700), WARM_UP, WARM_UP, COSINE, LINEAR)
    assert document.undo_stack.undoText() == "copy of LinearLR"
    assert panel.selected == (1,)
    press(panel.tree, Qt.Key.Key_Delete)
    assert document.recipe.scheduler == THREE
    assert document.undo_stack.undoText() == "removal of LinearLR"
    assert panel.selected == (1,)


def test_keys_move_a_scheduler_into_the_composite_beside_it_and_out_again(open_panel: Open, document: Document) -> None:
    panel = open_panel(chained(COSINE, chained(WARM_UP)))
    click_row(panel.tree, (0,))
    press(panel.tree, Qt.Key.Key_Down, ALT)
    assert document.recipe.scheduler == chained(chained(COSINE, WARM_UP))
    assert panel.selected == (0, 0)
    press(panel.tree, Qt.Key.Key_Down, ALT)
    press(panel.tree, Qt.Key.Key_Down, ALT)
    assert document.recipe.scheduler == chained(chained(WARM_UP), COSINE)
    assert panel.selected == (1,)
    press(panel.tree, Qt.Key.Key_Up, ALT)
    assert panel.selected == (0, 1)


def test_wrapping_and_unwrapping(open_panel: Open, document: Document) -> None:
    panel = open_panel(THREE)
    click_row(panel.tree, (0,))
    click(panel.buttons["wrap_chained"])
    assert document.recipe.scheduler == sequential((100, 600), chained(WARM_UP), COSINE, LINEAR)
    assert document.undo_stack.undoText() == "wrapping of LinearLR"
    assert panel.selected == (0, 0)
    click_row(panel.tree, (0,))
    click(panel.buttons["unwrap"])
    assert document.recipe.scheduler == THREE
    assert document.undo_stack.undoText() == "unwrapping of ChainedScheduler"
    click_row(panel.tree, ())
    click(panel.buttons["wrap_chained"])
    assert document.recipe.scheduler == chained(THREE)
    click_row(panel.tree, ())
    click(panel.buttons["unwrap"])
    assert document.recipe.scheduler == THREE


def enabled(panel: SchedulerPanel) -> set[str]:
    return {key for key, button in panel.buttons.items() if button.isEnabled()}


def test_what_torch_would_refuse_is_not_offered(open_panel: Open) -> None:
    panel = open_panel(THREE)
    assert enabled(panel) == {"add", "add_before", "remove", "wrap_chained"}
    click_row(panel.tree, (0,))
    beside = {"add", "add_before", "remove", "duplicate"}
    assert enabled(panel) == beside | {"move_down", "wrap_sequential", "wrap_chained"}
    click_row(panel.tree, (1,))
    assert enabled(panel) == beside | {"move_up", "move_down"}
    click_row(panel.tree, (2,))
    assert enabled(panel) == beside | {"move_up"}


def test_a_plateau_stays_alone(open_panel: Open) -> None:
    panel = open_panel(Scheduler("ReduceLROnPlateau"))
    assert enabled(panel) == {"remove"}


def test_removing_the_root_leaves_no_scheduler_and_undo_brings_it_back(open_panel: Open, document: Document) -> None:
    panel = open_panel(THREE)
    press(panel.tree, Qt.Key.Key_Delete)
    assert document.recipe.scheduler is None
    assert panel.node.combo.currentText() == "none"
    document.undo()
    assert document.recipe.scheduler == THREE
    document.redo()
    assert document.recipe.scheduler is None


def test_an_empty_composite_is_told_beside_it(open_panel: Open, document: Document) -> None:
    panel = open_panel(chained(WARM_UP))
    click_row(panel.tree, (0,))
    press(panel.tree, Qt.Key.Key_Delete)
    assert document.recipe.scheduler == chained()
    assert panel.selected == ()
    assert [problem.place for problem in panel.problems.problems] == ["scheduler.schedulers"]
    click(panel.buttons["add"])
    assert panel.problems.problems == ()
    assert panel.selected == (0,)


def test_a_problem_marks_its_row_and_is_told_beside_its_field_once_that_is_selected(
    open_panel: Open, document: Document
) -> None:
    panel = open_panel(sequential((100,), WARM_UP, Scheduler("CosineAnnealingLR")))
    row = panel.tree.row_at((1,))
    assert row.severity is Severity.ERROR
    assert "T_max is missing" in row.tip
    assert panel.tree.row_at((0,)).severity is None
    click_row(panel.tree, (1,))
    assert "T_max is missing" in panel.node.form.row("T_max").problem()


def test_a_composite_where_torch_takes_none_is_told_and_unwrapping_it_is_the_way_out(
    open_panel: Open, document: Document
) -> None:
    panel = open_panel(sequential((100,), LINEAR, sequential((50,), WARM_UP, COSINE)))
    assert panel.tree.row_at((1,)).severity is not None
    click_row(panel.tree, (1,))
    assert "List its schedulers directly instead." in panel.node.summary.problem
    click(panel.buttons["unwrap"])
    assert document.recipe.scheduler == sequential((100, 150), LINEAR, WARM_UP, COSINE)
    assert not any(problem.place.endswith(".class") for problem in document.problems)


@pytest.mark.parametrize(
    ("source", "to", "height", "expected", "selected"),
    [
        ((0,), (2,), 0.05, sequential((500, 600), COSINE, WARM_UP, LINEAR), (1,)),
        ((0,), (2,), 0.95, sequential((500, 900), COSINE, LINEAR, WARM_UP), (2,)),
        ((2,), (0,), 0.05, sequential((400, 500), LINEAR, WARM_UP, COSINE), (0,)),
        ((2,), (), 0.95, sequential((400, 500), LINEAR, WARM_UP, COSINE), (0,)),
        ((0,), (), 0.5, sequential((500, 900), COSINE, LINEAR, WARM_UP), (2,)),
    ],
)
def test_dragging_reorders_and_takes_the_length_along(
    open_panel: Open,
    document: Document,
    monkeypatch: pytest.MonkeyPatch,
    source: tuple[int, ...],
    to: tuple[int, ...],
    height: float,
    expected: Scheduler,
    selected: tuple[int, ...],
) -> None:
    panel = open_panel(THREE)
    Hand(panel.tree, monkeypatch).drag(source, to, height)
    assert document.recipe.scheduler == expected
    assert panel.selected == selected
    assert document.undo_stack.undoText() == f"move of {THREE.schedulers[source[0]].class_name}"
    document.undo()
    assert document.recipe.scheduler == THREE
    assert panel.selected == source


def test_dragging_between_composites(open_panel: Open, document: Document, monkeypatch: pytest.MonkeyPatch) -> None:
    panel = open_panel(chained(sequential((100,), WARM_UP, COSINE), LINEAR))
    hand = Hand(panel.tree, monkeypatch)
    hand.drag((1,), (0,), 0.5)
    assert document.recipe.scheduler == chained(sequential((100, 600), WARM_UP, COSINE, LINEAR))
    assert panel.selected == (0, 2)
    hand.drag((0, 0), (0,), 0.05)
    assert document.recipe.scheduler == chained(WARM_UP, sequential((500,), COSINE, LINEAR))
    assert panel.selected == (0,)


@pytest.mark.parametrize(("to", "height"), [((0, 1), 0.05), ((0,), 0.5), ((), 0.05)])
def test_nothing_is_dropped_into_itself_or_beside_the_root(
    open_panel: Open, document: Document, monkeypatch: pytest.MonkeyPatch, to: tuple[int, ...], height: float
) -> None:
    scheduler = chained(sequential((100,), WARM_UP, COSINE), LINEAR)
    panel = open_panel(scheduler)
    hand = Hand(panel.tree, monkeypatch)
    hand.drag((0,), to, height)
    assert hand.refused == [True]
    assert document.recipe.scheduler == scheduler
    assert not document.undo_stack.canUndo()


def test_the_root_is_not_dragged(open_panel: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    panel = open_panel(THREE)
    hand = Hand(panel.tree, monkeypatch)
    hand.drag((), (1,), 0.5)
    assert hand.drags == 0


def test_the_context_menu_has_every_action(open_panel: Open) -> None:
    panel = open_panel(THREE)
    assert panel.tree.contextMenuPolicy() == Qt.ContextMenuPolicy.ActionsContextMenu
    assert [action.data() for action in panel.tree.actions()] == list(panel.buttons)
    for button in panel.buttons.values():
        assert button.toolTip()
        assert button.accessibleName()


def test_a_button_that_has_done_all_it_can_leaves_the_focus_on_the_tree(open_panel: Open) -> None:
    panel = open_panel(THREE)
    click_row(panel.tree, (1,))
    button = panel.buttons["move_down"]
    focus_on(button)
    QTest.keyClick(button, Qt.Key.Key_Space)
    assert panel.selected == (2,)
    assert not button.isEnabled()
    assert focused() is panel.tree
    button = panel.buttons["move_up"]
    focus_on(button)
    QTest.keyClick(button, Qt.Key.Key_Space)
    assert panel.selected == (1,)
    assert focused() is button


def test_tab_goes_from_the_class_to_the_phases_and_then_to_the_options(open_panel: Open) -> None:
    panel = open_panel(THREE)
    names = []
    focus_on(panel.node.combo)
    for _ in range(4):
        QTest.keyClick(focused(), Qt.Key.Key_Tab)
        names.append(focused().accessibleName() or focused().property("text"))
    assert names == ["Phases as lengths", "LinearLR lasts", "CosineAnnealingLR lasts", "More options"]


def test_phases_fill_the_run_on_request(open_panel: Open, document: Document) -> None:
    panel = open_panel(sequential((100, 600), COSINE, COSINE, COSINE))
    click_row(panel.tree, (1,))
    focus_on(panel.fill_button)
    click(panel.fill_button)
    tree = document.recipe.scheduler
    assert tree is not None
    assert [child.options["T_max"] for child in tree.schedulers] == [100, 500, 400]
    assert panel.selected == (1,)
    assert not panel.fill_button.isEnabled()
    assert focused() is panel.tree
    assert document.undo_stack.undoText() == "filling of the phases"
    document.undo()
    assert panel.fill_button.isEnabled()


def test_what_was_typed_and_is_wrong_stays_behind_with_its_scheduler(open_panel: Open) -> None:
    panel = open_panel(sequential((100,), COSINE, COSINE))
    click_row(panel.tree, (0,))
    type_into(panel.node.form.row("T_max").editor, "x")
    click_row(panel.tree, (1,))
    assert text_of(panel, "T_max") == "500"
    assert "must be" not in panel.node.form.row("T_max").problem()


def test_rows_fold_and_stay_folded(open_panel: Open, document: Document) -> None:
    panel = open_panel(chained(sequential((100,), WARM_UP, COSINE), LINEAR))
    click_row(panel.tree, (0,))
    height = panel.tree.height()
    press(panel.tree, Qt.Key.Key_Left)
    assert not item_at(panel.tree, (0,)).isExpanded()
    assert panel.tree.height() < height
    click_row(panel.tree, (1,))
    type_into(panel.node.form.row("total_iters").editor, "9")
    assert not item_at(panel.tree, (0,)).isExpanded()
    panel.select((0, 1))
    assert item_at(panel.tree, (0,)).isExpanded()


def test_a_place_in_the_tree_leads_to_its_scheduler_and_field(open_panel: Open) -> None:
    panel = open_panel(chained(sequential((100,), WARM_UP, COSINE), LINEAR))
    for place, path, name in (
        ("scheduler.schedulers[0].schedulers[1].options.T_max", (0, 1), "T_max"),
        ("scheduler.schedulers[1].options.end_factor", (1,), "end_factor"),
    ):
        widget = panel.widget_at(place)
        assert widget is panel.node.form.row(name).editor
        assert panel.selected == path
    assert panel.widget_at("scheduler.schedulers[1].class") is panel.node.combo
    assert panel.widget_at("scheduler.schedulers[0].options.milestones") is panel.node.phases.rows[0].length
    assert panel.widget_at("optimizer.options.lr") is None


def test_a_click_beside_the_rows_keeps_the_selection(open_panel: Open) -> None:
    panel = open_panel(THREE)
    click_row(panel.tree, (1,))
    QTest.mouseClick(panel.tree.viewport(), Qt.MouseButton.LeftButton, CONTROL, spot(panel.tree, (1,)))
    assert panel.selected == (1,)
    assert item_at(panel.tree, (1,)).isSelected()
