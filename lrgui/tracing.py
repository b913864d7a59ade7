"""From a recipe to its trace, without a window: what `lrgui.trace` and `lrgui trace` do."""

from __future__ import annotations

import os
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from numbers import Integral
from typing import Any

from lrgui.core.catalog.known import learn, not_found
from lrgui.core.checks.structure import structure_problems
from lrgui.core.derived import derived_series, with_series
from lrgui.core.errors import RecipeError, RunError
from lrgui.core.recipe import Recipe
from lrgui.core.trace import Trace
from lrgui.engine.libraries import look_up
from lrgui.engine.stepper import Stepper
from lrgui.session.libraries import read_libraries
from lrgui.session.progress import Progress
from lrgui.session.recipe_json import recipe_from_json
from lrgui.session.store import read_recipe

_PROGRESS_PARTS = 200
_MAX_STEPS_AT_ONCE = 10_000


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run recorded, and why it ended early where it did."""

    trace: Trace
    error: RunError | None = None


def trace(
    source: str | os.PathLike[str] | Mapping[str, Any] | Recipe,
    *,
    steps: int | None = None,
    preview: bool = False,
    progress: Progress | None = None,
) -> Trace:
    """Run a recipe and return the trace: which learning rate each parameter group gets at every optimizer step.

    Args:
        source: a recipe, its JSON form as a dictionary, or the path of a recipe or session file.
        steps: how many optimizer steps to make, in place of the recipe's own number.
        preview: step the scheduler alone after a single optimizer step: the same `lr`, several times faster.
        progress: told how much of the run is done, from 0 to 1.

    Returns:
        The trace; `trace["lr"]` is a float64 array of shape `(steps, groups)` with a row for each step that really
        ran, and `trace.groups` names its columns.

    Raises:
        FileError: when the file cannot be read or holds no recipe.
        RecipeError: when the recipe cannot be built.
        RunError: when the run cannot go on, with the step.
    """
    outcome = run_recipe(find_recipe(source, steps), preview=preview, progress=progress)
    if outcome.error is not None:
        raise outcome.error
    return outcome.trace


def find_recipe(source: str | os.PathLike[str] | Mapping[str, Any] | Recipe, steps: int | None = None) -> Recipe:
    """Return the recipe that `source` is or holds, with `steps` in place of its own number where given.

    Raises:
        FileError: when the file cannot be read or holds no recipe.
        RecipeError: when the dictionary is no recipe, or one made in Python has a part of another class.
    """
    if isinstance(source, Recipe):
        for problem in structure_problems(source):
            raise RecipeError(problem.place, problem.message)
        recipe = source
    elif isinstance(source, Mapping):
        recipe = recipe_from_json(dict(source))
    else:
        recipe = read_recipe(source)
    if steps is None:
        return recipe
    # A count out of numpy is as good as Python's own.
    whole = isinstance(steps, Integral) and not isinstance(steps, bool)
    return recipe.with_run(steps=int(steps) if whole else steps)


def look_up_classes(recipe: Recipe) -> None:
    """Look up the classes of other libraries that a recipe names, so that it can be validated and built.

    What cannot be had is told by validation, at its place.
    """
    wanted = not_found(recipe)
    if not wanted:
        return
    libraries = read_libraries()
    if libraries.complaint:
        warnings.warn(libraries.complaint, stacklevel=2)
    for one in wanted:
        learn(look_up(one, libraries.trusted))


def run_recipe(
    recipe: Recipe, *, preview: bool = False, series: Sequence[str] = (), progress: Progress | None = None
) -> Outcome:
    """Run a recipe to its end, or until it cannot go on; what was recorded until then is kept.

    Raises:
        RecipeError: when the recipe cannot be built, or what it records does not give all of `series`.
    """
    look_up_classes(recipe)
    stepper = Stepper(recipe, preview=preview)
    for name in series:
        if with_series(stepper.trace, name, recipe) is None:
            there = (*stepper.trace.series, *derived_series(stepper.trace.series))
            raise RecipeError("", f"there is no series {name[:60]!r} here, but {', '.join(there)}")
    at_once = min(max(1, stepper.planned // _PROGRESS_PARTS), _MAX_STEPS_AT_ONCE)
    try:
        while not stepper.finished:
            stepper.advance(at_once)
            if progress:
                progress(stepper.step / stepper.planned)
    except RunError as error:
        return Outcome(stepper.trace, error)
    return Outcome(stepper.trace)
