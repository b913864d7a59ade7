"""File work off the interface thread: a function runs in a worker, its result comes back to a bound method."""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from lrgui.core.errors import LrguiError, StoppedError
from lrgui.session.progress import Progress

_REPORT_MS = 150

_FINISH_SECONDS = 1.0
"""How long a job may still take where the window has to end; most files are written in less."""

_STOP_SECONDS = 0.5
"""How long it may take to stop after that, which it does at its next report of progress."""

Job = Callable[[Progress], Any]
"""Work that tells how far it is, and ends where that raises."""


@dataclass(frozen=True, slots=True)
class _Outcome:
    deliver: Callable[[Any], None]
    value: Any


class _Ticket:
    """What the interface thread and a job share: plain values, each written by one of them."""

    def __init__(self, title: str) -> None:
        self.title = title
        self.fraction = 0.0
        self.stop_wanted = False

    def report(self, fraction: float) -> None:
        """Take note of how much is done.

        Raises:
            StoppedError: when the user wants the job stopped.
        """
        self.fraction = fraction
        if self.stop_wanted:
            raise StoppedError(f"{self.title}: stopped; nothing was changed")


class Background(QObject):
    """Runs one job after another in a single thread and delivers the outcomes in the interface thread.

    Signals:
        busy_changed: a first job was started, or the last one was delivered.
        progressed: a job goes on for longer than a moment; its title and how much is done, 0 to 1.
    """

    busy_changed = Signal()
    progressed = Signal(str, float)
    _outcome_ready = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="lrgui-files")
        self._outcomes: SimpleQueue[_Outcome] = SimpleQueue()
        self._tickets: deque[_Ticket] = deque()
        self._latest: Future[None] | None = None
        self._outcome_ready.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self._timer = QTimer(self)
        self._timer.setInterval(_REPORT_MS)
        self._timer.timeout.connect(self._report)

    @property
    def busy(self) -> bool:
        """True while a job is under way."""
        return bool(self._tickets)

    def start(self, title: str, job: Job, done: Callable[[Any], None], failed: Callable[[str], None]) -> None:
        """Run `job` in the worker; then `done` gets its result, or `failed` one sentence, in the interface thread."""
        ticket = _Ticket(title)
        self._tickets.append(ticket)
        self._latest = self._executor.submit(self._work, ticket, job, done, failed)
        if len(self._tickets) == 1:
            self._timer.start()
            self.busy_changed.emit()

    @Slot()
    def stop(self) -> None:
        """Stop the job under way, and those that wait."""
        for ticket in self._tickets:
            ticket.stop_wanted = True

    def shut_down(self) -> None:
        """End the thread: give the jobs a moment, stop them then, and leave one that hangs to itself."""
        if self._latest is not None and wait((self._latest,), _FINISH_SECONDS).not_done:
            self.stop()
            wait((self._latest,), _STOP_SECONDS)
        self._executor.shutdown(wait=False, cancel_futures=True)
        self._timer.stop()

    def finish(self) -> None:
        """End the thread, and deliver what the jobs came to without waiting for the event loop."""
        self.shut_down()
        self._deliver()

    def _work(self, ticket: _Ticket, job: Job, done: Callable[[Any], None], failed: Callable[[str], None]) -> None:
        try:
            outcome = _Outcome(done, job(ticket.report))
        except LrguiError as error:
            outcome = _Outcome(failed, str(error))
        except Exception as error:
            # Nobody foresaw it: told as such, beside what the job was for.
            sys.excepthook(type(error), error, error.__traceback__)
            outcome = _Outcome(failed, f"{type(error).__name__}: {error}")
        self._outcomes.put(outcome)
        self._outcome_ready.emit()

    @Slot()
    def _deliver(self) -> None:
        while not self._outcomes.empty():
            outcome = self._outcomes.get()
            self._tickets.popleft()
            try:
                outcome.deliver(outcome.value)
            finally:
                if not self._tickets:
                    self._timer.stop()
                    self.busy_changed.emit()

    @Slot()
    def _report(self) -> None:
        self.progressed.emit(self._tickets[0].title, self._tickets[0].fraction)
