"""File work off the interface thread: a function runs in a worker, its result comes back to a bound method."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal, Slot

from lrgui.core.errors import LrguiError


@dataclass(frozen=True, slots=True)
class _Outcome:
    deliver: Callable[[Any], None]
    value: Any


class Background(QObject):
    """Runs one job after another in a single thread and delivers the outcomes in the interface thread.

    Signals:
        busy_changed: a first job was started, or the last one was delivered.
    """

    busy_changed = Signal()
    _outcome_ready = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="lrgui-files")
        self._outcomes: SimpleQueue[_Outcome] = SimpleQueue()
        self._pending = 0
        self._outcome_ready.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    @property
    def busy(self) -> bool:
        """True while a job is under way."""
        return self._pending > 0

    def start(self, job: Callable[[], Any], done: Callable[[Any], None], failed: Callable[[str], None]) -> None:
        """Run `job` in the worker; then `done` gets its result, or `failed` one sentence, in the interface thread."""
        self._pending += 1
        self._executor.submit(self._work, job, done, failed)
        if self._pending == 1:
            self.busy_changed.emit()

    def shut_down(self) -> None:
        """Wait for the job under way and end the thread."""
        self._executor.shutdown(wait=True)

    def _work(self, job: Callable[[], Any], done: Callable[[Any], None], failed: Callable[[str], None]) -> None:
        try:
            outcome = _Outcome(done, job())
        except LrguiError as error:
            outcome = _Outcome(failed, str(error))
        except Exception as error:
            logging.getLogger(__name__).exception("a background job failed")
            outcome = _Outcome(failed, f"{type(error).__name__}: {error}")
        self._outcomes.put(outcome)
        self._outcome_ready.emit()

    @Slot()
    def _deliver(self) -> None:
        while not self._outcomes.empty():
            outcome = self._outcomes.get()
            self._pending -= 1
            try:
                outcome.deliver(outcome.value)
            finally:
                if self._pending == 0:
                    self.busy_changed.emit()
