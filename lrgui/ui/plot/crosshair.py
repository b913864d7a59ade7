"""The step under the mouse: a thin upright line, and a dot on every curve."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QLineF, QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from lrgui.ui.theme import Theme

_RADIUS = 3.5


class CrosshairItem(QGraphicsItem):
    """Marks one step; the item moves along the plot area, so that only narrow strips are repainted."""

    def __init__(self, parent: QGraphicsItem, theme: Theme) -> None:
        super().__init__(parent)
        self._theme = theme
        self._height = 0.0
        self._dots: tuple[tuple[float, QColor], ...] = ()
        self.setZValue(400.0)
        self.setVisible(False)

    def set_theme(self, theme: Theme) -> None:
        """Paint in the theme's colours."""
        self._theme = theme
        self.update()

    def show_at(self, x: float, height: float, dots: Sequence[tuple[float, QColor]]) -> None:
        """Mark the pixel column `x` of a plot area `height` pixels high, with a dot at each height in `dots`."""
        if height != self._height:
            self.prepareGeometryChange()
            self._height = height
        if tuple(dots) != self._dots:
            self._dots = tuple(dots)
            self.update()
        self.setPos(x, 0.0)
        self.setVisible(True)

    def boundingRect(self) -> QRectF:
        """Return the line and its dots."""
        reach = _RADIUS + 1.5
        return QRectF(-reach, 0.0, 2 * reach, self._height)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Paint the line, then the dots over it."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(QPen(QColor(self._theme.muted), 1.0))
        painter.drawLine(QLineF(0.0, 0.0, 0.0, self._height))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(self._theme.base), 1.2))
        for y, colour in self._dots:
            painter.setBrush(colour)
            painter.drawEllipse(QPointF(0.0, y), _RADIUS, _RADIUS)
