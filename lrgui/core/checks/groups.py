"""Checks of the model and of the parameter groups: names, patterns, which parameters join which group."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from fnmatch import fnmatchcase

from lrgui.core.catalog import KNOWN_OPTIMIZERS, MODELS
from lrgui.core.catalog.models import parameters_of
from lrgui.core.checks.options import choice_problems, error, find_entry, group_option_problems, note, warning
from lrgui.core.checks.parameters import listing
from lrgui.core.errors import RecipeError
from lrgui.core.groups import Parameter, ResolvedGroup
from lrgui.core.problems import Problem
from lrgui.core.recipe import REST, Choice, Group, Options, Recipe

_NAMES_SHOWN = 2
_LARGEST = sys.float_info.max


def check_model(model: Choice) -> tuple[tuple[Problem, ...], tuple[Parameter, ...] | None]:
    """Return what is wrong with the model, and its parameters when nothing is."""
    problems = tuple(choice_problems(MODELS, model, "model", "model"))
    if problems:
        return problems, None
    try:
        return (), parameters_of(model)
    except RecipeError as refusal:
        return (error(refusal.place, refusal.message),), None


def group_problems(recipe: Recipe) -> Iterator[Problem]:
    """Yield what is wrong with the groups as written, without looking at the model."""
    seen = set()
    for index, group in enumerate(recipe.groups):
        place = f"groups[{index}]"
        if not isinstance(group.name, str) or not group.name.strip():
            yield error(f"{place}.name", "A group needs a name.")
        elif group.name in seen:
            yield error(f"{place}.name", f"There is already a group {group.name!r}.", "Give each group its own name.")
        else:
            seen.add(group.name)
        if not has_patterns(group):
            message = "A group needs at least one pattern, and none may be empty."
            yield error(f"{place}.match", message, "The pattern * fits every parameter.")
        if not isinstance(group.frozen, bool):
            yield error(f"{place}.frozen", "frozen must be true or false.")
        optimizer = find_entry(KNOWN_OPTIMIZERS, recipe.optimizer.class_name)
        if optimizer is not None:
            yield from group_option_problems(optimizer.fields, group.options, place, optimizer.class_name)


def has_patterns(group: Group) -> bool:
    """Say whether the group has patterns, all of them text and not empty."""
    patterns = group.match
    return isinstance(patterns, tuple) and len(patterns) > 0 and all(isinstance(one, str) and one for one in patterns)


def first_rate(recipe: Recipe, own: Options) -> float | None:
    """Return the learning rate of a group with these options before there is a scheduler, None if it is no number."""
    entry = find_entry(KNOWN_OPTIMIZERS, recipe.optimizer.class_name)
    rate = {**(entry.defaults() if entry else {}), **recipe.optimizer.options, **own}.get("lr")
    if isinstance(rate, bool) or not isinstance(rate, int | float):
        return None
    # A whole number can be too large for a double.
    return float(rate) if -_LARGEST <= rate <= _LARGEST else None


def membership_problems(recipe: Recipe, resolved: tuple[ResolvedGroup, ...]) -> Iterator[Problem]:
    """Yield what is wrong or worth knowing about which parameters join which group."""
    explicit, rest = resolved[: len(recipe.groups)], resolved[len(recipe.groups) :]
    for index, (group, members) in enumerate(zip(recipe.groups, explicit, strict=True)):
        yield from _member_problems(group, members, f"groups[{index}]", resolved)
        if rest and group.name == REST:
            message = f"The parameters that fit no pattern form a group named {REST!r} too."
            yield error(f"groups[{index}].name", message, "Choose another name, or let a pattern fit every parameter.")
    if rest and recipe.groups:
        verb = "fits no pattern and forms" if len(rest[0].parameters) == 1 else "fit no pattern and form"
        message = f"{listing(rest[0].parameters, _NAMES_SHOWN)} {verb} the group {REST!r}."
        yield note("groups", message)
    if resolved and all(group.frozen for group in resolved):
        yield error("groups", "Every group is frozen, so that nothing is left to train.", "Thaw at least one group.")


def _member_problems(
    group: Group, members: ResolvedGroup, place: str, resolved: tuple[ResolvedGroup, ...]
) -> Iterator[Problem]:
    if not members.parameters:
        reason = "those that fit have joined earlier groups" if members.taken else "no name fits its patterns"
        known = [parameter for other in resolved for parameter in other.parameters]
        message = f"The group {group.name!r} is empty: {reason}."
        yield warning(f"{place}.match", message, f"The parameters are {listing(known, _NAMES_SHOWN)}.")
        return
    for pattern in members.idle_patterns:
        yield warning(f"{place}.match", f"The pattern {pattern!r} fits no parameter.")
    # A last group with the pattern * is the usual way to catch what is left.
    specific = [pattern for pattern in group.match if pattern != "*"]
    overlap = [one for one in members.taken if any(fnmatchcase(one.name, pattern) for pattern in specific)]
    if overlap:
        verb = "fits this group too but has" if len(overlap) == 1 else "fit this group too but have"
        message = f"{listing(overlap, _NAMES_SHOWN)} {verb} joined an earlier group."
        yield warning(f"{place}.match", message, "Groups are tried from the top.")
