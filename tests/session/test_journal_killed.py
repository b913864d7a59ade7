"""A process that keeps its work is killed at any moment, and whatever it said was kept comes back."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Any

import pytest

from lrgui.session.recovery import find_leftovers
from lrgui.session.store import read_file
from lrgui.session.values import Session
from tests.session.unsaved import check_bits

REPOSITORY = Path(__file__).parents[2]
KILLS = 5


@pytest.mark.parametrize("number", range(KILLS))
def test_a_kill_at_a_random_moment_loses_nothing_that_was_kept(tmp_path: Path, number: int) -> None:
    root, path = tmp_path / "recovery", tmp_path / "s.lrgui"
    random = Random(number)
    command = [sys.executable, "-m", "tests.session.journal_victim", str(root), str(path), str(number)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=REPOSITORY) as process:
        assert process.stdout is not None
        said = process.stdout.readline()
        with suppress(subprocess.TimeoutExpired):
            process.wait(random.uniform(0.0, 0.4))
        process.send_signal(signal.SIGKILL)
        lines = (said + process.stdout.read()).splitlines(keepends=True)
    assert process.returncode == -signal.SIGKILL
    check_what_is_left(root, path, [json.loads(line) for line in lines if line.endswith(b"\n")])


def check_what_is_left(root: Path, path: Path, said: list[dict[str, Any]]) -> None:
    """Check what the next start finds against the last thing that the process said was kept."""
    session = Session(read_file(path).recipe, read_file(path).runs) if path.exists() else None
    for leftover in find_leftovers(root):
        recovered = leftover.read()
        # A run whose first rows were not kept yet may be told of; none that was kept has lost any.
        session = recovered.session
        leftover.discard()
    assert session is not None
    assert list(root.iterdir()) == []
    last = said[-1]
    for run in session.runs:
        check_bits(run)
    assert session.recipe.run.seed >= last["seed"]
    found = {str(run.id): run.trace.rows for run in session.runs}
    # It may have gone one step further than it said; only with the next edit there may be other runs.
    assert all(found.get(run, rows) >= rows for run, rows in last["rows"].items())
    changed = last["rows"].keys() ^ found.keys()
    assert len(changed) <= (session.recipe.run.seed > last["seed"])


def test_a_kill_at_any_line_loses_nothing_that_was_kept(tmp_path: Path) -> None:
    """The whole code, every few hundred lines of those that run while work is kept, saved and cleared away."""
    command = [sys.executable, "-m", "tests.session.killed_at_a_line", str(tmp_path), "5", "211"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=REPOSITORY)
    assert done.stderr == ""
    assert int(done.stdout) > 25
