"""What is read from `optimizer.param_groups` at each step, and how it gets into the trace."""

from __future__ import annotations

from array import array
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

    It takes and ignores any arguments, so that it can serve as a step hook of the optimizer. The values are read from
    the groups themselves each time; a one-element tensor counts as its number. Groups of the trace that the optimizer
    does not have yet, the last ones, are NaN. `measure_applied` gives the rate that each group really applies.
    """
    plain, betas = _columns(param_groups, trace)
    # A memoryview stores a number in half the time that a numpy array takes.
    cells = trace.buffer.reshape(-1).data
    width = trace.buffer.shape[1]
    row = memoryview(bytearray(array("d", [nan] * width))).cast("d")
    start = trace.rows * width

    def record(*_: object) -> None:
        nonlocal start
        for group, key, column in plain:
            row[column] = group[key]
        for group, column in betas:
            row[column] = group["betas"][0]
        cells[start : start + width] = row
        start += width
        trace.rows += 1

    if measure_applied is None:
        return record
    first = trace.column_index(APPLIED, 0)

    def record_with_applied(*_: object) -> None:
        for column, rate in enumerate(measure_applied(), first):
            row[column] = rate
        record()

    return record_with_applied


def _columns(
    param_groups: ParamGroups, trace: Trace
) -> tuple[list[tuple[Mapping[str, Any], str, int]], list[tuple[Mapping[str, Any], int]]]:
    """Say which key of which group goes to which column; momenta that are `betas[0]` are listed apart.

    Optimizers of other libraries may do without a learning rate, which is NaN then.
    """
    plain, betas = [], []
    for series in trace.series:
        if series == APPLIED:
            continue
        for index, group in enumerate(param_groups):
            column = trace.column_index(series, index)
            if group.get(series) is not None:
                plain.append((group, series, column))
            elif series == "momentum" and "betas" in group:
                betas.append((group, column))
    return plain, betas
