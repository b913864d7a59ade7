from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from lrgui.core.errors import FileError
from lrgui.ui.background import Background


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
    background.start(threading.get_ident, receiver.done, receiver.failed)
    assert background.busy
    qtbot.waitUntil(lambda: len(receiver.results) == 1)
    assert receiver.results[0] != threading.get_ident()
    assert receiver.threads == {threading.get_ident()}
    assert not background.busy


def test_jobs_keep_their_order(background: Background, qtbot: QtBot) -> None:
    receiver = Receiver()
    for number in range(20):
        background.start(lambda number=number: number, receiver.done, receiver.failed)
    qtbot.waitUntil(lambda: len(receiver.results) == 20)
    assert receiver.results == list(range(20))


def test_a_failure_is_one_sentence(background: Background, qtbot: QtBot) -> None:
    receiver = Receiver()

    def refuse() -> None:
        raise FileError("notes.txt is not a session")

    background.start(refuse, receiver.done, receiver.failed)
    qtbot.waitUntil(lambda: bool(receiver.failures))
    assert receiver.failures == ["notes.txt is not a session"]
    assert receiver.results == []


def test_an_unexpected_failure_is_told_and_the_next_job_runs(background: Background, qtbot: QtBot) -> None:
    receiver = Receiver()
    background.start(lambda: 1 // 0, receiver.done, receiver.failed)
    background.start(lambda: "next", receiver.done, receiver.failed)
    qtbot.waitUntil(lambda: receiver.results == ["next"])
    assert "ZeroDivisionError" in receiver.failures[0]
