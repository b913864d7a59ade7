"""Two panes over one x axis, and curves whose rows take more or less of it than a step."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from lrgui.ui.plot.curve import Curve
from lrgui.ui.plot.pane import Pane
from lrgui.ui.plot.pane_content import PaneContent
from lrgui.ui.plot.plot_view import PlotView
from lrgui.ui.theme import LIGHT

from .drawing import make_curves, make_trace, pixels, shot, where
from .test_mouse import CTRL, LEFT, NONE, RIGHT, drag, move, wheel


def show_two(view: PlotView, above: Sequence[Curve], below: Sequence[Curve], *, log_below: bool = False) -> None:
    view.set_panes([PaneContent("above", tuple(above)), PaneContent("below", tuple(below), log_below)])
    QApplication.processEvents()


@pytest.fixture
def plot(view: PlotView) -> PlotView:
    """A rising line above, a falling one a hundred times as high below, both of 1000 steps."""
    view.set_planned(1000, 100)
    falling = [replace(curve, key="falling", colour=1) for curve in make_curves(make_trace(np.linspace(100, 50, 1000)))]
    show_two(view, make_curves(make_trace(np.linspace(0, 1, 1000))), falling)
    return view


def curves_in(pane: Pane) -> tuple[Curve, ...]:
    return tuple(drawn.curve for drawn in pane.state.curves)


def within(pane: Pane, across: float, down: float) -> QPoint:
    area = pane.area
    return QPoint(round(area.left() + across * area.width()), round(area.top() + down * area.height()))


def test_the_panes_stand_one_above_the_other_and_share_their_sides(plot: PlotView) -> None:
    above, below = plot.canvas.panes
    assert above.area.bottom() < below.area.top()
    assert (above.area.left(), above.area.right()) == (below.area.left(), below.area.right())
    assert above.window.x == below.window.x
    assert above.window.y[1] < 2
    assert below.window.y[1] > 100


def test_each_curve_is_painted_in_its_own_pane(plot: PlotView) -> None:
    image = shot(plot)
    above, below = (pane.area.toRect() for pane in plot.canvas.panes)
    for colour, inside, outside in ((0, above, below), (1, below, above)):
        found = where(image, LIGHT.curves[colour])
        legend = plot.canvas.legend_rect.toAlignedRect()
        found[legend.top() : legend.bottom() + 1, legend.left() : legend.right() + 1] = False
        assert found[inside.top() : inside.bottom(), inside.left() : inside.right()].sum() > inside.width()
        assert not found[outside.top() : outside.bottom(), outside.left() : outside.right()].any()


def test_the_wheel_over_either_pane_zooms_the_one_x_axis(plot: PlotView, qtbot: QtBot) -> None:
    above, below = plot.canvas.panes
    at = within(below, 0.5, 0.5)
    step, _ = below.value_at(at.x(), at.y())
    with qtbot.waitSignal(plot.moved_by_user):
        wheel(plot, at, 3)
    assert above.window.x == below.window.x
    assert above.window.x[1] - above.window.x[0] == pytest.approx(1029 * 0.8**3, rel=0.01)
    assert below.value_at(at.x(), at.y())[0] == pytest.approx(step)


def test_the_y_axes_are_zoomed_each_for_itself(plot: PlotView) -> None:
    above, below = plot.canvas.panes
    before = above.window.y, below.window.y
    wheel(plot, within(below, 0.5, 0.5), 2, CTRL)
    assert above.window.y == before[0]
    assert below.window.y[1] - below.window.y[0] == pytest.approx((before[1][1] - before[1][0]) * 0.64)
    plot.view_all()
    assert (above.window.y, below.window.y) == before


def test_a_drag_in_the_second_pane_pans_both(plot: PlotView) -> None:
    above, below = plot.canvas.panes
    wheel(plot, within(above, 0.5, 0.5), 5)
    before = above.window.x
    drag(plot, within(below, 0.6, 0.5), within(below, 0.5, 0.5), LEFT)
    moved = 0.1 * (before[1] - before[0])
    assert above.window.x == below.window.x
    assert above.window.x[0] - before[0] == pytest.approx(moved, rel=0.02)


def test_a_rectangle_in_the_second_pane_chooses_its_values(plot: PlotView) -> None:
    above, below = plot.canvas.panes
    y, start, stop = above.window.y, within(below, 0.2, 0.05), within(below, 0.4, 0.35)
    top, bottom = below.value_at(start.x(), start.y())[1], below.value_at(stop.x(), stop.y())[1]
    drag(plot, start, stop, RIGHT)
    assert below.window.y == pytest.approx((bottom, top), rel=1e-6)
    # What the main pane shows follows from the steps in view.
    assert above.state.y is None
    assert above.window.y != y


def test_the_cursor_marks_the_step_in_both_panes(plot: PlotView, qtbot: QtBot) -> None:
    above, below = plot.canvas.panes
    with qtbot.waitSignal(plot.cursor_moved) as told:
        move(plot, within(below, 0.25, 0.3), NONE)
    step = round(above.value_at(within(below, 0.25, 0.3).x(), 0.0)[0])
    assert told.args == [step]
    for pane, value in ((above, step / 999), (below, 100 - 50 * step / 999)):
        assert pane._crosshair.isVisible()
        ((height, _),) = pane._crosshair._dots
        low, high = pane.window.y
        assert height == pytest.approx((high - value) / (high - low) * pane.window.height, abs=0.01)


def test_the_second_pane_may_be_logarithmic_alone(plot: PlotView) -> None:
    curves = make_curves(make_trace(np.geomspace(1e-4, 1e4, 1000)))
    show_two(plot, curves, curves, log_below=True)
    above, below = plot.canvas.panes
    assert above.window.y[1] > 1e4
    assert below.window.y == pytest.approx((-4.4, 4.4), abs=0.01)


def test_a_second_pane_that_goes_leaves_its_room_to_the_first(plot: PlotView) -> None:
    height = plot.canvas.main.area.height()
    curves = make_curves(make_trace(np.linspace(0, 1, 1000)))
    plot.set_panes([PaneContent("above", tuple(curves))])
    assert len(plot.canvas.panes) == 1
    assert plot.canvas.main.area.height() > height
    image = shot(plot)
    assert not where(image, LIGHT.curves[1]).any()
    # Nothing lies between the one pane and its x axis.
    assert plot.canvas._bottom.geometry().top() == plot.canvas.main.area.bottom()
    at = within(plot.canvas.main, 0.5, 0.9)
    assert plot.canvas.pane_at(QPointF(at)) is plot.canvas.main
    show_two(plot, curves, curves)
    assert [pane.area.height() > 50 for pane in plot.canvas.panes] == [True, True]


def test_new_rows_are_drawn_in_both_panes(view: PlotView) -> None:
    trace = make_trace(np.linspace(1, 2, 1000), np.linspace(3, 4, 1000))
    trace.rows = 100
    first, second = make_curves(trace)
    view.set_planned(1000, 100)
    show_two(view, [first], [second])
    trace.rows = 1000
    assert view.refresh()
    image = shot(view)
    for colour, pane in enumerate(view.canvas.panes):
        area = pane.area.toRect()
        ends = where(image, LIGHT.curves[colour])[area.top() : area.bottom(), area.center().x() : area.right()]
        assert ends.any(axis=0).mean() > 0.9


@pytest.mark.parametrize("stretch", [4.0, 0.25, 10 / 3])
def test_a_stretched_curve_takes_its_part_of_the_axis(view: PlotView, stretch: float) -> None:
    rows = round(1000 / stretch)
    values = np.where(np.arange(rows) < rows // 2, 1.0, 2.0)
    (curve,) = make_curves(make_trace(values))
    view.set_planned(1000, 100)
    view.set_panes([PaneContent("lr", (replace(curve, stretch=stretch),))])
    assert view.canvas.window.x == pytest.approx((-15, 1014), abs=1)
    found = where(shot(view), LIGHT.curves[0])
    legend = view.canvas.legend_rect.toAlignedRect()
    found[legend.top() : legend.bottom() + 1, legend.left() : legend.right() + 1] = False
    area = view.canvas.plot_area.toRect()
    found = found[area.top() : area.bottom(), area.left() : area.right()]
    columns = np.flatnonzero(found.any(axis=0))
    pixels = area.width() / 1029
    assert columns[0] == pytest.approx(15 * pixels, abs=2)
    assert columns[-1] == pytest.approx((15 + (rows - 1) * stretch) * pixels, abs=2)
    step_column = np.flatnonzero(found.sum(axis=0) > 20)
    assert step_column.mean() == pytest.approx((15 + (rows // 2 - 0.5) * stretch) * pixels, abs=max(2.0, stretch))


@pytest.mark.parametrize(("step", "value"), [(0, 0.0), (9, 0.0), (10, 1.0), (19, 1.0), (995, 99.0)])
def test_the_cursor_reads_the_row_in_force(view: PlotView, step: int, value: float) -> None:
    (curve,) = make_curves(make_trace(np.arange(100.0)))
    view.set_planned(1000, 100)
    view.set_panes([PaneContent("lr", (replace(curve, stretch=10.0),))])
    view.canvas.set_cursor(step)
    ((height, _),) = view.canvas.main._crosshair._dots
    low, high = view.canvas.window.y
    assert high - height / view.canvas.window.height * (high - low) == pytest.approx(value, abs=0.01)


@pytest.mark.parametrize("x_axis", ["step", "epoch", "fraction"])
def test_the_axis_says_what_it_counts(view: PlotView, x_axis: str) -> None:
    view.set_planned(1000, 100)
    view.set_x_axis(x_axis)  # type: ignore[arg-type]
    show_two(view, make_curves(make_trace(np.linspace(0, 1, 1000))), ())
    axis = view.canvas._bottom
    wanted = {
        "step": "optimizer step",
        "epoch": "epoch (100 steps each)",
        "fraction": "% of the run (1\u202f000 steps)",
    }
    assert axis.title.replace("\u2009", "\u202f") == wanted[x_axis]
    last = {"step": "1000", "epoch": "10", "fraction": "100"}[x_axis]
    assert "".join(filter(str.isdigit, axis.current_ticks().labels[-1])) == last
    assert axis.current_ticks().positions[-1] == 1000.0


def test_the_gap_between_the_panes_is_dragged(plot: PlotView) -> None:
    above, below = plot.canvas.panes
    gap = QPoint(round(above.area.center().x()), round((above.area.bottom() + below.area.top()) / 2))
    before, x = below.area.top(), above.window.x
    move(plot, gap, NONE)
    assert plot.surface.viewport().cursor().shape() == Qt.CursorShape.SplitVCursor
    drag(plot, gap, gap - QPoint(0, 60), LEFT)
    assert below.area.top() == pytest.approx(before - 60, abs=2)
    assert above.window.x == x
    drag(plot, gap - QPoint(0, 60), gap + QPoint(0, 2000), LEFT)
    assert below.area.height() > 40
    move(plot, within(above, 0.5, 0.5), NONE)
    assert plot.surface.viewport().cursor().shape() != Qt.CursorShape.SplitVCursor


def test_a_second_pane_that_is_gone_holds_no_trace(view: PlotView) -> None:
    trace = make_trace(np.linspace(0, 1, 1000))
    held = weakref.ref(trace)
    curves = make_curves(trace)
    show_two(view, curves, curves)
    shot(view)
    view.set_panes([PaneContent("another", tuple(make_curves(make_trace(np.linspace(0, 1, 10)))))])
    del trace, curves
    gc.collect()
    assert held() is None


def test_a_long_title_stays_beside_its_own_pane(plot: PlotView) -> None:
    above, below = plot.canvas.panes
    strip = np.s_[: round(above.area.bottom()) - 10, : round(0.4 * above.area.left())]

    def ink_above() -> int:
        return int((pixels(shot(plot))[strip] != (255, 255, 255)).any(axis=2).sum())

    ink = ink_above()
    plot.set_panes([PaneContent("above", curves_in(above)), PaneContent("baseline / warm-up " * 20, curves_in(below))])
    assert ink_above() == ink > 0
