"""Skipped steps as text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lrgui.core.recipe import EveryNth, SkippedSteps
from lrgui.ui.forms.skipped_text import read_skipped, write_skipped
from lrgui.ui.forms.value_text import UnreadableError


@pytest.mark.parametrize(
    ("text", "skipped"),
    [
        ("5", (5,)),
        ("5, 6, 100-103", (5, 6, 100, 101, 102, 103)),
        (" 7 ,3,", (7, 3)),
        ("10 - 12", (10, 11, 12)),
        ("10\u201312", (10, 11, 12)),
        ("4-4", (4,)),
        ("every 100", EveryNth(100)),
        ("Every 3rd", EveryNth(3)),
    ],
)
def test_what_is_typed_is_meant_exactly(text: str, skipped: SkippedSteps) -> None:
    assert read_skipped(text) == skipped


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "must be steps such as 5, 6, 100-110, or every 100"),
        ("5; 6", "must be steps"),
        ("-3", "must be steps"),
        ("1.5", "must be steps"),
        ("every", "must be steps"),
        ("9-5", "ends before it begins"),
        ("every 1", "must leave some steps"),
        ("every 0", "must leave some steps"),
        ("0-999999999", "more than 10000 steps"),
        ("0-9000, 20000-29000", "more than 10000 steps"),
    ],
)
def test_what_stands_for_no_steps_is_refused_with_the_way_out(text: str, complaint: str) -> None:
    with pytest.raises(UnreadableError, match=complaint):
        read_skipped(text)


@given(st.lists(st.integers(0, 40), min_size=1).map(tuple) | st.integers(2, 10**6).map(EveryNth))
def test_what_is_written_reads_back_in_the_same_order(skipped: SkippedSteps) -> None:
    assert read_skipped(write_skipped(skipped)) == skipped


def test_neighbours_are_written_as_a_range() -> None:
    assert write_skipped((5, 6, *range(100, 111))) == "5, 6, 100-110"
    assert write_skipped(()) == ""
