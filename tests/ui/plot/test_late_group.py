"""A group that joins the optimizer late: no value before, a curve from then on, on the screen and in figures."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QImage

from lrgui.core.figure_options import FigureOptions
from lrgui.core.trace import Trace
from lrgui.ui.plot.export import write_figure
from lrgui.ui.plot.plot_view import PlotView
from lrgui.ui.theme import LIGHT

from .drawing import curve_pixels, make_curves, make_trace, shot, show, where


def late(rows: int, joins: int, rate: float) -> np.ndarray:
    """Return a constant rate from the row `joins` on."""
    values = np.full(rows, rate)
    values[:joins] = math.nan
    return values


@pytest.mark.parametrize("rows", [1000, 1_000_000])
@pytest.mark.parametrize("log_y", [False, True])
def test_its_curve_begins_where_it_joins_without_a_stroke_from_nowhere(view: PlotView, rows: int, log_y: bool) -> None:
    trace = make_trace(np.full(rows, 0.5), late(rows, rows // 2, 0.2))
    view.set_planned(rows, 100)
    show(view, make_curves(trace), log_y=log_y)
    found = curve_pixels(view, 1)
    columns = np.flatnonzero(found.any(axis=0))
    expected = view.canvas.window.to_x(np.array([rows / 2]))[0]
    assert columns[0] == pytest.approx(expected, abs=3)
    lines = np.flatnonzero(found.any(axis=1))
    assert lines[-1] - lines[0] < 5


def test_the_axis_goes_by_the_others_until_it_joins(view: PlotView) -> None:
    trace = make_trace(late(1000, 600, 8.0), np.full(1000, 0.5))
    trace.rows = 500
    view.set_planned(1000, 100)
    show(view, make_curves(trace))
    assert 0.5 < view.visible_range()[1][1] < 1.0
    trace.rows = 1000
    view.refresh()
    assert view.visible_range()[1][1] > 8.0


def test_a_zero_of_another_group_is_named_at_the_edge_of_a_logarithmic_axis(view: PlotView) -> None:
    show(view, make_curves(make_trace(late(100, 100, 1.0), np.repeat([0.1, 0.0], 50))), log_y=True)
    assert view.canvas.main.state.lower_edge_label((0.0, 99.0), 500.0) == "0"


def test_it_has_no_dot_under_the_mouse_before_it_joins(view: PlotView) -> None:
    show(view, make_curves(make_trace(np.full(100, 0.5), late(100, 50, 0.2))))
    for step, colours in ((20, LIGHT.curves[:1]), (80, LIGHT.curves[:2])):
        view.canvas.set_cursor(step)
        assert tuple(colour.name() for _, colour in view.canvas.main._crosshair._dots) == colours


def test_rows_without_a_value_are_not_painted_for(view: PlotView) -> None:
    trace = make_trace(late(1_000_000, 900_000, 0.5))
    trace.rows = 500_000
    view.set_planned(1_000_000, 100)
    show(view, make_curves(trace))
    shot(view)
    trace.rows += 50
    assert not view.refresh()
    trace.rows = 900_001
    assert view.refresh()


@pytest.mark.parametrize("suffix", ["png", "svg", "pdf"])
def test_figures_show_it_from_where_it_joins(view: PlotView, tmp_path: Path, suffix: str) -> None:
    trace = make_trace(np.full(1000, 0.5), late(1000, 500, 0.2))
    view.set_planned(1000, 100)
    show(view, make_curves(trace))
    path = tmp_path / f"figure.{suffix}"
    write_figure(path, view.canvas.state, FigureOptions(158.75, 105.8, dpi=96, font_size=9.0))
    content = path.read_bytes()
    assert b"nan" not in content.lower() or suffix != "svg"
    if suffix == "png":
        columns = np.flatnonzero(where(QImage(str(path)), LIGHT.curves[1])[60:].any(axis=0))
        assert 300 < columns[0] < 360


def test_a_trace_in_which_nothing_has_joined_yet_is_drawn(view: PlotView) -> None:
    trace = Trace(["lr"], ["late"], 100)
    trace.buffer[:] = math.nan
    trace.rows = 10
    show(view, make_curves(trace))
    assert not curve_pixels(view, 0).any()
