"""Which rows of two runs belong together: by step, by epoch, or by the part of the run that is done."""

from __future__ import annotations

from dataclasses import dataclass
from math import gcd
from typing import Literal

import numpy as np

from lrgui.core.trace import Columns, RowNumbers

AlignedBy = Literal["step", "epoch", "fraction"]
"""What two runs have in common at rows that belong together."""

ComparisonKind = Literal["difference", "ratio"]
"""How one run is held against another."""

_INT64_END = 2**63


def row_in_force(step: float, stretch: float) -> int:
    """Return the row, each of which takes `stretch` steps of an x axis, that is in force at one of its steps."""
    # The little keeps a row that begins exactly there from falling to the one before by rounding.
    return int(step / stretch + 1e-6)


@dataclass(frozen=True, slots=True)
class Alignment:
    """At row k of one run, row `k * numerator // denominator` of another is in force: the last one begun by then."""

    numerator: int = 1
    denominator: int = 1

    @property
    def is_same(self) -> bool:
        """True where row k belongs to row k."""
        return self.numerator == self.denominator

    def row_at(self, row: int) -> int:
        """Return the row of the other run that is in force at a row."""
        return row * self.numerator // self.denominator

    def rows_at(self, rows: RowNumbers) -> RowNumbers:
        """Return the rows of the other run that are in force at `rows`, exactly; neither may be negative."""
        largest = int(rows.max(initial=0)) * self.numerator
        if max(largest, self.denominator) < _INT64_END:
            return rows * self.numerator // self.denominator
        # An epoch can have any number of steps: Python's integers do not overflow.
        return (rows.astype(object) * self.numerator // self.denominator).astype(np.int64)

    def reach(self, rows: int) -> int:
        """Return at how many rows, from the first on, the row in force is among the first `rows` of the other run."""
        return -(-rows * self.denominator // self.numerator)


SAME_ROW = Alignment()


def alignment_of(run: Columns, reference: Columns, by: AlignedBy, planned: tuple[int, int]) -> Alignment:
    """Return which row of `reference` is in force at a row of `run`.

    `planned` are the rows that the two runs were to have in all, which a stopped run does not get to; the fraction is
    counted in them.
    """
    match by:
        case "step":
            return SAME_ROW
        case "epoch":
            ratio = reference.steps_per_epoch, run.steps_per_epoch
        case "fraction":
            ratio = max(1, planned[1]), max(1, planned[0])
    common = gcd(*ratio)
    return Alignment(ratio[0] // common, ratio[1] // common)
