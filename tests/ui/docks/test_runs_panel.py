"""The dock of runs, driven by clicks and keys."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtGui import QColor, QContextMenuEvent, QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from lrgui.core.recipe import Choice, Options, Recipe
from lrgui.core.trace import Trace
from lrgui.session.values import Comparison, View
from lrgui.ui.actions import Actions
from lrgui.ui.details_dialog import DetailsDialog
from lrgui.ui.docks.colour_menu import COLOUR_NAMES
from lrgui.ui.docks.runs import RunsPanel
from lrgui.ui.docks.runs_model import EYE, RUN
from lrgui.ui.document import Document
from lrgui.ui.run_controller import RunController
from lrgui.ui.runs import Runs
from lrgui.ui.theme import DARK, LIGHT

_CONTROL = Qt.KeyboardModifier.ControlModifier
_SHIFT = Qt.KeyboardModifier.ShiftModifier
_NONE = Qt.KeyboardModifier.NoModifier
START = Recipe(optimizer=Choice("Adam", Options(lr=0.001)))


class Dock:
    """The panel with what it works on."""

    def __init__(self, window: QWidget) -> None:
        self.document = Document(START)
        self.runs = Runs()
        self.controller = RunController(self.runs)
        self.actions = Actions(window)
        self.panel = RunsPanel(self.document, self.runs, self.controller, self.actions)
        self.comparisons: list[Comparison | None] = []
        self.document.view_changed.connect(self._on_view_changed)

    def _on_view_changed(self, view: View) -> None:
        self.comparisons.append(view.comparison)

    @property
    def list(self) -> QWidget:
        return self.panel._list

    @property
    def names(self) -> list[str]:
        model = self.panel._model
        return [model.index(row, RUN).data() for row in range(model.rowCount())]

    @property
    def chosen(self) -> list[str]:
        return [run.name for run in self.panel._list.chosen]

    def add(self, count: int = 1, recipe: Recipe = START) -> None:
        for _ in range(count):
            trace = Trace.from_columns([np.arange(1500.0)], ["lr"], ["all"], 100)
            self.runs.start(self.runs.next_id, recipe, trace)

    def cell(self, name: str, column: int = RUN) -> QModelIndex:
        return self.panel._model.index(self.names.index(name), column)

    def click(self, name: str, modifier: Qt.KeyboardModifier = _NONE, column: int = RUN) -> None:
        self.panel._list.scrollTo(self.cell(name))
        spot = self.panel._list.visualRect(self.cell(name, column)).center()
        QTest.mouseClick(self.panel._list.viewport(), Qt.MouseButton.LeftButton, modifier, QPoint(spot))

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = _NONE) -> None:
        self.panel._list.setFocus()
        QTest.keyClick(self.panel._list, key, modifier)

    def push(self, key: str) -> None:
        buttons = self.panel.findChildren(QToolButton)
        button = next(button for button in buttons if button.defaultAction() is self.actions[key])
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    def from_menu(self, letter: Qt.Key) -> None:
        """Open the context menu and press the letter that is underlined in an entry."""
        spot = self.panel._list.visualRect(self.panel._list.currentIndex()).center()
        viewport = self.panel._list.viewport()
        event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, spot, viewport.mapToGlobal(spot))
        QApplication.sendEvent(viewport, event)
        assert self.panel.commands.menu.isVisible()
        QTest.keyClick(self.panel.commands.menu, letter)


@pytest.fixture
def dock(qtbot: QtBot) -> Iterator[Dock]:
    window = QWidget()
    qtbot.addWidget(window)
    dock = Dock(window)
    qtbot.addWidget(dock.panel)
    dock.panel.resize(340, 400)
    dock.panel.show()
    dock.panel.activateWindow()
    yield dock
    dock.controller.shut_down()


def tool_tip(dock: Dock, name: str) -> str:
    tip: str = dock.cell(name).data(Qt.ItemDataRole.ToolTipRole)
    return tip


def read_aloud(dock: Dock, name: str) -> str:
    text: str = dock.cell(name).data(Qt.ItemDataRole.AccessibleTextRole)
    return text


def with_lr(lr: float) -> Recipe:
    return replace(START, optimizer=Choice("Adam", Options(lr=lr)))


def test_before_the_first_run_it_says_what_to_do(dock: Dock) -> None:
    assert dock.panel._empty.isVisible()
    assert "F5" in dock.panel._empty.text()


def test_runs_are_listed_newest_first_with_what_became_of_them(dock: Dock) -> None:
    dock.add(3)
    assert dock.names == ["Run 3", "Run 2", "Run 1"]
    assert read_aloud(dock, "Run 3") == "Run 3, 1\u202f500 steps, stopped, same recipe"
    assert dock.chosen == ["Run 3"]


def test_a_run_tells_what_has_changed_in_the_recipe_since(dock: Dock) -> None:
    dock.add()
    dock.document.replace(with_lr(3e-4), "change of lr")
    assert read_aloud(dock, "Run 1").endswith("lr 0.001 → 3e-4")
    assert "Changed in the recipe since then:\nOptimizer › lr: 0.001 → 3e-4" in tool_tip(dock, "Run 1")
    dock.document.undo()
    assert read_aloud(dock, "Run 1").endswith("same recipe")


def test_runs_of_another_session_do_not_tell_the_changes_of_the_last(dock: Dock) -> None:
    dock.add()
    assert read_aloud(dock, "Run 1").endswith("same recipe")
    (run,) = dock.runs.all
    dock.runs.load([replace(run, recipe=with_lr(0.5))])
    assert read_aloud(dock, "Run 1").endswith("lr 0.5 → 0.001")


def test_an_edit_looks_at_the_runs_in_sight_alone(dock: Dock, qtbot: QtBot) -> None:
    trace = Trace.from_columns([np.arange(3.0)], ["lr"], ["all"], 100)
    dock.add()
    (run,) = dock.runs.all
    dock.runs.load([replace(run, id=number, name=f"Run {number}", trace=trace) for number in range(1, 1001)])
    dock.document.replace(with_lr(3e-4), "change of lr")
    assert not dock.panel._model._changes
    dock.panel.grab()
    rows_in_sight = dock.panel._list.height() // dock.panel._list.visualRect(dock.cell("Run 1000")).height() + 1
    assert 0 < len(dock.panel._model._changes) <= rows_in_sight


def test_the_eye_hides_and_shows_and_leaves_the_choice_alone(dock: Dock) -> None:
    dock.add(2)
    dock.click("Run 1", column=EYE)
    assert [run.visible for run in dock.runs.all] == [False, True]
    assert dock.chosen == ["Run 2"]
    dock.click("Run 1", column=EYE)
    assert [run.visible for run in dock.runs.all] == [True, True]


def test_space_hides_and_shows_all_chosen_runs(dock: Dock) -> None:
    dock.add(3)
    dock.click("Run 2")
    dock.click("Run 1", _SHIFT)
    dock.press(Qt.Key.Key_Space)
    assert [run.visible for run in dock.runs.all] == [False, False, True]
    dock.press(Qt.Key.Key_Space)
    assert all(run.visible for run in dock.runs.all)


def test_one_run_alone_is_shown_and_all_again(dock: Dock) -> None:
    dock.add(3)
    dock.click("Run 2")
    dock.from_menu(Qt.Key.Key_O)
    assert [run.visible for run in dock.runs.all] == [False, True, False]
    dock.from_menu(Qt.Key.Key_A)
    assert all(run.visible for run in dock.runs.all)
    assert dock.document.undo_stack.undoText() == "showing of 2 runs"
    dock.document.undo()
    assert [run.visible for run in dock.runs.all] == [False, True, False]
    assert dock.document.undo_stack.undoText() == "showing of Run 2 alone"
    dock.document.undo()
    assert all(run.visible for run in dock.runs.all)


def test_a_click_brings_a_run_to_the_front(dock: Dock) -> None:
    dock.add(3)
    dock.click("Run 1")
    assert dock.runs.selected is not None
    assert dock.runs.selected.name == "Run 1"


def test_why_a_run_failed_can_be_read_and_copied(dock: Dock) -> None:
    dock.add()
    action = dock.actions["run_error"]
    assert not action.isEnabled()
    (run,) = dock.runs.all
    why, traceback = "step 3, LambdaLR: division by zero", 'Traceback:\n  File "a.py", line 3'
    dock.runs.finish(replace(run, status="failed", message=why, details=traceback))
    assert action.isEnabled()
    dock.from_menu(Qt.Key.Key_E)
    dialog = dock.panel.window().findChild(DetailsDialog)
    assert dialog is not None
    assert dialog.windowTitle() == "Error Details: Run 1"
    assert dialog.details.toPlainText().endswith(traceback)
    dialog.copy_button.click()
    assert QApplication.clipboard().text().startswith(f"The run failed: {why}\n\nlrgui ")
    dialog.close()


def test_renaming_by_key_can_be_undone(dock: Dock) -> None:
    dock.add(2)
    dock.press(Qt.Key.Key_F2)
    editor = dock.panel._list.findChild(QLineEdit)
    assert editor is not None
    assert editor.geometry().height() >= editor.minimumSizeHint().height()
    QTest.keyClick(editor, Qt.Key.Key_A, _CONTROL)
    QTest.keyClicks(editor, "a b")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    QApplication.processEvents()
    assert dock.names == ["a b", "Run 1"]
    assert dock.document.undo_stack.undoText() == "renaming of Run 2"
    dock.document.undo()
    assert dock.names == ["Run 2", "Run 1"]


def test_a_name_being_written_outlives_a_run_that_begins(dock: Dock) -> None:
    dock.add(2)
    dock.press(Qt.Key.Key_F2)
    editor = dock.panel._list.findChild(QLineEdit)
    assert editor is not None
    QTest.keyClicks(editor, "baseline")
    dock.add()
    QTest.keyClick(editor, Qt.Key.Key_Return)
    QApplication.processEvents()
    assert dock.names == ["Run 3", "baseline", "Run 1"]


def test_rename_goes_on_with_the_name_that_is_being_written(dock: Dock) -> None:
    dock.add(2)
    dock.push("run_rename")
    QTest.keyClicks(QApplication.focusWidget(), "base")
    dock.push("run_rename")
    QTest.keyClicks(QApplication.focusWidget(), "line")
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    QApplication.processEvents()
    assert dock.names == ["baseline", "Run 1"]


def test_rename_keeps_the_name_written_before_a_run_began_and_goes_on_with_that_run(dock: Dock) -> None:
    dock.add(2)
    dock.push("run_rename")
    QTest.keyClicks(QApplication.focusWidget(), "baseline")
    dock.add()
    dock.push("run_rename")
    QTest.keyClicks(QApplication.focusWidget(), "next")
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    QApplication.processEvents()
    assert dock.names == ["next", "baseline", "Run 1"]


def test_a_run_can_be_deleted_while_its_name_is_being_written(dock: Dock) -> None:
    dock.add(3)
    dock.push("run_rename")
    QTest.keyClicks(QApplication.focusWidget(), "baseline")
    dock.push("run_delete")
    QApplication.processEvents()
    assert dock.names == ["Run 2", "Run 1"]
    assert QApplication.focusWidget() is dock.list
    dock.document.undo()
    assert dock.names == ["Run 3", "Run 2", "Run 1"]


def test_a_pinned_run_goes_to_the_top_and_stays_chosen(dock: Dock) -> None:
    dock.add(4)
    dock.click("Run 2")
    dock.push("run_pin")
    assert dock.names == ["Run 2", "Run 4", "Run 3", "Run 1"]
    assert (dock.chosen, dock.actions["run_pin"].text()) == (["Run 2"], "Un&pin")
    assert read_aloud(dock, "Run 2").startswith("Run 2, pinned, ")
    dock.click("Run 3")
    dock.push("run_pin")
    assert dock.names == ["Run 3", "Run 2", "Run 4", "Run 1"]
    dock.push("run_pin")
    assert dock.names == ["Run 2", "Run 4", "Run 3", "Run 1"]
    assert dock.document.undo_stack.undoText() == "unpinning of Run 3"
    dock.document.undo()
    assert dock.names == ["Run 3", "Run 2", "Run 4", "Run 1"]


def test_deleting_by_key_goes_on_to_the_next_run_and_can_be_undone(dock: Dock) -> None:
    dock.add(3)
    dock.click("Run 2")
    dock.press(Qt.Key.Key_Delete)
    assert (dock.names, dock.chosen) == (["Run 3", "Run 1"], ["Run 1"])
    dock.document.undo()
    assert dock.names == ["Run 3", "Run 2", "Run 1"]


def test_several_runs_are_deleted_in_one_step(dock: Dock) -> None:
    dock.add(5)
    dock.click("Run 4")
    dock.click("Run 1", _CONTROL)
    dock.click("Run 2", _CONTROL)
    dock.push("run_delete")
    assert (dock.names, dock.chosen) == (["Run 5", "Run 3"], ["Run 3"])
    assert dock.document.undo_stack.undoText() == "deletion of 3 runs"
    dock.document.undo()
    assert dock.names == ["Run 5", "Run 4", "Run 3", "Run 2", "Run 1"]


def test_the_last_run_can_be_deleted(dock: Dock) -> None:
    dock.add()
    dock.press(Qt.Key.Key_Delete)
    assert dock.panel._empty.isVisible()
    dock.document.undo()
    assert (dock.names, dock.chosen) == (["Run 1"], ["Run 1"])


def test_all_but_the_pinned_runs_are_deleted(dock: Dock) -> None:
    dock.add(4)
    assert not dock.actions["run_delete_others"].isEnabled()
    dock.click("Run 2")
    dock.push("run_pin")
    dock.from_menu(Qt.Key.Key_B)
    assert (dock.names, dock.chosen) == (["Run 2"], ["Run 2"])
    dock.document.undo()
    assert dock.names == ["Run 2", "Run 4", "Run 3", "Run 1"]


def test_a_run_s_recipe_becomes_the_current_one(dock: Dock) -> None:
    dock.add(recipe=with_lr(0.5))
    dock.push("run_recipe")
    assert dock.document.recipe == with_lr(0.5)
    assert dock.document.undo_stack.undoText() == "return to the recipe of Run 1"
    dock.document.undo()
    assert dock.document.recipe == START


def test_the_run_chosen_last_is_compared_with_the_other(dock: Dock) -> None:
    dock.add(3)
    assert not dock.actions["run_difference"].isEnabled()
    dock.click("Run 1")
    dock.click("Run 3", _CONTROL)
    assert dock.actions["run_difference"].text() == "&Difference: Run 3 − Run 1"
    dock.push("run_difference")
    dock.click("Run 3")
    dock.click("Run 1", _CONTROL)
    assert dock.actions["run_ratio"].text() == "Ra&tio: Run 1 / Run 3"
    dock.push("run_ratio")
    dock.from_menu(Qt.Key.Key_S)
    assert dock.comparisons == [Comparison("difference", 3, 1), Comparison("ratio", 1, 3), None]
    assert not dock.actions["run_stop_comparing"].isEnabled()


def test_a_comparison_ends_with_either_of_its_runs(dock: Dock) -> None:
    dock.add(3)
    dock.document.look(View(comparison=Comparison("ratio", 3, 1)), "test")
    assert dock.actions["run_stop_comparing"].isEnabled()
    dock.click("Run 2")
    dock.press(Qt.Key.Key_Delete)
    assert dock.actions["run_stop_comparing"].isEnabled()
    dock.click("Run 1")
    dock.press(Qt.Key.Key_Delete)
    assert not dock.actions["run_stop_comparing"].isEnabled()
    dock.document.undo()
    assert dock.actions["run_stop_comparing"].isEnabled()


def test_colours_are_chosen_by_name_and_follow_the_theme(dock: Dock) -> None:
    assert len(COLOUR_NAMES) == len(LIGHT.curves) == len(DARK.curves)
    dock.add(2)
    dock.panel.commands.colours.popup(dock.panel.mapToGlobal(QPoint(0, 0)))
    QTest.keyClick(dock.panel.commands.colours, Qt.Key.Key_G)
    assert [run.colour for run in dock.runs.all] == [0, 2]
    assert dock.document.undo_stack.undoText() == "colour of Run 2"
    for theme in (LIGHT, DARK):
        dock.panel.set_theme(theme)
        image = dock.panel._list.grab().toImage()
        row = dock.panel._list.visualRect(dock.cell("Run 2"))
        found = {image.pixelColor(x, row.center().y()).name() for x in range(image.width())}
        assert theme.curves[2] in found


def test_notes_are_kept_while_they_are_typed_and_undone_by_run(dock: Dock) -> None:
    dock.add(2)
    notes = dock.panel._notes
    assert notes.placeholderText() == "Notes on this run"
    notes.setFocus()
    QTest.keyClicks(notes, "better")
    QTest.keyClick(notes, Qt.Key.Key_Return)
    QTest.keyClicks(notes, "than 1")
    assert [run.notes for run in dock.runs.all] == ["", "better\nthan 1"]
    assert dock.document.undo_stack.undoText() == "notes of Run 2"
    assert "better\nthan 1" in tool_tip(dock, "Run 2")
    assert "has notes" in read_aloud(dock, "Run 2")
    dock.click("Run 1")
    assert notes.text() == ""
    dock.document.undo()
    dock.click("Run 2")
    assert (notes.text(), dock.runs.all[1].notes) == ("", "")


def test_the_selected_run_stays_in_sight_while_its_notes_grow(dock: Dock) -> None:
    dock.add(30)
    viewport = dock.panel._list.viewport()
    last = dock.panel._list.indexAt(QPoint(100, viewport.height() - 2)).row() - 1
    dock.click(dock.names[last])
    notes = dock.panel._notes
    notes.setFocus()
    for _ in range(4):
        QTest.keyClick(notes, Qt.Key.Key_Return)
    QApplication.processEvents()
    row = dock.panel._list.visualRect(dock.cell(dock.names[last]))
    # Qt's own scrolling ends one pixel short.
    assert viewport.rect().adjusted(0, 0, 0, 1).contains(row)


def test_delete_and_space_in_the_notes_are_text(dock: Dock) -> None:
    dock.add(1)
    notes = dock.panel._notes
    notes.setFocus()
    QTest.keyClicks(notes, "a b")
    QTest.keyClick(notes, Qt.Key.Key_Home)
    QTest.keyClick(notes, Qt.Key.Key_Delete)
    assert (dock.names, dock.runs.all[0].notes, dock.runs.all[0].visible) == (["Run 1"], " b", True)


def test_what_looks_like_markup_is_told_as_it_is_written(dock: Dock) -> None:
    dock.add()
    dock.runs.amend({1: {"name": "<b>1 & 2</b>", "notes": "a < b"}})
    tip = tool_tip(dock, "<b>1 & 2</b>")
    assert "&lt;b&gt;1 &amp; 2&lt;/b&gt;" in tip
    assert "a &lt; b" in tip


def alike(one: QColor, other: QColor) -> bool:
    """Say whether two colours are the same but for the smoothing of letters."""
    channels = zip((one.red(), one.green(), one.blue()), (other.red(), other.green(), other.blue()), strict=True)
    return max(abs(left - right) for left, right in channels) < 60


def test_a_long_name_leaves_room_for_the_status(dock: Dock) -> None:
    dock.add()
    (run,) = dock.runs.all
    dock.runs.finish(replace(run, name="w" * 300, status="failed"))
    error = dock.panel._list.palette().color(QPalette.ColorRole.BrightText)
    dock.add()
    image = dock.panel._list.grab().toImage()
    row = dock.panel._list.visualRect(dock.cell("w" * 300))
    right = [
        (x, y)
        for x in range(row.right() - 80, row.right() + 1)
        for y in range(row.top(), row.center().y())
        if alike(image.pixelColor(x, y), error)
    ]
    assert len(right) > 5
