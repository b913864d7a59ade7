"""The numbers of a recipe that can be taken hold of in the plot: which there are, and what comes of moving one."""

from __future__ import annotations

from collections.abc import Iterator

from lrgui.core.bands import counted_steps
from lrgui.core.checks.turns import lost_at
from lrgui.core.handles.handle import Handle, Setting, Snap
from lrgui.core.handles.rates import rate_settings
from lrgui.core.handles.schedulers import tree_settings
from lrgui.core.handles.starts import start_settings
from lrgui.core.recipe import Recipe

__all__ = ["Handle", "Snap", "handles_of", "moved", "nudged"]


def handles_of(recipe: Recipe) -> tuple[Handle, ...]:
    """Return the handles of a recipe: those along x in the order of their positions, then the learning rates."""
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


def _settings(recipe: Recipe) -> Iterator[Setting]:
    tree, steps = recipe.scheduler, counted_steps(recipe.run)
    if tree is not None and steps is not None:
        lost = lost_at(recipe.run)
        for setting in (*start_settings(recipe, steps), *tree_settings(recipe, tree, steps)):
            # What comes after a resume that loses the scheduler's state is counted from there.
            yield setting if lost is None or setting.end <= lost else setting.later(lost)
    yield from rate_settings(recipe)
