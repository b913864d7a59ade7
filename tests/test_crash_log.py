"""What a native crash leaves behind, in a real process that really crashes."""

from __future__ import annotations

import signal
import sys

import pytest

from lrgui.session.recovery import Leftover, find_leftovers
from tests.starting import start

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a crash has no signal there")

_PROGRAM = """
import faulthandler, os, signal, sys, threading, time
from PySide6.QtCore import QMessageLogger, QTimer
from lrgui import app
how = sys.argv[1]

def sleep_in_a_thread():
    time.sleep(60)

class Driven(app.Application):
    def _log_crashes(self):
        super()._log_crashes()
        if self.window.workbench.autosave.crash_log is not None:
            QTimer.singleShot(0, self.crash)

    def crash(self):
        if how == "segmentation fault":
            faulthandler._sigsegv()
        elif how == "abort":
            threading.Thread(target=sleep_in_a_thread, daemon=True).start()
            os.kill(os.getpid(), signal.SIGABRT)
        elif how == "fatal":
            QMessageLogger().fatal("the widget of all widgets is gone")
        else:
            self.window.close()

app.Application = Driven
sys.exit(app.main())
"""


HOWS = ("segmentation fault", "abort", "fatal", "close")

Ended = dict[str, tuple[int, str, tuple[Leftover, ...]]]


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory) -> Ended:
    """Start lrgui, let it crash in each way, side by side; exit status, standard error and what is left, by way."""
    folders = {how: tmp_path_factory.mktemp("crash") for how in HOWS}
    processes = {how: start(_PROGRAM, folder, how) for how, folder in folders.items()}
    found: Ended = {}
    for how, process in processes.items():
        try:
            _, errors = process.communicate(timeout=60)
        finally:
            process.kill()
        left = find_leftovers(folders[how] / "data" / "lrgui" / "recovery")
        for one in left:
            one.release()
        found[how] = process.returncode, errors, left
    return found


@pytest.mark.parametrize(
    ("how", "number", "told"),
    [
        ("segmentation fault", signal.SIGSEGV, ["Fatal Python error: Segmentation fault", "in crash"]),
        ("abort", signal.SIGABRT, ["Fatal Python error: Aborted", "in crash", "in sleep_in_a_thread"]),
        ("fatal", signal.SIGABRT, ["the widget of all widgets is gone", "Fatal Python error: Aborted", "in crash"]),
    ],
)
def test_the_next_start_knows_of_a_crash(ended: Ended, how: str, number: signal.Signals, told: list[str]) -> None:
    status, errors, (left,) = ended[how]
    assert status == -number
    assert [text for text in told if text not in left.crash] == []
    assert ("the widget of all widgets is gone" in errors) is (how == "fatal")


def test_a_clean_end_leaves_nothing_to_tell(ended: Ended) -> None:
    status, _, left = ended["close"]
    assert (status, left) == (0, ())
