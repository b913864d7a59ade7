"""The note in the corner of the plot: what broken lines are."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy


class PlotNote(QLabel):
    """A few words on one line, cut short where they do not fit; then the tool tip has them in full."""

    def __init__(self) -> None:
        super().__init__()
        self._full, self._tip = "", ""
        self.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        gap = self.fontMetrics().height() // 3
        self.setContentsMargins(2 * gap, 0, 0, gap)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def set_text(self, text: str, tip: str) -> None:
        """Say something else, with more in the tool tip."""
        self._full, self._tip = text, tip
        self._elide()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._elide()

    def _elide(self) -> None:
        shown = self.fontMetrics().elidedText(self._full, Qt.TextElideMode.ElideRight, self.contentsRect().width())
        self.setText(shown)
        self.setAccessibleName(self._full)
        self.setToolTip(self._tip if shown == self._full else f"{self._full}\n{self._tip}".strip())
