"""What differs between two recipes, leaf by leaf."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import Enum
from itertools import chain, zip_longest
from typing import TypeAlias

from lrgui.core.catalog import KNOWN_OPTIMIZERS, KNOWN_SCHEDULERS, METRICS, MODELS, WORKLOADS, Entry
from lrgui.core.fields import Missing
from lrgui.core.recipe import (
    Choice,
    Group,
    Recipe,
    Resume,
    Run,
    Scheduler,
    SkippedSteps,
    Unfreeze,
    Value,
    same_value,
)
from lrgui.core.scheduler_tree import is_composite

_PLAIN_FIELDS = ("steps", "steps_per_epoch", "interval", "seed", "frequency", "calls", "skipped_steps", "order")
"""The fields of a run whose values have no parts of their own."""


class Absent(Enum):
    """The type of ABSENT."""

    ABSENT = "absent"

    def __repr__(self) -> str:
        return self.name


ABSENT = Absent.ABSENT
"""What one recipe has and the other has not."""

Part: TypeAlias = "Value | Choice | Group | Scheduler | SkippedSteps | Unfreeze | Resume | Absent"


@dataclass(frozen=True, slots=True)
class Difference:
    """One place that differs, as it is called in files, and what stands there.

    The place is that of the recipe after the change; of what only the recipe before it has, that one's. A group, a
    scheduler or a condition that only one of the two has is one difference as a whole.
    """

    place: str
    before: Part
    after: Part


def differences(before: Recipe, after: Recipe) -> tuple[Difference, ...]:
    """Return what differs, in the order of the recipe; nothing where both mean the same.

    An option that is left out counts as its default where the catalog knows one, and 1 counts as 1.0. Groups are told
    apart by name, or else by their patterns; the children of a composite are aligned, so that one that was put in
    between is no change of those after it.
    """
    if before == after:
        return ()
    return tuple(
        chain(
            _choices("model", before.model, after.model, MODELS),
            _groups(before.groups, after.groups),
            _choices("optimizer", before.optimizer, after.optimizer, KNOWN_OPTIMIZERS),
            _schedulers("scheduler", before.scheduler, after.scheduler),
            _runs(before.run, after.run),
        )
    )


def _leaf(place: str, before: Part, after: Part) -> Iterator[Difference]:
    if not same_value(before, after):
        yield Difference(place, before, after)


def _choices(
    place: str, before: Choice | None, after: Choice | None, entries: Mapping[str, Entry]
) -> Iterator[Difference]:
    if before is None or after is None:
        yield from _leaf(place, before or ABSENT, after or ABSENT)
        return
    yield from _leaf(f"{place}.class", before.class_name, after.class_name)
    yield from _options(place, before, after, entries)


def _options(
    place: str, before: Choice | Scheduler, after: Choice | Scheduler, entries: Mapping[str, Entry]
) -> Iterator[Difference]:
    """Yield the options that differ; the defaults in which two classes differ are no news beside their names."""
    for name in dict.fromkeys((*before.options, *after.options)):
        one, other = (_option(part, name, entries.get(part.class_name)) for part in (before, after))
        yield from _leaf(f"{place}.options.{name}", one, other)


def _option(part: Choice | Scheduler, name: str, entry: Entry | None) -> Value | Absent:
    if name in part.options:
        return part.options[name]
    field = None if entry is None else entry.field(name)
    return ABSENT if field is None or isinstance(field.default, Missing) else field.default


def _groups(before: tuple[Group, ...], after: tuple[Group, ...]) -> Iterator[Difference]:
    if before == after:
        return
    by_name = {group.name: group for group in before}
    names = {group.name for group in after}
    gone = [group for group in before if group.name not in names]
    for index, group in enumerate(after):
        place = f"groups[{index}]"
        same = by_name.get(group.name) or next((one for one in gone if one.match == group.match), None)
        if same is None:
            yield Difference(place, ABSENT, group)
        else:
            gone = [one for one in gone if one is not same]
            yield from _group(place, same, group)
    for group in gone:
        yield Difference(f"groups[{before.index(group)}]", group, ABSENT)
    # The first group that fits takes a parameter.
    orders = (tuple(group.name for group in groups if group.name in names & set(by_name)) for groups in (before, after))
    yield from _leaf("groups", *orders)


def _group(place: str, before: Group, after: Group) -> Iterator[Difference]:
    yield from _leaf(f"{place}.name", before.name, after.name)
    yield from _leaf(f"{place}.match", before.match, after.match)
    for name in dict.fromkeys((*before.options, *after.options)):
        one, other = (group.options.get(name, ABSENT) for group in (before, after))
        yield from _leaf(f"{place}.options.{name}", one, other)
    yield from _leaf(f"{place}.frozen", before.frozen, after.frozen)


def _schedulers(place: str, before: Scheduler | None, after: Scheduler | None) -> Iterator[Difference]:
    if before is None or after is None or is_composite(before) != is_composite(after):
        yield from _leaf(place, before or ABSENT, after or ABSENT)
        return
    yield from _leaf(f"{place}.class", before.class_name, after.class_name)
    yield from _options(place, before, after, KNOWN_SCHEDULERS)
    for one, other in _aligned(before.schedulers, after.schedulers):
        index = one if other is None else other
        child_before = None if one is None else before.schedulers[one]
        child_after = None if other is None else after.schedulers[other]
        yield from _schedulers(f"{place}.schedulers[{index}]", child_before, child_after)


def _aligned(
    before: Sequence[Scheduler], after: Sequence[Scheduler]
) -> Iterator[tuple[int, None] | tuple[None, int] | tuple[int, int]]:
    """Yield the indices of the children that differ: by what they are, then by class, then by position."""
    for tag, ones, others in _blocks(before, after):
        if tag != "equal":
            names_before = [before[index].class_name for index in ones]
            names_after = [after[index].class_name for index in others]
            for _, inner_ones, inner_others in _blocks(names_before, names_after):
                yield from zip_longest((ones[index] for index in inner_ones), (others[index] for index in inner_others))


def _blocks(before: Sequence[Hashable], after: Sequence[Hashable]) -> Iterator[tuple[str, range, range]]:
    """Yield the stretches that are equal, and those that take the place of each other, as indices."""
    # What both begin and end with is left out first: a longest common stretch need not respect it.
    head = _common(before, after)
    tail = _common(before[head:][::-1], after[head:][::-1])
    yield "equal", range(head), range(head)
    inner, other_inner = before[head : len(before) - tail], after[head : len(after) - tail]
    for tag, *bounds in SequenceMatcher(None, inner, other_inner, autojunk=False).get_opcodes():
        start, stop, other_start, other_stop = (head + bound for bound in bounds)
        yield tag, range(start, stop), range(other_start, other_stop)
    yield "equal", range(len(before) - tail, len(before)), range(len(after) - tail, len(after))


def _common(before: Sequence[Hashable], after: Sequence[Hashable]) -> int:
    """Return how many items both begin with."""
    return next(
        (index for index, (one, other) in enumerate(zip(before, after, strict=False)) if one != other),
        min(len(before), len(after)),
    )


def _runs(before: Run, after: Run) -> Iterator[Difference]:
    for name in _PLAIN_FIELDS:
        yield from _leaf(f"run.{name}", getattr(before, name), getattr(after, name))
    yield from _choices("run.workload", before.workload, after.workload, WORKLOADS)
    yield from _choices("run.metric", before.metric, after.metric, METRICS)
    yield from _unfreezing(before.unfreeze, after.unfreeze)
    yield from _resumes(before.resume, after.resume)


def _unfreezing(before: tuple[Unfreeze, ...], after: tuple[Unfreeze, ...]) -> Iterator[Difference]:
    by_group = {unfreeze.group: unfreeze for unfreeze in before}
    for index, unfreeze in enumerate(after):
        same = by_group.pop(unfreeze.group, None)
        if same is None:
            yield Difference(f"run.unfreeze[{index}]", ABSENT, unfreeze)
        else:
            yield from _leaf(f"run.unfreeze[{index}].step", same.step, unfreeze.step)
    for unfreeze in by_group.values():
        yield Difference(f"run.unfreeze[{before.index(unfreeze)}]", unfreeze, ABSENT)


def _resumes(before: Resume | None, after: Resume | None) -> Iterator[Difference]:
    if before is None or after is None:
        yield from _leaf("run.resume", before or ABSENT, after or ABSENT)
        return
    yield from _leaf("run.resume.step", before.step, after.step)
    yield from _leaf("run.resume.order", before.order, after.order)
