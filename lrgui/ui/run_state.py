"""RunState, in a module of its own since actions and status bar are there before anything that can run."""

from __future__ import annotations

from enum import StrEnum


class RunState(StrEnum):
    """What the run is doing."""

    IDLE = "idle"
    STARTING = "starting"
    RUNNING = "running"
    PAUSED = "paused"
