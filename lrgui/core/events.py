"""What a worker tells the window: frozen plain values, each with the id of its run.

A run's last word is always Finished or Failed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from lrgui.core.trace import Trace


@dataclass(frozen=True, slots=True)
class Started:
    """The torch objects are built; rows will appear in `trace`, which only the worker writes."""

    run_id: int
    trace: Trace


@dataclass(frozen=True, slots=True)
class Advanced:
    """A paused run has come to rest (or made its single step); `steps` rows are recorded."""

    run_id: int
    steps: int


@dataclass(frozen=True, slots=True)
class Warned:
    """torch warned about something at `step` (None while building)."""

    run_id: int
    step: int | None
    message: str


@dataclass(frozen=True, slots=True)
class Failed:
    """The run ended with an error; `message` is one sentence, `details` the traceback to copy."""

    run_id: int
    step: int | None
    message: str
    details: str = ""


@dataclass(frozen=True, slots=True)
class Finished:
    """The run ended with `steps` rows recorded, all of them or, when `stopped`, as many as the user wanted."""

    run_id: int
    steps: int
    stopped: bool = False


Event: TypeAlias = Started | Advanced | Warned | Failed | Finished
