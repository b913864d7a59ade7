"""Checks of groups that join by `add_param_group`: which schedulers take them, and when the others raise."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from operator import itemgetter
from typing import Any, TypeAlias

from lrgui.core.catalog import KNOWN_SCHEDULERS
from lrgui.core.catalog.workloads import PLATEAU
from lrgui.core.checks.groups import first_rate
from lrgui.core.checks.options import error, find_entry, note, suggest, warning, with_article
from lrgui.core.checks.parameters import is_matrix
from lrgui.core.checks.turns import Turn, Turns, furthest_count, moment
from lrgui.core.groups import ResolvedGroup
from lrgui.core.numbers import format_number
from lrgui.core.pace import is_count, steps_before
from lrgui.core.problems import Problem
from lrgui.core.recipe import Group, Recipe, Scheduler, Unfreeze

_RAISE_AT_THE_NEXT_STEP = {
    "LambdaLR": "ValueError",
    "MultiplicativeLR": "ValueError",
    "CosineAnnealingWarmRestarts": "ValueError",
    "CyclicLR": "ValueError",
    "OneCycleLR": "KeyError",
    "SWALR": "KeyError",
}
_Leaf: TypeAlias = tuple[Scheduler, tuple[Turn, ...]]
_WAY_OUT = "Thaw the group instead, and let a LambdaLR with one expression per group hold it at 0 until then."


def joining_problems(
    recipe: Recipe, resolved: tuple[ResolvedGroup, ...] | None, turns: Turns | None
) -> Iterator[Problem]:
    """Yield what is wrong with the groups that join, and what optimizer and scheduler make of them.

    `resolved` are the groups and `turns` those of the schedulers, None where they are unknown.
    """
    groups = {group.name: group for group in recipe.groups if isinstance(group.name, str)}
    leaves = () if recipe.scheduler is None or turns is None else tuple(_leaves(recipe.scheduler, turns))
    seen: set[str] = set()
    for index, one in enumerate(recipe.run.unfreeze):
        place = f"run.unfreeze[{index}]"
        refusals = tuple(_refusals(groups, one, place, seen))
        yield from refusals
        if refusals or not is_count(recipe.run.steps):
            continue
        seen.add(one.group)
        if one.step >= recipe.run.steps:
            message = f"Step {one.step} never comes: the last one of the run is {recipe.run.steps - 1}."
            yield warning(f"{place}.step", message)
            continue
        yield from _optimizer_problems(recipe, one, place, resolved or ())
        if recipe.scheduler is not None and turns is not None:
            yield _scheduler_problem(recipe, recipe.scheduler, one, f"{place}.step", leaves)


def _refusals(groups: Mapping[str, Group], one: Unfreeze, place: str, seen: set[str]) -> Iterator[Problem]:
    group = groups.get(one.group) if isinstance(one.group, str) else None
    if group is None:
        frozen = [name for name, other in groups.items() if other.frozen is True]
        way_out = suggest(one.group, frozen) if frozen else "Freeze a group first."
        yield error(f"{place}.group", f"There is no frozen group {one.group!r:.100}.", way_out)
    elif group.frozen is not True:
        message = f"The group {one.group!r} is trained from the start, so it cannot join later."
        yield error(f"{place}.group", message, "Freeze it first.")
    elif one.group in seen:
        yield error(f"{place}.group", f"The group {one.group!r} joins twice.", "Leave one of the two out.")
    if type(one.step) is not int or one.step < 0:
        yield error(f"{place}.step", "step must be a whole number, 0 or more.")


def _optimizer_problems(
    recipe: Recipe, one: Unfreeze, place: str, resolved: tuple[ResolvedGroup, ...]
) -> Iterator[Problem]:
    name = recipe.optimizer.class_name
    if name == "LBFGS":
        message = f"LBFGS takes a single group: torch raises an AssertionError at optimizer step {one.step}."
        yield warning(f"{place}.step", message, "Choose another optimizer.")
    joining = next((group for group in resolved if group.name == one.group), None)
    if name == "Muon" and joining is not None and not all(map(is_matrix, joining.parameters)):
        message = "Muon lets a group join whose parameters are not all two-dimensional, but the first step with "
        message += "gradients raises a ValueError."
        yield warning(f"{place}.group", message, "Move those parameters into a group that stays frozen.")


def _scheduler_problem(
    recipe: Recipe, scheduler: Scheduler, one: Unfreeze, place: str, leaves: tuple[_Leaf, ...]
) -> Problem:
    """Return what the scheduler makes of a group that joins, the worst of it."""
    made = steps_before(recipe.run, one.step)
    end = min(_ends(leaves, made), key=itemgetter(0), default=None)
    if end is not None and end[0] <= _last_step_before_resuming(recipe, one):
        step, name = end
        exception = with_article(_RAISE_AT_THE_NEXT_STEP.get(name, "ValueError"))
        message = f"{name} knows only the groups that were there when it was built; torch raises {exception}"
        return warning(place, f"{message} {moment(recipe.run, step)}.", _WAY_OUT)
    if scheduler.class_name == PLATEAU and isinstance(scheduler.options.get("min_lr"), tuple):
        message = f"{PLATEAU} has one min_lr per group and none for a new one; torch raises a RuntimeError at the next "
        return warning(place, f"{message}reduction.", "Give it a single min_lr.")
    lifts = ((leaf.class_name, _lift(leaf, turns, made)) for leaf, turns in leaves)
    lifted = next((pair for pair in lifts if pair[1] != 1), None)
    if lifted is not None:
        name, factor = lifted
        message = f"{name} multiplies the group along with the others, so that it ends at {factor:.3g} times its own"
        return warning(place, f"{message} learning rate.", "Thaw the group instead, or let it join when that is over.")
    rate = first_rate(recipe, next(group.options for group in recipe.groups if group.name == one.group))
    at = "" if rate is None else f" of {format_number(rate)}"
    message = f"The group begins at its own learning rate{at}; what the schedule did before does not apply to it."
    return note(place, message)


def _leaves(root: Scheduler, turns: Turns) -> Iterator[_Leaf]:
    """Yield the schedulers that have no children, in the order in which a step reaches them, with their turns."""
    for place, scheduler in root.walk():
        if not scheduler.schedulers:
            yield scheduler, turns[place]


def _ends(leaves: tuple[_Leaf, ...], made: int) -> Iterator[tuple[int, str]]:
    """Yield the root's steps after `made` at which a scheduler raises for the new group, with its class."""
    for leaf, turns in leaves:
        for turn in turns:
            step = _end_within(leaf, turn, max(turn.first, made + 1)) if turn.last > made else None
            if step is not None:
                yield step, leaf.class_name


