"""Axis ticks: exact at any zoom, and written as people write learning rates."""

from __future__ import annotations

import math
from decimal import Context, Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lrgui.core.ticks import Ticks, epoch_ticks, fraction_ticks, linear_ticks, log_ticks, step_ticks


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


def values_of(ticks: Ticks) -> list[Fraction]:
    return [Fraction(read(label, ticks.offset)) for label in ticks.labels]


def first_digit(gap: Fraction) -> int:
    """Return the only digit of a decimal that is not 0."""
    digits = Decimal(gap.numerator) / Decimal(gap.denominator)
    (digit,) = digits.normalize().as_tuple().digits
    return digit


def check_ticks(ticks: Ticks, low: float, high: float, count: float, unit: Fraction) -> None:
    """Hold decimal ticks against exact arithmetic; their labels count in `unit`."""
    values = values_of(ticks)
    assert list(ticks.positions) == [float(value * unit) for value in values]
    assert all(low <= position <= high for position in ticks.positions)
    assert all(before < after for before, after in pairwise(ticks.positions))
    finest = math.ulp(max(abs(low), abs(high)))
    # A tick half a double beside the view is at its edge.
    assert len(ticks.positions) - 1 <= max(1.0, count) * 1.0002 * (1 + finest / (high - low))
    apart = {after - before for before, after in pairwise(values)}
    assert len(apart) <= 1
    assert all(first_digit(gap) in (1, 2, 5) for gap in apart)
    assert len(ticks.positions) >= min(count, (high - low) / finest / 4) / 2.5 - 1
    assert ticks.positions or high - low < 20 * finest


@st.composite
def ranges(draw: st.DrawFn, least: float = -1e300) -> tuple[float, float]:
    """A range of any size anywhere, from a few neighbouring doubles to all of them."""
    low = draw(st.floats(least, 1e300))
    span = draw(st.floats(1e-12, 9.0)) * 10.0 ** draw(st.integers(-300, 300))
    near = low + abs(low) * draw(st.floats(0, 1)) * 10.0 ** draw(st.integers(-16, 0))
    high = max(draw(st.sampled_from([low + span, near])), math.nextafter(low, math.inf))
    return low, high


counts = st.floats(0.3, 40.0)


@given(bounds=ranges(), count=counts)
def test_labels_say_exactly_where_ticks_are(bounds: tuple[float, float], count: float) -> None:
    check_ticks(linear_ticks(*bounds, count), *bounds, count, Fraction(1))


@given(start=st.floats(-1e3, 1e3), digits=st.floats(1.0, 9.9), exponent=st.integers(-12, 8), count=st.floats(2.0, 20.0))
def test_labels_stay_short(start: float, digits: float, exponent: int, count: float) -> None:
    span = digits * 10.0**exponent
    start *= span  # a thousand spans from zero at most
    ticks = linear_ticks(start, start + span, count)
    assert all(len(label) <= 12 for label in ticks.labels)


@st.composite
def step_ranges(draw: st.DrawFn) -> tuple[float, float]:
    """A part of a run that a zoom can show: 1e-12 to 1e8 steps of it."""
    low = draw(st.floats(-1e4, 1e8))
    high = low + draw(st.floats(1.0, 9.9)) * 10.0 ** draw(st.integers(-12, 7))
    return low, max(high, math.nextafter(low, math.inf))


@given(bounds=step_ranges(), count=counts)
def test_step_ticks_are_exact_at_any_zoom(bounds: tuple[float, float], count: float) -> None:
    ticks = step_ticks(*bounds, count)
    low, high = max(bounds[0], 0.0), bounds[1]
    values = values_of(ticks)
    assert list(ticks.positions) == [float(value) for value in values]
    assert all(value.denominator == 1 and low <= value <= high for value in values)
    assert all(before < after for before, after in pairwise(values))
    assert len(values) - 1 <= max(1.0, count) * 1.0002
    whole = max(0, math.floor(high) - math.ceil(low) + 1)
    assert len(values) >= min(whole, max(1.0, count / 2.5 - 1))


