"""The numbers of a recipe that can be taken hold of in the plot: which there are, and what comes of moving one."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from lrgui.core.bands import counted_steps
from lrgui.core.checks.turns import lost_at
from lrgui.core.handles.handle import Handle, Setting, Snap
from lrgui.core.handles.rates import rate_settings
from lrgui.core.handles.schedulers import tree_settings
from lrgui.core.handles.starts import start_settings
from lrgui.core.recipe import Recipe, Scheduler
from lrgui.core.scheduler_tree import walk

__all__ = ["Handle", "Snap", "handles_of", "moved", "nudged"]


_MOST_SCHEDULERS = 50  # more handles than this nobody could take hold of, and they would slow down every edit


def handles_of(recipe: Recipe) -> tuple[Handle, ...]:
    """Return the handles of a recipe: those along x in the order of their positions, then the learning rates.

    A tree of more than fifty schedulers has none along x.
    """
    handles = [setting.handle for setting in _settings(recipe)]
    return tuple(sorted(handles, key=lambda handle: (handle.axis, handle.position if handle.axis == "x" else 0.0)))


def moved(recipe: Recipe, handle: Handle, position: float, snap: Snap = "step") -> Recipe:
    """Return the recipe with a handle as near to `position` as its neighbours and torch allow.

    A length that filled the phase at a milestone goes on filling it; a ready-made schedule stays one. The recipe
    stays as it is where it has no such handle any more.
    """
    setting = _setting(recipe, handle)
    return recipe if setting is None else setting.moved(position, snap)


def nudged(recipe: Recipe, handle: Handle, count: int, snap: Snap = "step") -> Recipe:
    """Return the recipe with a handle `count` steps or epochs further; a learning rate changes in its second digit."""
    setting = _setting(recipe, handle)
    return recipe if setting is None else setting.nudged(count, snap)


def _setting(recipe: Recipe, handle: Handle) -> Setting | None:
    return next((setting for setting in _settings(recipe) if setting.handle.place == handle.place), None)


def _is_crowded(tree: Scheduler) -> bool:
    return len(list(islice(walk(tree), _MOST_SCHEDULERS + 1))) > _MOST_SCHEDULERS


def _settings(recipe: Recipe) -> Iterator[Setting]:
    tree, steps = recipe.scheduler, counted_steps(recipe.run)
    if tree is not None and steps is not None and not _is_crowded(tree):
        lost = lost_at(recipe.run)
        for setting in (*start_settings(recipe, steps), *tree_settings(recipe, tree, steps)):
            # What comes after a resume that loses the scheduler's state is counted from there.
            yield setting if lost is None or setting.end <= lost else setting.later(lost)
    yield from rate_settings(recipe)
