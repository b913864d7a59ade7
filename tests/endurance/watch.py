"""Watching a driven window: what raises, what Qt complains of, and every moment in which the window does not answer."""

from __future__ import annotations

import faulthandler
import logging
import os
import sys
import threading
import traceback
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import monotonic, process_time, sleep, thread_time
from types import TracebackType
from typing import Any, TextIO

from PySide6.QtCore import QMessageLogContext, QObject, Qt, QTimer, QtMsgType, Slot, qInstallMessageHandler

from tests.endurance.stacks import Stacks

GAP_S = 0.1
"""A window that does not answer for longer than this is noticed."""

HANG_S = 10.0
"""After this long the stacks of all threads are written down, and after twice as long the process is ended."""

HUNG = 3
"""The exit status of a process whose interface thread no longer answers."""

_BEAT_MS = 5
_LOOK_S = 0.02
_FRAMES = 12

# Said by the off-screen platform of every window that has a minimum size, and by QTest where a drag leaves a window.
_TALK = ("This plugin does not support ", "Mouse event at ")


@dataclass(frozen=True)
class Gap:
    """A stretch in which the interface thread did not answer: how long, when, and what it and others did.

    `worked` are the seconds of processor time that the interface thread took, and `others` those of all other threads
    of the process: where both together are far less, the machine was busy elsewhere.
    """

    seconds: float
    worked: float
    others: float
    during: str
    stack: str


@dataclass
class _Late:
    """The stack of the interface thread as it was first seen late, and whether that was a hang."""

    beat: int
    stack: str
    hung: bool = False


@dataclass
class Record:
    """What was noticed: `complaints` without repetitions, each with what was going on, and all gaps."""

    complaints: dict[str, str] = field(default_factory=dict)
    gaps: list[Gap] = field(default_factory=list)

    def complain(self, text: str, during: str) -> None:
        """Note what is wrong, once."""
        if text not in self.complaints:
            self.complaints[text] = during
            print(f"\n!! during {during}:\n{text}", file=sys.stderr, flush=True)


class Watch(QObject):
    """Notes what happens in the interface thread while it is on; `during` says what is going on.

    What the driver itself takes long for goes between `pause` and `go_on`. A process that hangs is ended where
    `ends_hangs`.
    """

    def __init__(self, *, ends_hangs: bool = False) -> None:
        super().__init__()
        self._ends_hangs = ends_hangs
        self.record = Record()
        self.during = "start"
        self._paused = False
        self._beats = 0
        self._beat_at, self._worked_at, self._process_at = monotonic(), thread_time(), process_time()
        self._stacks = Stacks()
        self._late: _Late | None = None
        self._over = threading.Event()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(_BEAT_MS)
        self._timer.timeout.connect(self._beat)
        self._thread = threading.Thread(target=self._look, name="watchdog", daemon=True)

    @contextmanager
    def on(self) -> Iterator[Watch]:
        """Watch until the end of the block."""
        hooks = sys.excepthook, threading.excepthook, sys.unraisablehook, warnings.showwarning
        sys.excepthook = self._on_exception
        threading.excepthook = self._on_thread_exception
        sys.unraisablehook = self._on_unraisable
        warnings.showwarning = self._on_warning
        handler = _Listener(self)
        logging.getLogger().addHandler(handler)
        previous = qInstallMessageHandler(self._on_message)
        self.go_on()
        self._timer.start()
        self._thread.start()
        try:
            yield self
        finally:
            self._over.set()
            self._thread.join()
            self._stacks.close()
            self._timer.stop()
            qInstallMessageHandler(previous)
            logging.getLogger().removeHandler(handler)
            sys.excepthook, threading.excepthook, sys.unraisablehook, warnings.showwarning = hooks

    def complain(self, text: str) -> None:
        """Note what is wrong."""
        self.record.complain(text, self.during)

    def pause(self) -> None:
        """Look away: what follows is the driver's own work."""
        self._beat()
        self._paused = True

    def go_on(self) -> None:
        """Look again."""
        self._paused = False
        self._beat_at, self._worked_at, self._process_at = monotonic(), thread_time(), process_time()

    @Slot()
    def _beat(self) -> None:
        now, worked, process = monotonic(), thread_time(), process_time()
        seconds = now - self._beat_at
        if seconds > GAP_S and not self._paused:
            late = self._late
            stack = late.stack if late is not None and late.beat == self._beats else ""
            own = worked - self._worked_at
            self.record.gaps.append(Gap(seconds, own, process - self._process_at - own, self.during, stack))
        self._beats += 1
        self._beat_at, self._worked_at, self._process_at = now, worked, process

    def _look(self) -> None:
        """Look at the interface thread, from another, whenever it is late."""
        while not self._over.is_set():
            sleep(_LOOK_S)
            beat, late = self._beats, monotonic() - self._beat_at
            if self._paused or late < GAP_S * 0.6:
                continue
            if self._late is None or self._late.beat != beat:
                self._late = _Late(beat, self._stacks.read())
            if late > HANG_S and not self._late.hung:
                self._late.hung = True
                self.record.complain(
                    f"the window has not answered for {HANG_S:.0f} s\n{self._stacks.read()}", self.during
                )
                faulthandler.dump_traceback(all_threads=True)
            if self._ends_hangs and late > 2 * HANG_S:
                os._exit(HUNG)

    def _on_exception(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        self.complain("".join(traceback.format_exception(kind, error, trace)))

    def _on_thread_exception(self, given: threading.ExceptHookArgs) -> None:
        if given.exc_value is not None:
            self.complain("".join(traceback.format_exception(given.exc_value)))

    def _on_unraisable(self, given: Any) -> None:
        self.complain(f"{given.err_msg}: {given.object!r}\n{''.join(traceback.format_exception(given.exc_value))}")

    def _on_warning(
        self,
        message: Warning | str,
        category: type[Warning],
        filename: str,
        lineno: int,
        file: TextIO | None = None,
        line: str | None = None,
    ) -> None:
        self.complain(f"{filename}:{lineno}: {category.__name__}: {message}")

    def _on_message(self, kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
        if kind not in (QtMsgType.QtDebugMsg, QtMsgType.QtInfoMsg) and not message.startswith(_TALK):
            self.complain(f"Qt: {message}\n{''.join(traceback.format_stack()[-_FRAMES:-1])}")


class _Listener(logging.Handler):
    """Hears what is logged as a warning or worse."""

    def __init__(self, watch: Watch) -> None:
        super().__init__(logging.WARNING)
        self._watch = watch

    def emit(self, record: logging.LogRecord) -> None:
        self._watch.complain(f"logged: {self.format(record)}")
