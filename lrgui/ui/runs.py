"""The runs of the session: recorded values in order, which of them is selected, and what is drawn."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from lrgui.core.recipe import Recipe
from lrgui.core.trace import Trace
from lrgui.session.values import RecordedRun


class Runs(QObject):
    """The recorded runs, oldest first. The selected run is drawn in full colour, the others paler.

    Signals:
        changed: runs were added, removed or altered, or another one is selected.
        edited: the same, by the user or a run, so that the session has something new to save.
    """

    changed = Signal()
    edited = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runs: tuple[RecordedRun, ...] = ()
        self._selected: int | None = None

    @property
    def all(self) -> tuple[RecordedRun, ...]:
        """Every run, oldest first."""
        return self._runs

    @property
    def visible(self) -> tuple[RecordedRun, ...]:
        """The runs that are drawn, oldest first."""
        return tuple(run for run in self._runs if run.visible)

    @property
    def selected(self) -> RecordedRun | None:
        """The selected run; the newest visible one where the user chose none."""
        chosen = next((run for run in self.visible if run.id == self._selected), None)
        return chosen or (self.visible[-1] if self.visible else None)

    @property
    def next_id(self) -> int:
        """An id that no run of this session has had."""
        return max((run.id for run in self._runs), default=0) + 1

    def by_id(self, run_id: int) -> RecordedRun | None:
        """Return the run with that id, or None."""
        return next((run for run in self._runs if run.id == run_id), None)

    def load(self, runs: Iterable[RecordedRun]) -> None:
        """Take the runs of an opened session in place of all others."""
        self._runs = tuple(runs)
        self._selected = None
        self.changed.emit()

    def start(self, run_id: int, recipe: Recipe, trace: Trace) -> None:
        """Add a run that has just begun. Until it ends it counts as stopped, which it would be if saved now."""
        colour = len(self._runs)
        run = RecordedRun(run_id, f"Run {run_id}", colour, recipe, trace, status="stopped")
        self._selected = run_id
        self._set((*self._runs, run))

    def alter(self, run: RecordedRun) -> None:
        """Put `run` in the place of the one with the same id; nothing happens where there is none."""
        if run != self.by_id(run.id):
            self._set(tuple(run if other.id == run.id else other for other in self._runs))

    def set_visible(self, run_id: int, visible: bool) -> None:
        """Draw a run, or keep it without drawing it."""
        run = self.by_id(run_id)
        if run is not None:
            self.alter(replace(run, visible=visible))

    def rename(self, run_id: int, name: str) -> None:
        """Give a run another name; an empty one is ignored."""
        run = self.by_id(run_id)
        if run is not None and name.strip():
            self.alter(replace(run, name=name.strip()))

    def select(self, run_id: int | None) -> None:
        """Bring a run to the front."""
        if run_id != self._selected:
            self._selected = run_id
            self.changed.emit()

    def remove(self, run_id: int, undo_stack: QUndoStack) -> None:
        """Delete a run, undoably."""
        run = self.by_id(run_id)
        if run is not None:
            undo_stack.push(_RemoveRun(self, run, self._runs.index(run)))

    def insert(self, index: int, run: RecordedRun) -> None:
        """Put a run back where it was."""
        self._set((*self._runs[:index], run, *self._runs[index:]))

    def drop(self, run_id: int) -> None:
        """Take a run out."""
        self._set(tuple(run for run in self._runs if run.id != run_id))

    def _set(self, runs: tuple[RecordedRun, ...]) -> None:
        self._runs = runs
        self.changed.emit()
        self.edited.emit()


class _RemoveRun(QUndoCommand):
    def __init__(self, runs: Runs, run: RecordedRun, index: int) -> None:
        super().__init__(f"deletion of {run.name}")
        self._runs, self._run, self._index = runs, run, index

    def redo(self) -> None:
        self._runs.drop(self._run.id)

    def undo(self) -> None:
        self._runs.insert(self._index, self._run)
