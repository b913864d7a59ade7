"""Unsaved work made by hand, for the tests of what is kept of it: every recorded number says where it belongs."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from lrgui.core.recipe import Recipe, Run
from lrgui.core.trace import Trace
from lrgui.session.file_stamp import stamp_of
from lrgui.session.recovered import Recovered
from lrgui.session.recovery import find_leftovers
from lrgui.session.store import write_session
from lrgui.session.values import RecordedRun, Session
from lrgui.session.work import SavedFile, Work

SERIES, GROUPS = ("lr", "momentum"), ("weights", "biases", "rest")
COLUMNS = len(SERIES) * len(GROUPS)
ROW_BYTES = 8 * COLUMNS


def numbers(run_id: int, first: int, stop: int) -> np.ndarray:
    """Return the rows `first` to `stop - 1` of a run, shape `(rows, columns)`; no two numbers of all runs are equal."""
    rows = np.arange(first, stop, dtype=np.float64)[:, np.newaxis]
    return run_id * 2.0**40 + rows * 8 + np.arange(COLUMNS)


def make_run(run_id: int, rows: int, planned: int = 1_000_000, name: str = "") -> RecordedRun:
    """Return a run that was stopped after `rows` rows, or goes on."""
    run = RecordedRun(
        run_id,
        name or f"Run {run_id}",
        run_id,
        Recipe(run=Run(steps=planned)),
        Trace(SERIES, GROUPS, planned, steps_per_epoch=10),
        status="stopped",
    )
    return grow(run, rows)


def grow(run: RecordedRun, rows: int) -> RecordedRun:
    """Record `rows` rows more."""
    trace, first = run.trace, run.trace.rows
    trace.buffer[first : first + rows] = numbers(run.id, first, first + rows)
    trace.rows = first + rows
    return run


def work_of(*runs: RecordedRun, seed: int = 0, **rest: Any) -> Work:
    """Return the work of a window with these runs, as it is now; each edit of its recipe has a `seed` of its own."""
    return Work(Session(Recipe(run=Run(seed=seed)), runs), tuple(run.trace.rows for run in runs), **rest)


def save(path: Path, work: Work) -> SavedFile:
    """Save the work as a session file."""
    write_session(path, work.session)
    stamp = stamp_of(path)
    assert stamp is not None
    return SavedFile(path, stamp, dict(zip((run.id for run in work.session.runs), work.rows, strict=True)))


def recover(root: Path) -> Recovered:
    """Return what the one window that is gone has left, and remove it."""
    (leftover,) = find_leftovers(root)
    recovered = leftover.read()
    leftover.discard()
    return recovered


def rows_back(recovered: Recovered) -> dict[int, int]:
    """Return how many rows of each run came back, all of which must be the very same bits."""
    for run in recovered.session.runs:
        check_bits(run)
    return {run.id: run.trace.rows for run in recovered.session.runs}


def check_bits(run: RecordedRun) -> None:
    """Check that every row of a run is what was recorded."""
    expected = numbers(run.id, 0, run.trace.rows)
    assert np.array_equal(run.trace.buffer[: run.trace.rows].view(np.uint64), expected.view(np.uint64))


def names_in(folder: Path, suffix: str = "") -> list[str]:
    """Return the names of the files in a folder, those that end so."""
    return sorted(path.name for path in folder.iterdir() if path.name.endswith(suffix))


def row_files(folder: Path) -> list[Path]:
    """Return the row files in a folder, in the order in which they were begun."""
    return sorted(folder.glob("*.rows"), key=lambda path: int(path.stem))


def total(sizes: Iterable[Path]) -> int:
    """Return how many bytes files take."""
    return sum(path.stat().st_size for path in sizes)
