"""The dock of runs: each with its colour, name and eye; select, rename, hide, delete."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal, Slot
from PySide6.QtGui import QAction, QColor, QKeySequence, QUndoStack
from PySide6.QtWidgets import QAbstractItemView, QApplication, QHeaderView, QLabel, QStackedLayout, QTreeView, QWidget

from lrgui.session.values import RecordedRun
from lrgui.ui.icons import icon
from lrgui.ui.run_controller import RunController
from lrgui.ui.runs import Runs
from lrgui.ui.swatches import run_swatch
from lrgui.ui.theme import LIGHT, Theme
from lrgui.ui.words import counted

_EYE, _NAME, _STATE = range(3)
_Index = QModelIndex | QPersistentModelIndex
_NO_PARENT = QModelIndex()


class RunsModel(QAbstractTableModel):
    """One row per run, newest first."""

    def __init__(self, runs: Runs, controller: RunController, parent: QWidget) -> None:
        super().__init__(parent)
        self._runs, self._controller, self._theme = runs, controller, LIGHT
        self._rows: tuple[RecordedRun, ...] = ()
        runs.changed.connect(self.reload)
        controller.state_changed.connect(self.refresh_states)
        controller.progressed.connect(self.refresh_states)

    @Slot()
    def reload(self) -> None:
        """Take over the runs; rows that stay the same keep their selection."""
        rows = tuple(reversed(self._runs.all))
        if [run.id for run in rows] == [run.id for run in self._rows]:
            self._rows = rows
            self.refresh_states()
            return
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    @Slot()
    def refresh_states(self) -> None:
        """Show the states anew."""
        if self._rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._rows) - 1, _STATE))

    def set_theme(self, theme: Theme) -> None:
        """Take the swatches' colours from `theme`."""
        self._theme = theme
        self.refresh_states()

    def run_at(self, index: _Index) -> RecordedRun | None:
        """Return the run of a row, or None outside the rows."""
        return self._rows[index.row()] if index.isValid() else None

    def row_of(self, run_id: int) -> int | None:
        """Return the row of a run, or None."""
        return next((row for row, run in enumerate(self._rows) if run.id == run_id), None)

    def state_of(self, run: RecordedRun) -> str:
        """Say in words what became of a run."""
        status = self._controller.state.value if run.id == self._controller.active_run_id else run.status
        return f"{counted(run.trace.rows, 'step')}, {status}"

    def rowCount(self, parent: _Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: _Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else 3

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        run = self._rows[index.row()]
        match role, index.column():
            case Qt.ItemDataRole.DecorationRole, 0:
                return icon("eye" if run.visible else "eye-off")
            case Qt.ItemDataRole.DecorationRole, 1:
                return run_swatch(self._theme.curve_colour(run.colour))
            case ((Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.EditRole), 1):
                return run.name
            case Qt.ItemDataRole.DisplayRole, 2:
                return self.state_of(run)
            case Qt.ItemDataRole.ToolTipRole, 0:
                return "Hide this run" if run.visible else "Show this run"
            case Qt.ItemDataRole.ToolTipRole, _:
                return "\n".join(filter(None, [run.name, self.state_of(run), run.message]))
            case Qt.ItemDataRole.ForegroundRole, _ if not run.visible:
                return QColor(self._theme.muted)
            case Qt.ItemDataRole.AccessibleTextRole, 0:
                return f"{run.name} is {'shown' if run.visible else 'hidden'}"
        return None

    def setData(self, index: _Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.EditRole or index.column() != _NAME:
            return False
        self._runs.rename(self._rows[index.row()].id, str(value))
        return True

    def flags(self, index: _Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemIsEditable if index.column() == _NAME else flags


class RunsPanel(QWidget):
    """The list of runs.

    Signals:
        recipe_wanted: the user wants the recipe of this run back in the forms.
    """

    recipe_wanted = Signal(object)

    def __init__(self, runs: Runs, controller: RunController, undo_stack: QUndoStack) -> None:
        super().__init__()
        self._runs, self._undo_stack = runs, undo_stack
        self._controller = controller
        self._model = RunsModel(runs, controller, self)
        self._view = _make_view(self._model)
        self._view.clicked.connect(self._on_clicked)
        self._view.selectionModel().currentRowChanged.connect(self._on_current_changed)
        self._empty = QLabel("No run yet. Press Run (F5).")
        self._empty.setWordWrap(True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setMargin(self.fontMetrics().height())
        self._empty.setForegroundRole(self._empty.foregroundRole().PlaceholderText)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self._view)
        self._add_actions()
        runs.changed.connect(self._refresh)

    def set_theme(self, theme: Theme) -> None:
        """Take the swatches' colours from `theme`."""
        self._model.set_theme(theme)

    def _add_actions(self) -> None:
        rename = self._action("&Rename", "F2", self._rename)
        recipe = self._action("Take Back Its Rec&ipe", "", self._take_recipe)
        self._copy_error = self._action("Copy &Error Details", "", self._copy_details)
        delete = self._action("&Delete", QKeySequence.StandardKey.Delete, self._delete)
        self._view.addActions([rename, recipe, self._copy_error, delete])
        self._view.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)

    def _action(self, text: str, shortcut: str | QKeySequence.StandardKey, slot: Any) -> QAction:
        action = QAction(text, self)
        if shortcut:
            action.setShortcut(QKeySequence(shortcut))
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        action.triggered.connect(slot)
        return action

    def _current(self) -> RecordedRun | None:
        return self._model.run_at(self._view.currentIndex())

    @Slot(QModelIndex)
    def _on_clicked(self, index: QModelIndex) -> None:
        run = self._model.run_at(index)
        if run is not None and index.column() == _EYE:
            self._runs.set_visible(run.id, not run.visible)

    @Slot(QModelIndex, QModelIndex)
    def _on_current_changed(self, current: QModelIndex, _previous: QModelIndex) -> None:
        run = self._model.run_at(current)
        if run is not None:
            self._runs.select(run.id)

    @Slot()
    def _rename(self) -> None:
        index = self._view.currentIndex()
        if index.isValid():
            self._view.edit(index.siblingAtColumn(_NAME))

    @Slot()
    def _take_recipe(self) -> None:
        run = self._current()
        if run is not None:
            self.recipe_wanted.emit(run)

    @Slot()
    def _copy_details(self) -> None:
        run = self._current()
        if run is not None:
            details = self._controller.failure_details(run.id)
            QApplication.clipboard().setText(f"{run.message}\n\n{details}".strip())

    @Slot()
    def _delete(self) -> None:
        run = self._current()
        if run is not None and run.id != self._controller.active_run_id:
            self._runs.remove(run.id, self._undo_stack)

    @Slot()
    def _refresh(self) -> None:
        self._stack.setCurrentWidget(self._view if self._runs.all else self._empty)
        selected = self._runs.selected
        row = self._model.row_of(selected.id) if selected is not None else None
        if row is not None and row != self._view.currentIndex().row():
            self._view.setCurrentIndex(self._model.index(row, _NAME))
        self._copy_error.setEnabled(selected is not None and selected.status == "failed")


def _make_view(model: RunsModel) -> QTreeView:
    view = QTreeView()
    view.setModel(model)
    view.setRootIsDecorated(False)
    view.setUniformRowHeights(True)
    view.setHeaderHidden(True)
    view.setAccessibleName("Runs")
    view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    view.setEditTriggers(QAbstractItemView.EditTrigger.DoubleClicked | QAbstractItemView.EditTrigger.EditKeyPressed)
    header = view.header()
    header.setStretchLastSection(False)
    header.setMinimumSectionSize(0)
    header.setSectionResizeMode(_EYE, QHeaderView.ResizeMode.ResizeToContents)
    header.setSectionResizeMode(_NAME, QHeaderView.ResizeMode.Stretch)
    header.setSectionResizeMode(_STATE, QHeaderView.ResizeMode.ResizeToContents)
    return view
