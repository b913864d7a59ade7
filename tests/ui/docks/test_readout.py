from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QItemSelectionModel, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from lrgui.core.trace import Trace
from lrgui.ui.actions import Actions
from lrgui.ui.docks.readout import ReadoutPanel, Source
from lrgui.ui.docks.readout_view import ReadoutView
from lrgui.ui.settings import Settings


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    """That of the actions."""
    window = QWidget()
    qtbot.addWidget(window)
    return window


@pytest.fixture
def panel(qtbot: QtBot, window: QWidget) -> ReadoutPanel:
    panel = ReadoutPanel(Actions(window), Settings())
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
    assert panel._heading.text() == "Step 2 · epoch 1 · 66.7 %"
    assert shown(panel) == [["weights", "0.001", "0.9"], ["biases", "3.33333e-4", "0.9"]]


def test_the_step_under_the_mouse_is_read_out(panel: ReadoutPanel) -> None:
    panel.set_sources([Source(adam())], {})
    panel.set_step(0)
    assert panel._heading.text() == "Step 0 · epoch 0 · 0 %"
    assert shown(panel)[0] == ["weights", "0.1", "0.9"]


def test_every_digit_is_in_the_tool_tip(panel: ReadoutPanel) -> None:
    panel.set_sources([Source(adam())], {})
    panel.set_step(0)
    assert tip(panel, 1, 1) == "learning rate of biases: 0.03333333333333333"


def test_a_preview_stands_beside_the_run_and_lacks_what_it_did_not_record(panel: ReadoutPanel) -> None:
    preview = Trace.from_columns([np.array([0.5, 0.25])], ["lr"], ["rest"], 1)
    panel.set_sources([Source(adam()), Source(preview, "preview")], {})
    panel.set_step(1)
    assert shown(panel)[2:] == [["Preview", None, None], ["rest", "0.25", ""]]
    assert tip(panel, 3, 1) == "learning rate of rest (preview): 0.25"
    panel.set_step(2)
    assert len(shown(panel)) == 2


def test_the_newest_step_is_that_of_the_run_though_a_preview_is_longer(panel: ReadoutPanel) -> None:
    preview = Trace.from_columns([np.arange(9.0)], ["lr"], ["rest"], 1)
    panel.set_sources([Source(adam()), Source(preview, "preview")], {})
    assert panel._heading.text() == "Step 2 · epoch 1 · 66.7 %"
    assert shown(panel)[3] == ["rest", "2", ""]


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
    assert panel._heading.text() == "Step 2 · epoch 1 · 66.7 % (preview)"
    assert [row[0] for row in shown(panel)] == ["weights", "biases"]


def test_nothing_is_claimed_before_the_first_row(panel: ReadoutPanel) -> None:
    panel.set_sources([Source(Trace(["lr"], ["rest"], 10))], {})
    assert panel._heading.text() == "Nothing recorded yet"
    assert shown(panel) == []


def test_a_rate_is_told_relative_to_that_which_its_group_begins_with(panel: ReadoutPanel) -> None:
    panel.set_sources([Source(adam(), bases=(0.1, float("nan")))], {})
    panel.set_step(1)
    assert shown(panel) == [["weights", "0.01", "0.1", "0.9"], ["biases", "0.00333333", "", "0.9"]]
    assert panel._model.headerData(2, Qt.Orientation.Horizontal) == "lr / base"
    assert tip(panel, 0, 2) == "lr / base of weights: 0.09999999999999999"


def test_a_run_of_another_length_is_read_at_its_own_step(panel: ReadoutPanel) -> None:
    half = Trace.from_columns([np.arange(50.0)], ["lr"], ["rest"], 5)
    whole = Trace.from_columns([np.arange(100.0)], ["lr"], ["rest"], 10)
    panel.set_sources([Source(half, "Run 1", stretch=2.0), Source(whole, "preview")], {}, 100, 10)
    panel.set_step(31)
    assert panel._heading.text() == "Step 31 · epoch 3 · 31 %"
    assert shown(panel) == [["Run 1 · step 15", None], ["rest", "15"], ["Preview", None], ["rest", "31"]]
    panel.set_step(None)
    assert shown(panel)[1] == ["rest", "49"]


def copied(panel: ReadoutPanel) -> list[list[str]]:
    return [line.split("\t") for line in QApplication.clipboard().text().splitlines()]


def view_of(panel: ReadoutPanel) -> ReadoutView:
    panel.resize(400, 300)
    panel.show()
    QApplication.processEvents()
    return panel._view


def test_the_table_is_copied_with_every_digit(panel: ReadoutPanel) -> None:
    preview = Trace.from_columns([np.array([0.1, 0.2]) * 3], ["lr"], ["re\tst"], 1)
    panel.set_sources([Source(adam(), "Run 1", (0.3, 0.3)), Source(preview, "preview")], {})
    panel.set_step(0)
    view_of(panel).actions()[1].trigger()
    assert copied(panel) == [
        ["source", "step", "group", "lr", "lr / base", "momentum"],
        ["Run 1", "0", "weights", "0.1", "0.33333333333333337", "0.9"],
        ["Run 1", "0", "biases", "0.03333333333333333", "0.11111111111111112", "0.9"],
        ["preview", "0", "re st", "0.30000000000000004", "", ""],
    ]


