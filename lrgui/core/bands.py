"""The phases of a schedule as bands of the plot: who is in charge over which rows of the trace."""

from __future__ import annotations

from dataclasses import dataclass

from lrgui.core.checks.conditions import are_skips_right
from lrgui.core.pace import recorded_steps, row_at, scheduler_steps
from lrgui.core.phases import SEQUENTIAL, milestones_of, phase_at, phases_of
from lrgui.core.recipe import Recipe, Run
from lrgui.core.scheduler_tree import walk


@dataclass(frozen=True, slots=True)
class Band:
    """The rows from `start` up to `end`, which is not among them, and the class that is in charge there."""

    label: str
    start: int
    end: int


def bands_of(recipe: Recipe) -> tuple[Band, ...]:
    """Return the phases of the first SequentialLR, in the order of the tree, that have rows in the run.

    There are none where its milestones do not give each child its turn.
    """
    tree, run = recipe.scheduler, recipe.run
    steps = counted_steps(run)
    if tree is None or steps is None:
        return ()
    found = ((path, node) for path, node in walk(tree) if node.class_name == SEQUENTIAL and node.schedulers)
    path, sequential = next(found, ((), None))
    if sequential is None or milestones_of(sequential) is None:
        return ()
    bands = []
    for child, phase in zip(sequential.schedulers, phases_of(sequential, phase_at(tree, path, steps)), strict=True):
        rows = recorded_steps(run)
        # A last phase lasts on while the scheduler is stepped no more.
        end = rows if phase.end is None or phase.end >= steps else row_at(run, phase.end)
        start = row_at(run, phase.start)
        if start < min(end, rows):
            bands.append(Band(child.class_name.rpartition(".")[2], start, min(end, rows)))
    return tuple(bands)


def counted_steps(run: Run) -> int | None:
    """Return how often the scheduler is stepped in a run, None where its steps or its rows cannot be counted."""
    return scheduler_steps(run) if are_skips_right(run) else None
