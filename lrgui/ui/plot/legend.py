"""The legend: plain text and line samples as on the curves, in the corner where it hides least or beside the plot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from lrgui.core.pyramid import Envelope
from lrgui.core.trace import FloatArray
from lrgui.ui.plot.curve import PREVIEW_DASHES, Curve
from lrgui.ui.plot.curves_item import MARKER_RADIUS, curve_colour
from lrgui.ui.plot.short_names import short_names
from lrgui.ui.plot.strokes import LINE_WIDTH, line_pen
from lrgui.ui.plot.window import Window
from lrgui.ui.theme import Theme

_SAMPLE_LENGTH = LINE_WIDTH * (2 * sum(PREVIEW_DASHES) + PREVIEW_DASHES[0])  # whole dashes at both ends
_WIDEST = 0.4  # of the plot area
_WIDEST_AT_ALL = 0.7  # of a narrow one, where it takes that to show a short name
_SHORT_NAME = 9  # heights of a line: `weights (preview)`
_TALLEST = 0.8
_SAMPLES = 40  # columns across the legend at which is looked for curves
_STAYS = 1.25  # a corner is left only when another hides this much less


@dataclass(frozen=True, slots=True)
class _Row:
    text: str
    curve: Curve | None


class LegendItem(QGraphicsItem):
    """Lists every label once, in the order of the curves, and no curve without one."""

    def __init__(self, parent: QGraphicsItem, theme: Theme, font: QFont) -> None:
        super().__init__(parent)
        self._theme = theme
        self._font = font
        self._curves: tuple[Curve, ...] = ()
        self._rows: tuple[_Row, ...] = ()
        self._area = QSizeF()
        self._beside = False
        self._rect = QRectF()
        self._corner = 0
        self.setZValue(500.0)

    @property
    def texts(self) -> tuple[str, ...]:
        """What the legend says, row by row, as elided."""
        return tuple(row.text for row in self._rows)

    def set_theme(self, theme: Theme) -> None:
        """Paint in the theme's colours."""
        self._theme = theme
        self.update()

    def set_curves(self, curves: Sequence[Curve]) -> None:
        """List these curves."""
        distinct = {(curve.label, curve.colour, curve.style): curve for curve in curves if curve.label}
        self._curves = tuple(distinct.values())
        self._lay_out()

    @property
    def size(self) -> QSizeF:
        """How much room it takes; nothing without a row."""
        return self._rect.size() if self._rows else QSizeF()

    def set_area(self, width: float, height: float, *, beside: bool = False) -> None:
        """Stay inside a plot area of this size and leave most of it free, or fill an area `beside` it."""
        if (QSizeF(width, height), beside) != (self._area, self._beside):
            self._area, self._beside = QSizeF(width, height), beside
            self._lay_out()

    def corners(self) -> tuple[QRectF, ...]:
        """Return where the legend could be: upper right, upper left, lower right, lower left."""
        gap = QFontMetricsF(self._font).height() * 0.7
        right = self._area.width() - self._rect.width() - gap
        bottom = self._area.height() - self._rect.height() - gap
        places = (QPointF(right, gap), QPointF(gap, gap), QPointF(right, bottom), QPointF(gap, bottom))
        return tuple(QRectF(place, self._rect.size()) for place in places)

    def choose_corner(self, envelopes: Sequence[Envelope], window: Window) -> None:
        """Go to the corner in which the least of the curves is hidden; stay where another is hardly better."""
        paths = [_path(envelope, window) for envelope in envelopes]
        hidden = [sum(_hidden(path, corner) for path in paths) for corner in self.corners()]
        best = min(range(len(hidden)), key=hidden.__getitem__)
        if hidden[self._corner] > _STAYS * hidden[best]:
            self._corner = best
        self.setPos(self.corners()[self._corner].topLeft())

    def boundingRect(self) -> QRectF:
        """Return the frame around the rows."""
        return self._rect.adjusted(-1, -1, 1, 1)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Paint frame, samples and texts."""
        if not self._rows:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(self._theme.border), 1.0))
        painter.setBrush(QColor(self._theme.base))
        painter.drawRoundedRect(self._rect, 3.0, 3.0)
        painter.setFont(self._font)
        line = QFontMetricsF(self._font).height()
        for index, row in enumerate(self._rows):
            top = (0.35 + 1.25 * index) * line
            self._paint_sample(painter, row, top + 0.625 * line, line)
            painter.setPen(QColor(self._theme.text if row.curve else self._theme.muted))
            room = QRectF(1.2 * line + _SAMPLE_LENGTH, top, self._rect.width(), 1.25 * line)
            painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, row.text)

    def _paint_sample(self, painter: QPainter, row: _Row, y: float, line: float) -> None:
        if row.curve is None:
            return
        painter.setPen(line_pen(curve_colour(row.curve, self._theme), row.curve.dashes))
        left, right = 0.6 * line, 0.6 * line + _SAMPLE_LENGTH
        painter.drawLine(QLineF(left, y, right, y))
        if row.curve.marker is not None:
            painter.setPen(QPen(QColor(self._theme.base), 1.0))
            painter.setBrush(QColor(self._theme.curve_colour(row.curve.marker)))
            painter.drawEllipse(QPointF((left + right) / 2, y), MARKER_RADIUS, MARKER_RADIUS)

    def _lay_out(self) -> None:
        self.prepareGeometryChange()
        metrics = QFontMetricsF(self._font)
        line = metrics.height()
        beside = 1.9 * line + _SAMPLE_LENGTH
        enough = min(_SHORT_NAME * line, _WIDEST_AT_ALL * self._area.width() - beside)
        widest, tallest = (1.0, 1.0) if self._beside else (_WIDEST, _TALLEST)
        text_width = max(4 * line, enough, widest * self._area.width() - beside)
        most = max(1, int((tallest * self._area.height() / line - 0.7) / 1.25))
        shown = self._curves if len(self._curves) <= most else self._curves[: most - 1]
        texts = short_names([curve.label for curve in shown], text_width, metrics)
        rows = [_Row(text, curve) for text, curve in zip(texts, shown, strict=True)]
        if len(shown) < len(self._curves):
            rows.append(_Row(f"and {len(self._curves) - len(shown)} more", None))
        self._rows = tuple(rows)
        text = max((metrics.horizontalAdvance(row.text) for row in rows), default=0.0)
        self._rect = QRectF(0.0, 0.0, text + 1.8 * line + _SAMPLE_LENGTH, (0.7 + 1.25 * len(rows)) * line)
        self.setVisible(bool(rows))


_Path = tuple[FloatArray, FloatArray, FloatArray]


def _path(envelope: Envelope, window: Window) -> _Path:
    """Return the pixel columns of a curve, and its upper and lower ends there."""
    return window.to_x(envelope.rows), window.to_y(envelope.maxima), window.to_y(envelope.minima)


def _hidden(path: _Path, corner: QRectF) -> float:
    """Return for how many pixels along x a curve runs through a rectangle."""
    x, top, bottom = path
    if len(x) == 0:
        return 0.0
    columns = np.linspace(corner.left(), corner.right(), _SAMPLES)
    upper = np.interp(columns, x, top, left=np.nan, right=np.nan)
    lower = np.interp(columns, x, bottom, left=np.nan, right=np.nan)
    inside = (upper <= corner.bottom()) & (lower >= corner.top())
    return float(inside.mean() * corner.width())
