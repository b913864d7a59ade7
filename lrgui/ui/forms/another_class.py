"""AnotherClass: a line for the dotted path of another library's class, told beside it when it cannot be had."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from lrgui.core.catalog.known import Finding, Noun, Refusal, Wanted
from lrgui.ui.forms.layout import line_spacing
from lrgui.ui.forms.notes import Note
from lrgui.ui.forms.text_inputs import TextInput

_EXAMPLES = {
    "optimizer": "schedulefree.AdamWScheduleFree",
    "scheduler": "transformers.get_cosine_schedule_with_warmup",
}


class AnotherClass(QWidget):
    """Asks for a class by its dotted path; hidden until then. It is looked up elsewhere, off the interface thread.

    Signals:
        wanted: a class is to be looked up (a Wanted).
        found: the class that was asked for can be had (its path).
        closed: the line is done with while it has the focus, which has to go elsewhere.
    """

    wanted = Signal(object)
    found = Signal(str)
    closed = Signal()

    def __init__(self, noun: Noun, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._noun = noun
        self._asked: Wanted | None = None
        self.line = TextInput()
        self.line.setPlaceholderText("library.Class")
        self.line.setAccessibleName(f"path of another {noun} class")
        tip = f"Dotted path of a class, such as {_EXAMPLES[noun]}; Return looks it up"
        self.line.setToolTip(tip)
        self.button = QPushButton("Look Up")
        self.button.setAutoDefault(False)
        self.button.setToolTip("Look the class up in its library")
        self.note = Note(f"Path of the class, such as {_EXAMPLES[noun]}.")
        row = QHBoxLayout()
        row.addWidget(self.line, 1)
        row.addWidget(self.button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(line_spacing(self))
        layout.addLayout(row)
        layout.addWidget(self.note)
        self.line.returnPressed.connect(self._look_up)
        self.line.textEdited.connect(self._on_edited)
        self.button.clicked.connect(self._look_up)
        self.hide()

    def ask(self) -> None:
        """Show the line, ready to be typed into."""
        self.show()
        self.line.selectAll()
        self.line.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(object)
    def tell(self, finding: Finding) -> None:
        """Take note of what was found; what nobody asked for here is left alone."""
        if finding.wanted != self._asked:
            return
        self._asked = None
        self.button.setEnabled(True)
        if isinstance(finding.found, Refusal):
            self._tell_problem(f"{finding.found.message} {finding.found.way_out}".rstrip())
            return
        self.line.clear()
        self._tell_problem("")
        self._close()
        self.found.emit(finding.wanted.class_name)

    @Slot()
    def _look_up(self) -> None:
        path = self.line.text().strip()
        if not path or self._asked is not None:
            return
        self._asked = Wanted(self._noun, path)
        # A button that is disabled hands the focus on to whatever comes next.
        self.line.setFocus(Qt.FocusReason.OtherFocusReason)
        self.button.setEnabled(False)
        self._tell_problem("")
        self.wanted.emit(self._asked)

    @Slot()
    def _on_edited(self) -> None:
        # What is being looked up is no longer what is wanted.
        self._asked = None
        self.button.setEnabled(True)
        self._tell_problem("")

    def _close(self) -> None:
        focused = self.line.hasFocus() or self.button.hasFocus()
        self.hide()
        if focused:
            self.closed.emit()

    def _tell_problem(self, sentence: str) -> None:
        self.note.set_problem(sentence)
        self.line.set_wrong(bool(sentence))

    # overrides of Qt

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() != Qt.Key.Key_Escape:
            super().keyPressEvent(event)
            return
        self._close()
