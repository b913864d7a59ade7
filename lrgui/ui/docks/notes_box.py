"""NotesBox: the user's own words on a run."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, Qt, Slot
from PySide6.QtGui import QKeyEvent, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit

from lrgui.session.values import RecordedRun
from lrgui.ui.forms.text_box import TextBox
from lrgui.ui.run_edits import RunEdits

_MOST_LINES = 5


class NotesBox(TextBox):
    """Several lines of plain text, kept while they are typed."""

    def __init__(self, edits: RunEdits) -> None:
        super().__init__(_MOST_LINES)
        self._edits = edits
        self._run_id: int | None = None
        self.setPlaceholderText("Notes on this run")
        self.setToolTip("Your own words on the selected run; they are saved with the session")
        self.edited.connect(self._on_edited)

    def show_run(self, run: RecordedRun | None) -> None:
        """Show the notes on a run; text that is being typed stays as it is."""
        another = self._run_id != (run.id if run is not None else None)
        notes = run.notes if run is not None else ""
        self._run_id = run.id if run is not None else None
        self.setEnabled(run is not None)
        self.setAccessibleName(f"Notes on {run.name}" if run is not None else "Notes")
        if notes != self.text():
            self.set_text(notes)
            if not another:
                # Undo came here: the next key goes on at the end.
                self.moveCursor(QTextCursor.MoveOperation.End)

    @Slot()
    def _on_edited(self) -> None:
        if self._run_id is not None:
            self._edits.note(self._run_id, self.text())

    # overrides of Qt

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            # Begins a line here; in the forms it ends the input.
            QPlainTextEdit.keyPressEvent(self, event)
        else:
            super().keyPressEvent(event)

    def insertFromMimeData(self, source: QMimeData) -> None:
        self.insertPlainText(source.text())
