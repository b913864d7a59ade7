"""How lines, dots and bands get onto a painter: quickly on a screen, as few clean shapes in a vector file.

Qt strokes a two-pixel antialiased polyline as one outline, which takes a thousand times longer than its separate
segments when the line turns back on itself; segments that fill the corners look the same. In a vector file the polyline
is one path with round joins.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from pyqtgraph.functions import arrayToQPolygonF
from pyqtgraph.Qt.internals import PrimitiveArray
from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QPaintEngine, QPainter, QPen, QPolygonF

from lrgui.core.trace import FloatArray
from lrgui.ui.plot.curve import Dashes
from lrgui.ui.plot.outline import Band, Line

LINE_WIDTH = 2.0

_SHARE = 7.0 * LINE_WIDTH  # pixels of each colour, in turn, where curves coincide
_OVERLAP = 0.25  # pixels by which segments of a straight line overlap, else a pale seam shows
_MUCH_INK = 30_000.0  # pixels up and down: some 50 times through the height of a window
_BLOCK = 32  # columns of a ragged band whose common middle is filled at once
_VECTOR_ENGINES = (QPaintEngine.Type.SVG, QPaintEngine.Type.Pdf, QPaintEngine.Type.Picture)


@dataclass(frozen=True, slots=True)
class Stripes:
    """The part of a line that is inked: `dash` pixels of every `period`, beginning `start` pixels into the pattern.

    Measured along the line or, `across`, along x alone: then the same wherever the painting of the line begins, as
    it must be where a growing line is painted piece by piece.
    """

    dash: float
    period: float
    start: float
    across: bool = False


def stripes_of(place: int, sharers: int, start: float, dashes: Dashes | None) -> Stripes | None:
    """Return the stripes of one curve, None for a whole line.

    Of `sharers` curves that coincide the one at `place` gets every so many-th piece, so that each colour is seen.
    """
    dash = dashes[0] * LINE_WIDTH if dashes else _SHARE
    piece = sum(dashes) * LINE_WIDTH if dashes else _SHARE
    if sharers == 1:
        return Stripes(dash, piece, start) if dashes else None
    return Stripes(dash, piece * sharers, start - place * piece, across=not dashes)


def line_pen(colour: QColor, dashes: Dashes | None = None) -> QPen:
    """Return the pen of a curve and of its sample in the legend."""
    pen = QPen(colour, LINE_WIDTH, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap, Qt.PenJoinStyle.RoundJoin)
    if dashes:
        pen.setDashPattern(dashes)
    return pen


def paint_line(
    painter: QPainter, line: Line, colour: QColor, stripes: Stripes | None = None, *, quick: bool = False
) -> None:
    """Paint a polyline, or its stripes.

    With `quick`, a line that fills much of the screen is not smoothed, which makes it five times faster.
    """
    if len(line.x) < 2:
        paint_dots(painter, line, colour, 2 * LINE_WIDTH)
        return
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    pen = line_pen(colour)
    if is_vector(painter):
        if stripes is not None:
            gap = stripes.period - stripes.dash
            pen.setDashPattern([stripes.dash / LINE_WIDTH, gap / LINE_WIDTH])
            pen.setDashOffset(stripes.start % stripes.period / LINE_WIDTH)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(arrayToQPolygonF(line.x, line.y))
        return
    segments = _joined(line) if stripes is None else _inked(line, stripes)
    painter.setPen(pen)
    if quick and np.abs(np.diff(line.y)).sum() > _MUCH_INK:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    if len(segments):
        lines = _primitives(QLineF, segments)
        painter.drawLines(*lines.drawargs())


def paint_dots(painter: QPainter, line: Line, colour: QColor, diameter: float) -> None:
    """Paint the points of a line as filled circles."""
    if len(line.x) == 0:
        return
    pen = QPen(colour, diameter)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(pen)
    painter.drawPoints(arrayToQPolygonF(line.x, line.y))


def paint_band(painter: QPainter, band: Band, colour: QColor, *, quick: bool = False) -> None:
    """Fill a band: as a smooth polygon, or with `quick` as upright bars, which take a tenth of the time."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, not quick)
    if quick:
        bars = _primitives(QRectF, _bars(band))
        painter.drawRects(*bars.drawargs())
    else:
        painter.drawPolygon(_polygon(band))


