"""Endings from outside, in real processes with real signals: quick, without a question, with the work kept."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

import pytest

from lrgui.core.recipe import Recipe
from lrgui.session.recovery import Leftover, find_leftovers
from lrgui.ui import endings
from tests.starting import start, told_on

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX's")

SHORT = 0.5
"""The patience, in seconds, of a program that is sure to use it up."""

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
system.PATIENCE_SECONDS, system._THREADS_SECONDS = map(float, sys.argv[2:4])

def say(word):
    print(word, flush=True)

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
        self.window.ready.connect(self.go_on)

    def go_on(self):
        window = self.window
        if moment == "while torch is imported":
            say("now")
        elif moment == "idle":
            self.look = QTimer(interval=5)
            self.look.timeout.connect(self.watch_preview)
            self.look.start()
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
            say("now")
            say(f"{window.isVisible()} {desktop.command == [sys.executable, '-m', 'lrgui']}")
            QApplication.quit()
        elif moment == "dialogs":
            window.document.replace(LONG, "test")
            QMessageBox(QMessageBox.Icon.Question, "Title", "Text", parent=window).open()
            # Each of these has an event loop of its own, in which the next one is opened.
            box = QMessageBox(QMessageBox.Icon.Question, "Title", "Text", parent=window)
            QTimer.singleShot(20, lambda: QFileDialog.getOpenFileName(window, "Open"))
            QTimer.singleShot(40, self.pop_up)
            box.exec()
        elif moment == "slow save":
            from lrgui.session.atomic import replacing
            def save(progress):
                with replacing(Path(sys.argv[4])) as stream:
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
                with replacing(Path(sys.argv[4])) as stream:
                    stream.write(b"new")
                    say("now")
                    time.sleep(0.4)
            window._background.start("Saving", save, lambda _: say("saved"), say)
        elif moment == "hanging save":
            window._background.start("Saving", lambda _: (say("now"), Path(sys.argv[4]).read_bytes()), say, say)
        elif moment == "hanging interface":
            say("now")
            while True:
                time.sleep(0.1)

    def pop_up(self):
        if not isinstance(QApplication.activeModalWidget(), QFileDialog):
            QTimer.singleShot(20, self.pop_up)
            return
        menu = QMenu(self.window)
        menu.addAction("One")
        QTimer.singleShot(50, lambda: say("now" if menu.isVisible() else "no menu"))
        menu.exec()

    def watch_preview(self):
        controller = self.window.controller
        if controller.preview_trace is not None and not controller.previewing:
            self.look.stop()
            say("now")

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
def started(
    tmp_path: Path,
    moment: str,
    path: Path | str = "",
    *,
    patience: float = endings.PATIENCE_SECONDS,
    threads: float = endings._THREADS_SECONDS,
) -> Iterator[subprocess.Popen[str]]:
    """Start lrgui, with its patience with the window and with threads, and let it come to a moment."""
    with start(_PROGRAM, tmp_path, moment, str(patience), str(threads), str(path)) as process:
        try:
            wait_for_moment(process)
            yield process
        finally:
            process.kill()


def wait_for_moment(process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    assert process.stdout.readline() == "now\n", process.communicate()[1]


@pytest.fixture(autouse=True, scope="module")
def interruptible() -> Iterator[None]:
    """Let programs started here be ended, also where the tests run behind a shell or nohup, which forbid it."""
    before = {signal.SIGINT: signal.default_int_handler, signal.SIGHUP: signal.SIG_DFL}
    for number, handler in before.items():
        before[number] = signal.signal(number, handler)
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@dataclass(frozen=True)
class WithTorch:
    """A start of lrgui that has imported torch, and how its recovery folder is found."""

    process: subprocess.Popen[str]
    folder: Path

    def leftovers(self) -> tuple[Leftover, ...]:
        return find_leftovers(self.folder / "data" / "lrgui" / "recovery")


@pytest.fixture(scope="module")
def with_torch(interruptible: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, WithTorch]]:
    """Starts by their moments, side by side: most of their time they import torch."""
    patience = map(str, (endings.PATIENCE_SECONDS, endings._THREADS_SECONDS))
    arguments = (*patience, "")
    folders = {moment: tmp_path_factory.mktemp("ending") for moment in ("idle", "run", "pause")}
    with ExitStack() as processes:
        starts = {}
        for moment, folder in folders.items():
            process = processes.enter_context(start(_PROGRAM, folder, moment, *arguments))
            processes.callback(process.kill)
            starts[moment] = WithTorch(process, folder)
        for one in starts.values():
            wait_for_moment(one.process)
        yield starts


def ending_of(process: subprocess.Popen[str], *signals: signal.Signals) -> tuple[int, float, str]:
    """Send signals, and return exit status, seconds and what was said on standard error."""
    begun = monotonic()
    for number in signals:
        process.send_signal(number)
    status = process.wait(60)
    seconds = monotonic() - begun
    assert process.stderr is not None
    return status, seconds, told_on(process.stderr.read())


def recipe_left_behind() -> Recipe:
    """Return what is edited in the one window that has left work behind."""
    (left,) = find_leftovers()
    assert left.has_work
    assert left.recipe is not None
    left.discard()
    return left.recipe


@pytest.mark.parametrize(
    ("moment", "number"),
    [
        ("before the window is shown", signal.SIGTERM),
        ("while torch is imported", signal.SIGHUP),
    ],
)
def test_a_signal_ends_the_window_at_once_and_in_peace(tmp_path: Path, moment: str, number: signal.Signals) -> None:
    with started(tmp_path, moment) as process:
        status, seconds, said = ending_of(process, number)
    assert (status, said) == (0, "")
    assert seconds < 2
    assert find_leftovers() == ()


def test_no_dialog_and_no_menu_keeps_the_window_from_ending_and_the_edit_is_kept(tmp_path: Path) -> None:
    with started(tmp_path, "dialogs") as process:
        status, seconds, said = ending_of(process, signal.SIGTERM)
    assert (status, said) == (0, "")
    assert seconds < 2
    assert recipe_left_behind().run.steps == 50_000_000


def test_a_signal_ends_an_idle_window_and_nothing_is_left(with_torch: dict[str, WithTorch]) -> None:
    idle = with_torch["idle"]
    status, seconds, said = ending_of(idle.process, signal.SIGINT)
    assert (status, said) == (0, "")
    assert seconds < 2
    assert idle.leftovers() == ()


def test_the_run_is_kept_to_its_last_row(with_torch: dict[str, WithTorch]) -> None:
    run = with_torch["run"]
    status, seconds, said = ending_of(run.process, signal.SIGTERM)
    assert run.process.stdout is not None
    rows = int(run.process.stdout.read())
    assert (status, said) == (0, "")
    assert seconds < 2
    (left,) = run.leftovers()
    session = left.read().session
    assert (session.recipe.run.steps, session.runs[0].status) == (50_000_000, "stopped")
    assert session.runs[0].trace.rows == rows > 1000
    left.discard()


def test_a_wish_that_is_sent_thrice_at_once_is_one_wish_also_in_a_pause(with_torch: dict[str, WithTorch]) -> None:
    process = with_torch["pause"].process
    status, seconds, said = ending_of(process, signal.SIGHUP, signal.SIGTERM, signal.SIGINT)
    assert (status, said) == (0, "")
    assert seconds < 2


def test_a_save_under_way_is_finished(tmp_path: Path) -> None:
    path = tmp_path / "session"
    path.write_bytes(b"old")
    with started(tmp_path, "quick save", path) as process:
        status, seconds, said = ending_of(process, signal.SIGTERM)
        assert process.stdout is not None
        assert process.stdout.read() == "saved\n"
    assert (status, said, path.read_bytes()) == (0, "", b"new")
    assert seconds < 2


def test_a_long_save_is_stopped_and_the_old_file_stays_whole(tmp_path: Path) -> None:
    path = tmp_path / "session"
    path.write_bytes(b"old")
    with started(tmp_path, "slow save", path) as process:
        status, seconds, said = ending_of(process, signal.SIGTERM)
    assert (status, said, path.read_bytes()) == (0, "", b"old")
    assert seconds < 3
    assert [left.name for left in tmp_path.iterdir() if left.is_file()] == ["session"]


def test_a_thread_that_hangs_does_not_keep_the_process(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    with started(tmp_path, "hanging save", path, threads=SHORT) as process:
        status, seconds, said = ending_of(process, signal.SIGTERM)
    assert (status, said) == (0, "")
    assert seconds - SHORT + endings._THREADS_SECONDS < 6


def test_an_interface_that_hangs_does_not_keep_the_process_either(tmp_path: Path) -> None:
    with started(tmp_path, "hanging interface", patience=SHORT) as process:
        status, seconds, said = ending_of(process, signal.SIGTERM)
    assert (status, said) == (1, "")
    assert seconds - SHORT + endings.PATIENCE_SECONDS < 8


def test_whoever_insists_ends_it_at_once_but_not_with_what_is_forbidden_from_outside(tmp_path: Path) -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with started(tmp_path, "hanging interface", patience=60.0) as process:
            for number, seconds in ((signal.SIGINT, 1), (signal.SIGHUP, 0.2)):
                process.send_signal(number)
                with pytest.raises(subprocess.TimeoutExpired):
                    process.wait(seconds)
            status, seconds, said = ending_of(process, signal.SIGINT)
    finally:
        signal.signal(signal.SIGHUP, before)
    assert (status, said) == (128 + signal.SIGINT, "")
    assert seconds < 1


def test_logging_out_keeps_the_work_without_a_question(tmp_path: Path) -> None:
    with started(tmp_path, "log out") as process:
        assert process.wait(60) == 0
        assert process.stdout is not None
        assert process.stderr is not None
        assert (process.stdout.read(), told_on(process.stderr.read())) == ("True True\n", "")
    assert recipe_left_behind().run.steps == 50_000_000
