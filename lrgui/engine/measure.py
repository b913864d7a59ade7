"""What is read from `optimizer.param_groups` at each step, and how it gets into the trace."""

from __future__ import annotations

import reprlib
from collections.abc import Callable, Mapping, Sequence
from itertools import product
from math import nan
from operator import is_
from typing import Any

import numpy as np
from torch.optim import Optimizer

from lrgui.core.errors import RunError
from lrgui.core.trace import Trace

ParamGroups = Sequence[Mapping[str, Any]]

APPLIED = "applied_lr"
"""The series of the rate that an optimizer really applies, where `lr` is not it."""


def recorded_series(param_groups: ParamGroups, *, applied: bool = False) -> tuple[str, ...]:
    """Return the series that the real parameter groups have: always `lr`, then `momentum` and `weight_decay`.

    The momentum is `momentum` or, with the Adam family, `betas[0]`. With `applied` there is `applied_lr` too.
    """
    keys = set.intersection(*(set(group) for group in param_groups))
    series = ["lr"]
    if keys & {"momentum", "betas"}:
        series.append("momentum")
    if "weight_decay" in keys:
        series.append("weight_decay")
    if applied:
        series.append(APPLIED)
    return tuple(series)


def make_recorder(
    param_groups: ParamGroups, trace: Trace, measure_applied: Callable[[], Sequence[float]] | None = None
) -> Callable[..., None]:
    """Return a function that reads every group once, fills the next row of `trace` and publishes it.

    It takes and ignores what a step hook of the optimizer is given. The values are read from the groups themselves each
    time; a one-element tensor counts as its number. Groups of the trace that the optimizer does not have yet, the last
    ones, are NaN. `measure_applied` gives the rate that each group really applies.
    """
    plain, betas = _columns(param_groups, trace)
    cells, width = _cells_of(trace)

    # A call with three plain arguments costs half as much as one with `*args`.
    def record(optimizer: object = None, args: object = None, kwargs: object = None) -> None:
        rows = trace.rows
        start = rows * width
        for group, key, column in plain:
            cells[start + column] = group[key]
        for group, column in betas:
            cells[start + column] = group["betas"][0]
        trace.rows = rows + 1

    if measure_applied is None:
        return record
    first = trace.column_index(APPLIED, 0)

    def record_with_applied(*_: object) -> None:
        for cell, rate in enumerate(measure_applied(), trace.rows * width + first):
            cells[cell] = rate
        record()

    return record_with_applied


def make_following_recorder(
    optimizer: Optimizer, trace: Trace, measure_applied: Callable[[], Sequence[float]] | None = None
) -> Callable[..., None]:
    """Return what `make_recorder` does, for classes that may put other groups in the place of those they were given.

    It raises RunError where there are more or fewer of them than before.
    """
    groups: list[Mapping[str, Any]] = list(optimizer.param_groups)
    record = make_recorder(groups, trace, measure_applied)

    def record_present(*_: object) -> None:
        nonlocal groups, record
        present = optimizer.param_groups
        if len(present) != len(groups):
            raise RunError(f"the optimizer had {len(groups)} groups and has {len(present)} now")
        if not all(map(is_, present, groups)):
            groups = list(present)
            record = make_recorder(groups, trace, measure_applied)
        record()

    return record_present


def unreadable(param_groups: ParamGroups, trace: Trace) -> str:
    """Return which value of the groups cannot be recorded: `the lr of group 'weights' is 'fast', which is no number`.

    Empty where all can.
    """
    cell = np.empty(1).data
    recorded = [series for series in trace.series if series != APPLIED]
    for series, (name, group) in product(recorded, zip(trace.groups, param_groups, strict=False)):
        what = f"the {series} of group {name!r}"
        try:
            value = group["betas"][0] if series not in group and "betas" in group else group[series]
        except (KeyError, IndexError):
            return f"{what} is not there any more"
        try:
            cell[0] = value
        except Exception:
            return f"{what} is {_shown(value)}, which is no number"
    return ""


def measured_columns(param_groups: ParamGroups, trace: Trace) -> list[int]:
    """Return the columns of `trace` that are read from the groups: not those of late groups, nor the applied rates."""
    own = {id(group) for group in param_groups}
    plain, betas = _columns(param_groups, trace)
    return sorted([column for group, _, column in plain if id(group) in own] + [column for _, column in betas])


class ScheduleRecorder:
    """Fills the rows of a preview, in which nothing but the scheduler changes the groups.

    `record` is what `make_recorder` returned for the same groups and trace. With `rates_alone` the scheduler changes
    nothing but `lr`: the other columns are read once for each call.
    """

    def __init__(
        self, param_groups: ParamGroups, trace: Trace, record: Callable[[], None], *, rates_alone: bool
    ) -> None:
        self._groups = list(param_groups)
        self._trace = trace
        self._record = record
        self._rates_alone = rates_alone and all(group.get("lr") is not None for group in self._groups)

    def record_before(self, step: Callable[[], object], count: int) -> None:
        """Record a row before each of `count` calls of `step`; what was recorded is published even where one raises."""
        self._record()
        step()
        if self._rates_alone:
            self._record_rates_before(step, count - 1)
            return
        for _ in range(count - 1):
            self._record()
            step()

    def repeat(self, count: int) -> None:
        """Record `count` equal rows: as many steps in which the scheduler does not move."""
        self._record()
        if count > 1:
            rows = self._trace.rows
            last = rows + count - 1
            self._trace.buffer[rows:last] = self._trace.buffer[rows - 1]
            self._trace.rows = last

    def _record_rates_before(self, step: Callable[[], object], count: int) -> None:
        """Read `lr` alone, the first columns; the others are those of the row before."""
        groups, trace = self._groups, self._trace
        cells, width = _cells_of(trace)
        first, others = trace.rows, slice(len(groups), None)
        rest = width - len(groups)
        cell = first * width
        try:
            for _ in range(count):
                for group in groups:
                    cells[cell] = group["lr"]
                    cell += 1
                cell += rest
                step()
        finally:
            rows = cell // width
            trace.buffer[first:rows, others] = trace.buffer[first - 1, others]
            trace.rows = rows


def _shown(value: object) -> str:
    try:
        return reprlib.repr(value)
    except Exception:
        return f"a {type(value).__name__}"


def _cells_of(trace: Trace) -> tuple[Any, int]:
    """Return all cells of a trace's buffer one after the other, as a memoryview of doubles, and how many make a row.

    A memoryview stores a number in half the time that a numpy array takes.
    """
    return trace.buffer.reshape(-1).data, trace.buffer.shape[1]


def _columns(
    param_groups: ParamGroups, trace: Trace
) -> tuple[list[tuple[Mapping[str, Any], str, int]], list[tuple[Mapping[str, Any], int]]]:
    """Say which key of which group goes to which column; momenta that are `betas[0]` are listed apart.

    What is not there is NaN: a group that joins late, and the learning rate of another library's optimizer without one.
    """
    plain: list[tuple[Mapping[str, Any], str, int]] = []
    betas: list[tuple[Mapping[str, Any], int]] = []
    late: list[Mapping[str, Any]] = [{}] * (len(trace.groups) - len(param_groups))
    for series in trace.series:
        for index, group in enumerate((*param_groups, *late)):
            column = trace.column_index(series, index)
            if group.get(series) is not None:
                plain.append((group, series, column))
            elif series == "momentum" and "betas" in group:
                betas.append((group, column))
            elif series != APPLIED or index >= len(param_groups):
                plain.append(({series: nan}, series, column))
    return plain, betas
