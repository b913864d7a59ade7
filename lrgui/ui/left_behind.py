"""LeftBehind: the threads that nobody listens to any more and that have yet to end."""

from __future__ import annotations

from time import monotonic

from lrgui.engine.runner import Runner

_MOST = 4
_INSIST_SECONDS = 2.0


class LeftBehind:
    """Runners that were stopped and are left alone, whatever holds them; a thread goes when its code returns."""

    def __init__(self) -> None:
        self._runners: list[Runner] = []

    @property
    def alive(self) -> list[Runner]:
        """Those whose threads have not ended yet."""
        self._runners = [runner for runner in self._runners if runner.is_alive]
        return self._runners

    @property
    def full(self) -> bool:
        """True while there are so many that no preview should join them."""
        return len(self.alive) >= _MOST

    @property
    def pressing(self) -> bool:
        """True while one was stopped so short a time ago that `insist` may help."""
        return any(runner.stopping_s < _INSIST_SECONDS for runner in self.alive)

    def add(self, runner: Runner) -> None:
        """Stop a runner and leave it behind."""
        runner.stop()
        runner.leave_behind()
        self._runners = [*self.alive, runner]

    def insist(self) -> None:
        """Interrupt each once more."""
        for runner in self.alive:
            runner.insist()

    def end(self, seconds: float) -> None:
        """Wait at most so many seconds until all have ended."""
        deadline = monotonic() + seconds
        for runner in self.alive:
            runner.stop()
        for runner in self.alive:
            runner.end(max(0.0, deadline - monotonic()))
