"""Endings from outside, in real processes with real signals: quick, without a question, with the work kept."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic

import pytest

from lrgui.session.recovery import find_leftovers
from tests.starting import start, told_on

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX's")

_PROGRAM = """
import sys, time
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QFileDialog, QMenu, QMessageBox
from lrgui import app
from lrgui.ui import endings as system
from lrgui.core.recipe import Choice, Options, Recipe, Run
from lrgui.ui.run_state import RunState

LONG = Recipe(optimizer=Choice("SGD", Options(lr=0.5)), run=Run(steps=50_000_000))
moment = sys.argv[1]
if "with all patience" in sys.argv:
    system.PATIENCE_SECONDS = 60.0

def say(word):
    print(word, flush=True)

def saying(act):
    QTimer.singleShot(100, lambda: say("now"))
    act()

endings = []

class KnownEndings(app.Endings):
    def __init__(self):
        super().__init__()
        endings.append(self)

class Desktop:
    def setRestartCommand(self, command):
        self.command = command

class Driven(app.Application):
    def __init__(self, qt_application, path):
        super().__init__(qt_application, path)
        if moment == "before the window is shown":
            say("now")
            time.sleep(0.3)
        if moment == "while torch is imported":
            self.window.ready.connect(lambda: say("now"))
        else:
            self.window.ready.connect(self.go_on)

    def go_on(self):
        window = self.window
        if moment == "idle":
            say("now")
        elif moment in ("run", "pause"):
            window.document.replace(LONG, "test")
            window.controller.run(LONG)
            self.look = QTimer(interval=5)
            self.look.timeout.connect(self.watch_run)
            self.look.start()
        elif moment == "log out":
            window.document.replace(LONG, "test")
            desktop = Desktop()
            endings[0]._on_session_ending(desktop)
            say(f"{window.isVisible()} {desktop.command == [sys.executable, '-m', 'lrgui']}")
            QApplication.quit()
        elif moment == "edit":
            window.document.replace(LONG, "test")
            say("now")
        elif moment == "message box":
            saying(QMessageBox(QMessageBox.Icon.Question, "Title", "Text", parent=window).exec)
        elif moment == "file dialog":
            saying(lambda: QFileDialog.getOpenFileName(window, "Open"))
        elif moment == "menu":
            menu = QMenu(window)
            menu.addAction("One")
            saying(menu.exec)
        elif moment == "open dialog":
            box = QMessageBox(QMessageBox.Icon.Question, "Title", "Text", parent=window)
            box.open()
            say("now")
        elif moment == "slow save":
            from lrgui.session.atomic import replacing
            def save(progress):
                with replacing(Path(sys.argv[2])) as stream:
                    for part in range(1000):
                        stream.write(b"new")
                        if part == 3:
                            say("now")
                        time.sleep(0.05)
                        progress(part / 1000)
            window._background.start("Saving", save, say, say)
        elif moment == "quick save":
            from lrgui.session.atomic import replacing
            def save(progress):
                with replacing(Path(sys.argv[2])) as stream:
                    stream.write(b"new")
                    say("now")
                    time.sleep(0.4)
            window._background.start("Saving", save, lambda _: say("saved"), say)
        elif moment == "hanging save":
            window._background.start("Saving", lambda _: (say("now"), Path(sys.argv[2]).read_bytes()), say, say)
        elif moment == "hanging interface":
            say("now")
            while True:
                time.sleep(0.1)

    def watch_run(self):
        runs = self.window.runs.all
        if self.window.controller.state is RunState.RUNNING and runs and runs[0].trace.rows > 1000:
            self.look.stop()
            if moment == "pause":
                self.window.controller.pause()
            say("now")

    def leave(self):
        super().leave()
        if moment == "run":
            say(self.window.runs.all[0].trace.rows)

app.Application, app.Endings = Driven, KnownEndings
sys.exit(app.main())
"""


@contextmanager
def started(tmp_path: Path, moment: str, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """Start lrgui and let it come to a moment."""
    with start(_PROGRAM, tmp_path, moment, *arguments) as process:
        assert process.stdout is not None
        try:
            assert process.stdout.readline() == "now\n", process.communicate()[1]
            yield process
        finally:
            process.kill()


@pytest.fixture(autouse=True)
def interruptible() -> Iterator[None]:
    """Let programs started here be interrupted, also where the tests run behind a shell, which forbids it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def ending_of(process: subprocess.Popen[str], *signals: signal.Signals) -> tuple[int, float, str]:
    """Send signals, and return exit status, seconds and what was said on standard error."""
    begun = monotonic()
    for number in signals:
        process.send_signal(number)
    status = process.wait(60)
    seconds = monotonic() - begun
    assert process.stderr is not None
    return status, seconds, told_on(process.stderr.read())


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_the_window_at_once_and_in_peace(tmp_path: Path, number: signal.Signals) -> None:
    with started(tmp_path, "idle") as process:
        status, seconds, said = ending_of(process, number)
    assert (status, said) == (0, "")
    assert seconds < 2


