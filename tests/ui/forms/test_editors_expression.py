"""The editor of expressions: typing, completion, one per group, and the menu of what can be written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QGuiApplication, QTextCharFormat
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QWidget

from lrgui.core.catalog import METRICS, SCHEDULERS
from lrgui.core.expression import ARGUMENT_COUNTS, CONSTANTS, Expression
from lrgui.core.fields import Field, Kind
from lrgui.core.recipe import Options, Recipe, Scheduler, Value
from lrgui.ui.document import Document
from lrgui.ui.forms.choice_panel import ChoicePanel
from lrgui.ui.forms.editor_factory import make_editor
from lrgui.ui.forms.editors_expression import ExpressionEditor
from lrgui.ui.forms.expression_input import ExpressionInput
from lrgui.ui.forms.expression_words import ready_expressions, words_of
from tests.ui.forms.driving import click, focus_on, type_into

Show = Callable[[QWidget], None]

FORMULA = Field("lr_lambda", Kind.EXPRESSION, variables=("epoch",), per_group=True)
LONG = "(epoch + 1) / 100 if epoch < 100 else 0.5 * (1 + cos(pi * min(1, (epoch - 100) / 900)))"


class Shown:
    """An expression editor in a window, with everything that it said."""

    def __init__(self, show: Show, value: Value = "0.9**epoch", field: Field = FORMULA) -> None:
        editor = make_editor(field)
        assert isinstance(editor, ExpressionEditor)
        self.editor = editor
        self.values: list[Value] = []
        self.acts: list[tuple[Value, str]] = []
        editor.group_names = ("weights", "biases")
        editor.set_value(value)
        editor.value_changed.connect(self.values.append)
        editor.acted.connect(self._on_acted)
        show(editor)

    def _on_acted(self, value: Value, text: str) -> None:
        self.acts.append((value, text))

    def box(self, index: int = 0) -> ExpressionInput:
        return self.editor.boxes[index]

    def start(self, text: str = "", index: int = 0) -> ExpressionInput:
        """Empty a box and type into it."""
        box = focus_on(self.box(index))
        assert isinstance(box, ExpressionInput)
        QTest.keyClick(box, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        QTest.keyClick(box, Qt.Key.Key_Backspace)
        QTest.keyClicks(box, text)
        return box


def offered(box: ExpressionInput) -> list[str]:
    return [word.name for word in box.completions.words]


def waves(box: ExpressionInput) -> list[tuple[int, int]]:
    """Return where the text is underlined in waves: first and last column of each."""
    wave = QTextCharFormat.UnderlineStyle.WaveUnderline
    marked = [one for one in box.extraSelections() if one.format.underlineStyle() == wave]
    return [(one.cursor.selectionStart(), one.cursor.selectionEnd()) for one in marked]


class FormulaPanel(ChoicePanel):
    """The options of the document's scheduler."""

    def __init__(self, document: Document) -> None:
        super().__init__(document, "scheduler", "scheduler", SCHEDULERS)
        self.refresh(document.recipe)

    def chosen(self, recipe: Recipe) -> Scheduler | None:
        return recipe.scheduler

    def with_options(self, recipe: Recipe, options: Options) -> Recipe:
        assert recipe.scheduler is not None
        return replace(recipe, scheduler=replace(recipe.scheduler, options=options))


def panel_of(document: Document, show: Show, lr_lambda: Value) -> tuple[FormulaPanel, ExpressionEditor]:
    document.open(replace(document.recipe, scheduler=Scheduler("LambdaLR", Options(lr_lambda=lr_lambda))), None)
    panel = FormulaPanel(document)
    show(panel)
    editor = panel.form.row("lr_lambda").editor
    assert isinstance(editor, ExpressionEditor)
    return panel, editor


def formula_of(document: Document) -> Value:
    assert document.recipe.scheduler is not None
    return document.recipe.scheduler.options["lr_lambda"]


# typing


def test_each_key_counts_at_once(show: Show) -> None:
    shown = Shown(show)
    type_into(shown.editor, "0.5**epoch")
    assert shown.values[-1] == "0.5**epoch"
    assert shown.editor.problem == ""


