"""Series worked out from recorded ones: against numpy and Python's own integers, never copied, never kept alive."""

from __future__ import annotations

import gc
import math
import tracemalloc
import weakref
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

import lrgui
from lrgui.core.alignment import AlignedBy
from lrgui.core.derived import (
    DECAY_RATE,
    RELATIVE,
    ComparisonKind,
    base_rates,
    compared,
    decay_rates,
    derived_series,
    relative_rates,
    with_series,
)
from lrgui.core.pyramid import MinMaxPyramid, pyramid_of
from lrgui.core.recipe import Choice, Group, Options, Recipe, Scheduler
from lrgui.core.trace import Block, Columns, Trace

GROUPS = ("a", "b", "c")


def make_trace(
    rows: int, capacity: int | None = None, groups: tuple[str, ...] = GROUPS, steps_per_epoch: int = 10, seed: int = 0
) -> Trace:
    """Return a trace of lr, momentum and weight decay, all random."""
    trace = Trace(["lr", "momentum", "weight_decay"], groups, capacity or rows, steps_per_epoch)
    trace.buffer[:] = np.random.default_rng(seed).normal(size=trace.buffer.shape)
    trace.buffer[rows:] = math.nan
    trace.rows = rows
    return trace


def record(trace: Trace, rows: int) -> None:
    trace.buffer[trace.rows : rows] = 0.5
    trace.rows = rows


def whole(columns: Columns) -> np.ndarray:
    """Return all rows so far of all columns."""
    return np.array(columns.buffer[0 : columns.rows])


def check_reads_as_an_array(block: Block, values: np.ndarray) -> None:
    """Read in every way that the plot, the readout and the exports do."""
    rows, columns = values.shape
    np.testing.assert_array_equal(block[3:8], values[3:8])
    np.testing.assert_array_equal(block[rows - 1], values[rows - 1])
    np.testing.assert_array_equal(block[2:9, 0:columns], values[2:9])
    np.testing.assert_array_equal(block[2:9, 0:8], values[2:9, 0:8])
    np.testing.assert_array_equal(block[4, 1:columns], values[4, 1:columns])
    np.testing.assert_array_equal(block[np.array([5, 0, 5]), 1:2], values[[5, 0, 5], 1:2])
    np.testing.assert_array_equal(block[np.array([5, 0, 5]), 0], values[[5, 0, 5], 0])
    for column in range(columns):
        assert block[7, column] == values[7, column]
        assert block[np.int64(7), column] == values[7, column]
        np.testing.assert_array_equal(block[0:5, column], values[0:5, column])
    assert block[6:6].shape == (0, columns)
    assert block[6:6, 0].shape == (0,)


def test_relative_rates_are_parts_of_each_groups_own_base() -> None:
    trace = make_trace(20)
    relative = relative_rates(trace, (0.5, 2.0, math.nan))
    assert (relative.series, relative.groups) == ((RELATIVE,), GROUPS)
    assert (relative.rows, relative.capacity, relative.steps_per_epoch) == (20, 20, 10)
    assert relative.buffer.shape == (20, 3)
    np.testing.assert_array_equal(whole(relative), trace["lr"] / [0.5, 2.0, math.nan])
    check_reads_as_an_array(relative_rates(trace, (0.5, 2.0, 4.0)).buffer, trace["lr"] / [0.5, 2.0, 4.0])
    assert [relative.column_index(RELATIVE, group) for group in range(3)] == [0, 1, 2]
    with pytest.raises(KeyError, match="momentum"):
        relative.column_index("momentum", 0)


def test_decay_rates_multiply_element_by_element() -> None:
    trace = make_trace(20)
    decay = decay_rates(trace)
    expected = [[lr * decay for lr, decay in zip(row[:3], row[6:], strict=True)] for row in trace.buffer.tolist()]
    assert whole(decay).tolist() == expected
    check_reads_as_an_array(decay.buffer, np.array(expected))


