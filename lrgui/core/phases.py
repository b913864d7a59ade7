"""The phases of a SequentialLR: milestones as lengths and back, and schedulers that fill the stretch they are given.

All counts are the scheduler's own steps, which `lrgui.core.pace` ties to the optimizer's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise

from lrgui.core.pace import is_count
from lrgui.core.recipe import Options, Scheduler

SEQUENTIAL = "SequentialLR"
"""The composite whose children take turns."""

LENGTH_OPTIONS: Mapping[str, str] = {
    "LinearLR": "total_iters",
    "ConstantLR": "total_iters",
    "PolynomialLR": "total_iters",
    "CosineAnnealingLR": "T_max",
    "OneCycleLR": "total_steps",
}
"""The option that says how long a scheduler lasts as a whole. Periods (T_0, step_size, ...) are not among them, nor is
anneal_epochs of SWALR, which is meant to hold its rate after that."""

_OTHER_LENGTHS = {"OneCycleLR": ("epochs", "steps_per_epoch")}


@dataclass(frozen=True, slots=True)
class Phase:
    """The steps from `start` up to `end`, which is not among them; None when the run's length is not known."""

    start: int
    end: int | None

    @property
    def length(self) -> int | None:
        """The number of steps, None when unknown; 0 or less where the end comes before the start."""
        return None if self.end is None else self.end - self.start


def own_length(scheduler: Scheduler) -> int | None:
    """Return how many steps a scheduler lasts as a whole by its own options, None for one that goes on for ever."""
    value = scheduler.options.get(LENGTH_OPTIONS.get(scheduler.class_name, ""))
    return value if isinstance(value, int) and is_count(value) else None


def with_own_length(scheduler: Scheduler, length: int) -> Scheduler:
    """Return the scheduler with the option that says how long it lasts set to `length`, if it has one."""
    name = LENGTH_OPTIONS.get(scheduler.class_name)
    if name is None:
        return scheduler
    options = scheduler.options.with_value(name, length)
    for other in _OTHER_LENGTHS.get(scheduler.class_name, ()):
        options = options.without(other)
    return replace(scheduler, options=options)


def phase_lengths(sequential: Scheduler, steps: int | None) -> tuple[int, ...]:
    """Return the length of each child's phase; the last one lasts until `steps`, and at least 1.

    Milestones that torch would refuse are put right: they are sorted, what is no count is left out, too many are
    cut off, and where some are missing the phases after the last one share what remains.
    """
    milestones = _milestones(sequential, steps or 0)
    if not sequential.schedulers:
        return ()
    last = max(1, (steps or 0) - (milestones[-1] if milestones else 0))
    return (*(end - start for start, end in pairwise((0, *milestones))), last)


def with_phases(sequential: Scheduler, schedulers: Sequence[Scheduler], lengths: Sequence[int]) -> Scheduler:
    """Return the composite with these children and the lengths of their phases; the last one is open."""
    options = sequential.options.with_value("milestones", tuple(accumulate(lengths[:-1])))
    return replace(sequential, options=options, schedulers=tuple(schedulers))


def with_phase_length(sequential: Scheduler, index: int, length: int, steps: int | None) -> Scheduler:
    """Return the composite with another length of one phase; the others keep theirs, so that later ones shift."""
    lengths = phase_lengths(sequential, steps)
    return with_phases(sequential, sequential.schedulers, (*lengths[:index], length, *lengths[index + 1 :]))


def with_milestone(sequential: Scheduler, index: int, step: int, steps: int | None) -> Scheduler:
    """Return the composite with another milestone; the others stay where they are."""
    milestones = _milestones(sequential, steps or 0)
    changed = (*milestones[:index], step, *milestones[index + 1 :])
    return replace(sequential, options=sequential.options.with_value("milestones", changed))


def milestones_of(sequential: Scheduler) -> tuple[int, ...] | None:
    """Return the milestones of a SequentialLR as they are written, None unless they give each child its turn."""
    given = sequential.options.get("milestones")
    if not isinstance(given, tuple) or len(given) != len(sequential.schedulers) - 1:
        return None
    milestones = tuple(one for one in given if type(one) is int and one >= 0)
    return milestones if len(milestones) == len(given) and list(milestones) == sorted(milestones) else None


def phases_of(sequential: Scheduler, phase: Phase) -> tuple[Phase, ...]:
    """Return the phase of each child of a SequentialLR that is itself in charge during `phase`."""
    milestones = _milestones(sequential, phase.length or 0)
    bounds = (phase.start, *(phase.start + milestone for milestone in milestones))
    if not sequential.schedulers:
        return ()
    return (*(Phase(start, end) for start, end in pairwise(bounds)), Phase(bounds[-1], phase.end))


def phase_at(tree: Scheduler, path: tuple[int, ...], steps: int | None) -> Phase:
    """Return the phase in which the scheduler at `path` is in charge; a run takes `steps` of the root's steps."""
    node, phase = tree, Phase(0, steps)
    for index in path:
        if node.class_name == SEQUENTIAL:
            phase = phases_of(node, phase)[index]
        node = node.schedulers[index]
    return phase


def fitted(tree: Scheduler, steps: int | None) -> Scheduler:
    """Return the tree with each scheduler's own length set to its phase: a lone root's to the whole run.

    The children of other composites stay as they are, and so does what never has its turn.
    """
    if tree.class_name == SEQUENTIAL:
        phases = phases_of(tree, Phase(0, steps))
        children = (fitted(child, phase.length) for child, phase in zip(tree.schedulers, phases, strict=True))
        return replace(tree, schedulers=tuple(children))
    if tree.schedulers:
        nested = (fitted(child, steps) if child.class_name == SEQUENTIAL else child for child in tree.schedulers)
        return replace(tree, schedulers=tuple(nested))
    return with_own_length(tree, steps) if steps is not None and steps >= 1 else tree


def sequence(schedulers: Sequence[Scheduler], lengths: Sequence[int]) -> Scheduler:
    """Return a SequentialLR of these children and the lengths of their phases; the last one is open."""
    return with_phases(Scheduler(SEQUENTIAL, Options()), schedulers, lengths)


def _milestones(sequential: Scheduler, steps: int) -> tuple[int, ...]:
    """Return one milestone fewer than there are children, in order."""
    wanted = max(0, len(sequential.schedulers) - 1)
    given = sequential.options.get("milestones")
    counts = [item for item in given if type(item) is int and item >= 0] if isinstance(given, tuple) else []
    milestones = sorted(counts)[:wanted]
    missing = wanted - len(milestones)
    start = milestones[-1] if milestones else 0
    share = max(1, (steps - start) // (missing + 1))
    return (*milestones, *(start + share * number for number in range(1, missing + 1)))
