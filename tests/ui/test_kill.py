"""The application is killed twice; `python -m tests.endurance kill` does it as often as one likes."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from tests.endurance.kill import GRACE_S, kill_once


@pytest.mark.parametrize("saves", [False, True])
def test_after_a_kill_everything_up_to_two_seconds_before_comes_back(tmp_path: Path, saves: bool) -> None:
    trial = kill_once(Random(1), tmp_path, saves=saves, longest=GRACE_S + 1.0)
    assert trial.torn == []
    assert trial.complaints == []
    assert trial.rows_missing == 0
    assert trial.session is not None
    assert any(run.trace.rows for run in trial.session.runs)
