"""Curve: what the plot is asked to draw. Importable without pyqtgraph."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from lrgui.core.alignment import row_in_force
from lrgui.core.trace import Columns

Style = Literal["run", "preview", "earlier", "intended"]
Dashes = tuple[float, float]
"""Dash and gap in line widths."""

PREVIEW_DASHES: Dashes = (4.0, 2.5)
_DASHES: dict[Style, Dashes] = {"preview": PREVIEW_DASHES, "intended": (1.0, 2.2)}


@dataclass(frozen=True, slots=True)
class Curve:
    """One column of a trace, and how it is drawn; two curves are equal when they show the same trace object.

    `colour` and `marker` are indices into the theme's curve colours. Runs are solid, earlier runs paler, previews
    dashed, and what is intended is dotted. The legend leaves out a curve whose `label` is empty. A `marker`, the colour
    of the run, is a dot at the newest row. `stretch` is how many units of the x axis, the steps of the run that is
    worked on, a row takes: another than 1 where runs of other lengths are aligned by epoch or by fraction.
    """

    key: str
    label: str
    trace: Columns = field(repr=False)
    column: int
    colour: int
    style: Style = "run"
    marker: int | None = None
    stretch: float = 1.0

    def row_at(self, step: int) -> int:
        """Return the row that is in force at a step of the x axis."""
        return row_in_force(step, self.stretch)

    @property
    def dashes(self) -> Dashes | None:
        """How the line is broken, None for a whole one."""
        return _DASHES.get(self.style)
