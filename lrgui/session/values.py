"""Session: recipe, runs and view, as frozen values; what a session file holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from lrgui.core.alignment import AlignedBy, ComparisonKind
from lrgui.core.recipe import Recipe
from lrgui.core.trace import Trace

Status = Literal["finished", "stopped", "failed"]
XAxis = AlignedBy
"""What the x axis counts, and so what runs are aligned by: optimizer steps, epochs, or the part of the run."""


@dataclass(frozen=True, slots=True)
class RecordedRun:
    """One execution of a recipe: its id, name, colour (an index into the theme's curve colours) and trace.

    `message` says why a failed run ended, and `details` is the traceback. A run that is not `visible` is kept but not
    drawn. One that is `pinned` heads the list of runs and is drawn in full strength. `notes` are the user's own words.
    """

    id: int
    name: str
    colour: int
    recipe: Recipe
    trace: Trace
    status: Status = "finished"
    message: str = ""
    visible: bool = True
    pinned: bool = False
    notes: str = ""
    details: str = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """The difference or the ratio of two runs, by id: `run - reference` or `run / reference`."""

    kind: ComparisonKind
    run: int
    reference: int


@dataclass(frozen=True, slots=True)
class View:
    """How the plot is looked at.

    `series` is what the main panel shows and `second` what the panel below it shows, nothing where it is empty; a
    `comparison`, of `series`, takes its place. `log` are the series with a logarithmic y axis, and `hidden` the keys of
    curves that are listed and not drawn (see `lrgui.ui.plot.curve`).
    """

    x_axis: XAxis = "step"
    series: str = "lr"
    second: str = ""
    log: frozenset[str] = frozenset()
    comparison: Comparison | None = None
    hidden: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Session:
    """What a session file holds."""

    recipe: Recipe
    runs: tuple[RecordedRun, ...] = ()
    view: View = View()
