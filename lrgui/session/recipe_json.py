"""Recipe <-> JSON.

Reading is strict where a slip would change the experiment (unknown keys, wrong types, 1.0 where a count is meant,
numbers that are not finite) and lenient where torch has a default: only `optimizer`, the `class` of whatever is
chosen, and a group's `name` and `match` have to be there. Whether the recipe can be built is not asked here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lrgui.core.errors import RecipeError
from lrgui.core.recipe import MAX_SCHEDULER_DEPTH, Group, Recipe, Scheduler
from lrgui.session.choice_json import choice_from_json, choice_to_json, options_from_json, options_to_json, plain_text
from lrgui.session.json_text import parse_json
from lrgui.session.run_json import run_from_json, run_to_json
from lrgui.session.schema import MAX_SCHEDULERS, check_recipe

MAX_ALL_PATTERNS = 5000
"""Each is tried on every parameter, some thousands in the largest model."""


def recipe_from_json(data: Any, place: str = "") -> Recipe:
    """Return the recipe that parsed JSON describes; `place` is where it lies in a larger document.

    Raises:
        RecipeError: when a key is unknown or missing or a value has the wrong type; its place is exact.
    """
    check_recipe(data, place)
    start = f"{place}." if place else ""
    scheduler = data.get("scheduler")
    _check_counts(data, start)
    return Recipe(
        model=choice_from_json(data["model"], f"{start}model") if "model" in data else Recipe().model,
        groups=tuple(_group(group, f"{start}groups[{index}]") for index, group in enumerate(data.get("groups", ()))),
        optimizer=choice_from_json(data["optimizer"], f"{start}optimizer"),
        scheduler=None if scheduler is None else _scheduler(scheduler, f"{start}scheduler", MAX_SCHEDULER_DEPTH),
        run=run_from_json(data.get("run", {}), f"{start}run"),
    )


def read_recipe_text(text: bytes | str) -> Recipe:
    """Return the recipe that a JSON text (UTF-8 when bytes) describes.

    Raises:
        FileError: when the text is not JSON, with line and column, or is too large.
        RecipeError: when it is no recipe.
    """
    return recipe_from_json(parse_json(text))


def recipe_to_json(recipe: Recipe) -> dict[str, Any]:
    """Return the JSON form of a recipe; `recipe_from_json` gives an equal recipe back, number types included."""
    return {
        "model": choice_to_json(recipe.model),
        "groups": [_group_to_json(group) for group in recipe.groups],
        "optimizer": choice_to_json(recipe.optimizer),
        "scheduler": None if recipe.scheduler is None else _scheduler_to_json(recipe.scheduler),
        "run": run_to_json(recipe.run),
    }


def _check_counts(data: Mapping[str, Any], start: str) -> None:
    """Bound what the schema bounds in each list alone, before any of it is made."""
    matches = [group["match"] for group in data.get("groups", ())]
    patterns = sum(1 if isinstance(match, str) else len(match) for match in matches)
    if patterns > MAX_ALL_PATTERNS:
        raise RecipeError(f"{start}groups", f"have {patterns} patterns in all, more than {MAX_ALL_PATTERNS}")
    waiting = [data["scheduler"]] if data.get("scheduler") else []
    count = 0
    while waiting:
        count += 1
        waiting += waiting.pop().get("schedulers", ())
    if count > MAX_SCHEDULERS:
        raise RecipeError(f"{start}scheduler", f"has {count} schedulers, more than {MAX_SCHEDULERS}")


def _group(data: Mapping[str, Any], place: str) -> Group:
    match = data["match"]
    patterns = (
        (plain_text(match, f"{place}.match"),)
        if isinstance(match, str)
        else tuple(plain_text(pattern, f"{place}.match[{index}]") for index, pattern in enumerate(match))
    )
    return Group(
        plain_text(data["name"], f"{place}.name"),
        patterns,
        options_from_json(data, place),
        frozen=data.get("frozen", False),
    )


def _scheduler(data: Mapping[str, Any], place: str, depth: int) -> Scheduler:
    if depth == 0:
        raise RecipeError(place, f"is nested more than {MAX_SCHEDULER_DEPTH} schedulers deep")
    children = (
        _scheduler(child, f"{place}.schedulers[{index}]", depth - 1)
        for index, child in enumerate(data.get("schedulers", ()))
    )
    return Scheduler(plain_text(data["class"], f"{place}.class"), options_from_json(data, place), tuple(children))


def _group_to_json(group: Group) -> dict[str, Any]:
    frozen = {"frozen": True} if group.frozen else {}
    return {
        "name": group.name,
        "match": list(group.match),
        "options": options_to_json(group.options),
        **frozen,
    }


def _scheduler_to_json(scheduler: Scheduler) -> dict[str, Any]:
    children = [_scheduler_to_json(child) for child in scheduler.schedulers]
    return {
        "class": scheduler.class_name,
        "options": options_to_json(scheduler.options),
        **({"schedulers": children} if children else {}),
    }
