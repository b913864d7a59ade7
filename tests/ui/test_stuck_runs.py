"""Runs and previews of classes that never return: the window says what it waits for, and goes on without them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import monotonic

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from lrgui.core.recipe import Choice, Options, Recipe, Run
from lrgui.engine.runner import Runner
from lrgui.ui.details_dialog import DetailsDialog
from lrgui.ui.main_window import MainWindow
from lrgui.ui.run_state import RunState
from tests.made_up_libraries import MadeUpLibraries
from tests.misbehaving import Gatekeeper, misbehaving
from tests.ui.driving import START_MS, key, opened_window

GOOD = Recipe(optimizer=Choice("SGD", Options(lr=1.0)), run=Run(steps=7))
LOOP = "while True: pass"
CLOSED_SECONDS = 4.0
"""It takes one, in which the threads are asked to end."""


@pytest.fixture
def window(qtbot: QtBot, libraries: MadeUpLibraries) -> Iterator[MainWindow]:
    with opened_window(qtbot) as window:
        # The previews are what some of these tests are about, and in the way of the others.
        window.workbench._previews = False
        qtbot.waitUntil(lambda: not window.controller.previewing, timeout=START_MS)
        yield window


@pytest.fixture
def gatekeeper(window: MainWindow) -> Iterator[Gatekeeper]:
    gatekeeper = Gatekeeper()
    yield gatekeeper
    gatekeeper.leave()


def run_until_stuck(window: MainWindow, recipe: Recipe, qtbot: QtBot) -> None:
    """Start a run of the recipe, and wait until it has made the three steps before it gets stuck."""
    window.document.replace(recipe, "test")
    key(window, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: window.controller.state is RunState.RUNNING, timeout=START_MS)
    qtbot.waitUntil(lambda: window.runs.all[-1].trace.rows == 3, timeout=START_MS)


def wait_for_preview(window: MainWindow, recipe: Recipe, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: window.controller.preview_recipe == recipe, timeout=START_MS)
    qtbot.waitUntil(lambda: not window.controller.previewing, timeout=START_MS)


def stop(window: MainWindow) -> None:
    key(window, Qt.Key.Key_F5, Qt.KeyboardModifier.ShiftModifier)


def test_a_run_that_never_returns_stops_at_once(window: MainWindow, libraries: MadeUpLibraries, qtbot: QtBot) -> None:
    run_until_stuck(window, misbehaving(libraries, LOOP), qtbot)
    stop(window)
    qtbot.waitUntil(lambda: window.controller.state is RunState.IDLE, timeout=START_MS)
    (run,) = window.runs.all
    assert (run.status, run.trace.rows) == ("stopped", 3)
    assert window._status.message == ""


def test_what_cannot_be_interrupted_is_named_and_left_behind(
    window: MainWindow, libraries: MadeUpLibraries, gatekeeper: Gatekeeper, qtbot: QtBot
) -> None:
    run_until_stuck(window, misbehaving(libraries, gatekeeper.BLOCK), qtbot)
    stop(window)
    qtbot.waitUntil(lambda: window.controller.state is RunState.STOPPING, timeout=START_MS)
    waiting = "Stopping: waiting for Bad.step (line 19 of bad/__init__.py). Stop again leaves it behind."
    qtbot.waitUntil(lambda: window._status.message == waiting, timeout=START_MS)
    assert [window._actions[name].isEnabled() for name in ("run", "pause", "step", "stop")] == [False] * 3 + [True]
    stop(window)
    assert window.controller.state is RunState.IDLE
    assert window._status.message.startswith("The run is stopped and left behind: Bad.step")
    (left,) = window.runs.all
    assert (left.status, left.trace.rows) == ("stopped", 3)

    window.document.replace(GOOD, "test")
    key(window, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: len(window.runs.all) == 2 and window.runs.all[1].status == "finished", timeout=START_MS)
    gatekeeper.release()
    qtbot.waitUntil(lambda: not window.controller._left_behind.alive, timeout=START_MS)
    assert [run.trace.rows for run in window.runs.all] == [3, 7]
    assert window.runs.all[0].trace["lr"].tolist() == [[0.5, 0.25]] * 3


def test_a_stop_that_comes_through_late_takes_back_what_was_said(
    window: MainWindow, libraries: MadeUpLibraries, gatekeeper: Gatekeeper, qtbot: QtBot
) -> None:
    run_until_stuck(window, misbehaving(libraries, gatekeeper.BLOCK), qtbot)
    stop(window)
    qtbot.waitUntil(lambda: window._status.message.startswith("Stopping: "), timeout=START_MS)
    gatekeeper.release()
    qtbot.waitUntil(lambda: window.controller.state is RunState.IDLE, timeout=START_MS)
    assert window._status.message == ""
    assert window.runs.all[0].status == "stopped"


def test_a_constructor_that_never_returns_leaves_no_run(
    window: MainWindow, libraries: MadeUpLibraries, gatekeeper: Gatekeeper, qtbot: QtBot
) -> None:
    window.document.replace(misbehaving(libraries, built=gatekeeper.BLOCK), "test")
    key(window, Qt.Key.Key_F5)
    assert window.controller.state is RunState.STARTING
    stop(window)
    qtbot.waitUntil(lambda: "waiting for Bad.__init__" in window._status.message, timeout=START_MS)
    stop(window)
    assert window.controller.state is RunState.IDLE
    assert window.runs.all == ()


def test_an_outdated_preview_that_never_returns_makes_room_and_does_not_slow_the_typing(
    window: MainWindow, libraries: MadeUpLibraries, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window.workbench._previews = True
    window.document.replace(misbehaving(libraries, built=LOOP), "test")
    qtbot.waitUntil(lambda: window.controller.previewing, timeout=START_MS)
    waited: list[float | None] = []
    join = Runner.join

    def join_and_note(runner: Runner, timeout: float | None = None) -> bool:
        waited.append(timeout)
        return join(runner, timeout)

    with monkeypatch.context() as typing:
        typing.setattr(Runner, "join", join_and_note)
        for steps in range(11, 31):
            window.document.replace(GOOD.with_run(steps=steps), "test")
    # Twenty edits, and the window has offered to stand still for one of them, for as long as nobody notices.
    assert waited == [0.005]
    wait_for_preview(window, GOOD.with_run(steps=30), qtbot)


def test_previews_that_cannot_be_interrupted_are_left_behind_but_not_too_many(
    window: MainWindow,
    libraries: MadeUpLibraries,
    gatekeeper: Gatekeeper,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("lrgui.ui.preview_task.LEAVE_AFTER_S", 0.05)
    window.workbench._previews = True
    stuck = misbehaving(libraries, built=gatekeeper.BLOCK)
    left = window.controller._left_behind
    for number in range(4):
        window.document.replace(stuck.with_run(steps=100 + number), "test")
        told = "The preview waits for Bad.__init__ (line 11 of bad/__init__.py)."
        qtbot.waitUntil(lambda told=told: window._status.message == told, timeout=START_MS)  # type: ignore[misc]
        good = GOOD.with_run(steps=20 + number)
        window.document.replace(good, "test")
        if number < 3:
            wait_for_preview(window, good, qtbot)
            assert window._status.message == ""
    qtbot.waitUntil(lambda: len(left.alive) == 4, timeout=START_MS)
    assert window._status.message == (
        "The preview failed: 4 earlier ones have not returned, "
        "the last is in Bad.__init__ (line 11 of bad/__init__.py)."
    )
    assert window.controller.preview_trace is None
    gatekeeper.release()
    wait_for_preview(window, GOOD.with_run(steps=23), qtbot)
    qtbot.waitUntil(lambda: not left.alive, timeout=START_MS)


def test_the_traceback_of_a_failed_run_is_a_button_away(
    window: MainWindow, libraries: MadeUpLibraries, qtbot: QtBot
) -> None:
    window.document.replace(misbehaving(libraries, "raise ValueError('no such rate')"), "test")
    with qtbot.waitSignal(window.controller.run_failed, timeout=START_MS):
        key(window, Qt.Key.Key_F5)
    assert window._status.message == "The run failed: step 3, Bad: no such rate (ValueError)"
    (button,) = (one for one in window._status.findChildren(QToolButton) if one.text() == "Details…")
    assert button.isVisible()
    button.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(button, Qt.Key.Key_Space)
    dialog = window.findChild(DetailsDialog)
    assert dialog is not None
    assert dialog.sentence.text() == window._status.message
    assert "bad/__init__.py" in dialog.details.toPlainText()
    key(dialog, Qt.Key.Key_Escape)
    (run,) = window.runs.all
    assert "bad/__init__.py" in run.details
    window._status.tell("Saved")
    assert not button.isVisible()


CATCHES_EVERYTHING = """
while True:
    try: time.sleep(0.001)
    except BaseException: pass
"""


STUCK = {
    "a run that sleeps": ("run", "time.sleep(1000)"),
    "a run that catches everything and a preview that sleeps": ("both", CATCHES_EVERYTHING),
    "the import of torch": ("start", "pass"),
}


def visit(folder: Path, what: str, code: str) -> tuple[float, subprocess.CompletedProcess[str]]:
    """Let the window get stuck and be closed; return when the process was over, and what came of it."""
    folder.mkdir()
    command = [sys.executable, "-m", "tests.ui.stuck_window", str(folder), what, code]
    done = subprocess.run(command, capture_output=True, text=True, timeout=START_MS / 1000, check=False)
    return monotonic(), done


def test_a_window_that_is_closed_waits_for_no_thread(tmp_path: Path) -> None:
    with ThreadPoolExecutor() as side_by_side:
        pending = {name: side_by_side.submit(visit, tmp_path / name, *stuck) for name, stuck in STUCK.items()}
    for name, outcome in pending.items():
        over, done = outcome.result()
        assert done.returncode == 0, f"{name}: {done.stderr}"
        assert over - float(done.stdout) < CLOSED_SECONDS, name
        assert "Traceback" not in done.stderr, name
        assert "Fatal" not in done.stderr, name
