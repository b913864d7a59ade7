"""Checks of the scheduler tree: which schedulers may be put together, and what raises while they are stepped."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from lrgui.core.catalog import KNOWN_OPTIMIZERS, KNOWN_SCHEDULERS
from lrgui.core.catalog.workloads import PLATEAU
from lrgui.core.checks.expressions import MOST_READ, calls_tried, first_call_problem, later_call_problem, reading_cost
from lrgui.core.checks.faults import Fault, faults_of
from lrgui.core.checks.groups import first_rate
from lrgui.core.checks.leaves import doubts_of, refusals_of
from lrgui.core.checks.options import choice_problems, error, find_entry, has_error, note, warning, with_article
from lrgui.core.checks.turns import Turns, depth_of, has_milestones, moment
from lrgui.core.groups import ResolvedGroup
from lrgui.core.pace import is_count, used_steps
from lrgui.core.problems import Problem
from lrgui.core.recipe import MAX_SCHEDULER_DEPTH, Recipe, Scheduler


def scheduler_problems(
    recipe: Recipe, trained: tuple[ResolvedGroup, ...] | None, turns: Turns | None
) -> Iterator[Problem]:
    """Yield what is wrong with the scheduler and its children.

    `trained` are the optimizer's groups and `turns` those of the schedulers, None where they are unknown.
    """
    if recipe.scheduler is None:
        return
    if depth_of(recipe.scheduler) > MAX_SCHEDULER_DEPTH:
        yield error("scheduler", f"Schedulers are nested more than {MAX_SCHEDULER_DEPTH} deep.")
        return
    cost = reading_cost(recipe.scheduler)
    if cost > MOST_READ:
        message = "The expressions of all schedulers together are too long to be checked."
        yield error("scheduler", message, "Shorten them, or form fewer groups.")
        return
    yield from _TreeCheck(recipe, trained, turns, calls_tried(cost)).check("scheduler", recipe.scheduler)
    yield from _late_problems(recipe, recipe.scheduler)


class _TreeCheck:
    """Goes through the tree in the order in which torch's objects are built."""

    def __init__(
        self, recipe: Recipe, trained: tuple[ResolvedGroup, ...] | None, turns: Turns | None, calls: int
    ) -> None:
        self._run = recipe.run
        self._optimizer = find_entry(KNOWN_OPTIMIZERS, recipe.optimizer.class_name)
        self._group_count = None if trained is None else len(trained)
        rates = {
            group.name: first_rate(recipe, group.options) for group in trained or () if isinstance(group.name, str)
        }
        self._rates = {name: rate for name, rate in rates.items() if rate is not None}
        self._turns = turns
        self._used = used_steps(recipe.run)
        self._calls = calls
        # What the schedulers built so far have left in the optimizer's groups.
        self._left: set[str] = set()

    def check(self, place: str, scheduler: Scheduler) -> Iterator[Problem]:
        own = tuple(choice_problems(KNOWN_SCHEDULERS, scheduler, place, "scheduler", self._group_count))
        entry = find_entry(KNOWN_SCHEDULERS, scheduler.class_name)
        if entry is None:
            yield from own
            return
        if entry.composite:
            yield from own
            yield from self._check_composite(place, scheduler)
            return
        if scheduler.schedulers:
            message = f"{scheduler.class_name} takes no schedulers of its own."
            yield error(f"{place}.schedulers", message, "SequentialLR and ChainedScheduler do.")
        if has_error(own):
            yield from own
        else:
            yield from self._check_leaf(place, scheduler.class_name, entry.with_defaults(scheduler.options), own)

    def _check_composite(self, place: str, scheduler: Scheduler) -> Iterator[Problem]:
        if not scheduler.schedulers:
            yield error(f"{place}.schedulers", f"{scheduler.class_name} needs at least one scheduler.")
        sequential = scheduler.class_name == "SequentialLR"
        if sequential:
            yield from _milestone_problems(scheduler, f"{place}.options.milestones")
        first = bisect_right(_milestones(scheduler), 0) if sequential and has_milestones(scheduler) else None
        for index, child in enumerate(scheduler.schedulers):
            child_place = f"{place}.schedulers[{index}]"
            if child.class_name == PLATEAU:
                message = f"{scheduler.class_name} refuses {PLATEAU}, which has to be on its own."
                yield error(f"{child_place}.class", message)
            child_entry = find_entry(KNOWN_SCHEDULERS, child.class_name)
            if sequential and child_entry is not None and child_entry.composite:
                yield from self._check_nested(child_place, child, begins=index == first)
            if sequential and index and child.class_name == "OneCycleLR":
                message = "Building OneCycleLR sets the first learning rate of all groups to max_lr / div_factor, from "
                message += "which the schedulers before it start too."
                yield warning(f"{child_place}.class", message, "Choose max_lr and div_factor so that both agree.")
            yield from self.check(child_place, child)

    def _check_nested(self, place: str, child: Scheduler, *, begins: bool) -> Iterator[Problem]:
        """Yield what comes of a composite inside SequentialLR, which means to have leaves only."""
        if begins and child.class_name == "SequentialLR":
            message = (
                "SequentialLR inside SequentialLR counts one step ahead, so that its milestones come a step early."
            )
            yield warning(f"{place}.class", message, "List its schedulers directly instead.")
        elif begins and child.class_name == "ChainedScheduler":
            message = "Building SequentialLR steps a ChainedScheduler once, so that factors apply once too often."
            yield warning(f"{place}.class", message, "Put the chain around the sequence instead.")
        started = [turn for turn in self._turns_at(place) if turn.started]
        if started:
            message = f"SequentialLR cannot begin a {child.class_name} at a milestone: torch raises a"
            message = f"{message} NotImplementedError {moment(self._run, started[0].first)}."
            yield warning(f"{place}.class", message, "List its schedulers directly instead.")

    def _check_leaf(
        self, place: str, name: str, values: Mapping[str, Any], own: tuple[Problem, ...]
    ) -> Iterator[Problem]:
        options = f"{place}.options"
        refusals = tuple(refusals_of(name, values, options, self._optimizer, self._left))
        yield from refusals
        self._left |= _left_behind(name, values)
        if has_error(refusals):
            return
        turns = self._turns_at(place)
        told = tuple(self._fault_problems(name, values, options))
        yield from told
        # The consequence at a step says more than that of the option by itself.
        yield from (problem for problem in own if problem.place not in {other.place for other in told})
        yield from doubts_of(name, values, options, turns, self._used, self._rates)
        if values.get("last_epoch", -1) == -1:
            yield from first_call_problem(name, values, options)
        yield from later_call_problem(name, values, options, turns, self._run, self._calls)

    def _fault_problems(self, name: str, values: Mapping[str, Any], options: str) -> Iterator[Problem]:
        turns = self._turns_at(options.removesuffix(".options"))
        for fault in faults_of(name, values, turns):
            step = fault.first_step(turns)
            if step is not None:
                yield self._fault_problem(fault, f"{options}.{fault.option}", step)

    def _fault_problem(self, fault: Fault, place: str, step: int) -> Problem:
        message = f"{fault.reason}; torch raises {with_article(fault.exception)} {moment(self._run, step)}."
        return (warning if step else error)(place, message, fault.way_out)

    def _turns_at(self, place: str) -> Any:
        return () if self._turns is None else self._turns[place]


