"""The question for a file's name to write to."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QDialog, QFileDialog, QWidget


def ask_save_path(window: QWidget, title: str, start: Path, suffix: str, description: str) -> Path | None:
    """Return the file that the user wants to write, or None.

    The dialog itself completes a name without a suffix, so that its question about overwriting is about the real file.
    """
    dialog = QFileDialog(window, title, str(start.parent), f"{description} (*.{suffix})")
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix(suffix)
    dialog.selectFile(start.name)
    accepted = dialog.exec() == QDialog.DialogCode.Accepted
    chosen = dialog.selectedFiles()
    dialog.deleteLater()
    return Path(chosen[0]) if accepted and chosen else None
