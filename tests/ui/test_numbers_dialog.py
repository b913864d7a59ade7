"""The dialog before numbers are exported."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtWidgets import QComboBox, QWidget
from pytestqt.qtbot import QtBot

from lrgui.core.recipe import Recipe
from lrgui.core.trace import Trace
from lrgui.session.table import RowChoice
from lrgui.session.values import RecordedRun
from lrgui.ui.export_choices import NumbersChoice
from lrgui.ui.numbers_dialog import NumbersDialog


def make_run(number: int, rows: int) -> RecordedRun:
    trace = Trace.from_columns([np.zeros(rows)] * 2, ["lr"], ["a", "b"], 10)
    return RecordedRun(number, f"Run {number}", 0, Recipe(), trace)


@pytest.fixture
def parent(qtbot: QtBot) -> QWidget:
    widget = QWidget()
    qtbot.addWidget(widget)
    return widget


def pick(combo: QComboBox, data: str) -> None:
    assert combo.findData(data) >= 0
    combo.setCurrentIndex(combo.findData(data))


def test_everything_of_the_selected_run_is_the_first_offer(parent: QWidget) -> None:
    dialog = NumbersDialog(NumbersChoice(), make_run(1, 1000), [make_run(1, 1000)], (100, 200), parent)
    assert dialog.choice == NumbersChoice("csv", "selected", "all", 1)
    assert [part.prefix for part in dialog.table().parts] == [""]
    assert dialog.table().steps == range(1000)
    assert dialog.runs.count() == 1
    assert dialog.summary.text() == "1\u202f000 rows, about 80 kB"


def test_steps_in_view_and_every_tenth(parent: QWidget) -> None:
    dialog = NumbersDialog(NumbersChoice(), make_run(1, 1000), [make_run(1, 1000)], (100, 200), parent)
    pick(dialog.rows, "shown")
    dialog.every.setValue(10)
    pick(dialog.format, "npz")
    assert dialog.table().rows == RowChoice(100, 200, 10)
    assert list(dialog.table().steps)[-1] == 200
    assert dialog.summary.text() == "11 rows, about 352 bytes"


def test_all_visible_runs_side_by_side(parent: QWidget) -> None:
    runs = [make_run(1, 1000), make_run(2, 500)]
    dialog = NumbersDialog(NumbersChoice(runs="visible"), runs[0], runs, None, parent)
    assert dialog.runs.currentText() == "All 2 visible runs, side by side"
    assert [part.prefix for part in dialog.table().parts] == ["Run 1/", "Run 2/"]
    assert dialog.rows.findData("shown") == -1


def test_what_was_remembered_but_is_not_there_is_not_chosen(parent: QWidget) -> None:
    remembered = NumbersChoice("npz", "visible", "shown")
    dialog = NumbersDialog(remembered, make_run(1, 10), [make_run(1, 10)], None, parent)
    assert dialog.choice == NumbersChoice("npz", "selected", "all")
