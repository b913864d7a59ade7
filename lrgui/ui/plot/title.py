"""The line above a figure."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter


def paint_title(painter: QPainter, text: str, font: QFont, colour: QColor, page: QRectF, plot_area: QRectF) -> None:
    """Paint a title over the middle of the plot area, or of the page where it needs all of its width."""
    bold = QFont(font)
    bold.setBold(True)
    metrics, area = QFontMetricsF(bold), plot_area
    painter.setFont(bold)
    painter.setPen(colour)
    if metrics.horizontalAdvance(text) > area.width():
        area = page.adjusted(metrics.height(), 0.0, -metrics.height(), 0.0)
    room = QRectF(area.left(), 0.6 * metrics.height(), area.width(), metrics.height())
    shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, area.width())
    painter.drawText(room, Qt.AlignmentFlag.AlignCenter, shown)
