"""The middle of the window, before and after the plot is there."""

from __future__ import annotations

from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QVBoxLayout, QWidget


class Middle(QWidget):
    """The middle of the window, blank like an empty plot until the plot is there.

    Were the central widget another one then, Qt would share out the widths of the docks anew.
    """

    def __init__(self) -> None:
        super().__init__()
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)

    def fill(self, widget: QWidget) -> None:
        """Show `widget` from edge to edge."""
        self.setBackgroundRole(QPalette.ColorRole.Window)
        self._layout.addWidget(widget)