def test_what_can_be_worked_out_depends_on_what_was_recorded() -> None:
    assert derived_series(("lr", "momentum", "weight_decay")) == (RELATIVE, DECAY_RATE)
    assert derived_series(("lr", "momentum")) == (RELATIVE,)
    assert derived_series(("loss",)) == ()
    trace = Trace(["lr"], ["g"], 3)
    recipe = Recipe(optimizer=Choice("SGD", Options(lr=2.0)))
    assert with_series(trace, "lr", recipe) is trace
    assert with_series(trace, RELATIVE, recipe) is relative_rates(trace, (2.0,))
    assert with_series(trace, DECAY_RATE, recipe) is None
    assert with_series(trace, "momentum", recipe) is None
    with pytest.raises(KeyError, match="weight_decay"):
        decay_rates(trace)


def test_a_real_run_begins_at_its_base_rates() -> None:
    groups = (Group("weights", ("*weight",), Options(lr=0.3)), Group("biases", ("*bias",)))
    optimizer = Choice("AdamW", Options(lr=0.02, weight_decay=0.5))
    recipe = Recipe(groups=groups, optimizer=optimizer, scheduler=Scheduler("ExponentialLR", Options(gamma=0.5)))
    trace = lrgui.trace(recipe, steps=4)
    relative = with_series(trace, RELATIVE, recipe)
    assert relative is not None
    np.testing.assert_allclose(whole(relative), [[1, 1], [0.5, 0.5], [0.25, 0.25], [0.125, 0.125]], rtol=1e-15)
    decay = with_series(trace, DECAY_RATE, recipe)
    assert decay is not None
    assert whole(decay)[0].tolist() == [0.15, 0.01]


@pytest.mark.parametrize(
    ("optimizer", "own", "expected"),
    [
        (Choice("SGD", Options(lr=0.1)), {"lr": 3}, 3.0),
        (Choice("SGD", Options(lr=0.1)), {}, 0.1),
        (Choice("SGD"), {}, torch.optim.SGD([torch.zeros(1)]).defaults["lr"]),
        (Choice("Adadelta"), {}, torch.optim.Adadelta([torch.zeros(1)]).defaults["lr"]),
        (Choice("SGD", Options(lr=0.1, lr_is_tensor=True)), {}, torch.tensor(0.1).item()),
        (Choice("SGD", Options(lr=0.1, lr_is_tensor=True)), {"lr": 0.7}, torch.tensor(0.7).item()),
        (Choice("SGD", Options(lr=0.1)), {"lr": 0.7, "lr_is_tensor": True}, torch.tensor(0.7).item()),
        (Choice("SGD", Options(lr=0.1, lr_is_tensor=True)), {"lr_is_tensor": False}, 0.1),
        (Choice("SGD", Options(lr=1e300, lr_is_tensor=True)), {}, math.inf),
        (Choice("some.library.Optimizer"), {}, math.nan),
        (Choice("SGD", Options(lr="fast")), {}, math.nan),
        (Choice("SGD", Options(lr=10**400)), {}, math.nan),
    ],
)
def test_base_rates(optimizer: Choice, own: dict[str, Any], expected: float) -> None:
    recipe = Recipe(groups=(Group("own", ("*weight",), Options(own)),), optimizer=optimizer)
    np.testing.assert_equal(base_rates(recipe, ("own",)), (expected,))


def test_groups_without_options_of_their_own_have_the_optimizers_base_rate() -> None:
    recipe = Recipe(groups=(Group("own", ("*w",), Options(lr=2.0)),), optimizer=Choice("SGD", Options(lr=0.5)))
    assert base_rates(recipe, ("rest", "own")) == (0.5, 2.0)


KINDS: tuple[ComparisonKind, ...] = ("difference", "ratio")
COUNTS = st.integers(1, 40)


