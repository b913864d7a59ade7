"""What is read at a step, against numbers written down by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from lrgui.core.derived import RELATIVE
from lrgui.core.readout import GroupReading, Source, read_groups
from lrgui.core.trace import Trace

NAN = math.nan


def trace(*columns: list[float], series: tuple[str, ...] = ("lr",), groups: tuple[str, ...] = ("a", "b")) -> Trace:
    return Trace.from_columns([np.array(column) for column in columns], series, groups, 1)


def test_values_stand_in_the_order_asked_for_and_are_exact() -> None:
    source = Source(trace([0.1, 0.2], [0.3, 1 / 3], [0.9, 0.8], [0.7, 0.6], series=("lr", "momentum")))
    assert list(read_groups(source, ("momentum", "loss", "lr"), 1)) == [
        GroupReading("a", 0, (0.8, None, 0.2), True),
        GroupReading("b", 1, (0.6, None, 1 / 3), True),
    ]


def test_rates_are_told_relative_to_the_bases_that_are_known() -> None:
    source = Source(trace([0.1], [0.3]), bases=(0.2, 0.1))
    assert source.series == ("lr", RELATIVE)
    assert [reading.values for reading in read_groups(source, (RELATIVE,), 0)] == [(0.5,), (0.3 / 0.1,)]
    some = Source(trace([0.1], [0.3]), bases=(0.0, NAN))
    assert [reading.values for reading in read_groups(some, (RELATIVE,), 0)] == [(None,), (None,)]
    assert Source(trace([0.1], [0.3]), bases=(NAN, NAN)).series == ("lr",)
    assert Source(trace([0.1], [0.3])).series == ("lr",)
    without = Source(trace([1.0], [1.0], series=("loss",)), bases=(0.2, 0.1))
    assert without.series == ("loss",)
    assert [reading.values for reading in read_groups(without, (RELATIVE,), 0)] == [(None,), (None,)]


def test_a_group_joins_when_it_has_its_first_value() -> None:
    source = Source(trace([0.1, 0.1, NAN], [NAN, 0.2, 0.2]))
    joined = [[reading.joined for reading in read_groups(source, ("lr",), step)] for step in range(3)]
    # What is no number later on has diverged.
    assert joined == [[True, False], [True, True], [True, True]]


@pytest.mark.parametrize(
    ("stretch", "rows"),
    [
        (1.0, [0, 1, 2, 3, 4]),
        (2.0, [0, 0, 1, 1, 2]),
        (0.5, [0, 2, 4, 6, 8]),
        (1 / 3, [0, 3, 6, 9, 12]),
        (1.5, [0, 0, 1, 2, 2]),
    ],
)
def test_the_row_in_force_at_a_step_of_the_axis(stretch: float, rows: list[int]) -> None:
    source = Source(trace([0.0] * 10, [0.0] * 10), stretch=stretch)
    assert [source.row_at(step) for step in range(5)] == rows
    assert source.row_at(source.reach) == 9


def test_nothing_is_read_beyond_the_newest_row() -> None:
    source = Source(trace([0.1, 0.2], [0.3, 0.4]), stretch=2.0)
    assert [len(list(read_groups(source, ("lr",), step))) for step in range(5)] == [2, 2, 2, 2, 0]
    assert Source(Trace(["lr"], ["a"], 5)).reach < 0