@given(bounds=step_ranges(), count=counts, steps_per_epoch=st.integers(1, 10**8))
def test_epoch_ticks_are_exact_at_any_zoom(bounds: tuple[float, float], count: float, steps_per_epoch: int) -> None:
    low, high = max(bounds[0], 0.0), bounds[1]
    ticks = epoch_ticks(*bounds, count, steps_per_epoch)
    if high > low:
        check_ticks(ticks, low, high, count, Fraction(steps_per_epoch))
    else:
        assert ticks == Ticks()


@given(bounds=step_ranges(), count=counts, steps=st.integers(1, 10**8))
def test_percents_are_exact_at_any_zoom(bounds: tuple[float, float], count: float, steps: int) -> None:
    low, high = max(bounds[0], 0.0), bounds[1]
    ticks = fraction_ticks(*bounds, count, steps)
    if high > low:
        check_ticks(ticks, low, high, count, Fraction(steps, 100))
    else:
        assert ticks == Ticks()


def test_a_view_too_short_for_a_label_each_way_has_one() -> None:
    # The only grid of one interval, in hundreds, is beside the view.
    assert linear_ticks(101, 199, 1).labels == ("150",)
    assert step_ticks(101, 199, 1).labels == ("150",)


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
    assert inside.positions == (300, 302, 304, 306, 308, 310)


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
    assert ticks.positions == tuple(math.log10(float(label)) for label in labels)


def test_percents_of_a_run() -> None:
    ticks = fraction_ticks(-10, 1300, 6, 1200)
    assert ticks.labels == ("0", "20", "40", "60", "80", "100")
    assert ticks.positions == (0, 240, 480, 720, 960, 1200)


EXACT = Context(prec=60)


@given(
    low=st.floats(-330, 310),
    digits=st.floats(1.0, 9.9),
    exponent=st.integers(-16, 2),
    count=st.floats(2.0, 40.0),
)
def test_log_labels_say_exactly_where_ticks_are(low: float, digits: float, exponent: int, count: float) -> None:
    high = max(low + digits * 10.0**exponent, math.nextafter(low, math.inf))
    ticks = log_ticks(low, high, count)
    values = [EXACT.create_decimal(read(label, ticks.offset)) for label in ticks.labels]
    assert list(ticks.positions) == [float(EXACT.log10(value)) for value in values]
    assert all(low <= position <= high for position in (*ticks.positions, *ticks.minor))
    assert all(before < after for before, after in pairwise(ticks.positions))
    assert len(set(ticks.labels)) == len(ticks.labels) <= count + 2
    assert not set(ticks.positions) & set(ticks.minor)
    # Values that differ by less than doubles can tell, or are no normal doubles, may have none.
    assert ticks.labels or high - low < 20 * math.ulp(max(1.0, abs(low), abs(high))) or low < -300 or high > 308


@pytest.mark.parametrize("count", [0.1, 1.0, 2.0, 5.0])
def test_every_double_there_is_at_once_has_log_ticks(count: float) -> None:
    ticks = log_ticks(-400, 400, count)
    assert ticks.positions
    assert all(position % 10 == 0 for position in ticks.positions)


@pytest.mark.parametrize(("low", "high"), [(1, 1), (2, 1), (math.nan, 1)])
def test_no_range_has_no_ticks(low: float, high: float) -> None:
    for ticks in (linear_ticks(low, high, 5), log_ticks(low, high, 5), step_ticks(low, high, 5)):
        assert ticks == Ticks()


@pytest.mark.parametrize("high", [5e-324, 1e-323, 1e-322, 1e-320])
def test_the_smallest_doubles_there_are_have_ticks_or_none(high: float) -> None:
    ticks = linear_ticks(0.0, high, 6)
    assert all(0.0 <= position <= high for position in ticks.positions)
