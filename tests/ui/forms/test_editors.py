"""Editors, driven by keys, clicks and the wheel."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QComboBox, QStyle, QStyleOptionSpinBox, QWidget
from pytestqt.qtbot import QtBot

from lrgui.core.fields import Field, Kind
from lrgui.core.recipe import Value
from lrgui.ui.forms.editor_factory import make_editor
from lrgui.ui.forms.editors import Editor
from lrgui.ui.forms.editors_choice import Combo
from lrgui.ui.forms.editors_text import NumberEditor, TypedEditor
from lrgui.ui.forms.text_inputs import NumberInput
from tests.ui.forms.driving import choose, click, focus_on, focused, turn_wheel, type_into

RATE = Field("lr", Kind.LEARNING_RATE, 1e-3, minimum=0)

Show = Callable[[QWidget], None]


class Shown:
    """An editor in a window, with everything that it said."""

    def __init__(self, field: Field, value: Value, show: Show) -> None:
        self.editor: Editor = make_editor(field)
        self.values: list[Value] = []
        self.problems: list[str] = []
        self.editor.set_value(value)
        self.editor.value_changed.connect(self.values.append)
        self.editor.problem_changed.connect(self.problems.append)
        show(self.editor)

    @property
    def text(self) -> str:
        assert isinstance(self.editor, TypedEditor)
        return self.editor.text()


def test_typing_a_rate_in_scientific_form(show: Show) -> None:
    shown = Shown(RATE, 0.001, show)
    widget = type_into(shown.editor, "3e-4")
    assert shown.values[-1] == 3e-4
    QTest.keyClick(widget, Qt.Key.Key_Tab)
    assert shown.text == "3e-4"
    assert shown.editor.problem == ""


def test_nothing_is_complained_about_while_an_exponent_is_being_typed(show: Show) -> None:
    shown = Shown(RATE, 0.5, show)
    widget = focus_on(shown.editor)
    QTest.keyClicks(widget, "3e-4")
    assert shown.problems == []


def test_an_exponent_left_unfinished_is_told_when_the_field_is_left(show: Show) -> None:
    shown = Shown(RATE, 0.5, show)
    widget = focus_on(shown.editor)
    QTest.keyClicks(widget, "3e-")
    QTest.keyClick(widget, Qt.Key.Key_Return)
    assert shown.editor.problem == "lr must be a number, 0 or more."


def test_a_wrong_text_is_told_at_once_and_stays_where_it_is(show: Show) -> None:
    shown = Shown(RATE, 0.001, show)
    widget = focus_on(shown.editor)
    QTest.keyClicks(widget, "abc")
    assert shown.values == []
    assert shown.problems == ["lr must be a number, 0 or more."]
    QTest.keyClick(widget, Qt.Key.Key_Tab)
    shown.editor.set_value(0.001)
    assert shown.text == "abc"
    shown.editor.restore()
    assert (shown.text, shown.editor.problem) == ("0.001", "")


def test_another_value_replaces_a_wrong_text(show: Show) -> None:
    shown = Shown(RATE, 0.001, show)
    type_into(shown.editor, "abc")
    shown.editor.set_value(0.5)
    assert (shown.text, shown.editor.problem, shown.values) == ("0.5", "", [])


def test_a_refresh_with_the_same_value_leaves_the_text_being_typed_alone(show: Show) -> None:
    shown = Shown(Field("momentum", Kind.FLOAT, 0, minimum=0), 0.9, show)
    widget = type_into(shown.editor, "0.")
    shown.editor.set_value(0)
    assert shown.text == "0."
    QTest.keyClicks(widget, "50")
    assert shown.values[-1] == 0.5
    QTest.keyClick(widget, Qt.Key.Key_Return)
    assert shown.text == "0.5"


def test_arrow_keys_go_along_the_log_scale(show: Show) -> None:
    shown = Shown(RATE, 0.001, show)
    widget = focus_on(shown.editor)
    for code in (Qt.Key.Key_Up, Qt.Key.Key_Up, Qt.Key.Key_PageUp, Qt.Key.Key_Down):
        QTest.keyClick(widget, code)
    assert shown.values == [0.002, 0.005, 0.05, 0.02]
    assert shown.text == "0.02"


def test_the_buttons_step_too(show: Show) -> None:
    shown = Shown(RATE, 0.001, show)
    spin = shown.editor.focusProxy()
    assert isinstance(spin, NumberInput)
    option = QStyleOptionSpinBox()
    spin.initStyleOption(option)
    up = spin.style().subControlRect(QStyle.ComplexControl.CC_SpinBox, option, QStyle.SubControl.SC_SpinBoxUp, spin)
    QTest.mouseClick(spin, Qt.MouseButton.LeftButton, pos=up.center())
    assert shown.values == [0.002]


def test_the_wheel_steps_only_with_the_focus(show: Show) -> None:
    shown = Shown(RATE, 0.001, show)
    spin = focus_on(shown.editor)
    spin.clearFocus()
    turn_wheel(spin, 1)
    assert shown.values == []
    focus_on(shown.editor)
    turn_wheel(spin, 1)
    assert shown.values == [0.002]


def test_stepping_from_a_wrong_text_starts_at_the_last_good_value(show: Show) -> None:
    shown = Shown(RATE, 0.001, show)
    widget = type_into(shown.editor, "x")
    QTest.keyClick(widget, Qt.Key.Key_Up)
    assert (shown.text, shown.editor.problem) == ("0.002", "")


def test_a_count_keeps_all_digits(show: Show) -> None:
    shown = Shown(Field("seed", Kind.INTEGER, 0, minimum=0), 0, show)
    type_into(shown.editor, "9007199254740993")
    assert shown.values[-1] == 9007199254740993


def test_clearing_an_optional_number_gives_none(show: Show) -> None:
    field = Field("max_eval", Kind.INTEGER, None, minimum=1, optional=True)
    shown = Shown(field, 20, show)
    widget = focus_on(shown.editor)
    QTest.keyClick(widget, Qt.Key.Key_Backspace)
    assert shown.values == [None]
    QTest.keyClicks(widget, "7")
    assert shown.values == [None, 7]


def test_a_list_is_typed_with_commas(show: Show) -> None:
    shown = Shown(Field("milestones", Kind.INTEGERS, minimum=0), (30,), show)
    widget = type_into(shown.editor, "30,60 , 90")
    assert shown.values[-1] == (30, 60, 90)
    QTest.keyClick(widget, Qt.Key.Key_Return)
    assert shown.text == "30, 60, 90"


def test_a_pair_has_a_field_for_each_number(show: Show) -> None:
    field = Field("betas", Kind.FLOATS, (0.9, 0.999), minimum=0, maximum=1, open_maximum=True, length=2)
    shown = Shown(field, (0.9, 0.999), show)
    first = focus_on(shown.editor)
    QTest.keyClicks(first, "0")
    assert shown.values == [(0.0, 0.999)]
    assert isinstance(shown.values[0], tuple)
    assert isinstance(shown.values[0][0], float)
    QTest.keyClick(first, Qt.Key.Key_Tab)
    QTest.keyClicks(focused(), "1")
    assert shown.values == [(0.0, 0.999)]
    assert shown.editor.problem == "betas[1] must be a number from 0 to below 1."


def test_an_item_of_a_pair_may_be_empty_where_torch_allows_it(show: Show) -> None:
    field = Field("eps", Kind.FLOATS, (None, 1e-3), minimum=0, length=2, optional_items=True)
    shown = Shown(field, (1e-30, 1e-3), show)
    QTest.keyClick(focus_on(shown.editor), Qt.Key.Key_Backspace)
    assert shown.values == [(None, 1e-3)]


def test_a_yes_or_no_is_clicked(show: Show) -> None:
    shown = Shown(Field("nesterov", Kind.BOOLEAN, False), False, show)
    box = shown.editor.focusProxy()
    assert isinstance(box, QCheckBox)
    click(box)
    shown.editor.set_value(False)
    assert shown.values == [True]
    assert not box.isChecked()


def test_an_optional_yes_or_no_can_be_left_to_torch(show: Show) -> None:
    shown = Shown(Field("fused", Kind.BOOLEAN, None, optional=True), None, show)
    combo = shown.editor.focusProxy()
    assert isinstance(combo, QComboBox)
    assert combo.currentText() == "torch decides"
    choose(combo, "no")
    assert shown.values[-1] is False
    choose(combo, "torch decides")
    assert shown.values[-1] is None


def test_the_wheel_passes_a_combo_without_the_focus(show: Show) -> None:
    shown = Shown(Field("mode", Kind.CHOICE, "min", choices=("min", "max")), "min", show)
    combo = shown.editor.focusProxy()
    assert isinstance(combo, QComboBox)
    combo.clearFocus()
    turn_wheel(combo, -1)
    assert shown.values == []
    assert combo.currentText() == "min"


def test_a_value_that_is_not_offered_is_shown_as_it_is(show: Show) -> None:
    shown = Shown(Field("mode", Kind.CHOICE, "min", choices=("min", "max")), "avg", show)
    combo = shown.editor.focusProxy()
    assert isinstance(combo, QComboBox)
    assert combo.currentText() == "avg"
    choose(combo, "max")
    assert shown.values[-1] == "max"


@pytest.mark.parametrize("value", [0.1, (0.1, 0.2)])
def test_one_value_or_one_per_group(show: Show, value: Value) -> None:
    field = Field("max_lr", Kind.LEARNING_RATE, minimum=0, per_group=True)
    shown = Shown(field, value, show)
    shown.editor.group_names = ("weights", "biases")
    type_into(shown.editor, "0.3, 0.4, 0.5")
    assert shown.editor.problem == "max_lr has 3 values for 2 groups."
    type_into(shown.editor, "0.3, 0.4")
    assert shown.values[-1] == (0.3, 0.4)
    assert isinstance(shown.editor, NumberEditor)


@pytest.mark.parametrize(("typed", "good"), [("0.25x", "0.25"), ("-1", "0.5"), ("1e-", "1")])
def test_escape_brings_the_last_good_value_back(show: Show, typed: str, good: str) -> None:
    shown = Shown(RATE, 0.5, show)
    widget = type_into(shown.editor, typed)
    QTest.keyClick(widget, Qt.Key.Key_Escape)
    assert shown.text == good
    assert shown.editor.problem == ""
    QTest.keyClicks(widget, "2")
    assert shown.values[-1] == 2


@pytest.mark.parametrize(("text", "fits"), [("weights", True), ("encoder.layers.0.attention.weight", False)])
def test_a_choice_that_is_too_long_is_cut_short_with_dots(qtbot: QtBot, text: str, fits: bool) -> None:
    pictures = []
    for combo in (Combo(), QComboBox()):
        qtbot.addWidget(combo)
        combo.addItem(text)
        combo.resize(120, 26)
        pictures.append(combo.grab().toImage())
    # Qt's own cuts a letter in two.
    assert (pictures[0] == pictures[1]) is fits
