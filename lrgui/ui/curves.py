"""Which curves the plot shows: the visible runs and the preview, every group in its own colour."""

from __future__ import annotations

from collections.abc import Iterable

from lrgui.core.trace import Trace
from lrgui.session.values import RecordedRun
from lrgui.ui.plot.curve import Curve


def group_colours(traces: Iterable[Trace]) -> dict[str, int]:
    """Return the colour index of every group name, in the order in which the names first appear.

    Older traces come first, so that a group keeps its colour while the recipe is edited.
    """
    names = dict.fromkeys(name for trace in traces for name in trace.groups)
    return {name: index for index, name in enumerate(names)}


def build_curves(
    runs: tuple[RecordedRun, ...], selected: RecordedRun | None, preview: Trace | None, series: str
) -> tuple[Curve, ...]:
    """Return one curve per visible run and group that recorded `series`, then the preview's, drawn in this order."""
    traces = [run.trace for run in runs] + ([preview] if preview is not None else [])
    colours = group_colours(traces)
    several = len(runs) > 1
    curves: list[Curve] = []
    for run in sorted(runs, key=lambda run: selected is not None and run.id == selected.id):
        if series not in run.trace.series:
            continue
        current = selected is None or run.id == selected.id
        curves += [
            Curve(
                key=f"{run.id}/{series}/{group}",
                label=f"{group} ({run.name})" if several else group,
                trace=run.trace,
                column=run.trace.column_index(series, index),
                colour=colours[group],
                style="run" if current else "earlier",
                marker=run.colour if several else None,
            )
            for index, group in enumerate(run.trace.groups)
        ]
    if preview is not None and series in preview.series:
        curves += [
            Curve(
                key=f"preview/{series}/{group}",
                label=f"{group} (preview)",
                trace=preview,
                column=preview.column_index(series, index),
                colour=colours[group],
                style="preview",
            )
            for index, group in enumerate(preview.groups)
        ]
    return tuple(curves)
