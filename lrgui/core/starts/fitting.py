"""First values for a start, fitted to a recipe."""

from __future__ import annotations

from lrgui.core.pace import scheduler_steps
from lrgui.core.recipe import Options, Recipe
from lrgui.core.starts.start import Start


def starting_values(start: Start, recipe: Recipe) -> Options:
    """Return good first values for every field of `start`."""
    total = max(2, scheduler_steps(recipe.run) or 1000)
    fitted = {"total_steps": total, "warmup_steps": max(1, total // 20)}
    return Options({field.name: fitted.get(field.name, field.initial) for field in start.fields})
