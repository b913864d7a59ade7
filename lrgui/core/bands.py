"""The phases of a schedule as bands of the plot: who is in charge over which rows of the trace."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from lrgui.core.checks.conditions import are_skips_right
from lrgui.core.checks.turns import lost_at
from lrgui.core.pace import recorded_steps, row_at, rows_before, scheduler_steps
from lrgui.core.phases import SEQUENTIAL, milestones_of
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

    There are none where its milestones do not give each child its turn. After a resume that loses the scheduler's state
    they begin anew.
    """
    tree, run = recipe.scheduler, recipe.run
    if tree is None or counted_steps(run) is None:
        return ()
    sequential = next((node for _, node in walk(tree) if node.class_name == SEQUENTIAL and node.schedulers), None)
    milestones = None if sequential is None else milestones_of(sequential)
    if sequential is None or milestones is None:
        return ()
    labels = [child.class_name.rpartition(".")[2] for child in sequential.schedulers]
    rows, lost = recorded_steps(run), lost_at(run)
    if lost is None or run.resume is None:
        return tuple(_bands(labels, [row_at(run, one) for one in milestones], 0, rows))
    resumed = rows_before(run, run.resume.step)
    before = _bands(labels, [row_at(run, one) for one in milestones], 0, resumed)
    return (*before, *_bands(labels, [row_at(run, lost + one) for one in milestones], resumed, rows))


def _bands(labels: Sequence[str], changes: Sequence[int], first: int, end: int) -> Iterator[Band]:
    """Yield what has rows from `first` up to `end`, where each label but the last gives way at one of `changes`."""
    bounds = [first, *(min(max(row, first), end) for row in changes), end]
    for label, (start, stop) in zip(labels, pairwise(bounds), strict=True):
        if start < stop:
            yield Band(label, start, stop)


def counted_steps(run: Run) -> int | None:
    """Return how often the scheduler is stepped in a run, None where its steps or its rows cannot be counted."""
    return scheduler_steps(run) if are_skips_right(run) else None
