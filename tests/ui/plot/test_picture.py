"""What can be seen: every curve in its colour, where its values are."""

from __future__ import annotations

import math

import numpy as np
import pytest

from lrgui.core.trace import Trace
from lrgui.ui.plot.curve import Curve, Style
from lrgui.ui.plot.plot_view import PlotView
from lrgui.ui.theme import DARK, LIGHT

from .drawing import curve_pixels, make_curves, make_trace, pixels, shot, show, where


def rows_of(found: np.ndarray, column: int) -> np.ndarray:
    return np.flatnonzero(found[:, column])


def test_a_step_schedule_is_drawn_at_its_values(view: PlotView) -> None:
    values = np.repeat([0.1, 0.05, 0.025, 0.0125], 250)
    view.set_planned(1000, 100)
    show(view, make_curves(make_trace(values)))
    found = curve_pixels(view, 0)
    (low, high), height, width = view.visible_range()[1], found.shape[0], found.shape[1]
    for step in (50, 300, 600, 900):
        column = round((step + 15) / 1029 * width)
        expected = (high - values[step]) / (high - low) * height
        assert np.abs(rows_of(found, column) - expected).min() <= 2
    jump = round((249.5 + 15) / 1029 * width)
    drop = found[:, jump - 2 : jump + 3].any(axis=1).sum()
    assert drop == pytest.approx(0.05 / (high - low) * height, abs=5)


def test_a_million_rows_of_eight_columns_show_every_curve_and_a_single_spike(view: PlotView) -> None:
    steps = np.arange(1_000_000)
    columns = [(1 + group) * 1e-3 * (1 + np.cos(np.pi * steps / 1e6)) / 2 for group in range(8)]
    columns[3][400_123] = 0.02
    show(view, make_curves(make_trace(*columns)))
    for group in range(8):
        found = curve_pixels(view, group)
        assert found.any(axis=0).mean() > 0.5, group
    spike = curve_pixels(view, 3)
    column = round(0.4 / 1.03 * spike.shape[1] + 0.015 / 1.03 * spike.shape[1])
    assert len(rows_of(spike[:, column - 3 : column + 4].any(axis=1).reshape(-1, 1), 0)) > 0.4 * len(spike)


def test_cycles_too_fast_to_follow_are_a_band_that_hides_no_other_curve(view: PlotView) -> None:
    steps = np.arange(200_000)
    show(view, make_curves(make_trace(np.full(len(steps), 0.37), np.abs(steps % 200 - 100) / 100)))
    (low, high), image = view.visible_range()[1], shot(view)
    area = view.canvas.plot_area.toRect()
    colours = pixels(image)[area.top() : area.bottom(), area.left() + 40 : area.left() + 300]
    inside = slice(
        round((high - 0.95) / (high - low) * len(colours)), round((high - 0.05) / (high - low) * len(colours))
    )
    assert not (colours[inside] == 255).all(axis=2).any()
    assert len(np.unique(colours[inside].reshape(-1, 3), axis=0)) < 8
    edges = curve_pixels(view, 1)[:, 40:300]
    rows = np.flatnonzero(edges.mean(axis=1) > 0.9)
    for value in (0.0, 1.0):
        assert np.abs(rows - (high - value) / (high - low) * len(edges)).min() <= 2
    assert curve_pixels(view, 0)[:, 40:300].any(axis=0).all()


def test_cycles_wider_than_a_few_pixels_are_lines(view: PlotView) -> None:
    steps = np.arange(20_000)
    show(view, make_curves(make_trace(np.abs(steps % 1000 - 500) / 500)))
    assert 0.02 < curve_pixels(view, 0).mean() < 0.4


def test_rows_that_are_not_numbers_leave_a_gap(view: PlotView) -> None:
    values = np.full(1000, 0.5)
    values[400:600] = math.nan
    show(view, make_curves(make_trace(values)))
    columns = curve_pixels(view, 0).any(axis=0)
    width = len(columns)
    assert not columns[round(width * 0.42) : round(width * 0.58)].any()
    assert columns[round(width * 0.1) : round(width * 0.38)].all()
    assert columns[round(width * 0.62) : round(width * 0.9)].all()


def test_a_lone_row_between_gaps_is_seen(view: PlotView) -> None:
    values = np.full(1000, math.nan)
    values[500] = 0.5
    show(view, make_curves(make_trace(values)))
    assert curve_pixels(view, 0).any()


def test_zero_is_shown_at_the_edge_of_a_logarithmic_axis(view: PlotView) -> None:
    show(view, make_curves(make_trace(np.repeat([1e-2, 0.0, 1e-4, -1.0], 250))), log_y=True)
    found = curve_pixels(view, 0)
    width, height = found.shape[1], found.shape[0]
    for part in (0.35, 0.85):
        assert rows_of(found, round(width * part)).min() >= height - 5
    assert rows_of(found, round(width * 0.6)).max() < height - 10


@pytest.mark.parametrize("value", [0.0, 1e-3, 1e-12, 5e5, -0.1])
@pytest.mark.parametrize("log_y", [False, True])
def test_a_constant_is_a_line_inside_the_plot(view: PlotView, value: float, log_y: bool) -> None:
    show(view, make_curves(make_trace(np.full(100, value))), log_y=log_y)
    low, high = view.visible_range()[1]
    assert high > low
    if not log_y:
        assert low < value < high
        assert low <= 0 <= high
    assert curve_pixels(view, 0).any(axis=0).mean() > 0.6


