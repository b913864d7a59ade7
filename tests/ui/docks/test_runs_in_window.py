"""The dock of runs in the window: what it asks of the plot and of the recipe."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from lrgui.core.recipe import Choice, Options, Recipe
from lrgui.core.trace import Trace
from lrgui.session.store import write_session
from lrgui.session.values import Comparison, RecordedRun, Session, View
from lrgui.ui.docks.runs_model import RUN
from lrgui.ui.main_window import MainWindow
from lrgui.ui.run_controller import RunState
from tests.ui.driving import START_MS, opened_window

_NONE, _CONTROL = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier
RUNS = tuple(
    RecordedRun(
        number,
        f"Run {number}",
        number - 1,
        Recipe(optimizer=Choice("SGD", Options(lr=float(number)))),
        Trace.from_columns([np.full(5, float(number))], ["lr"], ["rest"], 100),
    )
    for number in (1, 2, 3)
)


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[MainWindow]:
    with opened_window(qtbot) as window:
        qtbot.waitUntil(lambda: window.controller.preview_trace is not None, timeout=START_MS)
        yield window


def click(window: MainWindow, row: int, modifier: Qt.KeyboardModifier = _NONE) -> None:
    run_list = window.workbench.runs_panel._list
    spot = run_list.visualRect(run_list.model().index(row, RUN)).center()
    QTest.mouseClick(run_list.viewport(), Qt.MouseButton.LeftButton, modifier, QPoint(spot))


def test_two_runs_are_compared_in_the_plot_until_one_is_deleted(window: MainWindow) -> None:
    window.runs.load(RUNS)
    click(window, 2)
    click(window, 0, _CONTROL)
    window._actions["run_difference"].trigger()
    assert window.document.view.comparison == Comparison("difference", 3, 1)
    click(window, 0)
    QTest.keyClick(window.workbench.runs_panel._list, Qt.Key.Key_Delete)
    assert [run.name for run in window.runs.all] == ["Run 1", "Run 2"]
    assert not window._actions["run_stop_comparing"].isEnabled()


def test_a_comparison_that_was_saved_can_be_stopped(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "compared.lrgui"
    write_session(path, Session(RUNS[0].recipe, RUNS, View(comparison=Comparison("ratio", 2, 1))))
    window.open_path(path)
    qtbot.waitUntil(lambda: len(window.runs.all) == 3, timeout=START_MS)
    assert window.document.view.comparison == Comparison("ratio", 2, 1)
    window._actions["run_stop_comparing"].trigger()
    assert window.document.view.comparison is None


def test_edits_of_runs_and_of_the_recipe_are_undone_in_turn(window: MainWindow) -> None:
    window.runs.load(RUNS)
    before = window.document.recipe
    click(window, 1)
    window._actions["run_pin"].trigger()
    window._actions["run_recipe"].trigger()
    assert window.document.recipe == RUNS[1].recipe
    assert window._actions["undo"].text() == "&Undo return to the recipe of Run 2"
    window._actions["undo"].trigger()
    assert window.document.recipe == before
    assert window._actions["undo"].text() == "&Undo pinning of Run 2"
    window._actions["undo"].trigger()
    assert not any(run.pinned for run in window.runs.all)


def test_a_run_can_be_renamed_and_pinned_but_not_deleted_while_it_goes_on(window: MainWindow, qtbot: QtBot) -> None:
    window.document.replace(RUNS[0].recipe.with_run(steps=3_000_000), "test")
    QTest.keyClick(window, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: window.controller.state is RunState.RUNNING, timeout=START_MS)
    run_list = window.workbench.runs_panel._list
    run_list.setFocus()
    QTest.keyClick(run_list, Qt.Key.Key_F2)
    editor = run_list.findChild(QLineEdit)
    assert editor is not None
    QTest.keyClicks(editor, "long")
    rows = window.runs.all[0].trace.rows
    qtbot.waitSignal(window.controller.progressed, timeout=START_MS).wait()
    assert window.runs.all[0].trace.rows > rows
    QTest.keyClick(editor, Qt.Key.Key_Return)
    QApplication.processEvents()
    window._actions["run_pin"].trigger()
    assert not window._actions["run_delete"].isEnabled()
    window._actions["stop"].trigger()
    qtbot.waitUntil(lambda: window.controller.state is RunState.IDLE, timeout=START_MS)
    (run,) = window.runs.all
    assert (run.name, run.pinned, run.status) == ("long", True, "stopped")
    window._actions["undo"].trigger()
    assert window.runs.all == (replace(run, pinned=False),)
