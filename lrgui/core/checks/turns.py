"""When each scheduler of a tree is stepped, and how far it has counted by then: torch's bookkeeping without torch."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from lrgui.core.pace import is_count, optimizer_steps_at, scheduler_steps, steps_before
from lrgui.core.recipe import MAX_SCHEDULER_DEPTH, Run, Scheduler, Value


@dataclass(frozen=True, slots=True)
class Turn:
    """Steps `first` to `last` of the root, at each of which one scheduler of the tree is stepped too.

    At `first` its own count is `count`, from where it grows by one each time. Step 0 is the construction of the tree.
    A turn that is `started` is the single step to count 0 with which SequentialLR begins a scheduler at its milestone.
    """

    first: int
    last: int
    count: int
    started: bool = False

    @property
    def last_count(self) -> int:
        """The scheduler's own count at `last`."""
        return self.count + self.last - self.first


Turns: TypeAlias = Mapping[str, tuple[Turn, ...]]
"""The turns of every scheduler of a tree, by its place in the recipe."""


def turns_of(root: Scheduler, run: Run) -> Turns | None:
    """Return who is stepped when in the whole run, None where counts, milestones or the tree are not understood.

    A run that is resumed from the optimizer's state alone begins with a fresh tree there.
    """
    reach = scheduler_steps(run)
    if (
        reach is None
        or depth_of(root) > MAX_SCHEDULER_DEPTH
        or not all(_is_understood(scheduler) for _, scheduler in root.walk())
    ):
        return None
    recorded: dict[str, list[Turn]] = {place: [] for place, _ in root.walk()}
    lost = lost_at(run)
    fresh_from = reach if lost is None else lost
    _advance(_make(root, "scheduler", recorded), 1, fresh_from)
    if fresh_from < reach:
        _advance(_make(root, "scheduler", recorded), fresh_from + 1, reach)
    return {place: tuple(turns) for place, turns in recorded.items()}


def lost_at(run: Run) -> int | None:
    """Return after how many of its steps the scheduler is built afresh without its state, None where it is not."""
    resume = run.resume
    if resume is None or resume.order != "optimizer_only" or not is_count(resume.step) or resume.step >= run.steps:
        return None
    return steps_before(run, resume.step)


def depth_of(root: Scheduler) -> int:
    """Return how many levels a tree has, or one more than the most that it may: from Python it can have any depth."""
    level: tuple[Scheduler, ...] = (root,)
    depth = 0
    while level and depth <= MAX_SCHEDULER_DEPTH:
        level, depth = tuple(child for scheduler in level for child in scheduler.schedulers), depth + 1
    return depth


def moment(run: Run, scheduler_step: int) -> str:
    """Say when the scheduler makes its step with this number; 0 is the construction."""
    if scheduler_step == 0:
        return "while it is built"
    made = optimizer_steps_at(run, scheduler_step)
    after = "" if made == scheduler_step else f", after {made} optimizer step{'s' if made != 1 else ''}"
    return f"at the scheduler's step {scheduler_step}{after}"


def furthest_count(turns: tuple[Turn, ...], until: int) -> int:
    """Return the highest count that a scheduler has at one of the root's steps up to `until`."""
    return max((turn.count + min(turn.last, until) - turn.first for turn in turns if turn.first <= until), default=0)


def has_milestones(sequential: Scheduler) -> bool:
    """Say whether a SequentialLR has one milestone between each of its schedulers and the next, all of them numbers."""
    milestones = sequential.options.get("milestones")
    fits = isinstance(milestones, tuple) and len(milestones) == len(sequential.schedulers) - 1
    return fits and isinstance(milestones, tuple) and all(map(_is_number, milestones))


def _is_understood(scheduler: Scheduler) -> bool:
    if type(scheduler.options.get("last_epoch", -1)) is not int or not isinstance(scheduler.class_name, str):
        return False
    return scheduler.class_name != "SequentialLR" or has_milestones(scheduler)


def _is_number(value: Value) -> bool:
    return type(value) in (int, float) and -math.inf < float(value) < math.inf  # type: ignore[arg-type]


def _advance(node: _Node, first: int, last: int) -> None:
    if first <= last:
        node.advance(first, last)


class _Leaf:
    """A scheduler without children, or one whose children nobody steps."""

    def __init__(self, scheduler: Scheduler, turns: list[Turn]) -> None:
        last_epoch: Any = scheduler.options.get("last_epoch", -1)
        self._count: int = last_epoch + 1
        self._turns = turns

    def undo(self) -> None:
        """Take back one count, as SequentialLR does while it is built."""
        self._count -= 1

    def begin(self) -> None:
        """Make the step that SequentialLR makes its first scheduler take while it is built."""
        self._count += 1

    def start(self, step: int) -> None:
        """Step to count 0, as SequentialLR does at a milestone."""
        self._count = 0
        self._turns.append(Turn(step, step, 0, started=True))

    def advance(self, first: int, last: int) -> None:
        """Step at each of the root's steps `first` to `last`."""
        self._turns.append(Turn(first, last, self._count + 1))
        self._count += last - first + 1


class _Composite:
    """What both composites have in common."""

    def __init__(self, children: list[_Node], turns: list[Turn]) -> None:
        self._children = children
        self._turns = turns

    def undo(self) -> None:
        for child in self._children:
            child.undo()

    def begin(self) -> None:
        self.advance(0, 0)

    def start(self, step: int) -> None:
        """Torch raises: a composite cannot step to a count."""
        self._turns.append(Turn(step, step, 0, started=True))

    def advance(self, first: int, last: int) -> None:
        raise NotImplementedError


class _Chain(_Composite):
    def advance(self, first: int, last: int) -> None:
        for child in self._children:
            child.advance(first, last)


class _Sequence(_Composite):
    def __init__(self, scheduler: Scheduler, children: list[_Node], turns: list[Turn]) -> None:
        super().__init__(children, turns)
        last_epoch: Any = scheduler.options.get("last_epoch", -1)
        milestones: Any = scheduler.options["milestones"]
        self._milestones: tuple[float, ...] = milestones
        self._in_order = sorted(milestones)
        self._count: int = last_epoch + 1
        self.undo()
        children[bisect_right(self._milestones, 0)].begin()

    def advance(self, first: int, last: int) -> None:
        while first <= last:
            count = self._count + 1
            # As torch does it, in milestones that may be out of order.
            index = bisect_right(self._milestones, count)
            child = self._children[index]
            if index > 0 and self._milestones[index - 1] == count:
                child.start(first)
                made = 1
            else:
                following = bisect_right(self._in_order, count)
                end = math.ceil(self._in_order[following]) if following < len(self._in_order) else math.inf
                made = int(min(last - first + 1, end - count))
                child.advance(first, first + made - 1)
            self._count += made
            first += made


_Node: TypeAlias = "_Leaf | _Composite"


def _make(scheduler: Scheduler, place: str, recorded: dict[str, list[Turn]]) -> _Node:
    children = [
        _make(child, f"{place}.schedulers[{index}]", recorded) for index, child in enumerate(scheduler.schedulers)
    ]
    if children and scheduler.class_name == "SequentialLR":
        return _Sequence(scheduler, children, recorded[place])
    if children and scheduler.class_name == "ChainedScheduler":
        return _Chain(children, recorded[place])
    return _Leaf(scheduler, recorded[place])
