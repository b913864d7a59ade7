"""A window without a window that is killed at one line of the code that keeps its work, again and again at another.

`python -m tests.session.killed_at_a_line FOLDER FIRST STRIDE` kills it at the lines FIRST, FIRST + STRIDE, and so on,
of those that run, and prints how often; the last process lives.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import Any

from lrgui.session.journal import Journal
from tests.session.test_journal_killed import check_what_is_left
from tests.session.unsaved import grow, make_run, save, work_of

_CODE = str(Path("lrgui", "session"))
_LARGE = 30_000  # rows: more than stays in memory of a deleted run


def kill_at_each_line(folder: Path, first: int, stride: int) -> int:
    """Kill a process at every line, one after the other, and return how many were killed."""
    kills = 0
    while _is_killed_at(folder, first + kills * stride):
        kills += 1
    return kills


def _is_killed_at(folder: Path, line: int) -> bool:
    root, path = folder / "recovery", folder / "s.lrgui"
    receiving, sending = os.pipe()
    child = os.fork()
    if not child:
        os.close(receiving)
        _work(root, path, line, sending)
        os._exit(0)
    os.close(sending)
    with os.fdopen(receiving) as stream:
        said = [json.loads(text) for text in stream]
    _, status = os.waitpid(child, 0)
    check_what_is_left(root, path, said)
    shutil.rmtree(root)
    path.unlink(missing_ok=True)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
    return os.WIFSIGNALED(status)


def _work(root: Path, path: Path, line: int, sending: int) -> None:
    """Have work kept in every way there is, and say so each time; killed at a line after the first time."""
    journal = Journal.open(root)
    deleted, going_on, later = make_run(1, _LARGE), make_run(2, 100), make_run(3, 50)

    def kept(*runs: Any, seed: int, **rest: Any) -> None:
        journal.write(work_of(*runs, seed=seed, path=path, **rest))
        say(*runs, seed=seed)

    def say(*runs: Any, seed: int) -> None:
        text = json.dumps({"seed": seed, "rows": {run.id: run.trace.rows for run in runs}})
        os.write(sending, f"{text}\n".encode())

    kept(deleted, going_on, seed=1)
    sys.settrace(_Killer(line))
    kept(deleted, grow(going_on, 200), seed=1)
    kept(deleted, grow(going_on, 10), later, seed=2)
    kept(going_on, later, seed=3, deleted=(deleted.trace,))
    kept(deleted, going_on, later, seed=4)
    saved = save(path, work_of(deleted, going_on, later, seed=4))
    kept(deleted, grow(going_on, 5), later, seed=5, saved=saved)
    saved = save(path, work_of(deleted, going_on, seed=6))
    journal.clear()
    say(deleted, going_on, seed=6)
    kept(deleted, going_on, seed=7, saved=saved)
    sys.settrace(None)
    journal.close(keep=True)


class _Killer:
    """Kills this process when the line with the given number of those that run is reached."""

    def __init__(self, line: int) -> None:
        self._left = line

    def __call__(self, frame: FrameType, event: str, _: Any) -> Any:
        if _CODE not in frame.f_code.co_filename:
            return None
        if event == "line":
            if not self._left:
                os.kill(os.getpid(), signal.SIGKILL)
            self._left -= 1
        return self


if __name__ == "__main__":
    # What a process has written outlives its kill; waiting for the disk would take most of the time.
    os.fsync = lambda number: None
    print(kill_at_each_line(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])))
