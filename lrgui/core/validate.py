"""Recipe -> problems: what cannot be built, what torch takes and breaks over later, and what is hardly meant."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lrgui.core.checks.groups import check_model, group_problems, has_patterns, membership_problems
from lrgui.core.checks.optimizer import optimizer_problems
from lrgui.core.checks.run import memory_problems, run_problems
from lrgui.core.checks.schedulers import scheduler_problems
from lrgui.core.checks.structure import structure_problems
from lrgui.core.checks.turns import turns_of
from lrgui.core.groups import Parameter, ResolvedGroup, resolve_groups, trained_groups
from lrgui.core.problems import Problem, Severity
from lrgui.core.recipe import Recipe

MAX_PROBLEMS = 1000
"""More than anybody reads of a recipe that cannot be built."""


def validate(recipe: Recipe, memory_limit: int | None = None) -> tuple[Problem, ...]:
    """Return the problems of a recipe, in the order of its parts; without an error among them it can be built.

    It looks at values alone and never raises for what is in them. With `memory_limit`, in bytes, a trace or a model
    that would not fit is an error too. Beyond the first `MAX_PROBLEMS` none is looked for once one is an error.
    """
    return _first(structure_problems(recipe)) or _first(_problems(recipe, memory_limit))


def _first(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    found = []
    is_broken = False
    for problem in problems:
        found.append(problem)
        is_broken = is_broken or problem.severity is Severity.ERROR
        if is_broken and len(found) >= MAX_PROBLEMS:
            break
    return tuple(found)


def _problems(recipe: Recipe, memory_limit: int | None) -> Iterator[Problem]:
    model_problems, parameters = check_model(recipe.model)
    yield from model_problems
    yield from group_problems(recipe)
    resolved = _resolve(recipe, parameters)
    if resolved is not None:
        yield from membership_problems(recipe, resolved)
    yield from optimizer_problems(recipe, resolved)
    turns = None if recipe.scheduler is None else turns_of(recipe.scheduler, recipe.run)
    yield from scheduler_problems(recipe, None if resolved is None else trained_groups(resolved), turns)
    yield from run_problems(recipe, resolved, turns)
    if memory_limit is not None:
        yield from memory_problems(recipe, parameters, _group_count(recipe, resolved), memory_limit)


def _resolve(recipe: Recipe, parameters: tuple[Parameter, ...] | None) -> tuple[ResolvedGroup, ...] | None:
    if parameters is None or not all(has_patterns(group) for group in recipe.groups):
        return None
    return resolve_groups(recipe, parameters)


def _group_count(recipe: Recipe, resolved: tuple[ResolvedGroup, ...] | None) -> int:
    """Return how many groups the optimizer gets, or the most that it could when that is not known."""
    return len(recipe.groups) + 1 if resolved is None else len(trained_groups(resolved))
