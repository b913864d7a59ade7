"""The runs of the session: recorded values in order, which of them is selected, and what is drawn."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TypeAlias

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from lrgui.core.recipe import Recipe
from lrgui.core.trace import Trace
from lrgui.session.values import RecordedRun

Marks: TypeAlias = tuple[tuple[RecordedRun, int], ...]
"""Each run with the number of rows it has; two are equal when nothing was changed or recorded between."""


class Runs(QObject):
    """The recorded runs, oldest first. One is drawn in full colour, the others paler.

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
        self._last_id = 0

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
        """The run that the user chose, drawn or not; the newest visible one where there is none."""
        chosen = self.by_id(self._selected) if self._selected is not None else None
        return chosen or (self.visible[-1] if self.visible else None)

    @property
    def front(self) -> RecordedRun | None:
        """The run that is drawn in full colour: the selected one if it is visible, else the newest that is."""
        selected = self.selected
        return selected if selected in self.visible else (self.visible[-1] if self.visible else None)

    @property
    def next_id(self) -> int:
        """An id that no run of this session has had, not even a deleted one."""
        return self._last_id + 1

    @property
    def marks(self) -> Marks:
        """What is recorded at this moment, to tell later whether there is more."""
        return tuple((run, run.trace.rows) for run in self._runs)

    def by_id(self, run_id: int) -> RecordedRun | None:
        """Return the run with that id, or None."""
        return next((run for run in self._runs if run.id == run_id), None)

    def load(self, runs: Iterable[RecordedRun]) -> None:
        """Take the runs of an opened session in place of all others."""
        self._runs = tuple(runs)
        self._selected = None
        self._last_id = max((run.id for run in self._runs), default=0)
        self.changed.emit()

    def start(self, run_id: int, recipe: Recipe, trace: Trace) -> None:
        """Add a run that has just begun. Until it ends it counts as stopped, which it would be if saved now."""
        run = RecordedRun(run_id, f"Run {run_id}", run_id - 1, recipe, trace, status="stopped")
        self._selected = run_id
        self._last_id = max(self._last_id, run_id)
        self._set((*self._runs, run))

    def finish(self, run: RecordedRun) -> None:
        """Take note of how a run ended; there are new rows to save even when it ended as it was saved."""
        self._set(tuple(run if other.id == run.id else other for other in self._runs))

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
