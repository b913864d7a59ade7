"""Kept work read back: recipe, view and runs, with all rows that are there."""

from __future__ import annotations

import stat
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeAlias

from lrgui.core.errors import FileError, LrguiError
from lrgui.core.numbers import group_digits
from lrgui.core.pace import recorded_steps
from lrgui.core.trace import Trace
from lrgui.session.archive import opened_archive
from lrgui.session.archived_session import read_document
from lrgui.session.atomic import reason
from lrgui.session.document import session_to_json
from lrgui.session.file_stamp import FileStamp
from lrgui.session.progress import CellCounter, Progress
from lrgui.session.recipe_json import recipe_to_json
from lrgui.session.recovery_document import Kept, RowSource
from lrgui.session.row_file import read_rows, row_bytes, rows_in
from lrgui.session.store import open_session
from lrgui.session.values import RecordedRun, Session
from lrgui.session.work import SavedFile

_Advanced: TypeAlias = Callable[[int], None]
"""Told how many bytes more are read."""


@dataclass(frozen=True, slots=True)
class Recovered:
    """What was read back, as the window had it.

    `path` is the session's own file, None where it had none, and `saved` what a session file held of it, with the stamp
    that the file had then. `losses` says what could not be recovered, one sentence for each run.
    """

    session: Session
    path: Path | None
    saved: SavedFile | None
    losses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Entry:
    """A run, without rows yet: `expected` were kept, and `in_file` are in its row file."""

    run: RecordedRun
    source: RowSource
    expected: int
    in_file: int

    @property
    def is_in_saved(self) -> bool:
        """True when more of its rows are in the saved file."""
        return (self.source.saved or 0) > self.in_file


@dataclass(frozen=True, slots=True)
class _SavedRuns:
    """What a session file holds by the runs' ids, its stamp, and why not all of it can be read."""

    runs: Mapping[int, RecordedRun] = field(default_factory=dict)
    stamp: FileStamp | None = None
    complaint: str = ""

    def trace_of(self, run: RecordedRun) -> Trace | None:
        """Return what the file holds of a run, None when there is no such run in it.

        Not its stamp decides: the window may have been killed right after it had saved the file once more.
        """
        other = self.runs.get(run.id)
        return other.trace if other is not None and _description(other) == _description(run) else None


def read_kept(folder: Path, kept: Kept, progress: Progress | None = None) -> Recovered:
    """Return what `kept` says; the rows of each run are out of its row file in `folder` or out of the saved file.

    Raises:
        StoppedError: out of `progress`.
    """
    entries = [
        _Entry(run, source, max(rows, source.saved or 0), rows_in_file(folder, run, source, rows))
        for run, source, rows in zip(kept.session.runs, kept.sources, kept.rows, strict=True)
    ]
    wanted = kept.saved if any(entry.is_in_saved for entry in entries) else None
    saved_bytes = wanted.stamp.size if wanted is not None else 0
    counter = CellCounter(
        max(1, saved_bytes + sum(entry.in_file * row_bytes(entry.run.trace) for entry in entries)), progress
    )
    saved = _SavedRuns() if wanted is None else _read_saved(wanted, counter.add)
    runs, losses = [], [f"The runs could not be recovered: {kept.complaint}"] if kept.complaint else []
    for entry in entries:
        trace, why = _read_trace(folder, entry, saved, counter.add)
        runs.append(replace(entry.run, trace=trace))
        if trace.rows < entry.expected:
            rows = f"{group_digits(trace.rows)} of {group_digits(entry.expected)} rows"
            losses.append(f"{entry.run.name}: {rows} could be recovered: {why}")
    session = replace(kept.session, runs=tuple(runs))
    relied_on = kept.saved if wanted is None else _relied_on(wanted, saved, runs)
    return Recovered(session, kept.path, relied_on, tuple(losses))


