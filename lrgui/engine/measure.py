"""What is read from `optimizer.param_groups` at each step, and how it gets into the trace."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import nan
from typing import Any

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
