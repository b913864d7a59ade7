"""Icons by name, drawn from SVG in the palette's text colour, so that they follow the theme and the screen's scale.

The drawings are Lucide's (https://lucide.dev, ISC licence, in `resources/icons/LICENSE`).
"""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QByteArray, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QGuiApplication, QIcon, QIconEngine, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QAbstractButton

from lrgui.core.problems import Severity
from lrgui.resources import resource_folder

SEVERITY_ICONS = {Severity.ERROR: "circle-alert", Severity.WARNING: "triangle-alert", Severity.NOTE: "info"}
"""The icon's name for how bad a problem is."""


def icon(name: str) -> QIcon:
    """Return the icon `name` (a file of `resources/icons` without its suffix), tinted when it is painted."""
    return QIcon(_TintedEngine(_source(name)))


def set_beside_text(button: QAbstractButton) -> None:
    """Leave room between the button's icon and its text, for which Qt has a few pixels at any size of the font."""
    side = button.iconSize().height()
    button.setIconSize(QSize(side + side // 4, side))


def application_icon() -> QIcon:
    """Return the program's own icon, in its own colours."""
    return QIcon(str(resource_folder("icons") / "lrgui.svg"))


@cache
def _source(name: str) -> str:
    return (resource_folder("icons") / f"{name}.svg").read_text(encoding="utf-8")


class _TintedEngine(QIconEngine):
    """Paints an SVG whose strokes are `currentColor` in the colour that the palette has for text at that moment."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self._source = source

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        disabled = mode == QIcon.Mode.Disabled
        group = QPalette.ColorGroup.Disabled if disabled else QPalette.ColorGroup.Active
        role = QPalette.ColorRole.HighlightedText if mode == QIcon.Mode.Selected else QPalette.ColorRole.ButtonText
        colour = QGuiApplication.palette().color(group, role)
        source = self._source.replace("currentColor", colour.name())
        # At the left of a wider place, whose rest is the distance to a text.
        side = min(rect.width(), rect.height())
        square = QRectF(rect.left(), rect.top() + (rect.height() - side) / 2, side, side)
        painter.save()
        painter.setOpacity(painter.opacity() * (0.55 if disabled else 1.0))
        QSvgRenderer(QByteArray(source.encode())).render(painter, square)
        painter.restore()

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        pixmap = QPixmap(size)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        self.paint(painter, QRect(QPoint(0, 0), size), mode, state)
        painter.end()
        return pixmap

    def clone(self) -> QIconEngine:
        return _TintedEngine(self._source)
