"""The dialog before a figure is exported: how it is drawn, and a picture of it that follows every choice."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QImage, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from lrgui.core.figure_options import MM_PER_INCH, FigureOptions, FigurePreset
from lrgui.core.numbers import group_digits
from lrgui.ui.export_choices import FigureChoice
from lrgui.ui.figure_form import FigureForm
from lrgui.ui.figure_preview import FigurePreview
from lrgui.ui.icons import icon, set_beside_text

_PREVIEW_DELAY_MS = 120

Thumbnail = Callable[[FigureOptions, QSize], QImage]
"""Draws a figure quickly, as a picture that fits into a size in pixels."""


class FigureDialog(QDialog):
    """Asks how a figure is to be exported.

    Signals:
        copy_wanted: the figure is to be put on the clipboard (FigureOptions).
    """

    copy_wanted = Signal(object)

    def __init__(self, choice: FigureChoice, screen: FigurePreset, thumbnail: Thumbnail, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Export Figure")
        self._thumbnail = thumbnail
        self.form = FigureForm(choice, screen)
        self.preview = FigurePreview()
        self.summary = QLabel()
        self.copy_button = QPushButton(icon("clipboard"), "Cop&y to Clipboard")
        self.copy_button.setToolTip("Put the figure on the clipboard as a picture, at this size and resolution")
        set_beside_text(self.copy_button)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel)
        self.export_button = self.buttons.button(QDialogButtonBox.StandardButton.Save)
        self.export_button.setText("&Export…")
        self.export_button.setToolTip("Choose a file's name and write the figure")
        self.buttons.addButton(self.copy_button, QDialogButtonBox.ButtonRole.ActionRole)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PREVIEW_DELAY_MS)
        self._lay_out()
        self._timer.timeout.connect(self._draw)
        self.form.changed.connect(self._on_changed)
        self.copy_button.clicked.connect(self._copy)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self._tell_size()

    @property
    def choice(self) -> FigureChoice:
        """What is chosen."""
        return self.form.choice

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._draw()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.isVisible():
            self._timer.start()

    def done(self, result: int) -> None:
        self._timer.stop()
        super().done(result)

    def _lay_out(self) -> None:
        shown = QVBoxLayout()
        shown.addWidget(self.preview, 1)
        shown.addWidget(self.summary)
        columns = QHBoxLayout()
        columns.setSpacing(self.fontMetrics().height())
        columns.addWidget(self.form, 0, Qt.AlignmentFlag.AlignTop)
        columns.addLayout(shown, 1)
        layout = QVBoxLayout(self)
        layout.addLayout(columns, 1)
        layout.addWidget(self.buttons)
        line = self.fontMetrics().height()
        self.resize(54 * line, 32 * line)  # with room for a complaint

    @Slot()
    def _on_changed(self) -> None:
        usable = not self.choice.complaints
        self.export_button.setEnabled(usable)
        self.copy_button.setEnabled(usable)
        self.preview.setEnabled(usable)
        self._tell_size()
        if usable:
            self._timer.start()

    @Slot()
    def _draw(self) -> None:
        self._timer.stop()
        if not self.choice.complaints:
            self.preview.set_image(self._thumbnail(self.choice.options, self.preview.room))

    @Slot()
    def _copy(self) -> None:
        self.copy_wanted.emit(self.choice.options)
        self.summary.setText(f"Copied: {self._size_text()}")

    def _tell_size(self) -> None:
        self.summary.setText(self._size_text())

    def _size_text(self) -> str:
        """Return the size of the figure in words, on paper and in pixels."""
        options = self.choice.options
        paper = f"{options.width:.1f} × {options.height:.1f} mm"
        inches = f"{options.width / MM_PER_INCH:.2f} × {options.height / MM_PER_INCH:.2f} in"
        if self.choice.suffix != "png":
            return f"{paper}, {inches}"
        across, down = options.pixels
        return f"{paper}, {inches}, {group_digits(across)} × {group_digits(down)} pixels"