def test_ctrl_c_copies_the_selected_rows_and_all_where_none_is(panel: ReadoutPanel) -> None:
    panel.set_sources([Source(adam(), "Run 1"), Source(adam(), "preview")], {})
    view = view_of(panel)
    QTest.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert [line[:3] for line in copied(panel)[1:]] == [
        [source, "2", group] for source in ("Run 1", "preview") for group in ("weights", "biases")
    ]
    biases = view.visualRect(panel._model.index(5, 0)).center()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, biases)
    panel.set_step(1)  # the selection stays while the mouse moves on
    QTest.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert copied(panel)[1:] == [["preview", "1", "biases", "0.0033333333333333335", "0.9"]]


def test_a_title_cannot_be_selected(panel: ReadoutPanel) -> None:
    panel.set_sources([Source(adam(), "Run 1"), Source(adam(), "preview")], {})
    view = view_of(panel)
    title = view.visualRect(panel._model.index(3, 0)).center()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, title)
    assert view.selected_rows() == frozenset()
    view.selectAll()
    assert view.selected_rows() == {1, 2, 4, 5}


def test_full_precision_shows_all_digits_and_is_remembered(panel: ReadoutPanel, window: QWidget, qtbot: QtBot) -> None:
    panel.set_sources([Source(adam())], {})
    panel.set_step(0)
    view = view_of(panel)
    narrow = view.columnWidth(1)
    view.actions()[2].trigger()
    assert shown(panel)[1] == ["biases", "0.03333333333333333", "0.9"]
    assert view.columnWidth(1) > narrow
    again = ReadoutPanel(Actions(window), Settings())
    qtbot.addWidget(again)
    again.set_sources([Source(adam())], {})
    assert shown(again)[1] == ["biases", "3.333333333333333e-4", "0.9"]
    view.actions()[2].trigger()
    assert shown(panel)[1] == ["biases", "0.0333333", "0.9"]
    assert view.columnWidth(1) <= narrow


def test_columns_do_not_shrink_while_the_mouse_moves(panel: ReadoutPanel) -> None:
    rates = np.array([1e-3, 1.23456e-10, 1e-3])
    panel.set_sources([Source(Trace.from_columns([rates], ["lr"], ["a group of a long name"], 1))], {})
    panel.set_step(0)
    view = view_of(panel)
    widths = []
    for step in (0, 1, 2):
        panel.set_step(step)
        widths.append(view.columnWidth(1))
    assert widths[0] < widths[1] == widths[2]
    assert view.columnWidth(0) + widths[2] == view.viewport().width()


def test_in_a_narrow_dock_names_stay_and_the_table_scrolls(panel: ReadoutPanel) -> None:
    panel.set_sources([Source(Trace.from_columns([np.array([1e-3])] * 3, ["lr", "a", "b"], ["x" * 60], 1))], {})
    view = view_of(panel)
    panel.resize(120, 300)
    QApplication.processEvents()
    assert view.columnWidth(0) > view.fontMetrics().horizontalAdvance("x" * 10)
    assert view.horizontalScrollBar().maximum() > 0


def test_every_shown_number_is_painted(panel: ReadoutPanel) -> None:
    """The rows paint themselves: each number, name and colour leaves ink where it stands."""
    panel.set_sources([Source(adam(), "Run 1"), Source(adam(), "preview")], {})
    view = view_of(panel)
    selection = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
    view.selectionModel().select(panel._model.index(2, 0), selection)
    picture = view.viewport().grab().toImage()
    for row, column in [(0, 0), (1, 0), (1, 1), (1, 2), (2, 0), (2, 1), (5, 2)]:
        cell = view.visualRect(panel._model.index(row, column))
        points = [QPoint(x, y) for x in range(cell.left(), cell.right()) for y in range(cell.top(), cell.bottom())]
        colours = {picture.pixelColor(point).rgb() for point in points}
        assert len(colours) > 3, (row, column)
    selected = view.visualRect(panel._model.index(2, 1))
    assert picture.pixelColor(selected.topRight()).rgb() == view.palette().highlight().color().rgb()


def test_long_names_are_cut_to_what_tells_them_apart(panel: ReadoutPanel) -> None:
    names = [f"transformer.encoder.layers.{index}.self_attention.weights" for index in range(3)]
    panel.set_sources([Source(Trace.from_columns([np.array([1e-3])] * 3, ["lr"], names, 1))], {})
    panel.resize(220, 300)
    QApplication.processEvents()
    view = view_of(panel)
    picture = view.viewport().grab().toImage()
    cells = [
        view.visualRect(panel._model.index(row, 0)).adjusted(view.iconSize().width() + 4, 0, 0, 0) for row in range(3)
    ]
    assert len({picture.copy(cell).constBits().tobytes() for cell in cells}) == 3


def test_a_run_is_called_as_the_user_has_named_it(panel: ReadoutPanel) -> None:
    panel.set_sources([Source(adam(), "cosine", colour=1), Source(adam(), "preview")], {})
    assert [row[0] for row in shown(panel) if row[1] is None] == ["cosine", "Preview"]
