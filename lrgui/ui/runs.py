"""The runs of the session: recorded values in order, which of them is selected, and what is drawn."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any, TypeAlias

from PySide6.QtCore import QObject, Signal

from lrgui.core.recipe import Recipe
from lrgui.core.trace import Trace
from lrgui.session.values import RecordedRun

Marks: TypeAlias = tuple[tuple[RecordedRun, int], ...]
"""Each run with the number of rows it has; two are equal when nothing was changed or recorded between."""

Fields: TypeAlias = Mapping[str, Any]
"""Values of some of a run's fields, by their names."""


class Runs(QObject):
    """The recorded runs, oldest first. One is drawn in full colour, the others paler.

    What the user changes of them in a way that can be undone goes through `lrgui.ui.run_edits`.

    Signals:
        changed: runs were added, removed or altered, or another one is selected.
        noted: the notes on runs are others; nothing else is, so that nothing need be drawn while they are typed.
        edited: one of these, by the user or a run, so that the session has something new to save.
    """

    changed = Signal()
    noted = Signal()
    edited = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runs: tuple[RecordedRun, ...] = ()
        self._selected: int | None = None
        self._last_id = 0
        self._saved: Marks = ()

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

    @property
    def unsaved(self) -> bool:
        """True when what is recorded, or known of it, differs from what was saved."""
        return self.marks != self._saved

    @property
    def unsaved_ids(self) -> frozenset[int]:
        """The ids of the runs that were not saved, or not with all their rows."""
        saved = {run.id: rows for run, rows in self._saved}
        return frozenset(run.id for run, rows in self.marks if saved.get(run.id) != rows)

    def mark_saved(self, marks: Marks) -> None:
        """Record that this is what was saved."""
        self._saved = marks

    def by_id(self, run_id: int) -> RecordedRun | None:
        """Return the run with that id, or None."""
        return next((run for run in self._runs if run.id == run_id), None)

    def load(self, runs: Iterable[RecordedRun]) -> None:
        """Take the runs of an opened session in place of all others; they count as saved."""
        self._runs = tuple(runs)
        self._saved = self.marks
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

    def amend(self, changes: Mapping[int, Fields]) -> None:
        """Give runs, by id, other values of some of their fields; those that are gone are passed over."""
        runs = tuple(replace(run, **changes[run.id]) if run.id in changes else run for run in self._runs)
        if runs != self._runs:
            self._runs = runs
            only_notes = all(set(fields) == {"notes"} for fields in changes.values())
            (self.noted if only_notes else self.changed).emit()
            self.edited.emit()

    def select(self, run_id: int | None) -> None:
        """Bring a run to the front."""
        if run_id != self._selected:
            self._selected = run_id
            self.changed.emit()

    def put_back(self, places: Mapping[int, RecordedRun]) -> None:
        """Put runs back where they were, each at an index among all runs."""
        runs = list(self._runs)
        for index in sorted(places):
            runs.insert(index, places[index])
        self._set(tuple(runs))

    def drop(self, run_ids: Collection[int]) -> None:
        """Take runs out."""
        self._set(tuple(run for run in self._runs if run.id not in run_ids))

    def _set(self, runs: tuple[RecordedRun, ...]) -> None:
        self._runs = runs
        self.changed.emit()
        self.edited.emit()
