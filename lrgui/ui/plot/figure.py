"""A figure of a trace without a window: what the command line writes."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QApplication

from lrgui.core.trace import Trace
from lrgui.session.values import XAxis
from lrgui.ui.plot.curve import Curve
from lrgui.ui.theme import LIGHT, Theme

_kept: list[QApplication] = []  # an application without a reference would end at once


def write_image(
    path: Path,
    trace: Trace,
    title: str | None = None,
    *,
    series: str = "lr",
    log_y: bool = False,
    x_axis: XAxis = "step",
    width: int = 720,
    height: int = 420,
    scale: float = 2.0,
    theme: Theme = LIGHT,
) -> None:
    """Write every group's curve of one series as a PNG, SVG or PDF, by the suffix of `path`. Needs no display.

    Args:
        path: the file to write.
        trace: what was recorded.
        title: a line above the figure.
        series: the recorded series to draw.
        log_y: whether the y axis is logarithmic.
        x_axis: whether the x axis counts steps or epochs.
        width: in logical pixels of 1/96 inch.
        height: in logical pixels of 1/96 inch.
        scale: pixels of a PNG per logical pixel.
        theme: the colours.

    Raises:
        FileError: when the file cannot be written or its suffix is another one.
        KeyError: when the series was not recorded.
    """
    _ensure_application()
    from lrgui.ui.plot.canvas import PlotCanvas, device_font
    from lrgui.ui.plot.export import ExportOptions, write_figure

    canvas = PlotCanvas(theme, device_font(QApplication.font()))
    canvas.set_planned(trace.rows, trace.steps_per_epoch)
    canvas.set_series(series)
    canvas.set_log_y(log_y)
    canvas.set_x_axis(x_axis)
    canvas.set_curves(
        [
            Curve(f"{series}/{group}", group, trace, trace.column_index(series, index), index)
            for index, group in enumerate(trace.groups)
        ]
    )
    write_figure(path, canvas.state, ExportOptions(width, height, scale, theme, title or ""))


def _ensure_application() -> None:
    """Start Qt without a display where it does not run yet."""
    if QApplication.instance() is None:
        _kept.append(QApplication(["lrgui", "-platform", "offscreen"]))
