"""Checks of the scheduler tree: which schedulers may be put together, and what raises while they are stepped."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from lrgui.core.catalog import KNOWN_OPTIMIZERS, KNOWN_SCHEDULERS
from lrgui.core.catalog.workloads import PLATEAU
from lrgui.core.checks.expressions import evaluation_problem
from lrgui.core.checks.one_cycle import one_cycle_problems
from lrgui.core.checks.options import choice_problems, error, find_entry
from lrgui.core.pace import scheduler_steps
from lrgui.core.problems import Problem, Severity
from lrgui.core.recipe import MAX_SCHEDULER_DEPTH, Recipe, Scheduler


@dataclass(frozen=True, slots=True)
class _Node:
    """One scheduler of the tree.

    `reach` is the highest step count that it gets to, None when unknown. A composite counts `ahead` of that: torch
    steps the first child of SequentialLR while building it, which takes back only what it did to the leaves.
    """

    place: str
    scheduler: Scheduler
    reach: int | None
    ahead: int = 0
    depth: int = 0


def scheduler_problems(recipe: Recipe, group_count: int | None) -> Iterator[Problem]:
    """Yield what is wrong with the scheduler and its children; `group_count` is None when unknown."""
    if recipe.scheduler is None:
        return
    yield from _TreeCheck(recipe, group_count).check(_Node("scheduler", recipe.scheduler, scheduler_steps(recipe.run)))


class _TreeCheck:
    """Goes through the tree in the order in which torch's objects are built."""

    def __init__(self, recipe: Recipe, group_count: int | None) -> None:
        self._optimizer = find_entry(KNOWN_OPTIMIZERS, recipe.optimizer.class_name)
        self._group_count = group_count
        # What the schedulers built so far have left in the optimizer's groups.
        self._built: set[str] = set()

    def check(self, node: _Node) -> Iterator[Problem]:
        scheduler, place = node.scheduler, node.place
        if node.depth >= MAX_SCHEDULER_DEPTH:
            yield error(place, f"Schedulers are nested more than {MAX_SCHEDULER_DEPTH} deep.")
            return
        own = tuple(choice_problems(KNOWN_SCHEDULERS, scheduler, place, "scheduler", self._group_count))
        yield from own
        entry = find_entry(KNOWN_SCHEDULERS, scheduler.class_name)
        if entry is None:
            return
        if entry.composite:
            milestones_are_right = not any(problem.place.endswith(".milestones") for problem in own)
            yield from self._check_composite(node, milestones_are_right)
            return
        if scheduler.schedulers:
            message = f"{scheduler.class_name} takes no schedulers of its own."
            yield error(f"{place}.schedulers", message, "SequentialLR and ChainedScheduler do.")
        if not own:
            values = entry.with_defaults(scheduler.options)
            yield from self._check_leaf(node, values)
        self._built.add(scheduler.class_name)

    def _check_composite(self, node: _Node, milestones_are_right: bool) -> Iterator[Problem]:
        scheduler, place = node.scheduler, node.place
        if not scheduler.schedulers:
            yield error(f"{place}.schedulers", f"{scheduler.class_name} needs at least one scheduler.")
        sequential = scheduler.class_name == "SequentialLR"
        if sequential and milestones_are_right:
            yield from _milestone_problems(scheduler, place)
        for index, child in enumerate(scheduler.schedulers):
            child_place = f"{place}.schedulers[{index}]"
            if child.class_name == PLATEAU:
                message = f"{scheduler.class_name} refuses {PLATEAU}, which has to be on its own."
                yield error(f"{child_place}.class", message)
            child_entry = find_entry(KNOWN_SCHEDULERS, child.class_name)
            composite = child_entry is not None and child_entry.composite
            if sequential and composite and _is_started(node, index):
                message = f"{child.class_name} cannot come later in SequentialLR: it raises at the milestone."
                yield error(f"{child_place}.class", message, "List its schedulers directly instead.")
            yield from self.check(_child(node, index))

    def _check_leaf(self, node: _Node, values: dict[str, Any]) -> Iterator[Problem]:
        place, name = f"{node.place}.options", node.scheduler.class_name
        resumed = values.get("last_epoch", -1) != -1
        if resumed and not self._built:
            message = "last_epoch resumes a run, but a run from here starts afresh and torch raises a KeyError."
            yield error(f"{place}.last_epoch", message, "Leave it at -1.")
        elif resumed and name == "OneCycleLR" and name not in self._built:
            message = "last_epoch of OneCycleLR needs the state of an earlier run, and torch raises a KeyError."
            yield error(f"{place}.last_epoch", message, "Leave it at -1.")
        optimizer = self._optimizer
        if values.get("cycle_momentum") and optimizer and not (optimizer.field("momentum") or optimizer.field("betas")):
            message = f"{optimizer.class_name} has no momentum that {name} could cycle."
            yield error(f"{place}.cycle_momentum", message, "Set cycle_momentum to false.")
        if name == "OneCycleLR":
            yield from one_cycle_problems(values, place, None if resumed else node.reach)
        if not resumed:
            yield from _first_call_problems(name, values, place, node.reach)


