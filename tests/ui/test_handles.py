"""Milestones, lengths and learning rates moved in the plot of the real window, by mouse and by keys."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible, QColor, QHelpEvent, QImage, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip, QWidget
from pytestqt.qtbot import QtBot

from lrgui.core.recipe import Choice, Group, Options, Recipe, Run, Scheduler
from lrgui.core.scheduler_tree import at
from lrgui.ui.forms.recipe_panel import RecipePanel
from lrgui.ui.main_window import MainWindow
from lrgui.ui.plot.plot_view import PlotView
from lrgui.ui.plot_panel import PlotPanel
from lrgui.ui.settings import Settings
from tests.ui.driving import START_MS

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
PLAIN, ALT, SHIFT = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.ShiftModifier,
)
_Key = Qt.Key

WARM_UP_COSINE = Recipe(
    model=Choice("mlp"),
    groups=(Group("weights", ("*weight",), Options(lr=0.002)), Group("biases", ("*bias",))),
    optimizer=Choice("SGD", Options(lr=0.01)),
    scheduler=Scheduler(
        "SequentialLR",
        Options(milestones=(100,)),
        (
            Scheduler("LinearLR", Options(start_factor=0.1, total_iters=100)),
            Scheduler("CosineAnnealingLR", Options(T_max=900)),
        ),
    ),
    run=Run(steps=1000, steps_per_epoch=50),
)


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[MainWindow]:
    window = MainWindow(Settings())
    with qtbot.waitSignal(window.painted):
        window.show()
    window.start()
    window.document.open(WARM_UP_COSINE, None)
    with qtbot.waitActive(window):
        window.activateWindow()
    wait_for_preview(window, qtbot)
    yield window
    window._end()
    window.deleteLater()


def wait_for_preview(window: MainWindow, qtbot: QtBot) -> None:
    """Wait until the preview of the present recipe is complete."""

    def is_there() -> bool:
        trace = window.controller.preview_trace
        return (
            window.controller.preview_recipe == window.document.recipe
            and trace is not None
            and trace.rows == trace.capacity
        )

    qtbot.waitUntil(is_there, timeout=START_MS)
    qtbot.waitUntil(lambda: not window.controller.previewing, timeout=START_MS)


def plot_of(window: MainWindow) -> PlotView:
    plot: PlotView = window.findChild(PlotView)
    return plot


def target(window: MainWindow) -> QWidget:
    viewport: QWidget = plot_of(window).surface.viewport()
    return viewport


def grip(window: MainWindow, label: str) -> QPoint:
    """Return the middle of a handle's grip."""
    plot = plot_of(window)
    shape = next(shape for shape in plot.handles.shapes if shape.handle.label == label)
    return (plot.canvas.plot_area.topLeft() + shape.grip.boundingRect().center()).toPoint()


def at_step(window: MainWindow, step: float) -> int:
    """Return the pixel column of a step."""
    plot = plot_of(window)
    inside = (step - plot.canvas.window.x[0]) * plot.canvas.window.pixels_per_step
    return round(plot.canvas.plot_area.left() + inside)


def move(window: MainWindow, to: QPoint, button: Qt.MouseButton = LEFT, modifiers: Qt.KeyboardModifier = PLAIN) -> None:
    widget = target(window)
    place = QPointF(to)
    event = QMouseEvent(QEvent.Type.MouseMove, place, QPointF(widget.mapToGlobal(to)), NONE, button, modifiers)
    QApplication.sendEvent(widget, event)


def press(window: MainWindow, label: str) -> QPoint:
    start = grip(window, label)
    QTest.mousePress(target(window), LEFT, PLAIN, start)
    return start


def release(window: MainWindow, at: QPoint) -> None:
    QTest.mouseRelease(target(window), LEFT, PLAIN, at)


def drag_to_step(window: MainWindow, label: str, step: float, modifiers: Qt.KeyboardModifier = PLAIN) -> None:
    start = press(window, label)
    stop = QPoint(at_step(window, step), start.y())
    move(window, start + (stop - start) / 2, modifiers=modifiers)
    move(window, stop, modifiers=modifiers)
    release(window, stop)


