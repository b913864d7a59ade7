"""The box for an error that nobody foresaw: what happened, with versions and traceback to copy."""

from __future__ import annotations

import platform

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QWidget

from lrgui import __version__


def show_unexpected(parent: QWidget, trace: str) -> None:
    """Show one box; further errors while it is open only go to standard error."""
    if parent.findChild(QMessageBox, "unexpected") is not None:
        return
    # Here, because it would add 40 ms to every start.
    from importlib.metadata import version

    box = QMessageBox(parent)
    box.setObjectName("unexpected")
    box.setIcon(QMessageBox.Icon.Critical)
    box.setWindowTitle("Unexpected Error")
    box.setText("Something went wrong inside lrgui. The window goes on; save your work under a new name to be safe.")
    versions = f"lrgui {__version__}, torch {version('torch')}, PySide6 {version('PySide6-Essentials')}"
    box.setDetailedText(f"{versions}, Python {platform.python_version()}, {platform.platform()}\n\n{trace}")
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.open()
