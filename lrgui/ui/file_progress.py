"""How far a file is read or written, with a button to stop it; seen only while it takes longer than a moment."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QToolButton, QWidget

from lrgui.ui.background import Background
from lrgui.ui.icons import icon

_SCALE = 1000


class FileProgress(QWidget):
    """A title, a bar and a button, in the status bar."""

    def __init__(self, background: Background) -> None:
        super().__init__()
        self._background = background
        self._title = QLabel()
        self._bar = QProgressBar()
        self._bar.setRange(0, _SCALE)
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName("Progress of the file")
        self._bar.setFixedWidth(self.fontMetrics().averageCharWidth() * 16)
        self._bar.setFixedHeight(self.fontMetrics().height() * 2 // 3)
        self.stop_button = QToolButton()
        self.stop_button.setIcon(icon("x"))
        self.stop_button.setAutoRaise(True)
        self.stop_button.setToolTip("Stop; nothing is changed then")
        self.stop_button.setAccessibleName("Stop the work on the file")
        self.stop_button.clicked.connect(background.stop)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        for widget in (self._title, self._bar, self.stop_button):
            layout.addWidget(widget)
        background.progressed.connect(self._show_progress)
        background.busy_changed.connect(self._on_busy_changed)
        self.hide()

    @Slot(str, float)
    def _show_progress(self, title: str, fraction: float) -> None:
        self._title.setText(title)
        self._bar.setValue(int(fraction * _SCALE))
        self.show()

    @Slot()
    def _on_busy_changed(self) -> None:
        if not self._background.busy:
            self.hide()
