"""The box that says which lrgui this is and what it stands on."""

from __future__ import annotations

import platform

from PySide6.QtWidgets import QMessageBox, QWidget

from lrgui import __version__
from lrgui.ui.icons import application_icon

_PARTS = ("torch", "PySide6-Essentials", "pyqtgraph", "numpy")


def show_about(parent: QWidget) -> None:
    """Show name, purpose and versions; the text can be selected and copied."""
    # Here, because it would add 40 ms to every start.
    from importlib.metadata import version

    versions = "\n".join(f"{part} {version(part)}" for part in _PARTS)
    box = QMessageBox(parent)
    box.setWindowTitle("About lrgui")
    box.setIconPixmap(application_icon().pixmap(box.fontMetrics().height() * 4))
    box.setText(f"<b>lrgui {__version__}</b>")
    box.setInformativeText(
        "Which learning rate does each parameter group really get, at every optimizer step?\n\n"
        f"{versions}\nPython {platform.python_version()}\n\nIcons by Lucide (https://lucide.dev), ISC licence."
    )
    box.exec()
    box.deleteLater()
