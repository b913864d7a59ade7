"""Changes of a recipe that forms make, as pure functions."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache

from lrgui.core.catalog import KNOWN_OPTIMIZERS, METRICS
from lrgui.core.catalog.entry import Entry
from lrgui.core.catalog.models import parameters_of
from lrgui.core.catalog.workloads import uses_metric
from lrgui.core.errors import RecipeError
from lrgui.core.groups import Parameter, ResolvedGroup, resolve_groups, trained_groups
from lrgui.core.pace import scheduler_steps
from lrgui.core.phases import SEQUENTIAL, phase_at, with_own_length
from lrgui.core.recipe import Choice, Group, Options, Recipe, Scheduler, Value, same_value
from lrgui.core.scheduler_tree import Path, as_composite, at, removed, replaced


def with_option(entry: Entry, options: Options, name: str, value: Value) -> Options:
    """Return the options with one of them set; torch's own default is left out, so that recipes stay short."""
    field = entry.field(name)
    if field is not None and not field.required and same_value(value, field.initial):
        return options.without(name)
    return options.with_value(name, value)


def carried_over(options: Options, entry: Entry) -> Options:
    """Return the options for another class: what it takes of the present ones, and a start for what it needs."""
    kept = entry.starting_options()
    for name, value in options.items():
        field = entry.field(name)
        if field is not None and field.check(value) is None:
            kept = with_option(entry, kept, name, value)
    return kept


def with_optimizer(recipe: Recipe, entry: Entry) -> Recipe:
    """Return the recipe with another optimizer class; groups lose the overrides that it does not know."""
    groups = tuple(
        replace(group, options=Options({k: v for k, v in group.options.items() if entry.field(k)}))
        for group in recipe.groups
    )
    options = carried_over(recipe.optimizer.options, entry)
    return replace(recipe, groups=groups, optimizer=Choice(entry.class_name, options))


def with_tree(recipe: Recipe, tree: Scheduler | None) -> Recipe:
    """Return the recipe with another tree of schedulers, or none; a plateau gets a metric to watch if it has none.

    What nobody has changed since goes with the plateau; a metric that somebody wrote stays.
    """
    watched, watches = uses_metric(recipe.scheduler), uses_metric(tree)
    changed = replace(recipe, scheduler=tree)
    if watches and recipe.run.metric is None:
        return changed.with_run(metric=_first_metric())
    if watched and not watches and recipe.run.metric == _first_metric():
        return changed.with_run(metric=None)
    return changed


def with_scheduler_class(recipe: Recipe, path: Path, entry: Entry | None) -> Recipe:
    """Return the recipe with another class at `path`; None takes the scheduler out.

    A composite takes over the children of another, or the scheduler itself as its first child; what takes the place
    of a composite carries over from its first child.
    """
    tree, steps = recipe.scheduler, scheduler_steps(recipe.run)
    if entry is None:
        return recipe if tree is None else with_tree(recipe, removed(tree, path, steps))
    if tree is None:
        return with_tree(recipe, new_scheduler(entry, steps))
    if entry.composite:
        return with_tree(recipe, as_composite(tree, path, entry.class_name, steps))
    node = at(tree, path)
    options = carried_over((node.schedulers[0] if node.schedulers else node).options, entry)
    scheduler = Scheduler(entry.class_name, options)
    length = phase_at(tree, path, steps).length or 0
    is_phase = bool(path) and at(tree, path[:-1]).class_name == SEQUENTIAL
    # torch raises once a run outlasts the cycle.
    if length >= 1 and (is_phase or entry.field("total_steps") is not None):
        scheduler = with_own_length(scheduler, length)
    return with_tree(recipe, replaced(tree, path, scheduler))


def with_scheduler_options(recipe: Recipe, path: Path, options: Options) -> Recipe:
    """Return the recipe with other options of the scheduler at `path`."""
    tree = recipe.scheduler
    if tree is None:
        return recipe
    return replace(recipe, scheduler=replaced(tree, path, replace(at(tree, path), options=options)))


def new_scheduler(entry: Entry, steps: int | None) -> Scheduler:
    """Return a scheduler to begin with; a cycle lasts as long as the run, for torch raises once the run outlasts it."""
    scheduler = Scheduler(entry.class_name, entry.starting_options())
    return with_own_length(scheduler, steps) if steps and entry.field("total_steps") is not None else scheduler


def _first_metric() -> Choice:
    entry = next(iter(METRICS.values()))
    return Choice(entry.class_name, entry.starting_options())


def with_group(recipe: Recipe, index: int, group: Group) -> Recipe:
    """Return the recipe with the group at `index` replaced."""
    groups = (*recipe.groups[:index], group, *recipe.groups[index + 1 :])
    return replace(recipe, groups=groups)


def new_group(recipe: Recipe) -> Group:
    """Return a group for the parameters that no other has taken."""
    return Group(free_name("group", (group.name for group in recipe.groups)), ("*",))


def free_name(base: str, taken: Iterable[str]) -> str:
    """Return `base` with the first number that makes it a new name: `group 1`; a number that it has is replaced."""
    names, base = set(taken), re.sub(r" \d+$", "", base)
    return next(name for number in range(1, len(names) + 2) if (name := f"{base} {number}") not in names)


@lru_cache(maxsize=8)
def model_parameters(model: Choice) -> tuple[Parameter, ...] | None:
    """Return the model's parameters, or None when there is no such model."""
    try:
        return parameters_of(model)
    except RecipeError:
        return None


def resolved_groups(recipe: Recipe) -> tuple[ResolvedGroup, ...]:
    """Return the groups with their parameters; without a model that can be built, without parameters."""
    return resolve_groups(recipe, model_parameters(recipe.model) or ())


def group_names(recipe: Recipe) -> tuple[str, ...] | None:
    """Return the names of the groups that the optimizer gets, None when they cannot be known."""
    if model_parameters(recipe.model) is None:
        return None
    return tuple(group.name for group in trained_groups(resolved_groups(recipe)))


def optimizer_entry(recipe: Recipe) -> Entry | None:
    """Return the catalog entry of the recipe's optimizer, None for a class that is not in the catalog."""
    return KNOWN_OPTIMIZERS.get(recipe.optimizer.class_name)
