"""Values that torch takes though they are hardly meant: they can be typed, and the consequence stands beside them."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from lrgui.core.catalog import SCHEDULERS
from lrgui.core.fields import Field
from lrgui.core.recipe import Choice, Options, Recipe, Run, Scheduler
from lrgui.ui.document import Document
from lrgui.ui.forms.form import OptionsForm
from lrgui.ui.forms.stepping import step_value
from lrgui.ui.forms.value_text import UnreadableError, read_value


def field(class_name: str, name: str) -> Field:
    found = SCHEDULERS[class_name].field(name)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("class_name", "name", "text", "value"),
    [
        ("CosineAnnealingLR", "T_max", "312.5", 312.5),
        ("CosineAnnealingLR", "T_max", "1250/4", 312.5),
        ("CosineAnnealingLR", "T_max", "1e3", 1000),
        ("CosineAnnealingLR", "T_max", "-20", -20),
        ("MultiStepLR", "milestones", "30, 60.5, 90", (30, 60.5, 90)),
        ("ExponentialLR", "gamma", "-0.5", -0.5),
    ],
)
def test_whatever_torch_takes_can_be_typed(class_name: str, name: str, text: str, value: object) -> None:
    read = read_value(field(class_name, name), text)
    assert read == value
    assert repr(read) == repr(value)


@pytest.mark.parametrize(
    ("class_name", "name"), [("CosineAnnealingWarmRestarts", "T_0"), ("OneCycleLR", "total_steps")]
)
def test_a_fraction_that_torch_refuses_is_refused(class_name: str, name: str) -> None:
    with pytest.raises(UnreadableError):
        read_value(field(class_name, name), "2.5")


def test_the_arrow_keys_stop_where_sense_ends_and_move_what_was_typed_beyond() -> None:
    length = field("CosineAnnealingLR", "T_max")
    assert step_value(length, 1, -1) == 1
    assert step_value(length, -3, -1) == -4
    assert step_value(length, 312.5, 1) == 322


def test_a_doubtful_value_is_warned_about_beside_its_field_and_does_not_stop_the_run(
    document: Document, qtbot: QtBot
) -> None:
    scheduler = Scheduler("CosineAnnealingLR", Options(T_max=0))
    document.replace(Recipe(optimizer=Choice("SGD"), scheduler=scheduler, run=Run(steps=50)), "a division by zero")
    assert document.buildable
    form = OptionsForm("scheduler.options")
    qtbot.addWidget(form)
    form.set_entry(SCHEDULERS["CosineAnnealingLR"])
    form.show_options(scheduler.options, document.problems_for("scheduler.options"))
    assert "ZeroDivisionError at the scheduler's step 1" in form.row("T_max").problem()
