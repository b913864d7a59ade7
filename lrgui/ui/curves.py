"""Which curves the plot shows: the visible runs, the preview and what is intended, every group in its own colour."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count

from lrgui.core.derived import with_series
from lrgui.core.pace import recorded_steps
from lrgui.core.recipe import Recipe, Run
from lrgui.core.trace import Columns
from lrgui.session.values import RecordedRun, XAxis
from lrgui.ui.plot.curve import Curve, Style


@dataclass(frozen=True, slots=True)
class DrawnSource:
    """A trace that is drawn, and how: its recipe, the labels of its groups, and the steps of the x axis to a row.

    `colour` is that of a run, None for a preview.
    """

    key: str
    name: str
    trace: Columns
    recipe: Recipe
    labels: tuple[str, ...]
    style: Style
    marker: int | None = None
    colour: int | None = None
    stretch: float = 1.0


def assign_colours(names: Iterable[str], kept: Mapping[str, int]) -> dict[str, int]:
    """Return the colour index of every group name: the one it has in `kept`, else the first that is free."""
    names = list(dict.fromkeys(names))
    colours = {name: kept[name] for name in names if name in kept}
    free = (index for index in count() if index not in set(colours.values()))
    for name in names:
        if name not in colours:
            colours[name] = next(free)
    return colours


def stretch_of(run: Run, reference: Run, x_axis: XAxis) -> float:
    """Return how many steps of `reference` a row of `run` takes where both are aligned as the x axis says."""
    match x_axis:
        case "epoch":
            return reference.steps_per_epoch / run.steps_per_epoch
        case "fraction":
            return max(recorded_steps(reference), 1) / max(recorded_steps(run), 1)
    return 1.0


def drawn_sources(
    runs: Sequence[RecordedRun],
    front: RecordedRun | None,
    previews: Mapping[Style, tuple[Recipe, Columns]],
    reference: Run,
    x_axis: XAxis,
) -> tuple[DrawnSource, ...]:
    """Return what is drawn, in drawing order: the visible runs, the one in front last, then the previews.

    The labels name the groups of the run in front, of pinned runs and of the previews; another run has one, its name.
    """
    several = len(runs) > 1
    sources = []
    for run in sorted(runs, key=lambda run: (front is not None and run.id == front.id, run.pinned)):
        is_front = front is not None and run.id == front.id
        groups = run.trace.groups
        if is_front or run.pinned:
            suffix = f" ({run.name})" if several else ""
            labels = tuple(f"{group}{suffix}" for group in groups)
            style: Style = "run"
        else:
            labels, style = (run.name, *[""] * len(groups)), "earlier"
        marker = run.colour if several else None
        stretch = stretch_of(run.recipe.run, reference, x_axis)
        sources.append(
            DrawnSource(str(run.id), run.name, run.trace, run.recipe, labels, style, marker, run.colour, stretch)
        )
    for preview, (recipe, trace) in previews.items():
        labels = tuple(f"{group} ({preview})" for group in trace.groups)
        stretch = stretch_of(recipe.run, reference, x_axis)
        sources.append(DrawnSource(preview, preview, trace, recipe, labels, preview, stretch=stretch))
    return tuple(sources)


def curves_of(sources: Iterable[DrawnSource], series: str, colours: Mapping[str, int]) -> tuple[Curve, ...]:
    """Return one curve per source and group that has the series or lets it be worked out, the first one lowest."""
    found = ((source, with_series(source.trace, series, source.recipe)) for source in sources)
    return tuple(
        Curve(
            key=f"{source.key}/{series}/{group}",
            label=source.labels[index],
            trace=trace,
            column=trace.column_index(series, index),
            colour=colours[group],
            style=source.style,
            marker=source.marker,
            stretch=source.stretch,
        )
        for source, trace in found
        if trace is not None
        for index, group in enumerate(trace.groups)
    )
