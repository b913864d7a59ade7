"""A window without a window, to be killed: it records, edits, deletes, brings back and saves, and says what is kept.

`python -m tests.session.journal_victim ROOT FILE SEED`. Each line on standard output says what was kept when it was
written: `seed`, the number of the recipe's edit, and `rows`, by the runs' ids.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from random import Random

from lrgui.session.journal import Journal
from lrgui.session.values import RecordedRun
from lrgui.session.work import SavedFile
from tests.session.unsaved import grow, make_run, save, work_of

_CHUNKS = (1, 7, 300, 5000, 60_000)
_PLANNED = 4_000_000
_FIRST_ROWS = 30_000  # more than stays in memory of a deleted run


def work_until_killed(root: Path, path: Path, random: Random) -> None:
    """Do what a user does, in random order."""
    journal, saved = Journal.open(root), None
    runs, deleted = [make_run(1, _FIRST_ROWS, _PLANNED)], list[RecordedRun]()
    for seed in range(1, 1_000_000):
        act = random.choice(("grow", "grow", "grow", "start", "delete", "bring back", "save"))
        if act == "grow":
            grow(runs[-1], min(random.choice(_CHUNKS), _PLANNED - runs[-1].trace.rows))
        elif act == "start" and len(runs) + len(deleted) < 8:
            runs.append(make_run(len(runs) + len(deleted) + 1, _FIRST_ROWS, _PLANNED))
        elif act == "delete" and len(runs) > 1:
            deleted.append(runs.pop(0))
        elif act == "bring back" and deleted:
            runs.insert(0, deleted.pop())
        elif act == "save":
            saved = save(path, work_of(*runs, seed=seed))
            journal.clear()
            _say(seed, runs)
        keep(journal, path, saved, runs, deleted, seed)


def keep(
    journal: Journal,
    path: Path,
    saved: SavedFile | None,
    runs: list[RecordedRun],
    deleted: list[RecordedRun],
    seed: int,
) -> None:
    """Have everything kept, and say so."""
    traces = tuple(run.trace for run in deleted)
    journal.write(work_of(*runs, seed=seed, path=path, saved=saved, deleted=traces))
    _say(seed, runs)


def _say(seed: int, runs: list[RecordedRun]) -> None:
    print(json.dumps({"seed": seed, "rows": {run.id: run.trace.rows for run in runs}}), flush=True)


if __name__ == "__main__":
    work_until_killed(Path(sys.argv[1]), Path(sys.argv[2]), Random(int(sys.argv[3])))
