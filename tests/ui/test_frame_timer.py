from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject, QTimer
from pytestqt.qtbot import QtBot

from lrgui.ui.frame_timer import FRAME_MS, INTERACTING_FRAME_MS, FrameTimer


@pytest.fixture
def frames() -> Iterator[FrameTimer]:
    parent = QObject()
    frames = FrameTimer(parent)
    yield frames
    frames.timer.stop()


def test_frames_come_twice_as_often_while_the_view_is_moved_and_for_a_moment_after(
    frames: FrameTimer, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = iter((100.0, 100.2, 100.25, 100.4))
    monkeypatch.setattr("lrgui.ui.frame_timer.monotonic", lambda: next(clock))
    assert frames.timer.interval() == FRAME_MS
    frames.note_interaction()
    assert not frames.timer.isActive()
    frames.timer.start()
    for interval in (INTERACTING_FRAME_MS, INTERACTING_FRAME_MS, FRAME_MS):
        with qtbot.waitSignal(frames.timer.timeout):
            pass
        assert frames.timer.interval() == interval


def test_moves_that_come_faster_than_frames_do_not_keep_them_off(frames: FrameTimer, qtbot: QtBot) -> None:
    moves = QTimer()
    moves.timeout.connect(frames.note_interaction)
    moves.start(1)
    frames.timer.start()
    for _ in range(3):
        with qtbot.waitSignal(frames.timer.timeout):
            pass
    moves.stop()
