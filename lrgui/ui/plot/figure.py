"""A figure of a trace without a window: what the command line writes."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QApplication

from lrgui.core.trace import Trace
from lrgui.ui.plot.curve import Curve
from lrgui.ui.words import series_name

_kept: list[QApplication] = []  # an application without a reference would end at once


def write_image(path: Path, trace: Trace, title: str = "") -> None:
    """Write every group's learning rate as a PNG, SVG or PDF, by the suffix of `path`. Needs no display.

    Args:
        path: the file to write.
        trace: what was recorded.
        title: a line above the figure.

    Raises:
        FileError: when the file cannot be written or its suffix is another one.
    """
    _ensure_application()
    from lrgui.ui.plot.canvas import PaneContent, PlotCanvas, device_font
    from lrgui.ui.plot.export import ExportOptions, write_figure

    options = ExportOptions(title=title)
    canvas = PlotCanvas(options.theme, device_font(QApplication.font()))
    canvas.set_planned(trace.rows, trace.steps_per_epoch)
    curves = tuple(
        Curve(f"lr/{group}", group, trace, trace.column_index("lr", index), index)
        for index, group in enumerate(trace.groups)
    )
    canvas.set_panes([PaneContent(series_name("lr"), curves)])
    write_figure(path, canvas.state, options)


def _ensure_application() -> None:
    """Start Qt without a display where it does not run yet."""
    if QApplication.instance() is None:
        _kept.append(QApplication(["lrgui", "-platform", "offscreen"]))
