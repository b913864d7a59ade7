"""How far a run is and how fast it goes."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

_WINDOW_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Progress:
    """`steps` of `planned`, at `rate` steps per second (0 while unknown), `remaining` seconds (None while unknown)."""

    steps: int = 0
    planned: int = 0
    rate: float = 0.0

    @property
    def fraction(self) -> float:
        """The part that is done, 0 to 1."""
        return self.steps / self.planned if self.planned else 0.0

    @property
    def remaining(self) -> float | None:
        """Seconds left at the present rate, or None while the rate is unknown."""
        return (self.planned - self.steps) / self.rate if self.rate > 0 else None


class RateMeter:
    """Steps per second: over the last second while a run goes on, over all its stepping once it rests."""

    def __init__(self) -> None:
        self.progress = Progress()
        self._samples: deque[tuple[float, int]] = deque()

    def start(self, planned: int) -> None:
        """Begin with a new run of `planned` steps."""
        self.progress = Progress(0, planned)
        self._samples.clear()

    def advance(self, steps: int, now: float) -> None:
        """Take note of `steps` at the time `now` (seconds of the monotonic clock)."""
        self._samples.append((now, steps))
        while len(self._samples) > 2 and now - self._samples[0][0] > _WINDOW_SECONDS:
            self._samples.popleft()
        first_time, first_steps = self._samples[0]
        elapsed = now - first_time
        rate = (steps - first_steps) / elapsed if elapsed > 0 else self.progress.rate
        self.progress = Progress(steps, self.progress.planned, rate)

    def rest(self, steps: int, seconds: float) -> None:
        """The run pauses or ends after `steps`, which took `seconds`."""
        self._samples.clear()
        self.progress = Progress(steps, self.progress.planned, steps / seconds if seconds > 0 else 0.0)


def duration(seconds: float) -> str:
    """Return a duration as `0:12` or `1:02:03`."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
