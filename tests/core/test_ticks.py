"""Axis ticks: exact at any zoom, and written as people write learning rates."""

from __future__ import annotations

import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lrgui.core.ticks import Ticks, epoch_ticks, linear_ticks, log_ticks, step_ticks


def read(label: str, offset: str) -> Decimal:
    """Read a label as a person does: after the offset, if there is one."""
    return Decimal(offset.removesuffix(" +") or "0") + Decimal(label.replace("\u202f", ""))


@pytest.mark.parametrize(
    ("low", "high", "labels"),
    [
        (0, 1e-3, ("0", "0.0002", "0.0004", "0.0006", "0.0008", "0.001")),
        (0, 3e-4, ("0", "5e-5", "1e-4", "1.5e-4", "2e-4", "2.5e-4", "3e-4")),
        (0, 1, ("0", "0.2", "0.4", "0.6", "0.8", "1")),
        (0.9, 0.95, ("0.9", "0.91", "0.92", "0.93", "0.94", "0.95")),
        (-0.5, 0.5, ("-0.4", "-0.2", "0", "0.2", "0.4")),
        (0, 1e-11, ("0", "2e-12", "4e-12", "6e-12", "8e-12", "1e-11")),
        (0, 1e8, ("0", "2e7", "4e7", "6e7", "8e7", "1e8")),
    ],
)
def test_linear_labels_read_as_people_write(low: float, high: float, labels: tuple[str, ...]) -> None:
    assert linear_ticks(low, high, 6).labels == labels


def test_a_deep_zoom_keeps_every_digit_apart() -> None:
    ticks = linear_ticks(1e-3, 1e-3 + 1e-12, 5)
    assert ticks.offset == "0.001 +"
    assert ticks.labels == ("0", "2e-13", "4e-13", "6e-13", "8e-13", "1e-12")


@given(
    start=st.floats(-1e3, 1e3),
    exponent=st.integers(-12, 8),
    digits=st.floats(1.0, 9.9),
    count=st.floats(2.0, 20.0),
)
def test_labels_say_exactly_where_ticks_are(start: float, exponent: int, digits: float, count: float) -> None:
    span = digits * 10.0**exponent
    start *= span  # a thousand spans from zero at most
    ticks = linear_ticks(start, start + span, count)
    assert len(set(ticks.labels)) == len(ticks.labels) <= count + 2
    assert len(ticks.labels) >= count / 2.5 - 1
    for position, label in zip(ticks.positions, ticks.labels, strict=True):
        assert start - 1e-5 * span <= position <= start + 1.00001 * span
        assert float(read(label, ticks.offset)) == position
        assert len(label) <= 12


def test_steps_are_whole_and_grouped() -> None:
    assert step_ticks(-15, 1015, 6).labels == ("0", "200", "400", "600", "800", "1\u202f000")
    assert step_ticks(0, 1e8, 4).labels[-1] == "100\u202f000\u202f000"
    assert step_ticks(3.2, 7.9, 40).labels == ("4", "5", "6", "7")
    assert step_ticks(5.1, 5.3, 4) == Ticks()


def test_epochs_stand_at_their_first_step() -> None:
    ticks = epoch_ticks(0, 1000, 6, 100)
    assert dict(zip(ticks.labels, ticks.positions, strict=True)) == {str(k): 100.0 * k for k in (0, 2, 4, 6, 8, 10)}
    inside = epoch_ticks(300, 310, 5, 100)
    assert inside.labels == ("3", "3.02", "3.04", "3.06", "3.08", "3.1")
    assert inside.positions == pytest.approx((300, 302, 304, 306, 308, 310))


@pytest.mark.parametrize(
    ("low", "high", "labels"),
    [
        (1e-4, 1, ("1e-4", "1e-3", "1e-2", "1e-1", "1")),
        (1e-3, 1, ("0.001", "0.01", "0.1", "1")),
        (1e-12, 1e8, ("1e-10", "1e-5", "1", "1e5")),
        (1e-6, 1e-5, ("1e-6", "2e-6", "5e-6", "1e-5")),
    ],
)
def test_log_labels(low: float, high: float, labels: tuple[str, ...]) -> None:
    count = 4 if labels[0] != "1e-4" else 6
    ticks = log_ticks(math.log10(low), math.log10(high), count)
    assert ticks.labels == labels
    assert ticks.positions == pytest.approx([math.log10(float(label)) for label in labels])


@given(low=st.floats(-14, 8), span=st.floats(1e-6, 20), count=st.floats(3, 12))
def test_log_labels_say_where_ticks_are_at_any_zoom(low: float, span: float, count: float) -> None:
    ticks = log_ticks(low, low + span, count)
    for position, label in zip(ticks.positions, ticks.labels, strict=True):
        assert position == pytest.approx(math.log10(float(read(label, ticks.offset))), abs=1e-12)
    assert all(low <= position <= low + span for position in ticks.minor)
    assert span > 8 or ticks.labels


@pytest.mark.parametrize(("low", "high"), [(1, 1), (2, 1), (math.nan, 1)])
def test_no_range_has_no_ticks(low: float, high: float) -> None:
    for ticks in (linear_ticks(low, high, 5), log_ticks(low, high, 5), step_ticks(low, high, 5)):
        assert ticks == Ticks()


@pytest.mark.parametrize("high", [5e-324, 1e-323, 1e-322, 1e-320])
def test_the_smallest_doubles_there_are_have_ticks_or_none(high: float) -> None:
    ticks = linear_ticks(0.0, high, 6)
    assert all(0.0 <= position <= high for position in ticks.positions)
