"""Waiting in an event loop of its own, which leaves nothing behind that a count would find."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

from PySide6.QtCore import QEventLoop, QObject, QTimer, Slot

_LOOK_MS = 20


class Patience(QObject):
    """Lets the window live until a condition holds; it is looked at now and then, seldom beside the frames."""

    def __init__(self, seconds: float = 120.0) -> None:
        super().__init__()
        self._seconds = seconds
        self._condition: Callable[[], bool] = bool
        self._deadline = 0.0
        self._loop = QEventLoop(self)
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_MS)
        self._timer.timeout.connect(self._look)

    def wait_until(self, condition: Callable[[], bool]) -> None:
        """Wait; AssertionError when it takes too long."""
        self._condition, self._deadline = condition, monotonic() + self._seconds
        self._timer.start()
        self._loop.exec()
        self._timer.stop()
        self._condition = bool
        assert condition(), "the window did not get there"

    @Slot()
    def _look(self) -> None:
        if self._condition() or monotonic() > self._deadline:
            self._loop.quit()
