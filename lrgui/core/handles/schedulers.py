"""Handles of a tree of schedulers: the milestones, and the ends of whatever says how long it lasts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from lrgui.core.catalog import KNOWN_SCHEDULERS
from lrgui.core.handles.starts import with_milestone_of_start
from lrgui.core.handles.steps import StepSetting, limit
from lrgui.core.pace import is_count
from lrgui.core.phases import LENGTH_OPTIONS, SEQUENTIAL, Phase, milestones_of, phase_at, phases_of, with_own_length
from lrgui.core.recipe import Recipe, Scheduler
from lrgui.core.scheduler_tree import ROOT, Path, at, place_of, replaced, walk

_LENGTHS = {**LENGTH_OPTIONS, "CosineAnnealingWarmRestarts": "T_0", "StepLR": "step_size"}
"""The option whose end is marked, periods too."""

_SHORTEST = {"total_steps": 2}
"""A cycle has a top and an end."""

_MULTI_STEP = "MultiStepLR"
_MOST_DROPS = 50
"""Of one scheduler; more could not be told apart."""


def tree_settings(recipe: Recipe, tree: Scheduler, steps: int) -> Iterator[StepSetting]:
    """Yield the milestones and the lengths of a tree of schedulers that is stepped `steps` times."""
    for path, node in walk(tree):
        if not _is_counted(tree, path):
            continue
        if node.class_name == SEQUENTIAL:
            yield from _sequential_milestones(recipe, path, node, steps)
        elif node.class_name == _MULTI_STEP:
            yield from _drops(recipe, path, node, steps)
        else:
            yield from _lengths(recipe, path, node, steps)


def _sequential_milestones(recipe: Recipe, path: Path, node: Scheduler, steps: int) -> Iterator[StepSetting]:
    milestones = milestones_of(node) or ()
    origin = _phase(recipe.scheduler or node, path, steps).start - _nesting(recipe.scheduler or node, path)
    for index, milestone in enumerate(milestones):
        end = origin + milestone
        # The last phase keeps a step of the run, so that there is a phase to be fitted to.
        beyond = origin + milestones[index + 1] if index + 1 < len(milestones) else steps
        low, high = origin + (milestones[index - 1] if index else 0) + 1, beyond - 1 if end < beyond else end
        change = partial(_with_milestone, recipe, path, index, steps)
        yield _milestone(recipe, path, index, milestone, origin, (low, high), change)


def _with_milestone(recipe: Recipe, path: Path, index: int, steps: int, milestone: int) -> Recipe:
    tree = recipe.scheduler
    assert tree is not None
    node = at(tree, path)
    changed = _refitted(replaced(tree, path, _with_item(node, index, milestone)), tree, steps)
    ready_made = with_milestone_of_start(tree, changed, index, milestone, steps) if path == ROOT else None
    return replace(recipe, scheduler=ready_made or changed)


def _refitted(tree: Scheduler, before: Scheduler, steps: int) -> Scheduler:
    """Return the tree in which what filled its phase in `before`, a tree of the same shape, fills its new one."""
    for path, node in walk(before):
        length, room = phase_at(before, path, steps).length, phase_at(tree, path, steps).length
        name = LENGTH_OPTIONS.get(node.class_name)
        if name is not None and room != length == _count(node, name) and room is not None and room >= 1:
            tree = replaced(tree, path, with_own_length(at(tree, path), room))
    return tree


def _drops(recipe: Recipe, path: Path, node: Scheduler, steps: int) -> Iterator[StepSetting]:
    milestones = node.options.get("milestones")
    if not isinstance(milestones, tuple) or not all(map(is_count, milestones)) or len(milestones) > _MOST_DROPS:
        return
    counts = [one for one in milestones if isinstance(one, int)]
    origin = _phase(recipe.scheduler or node, path, steps).start
    for index, milestone in enumerate(counts):
        earlier = max((one for one in counts if one < milestone), default=0)
        later = min((one for one in counts if one > milestone), default=None)
        high = limit(steps, origin + milestone) if later is None else origin + later - 1
        change = partial(_with_drop, recipe, path, index)
        yield _milestone(recipe, path, index, milestone, origin, (origin + earlier + 1, high), change)


def _milestone(
    recipe: Recipe,
    path: Path,
    index: int,
    milestone: int,
    origin: int,
    bounds: tuple[int, int],
    change: Callable[[int], Recipe],
) -> StepSetting:
    """Return the setting of one milestone of the scheduler at `path`, whose own steps begin at `origin`."""
    low, high = bounds
    return StepSetting(
        kind="milestone",
        label=f"milestone {index + 1}",
        place=f"{place_of(path)}.options.milestones[{index}]",
        name="milestone",
        recipe=recipe,
        count=milestone,
        low=low,
        high=high,
        change=change,
        origin=origin,
    )


def _with_drop(recipe: Recipe, path: Path, index: int, milestone: int) -> Recipe:
    assert recipe.scheduler is not None
    changed = _with_item(at(recipe.scheduler, path), index, milestone)
    return replace(recipe, scheduler=replaced(recipe.scheduler, path, changed))


def _lengths(recipe: Recipe, path: Path, node: Scheduler, steps: int) -> Iterator[StepSetting]:
    """Yield the length of a scheduler, unless a milestone is at its end and stands for both."""
    name = _LENGTHS.get(node.class_name)
    count = None if name is None else _count(node, name)
    if name is None or count is None or _is_idle(node):
        return
    phase = _phase(recipe.scheduler or node, path, steps)
    end, has_turn = phase.start + count, phase.start < min(steps, steps if phase.end is None else phase.end)
    if not has_turn or end == phase.end != steps:
        return
    yield StepSetting(
        kind="length",
        label=name,
        place=f"{place_of(path)}.options.{name}",
        name=name,
        recipe=recipe,
        count=count,
        low=phase.start + _SHORTEST.get(name, 1),
        high=limit(steps, end),
        change=partial(_with_length, recipe, path, name),
        origin=phase.start,
    )


def _with_length(recipe: Recipe, path: Path, name: str, count: int) -> Recipe:
    assert recipe.scheduler is not None
    node = at(recipe.scheduler, path)
    options = node.options.with_value(name, count)
    return replace(recipe, scheduler=replaced(recipe.scheduler, path, replace(node, options=options)))


def _phase(tree: Scheduler, path: Path, steps: int) -> Phase:
    """Return the phase in which the scheduler at `path` is in charge, by torch's count of nested SequentialLRs.

    While a SequentialLR is built it makes a step of its first child: one that is a SequentialLR too is ahead by that.
    """
    phase = Phase(0, steps)
    for depth in range(len(path)):
        node, index = at(tree, path[:depth]), path[depth]
        if node.class_name == SEQUENTIAL:
            own, ahead = phases_of(node, phase)[index], _nesting(tree, path[:depth])
            start = own.start if index == 0 else own.start - ahead
            end = own.end if own.end is None or index == len(node.schedulers) - 1 else own.end - ahead
            phase = Phase(start, end)
    return phase


def _nesting(tree: Scheduler, path: Path) -> int:
    """Return of how many SequentialLRs, one in the other, the scheduler at `path` is in the first child."""
    places = [index for depth, index in enumerate(path) if at(tree, path[:depth]).class_name == SEQUENTIAL]
    return 0 if any(places) else len(places)


def _is_counted(tree: Scheduler, path: Path) -> bool:
    """Say whether the scheduler at `path` counts from 0 on in a phase that is known."""
    around = [at(tree, path[:depth]) for depth in range(len(path))]
    begins_at_zero = all(node.options.get("last_epoch", -1) == -1 for node in (*around, at(tree, path)))
    return begins_at_zero and all(node.class_name != SEQUENTIAL or milestones_of(node) is not None for node in around)


def _is_idle(node: Scheduler) -> bool:
    """Say whether nothing changes where the scheduler ends: a constant factor of 1."""
    return node.class_name == "ConstantLR" and node.options.get("factor") == 1


def _count(node: Scheduler, name: str) -> int | None:
    """Return an option that counts steps, torch's default where it is left out; None for what is no count."""
    value = KNOWN_SCHEDULERS[node.class_name].with_defaults(node.options).get(name)
    return value if type(value) is int and value >= 1 else None


def _with_item(node: Scheduler, index: int, milestone: int) -> Scheduler:
    milestones = node.options["milestones"]
    assert isinstance(milestones, tuple)
    changed = (*milestones[:index], milestone, *milestones[index + 1 :])
    return replace(node, options=node.options.with_value("milestones", changed))
