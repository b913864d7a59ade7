"""How lines, dots and bands get onto a painter: quickly on a screen, as few clean shapes in a vector file.

Qt strokes a two-pixel antialiased polyline as one outline, which takes a thousand times longer than its separate
segments when the line turns back on itself; segments that fill the corners look the same. In a vector file the polyline
is one path with round joins.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import ceil, log2

import numpy as np
from pyqtgraph.functions import arrayToQPolygonF
from pyqtgraph.Qt.internals import PrimitiveArray
from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QPaintEngine, QPainter, QPen, QPolygonF

from lrgui.core.trace import FloatArray
from lrgui.ui.plot.curve import Dashes
from lrgui.ui.plot.dots import paint_dots
from lrgui.ui.plot.outline import Band, Line

LINE_WIDTH = 2.0

_SHARE = 7.0 * LINE_WIDTH  # pixels of each colour, in turn, where curves coincide
_OVERLAP = 0.35  # pixels by which segments of a straight line overlap, else a pale seam shows
_MUCH_INK = 120.0  # pixels up and down for every pixel across, of all curves, beyond which lines are not smoothed
_MUCH_STRIPED = 80.0  # the same, beyond which stripes are longer: there would be too many
_LEAST_WIDTH = 16.0  # pixels across
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

    def coarser(self, factor: float) -> Stripes:
        """Return stripes so many times as long."""
        return replace(self, dash=factor * self.dash, period=factor * self.period)


@dataclass(frozen=True, slots=True)
class Stroke:
    """A line to be painted, whole or in stripes."""

    line: Line
    colour: QColor
    stripes: Stripes | None = None


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


def paint_strokes(painter: QPainter, strokes: Sequence[Stroke], *, quick: bool = False) -> None:
    """Paint lines, or their stripes, one over the other.

    With `quick`, lines that fill much of the screen are not smoothed, which makes them five times faster, and have
    fewer stripes.
    """
    if not strokes:
        return
    lines = [stroke.line for stroke in strokes]
    vector = is_vector(painter)
    joined = [] if vector else _joined(lines)
    density = _density(lines) if quick else 0.0
    smooth = density <= _MUCH_INK
    coarseness = 2.0 ** ceil(log2(max(density / _MUCH_STRIPED, 1.0)))
    for index, stroke in enumerate(strokes):
        if len(stroke.line.x) < 2:
            paint_dots(painter, stroke.line, stroke.colour, 2 * LINE_WIDTH)
            continue
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, smooth)
        painter.setPen(line_pen(stroke.colour))
        if vector:
            _paint_path(painter, stroke)
            continue
        stripes = stroke.stripes
        segments = joined[index] if stripes is None else _inked(stroke.line, stripes.coarser(coarseness))
        if len(segments):
            primitives = _primitives(QLineF, segments)
            painter.drawLines(*primitives.drawargs())


def paint_bands(painter: QPainter, bands: Sequence[tuple[Band, QColor]], *, quick: bool = False) -> None:
    """Fill bands, one over the other: as smooth polygons, or with `quick` as bars, which take a tenth of the time."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, not quick)
    if not quick:
        for band, colour in bands:
            painter.setBrush(colour)
            painter.drawPolygon(_polygon(band))
        return
    for (_, colour), visible in zip(bands, _visible_bars([band for band, _ in bands]), strict=True):
        if len(visible):
            bars = _primitives(QRectF, visible)
            painter.setBrush(colour)
            painter.drawRects(*bars.drawargs())


def is_vector(painter: QPainter) -> bool:
    """Say whether the painter writes a vector file."""
    return painter.paintEngine().type() in _VECTOR_ENGINES


def _paint_path(painter: QPainter, stroke: Stroke) -> None:
    pen, stripes = line_pen(stroke.colour), stroke.stripes
    if stripes is not None:
        gap = stripes.period - stripes.dash
        pen.setDashPattern([stripes.dash / LINE_WIDTH, gap / LINE_WIDTH])
        pen.setDashOffset(stripes.start % stripes.period / LINE_WIDTH)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPolyline(arrayToQPolygonF(stroke.line.x, stroke.line.y))


def _density(lines: Sequence[Line]) -> float:
    """Return how many pixels up and down the lines go, together, for every pixel across."""
    ink = sum(float(np.abs(np.diff(line.y)).sum()) for line in lines)
    width = max(line.x[-1] for line in lines) - min(line.x[0] for line in lines)
    return ink / max(float(width), _LEAST_WIDTH)


