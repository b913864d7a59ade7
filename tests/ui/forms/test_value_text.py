"""Values as people type them, and back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lrgui.core.fields import Field, Kind
from lrgui.core.recipe import Value
from lrgui.ui.forms.value_text import UnreadableError, is_unfinished, read_value, write_value

RATE = Field("lr", Kind.LEARNING_RATE, 1e-3, minimum=0)
COUNT = Field("steps", Kind.INTEGER, 5, minimum=1)
MILESTONES = Field("milestones", Kind.INTEGERS, minimum=0)
LIMIT = Field("max_lr", Kind.LEARNING_RATE, minimum=0, per_group=True)
FORMULA = Field("lr_lambda", Kind.EXPRESSION, variables=("epoch",), per_group=True)
OPTIONAL = Field("max_eval", Kind.INTEGER, None, optional=True)


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        (RATE, "3e-4", 0.0003),
        (RATE, " .5 ", 0.5),
        (RATE, "1/3", 1 / 3),
        (RATE, "1", 1.0),
        (COUNT, "1e6", 1_000_000),
        (COUNT, "82 000", 82_000),
        (COUNT, "100\u202f000", 100_000),
        (COUNT, "9007199254740993", 9007199254740993),
        (MILESTONES, "30, 60,90", (30, 60, 90)),
        (MILESTONES, "30,", (30,)),
        (MILESTONES, "", ()),
        (LIMIT, "0.1", 0.1),
        (LIMIT, "0.1, 3e-2", (0.1, 0.03)),
        (LIMIT, "0.1,", (0.1,)),
        (FORMULA, "0.9**epoch", "0.9**epoch"),
        (OPTIONAL, "", None),
    ],
)
def test_reads_what_people_write(field: Field, text: str, value: Value) -> None:
    read = read_value(field, text)
    assert read == value
    assert type(read) is type(value)


@pytest.mark.parametrize(
    ("field", "text", "complaint"),
    [
        (RATE, "abc", "must be a number, 0 or more"),
        (RATE, "-1", "must be a number, 0 or more"),
        (RATE, "1e999", "must be a number, 0 or more, and finite"),
        (RATE, "1/0", "must be a number, 0 or more"),
        (RATE, "", "must be a number, 0 or more, not empty"),
        (COUNT, "2.5", "must be a whole number, 1 or more"),
        (COUNT, "1e999999999", "must be a whole number, 1 or more"),
        (COUNT, "9" * 6000, "must be a whole number, 1 or more"),
        (MILESTONES, "30; 60", "must be a list of whole numbers, 0 or more"),
    ],
)
def test_says_what_it_cannot_use(field: Field, text: str, complaint: str) -> None:
    with pytest.raises(UnreadableError) as caught:
        read_value(field, text)
    assert str(caught.value) == complaint


def test_a_list_must_have_one_value_per_group() -> None:
    with pytest.raises(UnreadableError, match="has 3 values for 2 groups"):
        read_value(LIMIT, "1, 2, 3", group_count=2)


@pytest.mark.parametrize("text", ["3e", "3e-", "-", "1/", "0.1, 2e", "0.1,"])
def test_a_number_that_the_next_key_completes_is_unfinished(text: str) -> None:
    assert is_unfinished(LIMIT, text)


@pytest.mark.parametrize("text", ["", "abc", "-1", "3e-4x", "x, 2e"])
def test_what_no_key_completes_is_not(text: str) -> None:
    assert not is_unfinished(RATE, text)


def test_expressions_of_groups_are_written_in_one_line() -> None:
    assert write_value(FORMULA, ("0.9**epoch", "min(1, epoch)")) == "0.9**epoch; min(1, epoch)"


def test_long_decimals_that_are_quotients_are_written_as_such() -> None:
    assert write_value(RATE, 1 / 3) == "1/3"
    assert write_value(RATE, 0.0003) == "3e-4"
    assert write_value(RATE, 0.123456789012345) == "0.123456789012345"


@given(st.floats(min_value=0, allow_infinity=False, allow_nan=False))
def test_every_number_reads_back_as_the_same_double(number: float) -> None:
    assert read_value(RATE, write_value(RATE, number)) == number


@given(st.lists(st.floats(min_value=0, allow_infinity=False, allow_nan=False), min_size=1).map(tuple))
def test_every_list_reads_back(numbers: tuple[float, ...]) -> None:
    assert read_value(LIMIT, write_value(LIMIT, numbers)) == numbers
