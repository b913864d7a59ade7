"""Which curves are drawn, how they are named, and how runs of other lengths are aligned."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lrgui.core.recipe import EveryNth, Recipe, Run
from lrgui.core.trace import Columns, Trace
from lrgui.session.values import RecordedRun, XAxis
from lrgui.ui.curves import DrawnSource, assign_colours, curves_of, drawn_sources, stretch_of
from lrgui.ui.plot.curve import Curve, Style

COLOURS = {"weights": 0, "biases": 1}


def make_trace(*groups: str, series: tuple[str, ...] = ("lr",)) -> Trace:
    columns = [np.arange(3.0)] * (len(groups) * len(series))
    return Trace.from_columns(columns, series, groups, 1)


def make_run(number: int, **changes: bool) -> RecordedRun:
    run = RecordedRun(number, f"Run {number}", number - 1, Recipe(), make_trace("weights", "biases"))
    return replace(run, **changes)


def sources_of(
    runs: list[RecordedRun], previews: dict[Style, tuple[Recipe, Columns]] | None = None
) -> tuple[DrawnSource, ...]:
    return drawn_sources(runs, runs[-1] if runs else None, previews or {}, Run(), "step")


def shown(curves: tuple[Curve, ...]) -> list[tuple[str, str]]:
    return [(curve.label, curve.style) for curve in curves]


def test_groups_keep_their_colours_when_others_come_and_go() -> None:
    colours = assign_colours(["weights", "biases"], {})
    assert colours == {"weights": 0, "biases": 1}
    colours = assign_colours(["norms", "biases", "weights"], colours)
    assert colours == {"weights": 0, "biases": 1, "norms": 2}
    assert assign_colours(["heads", "norms", "weights"], colours) == {"weights": 0, "norms": 2, "heads": 1}


def test_each_visible_run_and_the_preview_have_a_curve_per_group() -> None:
    previews: dict[Style, tuple[Recipe, Columns]] = {
        "preview": (Recipe(), make_trace("weights")),
        "intended": (Recipe(), make_trace("weights", "biases")),
    }
    curves = curves_of(sources_of([make_run(2), make_run(3)], previews), "lr", COLOURS)
    assert shown(curves) == [
        ("Run 2", "earlier"),
        ("", "earlier"),
        ("weights (Run 3)", "run"),
        ("biases (Run 3)", "run"),
        ("weights (preview)", "preview"),
        ("weights (intended)", "intended"),
        ("biases (intended)", "intended"),
    ]
    assert [curve.colour for curve in curves] == [0, 1, 0, 1, 0, 0, 1]
    assert len({curve.key for curve in curves}) == len(curves)


def test_a_pinned_run_is_drawn_in_full_strength_below_the_one_in_front() -> None:
    curves = curves_of(sources_of([make_run(1, pinned=True), make_run(2), make_run(3)]), "lr", COLOURS)
    assert shown(curves) == [
        ("Run 2", "earlier"),
        ("", "earlier"),
        ("weights (Run 1)", "run"),
        ("biases (Run 1)", "run"),
        ("weights (Run 3)", "run"),
        ("biases (Run 3)", "run"),
    ]
    assert [curve.marker for curve in curves] == [1, 1, 0, 0, 2, 2]


def test_a_single_run_is_labelled_by_group_alone() -> None:
    curves = curves_of(sources_of([make_run(3)]), "lr", COLOURS)
    assert [curve.label for curve in curves] == ["weights", "biases"]
    assert [curve.marker for curve in curves] == [None, None]


def test_a_series_that_was_not_recorded_has_no_curves() -> None:
    trace = make_trace("weights", series=("lr", "momentum"))
    sources = sources_of([], {"preview": (Recipe(), trace)})
    assert len(curves_of(sources, "momentum", COLOURS)) == 1
    assert curves_of(sources, "weight_decay", COLOURS) == ()


@pytest.mark.parametrize(
    ("x_axis", "run", "stretch"),
    [
        ("step", Run(steps=50, steps_per_epoch=5), 1.0),
        ("epoch", Run(steps=50, steps_per_epoch=5), 4.0),
        ("epoch", Run(steps=50, steps_per_epoch=40), 0.5),
        ("fraction", Run(steps=50, steps_per_epoch=5), 2.0),
        ("fraction", Run(steps=50, skipped_steps=EveryNth(2)), 4.0),
    ],
)
def test_a_row_of_another_run_takes_as_much_of_the_axis_as_aligns_it(x_axis: XAxis, run: Run, stretch: float) -> None:
    assert stretch_of(run, Run(steps=100, steps_per_epoch=20), x_axis) == stretch
