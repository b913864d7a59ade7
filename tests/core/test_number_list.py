"""Lists of numbers as people and programs write them."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lrgui.core.number_list import NumberListError, read_numbers, read_pasted

FINITE = st.floats(allow_nan=False, allow_infinity=False)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("1, 0.9, 0.9", (1.0, 0.9, 0.9)),
        ("1,0.9;0.9\t3e-4\n 5 ", (1.0, 0.9, 0.9, 3e-4, 5.0)),
        ("1/3, 2", (1 / 3, 2.0)),
        ("1\u202f000 \u22122", (1000.0, -2.0)),
        ("0.5,", (0.5,)),
        ("", ()),
    ],
)
def test_a_typed_list_may_be_set_apart_by_anything_usual(text: str, values: tuple[float, ...]) -> None:
    assert read_numbers(text) == values


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("0.93\n0.91\n0.90\n", (0.93, 0.91, 0.90)),
        ("0.93\r\n0.91\r\n", (0.93, 0.91)),
        ("0.93\t0.91\t0.90", (0.93, 0.91, 0.90)),
        ("[1, 0.5, 2e-3]", (1.0, 0.5, 0.002)),
        ("[0.1 0.2\n 0.3]", (0.1, 0.2, 0.3)),
        ("[[1700000000.5, 0, 0.9], [1700000001.5, 1, 0.8]]", (0.9, 0.8)),
        ("0,93\n0,91\n1", (0.93, 0.91, 1.0)),
        ("0,93; 0,91", (0.93, 0.91)),
        ("\u22121,5\t2,5e-1", (-1.5, 0.25)),
        ("0.1,0.2\n0.3,0.4", (0.1, 0.2, 0.3, 0.4)),
        ("1, 2\n3, 4", (1.0, 2.0, 3.0, 4.0)),
        ("1,2,3", (1.0, 2.0, 3.0)),
    ],
)
def test_a_pasted_list_is_read_with_points_or_with_commas(text: str, values: tuple[float, ...]) -> None:
    assert read_pasted(text) == values


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("1,234\n1,235", "has 1,234, which may be 1.234 or 1234; write it with a point"),
        ("1.234,5\n2.345,6", "has 1.234,5, which may be one number or two; write it without the commas"),
        ("1 2 x 4", "has 'x' at place 3, which is no number"),
        ("[1, null]", "has 'null' at place 2, which is no number"),
        ("[1, [2]]", "has '[2]' at place 2, which is no number"),
        ("1/0", "has '1/0' at place 1, which is no number"),
    ],
)
def test_what_is_no_number_or_means_two_things_is_told_with_its_place(text: str, told: str) -> None:
    with pytest.raises(NumberListError) as caught:
        read_pasted(text)
    assert str(caught.value) == told


@pytest.mark.parametrize("text", ["0.5, nan", "0.5\nNaN", "[0.5, NaN]"])
def test_nan_is_refused_with_what_torch_makes_of_it(text: str) -> None:
    with pytest.raises(NumberListError, match="nan at place 2; torch counts nan as a bad step"):
        read_pasted(text)


@pytest.mark.parametrize("text", ["0.5, inf", "0.5, -Infinity", "0.5, 1e999"])
def test_the_infinite_is_refused(text: str) -> None:
    with pytest.raises(NumberListError, match="inf at place 2; a recipe holds finite numbers alone"):
        read_numbers(text)


@given(st.lists(FINITE, min_size=2), st.sampled_from([", ", "\n", "\t", ";", " "]))
def test_every_list_reads_back_as_the_same_doubles(values: list[float], separator: str) -> None:
    text = separator.join(map(repr, values))
    assert read_numbers(text) == tuple(values)
    assert read_pasted(text) == tuple(values)
    assert read_pasted(json.dumps(values)) == tuple(values)


@given(st.lists(FINITE, min_size=2), st.sampled_from(["\n", "\t", "; "]))
def test_a_column_with_decimal_commas_reads_back_or_is_told_to_mean_two_things(
    values: list[float], separator: str
) -> None:
    text = separator.join(repr(value).replace(".", ",") for value in values)
    told = ""
    try:
        assert read_pasted(text) == tuple(values)
    except NumberListError as error:
        told = str(error)
    assert not told or "which may be" in told


@given(st.text(st.sampled_from("0123456789.,;eE+-[]/ \t\nnaif")))
def test_any_text_is_finite_numbers_or_a_sentence(text: str) -> None:
    for read in (read_numbers, read_pasted):
        try:
            values = read(text)
        except NumberListError:
            continue
        assert all(abs(value) < float("inf") for value in values)
