"""Trace: what a run recorded, one row per optimizer step that really ran, one column per series and group."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
RowNumbers = npt.NDArray[np.int64]


class Block(Protocol):
    """Rows and columns to read from, as of a two-dimensional array."""

    @property
    def shape(self) -> tuple[int, ...]:
        """The number of rows there is room for, and of columns."""

    def __getitem__(self, key: slice | int | tuple[slice | int | RowNumbers, slice | int]) -> FloatArray:
        """Return rows, of all columns or of those given second, in the shape that an array gives."""


class Columns(Protocol):
    """What can be drawn and read: a trace, or what is worked out from traces while it is read."""

    @property
    def series(self) -> tuple[str, ...]:
        """The series, in the order of their columns."""

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups, in the order of the columns of each series."""

    @property
    def steps_per_epoch(self) -> int:
        """How many rows make an epoch."""

    @property
    def rows(self) -> int:
        """The number of rows so far; it only grows, and no row changes."""

    @property
    def capacity(self) -> int:
        """The number of rows planned."""

    @property
    def buffer(self) -> Block:
        """The rows, shape `(capacity, series * groups)`; nothing beyond `rows` is to be looked at."""

    def column_index(self, series: str, group: int) -> int:
        """Return the column of `buffer` that holds one series of one group; KeyError where there is none."""


class Trace:
    """Append-only columns of float64, written by one thread and read by any.

    The writer fills rows of `buffer` (shape `(capacity, series * groups)`, the groups of a series side by side)
    and then raises `rows`; a reader looks at `rows` first and at no row beyond it, so that no lock is needed.
    """

    def __init__(self, series: Sequence[str], groups: Sequence[str], capacity: int, steps_per_epoch: int = 1) -> None:
        self.series = tuple(series)
        self.groups = tuple(groups)
        self.steps_per_epoch = steps_per_epoch
        self.buffer: FloatArray = np.empty((capacity, len(self.series) * len(self.groups)), dtype=np.float64)
        self.rows = 0
        self._capacity = capacity

    @classmethod
    def from_columns(
        cls, columns: Sequence[FloatArray], series: Sequence[str], groups: Sequence[str], steps_per_epoch: int
    ) -> Trace:
        """Return a complete trace from its columns, each of shape `(rows,)`, series by series, group by group."""
        rows = len(columns[0]) if columns else 0
        trace = cls(series, groups, rows, steps_per_epoch)
        for index, column in enumerate(columns):
            trace.buffer[:, index] = column
        trace.rows = rows
        return trace

    def snapshot(self, rows: int | None = None) -> Trace:
        """Return a trace of the first `rows` rows, by default of all so far; it shares their memory, and stays so."""
        snapshot = Trace(self.series, self.groups, 0, self.steps_per_epoch)
        snapshot.rows = snapshot._capacity = self.rows if rows is None else rows
        snapshot.buffer = self.buffer[: snapshot.rows]
        return snapshot

    def move_to(self, buffer: FloatArray) -> None:
        """Read from `buffer`, which has the same rows, from now on, and free the memory of the old one.

        For a trace that is written no more. It may be read meanwhile by any thread: none of them notices.
        """
        self.buffer = buffer

    @property
    def capacity(self) -> int:
        """The number of rows planned."""
        return self._capacity

    def __len__(self) -> int:
        return self.rows

    def __getitem__(self, series: str) -> FloatArray:
        """Return the recorded rows of one series as a read-only view, shape `(rows, groups)`.

        Raises:
            KeyError: when the series was not recorded.
        """
        start = self.column_index(series, 0)
        view = self.buffer[: self.rows, start : start + len(self.groups)]
        view.flags.writeable = False
        return view

    def column_index(self, series: str, group: int) -> int:
        """Return the column of `buffer` that holds one series of one group.

        Raises:
            KeyError: when the series was not recorded.
        """
        if series not in self.series:
            raise KeyError(f"the series {series!r} was not recorded; there are {', '.join(self.series)}")
        return self.series.index(series) * len(self.groups) + group

    def column(self, series: str, group: int) -> FloatArray:
        """Return the recorded rows of one series and group as a read-only view, shape `(rows,)`."""
        column: FloatArray = self[series][:, group]
        return column
