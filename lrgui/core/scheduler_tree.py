"""Edits of a tree of schedulers, as pure functions: insert, remove, move, duplicate, wrap and unwrap.

A scheduler is named by its path: the indices from the root down, `()` for the root itself. In a SequentialLR each
child has a phase, and the edits keep the lengths of the phases: a child that moves takes its length along, the others
keep theirs, and the last phase lasts until the end. `steps` is always how often the root is stepped in the whole run,
None when that is not known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TypeAlias, TypeVar

from lrgui.core.catalog import KNOWN_SCHEDULERS
from lrgui.core.phases import SEQUENTIAL, own_length, phase_at, phase_lengths, sequence, with_phases
from lrgui.core.recipe import Scheduler

Path: TypeAlias = tuple[int, ...]

_T = TypeVar("_T")

ROOT: Path = ()
"""The path of the root."""

_PLACE = re.compile(r"scheduler((?:\.schedulers\[\d+\])*)(?![\w\[])")


def place_of(path: Path) -> str:
    """Return the place in the recipe, such as `scheduler.schedulers[1].schedulers[0]`."""
    return "scheduler" + "".join(f".schedulers[{index}]" for index in path)


def path_of(place: str) -> Path | None:
    """Return the path of the scheduler that a place is at or within, None for a place outside the schedulers."""
    match = _PLACE.match(place)
    return None if match is None else tuple(map(int, re.findall(r"\d+", match[1])))


def walk(tree: Scheduler, path: Path = ROOT) -> Iterator[tuple[Path, Scheduler]]:
    """Yield every scheduler with its path, parents first."""
    yield path, tree
    for index, child in enumerate(tree.schedulers):
        yield from walk(child, (*path, index))


def at(tree: Scheduler, path: Path) -> Scheduler:
    """Return the scheduler at `path`.

    Raises:
        IndexError: when there is none.
    """
    for index in path:
        tree = tree.schedulers[index]
    return tree


def is_composite(scheduler: Scheduler) -> bool:
    """Say whether a scheduler has children, or is of a class that may have some."""
    entry = KNOWN_SCHEDULERS.get(scheduler.class_name)
    return bool(scheduler.schedulers) or (entry is not None and entry.composite)


def nearest(tree: Scheduler, path: Path) -> Path:
    """Return `path`, or where it leads nowhere the last of the siblings that there are, or the parent."""
    found: list[int] = []
    for index in path:
        if not tree.schedulers:
            break
        found.append(min(index, len(tree.schedulers) - 1))
        tree = tree.schedulers[found[-1]]
        if found[-1] != index:
            break
    return tuple(found)


def followed(before: Scheduler, path: Path, after: Scheduler) -> Path:
    """Return where the scheduler at `path` of one tree is in another, and else what stands nearest to its path.

    It is found by what it is. One of several equal ones that has changed does not turn into another of them.
    """
    scheduler = at(before, path)
    near = nearest(after, path)
    found = [other for other, candidate in walk(after) if candidate == scheduler]
    if near == path and (path in found or len(found) < sum(candidate == scheduler for _, candidate in walk(before))):
        return path
    return found[0] if found else near


def replaced(tree: Scheduler, path: Path, scheduler: Scheduler) -> Scheduler:
    """Return the tree with another scheduler, and its children, at `path`."""
    if not path:
        return scheduler
    index, *rest = path
    child = replaced(tree.schedulers[index], tuple(rest), scheduler)
    return replace(tree, schedulers=(*tree.schedulers[:index], child, *tree.schedulers[index + 1 :]))


def inserted(
    tree: Scheduler, path: Path, scheduler: Scheduler, steps: int | None, length: int | None = None
) -> Scheduler:
    """Return the tree with one more scheduler, which stands at `path` then.

    Its phase is `length` long, by default as long as its own options say, and the last phase makes room for it. The
    last phase itself lasts until the end, so that one put behind it takes over where the one before it is done.
    A last phase that is too short for that is halved.
    """
    parent, index = at(tree, path[:-1]), path[-1]
    children = _with_item(parent.schedulers, index, scheduler)
    if parent.class_name != SEQUENTIAL:
        return replaced(tree, path[:-1], replace(parent, schedulers=children))
    lengths = _lengths_with(parent, index, scheduler, length, phase_at(tree, path[:-1], steps).length)
    return replaced(tree, path[:-1], with_phases(parent, children, lengths))


def removed(tree: Scheduler, path: Path, steps: int | None) -> Scheduler | None:
    """Return the tree without the scheduler at `path` and its children; None when that is the root."""
    if not path:
        return None
    parent, index = at(tree, path[:-1]), path[-1]
    children = _without_item(parent.schedulers, index)
    if parent.class_name != SEQUENTIAL:
        return replaced(tree, path[:-1], replace(parent, schedulers=children))
    lengths = _without_item(phase_lengths(parent, phase_at(tree, path[:-1], steps).length), index)
    return replaced(tree, path[:-1], with_phases(parent, children, lengths))


def moved(tree: Scheduler, source: Path, target: Path, steps: int | None) -> tuple[Scheduler, Path]:
    """Return the tree with the scheduler at `source` put before what is at `target`, and its path there.

    `target` is meant before the move; an index one beyond the last child puts it at the end.

    Raises:
        ValueError: when `source` is the root or `target` lies inside it.
    """
    if not source or not target or (len(target) > len(source) and target[: len(source)] == source):
        raise ValueError("a scheduler cannot be moved into itself")
    if source[:-1] == target[:-1]:
        return _moved_among_siblings(tree, source, target[-1], steps)
    scheduler, parent = at(tree, source), at(tree, source[:-1])
    phase = phase_at(tree, source, steps)
    without = removed(tree, source, steps)
    assert without is not None
    path = _after_removal(target, source)
    return inserted(without, path, scheduler, steps, phase.length if parent.class_name == SEQUENTIAL else None), path


def duplicated(tree: Scheduler, path: Path, steps: int | None) -> Scheduler:
    """Return the tree with a copy of the scheduler at `path` right after it; the root has no siblings to be one of."""
    after = (*path[:-1], path[-1] + 1)
    return inserted(tree, after, at(tree, path), steps, phase_at(tree, path, steps).length)


def wrapped(tree: Scheduler, path: Path, class_name: str) -> Scheduler:
    """Return the tree with the scheduler at `path` as the only child of a new composite in its place."""
    scheduler = at(tree, path)
    if class_name == SEQUENTIAL:
        return replaced(tree, path, sequence((scheduler,), (1,)))
    return replaced(tree, path, Scheduler(class_name, schedulers=(scheduler,)))


def as_composite(tree: Scheduler, path: Path, class_name: str, steps: int | None) -> Scheduler:
    """Return the tree with a composite of that class at `path`.

    It takes over the children of another composite; a scheduler that is none becomes its first child.
    """
    node = at(tree, path)
    if not is_composite(node):
        return wrapped(tree, path, class_name)
    composite = Scheduler(class_name, schedulers=node.schedulers)
    if class_name == SEQUENTIAL:
        lengths = phase_lengths(composite, phase_at(tree, path, steps).length)
        composite = sequence(node.schedulers, lengths)
    return replaced(tree, path, composite)


def unwrapped(tree: Scheduler, path: Path, steps: int | None) -> Scheduler:
    """Return the tree with the children of the composite at `path` in its place; they share its phase.

    Raises:
        ValueError: for a root that has other than one child.
    """
    node = at(tree, path)
    if not path:
        if len(node.schedulers) != 1:
            raise ValueError("a root needs a single child to give way to")
        return node.schedulers[0]
    parent, index = at(tree, path[:-1]), path[-1]
    children = (*parent.schedulers[:index], *node.schedulers, *parent.schedulers[index + 1 :])
    if parent.class_name != SEQUENTIAL:
        return replaced(tree, path[:-1], replace(parent, schedulers=children))
    lengths = phase_lengths(parent, phase_at(tree, path[:-1], steps).length)
    inner = phase_lengths(node, lengths[index]) if node.class_name == SEQUENTIAL else _shares(lengths[index], node)
    return replaced(tree, path[:-1], with_phases(parent, children, (*lengths[:index], *inner, *lengths[index + 1 :])))


def _moved_among_siblings(tree: Scheduler, source: Path, target: int, steps: int | None) -> tuple[Scheduler, Path]:
    parent, index = at(tree, source[:-1]), source[-1]
    new_index = target - 1 if target > index else target
    children = _with_item(_without_item(parent.schedulers, index), new_index, parent.schedulers[index])
    changed = replace(parent, schedulers=children)
    if parent.class_name == SEQUENTIAL:
        lengths = phase_lengths(parent, phase_at(tree, source[:-1], steps).length)
        changed = with_phases(parent, children, _with_item(_without_item(lengths, index), new_index, lengths[index]))
    return replaced(tree, source[:-1], changed), (*source[:-1], new_index)


def _after_removal(path: Path, gone: Path) -> Path:
    """Return where `path` leads once the scheduler at `gone` has been taken out."""
    depth = len(gone) - 1
    if len(path) > depth and path[:depth] == gone[:depth] and path[depth] > gone[depth]:
        return (*path[:depth], path[depth] - 1, *path[depth + 1 :])
    return path


def _lengths_with(
    parent: Scheduler, index: int, scheduler: Scheduler, length: int | None, steps: int | None
) -> tuple[int, ...]:
    """Return the lengths of the phases with one more at `index`."""
    lengths = phase_lengths(parent, steps)
    if not lengths:
        return (1,)
    last, own = lengths[-1], own_length(scheduler)
    if index < len(lengths):
        return _with_item(lengths, index, _part_of(last, length or own))
    if length is not None:
        return (*lengths[:-1], _part_of(last, last - length), 1)
    done = own_length(parent.schedulers[-1])
    return (*lengths[:-1], _part_of(last, done, last - own if own is not None else None), 1)


def _part_of(length: int, *wanted: int | None) -> int:
    """Return the first of the lengths wanted that leaves something of `length`, or half of it."""
    return next((part for part in wanted if part is not None and 0 < part < length), max(1, length // 2))


def _shares(length: int, node: Scheduler) -> tuple[int, ...]:
    """Return `length` in as many parts as the node has children, as equal as they can be, and at least 1 each."""
    count = len(node.schedulers)
    bounds = [length * number // count for number in range(count + 1)] if count else []
    return tuple(max(1, bounds[number + 1] - bounds[number]) for number in range(count))


def _with_item(items: Sequence[_T], index: int, item: _T) -> tuple[_T, ...]:
    return (*items[:index], item, *items[index:])


def _without_item(items: Sequence[_T], index: int) -> tuple[_T, ...]:
    return (*items[:index], *items[index + 1 :])
