"""Endings that come from outside the window: signals of the system, and the end of the desktop's session."""

from __future__ import annotations

import os
import signal
import sys
import threading
from contextlib import suppress
from time import monotonic
from types import FrameType

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication, QSessionManager

PATIENCE_SECONDS = 5.0
"""How long the window may take to end once the system wants it to; then the process ends as it is."""

NOT_IN_TIME = 1
"""The exit status where it took longer."""

_NAMES = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
_ONE_WISH_SECONDS = 0.5
"""A terminal that is closed, or a program around this one, sends the same wish more than once."""

_THREADS_SECONDS = 3.0


class Endings(QObject):
    """Tells when the system wants the window to end, and ends the process where the window does not.

    A thread of its own waits for signals: the interface thread may stand still, in a call of Qt's or of the system's,
    and Python runs a handler only between two of its own instructions. A signal that comes before there is an
    event loop is told of once there is one. A second one ends the process at once.

    Signals:
        wanted: the window is to end now, without a question, its work kept for recovery.
        session_ending: the desktop's session ends: whatever is unsaved is to be kept, now, without a question.
    """

    wanted = Signal()
    session_ending = Signal()
    _heard = Signal()

    def __init__(self) -> None:
        super().__init__()
        # From here on, because a signal without a connection is lost.
        self._heard.connect(self.wanted, Qt.ConnectionType.QueuedConnection)
        self._reader, writer = os.pipe()
        if hasattr(os, "set_blocking"):
            os.set_blocking(writer, False)
        for number in (getattr(signal, name) for name in _NAMES if hasattr(signal, name)):
            # One that is ignored was forbidden from outside, by nohup or by a shell that runs this in the background.
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, _leave_it_to_the_thread)
        signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
        self._bound = threading.Timer(PATIENCE_SECONDS, os._exit, (NOT_IN_TIME,))
        self._watcher = threading.Thread(target=self._watch, name="endings", daemon=True)
        self._watcher.start()

    def follow_session(self, application: QGuiApplication) -> None:
        """Heed the end of the desktop's session, which is told to the application."""
        application.commitDataRequest.connect(self._on_session_ending)

    def end_threads(self, status: int) -> None:
        """Wait a moment for what other threads still do; end the process here, with `status`, where one never ends."""
        self._bound.cancel()
        until = monotonic() + _THREADS_SECONDS
        own = (threading.current_thread(), self._watcher, self._bound)
        others = [thread for thread in threading.enumerate() if thread not in own]
        for thread in others:
            # Python would wait for these without end. The others make a step or import torch, with nothing to lose.
            if not thread.daemon:
                thread.join(max(0.0, until - monotonic()))
        if any(thread.is_alive() for thread in others):
            with suppress(OSError, ValueError, AttributeError):
                sys.stdout.flush()
                sys.stderr.flush()
            os._exit(status)

    @Slot(QSessionManager)
    def _on_session_ending(self, manager: QSessionManager) -> None:
        # Never a question: it would hold up the desktop, and nothing is lost without it.
        self.session_ending.emit()
        # Of a desktop that starts anew what was open: Qt would add arguments that the command line refuses.
        manager.setRestartCommand([sys.executable, "-m", "lrgui"])
        application = QGuiApplication.instance()
        assert application is not None
        application.installEventFilter(self)

    def _watch(self) -> None:
        os.read(self._reader, 1)
        wished = monotonic()
        self._heard.emit()
        self._bound.daemon = True
        self._bound.start()
        while True:
            (number,) = os.read(self._reader, 1)
            if monotonic() - wished > _ONE_WISH_SECONDS:
                # What is on the disk by now is whole, as after a kill.
                os._exit(128 + number)

    # overrides of Qt

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # Installed once the session ends: what comes now would close the window with a question.
        if event.type() == QEvent.Type.Quit:
            self.wanted.emit()
            return True
        return False


def _leave_it_to_the_thread(number: int, frame: FrameType | None) -> None:
    """Handle a signal in Python's eyes, so that it is written to the pipe."""
