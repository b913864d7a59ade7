"""Interruptible: what never returns is ended from outside, and nothing else is touched."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from threading import Event, Thread
from time import monotonic, perf_counter

import pytest

from lrgui.engine.interrupt import Interruptible, Interruption

PATIENCE = 60.0
ROUNDS = 4000


@pytest.fixture(autouse=True)
def hurried_switches() -> Iterator[None]:
    """Let the threads take turns as often as in the window."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(0.0005)
    yield
    sys.setswitchinterval(before)


def for_ever(begun: Event) -> None:
    begun.set()
    while True:
        pass


def busy(seconds: float) -> str:
    end = perf_counter() + seconds
    while perf_counter() < end:
        pass
    return "done"


def test_what_never_returns_is_ended() -> None:
    interruptible, begun, ended = Interruptible(), Event(), Event()

    def work() -> None:
        try:
            interruptible.call(for_ever, begun)
        except Interruption:
            ended.set()

    thread = Thread(target=work)
    thread.start()
    assert begun.wait(PATIENCE)
    assert interruptible.entered
    interruptible.interrupt()
    assert ended.wait(PATIENCE)
    thread.join(PATIENCE)
    assert not interruptible.entered


def test_what_is_not_inside_is_left_alone() -> None:
    interruptible, begun, wanted = Interruptible(), Event(), Event()
    ended: list[str] = []

    def work() -> None:
        begun.set()
        while not wanted.is_set():
            pass
        ended.append("by itself")

    thread = Thread(target=work)
    thread.start()
    assert begun.wait(PATIENCE)
    interruptible.interrupt()
    assert interruptible.frame is None
    wanted.set()
    thread.join(PATIENCE)
    assert ended == ["by itself"]
    assert interruptible.call(busy, 0.0) == "done"


def test_code_that_survives_every_error_does_not_survive_it() -> None:
    interruptible, begun = Interruptible(), Event()
    ended: list[type[BaseException]] = []

    def stubborn() -> None:
        begun.set()
        while True:
            with suppress(Exception):
                busy(0.001)

    def work() -> None:
        try:
            interruptible.call(stubborn)
        except BaseException as error:
            ended.append(type(error))

    thread = Thread(target=work)
    thread.start()
    assert begun.wait(PATIENCE)
    interruptible.interrupt()
    thread.join(PATIENCE)
    assert ended == [Interruption]


def test_thousands_of_interruptions_hit_what_is_called_and_nothing_after_it() -> None:
    # Each call ends by itself within a fraction of a millisecond, and an interruption comes at about that moment.
    interruptible, draw = Interruptible(), random.Random(3)
    told: list[str] = []
    stray: list[BaseException] = []
    over = Event()

    def work() -> None:
        try:
            for _ in range(ROUNDS):
                try:
                    told.append(interruptible.call(busy, draw.random() * 0.0004))
                except Interruption:
                    told.append("interrupted")
                # Bookkeeping, which an interruption that comes late would hit.
                for _ in range(50):
                    len(told)
        except BaseException as error:
            stray.append(error)
        finally:
            over.set()

    thread = Thread(target=work)
    thread.start()
    deadline = monotonic() + PATIENCE
    while not over.is_set() and monotonic() < deadline:
        interruptible.interrupt()
        busy(draw.random() * 0.0004)
    thread.join(PATIENCE)
    assert stray == []
    assert len(told) == ROUNDS
    assert 100 < told.count("interrupted") < ROUNDS - 100


def test_a_thread_that_imports_is_let_finish(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    interruptible, imported = Interruptible(), []
    (tmp_path / "slow_to_import.py").write_text("import sys, time\nbegun = True\ntime.sleep(0.2)\nDONE = True\n")
    monkeypatch.syspath_prepend(str(tmp_path))

    def work() -> None:
        imported.append(interruptible.call(import_module, "slow_to_import"))

    thread = Thread(target=work)
    thread.start()
    while not hasattr(sys.modules.get("slow_to_import"), "begun"):
        assert thread.is_alive()
    interruptible.interrupt()
    thread.join(PATIENCE)
    monkeypatch.delitem(sys.modules, "slow_to_import")
    assert [module.DONE for module in imported] == [True]
