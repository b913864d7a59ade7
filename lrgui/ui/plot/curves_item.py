"""One graphics item that paints all curves, in logical pixels, so that screen, PNG, SVG and PDF look the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from lrgui.ui.plot.area_item import AreaItem
from lrgui.ui.plot.curve import Curve
from lrgui.ui.plot.dots import paint_dots
from lrgui.ui.plot.drawn_curve import DrawnCurve
from lrgui.ui.plot.outline import REACH, Line, Outline
from lrgui.ui.plot.outline_cache import OutlineCache
from lrgui.ui.plot.strokes import LINE_WIDTH, Stripes, Stroke, paint_bands, paint_strokes, stripes_of
from lrgui.ui.theme import Theme, blend

DOT_DIAMETER = 5.0
MARKER_RADIUS = 4.0

_PALER = {"run": 0.0, "preview": 0.0, "earlier": 0.5, "intended": 0.0}
_BAND_PALER = 0.65


def curve_colour(curve: Curve, theme: Theme) -> QColor:
    """Return the colour of a curve's line."""
    return blend(theme.curve_colour(curve.colour), theme.base, _PALER[curve.style])


class CurvesItem(AreaItem):
    """Paints the curves inside the plot area, whose upper left corner is the item's origin.

    `quick` trades smoothness for speed where curves fill the screen; figures are painted without it.
    """

    def __init__(self, parent: QGraphicsItem, theme: Theme, *, quick: bool = False) -> None:
        super().__init__(parent, theme)
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemUsesExtendedStyleOption)
        self._quick = quick
        self._curves: tuple[DrawnCurve, ...] = ()
        self._outlines = OutlineCache()

    def set_curves(self, curves: Sequence[DrawnCurve]) -> None:
        """Paint these curves, the first one lowest."""
        self._curves = tuple(curves)
        # A pane that is hidden is not painted, and would hold the traces of what it showed.
        self._outlines.forget_all_but(self._curves)
        self.update()

    def update_columns(self, left: float, right: float) -> None:
        """Repaint what new rows between two pixel columns change: as far beyond as lines, dots and bands reach."""
        beyond = MARKER_RADIUS + LINE_WIDTH
        self.update(QRectF(left - REACH - beyond, 0.0, right - left + REACH + 2 * beyond, self._window.height))

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Paint the bands, which would hide the lines, then the lines, then the dots at the newest rows."""
        painter.setClipRect(self.boundingRect(), Qt.ClipOperation.IntersectClip)
        exposed = option.exposedRect
        columns = (exposed.left(), exposed.right())
        outlines = self._outlines.outlines(self._curves, self._window, columns)
        bands = [
            (band, blend(self._theme.curve_colour(drawn.curve.colour), self._theme.base, _BAND_PALER))
            for drawn, outline in zip(self._curves, outlines, strict=True)
            for band in outline.bands
        ]
        paint_bands(painter, bands, quick=self._quick)
        sharing = _sharing([(drawn.curve, outline) for drawn, outline in zip(self._curves, outlines, strict=True)])
        strokes = [
            Stroke(line, curve_colour(drawn.curve, self._theme), self._stripes(drawn.curve, line, place, sharers))
            for drawn, outline, (place, sharers) in zip(self._curves, outlines, sharing, strict=True)
            for line in outline.lines
        ]
        paint_strokes(painter, strokes, quick=self._quick)
        for drawn, outline in zip(self._curves, outlines, strict=True):
            if outline.points is not None:
                colour = curve_colour(drawn.curve, self._theme)
                paint_dots(painter, outline.points, colour, DOT_DIAMETER, quick=self._quick)
        for drawn in self._curves:
            self._paint_marker(painter, drawn)

    def _stripes(self, curve: Curve, line: Line, place: int, sharers: int) -> Stripes | None:
        return stripes_of(place, sharers, self._pattern_start(line), curve.dashes)

    def _paint_marker(self, painter: QPainter, drawn: DrawnCurve) -> None:
        marker, rows = drawn.curve.marker, drawn.pyramid.rows
        if marker is None or rows == 0:
            return
        x, y = drawn.place_of(rows - 1, self._window)
        if not np.isfinite(y):
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(self._theme.base), 1.0))
        painter.setBrush(QColor(self._theme.curve_colour(marker)))
        painter.drawEllipse(QPointF(x, y), MARKER_RADIUS, MARKER_RADIUS)

    def _pattern_start(self, line: Line) -> float:
        """Return where in a pattern a line begins, so that dashes and stripes stay on the data while the view pans."""
        return float(line.x[0]) + self._window.x[0] * self._window.pixels_per_step


def _sharing(drawn: Sequence[tuple[Curve, Outline]]) -> list[tuple[int, int]]:
    """Return for each curve how many before it look the very same, and how many look so in all."""
    shapes = [
        (curve.style, *(array.tobytes() for line in outline.lines for array in (line.x, line.y)))
        if outline.lines
        else (curve.key,)
        for curve, outline in drawn
    ]
    totals, seen = Counter(shapes), Counter[tuple[object, ...]]()
    places = []
    for shape in shapes:
        places.append((seen[shape], totals[shape]))
        seen[shape] += 1
    return places
