"""Changes of the list of groups, in which a scheduler's values per group stay with their groups."""

from __future__ import annotations

from dataclasses import replace

from lrgui.core.catalog import KNOWN_SCHEDULERS
from lrgui.core.recipe import Group, Options, Recipe, Scheduler, Value
from lrgui.ui.forms.edits import group_names


def with_groups(recipe: Recipe, groups: tuple[Group, ...]) -> Recipe:
    """Return the recipe with other groups, which have been added, removed, moved, frozen or thawed.

    Where a scheduler has one value per group (`lr_lambda`, `max_lr`), each goes along with its group; a group that had
    none takes the value of the one before it.
    """
    changed = replace(recipe, groups=groups)
    before, after = group_names(recipe), group_names(changed)
    if recipe.scheduler is None or not before or not after or before == after:
        return changed
    return replace(changed, scheduler=_with_places(recipe.scheduler, _places(before, after), len(before)))


def _places(before: tuple[str, ...], after: tuple[str, ...]) -> tuple[int, ...]:
    """Return for each group where its value stood before."""
    places: list[int] = []
    for name in after:
        places.append(before.index(name) if name in before else (places[-1] if places else 0))
    return tuple(places)


def _with_places(scheduler: Scheduler, places: tuple[int, ...], count: int) -> Scheduler:
    entry = KNOWN_SCHEDULERS.get(scheduler.class_name)
    per_group = {field.name for field in entry.fields if field.per_group} if entry is not None else set()

    def placed(name: str, value: Value) -> Value:
        if name in per_group and isinstance(value, tuple) and len(value) == count:
            return tuple(value[place] for place in places)
        return value

    options = Options({name: placed(name, value) for name, value in scheduler.options.items()})
    children = tuple(_with_places(child, places, count) for child in scheduler.schedulers)
    return replace(scheduler, options=options, schedulers=children)