def _segments(x: FloatArray, y: FloatArray) -> FloatArray:
    """Return the segments of a line, shape `(segments, 4)`: both ends."""
    return np.column_stack([x[:-1], y[:-1], x[1:], y[1:]])


def _joined(lines: Sequence[Line]) -> list[FloatArray]:
    """Return segments that reach as far into each corner as fills it, and hardly on a straight line, where it shows.

    An array of shape `(segments, 4)` for each line; all are worked out at once.
    """
    x, y = np.concatenate([line.x for line in lines]), np.concatenate([line.y for line in lines])
    stops = np.cumsum([len(line.x) for line in lines])
    starts = stops - [len(line.x) for line in lines]
    across, up = np.diff(x), np.diff(y)
    length = np.maximum(np.sqrt(across * across + up * up), 1e-9)
    across, up = across / length, up / length
    cosine = np.minimum(across[:-1] * across[1:] + up[:-1] * up[1:], 1.0)
    half_tangent = np.minimum(np.sqrt((1.0 - cosine) / (1.0 + np.maximum(cosine, -0.9))), 1.0)
    reach = np.zeros(len(x))
    reach[1:-1] = np.maximum(half_tangent * LINE_WIDTH / 2, _OVERLAP)
    reach[starts] = reach[stops - 1] = 0.0
    segments = _segments(x, y)
    segments[:, 0] -= across * reach[:-1]
    segments[:, 1] -= up * reach[:-1]
    segments[:, 2] += across * reach[1:]
    segments[:, 3] += up * reach[1:]
    return [segments[start : stop - 1] for start, stop in zip(starts.tolist(), stops.tolist(), strict=True)]


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
    pieces = _segments(np.interp(cuts, along, line.x), np.interp(cuts, along, line.y))
    inked: FloatArray = pieces[(cuts[:-1] + cuts[1:]) / 2 % period < dash]
    return inked


def _polygon(band: Band) -> QPolygonF:
    left, top, bottom = band.left, band.top, band.bottom
    columns = left + 0.5 + np.arange(len(top))
    columns[0], columns[-1] = left, left + len(top)
    x = np.concatenate([columns, columns[::-1]])
    polygon: QPolygonF = arrayToQPolygonF(x, np.concatenate([top, bottom[::-1]]))
    return polygon


def _visible_bars(bands: Sequence[Band]) -> list[FloatArray]:
    """Return for each band bars that fill what the bands after it do not cover, shape `(bars, 4)`."""
    if not bands:
        return []
    left = min(band.left for band in bands)
    width = max(band.left + len(band.top) for band in bands) - left
    covered_from, covered_to = np.full(width, np.inf), np.full(width, np.inf)
    visible = []
    for band in reversed(bands):
        columns = slice(band.left - left, band.left - left + len(band.top))
        above, below = covered_from[columns], covered_to[columns]
        upper = _bars(Band(band.left, band.top, np.minimum(band.bottom, above)))
        lower = _bars(Band(band.left, np.maximum(band.top, below), band.bottom))
        visible.append(np.concatenate([upper, lower]))
        nothing, joins = np.isinf(above), (band.top <= below) & (band.bottom >= above)
        covered_from[columns] = np.where(nothing | joins, np.minimum(above, band.top), above)
        covered_to[columns] = np.where(nothing, band.bottom, np.where(joins, np.maximum(below, band.bottom), below))
    return visible[::-1]


def _bars(band: Band) -> FloatArray:
    """Return bars that fill a band, shape `(bars, 4)`: x, y, width, height.

    What all columns of a block have in common is one wide bar: far fewer spans to fill.
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
    above = np.column_stack([columns, top, ones, np.minimum(upper, bottom) - top])
    below_top = np.maximum(lower, top)
    below = np.column_stack([columns, below_top, ones, bottom - below_top])
    bars: FloatArray = np.concatenate([middle, above, below])
    return bars[bars[:, 3] > 0]


def _primitives(kind: type, values: FloatArray) -> PrimitiveArray:
    """Return many lines or rectangles without one object for each; to be kept until they are drawn."""
    primitives = PrimitiveArray(kind, 4)
    primitives.resize(len(values))
    primitives.ndarray()[:] = values
    return primitives
