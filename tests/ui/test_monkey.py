"""A monkey at the window for a moment; `python -m tests.endurance monkey` lets it play for as long as one likes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from lrgui.ui.main_window import MainWindow
from tests.endurance.monkey import Monkey
from tests.endurance.watch import Watch
from tests.endurance.words import make_files
from tests.ui.driving import START_MS, opened_window

ACTIONS = 120
PATIENCE_MS = 100_000


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MainWindow]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    with opened_window(qtbot) as window:
        qtbot.waitUntil(lambda: window.controller.preview_trace is not None, timeout=START_MS)
        yield window


def test_whatever_a_monkey_does_nothing_raises_and_the_session_can_be_saved_and_read(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    played: list[str] = []
    folder = tmp_path / "files"
    folder.mkdir()
    with Watch().on() as watch:
        monkey = Monkey(window, watch, 1, ACTIONS, make_files(folder), folder, played.append)
        with qtbot.waitSignal(monkey.over, timeout=PATIENCE_MS):
            monkey.start()
    assert monkey.made == ACTIONS
    assert monkey.saved >= ACTIONS // 100
    assert not watch.record.complaints, "\n".join(played[-20:])
