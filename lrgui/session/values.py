"""Session: recipe, runs and view, as frozen values; what a session file holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from lrgui.core.recipe import Recipe
from lrgui.core.trace import Trace

Status = Literal["finished", "stopped", "failed"]
XAxis = Literal["step", "epoch"]


@dataclass(frozen=True, slots=True)
class RecordedRun:
    """One execution of a recipe: its id, name, colour (an index into the theme's curve colours) and trace.

    `message` says why a failed run ended. A run that is not `visible` is kept but not drawn.
    """

    id: int
    name: str
    colour: int
    recipe: Recipe
    trace: Trace
    status: Status = "finished"
    message: str = ""
    visible: bool = True


@dataclass(frozen=True, slots=True)
class View:
    """How the plot is looked at."""

    x_axis: XAxis = "step"
    log_y: bool = False
    series: str = "lr"


@dataclass(frozen=True, slots=True)
class Session:
    """What a session file holds."""

    recipe: Recipe
    runs: tuple[RecordedRun, ...] = ()
    view: View = View()
