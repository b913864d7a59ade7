"""Small colour samples for lists: a bar for a group, a dot for a run."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPen, QPixmap

_SIZE = 48


@cache
def group_swatch(colour: str) -> QIcon:
    """Return a short bar in the colour of a group's curve."""
    return _draw(colour, round_shape=False)


@cache
def run_swatch(colour: str) -> QIcon:
    """Return a dot in the colour of a run."""
    return _draw(colour, round_shape=True)


def _draw(colour: str, *, round_shape: bool) -> QIcon:
    pixmap = QPixmap(_SIZE, _SIZE)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    # The rim keeps the sample visible on the highlight of a selected row.
    painter.setPen(QPen(QColor("#ffffff"), 3))
    painter.setBrush(QColor(colour))
    if round_shape:
        painter.drawEllipse(QPoint(_SIZE // 2, _SIZE // 2), _SIZE // 4, _SIZE // 4)
    else:
        painter.drawRoundedRect(QRect(2, _SIZE * 3 // 8, _SIZE - 4, _SIZE // 4), 5, 5)
    painter.end()
    return QIcon(pixmap)