def _left_behind(name: str, values: Mapping[str, Any]) -> set[str]:
    """Return the keys of a group that a scheduler of this class sets while it is built."""
    keys = set() if name == PLATEAU else {"initial_lr"}
    fresh = values.get("last_epoch", -1) == -1
    if name == "OneCycleLR" and fresh:
        keys.add("max_lr")
    if name in ("OneCycleLR", "CyclicLR") and fresh and values["cycle_momentum"]:
        keys.add("max_momentum")
    return keys


def _milestones(scheduler: Scheduler) -> Any:
    return scheduler.options["milestones"]


def _milestone_problems(scheduler: Scheduler, place: str) -> Iterator[Problem]:
    milestones = scheduler.options.get("milestones")
    if not isinstance(milestones, tuple):
        return
    wanted = len(scheduler.schedulers) - 1
    if scheduler.schedulers and len(milestones) != wanted:
        given = f"{len(milestones)} milestone{'s' if len(milestones) != 1 else ''}"
        message = f"There are {given} for {wanted + 1} schedulers, where there should be {wanted}."
        yield error(place, message, "There is one milestone between each scheduler and the next.")
        return
    if not has_milestones(scheduler):
        return
    pairs = list(pairwise(_milestones(scheduler)))
    if any(later < earlier for earlier, later in pairs):
        yield warning(place, _describe_disorder(_milestones(scheduler)), "Put the milestones in increasing order.")
    elif any(later == earlier for earlier, later in pairs):
        message = "Two milestones are the same, so that the scheduler between them never takes its turn."
        yield warning(place, message)
    elif milestones and milestones[0] == 0:
        yield warning(place, "A first milestone of 0 means that the first scheduler never takes its turn.")


def _late_problems(recipe: Recipe, root: Scheduler) -> Iterator[Problem]:
    """Yield the milestones of the root that the run does not get to; after a resume the count may be another."""
    if root.class_name != "SequentialLR" or not has_milestones(root) or recipe.run.resume is not None:
        return
    last = used_steps(recipe.run)
    late = next((milestone for milestone in _milestones(root) if milestone > last), None)
    if late is None or not is_count(recipe.run.steps):
        return
    message = f"The milestone {late:.12g} is not reached: the scheduler's last step that the run uses is {last}."
    yield note("scheduler.options.milestones", message, "Make the run longer, or the phases shorter.")


def _describe_disorder(milestones: tuple[float, ...]) -> str:
    """Say in which order SequentialLR goes through its schedulers: it searches milestones as if they were sorted."""
    order = [bisect_right(milestones, 0)]
    for milestone in sorted(one for one in milestones if one > 0):
        index = bisect_right(milestones, milestone)
        if index != order[-1]:
            order.append(index)
    shown = ", ".join(str(index + 1) for index in order[:8]) + (", ..." if len(order) > 8 else "")
    return f"The milestones do not increase, and torch goes through the schedulers in this order: {shown}."
