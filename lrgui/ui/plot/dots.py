"""Round dots, one by one as they are, or by the thousand as copies of a few that have been painted before."""

from __future__ import annotations

from functools import lru_cache
from math import ceil

import numpy as np
from pyqtgraph.functions import arrayToQPolygonF
from pyqtgraph.Qt.internals import PrimitiveArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPixmap

from lrgui.core.trace import FloatArray
from lrgui.ui.plot.outline import Line

_FEW = 8  # dots that are not worth a copy
_PHASES = 4  # places within a pixel, along x and along y, at which a dot is painted once


def paint_dots(painter: QPainter, line: Line, colour: QColor, diameter: float, *, quick: bool = False) -> None:
    """Paint the points of a line as filled circles, with `quick` an eighth of a pixel beside their places at most."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if quick and len(line.x) > _FEW:
        _paint_copies(painter, line, colour, diameter)
        return
    if len(line.x) == 0:
        return
    pen = QPen(colour, diameter)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setPen(pen)
    painter.drawPoints(arrayToQPolygonF(line.x, line.y))


def _paint_copies(painter: QPainter, line: Line, colour: QColor, diameter: float) -> None:
    """Copy dots pixel by pixel, fifteen times faster than they can be painted."""
    to_device, world = painter.deviceTransform(), painter.worldTransform()
    sheet = _dots(colour.rgba(), diameter * to_device.m11())
    size = sheet.width() / _PHASES
    x, across = _whole_and_phase(line.x * to_device.m11() + to_device.dx())
    y, down = _whole_and_phase(line.y * to_device.m22() + to_device.dy())
    copies = PrimitiveArray(QPainter.PixmapFragment, 10)
    copies.resize(len(x))
    fields = copies.ndarray()
    # Place, source rectangle, scale, rotation, opacity.
    for index, values in enumerate((x, y, across * size, down * size, size, size, 1.0, 1.0, 0.0, 1.0)):
        fields[:, index] = values
    painter.setWorldTransform(to_device.inverted()[0] * world)
    fragments, count = copies.drawargs()
    painter.drawPixmapFragments(fragments, count, QPixmap.fromImage(sheet))
    painter.setWorldTransform(world)


def _whole_and_phase(position: FloatArray) -> tuple[FloatArray, FloatArray]:
    whole = np.floor(position)
    return whole, np.floor((position - whole) * _PHASES)


@lru_cache(maxsize=64)
def _dots(rgba: int, diameter: float) -> QImage:
    """Return a dot at every place within a pixel: a square of squares, in each of which it is near the middle."""
    size = 2 * ceil(diameter / 2 + 1)
    sheet = QImage(_PHASES * size, _PHASES * size, QImage.Format.Format_ARGB32_Premultiplied)
    sheet.fill(Qt.GlobalColor.transparent)
    painter = QPainter(sheet)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor.fromRgba(rgba))
    for across in range(_PHASES):
        for down in range(_PHASES):
            middle = ((phase + 0.5) * (size + 1 / _PHASES) for phase in (across, down))
            painter.drawEllipse(QPointF(*middle), diameter / 2, diameter / 2)
    painter.end()
    return sheet
