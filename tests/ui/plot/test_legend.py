"""The legend by mouse, with real events on a real plot."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QFontMetricsF, QHelpEvent, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot

from lrgui.ui.plot.fonts import device_font
from lrgui.ui.plot.plot_view import PlotView

from .drawing import curve_pixels, make_curves, make_trace, show

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
PLAIN, ALT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.AltModifier
RATES = (np.full(1000, 3.0), np.full(1000, 2.0), np.full(1000, 1.0))


@pytest.fixture
def plot(view: PlotView) -> PlotView:
    """Three level lines, the first one highest."""
    view.set_planned(1000, 100)
    view.hiding_wanted.connect(view.set_hidden)
    show(view, make_curves(make_trace(*RATES)))
    QApplication.processEvents()
    return view


def row(plot: PlotView, index: int) -> QPoint:
    """Return the middle of a row of the legend."""
    legend, count = plot.canvas.legend_rect, len(plot.canvas.legend_texts)
    line = QFontMetricsF(device_font(plot.font())).height()
    inner = legend.adjusted(0, 0.35 * line, 0, -0.35 * line)
    return QPointF(legend.center().x(), inner.top() + (index + 0.5) * inner.height() / count).toPoint()


def frame(plot: PlotView) -> QPoint:
    """Return a place on the legend beside its rows."""
    legend = plot.canvas.legend_rect
    return QPointF(legend.center().x(), legend.top() + 3).toPoint()


def click(plot: PlotView, at: QPoint, modifiers: Qt.KeyboardModifier = PLAIN) -> None:
    QTest.mouseClick(plot.surface.viewport(), LEFT, modifiers, at)


def double_click(plot: PlotView, at: QPoint) -> None:
    """As a person does: the second press of two comes as a double click."""
    click(plot, at)
    QTest.mouseDClick(plot.surface.viewport(), LEFT, PLAIN, at)


def drag(plot: PlotView, start: QPoint, stop: QPoint, *, release: bool = True) -> None:
    target = plot.surface.viewport()
    QTest.mousePress(target, LEFT, PLAIN, start)
    for at in (start + (stop - start) / 2, stop):
        event = QMouseEvent(QEvent.Type.MouseMove, QPointF(at), QPointF(target.mapToGlobal(at)), NONE, LEFT, PLAIN)
        QApplication.sendEvent(target, event)
    if release:
        QTest.mouseRelease(target, LEFT, PLAIN, stop)


def drawn(plot: PlotView) -> list[bool]:
    """Say of each curve whether it is on the screen."""
    return [bool(curve_pixels(plot, colour).any()) for colour in range(3)]


def test_a_click_on_a_row_hides_its_curve_and_another_shows_it(plot: PlotView) -> None:
    assert drawn(plot) == [True, True, True]
    click(plot, row(plot, 1))
    assert drawn(plot) == [True, False, True]
    assert plot.canvas.legend_texts == ("group 0", "group 1", "group 2")
    click(plot, row(plot, 1))
    assert drawn(plot) == [True, True, True]


def test_the_ranges_and_the_cursor_leave_out_what_is_hidden(plot: PlotView) -> None:
    high = plot.visible_range()[1][1]
    click(plot, row(plot, 0))
    assert high > 3 > plot.visible_range()[1][1] > 2
    for index in (1, 2):
        click(plot, row(plot, index))
    told: list[int | None] = []
    plot.cursor_moved.connect(told.append)
    QTest.mouseMove(plot.surface.viewport(), plot.canvas.plot_area.center().toPoint())
    assert set(told) <= {None}


@pytest.mark.parametrize("act", [double_click, lambda plot, at: click(plot, at, ALT)])
def test_one_curve_alone_and_all_again(plot: PlotView, act: object) -> None:
    assert callable(act)
    click(plot, row(plot, 0))
    act(plot, row(plot, 2))
    assert drawn(plot) == [False, False, True]
    act(plot, row(plot, 1))
    assert drawn(plot) == [False, True, False]
    act(plot, row(plot, 1))
    assert drawn(plot) == [True, True, True]


def test_a_hidden_row_is_dimmed_and_struck_out(plot: PlotView) -> None:
    def ink() -> list[int]:
        """Return the darkest shade of the text of each row."""
        picture = plot.grab().toImage()
        return [
            min(
                picture.pixelColor(x, row(plot, index).y() + y).lightness()
                for x in range(row(plot, index).x(), int(plot.canvas.legend_rect.right()) - 8)
                for y in range(-6, 7)
            )
            for index in range(3)
        ]

    before = ink()
    click(plot, row(plot, 1))
    after = ink()
    assert (after[0], after[2]) == (before[0], before[2])
    assert after[1] > before[1] + 20
    assert _line_through(plot, 1)
    assert not _line_through(plot, 2)


def _line_through(plot: PlotView, index: int) -> bool:
    """Say whether there is a line across the whole text of a row."""
    picture, middle = plot.grab().toImage(), row(plot, index).y()
    levels = [[picture.pixelColor(x, middle + y).lightness() < 200 for x in _text(plot)] for y in range(-3, 5)]
    return any(all(level) for level in levels)


def _text(plot: PlotView) -> range:
    """Return the pixel columns of the text of a row."""
    metrics = QFontMetricsF(device_font(plot.font()))
    right = plot.canvas.legend_rect.right() - 1 - 0.6 * metrics.height()
    return range(int(right - metrics.horizontalAdvance("group 1")) + 2, int(right) - 2)


def test_what_is_hidden_stays_so_when_curves_are_set_anew(plot: PlotView) -> None:
    click(plot, row(plot, 1))
    curves = make_curves(make_trace(*RATES))
    show(plot, curves)
    assert drawn(plot) == [True, False, True]
    show(plot, curves[:1])
    assert plot.canvas.legend_texts == ("group 0",)
    show(plot, curves)
    assert drawn(plot) == [True, False, True]


def test_the_row_of_an_earlier_run_stands_for_all_its_groups(view: PlotView) -> None:
    earlier = make_curves(make_trace(*RATES[:2]), "earlier")
    named = [replace(earlier[0], label="Run 1"), replace(earlier[1], label="")]
    newer = make_curves(make_trace(RATES[2]))
    view.hiding_wanted.connect(view.set_hidden)
    show(view, [*named, replace(newer[0], colour=2)])
    QApplication.processEvents()
    assert view.canvas.legend_texts == ("Run 1", "group 0")
    click(view, row(view, 0))
    assert view.canvas.hidden == {"earlier/group 0", "earlier/group 1"}
    assert [drawn.curve.key for drawn in view.canvas.state.curves] == ["run/group 0"]


def test_the_legend_stays_where_it_was_put(plot: PlotView) -> None:
    area, legend = plot.canvas.plot_area, plot.canvas.legend_rect
    aim = area.center().toPoint()
    drag(plot, legend.center().toPoint(), aim)
    assert (plot.canvas.legend_rect.center() - QPointF(aim)).manhattanLength() <= 2
    assert drawn(plot) == [True, True, True]  # a drag is no click
    before = plot.canvas.legend_rect
    plot.canvas.settle()
    plot.zoom_to_x(100, 400)
    assert plot.canvas.legend_rect == before
    home = plot.visible_range()[0]
    assert home == (100, 400)  # nor has it panned


def test_it_keeps_its_part_of_the_room_when_the_plot_changes_its_size(plot: PlotView) -> None:
    drag(plot, plot.canvas.legend_rect.center().toPoint(), QPoint(5000, 5000))
    area = plot.canvas.plot_area
    assert area.adjusted(-1, -1, 1, 1).contains(plot.canvas.legend_rect)
    for size in ((500, 350), (1000, 700)):
        plot.resize(*size)
        QApplication.processEvents()
        corner = plot.canvas.legend_rect.bottomRight() - plot.canvas.plot_area.bottomRight()
        assert corner.manhattanLength() <= 3


def test_a_double_click_on_its_frame_or_view_all_lets_it_choose_again(plot: PlotView) -> None:
    home = plot.canvas.legend_rect
    for back in (lambda: double_click(plot, frame(plot)), plot.view_all):
        drag(plot, plot.canvas.legend_rect.center().toPoint(), plot.canvas.plot_area.center().toPoint())
        assert plot.canvas.legend_rect != home
        back()
        assert plot.canvas.legend_rect == home
    plot.zoom_to_x(100, 400)
    double_click(plot, frame(plot))
    assert plot.visible_range()[0] == (100, 400)  # a double click beside the legend shows everything


def test_a_drag_given_up_puts_it_back(plot: PlotView) -> None:
    home = plot.canvas.legend_rect
    drag(plot, plot.canvas.legend_rect.center().toPoint(), plot.canvas.plot_area.center().toPoint(), release=False)
    assert plot.canvas.legend_rect != home
    assert plot.surface.cancel_drag()
    assert plot.canvas.legend_rect == home


def test_the_pointer_tells_what_can_be_done(plot: PlotView) -> None:
    shapes = []
    for at in (row(plot, 0), frame(plot), plot.canvas.plot_area.center().toPoint()):
        target = plot.surface.viewport()
        event = QMouseEvent(QEvent.Type.MouseMove, QPointF(at), QPointF(target.mapToGlobal(at)), NONE, NONE, PLAIN)
        QApplication.sendEvent(target, event)
        shapes.append(target.cursor().shape())
    assert shapes[:2] == [Qt.CursorShape.PointingHandCursor, Qt.CursorShape.OpenHandCursor]
    assert shapes[2] == Qt.CursorShape.ArrowCursor


def test_what_is_hidden_is_not_in_a_figure(plot: PlotView) -> None:
    click(plot, row(plot, 1))
    svg = plot.figure(".svg", plot.screen_options())().decode()
    assert "group 0" in svg
    assert "group 1" not in svg


def tip_at(plot: PlotView, at: QPoint, qtbot: QtBot) -> str:
    """Return what a tool tip says where the mouse rests."""
    viewport = plot.surface.viewport()
    place = QPointF(viewport.mapToGlobal(at))
    move = QMouseEvent(QEvent.Type.MouseMove, QPointF(at), place, NONE, NONE, PLAIN)
    QApplication.sendEvent(viewport, move)
    QApplication.sendEvent(viewport, QHelpEvent(QEvent.Type.ToolTip, at, place.toPoint()))
    qtbot.waitUntil(QToolTip.isVisible)
    text = QToolTip.text()
    QToolTip.hideText()
    return text


def test_a_tool_tip_tells_the_whole_name_and_what_a_click_does(plot: PlotView, qtbot: QtBot) -> None:
    name = "transformer.encoder.layers.0.self_attention." * 5
    show(plot, [replace(curve, label=f"{name}{curve.label}") for curve in make_curves(make_trace(*RATES))])
    first, _, how = tip_at(plot, row(plot, 1), qtbot).partition("\n")
    assert first == f"{name}group 1"
    assert "hide" in how
    assert "move the legend" in tip_at(plot, frame(plot), qtbot)
