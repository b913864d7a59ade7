"""A figure of a trace without a window: what the command line writes."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QApplication

from lrgui.core.bands import bands_of
from lrgui.core.derived import with_series
from lrgui.core.figure_options import FigureOptions
from lrgui.core.jumps import jump_finder_of
from lrgui.core.markers import Marker, planned_markers, with_jumps
from lrgui.core.pace import recorded_steps
from lrgui.core.recipe import Recipe
from lrgui.core.trace import Trace
from lrgui.session.values import View
from lrgui.ui.plot.curve import Curve
from lrgui.ui.theme import LIGHT
from lrgui.ui.words import series_name

_kept: list[QApplication] = []  # an application without a reference would end at once


def write_image(
    path: Path,
    trace: Trace,
    recipe: Recipe,
    options: FigureOptions,
    view: View,
    steps: tuple[int, int | None] | None = None,
) -> None:
    """Write a trace of `recipe` as a PNG, SVG or PDF, by the suffix of `path`. Needs no display.

    Args:
        path: the file to write.
        trace: what was recorded.
        recipe: what it was recorded of.
        options: how the figure is drawn.
        view: which series it shows, and over which axes.
        steps: the first and the last step in view; to the end where the last is None.

    Raises:
        FileError: when the file cannot be written or its suffix is another one.
    """
    _ensure_application()
    from lrgui.ui.plot.canvas import PlotCanvas
    from lrgui.ui.plot.export import write_figure
    from lrgui.ui.plot.fonts import device_font
    from lrgui.ui.plot.pane_content import PaneContent
    from lrgui.ui.plot.view_state import ShownMarkers

    canvas = PlotCanvas(LIGHT, device_font(QApplication.font()))
    # A part of a run is one of all that it was to have, however far it has come.
    planned = recorded_steps(recipe.run) if view.x_axis == "fraction" else trace.rows
    canvas.set_planned(planned, trace.steps_per_epoch)
    canvas.set_x_axis(view.x_axis)
    shown = [series for series in (view.series, view.second) if series]
    canvas.set_panes([PaneContent(series_name(one), _curves(one, trace, recipe), one in view.log) for one in shown])
    if options.annotated:
        canvas.set_bands(bands_of(recipe))
        canvas.set_markers(ShownMarkers(_markers(trace, recipe), trace.steps_per_epoch))
    if steps is not None:
        first, last = steps
        canvas.show_range(x=(float(first), float(trace.rows - 1 if last is None else last)))
    write_figure(path, canvas.state, options)


def _curves(series: str, trace: Trace, recipe: Recipe) -> tuple[Curve, ...]:
    """Return a curve for every group that has the series, recorded or worked out."""
    columns = with_series(trace, series, recipe)
    if columns is None:
        return ()
    return tuple(
        Curve(f"{series}/{group}", group, columns, columns.column_index(series, index), index)
        for index, group in enumerate(columns.groups)
    )


def _markers(trace: Trace, recipe: Recipe) -> tuple[Marker, ...]:
    """Return what the recipe says will happen, and the jumps that were recorded."""
    finder = jump_finder_of(trace, recipe.run)
    while finder.advance():
        pass
    return with_jumps(planned_markers(recipe), finder.markers)


def _ensure_application() -> None:
    """Start Qt without a display where it does not run yet."""
    if QApplication.instance() is None:
        _kept.append(QApplication(["lrgui", "-platform", "offscreen"]))