@pytest.mark.parametrize(
    "moment",
    [
        "before the window is shown",
        "while torch is imported",
        "run",
        "pause",
        "edit",
        "message box",
        "file dialog",
        "menu",
        "open dialog",
    ],
)
def test_nothing_that_goes_on_keeps_the_window_from_ending(tmp_path: Path, moment: str) -> None:
    with started(tmp_path, moment) as process:
        status, seconds, said = ending_of(process, signal.SIGTERM)
    assert (status, said) == (0, "")
    assert seconds < 2


def test_the_run_is_kept_to_its_last_row(tmp_path: Path) -> None:
    with started(tmp_path, "run") as process:
        assert ending_of(process, signal.SIGTERM)[0] == 0
        assert process.stdout is not None
        rows = int(process.stdout.read())
    (left,) = find_leftovers()
    session = left.read().session
    assert (session.recipe.run.steps, session.runs[0].status) == (50_000_000, "stopped")
    assert session.runs[0].trace.rows == rows > 1000
    left.discard()


def test_an_edit_is_kept_and_an_idle_window_leaves_nothing(tmp_path: Path) -> None:
    for moment, works in (("idle", []), ("edit", [True])):
        with started(tmp_path, moment) as process:
            assert ending_of(process, signal.SIGTERM)[0] == 0
        found = find_leftovers()
        assert [left.has_work for left in found] == works
        for left in found:
            assert left.recipe is not None
            assert left.recipe.run.steps == 50_000_000
            left.discard()


def test_a_save_under_way_is_finished(tmp_path: Path) -> None:
    path = tmp_path / "session"
    path.write_bytes(b"old")
    with started(tmp_path, "quick save", str(path)) as process:
        status, seconds, said = ending_of(process, signal.SIGTERM)
        assert process.stdout is not None
        assert process.stdout.read() == "saved\n"
    assert (status, said, path.read_bytes()) == (0, "", b"new")
    assert seconds < 2


def test_a_long_save_is_stopped_and_the_old_file_stays_whole(tmp_path: Path) -> None:
    path = tmp_path / "session"
    path.write_bytes(b"old")
    with started(tmp_path, "slow save", str(path)) as process:
        status, seconds, said = ending_of(process, signal.SIGTERM)
    assert (status, said, path.read_bytes()) == (0, "", b"old")
    assert seconds < 3
    assert [left.name for left in tmp_path.iterdir() if left.is_file()] == ["session"]


def test_a_thread_that_hangs_does_not_keep_the_process(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    with started(tmp_path, "hanging save", str(path)) as process:
        status, seconds, said = ending_of(process, signal.SIGTERM)
    assert (status, said) == (0, "")
    assert seconds < 6


def test_an_interface_that_hangs_does_not_keep_the_process_either(tmp_path: Path) -> None:
    with started(tmp_path, "hanging interface") as process:
        status, seconds, said = ending_of(process, signal.SIGTERM)
    assert (status, said) == (1, "")
    assert seconds < 8


def test_a_wish_that_is_sent_twice_at_once_is_one_wish(tmp_path: Path) -> None:
    with started(tmp_path, "run") as process:
        status, _, said = ending_of(process, signal.SIGHUP, signal.SIGTERM, signal.SIGINT)
    assert (status, said) == (0, "")


def test_whoever_insists_ends_it_at_once(tmp_path: Path) -> None:
    with started(tmp_path, "hanging interface", "with all patience") as process:
        process.send_signal(signal.SIGINT)
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(1)
        status, seconds, said = ending_of(process, signal.SIGINT)
    assert (status, said) == (128 + signal.SIGINT, "")
    assert seconds < 1


def test_what_is_forbidden_from_outside_stays_so(tmp_path: Path) -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with started(tmp_path, "idle") as process:
            process.send_signal(signal.SIGHUP)
            with pytest.raises(subprocess.TimeoutExpired):
                process.wait(1)
            assert ending_of(process, signal.SIGTERM)[0] == 0
    finally:
        signal.signal(signal.SIGHUP, before)


def test_logging_out_keeps_the_work_without_a_question(tmp_path: Path) -> None:
    with start(_PROGRAM, tmp_path, "log out") as process:
        try:
            output, errors = process.communicate(timeout=60)
        finally:
            process.kill()
    assert (process.returncode, output, told_on(errors)) == (0, "True True\n", "")
    (left,) = find_leftovers()
    assert left.has_work
    assert left.recipe is not None
    assert left.recipe.run.steps == 50_000_000
    left.discard()
