"""A few short runs in one window leave nothing behind; `python -m tests.endurance soak` makes many long ones."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from lrgui.ui.main_window import MainWindow
from tests.endurance.census import growing, take_census
from tests.endurance.soak import Soak
from tests.ui.driving import START_MS, opened_window

ROUNDS, RUNS, STEPS, GROUPS = 3, 2, 3000, 3
KEY_MS = 3


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[MainWindow]:
    with opened_window(qtbot) as window:
        qtbot.waitUntil(lambda: window.controller.preview_trace is not None, timeout=START_MS)
        yield window


def test_of_runs_that_are_deleted_nothing_is_left_once_a_session_begins_anew(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.endurance.soak._KEY_MS", KEY_MS)
    soak, counted = Soak(window, STEPS, GROUPS), []
    for _ in range(ROUNDS):
        soak.go_through(RUNS)
        counted.append(take_census())
    assert soak.made == ROUNDS * RUNS
    assert not soak.left()
    assert not growing(counted)
