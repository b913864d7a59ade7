"""What the user changes of recorded runs, undoably: names, colours, pins, notes, which are shown, and which there are.

Which of them is selected is no change: undo leaves it alone.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from time import monotonic

from PySide6.QtGui import QUndoCommand, QUndoStack

from lrgui.core.trace import Trace
from lrgui.session.values import RecordedRun
from lrgui.ui.document import MERGE_SECONDS
from lrgui.ui.runs import Fields, Runs
from lrgui.ui.words import counted


class RunEdits:
    """Writes the edits into `runs`, each as one step of the undo stack with a name."""

    def __init__(self, runs: Runs, undo_stack: QUndoStack, clock: Callable[[], float] = monotonic) -> None:
        self._runs, self._undo_stack, self._clock = runs, undo_stack, clock

    def rename(self, run_id: int, name: str) -> None:
        """Give a run another name; an empty one is ignored."""
        run = self._runs.by_id(run_id)
        if run is not None and name.strip():
            self._change("renaming", [run], name=name.strip())

    def recolour(self, runs: Iterable[RecordedRun], colour: int) -> None:
        """Give runs another colour, an index into the theme's curve colours."""
        self._change("colour", runs, colour=colour)

    def pin(self, runs: Iterable[RecordedRun], pinned: bool) -> None:
        """Pin runs to the head of the list, or let them go."""
        self._change("pinning" if pinned else "unpinning", runs, pinned=pinned)

    def show(self, runs: Iterable[RecordedRun], shown: bool) -> None:
        """Draw runs in the plot, or leave them out."""
        self._change("showing" if shown else "hiding", runs, visible=shown)

    def show_only(self, runs: Iterable[RecordedRun]) -> None:
        """Draw these runs in the plot, and no others."""
        runs = tuple(runs)
        shown = {run.id for run in runs}
        changed = [run for run in self._runs.all if run.visible != (run.id in shown)]
        if changed:
            before = {run.id: {"visible": run.visible} for run in changed}
            after = {run.id: {"visible": not run.visible} for run in changed}
            self._undo_stack.push(_Change(self._runs, f"showing of {_names(runs)} alone", before, after))

    def note(self, run_id: int, notes: str) -> None:
        """Write other notes on a run; what is typed in one go is undone in one step."""
        run = self._runs.by_id(run_id)
        if run is not None and notes != run.notes:
            before, after = {run_id: {"notes": run.notes}}, {run_id: {"notes": notes}}
            self._undo_stack.push(_Noting(self._runs, f"notes of {run.name}", before, after, self._clock()))

    def remove(self, runs: Collection[RecordedRun]) -> None:
        """Delete runs, all in one step."""
        if runs:
            self._undo_stack.push(_Removal(self._runs, f"deletion of {_names(runs)}", runs))

    def _change(self, what: str, runs: Iterable[RecordedRun], **fields: object) -> None:
        changed = [run for run in runs if any(getattr(run, name) != value for name, value in fields.items())]
        if changed:
            before = {run.id: {name: getattr(run, name) for name in fields} for run in changed}
            after = {run.id: fields for run in changed}
            self._undo_stack.push(_Change(self._runs, f"{what} of {_names(changed)}", before, after))


def deleted_traces(undo_stack: QUndoStack) -> tuple[Trace, ...]:
    """Return the traces of the runs whose deletion undo would take back."""
    commands = map(undo_stack.command, range(undo_stack.index()))
    return tuple(trace for command in commands if isinstance(command, _Removal) for trace in command.traces)


class _Change(QUndoCommand):
    """Other values of some fields alone: a run that goes on changes its other fields by itself."""

    def __init__(self, runs: Runs, text: str, before: Mapping[int, Fields], after: Mapping[int, Fields]) -> None:
        super().__init__(text)
        self._runs, self._before, self.after = runs, before, after

    def redo(self) -> None:
        self._runs.amend(self.after)

    def undo(self) -> None:
        self._runs.amend(self._before)


class _Noting(_Change):
    """Notes as far as they are typed; what is typed next on the same run soon after joins them."""

    def __init__(
        self, runs: Runs, text: str, before: Mapping[int, Fields], after: Mapping[int, Fields], time: float
    ) -> None:
        super().__init__(runs, text, before, after)
        self.time = time

    def id(self) -> int:
        return 2

    def mergeWith(self, other: QUndoCommand) -> bool:
        if not isinstance(other, _Noting) or other.after.keys() != self.after.keys():
            return False
        if other.time - self.time >= MERGE_SECONDS:
            return False
        self.after, self.time = other.after, other.time
        self.setObsolete(self._before == self.after)
        return True


class _Removal(QUndoCommand):
    def __init__(self, runs: Runs, text: str, removed: Collection[RecordedRun]) -> None:
        super().__init__(text)
        self._runs, self._removed = runs, {run.id for run in removed}
        self._places: dict[int, RecordedRun] = {}

    @property
    def traces(self) -> tuple[Trace, ...]:
        """What was recorded in the runs that are deleted."""
        return tuple(run.trace for run in self._places.values())

    def redo(self) -> None:
        self._places = {index: run for index, run in enumerate(self._runs.all) if run.id in self._removed}
        self._runs.drop(self._removed)

    def undo(self) -> None:
        self._runs.put_back(self._places)


def _names(runs: Collection[RecordedRun]) -> str:
    return next(iter(runs)).name if len(runs) == 1 else counted(len(runs), "run")
