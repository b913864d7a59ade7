"""The application is killed twice; `python -m tests.endurance kill` does it as often as one likes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from random import Random

from tests.endurance.kill import GRACE_S, kill_once


def test_after_a_kill_everything_up_to_two_seconds_before_comes_back(tmp_path: Path) -> None:
    with ThreadPoolExecutor() as side_by_side:
        pending = []
        for saves in (False, True):
            folder = tmp_path / f"saves {saves}"
            folder.mkdir()
            kill = partial(kill_once, Random(1), folder, saves=saves, longest=GRACE_S + 1.0)
            pending.append(side_by_side.submit(kill))
    for trial in (one.result() for one in pending):
        assert trial.torn == []
        assert trial.complaints == []
        assert trial.rows_missing == 0
        assert trial.session is not None
        assert any(run.trace.rows for run in trial.session.runs)