def rows_in_file(folder: Path, run: RecordedRun, source: RowSource, expected: int) -> int:
    """Return how many rows of a run its row file in `folder` holds; no more than were planned, or are expected."""
    size = row_bytes(run.trace)
    if source.file is None or not size:
        return 0
    return min(rows_in(folder / source.file, size), max(expected, recorded_steps(run.recipe.run)))


def is_saved(folder: Path, kept: Kept) -> bool:
    """Say whether the session's own file holds all of it: the window was killed after a save, before it took note."""
    if kept.path is None or kept.complaint:
        return False
    try:
        if not stat.S_ISREG(kept.path.stat().st_mode):
            return False
        with kept.path.open("rb") as file, opened_archive(file) as archive:
            in_file = read_document(archive)
    except (LrguiError, OSError, ValueError):
        return False
    entries = zip(kept.session.runs, kept.sources, kept.rows, strict=True)
    rows = [max(expected, rows_in_file(folder, run, source, expected)) for run, source, expected in entries]
    own = session_to_json(kept.session, rows)
    if any(own[part] != in_file[part] for part in ("recipe", "view")) or len(in_file["runs"]) != len(rows):
        return False
    runs = zip(own["runs"], in_file["runs"], strict=True)
    return all(run["rows"] <= saved["rows"] and run == {**saved, "rows": run["rows"]} for run, saved in runs)


def _read_saved(saved: SavedFile, advanced: _Advanced) -> _SavedRuns:
    done = 0

    def progress(part: float) -> None:
        nonlocal done
        now = int(part * saved.stamp.size)
        advanced(now - done)
        done = now

    try:
        opened = open_session(saved.path, progress)
    except FileError as error:
        return _SavedRuns(complaint=str(error))
    runs = {run.id: run for run in opened.session.runs}
    return _SavedRuns(runs, opened.stamp, f"{saved.path}: {opened.losses[0]}" if opened.losses else "")


def _read_trace(folder: Path, entry: _Entry, saved: _SavedRuns, advanced: _Advanced) -> tuple[Trace, str]:
    """Return the trace of a run with as many rows as there are, and why there are no more."""
    trace, why = entry.run.trace, "the others were not written yet"
    if entry.is_in_saved:
        found = saved.trace_of(entry.run)
        if found is not None and found.rows > entry.in_file:
            return found, saved.complaint or why
        why = saved.complaint or "the file that they were saved in holds other runs now"
    try:
        if not row_bytes(trace):
            return _empty_rows(trace, entry.expected), why
        trace = Trace(trace.series, trace.groups, entry.in_file, trace.steps_per_epoch)
        read_rows(folder / (entry.source.file or ""), trace, entry.in_file, advanced)
    except MemoryError:
        return entry.run.trace, "they do not fit in memory"
    except OSError as error:
        return trace, reason(error)
    return trace, why


def _relied_on(saved: SavedFile, read: _SavedRuns, runs: Sequence[RecordedRun]) -> SavedFile:
    """Return which of the recovered rows the session file holds, with the stamp that it had when they were kept.

    Where it has another one now it is not relied on any more, nor replaced without a question: what was written there
    since may be newer than what was recovered. Where it cannot be read it holds nothing.
    """
    found = ((run, read.trace_of(run)) for run in runs)
    rows = {run.id: min(trace.rows, run.trace.rows) for run, trace in found if trace is not None}
    return replace(saved, rows=rows)


def _empty_rows(trace: Trace, rows: int) -> Trace:
    """Return a trace like one without columns, whose rows are nowhere but counted."""
    counted = Trace(trace.series, trace.groups, rows, trace.steps_per_epoch)
    counted.rows = rows
    return counted


def _description(run: RecordedRun) -> tuple[object, ...]:
    """Return what a run records, as it stands in files; recipes with a NaN differ from themselves."""
    trace = run.trace
    return recipe_to_json(run.recipe), trace.series, trace.groups, trace.steps_per_epoch
