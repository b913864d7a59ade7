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
    tip = panel._model.index(1, 1).data(Qt.ItemDataRole.ToolTipRole)
    assert tip == "learning rate of biases: 0.03333333333333333"


def test_a_preview_stands_beside_the_run_and_lacks_what_it_did_not_record(panel: ReadoutPanel) -> None:
    preview = Trace.from_columns([np.array([0.5, 0.25])], ["lr"], ["rest"], 1)
    panel.set_sources([Source(adam()), Source(preview, " (preview)")], {})
    panel.set_step(1)
    assert shown(panel)[2] == ["rest (preview)", "0.25", None]
    panel.set_step(2)
    assert len(shown(panel)) == 2


def test_a_preview_alone_is_named_once_and_leaves_the_names_their_room(panel: ReadoutPanel) -> None:
    panel.set_sources([Source(adam(), " (preview)")], {})
    assert panel._heading.text() == "Step 2 · epoch 1 (preview)"
    assert [row[0] for row in shown(panel)] == ["weights", "biases"]


def test_nothing_is_claimed_before_the_first_row(panel: ReadoutPanel) -> None:
    panel.set_sources([Source(Trace(["lr"], ["rest"], 10))], {})
    assert panel._heading.text() == "Nothing recorded yet"
    assert shown(panel) == []
