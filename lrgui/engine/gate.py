"""Gate: lets the interface thread draw a frame without a worker competing for the interpreter."""

from __future__ import annotations

from threading import Event

PATIENCE_S = 0.05
"""How long a worker waits at most, so that a slow or lost frame cannot stall it."""


class Gate:
    """Held by the interface thread while it draws; a worker passes between two chunks of steps."""

    def __init__(self) -> None:
        self._held = False
        self._released = Event()

    def hold(self) -> None:
        """Ask the worker to rest; never waits for it."""
        self._released.clear()
        self._held = True

    def release(self) -> None:
        """Let the worker go on."""
        self._held = False
        self._released.set()

    def pass_through(self) -> None:
        """Wait while the gate is held, for `PATIENCE_S` at most."""
        if self._held:
            self._released.wait(PATIENCE_S)