def test_a_preview_is_dashed_and_a_run_is_not(view: PlotView) -> None:
    trace = make_trace(np.full(1000, 0.5))
    show(view, make_curves(trace, "run"))
    solid = curve_pixels(view, 0).any(axis=0)
    show(view, make_curves(trace, "preview"))
    dashed = curve_pixels(view, 0).any(axis=0)
    inside = slice(30, 500)
    assert solid[inside].all()
    assert 0.4 < dashed[inside].mean() < 0.8
    assert np.abs(np.diff(dashed[inside].astype(int))).sum() > 30


def test_an_earlier_run_is_paler_and_a_marker_stands_at_its_newest_row(view: PlotView) -> None:
    trace = make_trace(np.full(500, 0.5), capacity=1000)
    view.set_planned(1000, 100)
    show(view, make_curves(trace, "earlier", marker=6))
    assert not curve_pixels(view, 0).any()
    dot = curve_pixels(view, 6)
    columns = np.flatnonzero(dot.any(axis=0))
    assert columns.mean() == pytest.approx((499 + 0.015 * 999) / (1.03 * 999) * dot.shape[1], abs=2)


def test_themes_change_every_colour(view: PlotView) -> None:
    show(view, make_curves(make_trace(np.linspace(0, 1, 500))))
    for theme in (DARK, LIGHT):
        view.set_theme(theme)
        image = shot(view)
        assert where(image, theme.base, 0).mean() > 0.8
        assert where(image, theme.curves[0]).any()
        assert where(image, theme.text, 40).any()


def test_a_diverged_curve_does_not_take_the_others_out_of_view(view: PlotView) -> None:
    diverged = np.linspace(1, 2, 500)
    diverged[300:] = math.inf
    show(view, make_curves(make_trace(diverged, np.linspace(2, 3, 500))))
    low, high = view.visible_range()[1]
    assert low < 1
    assert 3 < high < 4


def test_at_a_deep_zoom_every_step_is_a_point(view: PlotView) -> None:
    show(view, make_curves(make_trace(np.full(1000, 0.5))))
    view.zoom_to_x(100, 120)
    found = curve_pixels(view, 0)
    thick = found.sum(axis=0) >= 4
    assert np.count_nonzero(np.diff(thick.astype(int)) == 1) == pytest.approx(20, abs=1)


def test_legend_lists_every_label_once_in_plain_text_and_elided(view: PlotView) -> None:
    trace = make_trace(np.linspace(0, 1, 100), np.linspace(0, 2, 100), np.linspace(0, 3, 100))
    names = ("<b>weights</b> & more", "<b>weights</b> & more", "encoder." * 40)
    show(
        view,
        [Curve(str(index), name, trace, index, min(index, 1)) for index, name in zip((0, 0, 2), names, strict=True)],
    )
    assert view.canvas.legend_texts[0] == "<b>weights</b> & more"
    assert len(view.canvas.legend_texts) == 2
    assert "\u2026" in view.canvas.legend_texts[1]
    assert view.canvas.legend_rect.width() <= 0.41 * view.canvas.plot_area.width()


def test_a_short_name_is_shown_in_full_in_a_narrow_plot(view: PlotView) -> None:
    view.resize(380, 500)
    trace = make_trace(np.linspace(0, 1, 100), np.linspace(0, 2, 100))
    names = ("weights (preview)", "encoder." * 40)
    show(view, [Curve(str(index), name, trace, index, index) for index, name in enumerate(names)])
    short, long = view.canvas.legend_texts
    assert short == "weights (preview)"
    assert "\u2026" in long
    assert view.canvas.legend_rect.width() < 0.71 * view.canvas.plot_area.width()


def test_legend_keeps_out_of_the_way_and_is_absent_without_curves(view: PlotView) -> None:
    assert view.canvas.legend_texts == ()
    assert not view.canvas.legend_rect.isValid()
    show(view, make_curves(make_trace(np.linspace(0, 1, 1000))))  # runs into the upper right corner
    assert view.canvas.legend_rect.right() < view.canvas.plot_area.center().x()


def test_forty_groups_fit(view: PlotView) -> None:
    show(view, make_curves(make_trace(*[np.full(10, float(index)) for index in range(40)])))
    assert view.canvas.plot_area.contains(view.canvas.legend_rect)
    assert view.canvas.legend_texts[-1].startswith("and ")


def test_an_empty_trace_and_no_curves_at_all_are_drawn(view: PlotView) -> None:
    for log_y in (False, True):
        show(view, make_curves(Trace(["lr"], ["a"], 100)), log_y=log_y)
        assert not curve_pixels(view, 0).any()
        show(view, [])
        shot(view)


@pytest.mark.parametrize("largest", [1e308, 5e-324])
def test_rates_at_the_ends_of_what_a_double_holds_are_drawn(view: PlotView, largest: float) -> None:
    show(view, make_curves(make_trace(largest * 0.5 ** np.arange(10))))
    shot(view)
    low, high = view.visible_range()[1]
    assert np.isfinite([low, high, high - low]).all()


def test_a_constant_beyond_what_an_axis_holds_is_drawn(view: PlotView) -> None:
    for largest in (1.7e308, -1.7e308):
        show(view, make_curves(make_trace(np.full(10, largest))))
        shot(view)
        low, high = view.visible_range()[1]
        assert low < np.sign(largest) * 1e307 < high
        assert max(abs(low), abs(high)) < 2e307


@pytest.mark.parametrize("style", ["run", "preview"])
def test_curves_that_coincide_show_every_colour(view: PlotView, style: Style) -> None:
    same = np.linspace(1.0, 0.5, 400)
    show(view, make_curves(make_trace(same, same, same), style=style))
    shares = [int(curve_pixels(view, index).any(axis=0).sum()) for index in range(3)]
    width = curve_pixels(view, 0).shape[1]
    assert min(shares) > width / 8
    assert max(shares) < width / 2
