"""What is read from `optimizer.param_groups` at each step, and how it gets into the trace."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from lrgui.core.trace import Trace

ParamGroups = Sequence[Mapping[str, Any]]


def recorded_series(param_groups: ParamGroups) -> tuple[str, ...]:
    """Return the series that the real parameter groups have: always `lr`, then `momentum` and `weight_decay`.

    The momentum is `momentum` or, with the Adam family, `betas[0]`.
    """
    keys = set.intersection(*(set(group) for group in param_groups))
    series = ["lr"]
    if keys & {"momentum", "betas"}:
        series.append("momentum")
    if "weight_decay" in keys:
        series.append("weight_decay")
    return tuple(series)


def make_recorder(param_groups: ParamGroups, trace: Trace) -> Callable[..., None]:
    """Return a function that reads every group once, fills the next row of `trace` and publishes it.

    It takes and ignores any arguments, so that it can serve as a step hook of the optimizer. The values are read from
    the groups themselves each time; a one-element tensor counts as its number.
    """
    plain, betas = _columns(param_groups, trace)
    # A memoryview stores a number in half the time that a numpy array takes.
    cells = trace.buffer.reshape(-1).data
    width = trace.buffer.shape[1]
    row = memoryview(bytearray(width * cells.itemsize)).cast("d")
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

    return record


def _columns(
    param_groups: ParamGroups, trace: Trace
) -> tuple[list[tuple[Mapping[str, Any], str, int]], list[tuple[Mapping[str, Any], int]]]:
    """Say which key of which group goes to which column; momenta that are `betas[0]` are listed apart."""
    plain, betas = [], []
    for series in trace.series:
        for index, group in enumerate(param_groups):
            column = trace.column_index(series, index)
            if series in group:
                plain.append((group, series, column))
            else:
                betas.append((group, column))
    return plain, betas
