"""What the items over a plot area have in common: the theme, and the part of the data in view."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtWidgets import QGraphicsItem

from lrgui.ui.plot.window import UNSEEN, Window
from lrgui.ui.theme import Theme


class AreaItem(QGraphicsItem):
    """An item as large as the plot area, whose upper left corner is its origin; it paints in logical pixels."""

    def __init__(self, parent: QGraphicsItem, theme: Theme) -> None:
        super().__init__(parent)
        self._theme = theme
        self._window = UNSEEN

    def set_theme(self, theme: Theme) -> None:
        """Paint in the theme's colours."""
        self._theme = theme
        self.update()

    def set_window(self, window: Window) -> None:
        """Paint this part of the data."""
        if (window.width, window.height) != (self._window.width, self._window.height):
            self.prepareGeometryChange()
        self._window = window
        self.update()

    def boundingRect(self) -> QRectF:
        """Return the plot area."""
        return QRectF(0.0, 0.0, self._window.width, self._window.height)
