"""What a native crash leaves behind, in a real process that really crashes."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from lrgui.session.recovery import find_leftovers
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


def end(tmp_path: Path, how: str) -> tuple[int, str]:
    """Start lrgui, let it crash, and return its exit status and standard error."""
    with start(_PROGRAM, tmp_path, how) as process:
        try:
            _, errors = process.communicate(timeout=60)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
    return process.returncode, errors


@pytest.mark.parametrize(
    ("how", "number", "told"),
    [
        ("segmentation fault", signal.SIGSEGV, ["Fatal Python error: Segmentation fault", "in crash"]),
        ("abort", signal.SIGABRT, ["Fatal Python error: Aborted", "in crash", "in sleep_in_a_thread"]),
        ("fatal", signal.SIGABRT, ["the widget of all widgets is gone", "Fatal Python error: Aborted", "in crash"]),
    ],
)
def test_the_next_start_knows_of_a_crash(tmp_path: Path, how: str, number: signal.Signals, told: list[str]) -> None:
    status, errors = end(tmp_path, how)
    assert status == -number
    (left,) = find_leftovers()
    assert [text for text in told if text not in left.crash] == []
    assert ("the widget of all widgets is gone" in errors) is (how == "fatal")
    left.discard()


def test_a_clean_end_leaves_nothing_to_tell(tmp_path: Path) -> None:
    assert end(tmp_path, "close")[0] == 0
    assert find_leftovers() == ()
