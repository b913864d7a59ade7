"""Gate: lets the interface thread draw a frame without a worker competing for the interpreter."""

from __future__ import annotations

from threading import Event
from time import perf_counter, sleep

PATIENCE_S = 0.05
"""How long a worker waits at most, so that a slow or lost frame cannot stall it."""

REST_S = 0.003
"""How long a frame waits at most for the worker to come to rest, so that a long step cannot stall it."""

NAP_S = 0.00005
"""How long a worker sleeps where a frame is late: long enough for the other thread to wake up."""


class Gate:
    """Held by the interface thread while it draws; a worker passes between two chunks of steps.

    Where both want the interpreter they hand it to and fro at every call into Qt and torch, and a frame takes several
    times as long. So the worker ends its chunk first, which costs neither of them anything.

    Nor is it enough that torch gives the interpreter back at every call: it takes it again before the other thread has
    woken up, and so on for a tenth of a second. Where a frame is late, the worker sleeps for a moment between chunks.
    """

    def __init__(self) -> None:
        self._held = False
        self._released = Event()
        self._steps = False
        self._rests = Event()
        self._due = 0.0

    def hold(self, next_in: float = PATIENCE_S) -> None:
        """Ask the worker to rest, and wait for it, for `REST_S` at most; the next frame is due in so many seconds."""
        self._due = perf_counter() + next_in
        self._released.clear()
        self._held = True
        if self._steps:
            self._rests.wait(REST_S)

    def release(self) -> None:
        """Let the worker go on."""
        self._held = False
        self._released.set()

    def pass_through(self) -> None:
        """Wait while the gate is held, for `PATIENCE_S` at most; then the worker steps, until `rest`."""
        if self._held:
            self.rest()
            self._released.wait(PATIENCE_S)
        elif perf_counter() > self._due:
            sleep(NAP_S)
        self._rests.clear()
        self._steps = True

    def rest(self) -> None:
        """The worker does not step now: no frame has to wait for it."""
        self._steps = False
        self._rests.set()
