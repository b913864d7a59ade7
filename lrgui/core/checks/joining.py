"""Checks of groups that join by `add_param_group`: which schedulers take them, and when the others raise."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from lrgui.core.catalog import KNOWN_OPTIMIZERS, KNOWN_SCHEDULERS
from lrgui.core.catalog.workloads import PLATEAU
from lrgui.core.checks.options import error, find_entry, note, suggest, warning, with_article
from lrgui.core.checks.parameters import is_matrix
from lrgui.core.checks.turns import Turn, Turns, moment, steps_before, turns_of
from lrgui.core.groups import ResolvedGroup
from lrgui.core.numbers import format_number
from lrgui.core.pace import is_count
from lrgui.core.problems import Problem
from lrgui.core.recipe import Recipe, Resume, Scheduler, Unfreeze

_RAISE_AT_THE_NEXT_STEP = {
    "LambdaLR": "ValueError",
    "MultiplicativeLR": "ValueError",
    "CosineAnnealingWarmRestarts": "ValueError",
    "CyclicLR": "ValueError",
    "OneCycleLR": "KeyError",
    "SWALR": "KeyError",
}
_WAY_OUT = "Thaw the group instead, and let a LambdaLR with one expression per group hold it at 0 until then."


def joining_problems(recipe: Recipe, resolved: tuple[ResolvedGroup, ...] | None) -> Iterator[Problem]:
    """Yield what is wrong with the groups that join, and what optimizer and scheduler make of them."""
    seen: set[str] = set()
    for index, one in enumerate(recipe.run.unfreeze):
        place = f"run.unfreeze[{index}]"
        refusals = tuple(_refusals(recipe, one, place, seen))
        yield from refusals
        if refusals or not is_count(recipe.run.steps):
            continue
        seen.add(one.group)
        if one.step >= recipe.run.steps:
            message = f"Step {one.step} never comes: the last one of the run is {recipe.run.steps - 1}."
            yield warning(f"{place}.step", message)
            continue
        yield from _optimizer_problems(recipe, one, place, resolved or ())
        yield from _scheduler_problems(recipe, one, f"{place}.step")


def _refusals(recipe: Recipe, one: Unfreeze, place: str, seen: set[str]) -> Iterator[Problem]:
    groups = {group.name: group for group in recipe.groups if isinstance(group.name, str)}
    frozen = [name for name, group in groups.items() if group.frozen is True]
    group = groups.get(one.group) if isinstance(one.group, str) else None
    if group is None:
        way_out = suggest(one.group, frozen) if frozen else "Freeze a group first."
        yield error(f"{place}.group", f"There is no group {one.group!r:.100}.", way_out)
    elif group.frozen is not True:
        message = f"The group {one.group!r} is trained from the start, so that it cannot join later."
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
        message = "Muon does not look at the shapes of a group that joins, but takes two-dimensional parameters only: "
        message += "the first step with gradients raises a ValueError."
        yield warning(f"{place}.group", message, "Keep the others frozen.")


def _scheduler_problems(recipe: Recipe, one: Unfreeze, place: str) -> Iterator[Problem]:
    scheduler, run = recipe.scheduler, recipe.run
    turns = None if scheduler is None else turns_of(scheduler, run)
    if scheduler is None or turns is None:
        return
    made = steps_before(run, one.step)
    ends = sorted(_ends(scheduler, turns, made))
    last = _last_step_before_resuming(recipe, one)
    if ends and ends[0][0] <= last:
        step, name, exception = ends[0]
        message = f"{name} does not know a group that joins later; torch raises {with_article(exception)}"
        yield warning(place, f"{message} {moment(run, step)}.", _WAY_OUT)
        return
    if scheduler.class_name == PLATEAU and isinstance(scheduler.options.get("min_lr"), tuple):
        message = (
            f"{PLATEAU} has a min_lr for each of the other groups; torch raises a RuntimeError at the next reduction."
        )
        yield warning(place, message, "Give it a single min_lr.")
        return
    lifted = [text for path, leaf in scheduler.walk() for text in _lifted(leaf, turns[path], made)]
    if lifted:
        yield warning(place, lifted[0], "Thaw the group instead, or let it join when that is over.")
        return
    rate = _own_rate(recipe, one.group)
    at = "" if rate is None else f" of {format_number(rate)}"
    message = f"The group begins at its own learning rate{at} and follows the schedule's factors from there on."
    yield note(place, message, "What they have done to the others by then is not made up for.")


def _ends(root: Scheduler, turns: Turns, made: int) -> Iterator[tuple[int, str, str]]:
    """Yield the root's steps after `made` at which a scheduler raises for the new group, with class and exception."""
    for place, scheduler in root.walk():
        name = scheduler.class_name
        exception = _RAISE_AT_THE_NEXT_STEP.get(name, "ValueError")
        for turn in turns[place]:
            if turn.last > made and not scheduler.schedulers:
                step = _end_within(scheduler, turn, max(turn.first, made + 1))
                if step is not None:
                    yield step, name, exception


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
    if not isinstance(resume, Resume) or type(resume.step) is not int or resume.step <= one.step:
        return math.inf
    return steps_before(recipe.run, resume.step) if resume.step < recipe.run.steps else math.inf


def _lifted(leaf: Scheduler, turns: tuple[Turn, ...], made: int) -> Iterator[str]:
    """Yield what a scheduler does that gives back a part of the learning rate which the new group never gave up."""
    entry = find_entry(KNOWN_SCHEDULERS, leaf.class_name)
    if entry is None or leaf.class_name not in ("ConstantLR", "LinearLR"):
        return
    values: Mapping[str, Any] = entry.with_defaults(leaf.options)
    total = values["total_iters"]
    reached = max((turn.count + min(turn.last, made) - turn.first for turn in turns if turn.first <= made), default=0)
    reach = max((turn.last_count for turn in turns), default=0)
    if any(entry_field.check(values[entry_field.name]) for entry_field in entry.fields) or not reached < total <= reach:
        return
    if leaf.class_name == "ConstantLR" and 0 < values["factor"] < 1:
        yield _describe_lift("ConstantLR", 1 / values["factor"])
    if leaf.class_name == "LinearLR":
        now = values["start_factor"] + (values["end_factor"] - values["start_factor"]) * reached / total
        if now != values["end_factor"]:
            yield _describe_lift("LinearLR", values["end_factor"] / now)


def _describe_lift(name: str, factor: float) -> str:
    return f"{name} multiplies the group along with the others: it ends at {factor:.3g} times its own learning rate."


def _own_rate(recipe: Recipe, name: str) -> float | None:
    entry = find_entry(KNOWN_OPTIMIZERS, recipe.optimizer.class_name)
    group = next(group for group in recipe.groups if group.name == name)
    rate = {**(entry.defaults() if entry else {}), **recipe.optimizer.options, **group.options}.get("lr")
    return rate if isinstance(rate, int | float) and not isinstance(rate, bool) and math.isfinite(rate) else None
