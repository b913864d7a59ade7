"""The dialog that lists what could not be read of a damaged file."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from lrgui.ui.telling_dialog import TellingDialog, resize_on_screen

_COLUMNS, _LEAST_ROWS, _MOST_ROWS = 92, 3, 12
_MOST_SHOWN = 500


class LossesDialog(TellingDialog):
    """Says in `sentence` what has happened, and lists the losses below it; they scroll where they are many."""

    def __init__(self, parent: QWidget, title: str, sentence: str, losses: Sequence[str]) -> None:
        self.losses = _make_list(losses)
        super().__init__(parent, title, "triangle-alert", sentence, self.losses)
        metrics = self.losses.fontMetrics()
        rows = min(max(2 * len(losses), _LEAST_ROWS), _MOST_ROWS)
        resize_on_screen(self, QSize(metrics.averageCharWidth() * _COLUMNS, metrics.lineSpacing() * (rows + 7)))


def _make_list(losses: Sequence[str]) -> QPlainTextEdit:
    shown = list(losses[:_MOST_SHOWN])
    if len(losses) > _MOST_SHOWN:
        shown.append(f"and {len(losses) - _MOST_SHOWN} more")
    box = QPlainTextEdit("\n".join(f"• {loss}" for loss in shown))
    box.setAccessibleName("what was lost")
    box.setToolTip("What was lost, one sentence for each; select it to copy it")
    return box
