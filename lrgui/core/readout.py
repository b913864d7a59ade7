"""What was recorded at one step, group by group: the exact numbers behind the curves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from math import isnan

from lrgui.core.alignment import row_in_force
from lrgui.core.derived import RELATIVE
from lrgui.core.trace import Columns, FloatArray


@dataclass(frozen=True, slots=True)
class Source:
    """A trace to read from.

    `title` tells its groups from those of other sources, such as `preview`. `bases` are the rates that its groups begin
    with, one per group or none at all; NaN where that is not known. `stretch` is how many steps of the x axis a row
    takes, as that of a curve: another than 1 where runs of other lengths are aligned by epoch or by fraction. `colour`
    is that of a run, an index into the theme's curve colours.
    """

    trace: Columns = field(repr=False)
    title: str = ""
    bases: tuple[float, ...] = ()
    stretch: float = 1.0
    colour: int | None = None

    @property
    def series(self) -> tuple[str, ...]:
        """What can be read: the recorded series, and the rates relative to `bases` where there are any."""
        relative = "lr" in self.trace.series and not all(isnan(base) for base in self.bases)
        return (*self.trace.series, RELATIVE) if relative else self.trace.series

    @property
    def reach(self) -> float:
        """The step of the x axis at which the newest row stands; negative without any."""
        return (self.trace.rows - 1) * self.stretch

    def row_at(self, step: float) -> int:
        """Return the row that is in force at a step of the x axis; there may be none yet, or none any more."""
        return row_in_force(step, self.stretch)


@dataclass(frozen=True, slots=True)
class GroupReading:
    """The values of one group, one per series asked for, None where there is none; NaN before the group has joined."""

    group: str
    index: int
    values: tuple[float | None, ...]
    joined: bool


def read_groups(source: Source, series: Sequence[str], step: float) -> Iterator[GroupReading]:
    """Yield what each group of a source has at a step of the x axis; nothing where nothing is recorded."""
    trace, row = source.trace, source.row_at(step)
    if row >= trace.rows:
        return
    recorded: list[float] = trace.buffer[row : row + 1][0].tolist()
    for index, group in enumerate(trace.groups):
        values = tuple(_value(source, one, index, recorded) for one in series)
        yield GroupReading(group, index, values, _has_joined(trace, index, recorded))


def _value(source: Source, series: str, group: int, recorded: Sequence[float]) -> float | None:
    trace = source.trace
    if series in trace.series:
        return recorded[trace.column_index(series, group)]
    if series != RELATIVE or "lr" not in trace.series or group >= len(source.bases):
        return None
    rate, base = recorded[trace.column_index("lr", group)], source.bases[group]
    return None if isnan(base) or base == 0 else rate / base


def _has_joined(trace: Columns, group: int, recorded: Sequence[float]) -> bool:
    """Say whether the optimizer has the group: one that has not has no value, then and from the start."""
    if any(not isnan(recorded[trace.column_index(series, group)]) for series in trace.series):
        return True
    first: FloatArray = trace.buffer[:1][0]
    return any(not isnan(first[trace.column_index(series, group)]) for series in trace.series)
