"""How forms are laid out: distances from font metrics, and no picture of a half-done layout."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QWidget


def row_spacing(widget: QWidget) -> int:
    """Return the distance between two rows of a form, in pixels."""
    return max(6, widget.fontMetrics().height() // 2)


def line_spacing(widget: QWidget) -> int:
    """Return the distance between the lines of one row, in pixels."""
    return max(1, widget.fontMetrics().height() // 8)


def lay_out_now() -> None:
    """Do all layouts that are due.

    Otherwise Qt takes one turn of the event loop for each level of nesting, and may paint the clipped states between.
    """
    # A scroll area looks at its content before the content has done its own layout, hence twice.
    for _ in range(2):
        QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
