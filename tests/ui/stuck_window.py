"""Opens the window as the application does, lets a run and maybe a preview get stuck, and closes it: to be timed.

    python -m tests.ui.stuck_window FOLDER run|both|start CODE

It prints the time at which the window is closed, in seconds of the system's monotonic clock.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from time import monotonic

import pytest
from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QApplication

from lrgui import app
from lrgui.ui.main_window import MainWindow
from tests.made_up_libraries import MadeUpLibraries
from tests.misbehaving import misbehaving
from tests.ui.driving import Answer, press

_LOOK_MS = 10


class Visit(QObject):
    """Does one thing after the other, each as soon as it can be done."""

    def __init__(self, *acts: Callable[[MainWindow], bool]) -> None:
        super().__init__()
        self._acts = list(acts)
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_MS)
        self._timer.timeout.connect(self._look)

    def begin(self) -> None:
        """Begin; the window need not be there yet."""
        self._timer.start()

    @Slot()
    def _look(self) -> None:
        windows = [one for one in QApplication.topLevelWidgets() if isinstance(one, MainWindow)]
        if windows and self._acts and self._acts[0](windows[0]):
            self._acts.pop(0)
        if not self._acts:
            self._timer.stop()


def main() -> int:
    folder, what, code = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
    libraries = MadeUpLibraries(folder / "libraries", pytest.MonkeyPatch())

    def is_importing(window: MainWindow) -> bool:
        return window._workbench is not None and window.controller.previewing

    def start(window: MainWindow) -> bool:
        if window._workbench is None or window.controller.preview_trace is None:
            return False
        window.controller.run(misbehaving(libraries, code))
        if what == "both":
            asleep = misbehaving(libraries, built="time.sleep(1000)", library="asleep")
            window.document.replace(asleep, "test")
        return True

    def is_stuck(window: MainWindow) -> bool:
        controller = window.controller
        runners = [controller._runner, *([controller._preview.runner] if what == "both" else [])]
        return all(runner is not None and "Bad." in runner.waiting_for() for runner in runners)

    visit = Visit(is_importing, close) if what == "start" else Visit(start, is_stuck, close)
    make_application = app.make_application

    def make_application_and_begin(arguments: list[str]) -> QApplication:
        application = make_application(arguments)
        visit.begin()
        return application

    app.make_application = make_application_and_begin
    return app.main()


def close(window: MainWindow) -> bool:
    Answer(press("Discard"))
    QTimer.singleShot(0, window.close)
    print(monotonic(), flush=True)
    return True


if __name__ == "__main__":
    sys.exit(main())
