"""Rows and columns that are worked out from those of other blocks at the moment they are read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

import numpy as np

from lrgui.core.alignment import SAME_ROW, Alignment
from lrgui.core.trace import Block, FloatArray, RowNumbers

_Rows: TypeAlias = slice | int | RowNumbers


class Operand(Protocol):
    """One side of the operation that makes a block."""

    def read(self, rows: _Rows, columns: slice | int) -> FloatArray:
        """Return its values at rows (not negative) and columns of the block."""


@dataclass(frozen=True, slots=True, eq=False)
class Constants:
    """The same number in every row: one per column, shape `(columns,)`."""

    values: FloatArray

    def read(self, rows: _Rows, columns: slice | int) -> FloatArray:
        """Return the numbers of the columns."""
        chosen: FloatArray = self.values[columns]
        return chosen


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """Some columns of a block, in any order, at the rows that are in force by an alignment."""

    block: Block
    columns: Sequence[int]
    alignment: Alignment = SAME_ROW

    def read(self, rows: _Rows, columns: slice | int) -> FloatArray:
        """Return the values at the rows in force."""
        rows, chosen = self._rows_at(rows), self.columns[columns]
        if isinstance(chosen, int):
            return self.block[rows, chosen]
        start = chosen[0] if chosen else 0
        if all(column == place for place, column in enumerate(chosen, start)):
            return self.block[rows, start : start + len(chosen)]
        return np.stack([self.block[rows, column] for column in chosen], axis=-1)

    def _rows_at(self, rows: _Rows) -> _Rows:
        if self.alignment.is_same:
            return rows
        if isinstance(rows, int | np.integer):
            return self.alignment.row_at(int(rows))
        return self.alignment.rows_at(np.arange(rows.start, rows.stop, rows.step) if isinstance(rows, slice) else rows)


class VirtualBlock:
    """An operation on two operands, of a shape `(rows, columns)` that both have."""

    def __init__(self, operation: np.ufunc, left: Operand, right: Operand, shape: tuple[int, int]) -> None:
        self.shape = shape
        self._operation = operation
        self._left, self._right = left, right

    def __getitem__(self, key: slice | int | tuple[_Rows, slice | int]) -> FloatArray:
        """Return rows, of all columns or of those given second; what is divided by zero is infinite or NaN."""
        rows, columns = key if isinstance(key, tuple) else (key, slice(None))
        if isinstance(rows, slice):
            rows = slice(*rows.indices(self.shape[0]))
        left, right = self._left.read(rows, columns), self._right.read(rows, columns)
        with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
            values: FloatArray = self._operation(left, right)
        return values
