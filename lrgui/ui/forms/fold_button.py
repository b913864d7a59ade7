"""FoldButton: a chevron and a text that unfold what is below them, with a summary while it is folded away."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt, Slot
from PySide6.QtGui import QFont, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QStyle, QStyleOptionFocusRect, QWidget

from lrgui.ui.icons import icon


class FoldButton(QAbstractButton):
    """Checked while unfolded. Flat, for a pressed look would say more than that."""

    def __init__(self, text: str = "", parent: QWidget | None = None, *, bold: bool = False) -> None:
        super().__init__(parent)
        self._summary = ""
        self.setText(text)
        self.setCheckable(True)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.toggled.connect(self._on_toggled)
        font = self.font()
        font.setBold(bold)
        self.setFont(font)
        self._on_toggled(False)

    @Slot(bool)
    def _on_toggled(self, unfolded: bool) -> None:
        self.setIcon(icon("chevron-down" if unfolded else "chevron-right"))

    @property
    def summary(self) -> str:
        """What is said at the right while folded."""
        return self._summary

    def set_summary(self, summary: str) -> None:
        """Say what is folded away, in a few words."""
        self._summary = summary
        self.setAccessibleDescription(summary)
        self.update()

    def sizeHint(self) -> QSize:
        line = self.fontMetrics().height()
        return QSize(
            self._text_left() + self.fontMetrics().horizontalAdvance(self.text()) + line // 3, round(line * 1.5)
        )

    def minimumSizeHint(self) -> QSize:
        return QSize(self._text_left(), self.sizeHint().height())

    def _text_left(self) -> int:
        return round(self.fontMetrics().height() * 1.3)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self.underMouse() and self.isEnabled():
            colour = self.palette().color(QPalette.ColorRole.Midlight)
            colour.setAlphaF(0.35)
            painter.fillRect(self.rect(), colour)
        size = self.fontMetrics().height()
        self.icon().paint(painter, QRect(0, (self.height() - size) // 2, size, size))
        area = self.rect().adjusted(self._text_left(), 0, 0, 0)
        text = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, area.width())
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
        if self._summary and not self.isChecked():
            left = area.left() + self.fontMetrics().horizontalAdvance(text)
            self._paint_summary(painter, area.adjusted(left - area.left() + size, 0, -size // 2, 0))
        if self.hasFocus():
            option = QStyleOptionFocusRect()
            option.initFrom(self)
            option.rect = self.rect().adjusted(0, 1, -1, -1)
            self.style().drawPrimitive(QStyle.PrimitiveElement.PE_FrameFocusRect, option, painter, self)
        painter.end()

    def _paint_summary(self, painter: QPainter, area: QRect) -> None:
        font = QFont(self.font())
        font.setBold(False)
        painter.setFont(font)
        painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
        text = painter.fontMetrics().elidedText(self._summary, Qt.TextElideMode.ElideRight, area.width())
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, text)
