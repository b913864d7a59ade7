"""The dialog with the details of an error: one sentence, then what a report of it needs, all of it to copy."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QApplication, QDialog, QDialogButtonBox, QPlainTextEdit, QPushButton, QWidget

from lrgui.ui.icons import icon, set_beside_text
from lrgui.ui.telling_dialog import TellingDialog, resize_on_screen
from lrgui.ui.versions import versions_text

_COLUMNS, _ROWS = 100, 20
_MOST_OF_SENTENCE = 1000
_MOST_OF_LINE, _MOST_LINES = 2000, 2000
"""What is shown at most: Qt needs seconds to lay out a line of a million letters. What is copied is whole."""


class DetailsDialog(TellingDialog):
    """Shows a sentence in words and, below it, versions and details as they are."""

    def __init__(self, parent: QWidget, title: str, sentence: str, details: str) -> None:
        self._sentence = sentence
        self._details = f"{versions_text()}\n\n{details}".rstrip()
        self.details = _make_details(_shown(self._details))
        super().__init__(parent, title, "circle-alert", _cut(sentence, _MOST_OF_SENTENCE), self.details)
        self.copy_button = QPushButton(icon("copy"), "&Copy")
        self.copy_button.setToolTip("Copy the sentence, the versions and the details")
        set_beside_text(self.copy_button)
        self.buttons.addButton(self.copy_button, QDialogButtonBox.ButtonRole.ActionRole)
        self.copy_button.clicked.connect(self._copy)
        metrics = self.details.fontMetrics()
        resize_on_screen(self, QSize(metrics.averageCharWidth() * _COLUMNS, metrics.height() * (_ROWS + 6)))

    @Slot()
    def _copy(self) -> None:
        QApplication.clipboard().setText(f"{self._sentence}\n\n{self._details}")
        self.copy_button.setText("&Copied")


def show_details(parent: QWidget, title: str, sentence: str, details: str) -> QDialog:
    """Open a dialog that keeps the user from its window, but not the window from going on, and return it.

    `details` is what a report of the error needs, such as a traceback; the versions are put before it. The dialog
    deletes itself when it is closed.
    """
    dialog = DetailsDialog(parent, title, sentence, details)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()
    return dialog


def _make_details(text: str) -> QPlainTextEdit:
    box = QPlainTextEdit(text)
    box.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
    box.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
    box.setAccessibleName("details")
    box.setToolTip("Versions and details, for a report of the error")
    return box


def _shown(details: str) -> str:
    """Return the details, without the middle where they are too long to be shown at once."""
    lines = [_cut(line, _MOST_OF_LINE) for line in details.splitlines()]
    if len(lines) <= _MOST_LINES:
        return "\n".join(lines)
    half = _MOST_LINES // 2
    left_out = f"… {len(lines) - 2 * half} lines are left out here; Copy has them all …"
    return "\n".join((*lines[:half], left_out, *lines[-half:]))


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[:most]}…"
