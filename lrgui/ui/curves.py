"""Which curves the plot shows: the visible runs, the preview and what is intended, every group in its own colour."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import count

from lrgui.core.trace import Trace
from lrgui.session.values import RecordedRun
from lrgui.ui.plot.curve import Curve, Style


def assign_colours(names: Iterable[str], kept: Mapping[str, int]) -> dict[str, int]:
    """Return the colour index of every group name: the one it has in `kept`, else the first that is free."""
    names = list(dict.fromkeys(names))
    colours = {name: kept[name] for name in names if name in kept}
    free = (index for index in count() if index not in set(colours.values()))
    for name in names:
        if name not in colours:
            colours[name] = next(free)
    return colours


def build_curves(
    runs: tuple[RecordedRun, ...],
    front: RecordedRun | None,
    previews: Mapping[Style, Trace],
    series: str,
    colours: Mapping[str, int],
) -> tuple[Curve, ...]:
    """Return one curve per visible run and group that recorded `series`, then those of `previews`, in drawing order.

    The legend names the groups of the run in front and of the previews; an earlier run has one line in it, its name.
    """
    earlier = [run for run in runs if front is None or run.id != front.id]
    several = len(runs) > 1
    curves: list[Curve] = []
    for run in earlier:
        labels = [run.name, *[""] * len(run.trace.groups)]
        curves += _curves_of(run.trace, series, str(run.id), labels, colours, "earlier", run.colour)
    if front is not None:
        suffix = f" ({front.name})" if several else ""
        labels = [f"{group}{suffix}" for group in front.trace.groups]
        marker = front.colour if several else None
        curves += _curves_of(front.trace, series, str(front.id), labels, colours, "run", marker)
    for style, trace in previews.items():
        labels = [f"{group} ({style})" for group in trace.groups]
        curves += _curves_of(trace, series, style, labels, colours, style, None)
    return tuple(curves)


def _curves_of(
    trace: Trace,
    series: str,
    source: str,
    labels: list[str],
    colours: Mapping[str, int],
    style: Style,
    marker: int | None,
) -> list[Curve]:
    if series not in trace.series:
        return []
    return [
        Curve(
            key=f"{source}/{series}/{group}",
            label=labels[index],
            trace=trace,
            column=trace.column_index(series, index),
            colour=colours[group],
            style=style,
            marker=marker,
        )
        for index, group in enumerate(trace.groups)
    ]
