"""The metric of ReduceLROnPlateau: typed, pasted, out of a file, or an expression."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from lrgui.core.number_list import MOST_VALUES, read_numbers
from lrgui.core.recipe import Choice, Options, Scheduler, Value
from lrgui.session.csv_column import read_columns
from lrgui.ui.document import Document
from lrgui.ui.forms.editors_expression import ExpressionEditor
from lrgui.ui.forms.editors_values import ValuesEditor, write_values
from lrgui.ui.forms.metric_panel import MetricPanel
from lrgui.ui.forms.run_panel import RunPanel
from lrgui.ui.starting_recipe import STARTING_RECIPE
from tests.ui.forms.driving import choose, click, focus_on, focused, type_into

Show = Callable[[QWidget], None]

PLATEAU = Scheduler("ReduceLROnPlateau")
TABLE = "Step\tloss\tacc\n0\t0.9\t0.1\n1\t0.7\t0.4\n2\t0.8\t\n"


@pytest.fixture
def panel(document: Document, show: Show) -> MetricPanel:
    recipe = replace(document.recipe, scheduler=PLATEAU).with_run(
        steps=10, metric=Choice("values", Options(values=(1.0, 0.5)))
    )
    document.open(recipe, None)
    panel = MetricPanel(document)
    show(panel)
    return panel


def editor_of(panel: MetricPanel) -> ValuesEditor:
    editor = panel.form.row("values").editor
    assert isinstance(editor, ValuesEditor)
    return editor


def values_of(document: Document) -> Value:
    assert document.recipe.run.metric is not None
    return document.recipe.run.metric.options["values"]


def put_on_clipboard(text: str) -> None:
    QGuiApplication.clipboard().setText(text)


def paste_into(box: QWidget) -> None:
    QTest.keyClick(box, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)


# typing


def test_values_are_typed_as_one_undo_step(panel: MetricPanel, document: Document) -> None:
    editor = editor_of(panel)
    type_into(editor, "0.9, 0.8;3e-1 1/4")
    assert values_of(document) == (0.9, 0.8, 0.3, 0.25)
    assert editor.summary.text() == "4 values, 0.9 … 0.25"
    document.undo()
    assert values_of(document) == (1.0, 0.5)
    assert editor.box.text() == "1, 0.5"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("0.9, x", "values has 'x' at place 2, which is no number."),
        ("0.9, nan", "values has nan at place 2; torch counts nan as a bad step"),
        ("0.9, 1e999", "values has inf at place 2; a recipe holds finite numbers alone"),
        ("", "values must have 1 value or more."),
    ],
)
def test_a_wrong_list_is_told_below_and_changes_nothing(
    panel: MetricPanel, document: Document, text: str, told: str
) -> None:
    editor = editor_of(panel)
    box = focus_on(editor)
    QTest.keyClick(box, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    put_on_clipboard(text)
    paste_into(box) if text else QTest.keyClick(box, Qt.Key.Key_Backspace)
    assert panel.form.row("values").note.problem.startswith(told)
    assert values_of(document) == (1.0, 0.5)
    document.open(document.recipe, None)
    assert (editor.box.text(), panel.form.row("values").note.problem) == ("1, 0.5", "")


def test_how_far_the_values_reach_is_told(panel: MetricPanel, document: Document) -> None:
    note = panel.form.row("values").note
    assert note.text == "The run makes 10 scheduler steps: after 2 values the last one repeats."
    document.replace(document.recipe.with_run(steps=20, interval="epoch", steps_per_epoch=10), "by epoch")
    assert note.text == "The run makes 2 scheduler steps, one for each value."
    document.replace(document.recipe.with_run(steps=10), "shorter")
    assert note.text == "The run makes 1 scheduler step: 1 value too many."
    document.replace(replace(document.recipe, scheduler=Scheduler("StepLR", Options(step_size=1))), "no plateau")
    assert note.text == "The values in order."


def test_an_expression_is_chosen_and_completed(panel: MetricPanel, document: Document) -> None:
    choose(panel.combo, "expression")
    editor = panel.form.row("expression").editor
    assert isinstance(editor, ExpressionEditor)
    box = focus_on(editor)
    QTest.keyClick(box, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(box, "1 / (1 + st")
    QTest.keyClick(box, Qt.Key.Key_Tab)
    QTest.keyClicks(box, ")")
    assert document.recipe.run.metric == Choice("expression", Options(expression="1 / (1 + step)"))
    assert not editor.switch.isVisible()


# pasting


@pytest.mark.parametrize(
    "text", ["0.9\n0.8\n0.75\n", "0.9\t0.8\t0.75", "[0.9, 0.8, 0.75]", "0,9\n0,8\n0,75", "loss\n0.9\n0.8\n0.75"]
)
def test_the_button_replaces_the_values_by_a_list_in_the_clipboard(
    panel: MetricPanel, document: Document, text: str
) -> None:
    put_on_clipboard(text)
    click(editor_of(panel).paste_button)
    assert values_of(document) == (0.9, 0.8, 0.75)
    assert document.undo_stack.undoText() == "paste of 3 values"
    assert editor_of(panel).box.text() == "0.9, 0.8, 0.75"
    document.undo()
    assert values_of(document) == (1.0, 0.5)


def test_pasting_into_the_box_inserts_at_the_cursor(panel: MetricPanel, document: Document) -> None:
    box = focus_on(editor_of(panel))
    QTest.keyClick(box, Qt.Key.Key_End)
    QTest.keyClicks(box, ", ")
    put_on_clipboard("0,25\n0,125\n")
    paste_into(box)
    assert values_of(document) == (1.0, 0.5, 0.25, 0.125)


def test_what_is_no_list_in_the_clipboard_is_told_and_changes_nothing(panel: MetricPanel, document: Document) -> None:
    put_on_clipboard("hello")
    click(editor_of(panel).paste_button)
    assert panel.form.row("values").note.problem == "The clipboard has 'hello' at place 1, which is no number."
    assert values_of(document) == (1.0, 0.5)
    put_on_clipboard("0.3")
    click(editor_of(panel).paste_button)
    assert panel.form.row("values").note.problem == ""
    assert values_of(document) == (0.3,)


def test_a_pasted_table_lets_a_column_be_chosen(panel: MetricPanel, document: Document) -> None:
    put_on_clipboard(TABLE)
    box = focus_on(editor_of(panel))
    paste_into(box)
    chooser = panel.chooser
    assert chooser.isVisible()
    assert values_of(document) == (1.0, 0.5)
    assert [chooser.combo.itemText(index) for index in range(chooser.combo.count())] == ["Step", "loss", "acc"]
    assert chooser.combo.currentText() == "loss"
    choose(chooser.combo, "acc")
    assert chooser.note.text == "2 values: 0.1, 0.4. 1 empty cell left out."
    click(chooser.use_button)
    assert values_of(document) == (0.1, 0.4)
    assert document.undo_stack.undoText() == "choice of acc from the clipboard"
    assert not chooser.isVisible()
    assert focused() is box
    document.undo()
    assert values_of(document) == (1.0, 0.5)


# a file


def test_a_column_of_a_file_is_previewed_and_used(panel: MetricPanel, document: Document, tmp_path: Path) -> None:
    path = tmp_path / "loss.csv"
    rows = "".join(f"{step},{2.0**-step},{'nan' if step == 4 else step}\n" for step in range(6))
    path.write_text(f"Step,loss,broken\n{rows}")
    panel.offer_columns(path.name, read_columns(path))
    chooser = panel.chooser
    assert chooser.combo.currentText() == "loss"
    assert chooser.note.text == "6 values: 1, 0.5, 0.25, 0.125, … 0.03125."
    choose(chooser.combo, "broken")
    assert chooser.note.problem.startswith("broken has nan in line 6; torch counts nan as a bad step")
    assert not chooser.use_button.isEnabled()
    choose(chooser.combo, "loss")
    click(chooser.use_button)
    assert values_of(document) == (1.0, 0.5, 0.25, 0.125, 0.0625, 0.03125)
    assert document.undo_stack.undoText() == "choice of loss from loss.csv"


def test_a_failure_is_told_in_the_panel_until_it_is_closed(panel: MetricPanel) -> None:
    panel.tell_failure("loss.csv: is empty")
    assert panel.chooser.note.problem == "loss.csv: is empty"
    assert not panel.chooser.use_button.isVisible()
    click(panel.chooser.close_button)
    assert not panel.chooser.isVisible()


def test_the_choice_goes_with_the_document_and_with_the_values(
    panel: MetricPanel, document: Document, tmp_path: Path
) -> None:
    path = tmp_path / "loss.csv"
    path.write_text("a,b\n1,2\n3,1\n")
    panel.offer_columns(path.name, read_columns(path))
    document.open(document.recipe, None)
    assert not panel.chooser.isVisible()
    panel.offer_columns(path.name, read_columns(path))
    choose(panel.combo, "expression")
    assert not panel.chooser.isVisible()
    panel.offer_columns(path.name, read_columns(path))
    assert not panel.chooser.isVisible()


# many values


def test_values_that_scroll_are_wrapped_beside_the_bar(qtbot: QtBot, show: Show) -> None:
    window = QWidget()
    document = Document(replace(STARTING_RECIPE, scheduler=None))
    panel = RunPanel(document, window)
    QVBoxLayout(window).addWidget(panel)
    show(window)
    values = Choice("values", Options(values=tuple(1 / (1 + index * 0.05) for index in range(300))))
    plateau = replace(document.recipe, scheduler=Scheduler("ReduceLROnPlateau")).with_run(metric=values)
    document.replace(plateau, "choice of ReduceLROnPlateau")
    box = editor_of(panel.metric_panel).box
    qtbot.waitUntil(box.verticalScrollBar().isVisible)
    layout = box.document().firstBlock().layout()
    widths = [layout.lineAt(index).width() for index in range(layout.lineCount())]
    assert len(widths) > 10
    assert set(widths) == {box.viewport().width()}


def test_a_hundred_thousand_values_are_shown_edited_and_read_when_the_typing_pauses(
    panel: MetricPanel, document: Document, qtbot: QtBot
) -> None:
    values = tuple(1 / (1 + index) for index in range(MOST_VALUES - 1))
    document.replace(document.recipe.with_run(metric=Choice("values", Options(values=values))), "many")
    editor = editor_of(panel)
    assert editor.summary.text() == "99\u202f999 values, 1 … 1e-5"
    assert editor.box.height() < 8 * editor.box.fontMetrics().lineSpacing()
    box = focus_on(editor)
    QTest.keyClick(box, Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)
    with qtbot.waitSignal(editor.value_changed):
        QTest.keyClicks(box, " 7")
        assert values_of(document) == values
    assert values_of(document) == (*values, 7.0)
    with qtbot.waitSignal(editor.problem_changed):
        QTest.keyClicks(box, " 8")
    assert panel.form.row("values").note.problem == "values has 100\u202f001 values; 100\u202f000 are the most."
    QTest.keyClick(box, Qt.Key.Key_Backspace)
    QTest.keyClick(box, Qt.Key.Key_Backspace)
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert panel.form.row("values").note.problem == ""
    assert values_of(document) == (*values, 7.0)


@pytest.mark.parametrize("count", [1, 2, 999, 1000, 1001])
def test_a_list_of_any_length_is_written_as_it_reads_back(count: int) -> None:
    values = tuple(1 / (3 + index) for index in range(count))
    assert read_numbers(write_values(values)) == values
