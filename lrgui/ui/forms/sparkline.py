"""Sparkline: the course of many numbers in the height of a line or two, without axes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

_LINES_HIGH = 1.6
_FEWEST_CHARACTERS = 8


class Sparkline(QWidget):
    """Draws numbers from left to right; of more than there are pixels, the lowest and the highest in each column."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._heights: NDArray[np.float64] = np.empty(0)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("course of the values")

    def set_values(self, values: Sequence[float]) -> None:
        """Draw `values`, all of them finite."""
        self._heights = _heights_of(np.asarray(values, dtype=np.float64))
        self.update()

    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        return QSize(metrics.averageCharWidth() * _FEWEST_CHARACTERS, round(metrics.height() * _LINES_HIGH))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        if not len(self._heights):
            return
        area = QRectF(self.rect()).adjusted(1, 2, -1, -2)
        heights = _envelope(self._heights, max(2, round(area.width())))
        if len(heights) == 1:
            heights = np.repeat(heights, 2)
        across = np.linspace(area.left(), area.right(), len(heights))
        down = area.bottom() - heights * area.height()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Highlight), 1.2))
        points = [QPointF(x, y) for x, y in zip(across.tolist(), down.tolist(), strict=True)]
        painter.drawPolyline(QPolygonF(points))
        painter.end()


def _heights_of(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the values on a scale from 0 to 1, a half where all are the same."""
    if not len(values):
        return values
    # Halved, for the difference of two doubles can be beyond the largest.
    halves = values / 2
    span = halves.max() - halves.min()
    return (halves - halves.min()) / span if span > 0 else np.full(len(values), 0.5)


def _envelope(heights: NDArray[np.float64], columns: int) -> NDArray[np.float64]:
    """Return the heights themselves, or lowest and highest by turns in each of so many columns."""
    if len(heights) <= 2 * columns:
        return heights
    starts = np.linspace(0, len(heights), columns, endpoint=False).astype(np.intp)
    pairs = (np.minimum.reduceat(heights, starts), np.maximum.reduceat(heights, starts))
    return np.stack(pairs, axis=1).reshape(-1)