def test_an_error_is_told_in_words_and_underlined_at_its_column(show: Show) -> None:
    shown = Shown(show)
    widget = type_into(shown.editor, "2 * speed")
    told = "lr_lambda is not understood: there is no name 'speed'; there are epoch, pi, e (character 5)."
    assert shown.editor.problem == told
    assert waves(shown.box()) == [(4, 5)]
    QTest.keyClick(widget, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(widget, "0.5")
    assert shown.values[-1] == "0.5"
    assert shown.editor.problem == ""
    assert waves(shown.box()) == []


@pytest.mark.parametrize("begun", ["2 * ep", "2 *", "sin(epoch", "max(1, "])
def test_nothing_is_complained_about_while_the_text_goes_on_until_the_box_is_left(show: Show, begun: str) -> None:
    shown = Shown(show)
    box = shown.start(begun)
    assert shown.editor.problem == ""
    QTest.keyClick(box, Qt.Key.Key_Escape)
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert "is not understood" in shown.editor.problem
    assert waves(box)


def test_return_and_a_pasted_line_break_make_no_new_line(show: Show) -> None:
    shown = Shown(show)
    box = shown.start("1 +")
    QTest.keyClick(box, Qt.Key.Key_Return)
    data = QMimeData()
    data.setText(" epoch\n * 2")
    QGuiApplication.clipboard().setMimeData(data)
    QTest.keyClick(box, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert shown.editor.text() == "1 + epoch  * 2"
    assert shown.values[-1] == "1 + epoch  * 2"


def test_a_wrong_text_stays_until_another_value_comes(show: Show) -> None:
    shown = Shown(show)
    type_into(shown.editor, "2 ^ 2")
    shown.editor.set_value("2")
    assert shown.editor.text() == "2 ^ 2"
    shown.editor.set_value("1")
    assert (shown.editor.text(), shown.editor.problem) == ("1", "")


def test_an_optional_expression_may_be_empty(show: Show) -> None:
    shown = Shown(show, "1/x", Field("scale_fn", Kind.EXPRESSION, None, optional=True, variables=("x",)))
    shown.start()
    assert shown.values[-1] is None
    assert shown.editor.problem == ""


def test_a_long_expression_is_seen_whole_and_a_short_one_is_as_high_as_a_line_edit(show: Show) -> None:
    shown = Shown(show, "1")
    line = QLineEdit()
    line.setFont(shown.box().font())
    assert shown.box().height() == line.sizeHint().height()
    shown.editor.set_value(LONG)
    box = shown.box()
    assert box.verticalScrollBar().maximum() == 0
    assert box.blockBoundingRect(box.document().firstBlock()).height() <= box.viewport().height()
    assert box.height() > 2 * box.fontMetrics().lineSpacing()
    shown.editor.set_value("1")
    assert box.height() == line.sizeHint().height()


def test_two_thousand_characters_scroll(show: Show) -> None:
    shown = Shown(show, "1" + "+1" * 100)
    box = shown.start("0")
    box.set_text("max(" + "1," * 900 + "1)")
    assert box.verticalScrollBar().maximum() > 0
    assert box.height() < 10 * box.fontMetrics().lineSpacing()


# completion


def test_a_name_is_completed_with_tab_and_the_cursor_is_left_between_the_brackets(show: Show) -> None:
    shown = Shown(show)
    box = shown.start("0.5*co")
    assert offered(box) == ["cos"]
    QTest.keyClick(box, Qt.Key.Key_Tab)
    assert box.hasFocus()
    assert offered(box) == []
    QTest.keyClicks(box, "pi)")
    assert shown.editor.text() == "0.5*cos(pi)"
    assert shown.values[-1] == "0.5*cos(pi)"


def test_arrow_keys_choose_and_return_takes(show: Show) -> None:
    box = Shown(show).start("e")
    assert offered(box) == ["epoch", "e", "exp"]
    QTest.keyClick(box, Qt.Key.Key_Down)
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert box.text() == "epoch"
    box = Shown(show).start("s")
    QTest.keyClick(box, Qt.Key.Key_Down)
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert box.text() == "sqrt()"


def test_typing_on_is_never_taken_over(show: Show) -> None:
    shown = Shown(show)
    box = shown.start("e * exp(-0.01*epoch) + pi")
    assert box.text() == "e * exp(-0.01*epoch) + pi"
    assert shown.values[-1] == "e * exp(-0.01*epoch) + pi"
    assert offered(box) == []


def test_the_exponent_of_a_number_is_no_name(show: Show) -> None:
    box = Shown(show).start("1e")
    assert offered(box) == []


def test_escape_closes_the_list_and_keys_go_on_as_ever(show: Show) -> None:
    shown = Shown(show)
    box = shown.start("si")
    QTest.keyClick(box, Qt.Key.Key_Escape)
    assert offered(box) == []
    QTest.keyClick(box, Qt.Key.Key_Backspace)
    QTest.keyClick(box, Qt.Key.Key_Backspace)
    QTest.keyClicks(box, "1")
    QTest.keyClick(box, Qt.Key.Key_Tab)
    assert (box.text(), shown.values[-1]) == ("1", "1")


def test_control_and_space_offer_everything(show: Show) -> None:
    box = Shown(show).start("2*")
    QTest.keyClick(box, Qt.Key.Key_Space, Qt.KeyboardModifier.ControlModifier)
    assert set(offered(box)) == {"epoch", *CONSTANTS, *ARGUMENT_COUNTS}
    QTest.keyClick(box, Qt.Key.Key_Up)
    QTest.keyClick(box, Qt.Key.Key_Tab)
    assert box.text() == "2*abs()"


def test_a_click_takes_a_name_and_leaves_the_focus(show: Show) -> None:
    box = Shown(show).start("sq")
    place = box.completions.visualRect(box.completions.model().index(0, 0)).center()
    QTest.mouseClick(box.completions.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert box.text() == "sqrt()"
    assert box.hasFocus()


def test_brackets_that_are_there_are_not_doubled(show: Show) -> None:
    box = Shown(show).start("(epoch)")
    QTest.keyClick(box, Qt.Key.Key_Home)
    QTest.keyClicks(box, "sq")
    QTest.keyClick(box, Qt.Key.Key_Tab)
    assert box.text() == "sqrt(epoch)"


def test_the_list_goes_with_the_focus(show: Show) -> None:
    shown = Shown(show)
    box = shown.start("s")
    box.clearFocus()
    assert offered(box) == []


# one per group


def test_switching_to_one_per_group_copies_the_text_and_one_undo_brings_each_state_back(
    document: Document, show: Show
) -> None:
    _, editor = panel_of(document, show, "0.9**epoch")
    type_into(editor, "0.8**epoch")
    click(editor.switch)
    assert formula_of(document) == ("0.8**epoch", "0.8**epoch")
    assert document.undo_stack.undoText() == "change of lr_lambda to one per group"
    second = editor.boxes[1]
    second.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClicks(second, "1")
    assert formula_of(document) == ("0.8**epoch", "1")
    click(editor.switch)
    assert formula_of(document) == "0.8**epoch"
    assert document.undo_stack.undoText() == "change of lr_lambda to one for all groups"
    document.undo()
    assert formula_of(document) == ("0.8**epoch", "1")
    assert [box.text() for box in editor.boxes] == ["0.8**epoch", "1"]
    assert editor.switch.isChecked()
    document.undo()
    document.undo()
    assert formula_of(document) == "0.8**epoch"
    assert [box.text() for box in editor.boxes] == ["0.8**epoch"]


def test_each_line_has_the_name_of_its_group_and_its_own_error(show: Show) -> None:
    shown = Shown(show, ("1", "2"))
    assert [box.accessibleName() for box in shown.editor.boxes] == ["lr_lambda of weights", "lr_lambda of biases"]
    shown.start("2 & 3", index=1)
    assert shown.editor.problem.startswith("lr_lambda of biases is not understood: this operator")
    assert waves(shown.box(0)) == []
    assert waves(shown.box(1)) == [(2, 3)]
    shown.start("4 $", index=0)
    assert shown.editor.problem.startswith("lr_lambda of weights")
    assert (waves(shown.box(0)), waves(shown.box(1))) == ([(2, 3)], [(2, 3)])
    assert shown.values == []


def test_a_long_name_is_cut_in_the_middle_and_told_in_full(show: Show) -> None:
    shown = Shown(show, ("1", "2"))
    name = "encoder.layers.11.attention.self.query.weight"
    shown.editor.group_names = (name, "biases")
    shown.editor.set_value(("1", "2"))
    label = next(line.name for line in shown.editor._lines)
    assert label.toolTip() == name
    assert label.text() != name
    assert "…" in label.text()


def test_a_group_that_comes_has_an_empty_line_and_one_that_goes_leaves_a_line_to_remove(
    document: Document, show: Show
) -> None:
    panel, editor = panel_of(document, show, ("1", "2"))
    row = panel.form.row("lr_lambda")
    groups = document.recipe.groups
    document.replace(replace(document.recipe, groups=groups[:1]), "the biases are the rest")
    assert [box.accessibleName() for box in editor.boxes] == ["lr_lambda of weights", "lr_lambda of rest"]
    document.replace(replace(document.recipe, groups=(replace(groups[0], match=("*",)),)), "one group")
    assert row.note.problem == "lr_lambda has 2 values for 1 group."
    click(editor._lines[1].spare_button)
    assert formula_of(document) == ("1",)
    assert row.note.problem == ""
    document.replace(replace(document.recipe, groups=groups), "two again")
    assert [box.text() for box in editor.boxes] == ["1", ""]
    assert row.note.problem == "lr_lambda has 1 value for 2 groups."
    focus_on(editor.boxes[1])
    QTest.keyClicks(editor.boxes[1], "3")
    assert formula_of(document) == ("1", "3")


def test_the_switch_is_offered_only_where_it_has_a_meaning(show: Show) -> None:
    shown = Shown(show)
    assert shown.editor.switch.isVisibleTo(shown.editor.heading)
    shown.editor.group_names = ("all",)
    shown.editor.set_value("1")
    assert not shown.editor.switch.isVisibleTo(shown.editor.heading)


def test_tab_goes_from_the_name_to_the_boxes_in_order(document: Document, show: Show) -> None:
    panel, editor = panel_of(document, show, ("1", "2"))
    order = [editor.switch, editor.menu_button, *editor.boxes]
    order[0].setFocus(Qt.FocusReason.TabFocusReason)
    for before, after in pairwise(order):
        assert before.hasFocus()
        QTest.keyClick(before, Qt.Key.Key_Tab)
        assert after.hasFocus()
    panel.setFocus()


# the menu


def choose_from_menu(editor: ExpressionEditor, text: str) -> None:
    editor.menu.fill()
    action = next(action for action in editor.menu.actions() if action.text().split("\t")[0] == text)
    editor.menu.popup(editor.menu_button.mapToGlobal(editor.menu_button.rect().bottomLeft()))
    editor.menu.setActiveAction(action)
    QTest.keyClick(editor.menu, Qt.Key.Key_Return)


def test_the_button_opens_the_menu_with_all_there_is(show: Show) -> None:
    shown = Shown(show)
    show(shown.editor.heading)
    click(shown.editor.menu_button)
    assert shown.editor.menu.isVisible()
    texts = {action.text().split("\t")[0].split("(")[0] for action in shown.editor.menu.actions()}
    assert texts >= {"epoch", *CONSTANTS, *ARGUMENT_COUNTS}
    shown.editor.menu.close()


def test_a_function_from_the_menu_goes_to_the_cursor(show: Show) -> None:
    shown = Shown(show)
    shown.start("2 * ")
    choose_from_menu(shown.editor, "exp(x)")
    box = shown.box()
    assert box.hasFocus()
    QTest.keyClicks(box, "-epoch")
    assert shown.values[-1] == "2 * exp(-epoch)"


def test_a_ready_expression_replaces_the_line_or_joins_it_where_that_makes_sense(
    document: Document, show: Show
) -> None:
    _, editor = panel_of(document, show, "0.9**epoch")
    choose_from_menu(editor, "Half cosine")
    cosine = "0.5 * (1 + cos(pi * min(1, epoch / 1000)))"
    assert formula_of(document) == cosine
    assert document.undo_stack.undoText() == "choice of half cosine for lr_lambda"
    document.undo()
    assert formula_of(document) == "0.9**epoch"
    type_into(editor, "3 * ")
    choose_from_menu(editor, "Half cosine")
    assert formula_of(document) == f"3 * ({cosine})"


@pytest.mark.parametrize("entry", [*SCHEDULERS.values(), *METRICS.values()], ids=lambda entry: entry.class_name)
def test_ready_expressions_have_a_value_at_every_step(entry: object) -> None:
    for field in entry.fields:  # type: ignore[attr-defined]
        ready = ready_expressions(field)
        assert bool(ready) == (field.kind is Kind.EXPRESSION)
        for one in ready:
            values = [Expression(one.text, field.variables)(step) for step in range(2000)]
            assert all(value >= -1e-12 for value in values), one.title


def test_warm_up_and_half_cosine_are_what_they_are_called() -> None:
    field = SCHEDULERS["LambdaLR"].field("lr_lambda")
    assert field is not None
    by_title = {one.title: Expression(one.text, ("epoch",)) for one in ready_expressions(field)}
    warm_up = by_title["Warm-up, half cosine"]
    assert [warm_up(0), warm_up(49), warm_up(99), warm_up(100)] == [0.01, 0.5, 1.0, 1.0]
    assert warm_up(550) == pytest.approx(0.5)
    assert warm_up(5000) == 0.0
    noam = by_title["Warm-up, inverse square root"]
    assert [noam(0), noam(99), noam(399)] == [0.01, 1.0, 0.5]


def test_every_function_and_constant_has_its_words() -> None:
    words = {word.name: word for word in words_of(FORMULA)}
    assert set(words) == {"epoch", *CONSTANTS, *ARGUMENT_COUNTS}
    for name, (fewest, _) in ARGUMENT_COUNTS.items():
        assert words[name].call.startswith(f"{name}(")
        assert words[name].call.count(",") >= fewest - 1