def _first_call_problems(name: str, values: dict[str, Any], place: str, reach: int | None) -> Iterator[Problem]:
    """Yield what an expression raises at its first call, which for LambdaLR and CyclicLR is the construction."""
    if name == "LambdaLR":
        yield from evaluation_problem(values["lr_lambda"], ("epoch",), 0, f"{place}.lr_lambda")
    if name == "MultiplicativeLR" and reach:
        yield from evaluation_problem(values["lr_lambda"], ("epoch",), 1, f"{place}.lr_lambda")
    if name == "CyclicLR":
        first = 1 if values["scale_mode"] == "cycle" else 0
        yield from evaluation_problem(values["scale_fn"], ("x",), first, f"{place}.scale_fn")


def _milestone_problems(scheduler: Scheduler, place: str) -> Iterator[Problem]:
    milestones: Any = scheduler.options["milestones"]
    place = f"{place}.options.milestones"
    wanted = len(scheduler.schedulers) - 1
    if scheduler.schedulers and len(milestones) != wanted:
        given = f"{len(milestones)} milestone{'s' if len(milestones) != 1 else ''}"
        message = f"There are {given} for {wanted + 1} schedulers, where there should be {wanted}."
        yield error(place, message, "There is one milestone between each scheduler and the next.")
    pairs = list(pairwise(milestones))
    if any(later < earlier for earlier, later in pairs):
        yield error(place, "The milestones must increase.")
    elif any(later == earlier for earlier, later in pairs):
        message = "Two milestones are the same, so that the scheduler between them never takes its turn."
        yield Problem(Severity.WARNING, place, message)


def _is_started(node: _Node, index: int) -> bool:
    """Say whether SequentialLR starts a child at its milestone, which it does with a step to epoch 0.

    Not the first child, nor one whose milestone is 0, lies beyond the run or is that of the next child too.
    """
    milestones: Any = node.scheduler.options.get("milestones")
    if index == 0:
        return False
    if node.reach is None or not _has_milestones(node.scheduler):
        return True
    start = milestones[index - 1]
    return 1 <= start <= node.reach + node.ahead and start not in milestones[index:]


def _has_milestones(sequential: Scheduler) -> bool:
    milestones: Any = sequential.options.get("milestones")
    fits = isinstance(milestones, tuple) and len(milestones) == len(sequential.schedulers) - 1
    return fits and all(type(milestone) is int for milestone in milestones)


def _child(node: _Node, index: int) -> _Node:
    child, place = node.scheduler.schedulers[index], f"{node.place}.schedulers[{index}]"
    if node.scheduler.class_name != "SequentialLR":
        return _Node(place, child, node.reach, node.ahead, node.depth + 1)
    return _Node(place, child, _child_reach(node, index), 0 if index else node.ahead + 1, node.depth + 1)


def _child_reach(node: _Node, index: int) -> int | None:
    """Return the highest step count that a child of SequentialLR gets to, counted from its own milestone."""
    if node.reach is None or not _has_milestones(node.scheduler):
        return None
    if node.scheduler.options.get("last_epoch", -1) != -1:
        return None
    milestones: Any = node.scheduler.options["milestones"]
    start = milestones[index - 1] if index else node.ahead
    end = node.reach + node.ahead
    if index < len(milestones):
        end = min(end, milestones[index] - 1)
    return max(0, end - start)
