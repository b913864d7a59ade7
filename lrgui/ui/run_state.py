"""RunState, in a module of its own since actions and status bar are there before anything that can run."""

from __future__ import annotations

from enum import StrEnum


class RunState(StrEnum):
    """What the run is doing; it is stopping where it was told to stop and does not within a moment."""

    IDLE = "idle"
    STARTING = "starting"
    RUNNING = "running"
    PAUSED = "paused"
    STOPPING = "stopping"
