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
    trace = make_trace(values)
    envelope = MinMaxPyramid(trace).query(1, 0, 999, 10)
    assert envelope.rows_per_bin == 128  # 1000 / 10 rows, at the next power of two
    for index in range(8):
        rows = values[128 * index : 128 * (index + 1), 1]
        assert (envelope.minima[index], envelope.maxima[index]) == (rows.min(), rows.max())
    assert envelope.rows[-1] == (896 + 999) / 2  # the middle of the rows that the last bin has so far


def test_few_rows_come_as_they_were_recorded() -> None:
    values = np.arange(200.0).reshape(100, 2)
    trace = make_trace(values)
    envelope = MinMaxPyramid(trace).query(1, 20, 29, 10)
    assert envelope.rows_per_bin == 1
    assert envelope.rows.tolist() == list(range(20, 30))
    assert envelope.minima.tolist() == values[20:30, 1].tolist()


def recorded(random: np.random.Generator, rows: int, columns: int, kind: str) -> np.ndarray:
    """Return values as they are recorded, and as they should not be."""
    values = random.normal(size=(rows, columns))
    if kind == "constant":
        values[:] = random.choice([0.0, -0.0, 1e-3, 5e-324, 1e308])
    if kind == "spikes":
        values[:] = 0.5
        values[random.integers(rows, size=columns), np.arange(columns)] = random.choice([-1e9, 1e9], columns)
    if kind == "missing":
        values[random.random(values.shape) < random.choice([0.3, 0.995, 1.0])] = math.nan
    if kind == "missing runs":
        for start in random.integers(rows, size=4):
            values[start : start + random.integers(1, 500), random.integers(columns)] = math.nan
    if kind == "infinite":
        values[random.random(values.shape) < 0.01] = math.inf
        values[random.random(values.shape) < 0.01] = -math.inf
        values[random.random(values.shape) < 0.1] = math.nan
    return values


def check(pyramid: MinMaxPyramid, values: np.ndarray, column: int, first: int, last: int, bins: int) -> None:
    """Hold one answer against numpy: the bins cover what was asked for, and each has the extremes of its rows."""
    rows = len(values)
    envelope = pyramid.query(column, first, last, bins)
    wanted = range(max(first, 0), min(last, rows - 1) + 1)
    size = envelope.rows_per_bin
    assert len(envelope) <= bins
    assert bool(len(envelope)) == bool(wanted)
    if not wanted:
        assert all(map(math.isnan, pyramid.bounds(column, first, last)))
        return
    assert wanted[0] - size < envelope.first <= wanted[0]
    assert wanted[-1] < envelope.stop <= min(rows, wanted[-1] + size)
    starts = np.arange(envelope.first, envelope.stop, size)
    stops = np.minimum(starts + size, envelope.stop)
    np.testing.assert_array_equal(envelope.rows, (starts + stops - 1) / 2)
    covered = values[envelope.first : envelope.stop, column]
    offsets = starts - envelope.first
    np.testing.assert_array_equal(envelope.minima, np.fmin.reduceat(covered, offsets))
    np.testing.assert_array_equal(envelope.maxima, np.fmax.reduceat(covered, offsets))
    exact = values[wanted[0] : wanted[-1] + 1, column]
    np.testing.assert_equal(pyramid.bounds(column, first, last), extremes(exact))


@settings(max_examples=300)
@given(data=st.data())
def test_extremes_over_any_range_at_any_zoom_while_rows_arrive(data: st.DataObject) -> None:
    capacity = data.draw(st.integers(1, 5000))
    columns = data.draw(st.integers(1, 11))
    kind = data.draw(st.sampled_from(["any", "constant", "spikes", "missing", "missing runs", "infinite"]))
    random = np.random.default_rng(data.draw(st.integers(0, 2**32)))
    values = recorded(random, capacity, columns, kind)
    trace = Trace(["lr"], [f"g{index}" for index in range(columns)], capacity)
    trace.buffer[:] = 1e99  # what is not recorded yet must not be looked at
    pyramid = MinMaxPyramid(trace)
    for _ in range(data.draw(st.integers(1, 4))):
        rows = data.draw(st.integers(trace.rows, capacity))
        trace.buffer[trace.rows : rows] = values[trace.rows : rows]
        trace.rows = rows
        pyramid.extend()
        first = data.draw(st.integers(-5, capacity + 5))
        last = data.draw(st.integers(first, capacity + 50))
        bins = data.draw(st.integers(1, 400))
        for moved in [*data.draw(st.lists(st.integers(-300, 300), max_size=3)), 0]:  # as while the view is panned
            column = data.draw(st.integers(0, columns - 1))
            check(pyramid, values[:rows], column, first + moved, last + moved, bins)


@pytest.mark.parametrize("rows", [1, 2, 63, 64, 65, 1000])
def test_few_rows_of_many_planned_are_one_bin(rows: int) -> None:
    values = np.random.default_rng(0).normal(size=(rows, 2))
    trace = make_trace(values, capacity=200_000)
    pyramid = MinMaxPyramid(trace)
    for column in (0, 1):
        check(pyramid, values, column, 0, 10_000_000, 3)


