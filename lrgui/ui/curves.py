"""Which curves the plot shows: the visible runs and the preview, every group in its own colour."""

from __future__ import annotations

from collections.abc import Iterable

from lrgui.core.trace import Trace
from lrgui.session.values import RecordedRun
from lrgui.ui.plot.curve import Curve, Style


def group_colours(traces: Iterable[Trace]) -> dict[str, int]:
    """Return the colour index of every group name, in the order in which the names first appear.

    Older traces come first, so that a group keeps its colour while the recipe is edited.
    """
    names = dict.fromkeys(name for trace in traces for name in trace.groups)
    return {name: index for index, name in enumerate(names)}


def build_curves(
    runs: tuple[RecordedRun, ...], selected: RecordedRun | None, preview: Trace | None, series: str
) -> tuple[Curve, ...]:
    """Return one curve per visible run and group that recorded `series`, then the preview's, drawn in this order.

    The legend names the groups of the selected run and of the preview; an earlier run has one line in it, its name.
    """
    colours = group_colours([run.trace for run in runs] + ([preview] if preview is not None else []))
    earlier = [run for run in runs if selected is None or run.id != selected.id]
    several = len(runs) > 1
    curves: list[Curve] = []
    for run in earlier:
        labels = [run.name, *[""] * len(run.trace.groups)]
        curves += _curves_of(run.trace, series, str(run.id), labels, colours, "earlier", run.colour)
    if selected is not None:
        suffix = f" ({selected.name})" if several else ""
        labels = [f"{group}{suffix}" for group in selected.trace.groups]
        marker = selected.colour if several else None
        curves += _curves_of(selected.trace, series, str(selected.id), labels, colours, "run", marker)
    if preview is not None:
        labels = [f"{group} (preview)" for group in preview.groups]
        curves += _curves_of(preview, series, "preview", labels, colours, "preview", None)
    return tuple(curves)


def _curves_of(
    trace: Trace,
    series: str,
    source: str,
    labels: list[str],
    colours: dict[str, int],
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
