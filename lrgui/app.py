"""The composition root of the window: QApplication, theme, garbage collection, and whatever may end it."""

from __future__ import annotations

import gc
import os
import sys
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QMessageLogContext, QObject, Qt, QTimer, QtMsgType, Slot, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

from lrgui import __version__
from lrgui.ui.crash_log import CrashLog
from lrgui.ui.endings import Endings
from lrgui.ui.icons import application_icon
from lrgui.ui.main_window import MainWindow
from lrgui.ui.settings import Settings
from lrgui.ui.style import OutlinedFusion
from lrgui.ui.unexpected import Unexpected, tell_failed_start

NO_WINDOW = 2
"""The exit status where no window can be opened."""

FAILED_START = 1
"""The exit status where an error of lrgui's own has kept the window from opening."""

_COLLECT_MS = 1000
_SWITCH_SECONDS = 0.0005
"""Stepping holds the interpreter; a short switch interval gives it back to the frame in time (the default is 5 ms)."""


class Collector(QObject):
    """Collects garbage in the interface thread alone: a cycle freed elsewhere would destroy widgets there."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        self._timer = QTimer(self)
        self._timer.setInterval(_COLLECT_MS)
        self._timer.timeout.connect(self.collect)
        self._timer.start()

    @Slot()
    def spare_what_is_loaded(self) -> None:
        """Leave the modules loaded by now out of later collections, each of which they would make 0.1 s longer."""
        gc.freeze()

    @Slot()
    def collect(self) -> None:
        """Collect each generation that has reached its threshold, as the interpreter itself would."""
        for generation, (count, threshold) in reversed(
            list(enumerate(zip(gc.get_count(), gc.get_threshold(), strict=True)))
        ):
            if count > threshold > 0:
                gc.collect(generation)
                return


class Application(QObject):
    """One window, its settings, and what happens in which order at the start and at the end."""

    def __init__(self, qt_application: QApplication, path: Path | None) -> None:
        super().__init__(qt_application)
        sys.setswitchinterval(_SWITCH_SECONDS)
        self._collector = Collector(self)
        self._crash_log = CrashLog()
        self.window = MainWindow(Settings(self))
        self._unexpected = Unexpected(self.window, self.window.rescue)
        self._unexpected.listen()
        if path is not None:
            self.window.open_path(path)
        self._stages = deque(self.window.stages)
        self.window.painted.connect(self._go_on)
        self.window.ready.connect(self._on_ready)
        self.window.ending.connect(self._crash_log.close)
        # Where the system ends all processes, Qt has time for no more than this.
        qt_application.aboutToQuit.connect(self.window.leave)

    @Slot()
    def leave(self) -> None:
        """End the window without a question, whatever is open in it."""
        self.window.leave()
        # Dialogs would keep the event loop going, and menus have one of their own.
        QApplication.exit(0)

    def close(self) -> None:
        """Leave errors and messages to Python and Qt again, as long as there are both."""
        self._unexpected.stop_listening()
        self._crash_log.close()

    @Slot()
    def keep(self) -> None:
        """Save for recovery what would be lost if the process ended now."""
        self.window.rescue()
        self.window.save_state()

    @Slot()
    def _go_on(self) -> None:
        """Begin the next stage of the start, and let the window take keys and clicks between two of them."""
        if not self._stages or self.window.ended:
            return
        try:
            self._stages.popleft()()
        except Exception as error:
            self._stages.clear()
            self._unexpected.hear(error, "The window is not complete; close it and start lrgui again.")
        QTimer.singleShot(0, self._go_on)

    @Slot()
    def _on_ready(self) -> None:
        self.window.controller.preview_changed.connect(
            self._collector.spare_what_is_loaded, Qt.ConnectionType.SingleShotConnection
        )
        self.window.workbench.autosave.opened.connect(self._log_crashes)
        # It may have been opened while the window was filled.
        self._log_crashes()

    @Slot()
    def _log_crashes(self) -> None:
        path = self.window.workbench.autosave.crash_log
        if path is not None:
            self._crash_log.open(path)


def make_application(arguments: list[str]) -> QApplication:
    """Return the QApplication, named and in Fusion style."""
    application = QApplication(arguments)
    application.setApplicationName("lrgui")
    application.setApplicationDisplayName("lrgui")
    application.setApplicationVersion(__version__)
    application.setDesktopFileName("lrgui")
    application.setStyle(OutlinedFusion())
    application.setWindowIcon(application_icon())
    return application


@contextmanager
def leaving_without_display() -> Iterator[None]:
    """End the process with one sentence and status 2 where Qt finds no display; it would abort, with a core dump."""
    heard: list[str] = []

    def hear(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
        if kind is QtMsgType.QtFatalMsg:
            sys.stderr.write(f"lrgui: no window can be opened: {_why_no_display(heard)}\n")
            sys.stderr.flush()
            # There is no way back: Qt aborts as soon as this returns.
            os._exit(NO_WINDOW)
        heard.append(message)

    previous = qInstallMessageHandler(hear)
    try:
        yield
    finally:
        qInstallMessageHandler(previous)
    sys.stderr.writelines(f"{message}\n" for message in heard)


def _why_no_display(heard: Sequence[str]) -> str:
    """Say in a sentence why Qt found no display, from what it said itself."""
    names = ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY")
    given = ", ".join(f"{name}={os.environ[name]}" for name in names if os.environ.get(name))
    if not given and sys.platform == "linux":
        return "neither DISPLAY nor WAYLAND_DISPLAY is set; `lrgui trace FILE` needs no display"
    if any("could not connect" in message for message in heard):
        return f"the display cannot be reached ({given})"
    if any("libxcb-cursor0" in message for message in heard):
        return "Qt lacks a system library, such as libxcb-cursor0; the README lists the packages that it needs"
    return f"Qt has no use of this display ({given})"


def main(path: Path | None = None) -> int:
    """Open the window, with a session or recipe, and return the exit status once it is closed."""
    # The window never multiplies matrices, and the threads that numpy would start for it can take 0.1 s of the start.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    endings = Endings()
    with leaving_without_display():
        qt_application = make_application(sys.argv[:1])
    try:
        application = Application(qt_application, path)
    except Exception as error:
        tell_failed_start(qt_application, error)
        return FAILED_START
    endings.follow_session(qt_application)
    endings.wanted.connect(application.leave)
    endings.session_ending.connect(application.keep)
    application.window.show()
    status = qt_application.exec()
    application.close()
    endings.end_threads(status)
    return status
