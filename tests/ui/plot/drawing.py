"""Traces, curves and pictures for the tests of the plot."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication

from lrgui.core.trace import Trace
from lrgui.ui.plot.curve import Curve, Style
from lrgui.ui.plot.pane_content import PaneContent
from lrgui.ui.plot.plot_view import PlotView
from lrgui.ui.theme import LIGHT


def make_trace(
    *columns: Sequence[float] | np.ndarray, capacity: int | None = None, steps_per_epoch: int = 100
) -> Trace:
    """Return a trace of the series `lr` with one group per column."""
    rows = len(columns[0])
    groups = [f"group {index}" for index in range(len(columns))]
    trace = Trace(["lr"], groups, capacity or rows, steps_per_epoch)
    for index, column in enumerate(columns):
        trace.buffer[:rows, index] = column
    trace.rows = rows
    return trace


def make_curves(trace: Trace, style: Style = "run", marker: int | None = None) -> list[Curve]:
    """Return a curve per group, each in its own colour."""
    return [
        Curve(f"{style}/{group}", group, trace, index, index, style, marker) for index, group in enumerate(trace.groups)
    ]


def show(view: PlotView, curves: Sequence[Curve], *, log_y: bool = False) -> None:
    """Show these curves in a single pane."""
    view.set_panes([PaneContent("learning rate", tuple(curves), log_y)])


def shot(view: PlotView) -> QImage:
    """Return what the view shows now."""
    QApplication.processEvents()
    return view.grab().toImage()


def pixels(image: QImage) -> np.ndarray:
    """Return the colours of an image, shape `(height, width, 3)`."""
    image = image.convertToFormat(QImage.Format.Format_RGB888)
    lines = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return lines[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).astype(int)


def where(image: QImage, colour: str, tolerance: int = 12) -> np.ndarray:
    """Return where an image has a colour, shape `(height, width)`."""
    wanted = QColor(colour)
    distance = np.abs(pixels(image) - (wanted.red(), wanted.green(), wanted.blue()))
    return distance.max(axis=2) <= tolerance


def curve_pixels(view: PlotView, colour: int) -> np.ndarray:
    """Return where the plot area shows a curve colour, shape `(height, width)` of the area; without the legend."""
    area = view.canvas.plot_area.toRect()
    found = where(shot(view), LIGHT.curves[colour])
    corner = view.canvas.legend_rect.toAlignedRect()
    found[corner.top() : corner.bottom() + 1, corner.left() : corner.right() + 1] = False
    return found[area.top() : area.bottom() + 1, area.left() : area.right() + 1]
