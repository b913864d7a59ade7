"""Checks of the conditions that bend a schedule: how often it is stepped, what is skipped, who joins, who resumes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from lrgui.core.checks.joining import joining_problems
from lrgui.core.checks.options import error, note, warning
from lrgui.core.checks.resuming import resume_problems
from lrgui.core.checks.turns import Turns
from lrgui.core.groups import ResolvedGroup
from lrgui.core.numbers import group_digits
from lrgui.core.pace import is_count, scheduler_steps
from lrgui.core.problems import Problem
from lrgui.core.recipe import EveryNth, Recipe, Run

_SKIPPED = "run.skipped_steps"


def condition_problems(
    recipe: Recipe, resolved: tuple[ResolvedGroup, ...] | None, turns: Turns | None
) -> Iterator[Problem]:
    """Yield what is wrong with the conditions beyond each plain field by itself, and what torch makes of them.

    `resolved` are the groups and `turns` those of the schedulers, None where they are unknown.
    """
    run = recipe.run
    yield from _skip_problems(run)
    if recipe.scheduler is not None and scheduler_steps(run) is not None:
        yield from _pace_problems(run)
    yield from joining_problems(recipe, resolved, turns)
    yield from resume_problems(recipe, turns)


def are_skips_right(run: Run) -> bool:
    """Say whether the skipped steps can be counted, and leave some that are not."""
    return next(_skip_refusals(run), None) is None


def joining_count(recipe: Recipe) -> int:
    """Return how many groups join the optimizer on the way."""
    frozen = [group.name for group in recipe.groups if group.frozen is True]
    return len({one.group for one in recipe.run.unfreeze if isinstance(one.group, str) and one.group in frozen})


def _skip_problems(run: Run) -> Iterator[Problem]:
    refusals = tuple(_skip_refusals(run))
    yield from refusals
    if refusals or not is_count(run.steps):
        return
    if isinstance(run.skipped_steps, EveryNth):
        if run.skipped_steps.every > run.steps:
            yield warning(_SKIPPED, f"A run of {run.steps} steps is over before the first one that would be skipped.")
        return
    beyond = [step for step in run.skipped_steps if step >= run.steps]
    if beyond:
        message = f"Step {beyond[0]} never comes: the last one of the run is {run.steps - 1}."
        yield warning(_SKIPPED, message)


def _skip_refusals(run: Run) -> Iterator[Problem]:
    skipped = run.skipped_steps
    if isinstance(skipped, EveryNth):
        if not is_count(skipped.every):
            yield error(f"{_SKIPPED}.every", "every must be a whole number, 2 or more.")
        elif skipped.every == 1:
            yield error(f"{_SKIPPED}.every", "Every single step is skipped, and nothing runs.", "Choose 2 or more.")
        return
    if not isinstance(skipped, tuple) or not all(type(step) is int and step >= 0 for step in skipped):
        yield error(_SKIPPED, "Skipped steps must be whole numbers, 0 or more.")
    elif is_count(run.steps) and len(skipped) >= run.steps and len({s for s in skipped if s < run.steps}) == run.steps:
        yield error(_SKIPPED, "All steps of the run are skipped, and nothing runs.", "Leave some of them out.")


def _pace_problems(run: Run) -> Iterator[Problem]:
    """Yield how fast the schedule goes, where that is not as intended."""
    made, intended = scheduler_steps(run), scheduler_steps(replace(run, frequency=1, calls=1))
    times = f"{group_digits(made or 0)} times in this run instead of {group_digits(intended or 0)}"
    in_all = f"in all, the scheduler is stepped {times}."
    way_out = f"T_max, total_steps and milestones count these steps: set them for {group_digits(made or 0)}."
    if run.frequency > 1:
        yield note("run.frequency", f"The schedule runs {run.frequency} times as slowly; {in_all}", way_out)
    if run.calls > 1:
        yield note("run.calls", f"The schedule runs {run.calls} times as fast; {in_all}", way_out)
    if run.order == "scheduler_first":
        message = (
            "The first value of the schedule is never used: the scheduler is stepped before the first optimizer step."
        )
        yield warning("run.order", message, "In a training, call optimizer.step() before scheduler.step().")
