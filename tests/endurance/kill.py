"""The real application is killed at random moments, and what can be had back is compared with what its window had."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, SimpleQueue
from random import Random
from threading import Thread
from time import monotonic
from typing import Any

from lrgui.core.errors import FileError
from lrgui.core.recipe import Recipe
from lrgui.session.recovery import find_leftovers
from lrgui.session.store import open_session, write_session
from lrgui.session.values import Session
from tests.endurance.victim import RUN_BEFORE, recipe_to_run, recorded, wrong_rows

GRACE_S = 2.0
"""What is in the window for longer than this is never lost."""

_SHARE_WITH_SAVES = 0.5
_SHARE_DURING_SAVES = 0.6
_SHORTEST_S, _LONGEST_S = 0.2, 6.0
_LONGEST_WAIT_S = 120.0
_ROWS_BEFORE = 100_000
"""What a file holds from the start, so that each save takes a while: 19 MB."""

_LONGEST_INTO_SAVE_S = 0.2


@dataclass(frozen=True, slots=True)
class Line:
    """What a victim said: what was in its window at that time of the monotonic clock."""

    at: float
    mark: int
    rows: Mapping[int, int]
    saving: bool

    @classmethod
    def read(cls, text: bytes) -> Line:
        """Read one of its lines."""
        line: dict[str, Any] = json.loads(text)
        rows = {int(run): count for run, count in line["rows"].items()}
        return cls(line["at"], line["mark"], rows, line["saving"])


@dataclass
class Trial:
    """One kill: what the victim had said by then, and what was found afterwards.

    `torn` says what is wrong with the file that was saved again and again, `complaints` what is wrong otherwise. Users
    are told of `losses`, which may well be of the last moment.
    `rows_missing` are rows that were there for longer than the grace; `seconds_missing` is how far back any row or
    edit is missing.
    """

    saves: bool
    killed_at: float
    said: list[Line]
    session: Session | None = None
    recovered: bool = False
    losses: tuple[str, ...] = ()
    complaints: list[str] = field(default_factory=list)
    torn: list[str] = field(default_factory=list)
    rows_missing: int = 0
    seconds_missing: float = 0.0

    @property
    def during_save(self) -> bool:
        """Whether a file was being written at the moment of the kill, as far as the victim had said."""
        return bool(self.said) and self.said[-1].saving


def kill_again_and_again(times: int, seed: int, folder: Path) -> int:
    """Kill the application that many times, tell what was found, and return 0 when nothing was missing."""
    random = Random(seed)
    trials = []
    for number in range(times):
        place = folder / f"trial {number}"
        place.mkdir()
        trial = kill_once(random, place, saves=random.random() < _SHARE_WITH_SAVES)
        trials.append(trial)
        print(f"{number + 1:3}  {_in_words(trial)}", flush=True)
    return _tell(trials)


def kill_once(random: Random, folder: Path, *, saves: bool, longest: float = _LONGEST_S) -> Trial:
    """Start the application with a data folder of its own, kill it within `longest` seconds of a run, and compare."""
    path = folder / "saved session.lrgui"
    if saves:
        write_session(path, Session(recipe_to_run(100), (recorded(_ROWS_BEFORE),)))
    trial = _killed(random, folder, path if saves else None, longest)
    _look(trial, folder, path)
    return trial


def _killed(random: Random, folder: Path, path: Path | None, longest: float) -> Trial:
    command = [sys.executable, "-m", "tests.endurance.victim", *([str(path)] if path is not None else [])]
    environment = {
        **os.environ,
        "QT_QPA_PLATFORM": "offscreen",
        "XDG_DATA_HOME": str(folder / "data"),
        "XDG_CONFIG_HOME": str(folder / "settings"),
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    said: SimpleQueue[Line] = SimpleQueue()
    errors = folder / "errors.txt"
    with (
        errors.open("wb") as stream,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=stream, env=environment) as process,
    ):
        listener = Thread(target=_listen, args=(process, said))
        listener.start()
        try:
            heard = list(_until_the_moment(random, said, longest, saves=path is not None))
        finally:
            killed_at = monotonic()
            # SIGKILL, where there is such a thing.
            process.kill()
            process.wait()
            listener.join()
    heard += _rest(said)
    trial = Trial(path is not None, killed_at, heard)
    if "Traceback" in (complaints := errors.read_text(errors="replace")):
        trial.complaints.append(complaints)
    return trial


def _until_the_moment(random: Random, said: SimpleQueue[Line], longest: float, *, saves: bool) -> Iterator[Line]:
    """Listen until the moment of the kill: a random one, or one within a save."""
    yield from _until_running(said)
    yield from _until(said, monotonic() + random.uniform(_SHORTEST_S, longest))
    if saves and random.random() < _SHARE_DURING_SAVES:
        yield from _until_saving(said)
        yield from _until(said, monotonic() + random.uniform(0.0, _LONGEST_INTO_SAVE_S))


def _listen(process: subprocess.Popen[bytes], said: SimpleQueue[Line]) -> None:
    assert process.stdout is not None
    for text in process.stdout:
        if text.endswith(b"}\n"):
            said.put(Line.read(text))


def _next(said: SimpleQueue[Line]) -> Line:
    return said.get(timeout=_LONGEST_WAIT_S)


def _until(said: SimpleQueue[Line], end: float) -> Iterator[Line]:
    while (left := end - monotonic()) > 0:
        try:
            yield said.get(timeout=left)
        except Empty:
            return


def _until_running(said: SimpleQueue[Line]) -> Iterator[Line]:
    """Wait until a run has recorded rows: torch is there by then."""
    while True:
        line = _next(said)
        yield line
        if any(rows for run, rows in line.rows.items() if run != RUN_BEFORE):
            return


def _until_saving(said: SimpleQueue[Line]) -> Iterator[Line]:
    while True:
        line = _next(said)
        yield line
        if line.saving:
            return


def _rest(said: SimpleQueue[Line]) -> Iterator[Line]:
    while not said.empty():
        yield said.get()


def _look(trial: Trial, folder: Path, path: Path) -> None:
    """Read what the next start would offer, else the saved file, and compare it with what was said."""
    if trial.saves:
        _look_at_file(trial, path)
    leftovers = find_leftovers(folder / "data" / "lrgui" / "recovery")
    for leftover in leftovers:
        if leftover.has_work:
            found = leftover.read()
            trial.session, trial.recovered = found.session, True
            trial.losses = found.losses
        elif leftover.complaint:
            trial.complaints.append(f"the recovery cannot be read: {leftover.complaint}")
        leftover.release()
    if len(leftovers) > 1:
        trial.complaints.append(f"one window left {len(leftovers)} folders")
    _compare(trial)


def _look_at_file(trial: Trial, path: Path) -> None:
    """Whatever was going on, the file is to be a whole session: the one of before, or the new one."""
    try:
        saved = open_session(path)
    except FileError as error:
        trial.torn.append(str(error))
        return
    trial.session = saved.session
    trial.torn += saved.losses


def _compare(trial: Trial) -> None:
    session = trial.session or Session(Recipe())
    rows = {run.id: run.trace.rows for run in session.runs}
    for run in session.runs:
        if wrong := wrong_rows(run.trace):
            trial.complaints.append(f"{run.name}: {wrong} rows are not what was recorded")
    for line in trial.said:
        missing = sum(max(0, count - rows.get(run, 0)) for run, count in line.rows.items())
        older = line.mark > session.recipe.run.seed
        if not missing and not older:
            continue
        age = trial.killed_at - line.at
        trial.seconds_missing = max(trial.seconds_missing, age)
        if age > GRACE_S:
            trial.rows_missing = max(trial.rows_missing, missing)
            if older:
                trial.complaints.append(f"edit {line.mark}, {age:.1f} s before the kill, is missing")


def _in_words(trial: Trial) -> str:
    runs = trial.session.runs if trial.session is not None else ()
    lived = trial.killed_at - trial.said[0].at
    source = "recovered" if trial.recovered else "saved file" if trial.saves else "nothing yet"
    save = ", during a save" if trial.during_save else ", with saves" if trial.saves else ""
    found = f"{source}, {len(runs)} runs, {sum(run.trace.rows for run in runs)} rows"
    words = f"after {lived:4.1f} s{save}: {found}; the last {trial.seconds_missing:.2f} s missing"
    return "\n     ".join([words, *trial.losses, *trial.torn, *trial.complaints])


def _tell(trials: list[Trial]) -> int:
    missing = sum(trial.rows_missing for trial in trials)
    complaints = sum(len(trial.complaints) for trial in trials)
    torn = sum(bool(trial.torn) for trial in trials)
    lost = sorted(trial.seconds_missing for trial in trials)
    print(f"\nkills: {len(trials)}, of them during a save: {sum(trial.during_save for trial in trials)}")
    print(f"saves torn: {torn}")
    print(f"rows missing that were recorded more than {GRACE_S:.0f} s before the kill: {missing}")
    print(f"missing of the last moments: {lost[len(lost) // 2]:.2f} s in the middle, {lost[-1]:.2f} s at most")
    print(f"complaints: {complaints}")
    return 1 if missing or complaints or torn else 0
