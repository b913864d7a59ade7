from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from lrgui.core.trace import Trace
from lrgui.ui.docks.readout import ReadoutPanel, Source


@pytest.fixture
def panel(qtbot: QtBot) -> ReadoutPanel:
    panel = ReadoutPanel()
    qtbot.addWidget(panel)
    return panel


def adam() -> Trace:
    rates = np.array([0.1, 0.01, 0.001])
    columns = [rates, rates / 3, np.full(3, 0.9), np.full(3, 0.9)]
    return Trace.from_columns(columns, ["lr", "momentum"], ["weights", "biases"], 2)


def shown(panel: ReadoutPanel) -> list[list[str | None]]:
    model = panel._model
    return [
        [model.index(row, column).data() for column in range(model.columnCount())] for row in range(model.rowCount())
    ]


def tip(panel: ReadoutPanel, row: int, column: int) -> str:
    text: str = panel._model.index(row, column).data(Qt.ItemDataRole.ToolTipRole)
    return text


def test_the_newest_step_is_read_out_while_the_mouse_is_elsewhere(panel: ReadoutPanel) -> None:
    panel.set_sources([Source(adam())], {})
    assert panel._heading.text() == "Step 2 · epoch 1"
    assert shown(panel) == [["weights", "0.001", "0.9"], ["biases", "3.3333e-4", "0.9"]]


def test_the_step_under_the_mouse_is_read_out(panel: ReadoutPanel) -> None:
    panel.set_sources([Source(adam())], {})
    panel.set_step(0)
    assert panel._heading.text() == "Step 0 · epoch 0"
    assert shown(panel)[0] == ["weights", "0.1", "0.9"]


def test_every_digit_is_in_the_tool_tip(panel: ReadoutPanel) -> None:
    panel.set_sources([Source(adam())], {})
    panel.set_step(0)
    assert tip(panel, 1, 1) == "learning rate of biases: 0.03333333333333333"


def test_a_preview_stands_beside_the_run_and_lacks_what_it_did_not_record(panel: ReadoutPanel) -> None:
    preview = Trace.from_columns([np.array([0.5, 0.25])], ["lr"], ["rest"], 1)
    panel.set_sources([Source(adam()), Source(preview, "preview")], {})
    panel.set_step(1)
    assert shown(panel)[2:] == [["Preview", None, None], ["rest", "0.25", None]]
    assert tip(panel, 3, 1) == "learning rate of rest (preview): 0.25"
    panel.set_step(2)
    assert len(shown(panel)) == 2


def test_the_newest_step_is_that_of_the_run_though_a_preview_is_longer(panel: ReadoutPanel) -> None:
    preview = Trace.from_columns([np.arange(9.0)], ["lr"], ["rest"], 1)
    panel.set_sources([Source(adam()), Source(preview, "preview")], {})
    assert panel._heading.text() == "Step 2 · epoch 1"
    assert shown(panel)[3] == ["rest", "2", None]


def test_series_stand_in_the_same_order_whoever_recorded_them(panel: ReadoutPanel) -> None:
    one = Trace.from_columns([np.ones(1)] * 3, ["lr", "weight_decay", "applied_lr"], ["a"], 1)
    other = Trace.from_columns([np.ones(1)] * 2, ["lr", "momentum"], ["a"], 1)
    panel.set_sources([Source(one), Source(other, "preview")], {})
    headings = [
        panel._model.headerData(column, Qt.Orientation.Horizontal) for column in range(panel._model.columnCount())
    ]
    assert headings == ["group", "lr", "mom.", "decay", "applied"]
    words = panel._model.headerData(4, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole)
    assert words == "applied learning rate"


def test_a_group_that_has_not_joined_yet_has_no_numbers(panel: ReadoutPanel) -> None:
    late = np.array([np.nan, np.nan, 0.1])
    trace = Trace.from_columns([np.ones(3), late, np.ones(3), late], ["lr", "momentum"], ["a", "late"], 1)
    panel.set_sources([Source(trace)], {})
    panel.set_step(1)
    assert shown(panel)[1] == ["late", "\u2013", "\u2013"]
    assert tip(panel, 1, 1) == "late has not joined the optimizer yet"
    panel.set_step(2)
    assert shown(panel)[1] == ["late", "0.1", "0.1"]


def test_a_rate_that_has_diverged_is_told_as_it_is(panel: ReadoutPanel) -> None:
    panel.set_sources([Source(Trace.from_columns([np.array([0.1, np.nan])], ["lr"], ["a"], 1))], {})
    assert shown(panel) == [["a", "nan"]]


def test_a_preview_alone_is_named_once_and_leaves_the_names_their_room(panel: ReadoutPanel) -> None:
    panel.set_sources([Source(adam(), "preview")], {})
    assert panel._heading.text() == "Step 2 · epoch 1 (preview)"
    assert [row[0] for row in shown(panel)] == ["weights", "biases"]


def test_nothing_is_claimed_before_the_first_row(panel: ReadoutPanel) -> None:
    panel.set_sources([Source(Trace(["lr"], ["rest"], 10))], {})
    assert panel._heading.text() == "Nothing recorded yet"
    assert shown(panel) == []
