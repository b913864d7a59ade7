"""Series that are worked out from recorded ones while they are read; nothing that was recorded is copied.

What is returned can be drawn and read as any trace. It is the same object each time it is asked for while somebody
holds it, so that a plot keeps what it has worked out for it. It holds its sources; nothing here holds it. For one
thread.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from weakref import WeakValueDictionary

import numpy as np

from lrgui.core.alignment import SAME_ROW, AlignedBy, Alignment, ComparisonKind, alignment_of
from lrgui.core.checks.groups import first_rate
from lrgui.core.recipe import Options, Recipe
from lrgui.core.trace import Block, Columns
from lrgui.core.virtual_block import Constants, Operand, Part, VirtualBlock

RELATIVE = "lr_relative"
"""The series of learning rates as parts of the rate that each group begins with."""

DECAY_RATE = "lr_x_weight_decay"
"""The series of what decoupled weight decay, as AdamW's, takes off the weights at each step."""

_OPERATIONS: dict[ComparisonKind, np.ufunc] = {"difference": np.subtract, "ratio": np.divide}


class DerivedTrace:
    """One series, worked out row by row from `sources`: at each row from the one that an alignment gives."""

    def __init__(
        self,
        series: str,
        groups: Sequence[str],
        sources: Sequence[tuple[Columns, Alignment]],
        operation: np.ufunc,
        operands: tuple[Operand, Operand],
    ) -> None:
        self.series = (series,)
        self.groups = tuple(groups)
        self.steps_per_epoch = sources[0][0].steps_per_epoch
        self._sources = tuple(sources)
        self.buffer: Block = VirtualBlock(operation, *operands, shape=(self.capacity, len(self.groups)))

    @property
    def rows(self) -> int:
        """The number of rows for which every source has what is needed."""
        return min(alignment.reach(source.rows) for source, alignment in self._sources)

    @property
    def capacity(self) -> int:
        """The number of rows for which every source has room."""
        return min(alignment.reach(source.capacity) for source, alignment in self._sources)

    def column_index(self, series: str, group: int) -> int:
        """Return the column of `buffer` that holds one group.

        Raises:
            KeyError: for another series.
        """
        if series not in self.series:
            raise KeyError(f"there is no series {series!r} here, but {self.series[0]!r}")
        return group


_DERIVED: WeakValueDictionary[Hashable, DerivedTrace] = WeakValueDictionary()
"""By what they are made of: an id means the same source for as long as what is made of it lives and holds it."""


def derived_series(series: Sequence[str]) -> tuple[str, ...]:
    """Return the series that can be worked out from the given ones of a trace."""
    relative = [RELATIVE] if "lr" in series else []
    decay = [DECAY_RATE] if {"lr", "weight_decay"} <= set(series) else []
    return (*relative, *decay)


def with_series(trace: Columns, series: str, recipe: Recipe) -> Columns | None:
    """Return where a series of a trace of `recipe` is to be found: the trace itself, or what can be worked out from it.

    None where the series was neither recorded nor can be worked out.
    """
    if series in trace.series:
        return trace
    if series not in derived_series(trace.series):
        return None
    return decay_rates(trace) if series == DECAY_RATE else relative_rates(trace, base_rates(recipe, trace.groups))


def base_rates(recipe: Recipe, groups: Sequence[str]) -> tuple[float, ...]:
    """Return the learning rate that each group has before there is a scheduler, NaN where that is not known.

    It is the group's own `lr`, else the optimizer's, else the class's default; one that is a tensor is a float32.
    """
    own = {group.name: group.options for group in recipe.groups}
    return tuple(_base_rate(recipe, own.get(name, Options())) for name in groups)


def relative_rates(trace: Columns, bases: Sequence[float]) -> DerivedTrace:
    """Return `lr_relative`: the learning rate of each group divided by its number in `bases`.

    Raises:
        KeyError: when the trace has no `lr`.
    """
    divisors = np.array(bases, dtype=np.float64)
    key = (RELATIVE, id(trace), divisors.tobytes())
    operands = _part_of(trace, "lr"), Constants(divisors)
    return _DERIVED.setdefault(key, DerivedTrace(RELATIVE, trace.groups, [(trace, SAME_ROW)], np.divide, operands))


def decay_rates(trace: Columns) -> DerivedTrace:
    """Return `lr_x_weight_decay`: learning rate times weight decay, the part of the weights that AdamW takes off.

    Raises:
        KeyError: when the trace has no `lr` or no `weight_decay`.
    """
    operands = _part_of(trace, "lr"), _part_of(trace, "weight_decay")
    return _DERIVED.setdefault(
        (DECAY_RATE, id(trace)), DerivedTrace(DECAY_RATE, trace.groups, [(trace, SAME_ROW)], np.multiply, operands)
    )


def compared(
    run: Columns,
    reference: Columns,
    series: str,
    kind: ComparisonKind,
    by: AlignedBy = "step",
    planned: tuple[int, int] | None = None,
) -> DerivedTrace:
    """Return `run - reference` or `run / reference` of one series, at the rows of `run` where both have recorded.

    Row k of `run` is held against the row of `reference` that is in force at the same step, epoch or fraction; nothing
    is interpolated. The fraction is counted in `planned`, the rows that `run` and `reference` were to have in all, by
    default those that they have room for. The groups are those that both have; one alone is held against one alone,
    whatever their names.

    Raises:
        KeyError: when one of them has no such series.
    """
    pairs = _pairs(run.groups, reference.groups)
    alignment = alignment_of(run, reference, by, planned or (run.capacity, reference.capacity))
    operands = (
        Part(run.buffer, [run.column_index(series, own) for own, _ in pairs]),
        Part(reference.buffer, [reference.column_index(series, other) for _, other in pairs], alignment),
    )
    groups = [run.groups[own] for own, _ in pairs]
    sources = [(run, SAME_ROW), (reference, alignment)]
    key = (kind, id(run), id(reference), series, alignment)
    return _DERIVED.setdefault(key, DerivedTrace(series, groups, sources, _OPERATIONS[kind], operands))


def _base_rate(recipe: Recipe, own: Options) -> float:
    rate = first_rate(recipe, own)
    if rate is None:
        return math.nan
    if not {**recipe.optimizer.options, **own}.get("lr_is_tensor"):
        return rate
    with np.errstate(over="ignore"):
        return float(np.float32(rate))


def _part_of(trace: Columns, series: str) -> Part:
    first = trace.column_index(series, 0)
    return Part(trace.buffer, range(first, first + len(trace.groups)))


def _pairs(own: Sequence[str], others: Sequence[str]) -> list[tuple[int, int]]:
    """Return the places of the groups that belong together."""
    shared = [(place, others.index(name)) for place, name in enumerate(own) if name in others]
    return [(0, 0)] if not shared and len(own) == len(others) == 1 else shared