@given(st.data(), st.sampled_from(KINDS), st.sampled_from(["step", "epoch", "fraction"]))
def test_a_comparison_takes_the_row_that_is_in_force(data: st.DataObject, kind: ComparisonKind, by: AlignedBy) -> None:
    planned = data.draw(COUNTS), data.draw(COUNTS)
    epochs = data.draw(COUNTS), data.draw(COUNTS)
    traces = [
        make_trace(data.draw(st.integers(0, size)), size, GROUPS, epoch, seed)
        for seed, (size, epoch) in enumerate(zip(planned, epochs, strict=True))
    ]
    run, reference = traces
    result = compared(run, reference, "weight_decay", kind, by, planned)
    expected = []
    for row in range(run.rows):
        match by:
            case "step":
                other = row
            case "epoch":  # the last row of the reference whose place, in epochs, is not beyond that of the run's row
                other = max(k for k in range(2000) if k * epochs[0] <= row * epochs[1])
            case "fraction":
                other = max(k for k in range(2000) if k * planned[0] <= row * planned[1])
        if other >= reference.rows:
            break
        left, right = run.buffer[row, 6:], reference.buffer[other, 6:]
        expected.append((left - right if kind == "difference" else left / right).tolist())
    assert result.rows == len(expected)
    assert whole(result).tolist() == expected
    if expected:
        assert np.array(result.buffer[len(expected) - 1]).tolist() == expected[-1]
        assert result.buffer[0, 2] == expected[0][2]
    assert result.rows <= result.capacity
    for trace in traces:
        record(trace, trace.capacity)
    assert result.rows == result.capacity  # there is room for whatever can come


def test_places_are_exact_where_products_are_large() -> None:
    run, reference = Trace(["lr"], ["g"], 3, 10**8 - 1), Trace(["lr"], ["g"], 10**8, 10**8)
    run.rows, reference.rows = 3, 10**8
    reference.buffer[:3, 0] = (10.0, 20.0, 30.0)
    run.buffer[:] = 0.0
    assert whole(compared(run, reference, "lr", "difference", "epoch")).ravel().tolist() == [-10.0, -20.0, -30.0]
    planned = 99_999_989, 99_999_971  # primes
    reference.buffer[99_999_970, 0] = 7.0
    long = Trace(["lr"], ["g"], planned[0])
    long.rows = planned[0]
    long.buffer[-1:] = 1.0
    result = compared(long, reference, "lr", "difference", "fraction", planned)
    last = planned[0] - 1
    assert last * planned[1] // planned[0] == 99_999_970
    assert result.rows == planned[0]
    assert result.buffer[last : last + 1, 0].tolist() == [-6.0]
    run.steps_per_epoch, reference.steps_per_epoch = 10**40, 10**40 - 1
    assert compared(run, reference, "lr", "difference", "epoch").buffer[1:3, 0].tolist() == [-10.0, -20.0]


def test_a_ratio_by_zero_is_infinite_or_nothing() -> None:
    run, reference = Trace(["lr"], ["g"], 3), Trace(["lr"], ["g"], 3)
    run.buffer[:, 0], reference.buffer[:, 0] = (1.0, -1.0, 0.0), 0.0
    run.rows = reference.rows = 3
    ratio = compared(run, reference, "lr", "ratio")
    np.testing.assert_array_equal(whole(ratio).ravel(), [math.inf, -math.inf, math.nan])
    assert ratio.buffer[0, 0] == math.inf
    assert relative_rates(run, (0.0,)).buffer[0, 0] == math.inf


def test_groups_are_compared_by_name_in_the_order_of_the_run() -> None:
    run, reference = make_trace(12, groups=("x", "a", "b", "y")), make_trace(12, groups=("b", "z", "y", "a"), seed=1)
    result = compared(run, reference, "momentum", "difference")
    assert result.groups == ("a", "b", "y")
    expected = run["momentum"][:, [1, 2, 3]] - reference["momentum"][:, [3, 0, 2]]
    np.testing.assert_array_equal(whole(result), expected)
    check_reads_as_an_array(result.buffer, expected)


def test_one_group_is_compared_with_one_whatever_their_names() -> None:
    run, reference = make_trace(5, groups=("all",)), make_trace(5, groups=("rest",), seed=1)
    result = compared(run, reference, "lr", "difference")
    assert result.groups == ("all",)
    np.testing.assert_array_equal(whole(result), run["lr"] - reference["lr"])
    several = compared(run, make_trace(5), "lr", "difference")
    assert several.groups == ()
    assert whole(several).shape == (5, 0)
    assert MinMaxPyramid(several).rows == 5


def test_a_series_that_one_of_them_lacks_cannot_be_compared() -> None:
    with pytest.raises(KeyError, match="applied_lr"):
        compared(make_trace(5), make_trace(5), "applied_lr", "ratio")


