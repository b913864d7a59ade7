"""Handle: a number of the recipe that can be taken hold of in the plot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from lrgui.core.recipe import Recipe

HandleKind = Literal["milestone", "length", "rate"]
Snap = Literal["step", "epoch"]
"""What a handle keeps to along x: whole steps of the scheduler, or whole epochs."""


@dataclass(frozen=True, slots=True)
class Handle:
    """A number of the recipe, and where the plot has it.

    `place` names it among the handles of a recipe, as long as the schedule keeps its shape. `label` says what it is,
    `text` its value too. `position` is a row of the trace on the x axis, a learning rate on the y axis.
    """

    kind: HandleKind
    label: str
    place: str
    axis: Literal["x", "y"]
    position: float
    text: str


class Setting(Protocol):
    """What is behind a handle: how the recipe changes when it moves."""

    @property
    def handle(self) -> Handle:
        """What is seen of it."""

    def moved(self, position: float, snap: Snap) -> Recipe:
        """Return the recipe with the handle as near to `position` as can be."""

    def nudged(self, count: int, snap: Snap) -> Recipe:
        """Return the recipe with the handle `count` steps (or epochs) further, back where that is negative."""
