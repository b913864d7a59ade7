"""SchedulerTree: the schedulers of the recipe as a tree in which one is selected, and which can be dragged about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import (
    QEvent,
    QItemSelectionModel,
    QMimeData,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSignalBlocker,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QDrag, QDragMoveEvent, QDropEvent, QIcon, QPainter
from PySide6.QtWidgets import QAbstractItemView, QTreeWidget, QTreeWidgetItem

from lrgui.core.recipe import Scheduler
from lrgui.core.scheduler_tree import ROOT, Path, at, is_composite
from lrgui.ui.forms.scheduler_rows import Row, RowDelegate, RowRole
from lrgui.ui.icons import icon

_MIME = "application/x-lrgui-scheduler"
_MOST_ROWS = 8


class SchedulerTree(QTreeWidget):
    """Shows a tree of schedulers; the panel around it writes the edits.

    Signals:
        path_selected: another row is the current one.
        move_wanted: the user dropped a scheduler (its path, the path that it is to stand at).
    """

    path_selected = Signal()
    move_wanted = Signal(object, object)

    def __init__(self) -> None:
        super().__init__()
        self._tree: Scheduler | None = None
        self._dragged: Path | None = None
        self.setHeaderHidden(True)
        self.setColumnCount(1)
        self.setItemDelegate(RowDelegate(self))
        self.setUniformRowHeights(True)
        self.setAccessibleName("scheduler tree")
        self.setIndentation(self.fontMetrics().height())
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragDrop)
        self.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        self.invisibleRootItem().setFlags(Qt.ItemFlag.ItemIsEnabled)
        self.currentItemChanged.connect(self._on_current_changed)
        self.itemExpanded.connect(self._fit_height)
        self.itemCollapsed.connect(self._fit_height)

    @property
    def selected(self) -> Path | None:
        """The path of the current row, None when there is none."""
        item = self.currentItem()
        return None if item is None else self._path_of(item)

    def select(self, path: Path) -> None:
        """Make the row at `path` the current one."""
        item = self._item_at(path)
        if item is not None:
            self.setCurrentItem(item)
            self.scrollToItem(item)

    def show_tree(self, tree: Scheduler | None, rows: Mapping[Path, Row], selected: Path) -> None:
        """Show the schedulers and make one of them the current one; rows that stay keep their folding."""
        self._tree = tree
        with QSignalBlocker(self):
            if tree is None:
                self.clear()
                return
            if self.topLevelItemCount() == 0:
                self.addTopLevelItem(QTreeWidgetItem())
            root = self.topLevelItem(0)
            assert root is not None
            self._show(root, tree, ROOT, rows)
            self.select(selected)
        self._fit_height()

    def row_at(self, path: Path) -> Row:
        """Return what the row at `path` says."""
        item = self._item_at(path)
        assert item is not None
        row: Row = item.data(0, RowRole)
        return row

    def _show(self, item: QTreeWidgetItem, scheduler: Scheduler, path: Path, rows: Mapping[Path, Row]) -> None:
        row = rows[path]
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if path:
            flags |= Qt.ItemFlag.ItemIsDragEnabled
        if is_composite(scheduler):
            flags |= Qt.ItemFlag.ItemIsDropEnabled
        item.setFlags(flags)
        item.setData(0, RowRole, row)
        item.setText(0, row.class_name)
        item.setToolTip(0, row.tip)
        item.setData(0, Qt.ItemDataRole.AccessibleTextRole, row.spoken)
        while item.childCount() > len(scheduler.schedulers):
            item.takeChild(item.childCount() - 1)
        for index, child in enumerate(scheduler.schedulers):
            if index == item.childCount():
                item.addChild(QTreeWidgetItem())
                item.setExpanded(True)
            below = item.child(index)
            assert below is not None
            self._show(below, child, (*path, index), rows)

    def _item_at(self, path: Path) -> QTreeWidgetItem | None:
        item = self.topLevelItem(0)
        for index in path:
            item = item.child(index) if item is not None else None
        return item

    def _path_of(self, item: QTreeWidgetItem) -> Path:
        parent = item.parent()
        return ROOT if parent is None else (*self._path_of(parent), parent.indexOfChild(item))

    @Slot()
    def _on_current_changed(self) -> None:
        self.path_selected.emit()

    @Slot()
    def _fit_height(self) -> None:
        rows, item = 0, self.topLevelItem(0)
        while item is not None:
            rows, item = rows + 1, self.itemBelow(item)
        height = self.sizeHintForRow(0)
        self.setFixedHeight(height * min(max(rows, 1), _MOST_ROWS) + 2 * self.frameWidth())

    # dragging: the row under the mouse says where to, as Qt's indicator shows it

    def _target_at(self, position: QPoint) -> Path | None:
        """Return where a scheduler dropped at `position` would stand, None where it cannot."""
        item = self.itemAt(position)
        if item is None or self._tree is None or self._dragged is None:
            return None
        path, where = self._path_of(item), self.dropIndicatorPosition()
        children, place = at(self._tree, path).schedulers, QAbstractItemView.DropIndicatorPosition
        if where == place.OnItem:
            target = (*path, len(children))
        elif where == place.BelowItem and children and item.isExpanded():
            target = (*path, 0)
        elif path and where in (place.AboveItem, place.BelowItem):
            target = (*path[:-1], path[-1] + (1 if where == place.BelowItem else 0))
        else:
            return None
        inside_itself = len(target) > len(self._dragged) and target[: len(self._dragged)] == self._dragged
        return None if inside_itself else target

    # overrides of Qt

    def drawBranches(self, painter: QPainter, rect: QRect, index: QModelIndex | QPersistentModelIndex) -> None:
        """Draw the arrows of the other forms; Qt's own are hardly seen in the selected row."""
        item = self.itemFromIndex(index)
        if item.childCount() == 0:
            return
        size = self.fontMetrics().height()
        area = QRect(rect.right() + 1 - size, rect.top() + (rect.height() - size) // 2, size, size)
        mode = QIcon.Mode.Selected if item.isSelected() else QIcon.Mode.Normal
        arrow = icon("chevron-down" if item.isExpanded() else "chevron-right")
        arrow.paint(painter, area, Qt.AlignmentFlag.AlignCenter, mode)

    def selectionCommand(
        self, index: QModelIndex | QPersistentModelIndex, event: QEvent | None = None
    ) -> QItemSelectionModel.SelectionFlag:
        """Keep one row selected, wherever and with whatever keys the mouse is pressed."""
        flags = QItemSelectionModel.SelectionFlag
        return flags.ClearAndSelect | flags.Rows if index.isValid() else flags.NoUpdate

    def mimeTypes(self) -> list[str]:
        return [_MIME]

    def mimeData(self, items: Sequence[QTreeWidgetItem]) -> QMimeData:
        data = QMimeData()
        data.setData(_MIME, b"")
        return data

    def supportedDropActions(self) -> Qt.DropAction:
        return Qt.DropAction.MoveAction

    def startDrag(self, supportedActions: Qt.DropAction) -> None:  # noqa: N803 - Qt's name
        item, path = self.currentItem(), self.selected
        if item is None or not path:
            return
        drag = QDrag(self)
        drag.setMimeData(self.mimeData([item]))
        row = self.visualItemRect(item)
        drag.setPixmap(self.viewport().grab(row))
        # Beside the mouse, so that the rows under it and the place of the drop stay in sight.
        drag.setHotSpot(QPoint(-row.height(), -row.height()) / 2)
        self._dragged = path
        drag.exec(Qt.DropAction.MoveAction)
        self._dragged = None

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        self.setDropIndicatorShown(True)
        super().dragMoveEvent(event)
        possible = self._target_at(event.position().toPoint()) is not None
        self.setDropIndicatorShown(possible)
        event.setAccepted(possible)

    def dropEvent(self, event: QDropEvent) -> None:
        source, target = self._dragged, self._target_at(event.position().toPoint())
        self.setState(QAbstractItemView.State.NoState)
        self.viewport().update()
        event.setAccepted(target is not None)
        if source is not None and target is not None:
            self.move_wanted.emit(source, target)
