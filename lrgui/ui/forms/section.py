"""Section: a part of the recipe under a bold heading that folds it away."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from lrgui.ui.forms.fold_button import FoldButton
from lrgui.ui.forms.layout import lay_out_now
from lrgui.ui.forms.notes import IconMark


class Section(QWidget):
    """A heading and a body. Folded away, the heading still says what is in it, and whether something is wrong."""

    def __init__(self, title: str, body: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.body = body
        self.heading = FoldButton(title, bold=True)
        self.heading.setChecked(True)
        self.heading.toggled.connect(self._on_toggled)
        self._mark = IconMark("circle-alert")
        self._mark.setToolTip("Something here cannot be used")
        self._mark.hide()
        line = QFrame()
        line.setFrameShape(QFrame.Shape.HLine)
        line.setForegroundRole(QPalette.ColorRole.Mid)
        line.setFrameShadow(QFrame.Shadow.Plain)
        margin = self.fontMetrics().height() // 2
        head = QHBoxLayout()
        head.setContentsMargins(margin // 2, margin // 3, margin, margin // 3)
        head.addWidget(self.heading, 1)
        head.addWidget(self._mark)
        inset = QVBoxLayout()
        inset.setContentsMargins(margin * 3 // 2, 0, margin, margin * 3 // 2)
        inset.addWidget(body)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(line)
        layout.addLayout(head)
        layout.addLayout(inset)
        self._inset = inset

    @property
    def wrong(self) -> bool:
        """Whether the heading is marked."""
        return not self._mark.isHidden()

    def set_summary(self, text: str) -> None:
        """Say in a few words what is in the section; shown while it is folded away."""
        self.heading.set_summary(text)

    def set_wrong(self, wrong: bool) -> None:
        """Mark the heading: something in the section is wrong."""
        self._mark.setVisible(wrong)

    @Slot(bool)
    def _on_toggled(self, unfolded: bool) -> None:
        self.body.setVisible(unfolded)
        margin = self.fontMetrics().height() // 2
        self._inset.setContentsMargins(margin * 3 // 2, 0, margin, margin * 3 // 2 if unfolded else 0)
        lay_out_now()
