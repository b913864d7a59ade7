"""The axes and the grid: ticks from `lrgui.core.ticks`, opaque lines, text in the application's font."""

from __future__ import annotations

from itertools import pairwise
from typing import Literal

import pyqtgraph as pg
from PySide6.QtCore import QLineF, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from lrgui.core.ticks import Ticks, epoch_ticks, fraction_ticks, linear_ticks, log_ticks, step_ticks
from lrgui.ui.theme import Theme

Scale = Literal["linear", "log", "step", "epoch", "fraction"]

_CENTRE = Qt.AlignmentFlag.AlignCenter
_AT_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class PlotAxis(pg.AxisItem):  # type: ignore[misc]  # pyqtgraph has no types
    """An axis that paints itself in logical pixels, with its title and its labels.

    `edge_label` stands at the lower end of a logarithmic axis for the values that have no place on it.
    """

    def __init__(self, orientation: Literal["left", "bottom"], theme: Theme, font: QFont) -> None:
        super().__init__(orientation)
        self.enableAutoSIPrefix(False)
        self.title = ""
        self.scale_kind: Scale = "linear" if orientation == "left" else "step"
        self.steps_per_unit = 1
        self.edge_label = ""
        self._theme = theme
        self._font = font
        self._cached: tuple[object, Ticks] | None = None

    def set_theme(self, theme: Theme) -> None:
        """Paint in the theme's colours."""
        self._theme = theme
        self.update()

    def set_scale(self, kind: Scale, title: str, steps_per_unit: int = 1) -> None:
        """Choose what the axis measures and what its title says; a unit is an epoch, or the whole run."""
        self.scale_kind, self.title, self.steps_per_unit = kind, title, max(1, steps_per_unit)
        self.update()

    def set_edge_label(self, text: str) -> None:
        """Name what is shown at the lower end of a logarithmic axis."""
        if text != self.edge_label:
            self.edge_label = text
            self.update()

    def ticks_for(self, low: float, high: float, length: float) -> Ticks:
        """Return the ticks of a range on an axis `length` pixels long; labels never touch one another."""
        key = (low, high, length, self.scale_kind, self.steps_per_unit)
        if self._cached is None or self._cached[0] != key:
            self._cached = (key, self._make_ticks(low, high, length))
        return self._cached[1]

    def current_ticks(self) -> Ticks:
        """Return the ticks of the range and the size that the axis has now."""
        low, high = self.range
        size: QSizeF = self.size()
        return self.ticks_for(low, high, size.height() if self.orientation == "left" else size.width())

    def needed_width(self) -> float:
        """Return the width that the labels of the present range and the title of a left axis take."""
        metrics = QFontMetricsF(self._font)
        labels = (*self.current_ticks().labels, self.edge_label)
        widest = max((metrics.horizontalAdvance(label) for label in labels), default=0.0)
        return widest + 2.6 * metrics.height()

    def needed_height(self) -> float:
        """Return the height that the labels and the title of a bottom axis take."""
        return 3.1 * QFontMetricsF(self._font).height()

    def position(self, value: float) -> float:
        """Return where a value of the axis is, in pixels from the left or the top."""
        low, high = self.range
        if self.orientation == "left":
            return float((high - value) / (high - low) * self.size().height())
        return float((value - low) / (high - low) * self.size().width())

    def boundingRect(self) -> QRectF:
        """Return the axis and what its labels need beyond its ends."""
        beyond = 2 * QFontMetricsF(self._font).height()
        across, down = (0.0, beyond) if self.orientation == "left" else (2 * beyond, 1.0)
        rectangle: QRectF = self.rect()
        return rectangle.adjusted(-across, -down, across, down)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Paint ticks, labels and title."""
        painter.setFont(self._font)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        if self.orientation == "left":
            self._paint_left(painter)
        else:
            self._paint_bottom(painter)

    def _make_ticks(self, low: float, high: float, length: float) -> Ticks:
        metrics = QFontMetricsF(self._font)
        if self.orientation == "left":
            count = length / (3.2 * metrics.height())
            return log_ticks(low, high, count) if self.scale_kind == "log" else linear_ticks(low, high, count)
        count = length / (5.5 * metrics.height())
        while True:
            ticks = self._x_ticks(low, high, count)
            widest = max((metrics.horizontalAdvance(label) for label in ticks.labels), default=0.0)
            distance = length / (high - low) * _least_distance(ticks.positions)
            if count < 1.5 or distance > widest + metrics.height():
                return ticks
            count *= 0.75

    def _x_ticks(self, low: float, high: float, count: float) -> Ticks:
        if self.scale_kind == "epoch":
            return epoch_ticks(low, high, count, self.steps_per_unit)
        if self.scale_kind == "fraction":
            return fraction_ticks(low, high, count, self.steps_per_unit)
        return step_ticks(low, high, count)

    def _paint_left(self, painter: QPainter) -> None:
        metrics = QFontMetricsF(self._font)
        line_height, right, bottom = metrics.height(), self.size().width(), self.size().height()
        ticks = self.current_ticks()
        painter.setPen(QPen(QColor(self._theme.border), 1.0))
        painter.drawLines([_level(right, self.position(value), 0.35 * line_height) for value in ticks.positions])
        painter.drawLines([_level(right, self.position(value), 0.2 * line_height) for value in ticks.minor])
        painter.setPen(QColor(self._theme.text))
        room = QRectF(0.0, -line_height / 2, right - 0.55 * line_height, line_height)
        free_below = bottom - line_height if self.edge_label else bottom + line_height
        for value, label in zip(ticks.positions, ticks.labels, strict=True):
            if self.position(value) < free_below:
                painter.drawText(room.translated(0.0, self.position(value)), _AT_RIGHT, label)
        if self.edge_label:
            painter.drawText(room.translated(0.0, bottom - 1), _AT_RIGHT, self.edge_label)
        if ticks.offset:
            left_aligned = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
            wide = QRectF(0.0, -1.55 * line_height, 40 * line_height, line_height)
            painter.drawText(wide, left_aligned, ticks.offset)
        painter.setPen(QColor(self._theme.muted))
        painter.save()
        painter.translate(0.9 * line_height, bottom / 2)
        painter.rotate(-90.0)
        # The name of a comparison has those of two runs.
        title = metrics.elidedText(self.title, Qt.TextElideMode.ElideMiddle, bottom + line_height)
        painter.drawText(QRectF(-bottom, -line_height / 2, 2 * bottom, line_height), _CENTRE, title)
        painter.restore()

    def _paint_bottom(self, painter: QPainter) -> None:
        metrics = QFontMetricsF(self._font)
        line_height, width = metrics.height(), self.size().width()
        ticks = self.current_ticks()
        painter.setPen(QPen(QColor(self._theme.border), 1.0))
        down = 0.35 * line_height
        painter.drawLines([_upright(self.position(value), down) for value in ticks.positions])
        painter.setPen(QColor(self._theme.text))
        for value, label in zip(ticks.positions, ticks.labels, strict=True):
            half = metrics.horizontalAdvance(label)
            painter.drawText(
                QRectF(self.position(value) - half, 0.5 * line_height, 2 * half, line_height), _CENTRE, label
            )
        painter.setPen(QColor(self._theme.muted))
        title = f"{ticks.offset} {self.title}".strip() if ticks.offset else self.title
        painter.drawText(QRectF(-width, 1.7 * line_height, 3 * width, line_height), _CENTRE, title)


class GridItem(QGraphicsItem):
    """The lines of the grid and the frame of the plot area, whose upper left corner is the item's origin.

    Not a child of the view box, which would cut the frame in half.
    """

    def __init__(self, parent: QGraphicsItem, left: PlotAxis, bottom: PlotAxis, theme: Theme) -> None:
        super().__init__(parent)
        self._left = left
        self._bottom = bottom
        self._theme = theme
        self._size = QRectF()
        self.setZValue(-1000.0)

    def set_theme(self, theme: Theme) -> None:
        """Paint in the theme's colours."""
        self._theme = theme
        self.update()

    def set_size(self, width: float, height: float) -> None:
        """Cover a plot area of this size."""
        if (width, height) != (self._size.width(), self._size.height()):
            self.prepareGeometryChange()
            self._size = QRectF(0.0, 0.0, width, height)

    def boundingRect(self) -> QRectF:
        """Return the plot area and half a line around it."""
        return self._size.adjusted(-1, -1, 1, 1)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Paint the grid, then the frame."""
        width, height = self._size.width(), self._size.height()
        # At 150 % a line is one or two pixels wide by chance, unless it is smoothed.
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, painter.device().devicePixelRatio() % 1 != 0)
        # Opaque: a translucent line costs 35 times as much.
        painter.setPen(QPen(QColor(self._theme.grid), 1.0))
        rows = [self._left.position(value) for value in self._left.current_ticks().positions]
        columns = [self._bottom.position(value) for value in self._bottom.current_ticks().positions]
        painter.drawLines([QLineF(0.0, row, width, row) for row in rows if 0 < row < height])
        painter.drawLines([QLineF(column, 0.0, column, height) for column in columns if 0 < column < width])
        painter.setPen(QPen(QColor(self._theme.border), 1.0))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(self._size)


def _level(right: float, y: float, length: float) -> QLineF:
    return QLineF(QPointF(right - length, y), QPointF(right, y))


def _upright(x: float, length: float) -> QLineF:
    return QLineF(QPointF(x, 0.0), QPointF(x, length))


def _least_distance(positions: tuple[float, ...]) -> float:
    return min((after - before for before, after in pairwise(positions)), default=float("inf"))
