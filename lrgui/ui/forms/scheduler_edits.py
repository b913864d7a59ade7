"""What the actions on a scheduler of the tree do, as pure functions of the recipe, and when each makes sense."""

from __future__ import annotations

from dataclasses import dataclass, replace

from lrgui.core.catalog import KNOWN_SCHEDULERS
from lrgui.core.catalog.workloads import PLATEAU
from lrgui.core.pace import scheduler_steps
from lrgui.core.phases import SEQUENTIAL, fitted, phase_at, with_own_length
from lrgui.core.recipe import Recipe, Scheduler
from lrgui.core.scheduler_tree import (
    ROOT,
    Path,
    at,
    duplicated,
    inserted,
    is_composite,
    moved,
    nearest,
    removed,
    replaced,
    unwrapped,
    wrapped,
)
from lrgui.ui.forms.edits import new_scheduler, with_tree

CHAINED = "ChainedScheduler"

WRAPPERS = {"wrap_sequential": SEQUENTIAL, "wrap_chained": CHAINED}
"""The composite that each of these actions wraps in."""

_WARM_UP, _MAIN = "LinearLR", "CosineAnnealingLR"
"""What is added first of all, and anywhere else."""


@dataclass(frozen=True, slots=True)
class Edit:
    """The recipe that an action makes, which scheduler is selected then, and what undo calls it."""

    recipe: Recipe
    path: Path
    text: str


def edit(recipe: Recipe, path: Path, key: str) -> Edit:
    """Return what the action `key`, a possible one, does with the scheduler at `path`."""
    tree, steps = recipe.scheduler, scheduler_steps(recipe.run)
    assert tree is not None
    name = at(tree, path).class_name
    match key:
        case "add" | "add_before":
            return _addition(recipe, tree, path, before=key == "add_before")
        case "duplicate":
            after = (*path[:-1], path[-1] + 1)
            return Edit(with_tree(recipe, duplicated(tree, path, steps)), after, f"copy of {name}")
        case "remove":
            left = removed(tree, path, steps)
            selected = nearest(left, path) if left is not None else ROOT
            return Edit(with_tree(recipe, left), selected, f"removal of {name}")
        case "move_up" | "move_down":
            target = above(tree, path) if key == "move_up" else below(tree, path)
            assert target is not None
            return move(recipe, path, target)
        case "wrap_sequential" | "wrap_chained":
            return Edit(with_tree(recipe, wrapped(tree, path, WRAPPERS[key])), (*path, 0), f"wrapping of {name}")
        case "unwrap":
            flat = unwrapped(tree, path, steps)
            return Edit(with_tree(recipe, flat), nearest(flat, path), f"unwrapping of {name}")
    raise ValueError(key)


def move(recipe: Recipe, source: Path, target: Path) -> Edit:
    """Return the move of the scheduler at `source` to before what is at `target`."""
    tree = recipe.scheduler
    assert tree is not None
    changed, path = moved(tree, source, target, scheduler_steps(recipe.run))
    return Edit(with_tree(recipe, changed), path, f"move of {at(tree, source).class_name}")


def filled(recipe: Recipe) -> Recipe:
    """Return the recipe in which each scheduler lasts as long as its phase, a lone one as long as the run."""
    tree = recipe.scheduler
    return recipe if tree is None else replace(recipe, scheduler=fitted(tree, scheduler_steps(recipe.run)))


def _addition(recipe: Recipe, tree: Scheduler, path: Path, *, before: bool) -> Edit:
    """Add in a composite, else beside the scheduler; a lone one becomes the first or the last of a sequence."""
    steps, node = scheduler_steps(recipe.run), at(tree, path)
    if is_composite(node):
        target = (*path, 0 if before else len(node.schedulers))
    elif not path:
        tree, target = wrapped(tree, path, SEQUENTIAL), (0 if before else 1,)
    else:
        target = (*path[:-1], path[-1] + (0 if before else 1))
    entry = KNOWN_SCHEDULERS[_WARM_UP if target[-1] == 0 else _MAIN]
    scheduler = new_scheduler(entry, steps)
    grown = inserted(tree, target, scheduler, steps)
    length = phase_at(grown, target, steps).length or 0
    if length >= 1 and at(grown, target[:-1]).class_name == SEQUENTIAL:
        grown = replaced(grown, target, with_own_length(scheduler, length))
    return Edit(with_tree(recipe, grown), target, f"addition of {scheduler.class_name}")


def possible(tree: Scheduler | None, path: Path) -> frozenset[str]:
    """Return the keys of what makes sense for the scheduler at `path`.

    What torch is sure to refuse is left out: a plateau in a composite, a composite as a later child of a SequentialLR.
    """
    if tree is None:
        return frozenset()
    node = at(tree, path)
    keys = {"remove"}
    if path or is_composite(node) or node.class_name != PLATEAU:
        keys |= {"add", "add_before"}
    if path:
        keys.add("duplicate")
    if above(tree, path) is not None:
        keys.add("move_up")
    if below(tree, path) is not None:
        keys.add("move_down")
    comes_later = bool(path) and path[-1] > 0 and at(tree, path[:-1]).class_name == SEQUENTIAL
    if node.class_name != PLATEAU and not comes_later:
        keys |= {key for key, name in WRAPPERS.items() if node.class_name != name}
    if is_composite(node) and (path or len(node.schedulers) == 1):
        keys.add("unwrap")
    return frozenset(keys)


def above(tree: Scheduler, path: Path) -> Path | None:
    """Return where a scheduler goes that is moved up by one row: into the composite above it, or out of its own."""
    if not path:
        return None
    if path[-1] == 0:
        return path[:-1] or None
    before = (*path[:-1], path[-1] - 1)
    neighbour = at(tree, before)
    return (*before, len(neighbour.schedulers)) if is_composite(neighbour) else before


def below(tree: Scheduler, path: Path) -> Path | None:
    """Return where a scheduler goes that is moved down by one row."""
    if not path:
        return None
    parent = path[:-1]
    if path[-1] == len(at(tree, parent).schedulers) - 1:
        return (*parent[:-1], parent[-1] + 1) if parent else None
    after = (*parent, path[-1] + 1)
    return (*after, 0) if is_composite(at(tree, after)) else (*parent, path[-1] + 2)
