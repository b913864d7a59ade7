"""The dialog before a figure is exported: format, size in pixels, background."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QSize, Slot
from PySide6.QtWidgets import QComboBox, QDialog, QDialogButtonBox, QFormLayout, QLabel, QSpinBox, QVBoxLayout, QWidget

from lrgui.ui.theme import DARK, LIGHT, Theme

FigureFormat = Literal["png", "svg", "pdf"]


@dataclass(frozen=True, slots=True)
class FigureChoice:
    """What the user chose. `scale` multiplies the pixels of a PNG; vector formats have no pixels."""

    suffix: FigureFormat
    scale: int
    theme: Theme


class ExportDialog(QDialog):
    """Asks how a figure of `size` logical pixels is to be exported."""

    def __init__(self, size: QSize, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Export Figure")
        self._size = size
        self._format = QComboBox()
        for suffix, text in (("png", "PNG, pixels"), ("svg", "SVG, vector"), ("pdf", "PDF, vector")):
            self._format.addItem(text, suffix)
        self._scale = QSpinBox()
        self._scale.setRange(1, 8)
        self._scale.setValue(2)
        self._scale.setSuffix(" ×")
        self._background = QComboBox()
        self._background.addItem("Light", LIGHT.name)
        self._background.addItem("Dark", DARK.name)
        self._pixels = QLabel()
        form = QFormLayout()
        form.addRow("&Format", self._format)
        form.addRow("&Scale", self._scale)
        form.addRow("", self._pixels)
        form.addRow("&Background", self._background)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel)
        buttons.button(QDialogButtonBox.StandardButton.Save).setText("Export…")
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addLayout(form)
        layout.addWidget(buttons)
        self._form = form
        self._format.currentIndexChanged.connect(self._refresh)
        self._scale.valueChanged.connect(self._refresh)
        self._refresh()

    def choice(self) -> FigureChoice:
        """Return what is chosen."""
        theme = DARK if self._background.currentData() == DARK.name else LIGHT
        return FigureChoice(self._format.currentData(), self._scale.value(), theme)

    @Slot()
    def _refresh(self) -> None:
        pixels = self._format.currentData() == "png"
        self._form.setRowVisible(self._scale, pixels)
        self._form.setRowVisible(self._pixels, pixels)
        size = self._size * self._scale.value()
        self._pixels.setText(f"{size.width()} × {size.height()} pixels")
