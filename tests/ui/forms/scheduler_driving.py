"""Driving the tree of schedulers: rows clicked, keys pressed, rows dragged to where the mouse lets go."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QDrag, QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QTreeWidgetItem

from lrgui.core.recipe import Options, Scheduler
from lrgui.core.scheduler_tree import Path
from lrgui.ui.forms.scheduler_tree_view import SchedulerTree

WARM_UP = Scheduler("LinearLR", Options(start_factor=0.01, total_iters=100))
COSINE = Scheduler("CosineAnnealingLR", Options(T_max=500))
LINEAR = Scheduler("LinearLR", Options(end_factor=0.0, total_iters=400))


def sequential(milestones: tuple[int, ...], *children: Scheduler) -> Scheduler:
    return Scheduler("SequentialLR", Options(milestones=milestones), children)


def chained(*children: Scheduler) -> Scheduler:
    return Scheduler("ChainedScheduler", schedulers=children)


def item_at(tree: SchedulerTree, path: Path) -> QTreeWidgetItem:
    item = tree.topLevelItem(0)
    for index in path:
        assert item is not None
        item = item.child(index)
    assert item is not None
    return item


def spot(tree: SchedulerTree, path: Path, height: float = 0.5) -> QPoint:
    """Return a point in a row: at its top (0), in its middle or at its bottom (1)."""
    area = tree.visualItemRect(item_at(tree, path))
    return QPoint(area.center().x(), area.top() + round(height * (area.height() - 1)))


def click_row(tree: SchedulerTree, path: Path) -> None:
    QTest.mouseClick(tree.viewport(), Qt.MouseButton.LeftButton, pos=spot(tree, path))


def press(tree: SchedulerTree, code: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    tree.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(tree, code, modifier)


class Hand:
    """Drags rows. The off-screen platform has no dragging of its own, so what a platform would send is sent here."""

    def __init__(self, tree: SchedulerTree, monkeypatch: pytest.MonkeyPatch) -> None:
        self._tree = tree
        self._over: list[QPoint] = []
        self.refused: list[bool] = []
        self.drags = 0
        monkeypatch.setattr(QDrag, "exec", self._exec_of())

    def drag(self, source: Path, to: Path, height: float) -> None:
        """Press on a row, move to that height of another, and let go."""
        self._over = [spot(self._tree, source), spot(self._tree, to, height)]
        viewport, start = self._tree.viewport(), self._over[0]
        QTest.mousePress(viewport, Qt.MouseButton.LeftButton, pos=start)
        QTest.mouseMove(viewport, start + QPoint(0, QApplication.startDragDistance() + 1))
        QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=start)

    def _exec_of(self) -> Callable[[QDrag, Qt.DropAction], Qt.DropAction]:
        def carry(drag: QDrag, actions: Qt.DropAction) -> Qt.DropAction:
            return self._carry(drag, actions)

        return carry

    def _carry(self, drag: QDrag, actions: Qt.DropAction) -> Qt.DropAction:
        self.drags += 1
        data, viewport = drag.mimeData(), self._tree.viewport()
        left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        QApplication.sendEvent(viewport, QDragEnterEvent(self._over[0], actions, data, left, none))
        accepted = False
        for point in self._over:
            move = QDragMoveEvent(point, actions, data, left, none)
            QApplication.sendEvent(viewport, move)
            accepted = move.isAccepted()
        self.refused.append(not accepted)
        if not accepted:
            return Qt.DropAction.IgnoreAction
        drop = QDropEvent(QPointF(self._over[-1]), actions, data, left, none)
        QApplication.sendEvent(viewport, drop)
        return drop.dropAction() if drop.isAccepted() else Qt.DropAction.IgnoreAction
