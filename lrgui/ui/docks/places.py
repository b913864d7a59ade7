"""Places of the recipe in the words of the window: `Scheduler › CosineAnnealingLR (2nd phase) › T_max`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lrgui.core.phases import SEQUENTIAL
from lrgui.core.recipe import Recipe, Scheduler
from lrgui.core.scheduler_tree import Path, at, path_of, place_of

BETWEEN = " › "
"""What stands between the steps to a place."""

_HEADINGS = {
    "model": "Model",
    "groups": "Parameter groups",
    "optimizer": "Optimizer",
    "scheduler": "Scheduler",
    "run": "Run",
}
"""What the sections of the recipe are called in the window."""

_UNSAID = ("options", "class")
"""Steps on the way to a place that the window has no words for: the form is the class with its options."""

_STEP = re.compile(r"(\w+)(?:\[(\d+)\])?")


def places_in_words(place: str, recipe: Recipe) -> tuple[str, ...]:
    """Return the steps to a place such as `groups[1].options.lr` in words; what is not there stays as it is."""
    try:
        return tuple(_parts(place, recipe))
    except IndexError:
        return (place,)


def _parts(place: str, recipe: Recipe) -> Iterator[str]:
    section = place.partition(".")[0].partition("[")[0]
    rest = place.removeprefix(section)
    path = path_of(place)
    if section == "groups" and rest:
        index, rest = _index_and_rest(rest)
        yield f"Group {recipe.groups[index].name}"
    else:
        yield _HEADINGS.get(section, section)
    if path is not None and recipe.scheduler is not None:
        yield from _schedulers(recipe.scheduler, path)
        rest = place.removeprefix(place_of(path))
    if place.startswith("run.unfreeze["):
        index, rest = _index_and_rest(rest.removeprefix(".unfreeze"))
        yield f"unfreeze {recipe.run.unfreeze[index].group}"
    for name, index_text in _STEP.findall(rest):
        if name not in _UNSAID:
            yield f"{name} ({ordinal(int(index_text) + 1)})" if index_text else name


def _index_and_rest(text: str) -> tuple[int, str]:
    """Read `[1].options.lr`."""
    index, _, rest = text.removeprefix("[").partition("]")
    return int(index), rest


def _schedulers(tree: Scheduler, path: Path) -> Iterator[str]:
    """Yield the schedulers on the way to `path`; the root is what the whole section is about."""
    for depth in range(1, len(path) + 1):
        phase = " phase" if at(tree, path[: depth - 1]).class_name == SEQUENTIAL else ""
        yield f"{at(tree, path[:depth]).class_name} ({ordinal(path[depth - 1] + 1)}{phase})"


def ordinal(number: int) -> str:
    """Return `1st`, `2nd`, `3rd`, `4th`, `11th`, `21st`."""
    last = 0 if 10 <= number % 100 <= 20 else number % 10
    return f"{number}{({1: 'st', 2: 'nd', 3: 'rd'}).get(last, 'th')}"
