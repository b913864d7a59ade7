"""The pyramid against numpy: no peak and no newest row is ever lost, at any zoom."""

from __future__ import annotations

import gc
import math
import weakref

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lrgui.core.pyramid import MinMaxPyramid, pyramid_of
from lrgui.core.trace import Trace


def make_trace(values: np.ndarray, capacity: int | None = None) -> Trace:
    rows, columns = values.shape
    trace = Trace(["lr"], [f"g{index}" for index in range(columns)], capacity or rows)
    trace.buffer[:rows] = values
    trace.rows = rows
    return trace


def extremes(values: np.ndarray) -> tuple[float, float]:
    finite = values[~np.isnan(values)]
    return (float(finite.min()), float(finite.max())) if len(finite) else (math.nan, math.nan)


def test_every_bin_holds_the_extremes_of_its_rows() -> None:
    values = np.random.default_rng(1).normal(size=(1000, 3))
    envelope = MinMaxPyramid(make_trace(values)).query(1, 0, 999, 10)
    assert envelope.rows_per_bin == 128  # 1000 / 10 rows, at the next power of two
    for index in range(8):
        rows = values[128 * index : 128 * (index + 1), 1]
        assert (envelope.minima[index], envelope.maxima[index]) == (rows.min(), rows.max())
    assert envelope.rows[-1] == (896 + 999) / 2  # the middle of the rows that the last bin has so far


def test_few_rows_come_as_they_were_recorded() -> None:
    values = np.arange(200.0).reshape(100, 2)
    envelope = MinMaxPyramid(make_trace(values)).query(1, 20, 29, 10)
    assert envelope.rows_per_bin == 1
    assert envelope.rows.tolist() == list(range(20, 30))
    assert envelope.minima.tolist() == values[20:30, 1].tolist()


@settings(deadline=None, max_examples=150)
@given(data=st.data())
def test_extremes_over_any_range_at_any_zoom_while_rows_arrive(data: st.DataObject) -> None:
    capacity = data.draw(st.integers(1, 1500))
    columns = data.draw(st.integers(1, 11))
    random = np.random.default_rng(data.draw(st.integers(0, 2**32)))
    values = random.normal(size=(capacity, columns))
    values[random.random(values.shape) < data.draw(st.sampled_from([0.0, 0.3, 0.995]))] = math.nan
    trace = Trace(["lr"], [f"g{index}" for index in range(columns)], capacity)
    trace.buffer[:] = math.inf  # what is not recorded yet must not be looked at
    pyramid = MinMaxPyramid(trace)
    for _ in range(3):
        rows = data.draw(st.integers(trace.rows, capacity))
        trace.buffer[trace.rows : rows] = values[trace.rows : rows]
        trace.rows = rows
        pyramid.extend()
        column = data.draw(st.integers(0, columns - 1))
        first = data.draw(st.integers(-5, capacity + 5))
        last = data.draw(st.integers(first, capacity + 50))
        bins = data.draw(st.integers(1, 400))
        envelope = pyramid.query(column, first, last, bins)
        wanted = range(max(first, 0), min(last, rows - 1) + 1)
        assert len(envelope) <= bins
        assert bool(len(envelope)) == bool(wanted)
        if not wanted:
            continue
        assert envelope.first <= wanted[0]
        assert wanted[-1] < envelope.stop <= rows
        starts = np.arange(envelope.first, envelope.stop, envelope.rows_per_bin)
        assert len(starts) == len(envelope)
        for index, start in enumerate(starts):
            inside = values[start : min(start + envelope.rows_per_bin, envelope.stop), column]
            np.testing.assert_equal((envelope.minima[index], envelope.maxima[index]), extremes(inside))
        exact = values[wanted[0] : wanted[-1] + 1, column]
        np.testing.assert_equal(pyramid.bounds(column, first, last), extremes(exact))


@pytest.mark.parametrize("rows", [1, 63, 64, 65, 127, 128, 129, 8191, 8193])
def test_the_newest_row_is_there_at_once(rows: int) -> None:
    values = np.zeros((rows, 2))
    values[-1] = (7.0, -7.0)
    pyramid = MinMaxPyramid(make_trace(values, capacity=10_000))
    for bins in (1, 3, 100, rows):
        assert pyramid.query(0, 0, rows - 1, bins).maxima[-1] == 7.0
        assert pyramid.query(1, 0, rows - 1, bins).minima[-1] == -7.0


@pytest.mark.parametrize("joins", [0, 1, 63, 64, 100, 127, 128, 700, 999, 1000])
def test_a_column_that_begins_late_is_nan_only_in_the_bins_before(joins: int) -> None:
    values = np.full((1000, 2), 0.5)
    values[:joins, 1] = math.nan
    pyramid = MinMaxPyramid(make_trace(values))
    for bins in (1, 8, 16, 100, 1000):
        envelope = pyramid.query(1, 0, 999, bins)
        ends = np.minimum((np.arange(len(envelope)) + 1) * envelope.rows_per_bin, 1000)
        assert np.isnan(envelope.minima).tolist() == (ends <= joins).tolist()
        assert np.isnan(envelope.maxima).tolist() == (ends <= joins).tolist()
    low, high = pyramid.bounds(1, 0, 999)
    assert (low, high) == (0.5, 0.5) or (joins == 1000 and math.isnan(low) and math.isnan(high))


def test_bins_stay_where_they_are_while_the_view_moves() -> None:
    pyramid = MinMaxPyramid(make_trace(np.random.default_rng(2).normal(size=(5000, 1))))
    one = pyramid.query(0, 1000, 3000, 100)
    other = pyramid.query(0, 1001, 3001, 100)
    shared = np.intersect1d(one.rows, other.rows)
    assert len(shared) >= len(one) - 1


def test_a_view_that_begins_before_the_first_row() -> None:
    pyramid = MinMaxPyramid(make_trace(np.arange(100.0).reshape(100, 1)))
    envelope = pyramid.query(0, -15, 1015, 1)
    assert (envelope.minima.tolist(), envelope.maxima.tolist()) == ([0.0], [99.0])


def test_nothing_recorded_gives_nothing() -> None:
    pyramid = MinMaxPyramid(Trace(["lr"], ["g"], 100))
    assert len(pyramid.query(0, 0, 99, 50)) == 0
    assert all(map(math.isnan, pyramid.bounds(0, 0, 99)))
    assert not pyramid.extend()


def test_the_tables_take_a_sixteenth_of_the_buffer() -> None:
    trace = Trace(["lr"], ["a", "b"], 100_000)
    assert MinMaxPyramid(trace).nbytes <= trace.buffer.nbytes / 16


def test_a_trace_has_one_pyramid_that_does_not_keep_it_alive() -> None:
    trace = make_trace(np.ones((100, 1)))
    assert pyramid_of(trace) is pyramid_of(trace)
    gone = weakref.ref(trace)
    del trace
    gc.collect()
    assert gone() is None
