"""UndoStack: Qt's, but for how commands are merged."""

from __future__ import annotations

from PySide6.QtGui import QUndoCommand, QUndoStack


class UndoStack(QUndoStack):
    """Merges a command into the one before it as Qt does, yet before the command is handed to Qt.

    Qt deletes a command that was merged, and Qt for Python keeps what is left of it for as long as the stack lives, so
    that every key typed into a field would take memory for good.
    """

    # overrides of Qt

    def push(self, command: QUndoCommand) -> None:
        last = self._last_of_kind(command.id())
        if last is None or not last.mergeWith(command):
            super().push(command)
            return
        command.redo()
        if last.isObsolete():
            # Takes it off the stack; Qt undoes nothing that is obsolete.
            self.undo()
        else:
            self.indexChanged.emit(self.index())

    def _last_of_kind(self, kind: int) -> QUndoCommand | None:
        """Return the command that another of this kind may be merged into, where Qt would ask it."""
        if kind == -1 or not 0 < self.index() == self.count() or self.isClean():
            return None
        last = self.command(self.index() - 1)
        return last if last.id() == kind else None
