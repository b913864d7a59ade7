"""RunList: the runs to choose from, one or several, with an eye each."""

from __future__ import annotations

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPersistentModelIndex, QPoint, QRect, Qt, Signal, Slot
from PySide6.QtGui import QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemDelegate, QAbstractItemView, QHeaderView, QTreeView

from lrgui.session.values import RecordedRun
from lrgui.ui.docks.run_delegate import RunDelegate
from lrgui.ui.docks.runs_model import EYE, RUN, RunsModel
from lrgui.ui.run_edits import RunEdits
from lrgui.ui.runs import Runs

_SELECT = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows


class RunList(QTreeView):
    """The current row is the run in front; several rows can be chosen.

    Signals:
        chosen_changed: other runs are chosen, or the current one is another.
    """

    chosen_changed = Signal()

    def __init__(self, model: RunsModel, runs: Runs, edits: RunEdits) -> None:
        super().__init__()
        self._model, self._runs, self._edits = model, runs, edits
        self.setModel(model)
        self.setItemDelegateForColumn(RUN, RunDelegate(model, self))
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setAllColumnsShowFocus(True)
        self.setHeaderHidden(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setAccessibleName("Runs")
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.DoubleClicked)
        header = self.header()
        header.setStretchLastSection(False)
        header.setMinimumSectionSize(0)
        header.setSectionResizeMode(EYE, QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(RUN, QHeaderView.ResizeMode.Stretch)
        header.resizeSection(EYE, round(self.fontMetrics().height() * 1.8))
        self.selectionModel().currentRowChanged.connect(self._on_current_changed)
        self.selectionModel().selectionChanged.connect(self._on_selection_changed)

    @property
    def chosen(self) -> tuple[RecordedRun, ...]:
        """The runs that are chosen: the current one first, if it is among them, then from the top."""
        current = self.currentIndex().row()
        rows = sorted(self.selectionModel().selectedRows(RUN), key=lambda index: (index.row() != current, index.row()))
        return tuple(run for index in rows if (run := self._model.run_at(index)) is not None)

    @property
    def following(self) -> RecordedRun | None:
        """The run to go to when the chosen ones are gone: the one below the last of them, or else above."""
        rows = {index.row() for index in self.selectionModel().selectedRows(RUN)}
        left = [row for row in range(self._model.rowCount()) if row not in rows]
        below = [row for row in left if row > max(rows, default=-1)]
        row = below[0] if below else left[-1] if left else -1
        return self._model.run_at(self._model.index(row, RUN))

    def follow(self) -> None:
        """Make the selected run of the session the current row."""
        selected = self._runs.selected
        row = self._model.row_of(selected.id) if selected is not None else None
        selection = self.selectionModel()
        if row is not None and (row != self.currentIndex().row() or not selection.hasSelection()):
            selection.setCurrentIndex(self._model.index(row, RUN), _SELECT)

    @Slot()
    def rename_current(self) -> None:
        """Let the user write another name into the current row."""
        index = self.currentIndex().siblingAtColumn(RUN)
        editor = self.indexWidget(index)
        if editor is not None:
            editor.setFocus()
            return
        # The name of another run that is being written counts: one whose run has begun since is no longer current.
        self.setFocus()
        if index.isValid() and self.state() is not QAbstractItemView.State.EditingState:
            self.edit(index)

    @Slot(QModelIndex, QModelIndex)
    def _on_current_changed(self, current: QModelIndex, _previous: QModelIndex) -> None:
        run = self._model.run_at(current)
        # While rows come and go, Qt moves the current one about by itself.
        if run is not None and not self._model.reloading:
            self._runs.select(run.id)
            self.chosen_changed.emit()

    @Slot()
    def _on_selection_changed(self) -> None:
        if not self._model.reloading:
            self.chosen_changed.emit()

    def _toggle_eye(self, event: QMouseEvent) -> bool:
        """Show or hide the run whose eye was clicked; what is chosen stays chosen."""
        index = self.indexAt(event.position().toPoint())
        run = self._model.run_at(index)
        if run is None or index.column() != EYE or event.button() != Qt.MouseButton.LeftButton:
            return False
        self._edits.show((run,), not run.visible)
        return True

    # overrides of Qt

    def rowsAboutToBeRemoved(self, parent: QModelIndex | QPersistentModelIndex, start: int, end: int) -> None:
        for row in range(start, end + 1):
            editor = self.indexWidget(self._model.index(row, RUN))
            if editor is not None:
                # Qt takes it away too, but lets the delegate of a column hand in a name for which there is no row.
                self.closeEditor(editor, QAbstractItemDelegate.EndEditHint.NoHint)
        super().rowsAboutToBeRemoved(parent, start, end)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not self._toggle_eye(event):
            super().mousePressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        current = self.currentIndex()
        # Notes that grow take the room from below.
        if QRect(QPoint(0, 0), event.oldSize()).intersects(self.visualRect(current)):
            self.scrollTo(current)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if not self._toggle_eye(event):
            super().mouseDoubleClickEvent(event)
