"""How often a frame is drawn while something goes on: seldom beside a run, often while the user moves the view."""

from __future__ import annotations

from math import inf
from time import monotonic

from PySide6.QtCore import QObject, Qt, QTimer, Slot

FRAME_MS = 33
"""Thirty frames per second: a smooth curve, and nine tenths of the time left to the stepping."""

INTERACTING_FRAME_MS = 16
"""Sixty frames per second while the user moves the view, when every hitch is seen."""

_INTERACTION_SECONDS = 0.3
"""How long after the last move of the view the user counts as moving it still."""


def precise_timer(parent: QObject, milliseconds: int) -> QTimer:
    """Return a timer that keeps its interval to the millisecond; others may be late by a twentieth."""
    timer = QTimer(parent)
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.setInterval(milliseconds)
    return timer


class FrameTimer(QObject):
    """Calls for a frame at the pace that what goes on deserves; `timer` is to be started and stopped."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.timer = precise_timer(self, FRAME_MS)
        self.timer.timeout.connect(self._relax)
        self._interacted = -inf

    @Slot()
    def note_interaction(self) -> None:
        """Call more often for a moment: the user moves the view."""
        self._interacted = monotonic()
        self._set_interval(INTERACTING_FRAME_MS)

    @Slot()
    def _relax(self) -> None:
        if monotonic() - self._interacted > _INTERACTION_SECONDS:
            self._set_interval(FRAME_MS)

    def _set_interval(self, milliseconds: int) -> None:
        # Setting even the same interval begins it anew: no frame would come as long as moves do.
        if self.timer.interval() != milliseconds:
            self.timer.setInterval(milliseconds)
