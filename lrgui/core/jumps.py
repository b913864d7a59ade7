"""Restarts and drops: where a recorded learning rate jumps.

A jump is an isolated change of a group's learning rate. The rate is looked at right after each moment at which the
scheduler is stepped, since it changes there alone. A change from one such moment to the next is a jump when it is more
than a hundredth of the larger of the two rates and at least four times as large as the change before it and the one
after it, each for one moment. Upward it is a restart, downward a drop.

So StepLR, MultiStepLR and ReduceLROnPlateau drop where they multiply, unless they do so at every step;
CosineAnnealingWarmRestarts restarts in cycles of six steps or more (in shorter ones its ordinary changes are as large);
a saw tooth of CyclicLR with one step down drops. ExponentialLR, warm-ups, cosine and OneCycleLR change evenly: they
have none, and neither has a triangular CyclicLR, whose rate turns but does not jump. The very first change is not a
jump, nor is the newest, as long as there is none to compare it with.
"""

from __future__ import annotations

import weakref
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from lrgui.core.markers import MOST_OF_A_KIND, Marker
from lrgui.core.numbers import round_number
from lrgui.core.pace import scheduler_interval, steps_over
from lrgui.core.recipe import EveryNth, Run
from lrgui.core.trace import Block, Columns, FloatArray, RowNumbers

_LEAST_PART = 0.01  # of the larger rate
_LEAST_TIMES = 4.0  # the changes before and after
_VALUES_AT_ONCE = 200_000  # some two milliseconds
_JUMPS_AT_ONCE = 100  # their texts take as long
_GROUPS_NAMED = 3


@dataclass(frozen=True, slots=True, eq=False)
class _Samples:
    """Learning rates right after the scheduler was stepped.

    `moments` says how often it was stepped by then, `rows` where the rates are recorded, shape `(samples,)`, and
    `rates` has the shape `(samples, groups)`.
    """

    moments: RowNumbers
    rows: RowNumbers
    rates: FloatArray

    def __len__(self) -> int:
        return len(self.rows)

    def part(self, start: int, stop: int) -> _Samples:
        """Return the samples from `start` up to `stop`."""
        return _Samples(self.moments[start:stop], self.rows[start:stop], self.rates[start:stop])

    def followed_by(self, later: _Samples) -> _Samples:
        """Return these samples and later ones."""
        return _Samples(
            np.concatenate([self.moments, later.moments]),
            np.concatenate([self.rows, later.rows]),
            np.concatenate([self.rates, later.rates]),
        )