class CountedColumns(Trace):
    """A trace whose rows are worked out while they are read; counts how many are."""

    def __init__(self, rows: int) -> None:
        super().__init__(["lr"], ["a", "b"], 0)
        self.rows = rows
        self.read = 0
        self.buffer = self  # type: ignore[assignment]

    @property
    def capacity(self) -> int:
        return self.rows

    @property
    def shape(self) -> tuple[int, ...]:
        return (self.rows, 2)

    def __getitem__(self, key: slice | tuple[slice, slice]) -> np.ndarray:
        rows, columns = key if isinstance(key, tuple) else (key, slice(None))
        steps = np.arange(*rows.indices(self.rows), dtype=np.float64)
        self.read += len(steps)
        return np.column_stack([np.sin(steps), np.cos(steps)])[:, columns]


@pytest.mark.parametrize("bins", [500, 1500, 6000])
def test_a_pan_reads_no_more_rows_than_come_into_view(bins: int) -> None:
    trace = CountedColumns(100_000)
    pyramid = MinMaxPyramid(trace)
    steps = np.arange(100_000, dtype=np.float64)
    values = np.column_stack([np.sin(steps), np.cos(steps)])
    for first in range(20_000, 25_000, 500):
        trace.read = 0
        check(pyramid, values, 0, first, first + 5000, bins)
        read = trace.read
        check(pyramid, values, 1, first, first + 5000, bins)
        assert read <= (5200 if first == 20_000 else 800) + 128  # of which `bounds` reads the ends
        assert trace.read - read <= 128


@pytest.mark.parametrize("rows", [1, 63, 64, 65, 127, 128, 129, 8191, 8193])
def test_the_newest_row_is_there_at_once(rows: int) -> None:
    values = np.zeros((rows, 2))
    values[-1] = (7.0, -7.0)
    trace = make_trace(values, capacity=10_000)
    pyramid = MinMaxPyramid(trace)
    for bins in (1, 3, 100, rows):
        assert pyramid.query(0, 0, rows - 1, bins).maxima[-1] == 7.0
        assert pyramid.query(1, 0, rows - 1, bins).minima[-1] == -7.0


@pytest.mark.parametrize("joins", [0, 1, 63, 64, 100, 127, 128, 700, 999, 1000])
def test_a_column_that_begins_late_is_nan_only_in_the_bins_before(joins: int) -> None:
    values = np.full((1000, 2), 0.5)
    values[:joins, 1] = math.nan
    trace = make_trace(values)
    pyramid = MinMaxPyramid(trace)
    for bins in (1, 8, 16, 100, 1000):
        envelope = pyramid.query(1, 0, 999, bins)
        ends = np.minimum((np.arange(len(envelope)) + 1) * envelope.rows_per_bin, 1000)
        assert np.isnan(envelope.minima).tolist() == (ends <= joins).tolist()
        assert np.isnan(envelope.maxima).tolist() == (ends <= joins).tolist()
    low, high = pyramid.bounds(1, 0, 999)
    assert (low, high) == (0.5, 0.5) or (joins == 1000 and math.isnan(low) and math.isnan(high))


def test_bins_stay_where_they_are_while_the_view_moves() -> None:
    trace = make_trace(np.random.default_rng(2).normal(size=(5000, 1)))
    pyramid = MinMaxPyramid(trace)
    one = pyramid.query(0, 1000, 3000, 100)
    other = pyramid.query(0, 1001, 3001, 100)
    shared = np.intersect1d(one.rows, other.rows)
    assert len(shared) >= len(one) - 1


def test_a_view_that_begins_before_the_first_row() -> None:
    trace = make_trace(np.arange(100.0).reshape(100, 1))
    pyramid = MinMaxPyramid(trace)
    envelope = pyramid.query(0, -15, 1015, 1)
    assert (envelope.minima.tolist(), envelope.maxima.tolist()) == ([0.0], [99.0])


def test_nothing_recorded_gives_nothing() -> None:
    trace = Trace(["lr"], ["g"], 100)
    pyramid = MinMaxPyramid(trace)
    assert len(pyramid.query(0, 0, 99, 50)) == 0
    assert all(map(math.isnan, pyramid.bounds(0, 0, 99)))
    assert not pyramid.extend()


def test_rows_that_move_elsewhere_are_let_go_of() -> None:
    values = np.random.default_rng(3).normal(size=(1000, 2))
    trace = make_trace(values)
    pyramid = MinMaxPyramid(trace)
    before = pyramid.query(0, 100, 160, 100)
    old = weakref.ref(trace.buffer)
    trace.move_to(trace.buffer.copy())
    assert old() is None
    assert pyramid.query(0, 100, 900, 2000).minima[:61].tolist() == before.minima.tolist()


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