def key(window: MainWindow, code: Qt.Key, modifiers: Qt.KeyboardModifier = PLAIN) -> None:
    widget = QApplication.focusWidget()
    assert widget is not None
    QTest.keyClick(widget, code, modifiers)


def focus_handle(window: MainWindow, label: str) -> None:
    """Put the focus on a handle by the keyboard alone."""
    plot_of(window).surface.setFocus(Qt.FocusReason.TabFocusReason)
    for _ in range(10):
        shape = plot_of(window).handles.shape_of(plot_of(window).handles.focused)
        if shape is not None and shape.handle.label == label:
            return
        key(window, _Key.Key_BracketRight)
    pytest.fail(f"no handle {label}")


def options(window: MainWindow, *path: int) -> dict[str, Any]:
    tree = window.document.recipe.scheduler
    assert tree is not None
    return dict(at(tree, path).options)


def milestone(window: MainWindow) -> Any:
    return options(window)["milestones"][0]


def labels(window: MainWindow) -> list[str]:
    return [shape.handle.label for shape in plot_of(window).handles.shapes]


def test_a_dragged_milestone_edits_the_recipe_and_the_preview_follows(window: MainWindow, qtbot: QtBot) -> None:
    start = press(window, "milestone 1")
    for step in (150, 220, 300):
        move(window, QPoint(at_step(window, step), start.y()))
    assert milestone(window) == pytest.approx(150, abs=2)  # at once, and once a frame from then on
    qtbot.waitUntil(lambda: abs(milestone(window) - 300) <= 2)
    wait_for_preview(window, qtbot)
    trace = window.controller.preview_trace
    assert trace is not None
    assert trace["lr"][:, 1].argmax() == milestone(window)
    value = plot_of(window).handles.label
    assert value.isVisible()
    assert value.text.startswith(f"milestone {milestone(window)} (epoch ")
    stop = QPoint(at_step(window, 400), start.y())
    move(window, stop)
    release(window, stop)
    assert abs(milestone(window) - 400) <= 2
    assert options(window, 0)["total_iters"] == milestone(window)
    assert options(window, 1)["T_max"] == 1000 - milestone(window)


def test_one_undo_takes_a_whole_drag_back_however_long_it_rests(window: MainWindow, qtbot: QtBot) -> None:
    start = press(window, "milestone 1")
    for step in (200, 300, 400):
        move(window, QPoint(at_step(window, step), start.y()))
        qtbot.wait(20)
        window.document._merge_time -= 60
    release(window, QPoint(at_step(window, 400), start.y()))
    stack = window.document.undo_stack
    assert (stack.count(), stack.undoText()) == (1, "move of milestone 1")
    window._actions["undo"].trigger()
    assert window.document.recipe == WARM_UP_COSINE
    assert not window.document.dirty
    window._actions["redo"].trigger()
    assert abs(milestone(window) - 400) <= 2


