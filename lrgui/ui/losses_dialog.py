"""The dialog that lists what could not be read of a damaged file."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QHBoxLayout, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from lrgui.ui.forms.notes import IconMark

_COLUMNS, _LEAST_ROWS, _MOST_ROWS = 92, 3, 12
_MOST_SHOWN = 500


class LossesDialog(QDialog):
    """Says in `sentence` what has happened, and lists the losses below it; they scroll where they are many."""

    def __init__(self, parent: QWidget, title: str, sentence: str, losses: Sequence[str]) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.sentence = _make_sentence(sentence)
        self.losses = _make_list(losses)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.buttons.rejected.connect(self.reject)
        self._lay_out(len(losses))

    def _lay_out(self, count: int) -> None:
        gap = self.fontMetrics().height() // 2
        telling = QHBoxLayout()
        telling.setSpacing(gap)
        telling.addWidget(IconMark("triangle-alert", self), 0, Qt.AlignmentFlag.AlignTop)
        telling.addWidget(self.sentence, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * gap, 2 * gap, 2 * gap, 2 * gap)
        layout.setSpacing(gap)
        layout.addLayout(telling)
        layout.addWidget(self.losses, 1)
        layout.addWidget(self.buttons)
        metrics = self.losses.fontMetrics()
        rows = min(max(2 * count, _LEAST_ROWS), _MOST_ROWS)
        # On a small screen or at a large scale Qt would let the dialog hang over.
        available = self.screen().availableSize() * 0.9
        self.resize(
            min(metrics.averageCharWidth() * _COLUMNS, available.width()),
            min(metrics.lineSpacing() * (rows + 7), available.height()),
        )
        close = self.buttons.button(QDialogButtonBox.StandardButton.Close)
        close.setDefault(True)
        close.setFocus()


def _make_sentence(text: str) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setAccessibleName(text)
    return label


def _make_list(losses: Sequence[str]) -> QPlainTextEdit:
    shown = list(losses[:_MOST_SHOWN])
    if len(losses) > _MOST_SHOWN:
        shown.append(f"and {len(losses) - _MOST_SHOWN} more")
    box = QPlainTextEdit("\n".join(f"• {loss}" for loss in shown))
    box.setReadOnly(True)
    box.setTabChangesFocus(True)
    box.setAccessibleName("what was lost")
    box.setToolTip("What was lost, one sentence for each; select it to copy it")
    return box
