from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from lrgui.core.errors import FileError
from lrgui.session.progress import Progress
from lrgui.ui.background import Background
from lrgui.ui.file_progress import FileProgress


class Receiver:
    def __init__(self) -> None:
        self.results: list[Any] = []
        self.failures: list[str] = []
        self.threads: set[int] = set()

    def done(self, result: Any) -> None:
        self.results.append(result)
        self.threads.add(threading.get_ident())

    def failed(self, message: str) -> None:
        self.failures.append(message)
        self.threads.add(threading.get_ident())


@pytest.fixture
def background(qtbot: QtBot) -> Iterator[Background]:
    background = Background()
    yield background
    background.shut_down()


def test_work_is_done_elsewhere_and_told_here(background: Background, qtbot: QtBot) -> None:
    receiver = Receiver()
    background.start("a", lambda _: threading.get_ident(), receiver.done, receiver.failed)
    assert background.busy
    qtbot.waitUntil(lambda: len(receiver.results) == 1)
    assert receiver.results[0] != threading.get_ident()
    assert receiver.threads == {threading.get_ident()}
    assert not background.busy


def test_jobs_keep_their_order(background: Background, qtbot: QtBot) -> None:
    receiver = Receiver()
    for number in range(20):
        background.start("a", lambda _, number=number: number, receiver.done, receiver.failed)
    qtbot.waitUntil(lambda: len(receiver.results) == 20)
    assert receiver.results == list(range(20))


def test_a_failure_is_one_sentence(background: Background, qtbot: QtBot) -> None:
    receiver = Receiver()

    def refuse(progress: Progress) -> None:
        raise FileError("notes.txt is not a session")

    background.start("a", refuse, receiver.done, receiver.failed)
    qtbot.waitUntil(lambda: bool(receiver.failures))
    assert receiver.failures == ["notes.txt is not a session"]
    assert receiver.results == []


def test_an_unexpected_failure_is_told_and_the_next_job_runs(background: Background, qtbot: QtBot) -> None:
    receiver = Receiver()
    with qtbot.capture_exceptions() as unexpected:
        background.start("a", lambda _: 1 // 0, receiver.done, receiver.failed)
        background.start("a", lambda _: "next", receiver.done, receiver.failed)
        qtbot.waitUntil(lambda: receiver.results == ["next"])
    assert "ZeroDivisionError" in receiver.failures[0]
    assert [kind for kind, _, _ in unexpected] == [ZeroDivisionError]


def test_a_job_that_hangs_does_not_keep_the_thread_from_being_left(qtbot: QtBot) -> None:
    background, receiver, go_on = Background(), Receiver(), threading.Event()
    background.start("a", lambda _: go_on.wait(60), receiver.done, receiver.failed)
    background.start("b", lambda _: "never", receiver.done, receiver.failed)
    begun = time.monotonic()
    background.shut_down()
    assert time.monotonic() - begun < 10
    go_on.set()
    qtbot.waitUntil(lambda: receiver.results == [True])


def test_what_jobs_came_to_is_delivered_at_the_end_without_an_event_loop(qtbot: QtBot) -> None:
    background, receiver = Background(), Receiver()
    for number in range(3):
        background.start("a", lambda _, number=number: number, receiver.done, receiver.failed)
    background.finish()
    assert receiver.results == [0, 1, 2]
    assert not background.busy


def test_long_work_shows_how_far_it_is_and_can_be_stopped(background: Background, qtbot: QtBot) -> None:
    receiver = Receiver()
    panel = FileProgress(background)
    qtbot.addWidget(panel)

    def work(progress: Progress) -> None:
        for part in range(10_000):
            progress(part / 10_000)
            time.sleep(0.005)

    background.start("Writing long.csv", work, receiver.done, receiver.failed)
    assert not panel.isVisible()
    qtbot.waitUntil(lambda: panel.isVisible() and panel._bar.value() > 0)
    assert panel._title.text() == "Writing long.csv"
    QTest.mouseClick(panel.stop_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(receiver.failures))
    assert receiver.failures == ["Writing long.csv: stopped; nothing was changed"]
    assert not panel.isVisible()
    assert not background.busy
