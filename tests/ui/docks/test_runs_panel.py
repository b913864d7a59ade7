from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtGui import QUndoStack
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from lrgui.core.recipe import Recipe
from lrgui.core.trace import Trace
from lrgui.ui.docks.runs import RunsPanel
from lrgui.ui.run_controller import RunController
from lrgui.ui.runs import Runs


@pytest.fixture
def undo_stack() -> QUndoStack:
    return QUndoStack()


@pytest.fixture
def panel(qtbot: QtBot, undo_stack: QUndoStack) -> Iterator[RunsPanel]:
    runs = Runs()
    controller = RunController(runs)
    panel = RunsPanel(runs, controller, undo_stack)
    panel.resize(300, 200)
    qtbot.addWidget(panel)
    panel.show()
    yield panel
    controller.shut_down()


def add_runs(panel: RunsPanel, count: int) -> None:
    for _ in range(count):
        trace = Trace.from_columns([np.arange(1500.0)], ["lr"], ["all"], 100)
        panel._runs.start(panel._runs.next_id, Recipe(), trace)


def cell(panel: RunsPanel, row: int, column: int) -> QModelIndex:
    return panel._model.index(row, column)


def click(panel: RunsPanel, row: int, column: int) -> None:
    spot = panel._view.visualRect(cell(panel, row, column)).center()
    QTest.mouseClick(panel._view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(spot))


def test_before_the_first_run_it_says_what_to_do(panel: RunsPanel) -> None:
    assert panel._empty.isVisible()
    assert "F5" in panel._empty.text()


def test_runs_are_listed_newest_first_with_what_became_of_them(panel: RunsPanel) -> None:
    add_runs(panel, 3)
    names = [cell(panel, row, 1).data() for row in range(panel._model.rowCount())]
    assert names == ["Run 3", "Run 2", "Run 1"]
    assert cell(panel, 0, 2).data() == "1\u202f500 steps, stopped"
    assert panel._view.currentIndex().row() == 0


def test_the_eye_hides_and_shows(panel: RunsPanel) -> None:
    add_runs(panel, 2)
    click(panel, 1, 0)
    assert [run.visible for run in panel._runs.all] == [False, True]
    click(panel, 1, 0)
    assert [run.visible for run in panel._runs.all] == [True, True]


def test_a_click_brings_a_run_to_the_front(panel: RunsPanel) -> None:
    add_runs(panel, 3)
    click(panel, 2, 1)
    assert panel._runs.selected is not None
    assert panel._runs.selected.name == "Run 1"


def test_why_a_run_failed_can_be_copied(panel: RunsPanel) -> None:
    add_runs(panel, 1)
    action = next(action for action in panel._view.actions() if action.text() == "Copy &Error Details")
    assert not action.isEnabled()
    (run,) = panel._runs.all
    panel._runs.finish(replace(run, status="failed", message="step 3, LambdaLR: division by zero"))
    assert action.isEnabled()
    action.trigger()
    assert QApplication.clipboard().text() == "step 3, LambdaLR: division by zero"


def test_renaming_by_key(panel: RunsPanel) -> None:
    add_runs(panel, 2)
    panel._view.setFocus()
    QTest.keyClick(panel._view, Qt.Key.Key_F2)
    editor = panel._view.findChild(QLineEdit)
    assert editor is not None
    QTest.keyClick(editor, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(editor, "baseline")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    QApplication.processEvents()
    assert [run.name for run in panel._runs.all] == ["Run 1", "baseline"]


def test_deleting_by_key_can_be_undone(panel: RunsPanel, undo_stack: QUndoStack) -> None:
    add_runs(panel, 2)
    panel._view.setFocus()
    QTest.keyClick(panel._view, Qt.Key.Key_Delete)
    assert [run.name for run in panel._runs.all] == ["Run 1"]
    undo_stack.undo()
    assert [run.name for run in panel._runs.all] == ["Run 1", "Run 2"]


def test_a_run_s_recipe_can_be_taken_back(panel: RunsPanel, qtbot: QtBot) -> None:
    add_runs(panel, 1)
    action = next(action for action in panel._view.actions() if action.text() == "Take Back Its Rec&ipe")
    with qtbot.waitSignal(panel.recipe_wanted) as wanted:
        action.trigger()
    assert wanted.args[0].name == "Run 1"
