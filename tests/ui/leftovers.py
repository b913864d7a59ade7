"""What windows have left behind, made by the journal itself, as it lies on the disk after a kill."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from lrgui.core.recipe import Choice, Options, Recipe, Run, Scheduler
from lrgui.core.trace import Trace
from lrgui.session.journal import Journal
from lrgui.session.values import RecordedRun, Session
from lrgui.session.work import SavedFile, Work

HALVED = Recipe(
    optimizer=Choice("SGD", Options(lr=1.0)),
    scheduler=Scheduler("ExponentialLR", Options(gamma=0.5)),
    run=Run(steps=1000, steps_per_epoch=2),
)
SEGMENTATION_FAULT = "Fatal Python error: Segmentation fault\n\nCurrent thread 0x01 (most recent call first):\n  File x"


def recorded_run(number: int, rows: int, recipe: Recipe = HALVED) -> RecordedRun:
    """Return a run whose learning rate in row k is `number` + k, of which `rows` of its steps are there."""
    trace = Trace(["lr"], ["rest"], recipe.run.steps, recipe.run.steps_per_epoch)
    trace.buffer[:rows, 0] = number + np.arange(rows)
    trace.rows = rows
    return RecordedRun(number, f"Run {number}", number - 1, recipe, trace, status="stopped")


def leave(
    recipe: Recipe = HALVED,
    runs: Sequence[RecordedRun] = (),
    path: Path | None = None,
    saved: SavedFile | None = None,
    crash: str = "",
    *,
    work: bool = True,
) -> Path:
    """Leave the unsaved work of a window behind, or with `work` False its crash log alone; return the folder."""
    journal = Journal.open()
    if work:
        journal.write(Work(Session(recipe, tuple(runs)), tuple(run.trace.rows for run in runs), path, saved))
    if crash:
        journal.crash_log.write_text(crash)
    journal.close(keep=True)
    return journal.folder


_OWNER = """
import sys
from lrgui.session.journal import Journal
from lrgui.session.values import Session
from lrgui.session.work import Work
from tests.ui.leftovers import HALVED, recorded_run
run = recorded_run(1, 412)
journal = Journal.open()
journal.write(Work(Session(HALVED, (run,)), (412,)))
print(journal.folder, flush=True)
sys.stdin.read()
"""


def start_owner() -> tuple[subprocess.Popen[str], Path]:
    """Start a process that has unsaved work, a run of 412 of 1000 rows, and lives until it is killed."""
    process = subprocess.Popen(
        [sys.executable, "-c", _OWNER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path.cwd()
    )
    assert process.stdout is not None
    return process, Path(process.stdout.readline().strip())