class JumpFinder:
    """Finds the jumps of a trace while it is recorded; it does not keep the trace alive."""

    def __init__(self, trace: Columns, run: Run) -> None:
        self.markers: tuple[Marker, ...] = ()
        self._trace = weakref.ref(trace)
        first = trace.column_index("lr", 0)
        self._columns = slice(first, first + len(trace.groups))
        self._groups = trace.groups
        self._run = run
        self._interval = min(scheduler_interval(run), run.steps + 1)
        self._skipped = _listed_skips(run)
        self._moment = 0
        nothing = np.empty(0, dtype=np.int64)
        self._seen = _Samples(nothing, nothing, np.empty((0, len(trace.groups))))

    @property
    def _buffer(self) -> Block:
        """The rows, wherever the trace has them now."""
        trace = self._trace()
        assert trace is not None
        return trace.buffer

    def advance(self) -> bool:
        """Look at some of the rows that are new; return whether there are more of them to look at.

        A call takes a few milliseconds, however many rows there are.
        """
        trace = self._trace()
        if trace is None or not self._groups or len(self.markers) >= MOST_OF_A_KIND:
            return False
        rows = trace.rows
        end = 0 if rows == 0 else (steps_over(self._run, rows) - 1) // self._interval + 1
        stop = min(end, self._moment + max(1, _VALUES_AT_ONCE // len(self._groups)))
        if stop > self._moment:
            self._look_at(self._seen.followed_by(self._read(stop, rows)), stop)
        return self._moment < end and len(self.markers) < MOST_OF_A_KIND

    def _read(self, stop: int, recorded: int) -> _Samples:
        """Return the samples from the next moment up to `stop`."""
        moments = np.arange(self._moment, stop + 1, dtype=np.int64)
        rows = self._rows_before(moments * self._interval)
        # Where every step of an interval was skipped, two moments share a row, which is the later one's.
        shown = (rows[1:] > rows[:-1]) & (rows[:-1] < recorded)
        moments, rows = moments[:-1][shown], rows[:-1][shown]
        dense = len(rows) > 0 and int(rows[-1] - rows[0]) == len(rows) - 1
        wanted = slice(int(rows[0]), int(rows[-1]) + 1) if dense else rows
        return _Samples(moments, rows, self._buffer[wanted, self._columns])

    def _rows_before(self, steps: RowNumbers) -> RowNumbers:
        """Return how many rows are recorded before each of the steps."""
        skipped = self._run.skipped_steps
        if isinstance(skipped, EveryNth):
            return steps - steps // skipped.every
        return steps - np.searchsorted(self._skipped, steps)

    def _look_at(self, samples: _Samples, stop: int) -> None:
        """Mark the jumps among samples that reach to the moment before `stop`, or only some if there are many."""
        jumps = _jumps(samples)
        places = np.flatnonzero(jumps.any(axis=1)).tolist()[:_JUMPS_AT_ONCE]
        decided = len(samples) - 2
        if len(places) == _JUMPS_AT_ONCE:
            decided = places[-1] + 2
            stop = int(samples.moments[decided + 1]) + 1
        places = places[: MOST_OF_A_KIND - len(self.markers)]
        found = [self._marker(samples, place + 2, np.flatnonzero(jumps[place])) for place in places]
        self.markers = (*self.markers, *found)
        if found and len(self.markers) == MOST_OF_A_KIND:
            last = replace(found[-1], text=f"{found[-1].text}\nThe rate may jump later too, too often to mark")
            self.markers = (*self.markers[:-1], last)
        # The next one to decide about is the newest, which has two before it.
        self._seen = samples.part(max(0, decided - 1), decided + 2)
        self._moment = stop

    def _marker(self, samples: _Samples, place: int, groups: RowNumbers) -> Marker:
        before, after = samples.rates[place - 1], samples.rates[place]
        first = int(groups[np.argmax(np.abs(after[groups] - before[groups]))])
        changes = [
            f"{self._groups[group]}: {round_number(float(before[group]))} \u2192 {round_number(float(after[group]))}"
            for group in groups[:_GROUPS_NAMED].tolist()
        ]
        if len(groups) > _GROUPS_NAMED:
            changes.append(f"and {len(groups) - _GROUPS_NAMED} more")
        row = self._first_row(int(samples.rows[place - 1]), int(samples.rows[place]), first)
        if after[first] > before[first]:
            return Marker("restart", row, "\n".join(["The learning rate jumps up", *changes]))
        return Marker("drop", row, "\n".join(["The learning rate drops", *changes]))

    def _first_row(self, before: int, after: int, group: int) -> int:
        """Return the row at which the rate begins to differ: `after`, unless a resume changed it on the way there."""
        column = self._columns.start + group
        rate = self._buffer[before, column]
        if self._buffer[after - 1, column] == rate:
            return after
        return before + int(np.argmax(self._buffer[before : after + 1, column] != rate))


_FINDERS: weakref.WeakKeyDictionary[Columns, JumpFinder] = weakref.WeakKeyDictionary()


def jump_finder_of(trace: Columns, run: Run) -> JumpFinder:
    """Return the one finder of a trace, recorded by `run`; made when first asked for, dropped with the trace.

    For one thread.
    """
    finder = _FINDERS.get(trace)
    if finder is None:
        finder = _FINDERS[trace] = JumpFinder(trace, run)
    return finder


def _jumps(samples: _Samples) -> npt.NDArray[np.bool_]:
    """Say of all samples but the first two and the last where each group jumps, shape `(samples - 3, groups)`."""
    rates = samples.rates
    if len(rates) < 4:
        return np.zeros((0, rates.shape[1]), dtype=np.bool_)
    with np.errstate(invalid="ignore", over="ignore"):
        sizes = np.abs(np.diff(rates, axis=0))
        large = sizes[1:-1] > _LEAST_PART * np.maximum(np.abs(rates[1:-2]), np.abs(rates[2:-1]))
        if not large.any():
            return large
        paces = sizes / np.diff(samples.moments)[:, np.newaxis]
        return large & (paces[1:-1] >= _LEAST_TIMES * np.maximum(paces[:-2], paces[2:]))


def _listed_skips(run: Run) -> RowNumbers:
    """Return the indices of skipped steps that are listed one by one, in order."""
    listed = () if isinstance(run.skipped_steps, EveryNth) else run.skipped_steps
    return np.array(sorted({step for step in listed if 0 <= step < run.steps}), dtype=np.int64)
