"""The mouse, with real events."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from lrgui.ui.plot.plot_view import PlotView

from .drawing import make_curves, make_trace, show

LEFT, RIGHT, NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton, Qt.MouseButton.NoButton
PLAIN, CTRL, SHIFT = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
)


@pytest.fixture
def plot(view: PlotView) -> PlotView:
    """A line from 0 at step 0 to 1 at step 999."""
    view.set_planned(1000, 100)
    show(view, make_curves(make_trace(np.linspace(0, 1, 1000))))
    QApplication.processEvents()
    return view


def target(plot: PlotView) -> QWidget:
    viewport: QWidget = plot.surface.viewport()
    return viewport


def place(plot: PlotView, across: float, down: float) -> QPoint:
    """Return the position at these parts of the plot area."""
    area = plot.canvas.plot_area
    return QPointF(area.left() + across * area.width(), area.top() + down * area.height()).toPoint()


def wheel(plot: PlotView, at: QPoint, notches: float, modifiers: Qt.KeyboardModifier = PLAIN) -> None:
    widget = target(plot)
    angle = QPoint(0, round(120 * notches))
    event = QWheelEvent(
        QPointF(at),
        QPointF(widget.mapToGlobal(at)),
        QPoint(),
        angle,
        NONE,
        modifiers,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(widget, event)


def move(plot: PlotView, at: QPoint, button: Qt.MouseButton) -> None:
    widget = target(plot)
    event = QMouseEvent(
        QEvent.Type.MouseMove,
        QPointF(at),
        QPointF(widget.mapToGlobal(at)),
        NONE,
        button,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(widget, event)


def drag(
    plot: PlotView, start: QPoint, stop: QPoint, button: Qt.MouseButton, modifiers: Qt.KeyboardModifier = PLAIN
) -> None:
    QTest.mousePress(target(plot), button, modifiers, start)
    move(plot, start + (stop - start) / 2, button)
    move(plot, stop, button)
    QTest.mouseRelease(target(plot), button, modifiers, stop)


def test_the_wheel_zooms_x_at_the_mouse_and_y_follows(plot: PlotView, qtbot: QtBot) -> None:
    at = place(plot, 0.75, 0.5)
    step, _ = plot.canvas.main.value_at(at.x(), at.y())
    before = plot.visible_range()
    with qtbot.waitSignal(plot.view_changed):
        wheel(plot, at, 5)
    x, y = plot.visible_range()
    assert x[1] - x[0] == pytest.approx((before[0][1] - before[0][0]) * 0.8**5)
    assert plot.canvas.main.value_at(at.x(), at.y())[0] == pytest.approx(step)
    assert plot.is_zoomed
    assert y[0] > before[1][0] + 0.3  # only what is in view counts
    wheel(plot, at, -5)
    assert plot.visible_range()[0] == pytest.approx(before[0])


@pytest.mark.parametrize("modifiers", [CTRL, SHIFT])
def test_the_wheel_with_a_key_zooms_y_alone(plot: PlotView, modifiers: Qt.KeyboardModifier) -> None:
    at = place(plot, 0.5, 0.25)
    before, value = plot.visible_range(), plot.canvas.main.value_at(at.x(), at.y())[1]
    wheel(plot, at, 3, modifiers)
    x, y = plot.visible_range()
    assert x == before[0]
    assert y[1] - y[0] == pytest.approx((before[1][1] - before[1][0]) * 0.8**3)
    assert plot.canvas.main.value_at(at.x(), at.y())[1] == pytest.approx(value)


def test_the_wheel_over_the_y_axis_zooms_y(plot: PlotView) -> None:
    before = plot.visible_range()
    wheel(plot, QPoint(5, place(plot, 0, 0.5).y()), 2)
    x, y = plot.visible_range()
    assert x == before[0]
    assert y[1] - y[0] < before[1][1] - before[1][0]


def test_zooming_ends_before_anything_breaks(plot: PlotView) -> None:
    at = place(plot, 0.5, 0.5)
    for _ in range(60):
        wheel(plot, at, 5)
        wheel(plot, at, 5, CTRL)
    QApplication.processEvents()
    x, y = plot.visible_range()
    assert 1 < x[1] - x[0] < 10
    assert y[1] > y[0]
    for _ in range(60):
        wheel(plot, at, -20)
        wheel(plot, at, -20, CTRL)
    QApplication.processEvents()
    x, y = plot.visible_range()
    assert x[1] - x[0] < 10_000
    assert y[1] - y[0] < 100


def test_dragging_pans_x_and_a_double_click_shows_everything(plot: PlotView) -> None:
    home = plot.visible_range()
    plot.zoom_to_x(400, 600)
    grabbed = place(plot, 0.5, 0.5)
    step, _ = plot.canvas.main.value_at(grabbed.x(), grabbed.y())
    dropped = place(plot, 0.8, 0.6)
    drag(plot, grabbed, dropped, LEFT)
    assert plot.canvas.main.value_at(dropped.x(), dropped.y())[0] == pytest.approx(step)
    assert plot.visible_range()[0] == pytest.approx((340, 540), abs=1)
    QTest.mouseDClick(target(plot), LEFT, PLAIN, grabbed)
    assert plot.visible_range() == home
    assert not plot.is_zoomed


def test_many_moves_of_the_mouse_are_few_pans_and_none_is_lost(plot: PlotView, qtbot: QtBot) -> None:
    plot.zoom_to_x(400, 600)
    grabbed, dropped = place(plot, 0.5, 0.5), place(plot, 0.8, 0.5)
    step, _ = plot.canvas.main.value_at(grabbed.x(), grabbed.y())
    seen: list[tuple[float, float]] = []
    told: list[int | None] = []
    plot.view_changed.connect(lambda: seen.append(plot.visible_range()[0]))
    QTest.mousePress(target(plot), LEFT, PLAIN, grabbed)
    move(plot, grabbed + QPoint(20, 0), LEFT)
    plot.cursor_moved.connect(told.append)
    for pixels in range(21, dropped.x() - grabbed.x() + 1):
        move(plot, grabbed + QPoint(pixels, 0), LEFT)
    assert len(seen) < 20
    # The timer brings the last of them without any further event.
    qtbot.waitUntil(lambda: plot.visible_range()[0] == pytest.approx((340, 540), abs=1))
    assert plot.canvas.main.value_at(dropped.x(), dropped.y())[0] == pytest.approx(step)
    # What is under the mouse moves with it.
    assert all(one == pytest.approx(step, abs=1) for one in told)
    QTest.mouseRelease(target(plot), LEFT, PLAIN, dropped)
    assert plot.visible_range()[0] == seen[-1]


def test_dragging_pans_y_too_once_y_is_zoomed(plot: PlotView) -> None:
    wheel(plot, place(plot, 0.5, 0.5), 4, CTRL)
    before = plot.visible_range()[1]
    drag(plot, place(plot, 0.5, 0.5), place(plot, 0.5, 0.7), LEFT)
    after = plot.visible_range()[1]
    assert after[0] - before[0] == pytest.approx(0.2 * (before[1] - before[0]), rel=0.02)
    assert after[1] - after[0] == pytest.approx(before[1] - before[0])


@pytest.mark.parametrize(("button", "modifiers"), [(RIGHT, PLAIN), (LEFT, SHIFT)])
def test_a_rectangle_zooms_to_what_is_in_it(
    plot: PlotView, button: Qt.MouseButton, modifiers: Qt.KeyboardModifier
) -> None:
    start, stop = place(plot, 0.6, 0.7), place(plot, 0.2, 0.3)
    (right, bottom), (left, top) = (
        plot.canvas.main.value_at(start.x(), start.y()),
        plot.canvas.main.value_at(stop.x(), stop.y()),
    )
    drag(plot, start, stop, button, modifiers)
    x, y = plot.visible_range()
    assert x == pytest.approx((left, right))
    assert y == pytest.approx((bottom, top))


def test_a_flat_rectangle_zooms_x_alone(plot: PlotView) -> None:
    drag(plot, place(plot, 0.2, 0.5), place(plot, 0.4, 0.505), RIGHT)
    x, _ = plot.visible_range()
    assert x[1] - x[0] < 300
    assert plot.canvas.main.state.y is None


def test_the_cursor_snaps_to_whole_steps(plot: PlotView) -> None:
    told: list[int | None] = []
    plot.cursor_moved.connect(told.append)
    plot.zoom_to_x(100, 110)
    for part in (0.0, 0.31, 0.34, 1.0):
        move(plot, place(plot, part, 0.5) + QPoint(1 if part == 0 else -1, 0), NONE)
    assert told[0] == 100
    assert 103 in told
    assert told[-1] == 110
    assert len(told) == len(set(told))
    QApplication.sendEvent(plot.surface, QEvent(QEvent.Type.Leave))
    assert told[-1] is None


def test_the_cursor_keeps_to_recorded_steps(plot: PlotView) -> None:
    told: list[int | None] = []
    plot.cursor_moved.connect(told.append)
    move(plot, place(plot, 0.0, 0.5) + QPoint(2, 0), NONE)
    assert told[-1] == 0
    move(plot, place(plot, 1.0, 0.5) - QPoint(2, 0), NONE)
    assert told[-1] == 999
    move(plot, QPoint(3, 200), NONE)  # over the y axis
    assert told[-1] is None
    show(plot, [])
    move(plot, place(plot, 0.5, 0.5), NONE)
    assert told[-1] is None


def test_a_right_click_asks_for_the_menu_and_a_right_drag_does_not(plot: PlotView) -> None:
    asked: list[QPoint] = []
    plot.menu_requested.connect(asked.append)
    drag(plot, place(plot, 0.2, 0.2), place(plot, 0.5, 0.5), RIGHT)
    assert asked == []
    at = place(plot, 0.4, 0.4)
    QTest.mouseClick(target(plot), RIGHT, PLAIN, at)
    assert asked == [target(plot).mapToGlobal(at)]


def test_what_is_dragged_over_the_plot_is_for_the_window_around_it(plot: PlotView) -> None:
    widget: QWidget | None = target(plot)
    while widget is not None:
        assert not widget.acceptDrops()
        widget = widget.parentWidget()
