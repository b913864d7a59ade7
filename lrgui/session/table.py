"""Which numbers are written into a file: of which runs, and which of their rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from lrgui.core.trace import Trace


@dataclass(frozen=True, slots=True)
class RowChoice:
    """The rows from `first` to `last` (both included; to the end where it is None), every `every`-th of them."""

    first: int = 0
    last: int | None = None
    every: int = 1

    def of(self, rows: int) -> range:
        """Return the rows that are chosen among the first `rows`."""
        stop = rows if self.last is None else min(rows, self.last + 1)
        return range(self.first, max(stop, self.first), self.every)


ALL_ROWS = RowChoice()


@dataclass(frozen=True, slots=True)
class TablePart:
    """One run in a table: what stands before the names of its columns, and its trace, which grows no more."""

    prefix: str
    trace: Trace

    @property
    def series(self) -> list[str]:
        """The recorded series in the order of the table: the learning rate first."""
        return sorted(self.trace.series, key=lambda name: name != "lr")


@dataclass(frozen=True, slots=True)
class Table:
    """The chosen rows of one run, or of several side by side."""

    parts: tuple[TablePart, ...]
    rows: RowChoice = ALL_ROWS

    @property
    def steps(self) -> range:
        """The rows of the longest run."""
        return max((self.rows.of(part.trace.rows) for part in self.parts), key=len, default=range(0))


def table_of(trace: Trace, rows: RowChoice = ALL_ROWS) -> Table:
    """Return the table of one run as far as it has come, its columns named by series and group alone."""
    return Table((TablePart("", trace.snapshot()),), rows)


def table_of_runs(runs: Iterable[tuple[str, Trace]], rows: RowChoice = ALL_ROWS) -> Table:
    """Return the table of several runs by name; a name that is there already gets a number."""
    parts: dict[str, TablePart] = {}
    for name, trace in runs:
        unique, number = name, 1
        while f"{unique}/" in parts:
            number += 1
            unique = f"{name} ({number})"
        parts[f"{unique}/"] = TablePart(f"{unique}/", trace.snapshot())
    return Table(tuple(parts.values()), rows)
