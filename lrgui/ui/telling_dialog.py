"""A dialog that tells one thing: a sentence beside an icon, and below it a text to read and to copy from."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from lrgui.ui.forms.notes import IconMark


class TellingDialog(QDialog):
    """The frame of such dialogs, which is closed with Return; what is told is up to them."""

    def __init__(self, parent: QWidget, title: str, icon: str, sentence: str, box: QPlainTextEdit) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.sentence = _make_sentence(sentence)
        self.box = box
        box.setReadOnly(True)
        box.setTabChangesFocus(True)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.buttons.rejected.connect(self.reject)
        gap = self.fontMetrics().height() // 2
        telling = QHBoxLayout()
        telling.setSpacing(gap)
        telling.addWidget(IconMark(icon, self), 0, Qt.AlignmentFlag.AlignTop)
        telling.addWidget(self.sentence, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * gap, 2 * gap, 2 * gap, 2 * gap)
        layout.setSpacing(gap)
        layout.addLayout(telling)
        layout.addWidget(box, 1)
        layout.addWidget(self.buttons)
        close = self.buttons.button(QDialogButtonBox.StandardButton.Close)
        close.setDefault(True)
        close.setFocus()


def resize_on_screen(dialog: QDialog, size: QSize) -> None:
    """Give a dialog a size, or less: on a small screen or at a large scale Qt would let it hang over."""
    dialog.resize(size.boundedTo(dialog.screen().availableSize() * 0.9))


def _make_sentence(text: str) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    # Or else a long word, such as a path, would make the dialog as wide as itself.
    policy = label.sizePolicy()
    policy.setHorizontalPolicy(QSizePolicy.Policy.Ignored)
    label.setSizePolicy(policy)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    label.setAccessibleName(text)
    return label