def is_vector(painter: QPainter) -> bool:
    """Say whether the painter writes a vector file."""
    return painter.paintEngine().type() in _VECTOR_ENGINES


def _segments(line: Line) -> FloatArray:
    """Return the segments of a line, shape `(segments, 4)`: both ends."""
    return np.column_stack([line.x[:-1], line.y[:-1], line.x[1:], line.y[1:]])


def _joined(line: Line) -> FloatArray:
    """Return segments that reach as far into each corner as fills it, and hardly on a straight line, where it shows.

    Shape `(segments, 4)`.
    """
    across, up = np.diff(line.x), np.diff(line.y)
    length = np.maximum(np.hypot(across, up), 1e-9)
    across, up = across / length, up / length
    cosine = np.minimum(across[:-1] * across[1:] + up[:-1] * up[1:], 1.0)
    half_tangent = np.minimum(np.sqrt((1.0 - cosine) / (1.0 + np.maximum(cosine, -0.9))), 1.0)
    reach = np.zeros(len(line.x))
    reach[1:-1] = np.maximum(half_tangent * LINE_WIDTH / 2, _OVERLAP)
    segments = _segments(line)
    segments[:, 0] -= across * reach[:-1]
    segments[:, 1] -= up * reach[:-1]
    segments[:, 2] += across * reach[1:]
    segments[:, 3] += up * reach[1:]
    return segments


def _inked(line: Line, stripes: Stripes) -> FloatArray:
    """Cut a line into the segments that are inked, shape `(segments, 4)`."""
    dash, period = stripes.dash, stripes.period
    across, length = np.diff(line.x), np.hypot(np.diff(line.x), np.diff(line.y))
    # The little of the length keeps the two ends of an upright piece apart.
    advance = across + 1e-6 * length if stripes.across else length
    along = stripes.start % period + np.concatenate([[0.0], np.cumsum(advance)])
    whole = np.arange(0.0, along[-1], period)
    cuts = np.sort(np.concatenate([along, whole, whole + dash]))
    cuts = cuts[(cuts >= along[0]) & (cuts <= along[-1])]
    pieces = _segments(Line(np.interp(cuts, along, line.x), np.interp(cuts, along, line.y)))
    inked: FloatArray = pieces[(cuts[:-1] + cuts[1:]) / 2 % period < dash]
    return inked


def _polygon(band: Band) -> QPolygonF:
    left, top, bottom = band.left, band.top, band.bottom
    columns = left + 0.5 + np.arange(len(top))
    columns[0], columns[-1] = left, left + len(top)
    x = np.concatenate([columns, columns[::-1]])
    polygon: QPolygonF = arrayToQPolygonF(x, np.concatenate([top, bottom[::-1]]))
    return polygon


def _bars(band: Band) -> FloatArray:
    """Return rectangles that fill a band, shape `(rectangles, 4)`: x, y, width, height.

    What all columns of a block have in common is one wide rectangle: far fewer spans to fill.
    """
    left, top, bottom = band.left, band.top, band.bottom
    starts = np.arange(0, len(top), _BLOCK)
    widths = np.diff(np.append(starts, len(top)))
    upper, lower = np.maximum.reduceat(top, starts), np.minimum.reduceat(bottom, starts)
    upper = np.where(upper < lower, upper, lower)
    middle = np.column_stack([left + starts, upper, widths, lower - upper])
    columns = left + np.arange(len(top))
    ones = np.ones(len(top))
    upper, lower = np.repeat(upper, widths), np.repeat(lower, widths)
    above = np.column_stack([columns, top, ones, np.maximum(np.minimum(upper, bottom) - top, 0.0)])
    below_top = np.maximum(lower, top)
    below = np.column_stack([columns, below_top, ones, np.maximum(bottom - below_top, 0.0)])
    return np.concatenate([middle, above, below])


def _primitives(kind: type, values: FloatArray) -> PrimitiveArray:
    """Return many lines or rectangles without one object for each; to be kept until they are drawn."""
    primitives = PrimitiveArray(kind, 4)
    primitives.resize(len(values))
    primitives.ndarray()[:] = values
    return primitives
