from __future__ import annotations

import math
from typing import Any

import pytest

from lrgui.core.fields import Field, Kind, When
from lrgui.core.recipe import Value

RATE = Field("lr", Kind.LEARNING_RATE, 0.1, minimum=0)
BETAS = Field("betas", Kind.FLOATS, (0.9, 0.999), minimum=0, maximum=1, open_maximum=True, length=2)
COUNT = Field("T_max", Kind.INTEGER, minimum=1)
FLAG = Field("foreach", Kind.BOOLEAN, None, optional=True)
MODE = Field("mode", Kind.CHOICE, "min", choices=("min", "max"))
LAMBDA = Field("lr_lambda", Kind.EXPRESSION, variables=("epoch",), per_group=True)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        (RATE, 0),
        (RATE, 1e-300),
        (BETAS, (0.0, 0.5)),
        (COUNT, 1),
        (COUNT, 2**63 - 1),
        (FLAG, None),
        (FLAG, False),
        (MODE, "max"),
        (LAMBDA, "0.9**epoch"),
        (LAMBDA, ("1", "2")),
        (Field("eps", Kind.FLOATS, length=2, optional_items=True), (None, 1.0)),
    ],
)
def test_right_values_have_no_complaint(field: Field, value: Value) -> None:
    assert field.check(value, 2) is None


@pytest.mark.parametrize(
    ("field", "value", "complaint"),
    [
        (RATE, -1, "must be a number, 0 or more"),
        (RATE, True, "must be a number, 0 or more"),
        (RATE, "0.1", "must be a number, 0 or more"),
        (RATE, None, "must be a number, 0 or more, not empty"),
        (RATE, math.inf, "must be a number, 0 or more, and finite"),
        (RATE, math.nan, "must be a number, 0 or more, and finite"),
        (RATE, 10**400, "must be a number, 0 or more, and below 2**63"),
        (BETAS, (0.9, 1), "must be a list of 2 numbers from 0 to below 1"),
        (BETAS, (0.9,), "must be a list of 2 numbers from 0 to below 1"),
        (COUNT, 1.0, "must be a whole number, 1 or more"),
        (COUNT, 2**63, "must be a whole number, 1 or more, and below 2**63"),
        (FLAG, 1, "must be true or false"),
        (MODE, "mean", "must be one of min, max"),
        (MODE, {"a": 1}, "must be one of min, max"),
        (Field("f", Kind.FLOAT, minimum=0, maximum=1), 2, "must be a number from 0 up to 1"),
        (Field("f", Kind.FLOAT, minimum=0, maximum=1, open_minimum=True), 0, "must be a number above 0 and up to 1"),
        (LAMBDA, ("1",), "has 1 value for 2 groups"),
        (LAMBDA, ("1", "epoch.x"), "is not understood: there is nothing to reach with a dot"),
        (Field("v", Kind.FLOATS, minimum_length=1), (), "must be a list of numbers, at least 1 of them"),
        (Field("v", Kind.INTEGERS, maximum_length=2), (1, 2, 3), "must be a list of at most 2 whole numbers"),
    ],
)
def test_wrong_values_are_told_in_words(field: Field, value: Any, complaint: str) -> None:
    assert field.check(value, 2) == complaint


def test_a_field_is_relevant_when_every_condition_holds() -> None:
    field = Field("x", Kind.FLOAT, 0, relevant_when=(When("a", is_in=(1, 2)), When("b", is_not=(None,))))
    assert field.is_relevant({"a": 1, "b": 0})
    assert not field.is_relevant({"a": 3, "b": 0})
    assert not field.is_relevant({"a": 1, "b": None})
    assert not field.is_relevant({})


LENGTH = Field("T_max", Kind.INTEGER, minimum=1, below="torch divides by 0", fraction="it ends between two steps")
SHARE = Field("alpha", Kind.FLOAT, minimum=0, maximum=1, open_maximum=True, above="it never forgets")


@pytest.mark.parametrize(
    ("field", "value", "doubt"),
    [
        (LENGTH, 0, "is below 1: torch divides by 0"),
        (LENGTH, -2.5, "is below 1: torch divides by 0"),
        (LENGTH, 2.5, "is no whole number: it ends between two steps"),
        (LENGTH, 3.0, None),
        (SHARE, 1, "is not below 1: it never forgets"),
        (SHARE, 0.5, None),
        (
            Field("f", Kind.FLOATS, minimum=0, open_minimum=True, below="it is zero"),
            (1, 0.0),
            "is not above 0: it is zero",
        ),
        (RATE, 0.1, None),
    ],
)
def test_a_usable_value_beyond_the_bounds_is_told_what_comes_of_it(field: Field, value: Any, doubt: str | None) -> None:
    assert field.check(value) is None
    assert field.doubt(value) == doubt


def test_a_complaint_names_only_what_is_really_refused() -> None:
    assert LENGTH.check("long") == "must be a number"
    assert LENGTH.describe() == "a whole number, 1 or more"
    assert SHARE.check(-0.5) == "must be a number, 0 or more"


def test_a_value_whose_bounds_nobody_looks_at_must_still_be_of_its_kind() -> None:
    assert RATE.check_unbounded(-1) is None
    assert RATE.check_unbounded("fast") == "must be a number, 0 or more"
    assert BETAS.check_unbounded((2.0, 3.0)) is None
    assert BETAS.check_unbounded((2.0,)) == "must be a list of 2 numbers from 0 to below 1"


@pytest.mark.parametrize(
    ("odd", "complaint"),
    [
        (True, "must be a list of numbers"),
        (None, "must be a list of numbers"),
        ("1", "must be a list of numbers"),
        (float("nan"), "finite"),
        (float("-inf"), "finite"),
        (2**63, "below 2**63"),
        (-(10**400), "below 2**63"),
        (-0.5, "0 or more"),
    ],
)
def test_one_wrong_number_in_a_long_list_is_found(odd: Any, complaint: str) -> None:
    field = Field("values", Kind.FLOATS, minimum=0)
    long: tuple[Any, ...] = tuple(index / 2 for index in range(1000))
    mixed: tuple[Any, ...] = (*range(500), *long)
    for usual in (long, mixed):
        assert field.check(usual) is None
        assert complaint in str(field.check((*usual, odd, *usual)))
    whole = Field("steps", Kind.INTEGERS, below="it never comes", minimum=1, fraction="it is never met")
    assert whole.doubt(tuple(range(1, 900))) is None
    assert whole.doubt((*range(1, 900), 2.5, 3)) == "is no whole number: it is never met"
    assert whole.doubt((*range(1, 900), 0, 3)) == "is below 1: it never comes"