@pytest.mark.parametrize("by", ["escape", "undo"])
def test_a_drag_can_be_taken_back_while_it_lasts(window: MainWindow, by: str) -> None:
    window.document.replace(WARM_UP_COSINE.with_run(seed=3), "change of seed")
    before = window.document.recipe
    start = press(window, "milestone 1")
    move(window, QPoint(at_step(window, 300), start.y()))
    assert milestone(window) != 100
    key(window, _Key.Key_Escape) if by == "escape" else key(window, _Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert window.document.recipe == before
    move(window, QPoint(at_step(window, 500), start.y()))
    release(window, QPoint(at_step(window, 500), start.y()))
    assert window.document.recipe == before
    assert window.document.undo_stack.undoText() == "change of seed"


def test_a_click_moves_nothing(window: MainWindow) -> None:
    start = press(window, "milestone 1")
    move(window, start + QPoint(1, 0))
    release(window, start + QPoint(1, 0))
    assert window.document.recipe == WARM_UP_COSINE
    assert not window.document.undo_stack.canUndo()
    assert plot_of(window).handles.focused == "scheduler.options.milestones[0]"


def test_a_handle_does_not_jump_to_the_mouse(window: MainWindow) -> None:
    start = grip(window, "milestone 1") + QPoint(3, 2)
    QTest.mousePress(target(window), LEFT, PLAIN, start)
    distance = QPoint(at_step(window, 200) - at_step(window, 100), 40)
    move(window, start + distance)
    release(window, start + distance)
    assert milestone(window) == pytest.approx(200, abs=2)


def test_the_view_stays_where_it_is_while_a_handle_is_dragged(window: MainWindow) -> None:
    before = plot_of(window).visible_range()
    drag_to_step(window, "milestone 1", 300)
    assert plot_of(window).visible_range()[0] == before[0]
    assert not plot_of(window).is_zoomed


def test_a_line_can_be_dragged_too_and_beside_it_the_view_pans(window: MainWindow) -> None:
    for beside, moved in ((0, True), (30, False)):
        window.document.open(WARM_UP_COSINE, None)
        plot_of(window).zoom_to_x(0, 500)
        middle = round(plot_of(window).canvas.plot_area.center().y())
        column, far = at_step(window, 100), QPoint(at_step(window, 250) - at_step(window, 100), 0)
        start = QPoint(column + beside, middle)
        QTest.mousePress(target(window), LEFT, PLAIN, start)
        move(window, start + far)
        release(window, start + far)
        assert (milestone(window) != 100) is moved
    assert plot_of(window).visible_range()[0][0] < -100


def test_the_mouse_shows_what_can_be_dragged(window: MainWindow) -> None:
    surface, item = plot_of(window).surface, plot_of(window).handles
    for label, shape in (
        ("milestone 1", Qt.CursorShape.SizeHorCursor),
        ("T_max", Qt.CursorShape.SizeHorCursor),
        ("lr of weights", Qt.CursorShape.SizeVerCursor),
    ):
        move(window, grip(window, label), NONE)
        assert surface.viewport().cursor().shape() == shape
        assert item.label.isVisible()
        area = plot_of(window).canvas.plot_area
        assert area.translated(-area.topLeft()).contains(item.label.boundingRect())
    move(window, plot_of(window).canvas.plot_area.center().toPoint(), NONE)
    assert surface.viewport().cursor().shape() == Qt.CursorShape.ArrowCursor
    assert not item.label.isVisible()


def test_what_lies_under_the_legend_cannot_be_dragged(window: MainWindow) -> None:
    plot = plot_of(window)
    legend = plot.canvas.legend_rect
    drag_to_step(window, "milestone 1", plot.canvas.main.value_at(legend.center().x(), 0.0)[0])
    key(window, _Key.Key_Escape)
    column = at_step(window, milestone(window))
    assert legend.left() < column < legend.right()
    move(window, QPoint(column, round(legend.center().y())), NONE)
    assert not plot.handles.label.isVisible()
    move(window, QPoint(column, round(legend.bottom()) + 30), NONE)
    assert plot.handles.label.isVisible()


def test_steps_are_kept_to_on_an_axis_of_steps_and_epochs_on_one_of_epochs(window: MainWindow) -> None:
    drag_to_step(window, "milestone 1", 333)
    assert milestone(window) == pytest.approx(333, abs=2)
    window._actions["axis_epoch"].trigger()
    drag_to_step(window, "milestone 1", 360)
    assert milestone(window) == 350
    drag_to_step(window, "T_max", 712)
    assert options(window, 1)["T_max"] == 350  # to step 700
    assert plot_of(window).handles.shapes[0].handle.text == "milestone 350 (epoch 7)"


def test_alt_snaps_to_the_other_unit(window: MainWindow) -> None:
    drag_to_step(window, "milestone 1", 333, ALT)
    assert milestone(window) == 350
    window._actions["axis_epoch"].trigger()
    drag_to_step(window, "milestone 1", 412, ALT)
    assert milestone(window) == pytest.approx(412, abs=2)


def test_alt_can_be_pressed_while_the_mouse_rests(window: MainWindow, qtbot: QtBot) -> None:
    start = press(window, "milestone 1")
    stop = QPoint(at_step(window, 333), start.y())
    move(window, stop)
    assert milestone(window) == pytest.approx(333, abs=2)
    focused = plot_of(window).surface
    QTest.keyPress(focused, _Key.Key_Alt, ALT)
    qtbot.waitUntil(lambda: milestone(window) == 350)
    QTest.keyRelease(focused, _Key.Key_Alt, PLAIN)
    qtbot.waitUntil(lambda: milestone(window) != 350)
    release(window, stop)
    assert milestone(window) == pytest.approx(333, abs=2)


def test_a_rate_follows_the_mouse_on_a_logarithmic_axis(window: MainWindow, qtbot: QtBot) -> None:
    window._actions["log_y"].trigger()
    plot = plot_of(window)
    before = plot.visible_range()
    decade = plot.canvas.window.height / (before[1][1] - before[1][0])
    start = press(window, "lr of weights")
    stop = start - QPoint(0, round(decade))
    move(window, stop)
    rate = window.document.recipe.groups[0].options["lr"]
    assert isinstance(rate, float)
    assert rate == pytest.approx(0.02, rel=0.02)
    assert rate == float(f"{rate:.3g}")
    wait_for_preview(window, qtbot)
    assert plot.visible_range() == before
    assert grip(window, "lr of weights").y() == pytest.approx(stop.y(), abs=2)
    release(window, stop)
    assert plot.visible_range()[1] != before[1]
    assert not plot.is_zoomed
    assert window.document.undo_stack.undoText() == "change of lr of weights"
    assert window.document.recipe.optimizer == WARM_UP_COSINE.optimizer


def test_a_rate_can_be_pulled_beyond_the_view_and_not_below_zero(window: MainWindow, qtbot: QtBot) -> None:
    plot = plot_of(window)
    top = plot.visible_range()[1][1]
    start = press(window, "lr")
    up = QPoint(start.x(), -300)
    move(window, up)
    release(window, up)
    raised = window.document.recipe.optimizer.options["lr"]
    assert isinstance(raised, float)
    assert raised > 1.3 * top
    qtbot.waitUntil(lambda: "lr" in labels(window), timeout=START_MS)
    start = press(window, "lr")
    down = QPoint(start.x(), 5000)
    move(window, down)
    release(window, down)
    assert window.document.recipe.optimizer.options["lr"] == 0.0
    assert window.document.buildable


def test_a_view_that_was_zoomed_along_y_stays_so_after_a_drag(window: MainWindow) -> None:
    plot = plot_of(window)
    plot.canvas.show_range(y=(0.0, 0.02))
    before = plot.visible_range()
    start = press(window, "lr of weights")
    move(window, start - QPoint(0, 40))
    release(window, start - QPoint(0, 40))
    assert plot.visible_range() == before


def test_escape_takes_a_rate_back_and_lets_go_of_the_view(window: MainWindow) -> None:
    plot = plot_of(window)
    before = plot.visible_range()
    start = press(window, "lr of weights")
    move(window, start - QPoint(0, 40))
    key(window, _Key.Key_Escape)
    assert window.document.recipe == WARM_UP_COSINE
    assert (plot.visible_range(), plot.is_zoomed) == (before, False)
    release(window, start)


def test_the_recipe_is_edited_once_per_frame_and_where_the_mouse_ended(window: MainWindow) -> None:
    edits: list[Recipe] = []
    window.document.recipe_changed.connect(edits.append)
    start = press(window, "milestone 1")
    for step in range(110, 500):
        move(window, QPoint(at_step(window, step), start.y()))
    assert len(edits) == 1
    release(window, QPoint(at_step(window, 499), start.y()))
    assert len(edits) == 2
    assert milestone(window) == pytest.approx(499, abs=2)


def test_what_the_mouse_has_passed_makes_no_difference(window: MainWindow, qtbot: QtBot) -> None:
    start = press(window, "milestone 1")
    for step in (990, 5000, -500, 200):
        move(window, QPoint(at_step(window, step), start.y()))
        qtbot.wait(20)
    release(window, QPoint(at_step(window, 200), start.y()))
    assert options(window, 0)["total_iters"] == milestone(window) == pytest.approx(200, abs=2)
    assert options(window, 1)["T_max"] == 1000 - milestone(window)


def test_arrow_keys_move_the_focused_handle(window: MainWindow) -> None:
    focus_handle(window, "milestone 1")
    key(window, _Key.Key_Right)
    key(window, _Key.Key_Right)
    key(window, _Key.Key_Left)
    assert milestone(window) == 101
    key(window, _Key.Key_Right, SHIFT)
    assert milestone(window) == 111
    key(window, _Key.Key_Left, ALT)
    assert milestone(window) == 100
    key(window, _Key.Key_Up)
    assert milestone(window) == 100
    stack = window.document.undo_stack
    assert (stack.count(), stack.undoText()) == (0, "")  # there and back
    key(window, _Key.Key_Right)
    key(window, _Key.Key_Right)
    assert (stack.count(), stack.undoText()) == (1, "move of milestone 1")
    window.document.undo()
    assert window.document.recipe == WARM_UP_COSINE


def test_arrow_keys_go_by_epochs_on_an_axis_of_epochs(window: MainWindow) -> None:
    window._actions["axis_epoch"].trigger()
    focus_handle(window, "milestone 1")
    key(window, _Key.Key_Right)
    assert milestone(window) == 150
    key(window, _Key.Key_Right, SHIFT)
    assert milestone(window) == 650
    key(window, _Key.Key_Left, ALT)
    assert milestone(window) == 649


def test_a_key_that_is_held_down_is_one_undo_step_however_long(window: MainWindow) -> None:
    focus_handle(window, "milestone 1")
    surface = plot_of(window).surface
    QTest.keyPress(surface, _Key.Key_Right)
    for _ in range(3):
        window.document._merge_time -= 60
        QTest.keyPress(surface, _Key.Key_Right)
    assert window.document.in_gesture
    QTest.keyRelease(surface, _Key.Key_Right)
    assert milestone(window) == 104
    assert window.document.undo_stack.count() == 1


@pytest.mark.parametrize("by", ["escape", "focus"])
def test_a_key_that_is_held_down_can_be_taken_back_and_loses_nothing_with_the_focus(
    window: MainWindow, by: str
) -> None:
    focus_handle(window, "milestone 1")
    surface = plot_of(window).surface
    QTest.keyPress(surface, _Key.Key_Right)
    if by == "escape":
        QTest.keyClick(surface, _Key.Key_Escape)
    else:
        window.findChild(RecipePanel).optimizer.combo.setFocus()
    QTest.keyRelease(surface, _Key.Key_Right)
    assert milestone(window) == (100 if by == "escape" else 101)
    assert not window.document.in_gesture
    assert window.document.undo_stack.canUndo() == (by == "focus")


def test_a_rate_is_moved_by_up_and_down(window: MainWindow) -> None:
    focus_handle(window, "lr of weights")
    key(window, _Key.Key_Up)
    key(window, _Key.Key_Right)
    assert window.document.recipe.groups[0].options["lr"] == 0.0021
    key(window, _Key.Key_Down, SHIFT)
    assert window.document.recipe.groups[0].options["lr"] == 0.0011


def test_tab_goes_through_the_handles_and_on(window: MainWindow) -> None:
    plot = plot_of(window)
    plot.surface.setFocus(Qt.FocusReason.TabFocusReason)
    seen = []
    while plot.surface.hasFocus() and len(seen) < 10:
        seen.append(plot.surface.accessibleDescription())
        key(window, _Key.Key_Tab)
    assert seen == ["milestone 100 (epoch 2)", "T_max 900 (to epoch 20)", "lr 0.01", "lr of weights 0.002"]
    assert plot.handles.focused is None
    plot.surface.setFocus(Qt.FocusReason.BacktabFocusReason)
    assert plot.surface.accessibleDescription() == "lr of weights 0.002"
    key(window, _Key.Key_Backtab, SHIFT)
    assert plot.surface.accessibleDescription() == "lr 0.01"


def test_brackets_go_round(window: MainWindow) -> None:
    plot = plot_of(window)
    plot.surface.setFocus(Qt.FocusReason.MouseFocusReason)
    assert plot.handles.focused is None
    seen = []
    for _ in range(5):
        key(window, _Key.Key_BracketLeft)
        shape = plot.handles.shape_of(plot.handles.focused)
        assert shape is not None
        seen.append(shape.handle.label)
    assert seen == ["lr of weights", "lr", "T_max", "milestone 1", "lr of weights"]
    key(window, _Key.Key_Escape)
    assert plot.handles.focused is None


def test_what_is_out_of_view_is_left_out(window: MainWindow) -> None:
    plot_of(window).zoom_to_x(200, 400)
    assert "milestone 1" not in labels(window)
    assert "T_max" not in labels(window)


def test_the_value_of_the_focused_handle_is_shown_and_told_to_screen_readers(window: MainWindow) -> None:
    focus_handle(window, "T_max")
    plot = plot_of(window)
    assert plot.handles.label.text == "T_max 900 (to epoch 20)"
    interface = QAccessible.queryAccessibleInterface(plot.surface)
    assert interface.text(QAccessible.Text.Description) == "T_max 900 (to epoch 20)"
    key(window, _Key.Key_Left)
    assert interface.text(QAccessible.Text.Description) == "T_max 899 (to epoch 19.98)"


def test_phases_and_handles_can_be_hidden_and_stay_so(window: MainWindow, qtbot: QtBot) -> None:
    plot, action = plot_of(window), window._actions["show_handles"]
    assert action.isChecked()
    assert plot.canvas.band_labels.texts[-1] == "CosineAnnealingLR"
    action.trigger()
    assert labels(window) == []
    assert plot.canvas.band_labels.texts == ()
    other = MainWindow(Settings())
    qtbot.addWidget(other)
    other.start()
    assert not other._actions["show_handles"].isChecked()
    action.trigger()
    assert labels(window) == ["milestone 1", "T_max", "lr", "lr of weights"]
    other._end()


def test_a_recipe_that_cannot_be_built_has_no_handles(window: MainWindow) -> None:
    window.document.replace(WARM_UP_COSINE.with_run(steps=0), "change of steps")
    assert labels(window) == []
    window.document.undo()
    assert "milestone 1" in labels(window)


def test_rates_are_moved_only_where_the_learning_rate_is_shown(window: MainWindow) -> None:
    panel = window.findChild(PlotPanel)
    panel.choose_series("momentum")
    assert labels(window) == ["milestone 1", "T_max"]
    panel.choose_series("lr")
    assert labels(window)[2:] == ["lr", "lr of weights"]


def test_a_handle_of_a_group_has_the_colour_of_its_curve(window: MainWindow) -> None:
    plot = plot_of(window)
    image = plot.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    curve = next(drawn.curve for drawn in plot.canvas.state.curves if drawn.curve.key.endswith("/weights"))
    at = grip(window, "lr of weights") * image.devicePixelRatio()
    assert image.pixelColor(at).hue() == pytest.approx(QColor(plot.theme.curve_colour(curve.colour)).hue(), abs=3)


def test_a_figure_has_no_handles(window: MainWindow) -> None:
    plot = plot_of(window)
    with_handles = plot.image(plot.screen_options())
    plot.set_handles((), {})
    assert plot.image(plot.screen_options()) == with_handles


def test_rates_have_no_handles_before_there_is_a_scale_for_them(qtbot: QtBot) -> None:
    window = MainWindow(Settings())
    with qtbot.waitSignal(window.painted):
        window.show()
    window.start()
    assert {shape.handle.axis for shape in plot_of(window).handles.shapes} == {"x"}
    wait_for_preview(window, qtbot)
    assert {shape.handle.axis for shape in plot_of(window).handles.shapes} == {"x", "y"}
    window._end()
    window.deleteLater()


def test_a_tool_tip_tells_how_a_handle_is_moved(window: MainWindow, qtbot: QtBot) -> None:
    at = grip(window, "milestone 1")
    move(window, at, NONE)
    QApplication.sendEvent(target(window), QHelpEvent(QEvent.Type.ToolTip, at, target(window).mapToGlobal(at)))
    qtbot.waitUntil(QToolTip.isVisible)
    assert "arrow keys" in QToolTip.text()
    QToolTip.hideText()
