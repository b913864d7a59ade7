"""The question for a file's name to write to."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QDialog, QFileDialog, QWidget


def make_save_dialog(window: QWidget, title: str, start: Path, suffix: str, description: str) -> QFileDialog:
    """Return the dialog, not yet open.

    It completes a name without a suffix itself, so that its question about overwriting is about the real file; in its
    eyes a name with a dot in it, such as `lr 0.001`, has one.
    """
    dialog = QFileDialog(window, title, str(start.parent), f"{description} (*.{suffix})")
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix(suffix)
    dialog.selectFile(start.name)
    return dialog


def ask_save_path(window: QWidget, title: str, start: Path, suffix: str, description: str) -> Path | None:
    """Return the file that the user wants to write, or None."""
    dialog = make_save_dialog(window, title, start, suffix, description)
    accepted = dialog.exec() == QDialog.DialogCode.Accepted
    chosen = dialog.selectedFiles()
    dialog.deleteLater()
    return Path(chosen[0]) if accepted and chosen else None