def _end_within(leaf: Scheduler, turn: Turn, first: int) -> int | None:
    """Return the step of a turn, from `first` on, at which a scheduler asks how many groups there are."""
    if turn.started or leaf.class_name in _RAISE_AT_THE_NEXT_STEP:
        return first
    period: Any = leaf.options.get("T_max")
    if leaf.class_name != "CosineAnnealingLR" or type(period) not in (int, float) or not float(period).is_integer():
        return None
    period = abs(int(period))
    count = turn.count + first - turn.first
    # One step past each bottom it starts from the groups' first learning rates again.
    wait = 0 if period == 0 else (period + 1 - count) % (2 * period)
    return first + wait if first + wait <= turn.last else None


def _last_step_before_resuming(recipe: Recipe, one: Unfreeze) -> float:
    """Return how far it can be told what happens: a training that is rebuilt knows all its groups."""
    resume = recipe.run.resume
    if resume is None or type(resume.step) is not int or resume.step <= one.step:
        return math.inf
    return steps_before(recipe.run, resume.step) if resume.step < recipe.run.steps else math.inf


def _lift(leaf: Scheduler, turns: tuple[Turn, ...], made: int) -> float:
    """Return by what a scheduler multiplies the new group to make up for a reduction that this one never had."""
    entry = find_entry(KNOWN_SCHEDULERS, leaf.class_name)
    if entry is None or leaf.class_name not in ("ConstantLR", "LinearLR"):
        return 1
    values: Mapping[str, Any] = entry.with_defaults(leaf.options)
    if any(field.check(values[field.name]) for field in entry.fields):
        return 1
    total, reached = values["total_iters"], furthest_count(turns, made)
    if not reached < total <= max((turn.last_count for turn in turns), default=0):
        return 1
    if leaf.class_name == "ConstantLR":
        factor: float = values["factor"]
        return 1 / factor if factor > 0 else 1
    start, end = values["start_factor"], values["end_factor"]
    lift: float = end / (start + (end - start) * reached / total)
    return lift