def test_what_is_worked_out_can_be_compared_too() -> None:
    run, reference = make_trace(9, steps_per_epoch=4), make_trace(9, steps_per_epoch=2, seed=1)
    result = compared(decay_rates(run), decay_rates(reference), DECAY_RATE, "difference", "epoch")
    products = [trace["lr"] * trace["weight_decay"] for trace in (run, reference)]
    np.testing.assert_array_equal(whole(result), products[0] - products[1][np.arange(9) // 2])
    assert result is compared(decay_rates(run), decay_rates(reference), DECAY_RATE, "difference", "epoch")


def test_the_same_object_while_somebody_holds_it() -> None:
    run, reference = make_trace(5), make_trace(5)
    relative = relative_rates(run, (1.0, 2.0, math.nan))
    assert relative_rates(run, (1.0, 2.0, float("nan"))) is relative
    assert relative_rates(run, (1.0, 3.0, math.nan)) is not relative
    assert relative_rates(reference, (1.0, 2.0, math.nan)) is not relative
    ratio = compared(run, reference, "lr", "ratio", "epoch")
    assert compared(run, reference, "lr", "ratio", "epoch") is ratio
    assert compared(reference, run, "lr", "ratio", "epoch") is not ratio
    assert compared(run, reference, "lr", "difference", "epoch") is not ratio
    assert compared(run, reference, "momentum", "ratio", "epoch") is not ratio
    assert pyramid_of(compared(run, reference, "lr", "ratio", "epoch")) is pyramid_of(ratio)


def test_nothing_outlives_its_last_holder() -> None:
    run, reference = make_trace(500), make_trace(500)
    made: list[Columns] = [
        relative_rates(run, (1.0, 1.0, 1.0)),
        decay_rates(run),
        compared(run, reference, "lr", "ratio"),
        compared(decay_rates(run), decay_rates(reference), DECAY_RATE, "difference"),
    ]
    gone = [weakref.ref(thing) for thing in (*made, *map(pyramid_of, made), run, reference)]
    gc.disable()
    try:
        del run, reference, made
        assert [thing() for thing in gone] == [None] * len(gone)  # at once, without the garbage collector
    finally:
        gc.enable()


def test_rows_follow_the_sources_while_they_are_recorded() -> None:
    run, reference = make_trace(10, 100), make_trace(4, 50)
    made = relative_rates(run, (1.0, 1.0, 1.0)), decay_rates(run), compared(run, reference, "lr", "difference")
    assert [one.rows for one in made] == [10, 10, 4]
    assert [one.capacity for one in made] == [100, 100, 50]
    record(run, 60)
    record(reference, 50)
    assert [one.rows for one in made] == [60, 60, 50]


def test_a_pyramid_over_it_finds_its_extremes_as_it_grows() -> None:
    run, reference = make_trace(5000), make_trace(5000, seed=1)
    for trace in (run, reference):
        trace.rows = 700
    result = compared(run, reference, "weight_decay", "difference")
    pyramid = MinMaxPyramid(result)
    for trace in (run, reference):
        trace.rows = 5000
    assert pyramid.extend()
    expected = (run["weight_decay"] - reference["weight_decay"])[:, 1]
    assert pyramid.bounds(1, 100, 4321) == (expected[100:4322].min(), expected[100:4322].max())
    envelope = pyramid.query(1, 0, 4999, 40)
    assert envelope.rows_per_bin == 128
    assert envelope.maxima.tolist() == [expected[start : start + 128].max() for start in range(0, 5000, 128)]
    few = pyramid.query(1, 100, 119, 40)
    assert few.minima.tolist() == expected[100:120].tolist()


def test_memory_does_not_grow_with_the_rows() -> None:
    run, reference = Trace(["lr", "weight_decay"], GROUPS, 200_000), Trace(["lr"], GROUPS, 400_000)
    run.buffer[:], reference.buffer[:] = 1.0, 1.0
    run.rows, reference.rows = 200_000, 400_000
    tracemalloc.start()
    made = decay_rates(run), compared(run, reference, "lr", "ratio", "fraction")
    for one in made:
        assert one.buffer[199_000:200_000].shape == (1000, 3)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 250_000
