"""The list of runs as a model: what stands in each row, and how far its recipe is from the current one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Slot

from lrgui.core.recipe import Recipe
from lrgui.session.values import RecordedRun
from lrgui.ui.docks.difference_words import SAME, Changes, changes_since
from lrgui.ui.icons import icon
from lrgui.ui.run_controller import RunController
from lrgui.ui.run_edits import RunEdits
from lrgui.ui.runs import Runs
from lrgui.ui.theme import LIGHT, Theme
from lrgui.ui.words import counted

EYE, RUN = range(2)
"""The columns."""

_Index = QModelIndex | QPersistentModelIndex
_NO_PARENT = QModelIndex()
_MOST_NOTES = 600
_MOST_STRETCHES = 20
"""Beyond that many stretches of rows that come or go it is quicker to begin anew, though nothing stays chosen then."""


@dataclass(frozen=True, slots=True)
class Row:
    """What a row says of a run: what became of it, how many steps it has, and what has changed since."""

    run: RecordedRun
    colour: str
    status: str
    steps: str
    changes: Changes


class RunsModel(QAbstractTableModel):
    """One row per run: the pinned ones first, then the newest."""

    def __init__(self, runs: Runs, edits: RunEdits, controller: RunController, parent: QObject) -> None:
        super().__init__(parent)
        self._runs, self._edits, self._controller, self._theme = runs, edits, controller, LIGHT
        self._recipe = Recipe()
        self._rows: list[RecordedRun] = []
        self._changes: dict[int, tuple[Recipe, Changes]] = {}
        self.reloading = False
        for signal in (runs.changed, runs.noted):
            signal.connect(self.reload)
        controller.state_changed.connect(self.refresh)
        controller.progressed.connect(self.refresh)

    @Slot()
    def reload(self) -> None:
        """Take over the runs; those that stay keep their selection, and an open editor."""
        self.reloading = True
        try:
            self._take_over(_in_order(self._runs.all))
        finally:
            self.reloading = False
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Show anew what may have changed in any of the rows that somebody has looked at."""
        # Among a thousand runs these few are found out sooner than Qt goes through all.
        rows = [row for row, run in enumerate(self._rows) if run.id in self._changes]
        if rows:
            self.dataChanged.emit(self.index(rows[0], EYE), self.index(rows[-1], RUN))

    @Slot(object)
    def set_recipe(self, recipe: Recipe) -> None:
        """Tell the differences from `recipe`."""
        self._recipe = recipe
        self.refresh()
        self._changes.clear()

    def set_theme(self, theme: Theme) -> None:
        """Take the swatches' colours from `theme`."""
        self._theme = theme
        self.refresh()

    def run_at(self, index: _Index) -> RecordedRun | None:
        """Return the run of a row, or None outside the rows."""
        return self._rows[index.row()] if index.isValid() else None

    def row_of(self, run_id: int) -> int | None:
        """Return the row of a run, or None."""
        return next((row for row, run in enumerate(self._rows) if run.id == run_id), None)

    def row_at(self, index: _Index) -> Row:
        """Return what the row at `index` says."""
        run = self._rows[index.row()]
        status = self._controller.state.value if run.id == self._controller.active_run_id else run.status
        colour = self._theme.curve_colour(run.colour)
        return Row(run, colour, status, counted(run.trace.rows, "step"), self._changes_since(run))

    def _changes_since(self, run: RecordedRun) -> Changes:
        """Return what has changed since a run; kept until the recipe is another one."""
        kept = self._changes.get(run.id)
        if kept is None or kept[0] is not run.recipe:
            kept = self._changes[run.id] = (run.recipe, changes_since(run.recipe, self._recipe))
        return kept[1]

    def _take_over(self, runs: Sequence[RecordedRun]) -> None:
        wanted = {run.id for run in runs}
        known = {run.id for run in self._rows}
        all_gone = _stretches(row for row, run in enumerate(self._rows) if run.id not in wanted)
        all_new = _stretches(row for row, run in enumerate(runs) if run.id not in known)
        if len(all_gone) + len(all_new) > _MOST_STRETCHES:
            self.beginResetModel()
            self._rows = list(runs)
            self.endResetModel()
            return
        for gone in reversed(all_gone):
            self.beginRemoveRows(_NO_PARENT, gone.start, gone.stop - 1)
            del self._rows[gone.start : gone.stop]
            self.endRemoveRows()
        self._reorder([run for run in runs if run.id in known])
        for new in all_new:
            self.beginInsertRows(_NO_PARENT, new.start, new.stop - 1)
            self._rows[new.start : new.start] = runs[new.start : new.stop]
            self.endInsertRows()

    def _reorder(self, runs: list[RecordedRun]) -> None:
        """Take over the same runs, some of them altered or in another place."""
        places = {run.id: row for row, run in enumerate(runs)}
        moved = {row: places[run.id] for row, run in enumerate(self._rows) if places[run.id] != row}
        if not moved:
            self._rows = runs
            return
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        after = [self.index(moved.get(index.row(), index.row()), index.column()) for index in before]
        self._rows = runs
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()

    # overrides of Qt

    def rowCount(self, parent: _Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: _Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else 2

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        run = self._rows[index.row()]
        match role, index.column():
            case Qt.ItemDataRole.DecorationRole, 0:
                return icon("eye" if run.visible else "eye-off")
            case Qt.ItemDataRole.ToolTipRole, 0:
                return "Hide this run (Space)" if run.visible else "Show this run (Space)"
            case Qt.ItemDataRole.AccessibleTextRole, 0:
                return f"{run.name} is {'shown' if run.visible else 'hidden'}"
            case ((Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.EditRole), 1):
                return run.name
            case Qt.ItemDataRole.ToolTipRole, 1:
                return _tool_tip(self.row_at(index))
            case Qt.ItemDataRole.AccessibleTextRole, 1:
                row = self.row_at(index)
                marks = ("pinned" * run.pinned, "has notes" * bool(run.notes))
                return ", ".join(filter(None, (run.name, *marks, row.steps, row.status, row.changes.line)))
        return None

    def setData(self, index: _Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.EditRole or index.column() != RUN:
            return False
        self._edits.rename(self._rows[index.row()].id, str(value))
        return True

    def flags(self, index: _Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemIsEditable if index.column() == RUN else flags


def _in_order(runs: Sequence[RecordedRun]) -> list[RecordedRun]:
    newest_first = list(reversed(runs))
    return sorted(newest_first, key=lambda run: not run.pinned)


def _stretches(rows: Iterable[int]) -> list[range]:
    """Return ascending rows as stretches of rows that follow each other."""
    found: list[range] = []
    for row in rows:
        start = found.pop().start if found and found[-1].stop == row else row
        found.append(range(start, row + 1))
    return found


def _tool_tip(row: Row) -> str:
    """Return what there is to say of a run, marked up so that long lines are wrapped."""
    run, same = row.run, row.changes.line == SAME
    since = "The recipe is the same now." if same else f"Changed in the recipe since then:\n{row.changes.full}"
    notes = run.notes if len(run.notes) <= _MOST_NOTES else f"{run.notes[:_MOST_NOTES]}…"
    facts = "\n".join(filter(None, (run.name, f"{row.steps}, {row.status}", run.message)))
    text = "\n\n".join(filter(None, (facts, since, notes)))
    return f'<p style="white-space: pre-wrap">{escape(text)}</p>'
