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
_ROW, _MARGIN = 1.25, 0.35  # heights of a line: a row, and what is above the first and below the last
_DIMMED = 0.3
_SAMPLES = 40  # columns across the legend at which is looked for curves
_STAYS = 1.25  # a corner is left only when another hides this much less


@dataclass(frozen=True, slots=True)
class _Entry:
    """What a row stands for: the curve that it shows, and the keys of all that go by its label."""

    curve: Curve
    keys: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Row:
    text: str
    entry: _Entry | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """A curve, or several under one label, as the legend lists it; `hidden` is listed all the same."""

    label: str
    keys: frozenset[str]
    hidden: bool


class LegendItem(QGraphicsItem):
    """Lists every label once, in the order of the curves; a curve without one goes with the label before it.

    The user can put it anywhere in the plot area. What is `hidden` is listed all the same.
    """

    def __init__(self, parent: QGraphicsItem, theme: Theme, font: QFont) -> None:
        super().__init__(parent)
        self._theme = theme
        self._font = font
        self._entries: tuple[_Entry, ...] = ()
        self._hidden: frozenset[str] = frozenset()
        self._rows: tuple[_Row, ...] = ()
        self._area = QSizeF()
        self._beside = False
        self._rect = QRectF()
        self._corner = 0
        self._share: QPointF | None = None  # of the free room that is left of it and above it, where the user put it
        self.setZValue(500.0)

    @property
    def texts(self) -> tuple[str, ...]:
        """What the legend says, row by row, as elided."""
        return tuple(row.text for row in self._rows)

    def set_theme(self, theme: Theme) -> None:
        """Paint in the theme's colours."""
        self._theme = theme
        self.update()

    @property
    def listed(self) -> tuple[Listed, ...]:
        """What it stands for from the top, also what it has no room for."""
        return tuple(Listed(one.curve.label, one.keys, one.keys <= self._hidden) for one in self._entries)

    @property
    def keys(self) -> frozenset[str]:
        """The keys of all curves that it stands for."""
        return frozenset().union(*(entry.keys for entry in self._entries))

    def set_curves(self, curves: Sequence[Curve], hidden: frozenset[str] = frozenset()) -> None:
        """List these curves; those whose key is `hidden` are dimmed and struck out."""
        self._entries, self._hidden = _entries_of(curves), hidden
        self._lay_out()

    def keys_at(self, position: QPointF) -> frozenset[str]:
        """Return the keys of the curves that the row at a position stands for; none beside the rows."""
        line = QFontMetricsF(self._font).height()
        row = int((position.y() / line - _MARGIN) / _ROW)
        inside = self._rect.contains(position) and position.y() > _MARGIN * line and row < len(self._rows)
        entry = self._rows[row].entry if inside else None
        return frozenset() if entry is None else entry.keys

    @property
    def place(self) -> QPointF | None:
        """Which part of the free room is left of it and above it, where the user has put it; else None."""
        return self._share

    def set_place(self, share: QPointF | None) -> None:
        """Stand at this place from now on, however large the plot area is; None leaves the choice to the legend."""
        self._share = share
        self.setPos(self._top_left())

    def place_of(self, top_left: QPointF) -> QPointF:
        """Return the place, within the plot area, that is nearest to an upper left corner."""
        room = self._free_room()
        shares = (
            min(max(at / free, 0.0), 1.0) if free > 0 else 0.0
            for at, free in zip(top_left.toTuple(), room.toTuple(), strict=True)
        )
        return QPointF(*shares)

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
        # At the left edge stand the handles of the base rates.
        left = 2 * gap
        places = (QPointF(right, gap), QPointF(left, gap), QPointF(right, bottom), QPointF(left, bottom))
        return tuple(QRectF(place, self._rect.size()) for place in places)

    def choose_corner(self, envelopes: Sequence[Envelope], window: Window) -> None:
        """Go to the corner in which the least of the curves is hidden; stay where another is hardly better.

        It goes nowhere when the user has put it somewhere.
        """
        if self._share is None:
            self._choose_corner([_path(envelope, window) for envelope in envelopes])
        self.setPos(self._top_left())

    def _choose_corner(self, paths: Sequence[_Path]) -> None:
        hidden = [sum(_hidden(path, corner) for path in paths) for corner in self.corners()]
        best = min(range(len(hidden)), key=hidden.__getitem__)
        if hidden[self._corner] > _STAYS * hidden[best]:
            self._corner = best

    def _top_left(self) -> QPointF:
        if self._share is None:
            return self.corners()[self._corner].topLeft()
        room = self._free_room()
        return QPointF(self._share.x() * room.width(), self._share.y() * room.height())

    def _free_room(self) -> QSizeF:
        return (self._area - self._rect.size()).expandedTo(QSizeF(0.0, 0.0))

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
        line = QFontMetricsF(self._font).height()
        for index, row in enumerate(self._rows):
            top = (_MARGIN + _ROW * index) * line
            hidden = row.entry is not None and row.entry.keys <= self._hidden
            if row.entry is not None:
                painter.setOpacity(_DIMMED if hidden else 1.0)
                self._paint_sample(painter, row.entry.curve, top + _ROW / 2 * line, line)
                painter.setOpacity(1.0)
            font = QFont(self._font)
            font.setStrikeOut(hidden)
            painter.setFont(font)
            painter.setPen(QColor(self._theme.muted if hidden or row.entry is None else self._theme.text))
            room = QRectF(1.2 * line + _SAMPLE_LENGTH, top, self._rect.width(), _ROW * line)
            painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, row.text)

    def _paint_sample(self, painter: QPainter, curve: Curve, y: float, line: float) -> None:
        painter.setPen(line_pen(curve_colour(curve, self._theme), curve.dashes))
        left, right = 0.6 * line, 0.6 * line + _SAMPLE_LENGTH
        painter.drawLine(QLineF(left, y, right, y))
        if curve.marker is not None:
            painter.setPen(QPen(QColor(self._theme.base), 1.0))
            painter.setBrush(QColor(self._theme.curve_colour(curve.marker)))
            painter.drawEllipse(QPointF((left + right) / 2, y), MARKER_RADIUS, MARKER_RADIUS)

    def _lay_out(self) -> None:
        self.prepareGeometryChange()
        metrics = QFontMetricsF(self._font)
        line = metrics.height()
        beside = 1.9 * line + _SAMPLE_LENGTH
        enough = min(_SHORT_NAME * line, _WIDEST_AT_ALL * self._area.width() - beside)
        widest, tallest = (1.0, 1.0) if self._beside else (_WIDEST, _TALLEST)
        text_width = max(4 * line, enough, widest * self._area.width() - beside)
        most = max(1, int((tallest * self._area.height() / line - 2 * _MARGIN) / _ROW))
        shown = self._entries if len(self._entries) <= most else self._entries[: most - 1]
        texts = short_names([entry.curve.label for entry in shown], text_width, metrics)
        rows = [_Row(text, entry) for text, entry in zip(texts, shown, strict=True)]
        if len(shown) < len(self._entries):
            rows.append(_Row(f"and {len(self._entries) - len(shown)} more"))
        self._rows = tuple(rows)
        text = max((metrics.horizontalAdvance(row.text) for row in rows), default=0.0)
        self._rect = QRectF(0.0, 0.0, text + 1.8 * line + _SAMPLE_LENGTH, (2 * _MARGIN + _ROW * len(rows)) * line)
        self.setVisible(bool(rows))
        # Painted from a picture of it otherwise.
        self.update()


def _entries_of(curves: Sequence[Curve]) -> tuple[_Entry, ...]:
    found: dict[object, list[Curve]] = {}
    last: list[Curve] = []
    for curve in curves:
        if curve.label:
            last = found.setdefault((curve.label, curve.colour, curve.style), [])
            last.append(curve)
        elif last and last[-1].trace is curve.trace:
            last.append(curve)
    return tuple(_Entry(some[0], frozenset(curve.key for curve in some)) for some in found.values())


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
