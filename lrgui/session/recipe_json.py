"""Recipe <-> JSON.

Reading is strict where a slip would change the experiment (unknown keys, wrong types, 1.0 where a count is meant,
numbers that are not finite) and lenient where torch has a default: only `optimizer`, the `class` of whatever is
chosen, and a group's `name` and `match` have to be there. Whether the recipe can be built is not asked here.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from lrgui.core.errors import RecipeError
from lrgui.core.recipe import MAX_SCHEDULER_DEPTH, Choice, Group, Options, Recipe, Run, Scheduler, Value
from lrgui.session.json_text import parse_json
from lrgui.session.schema import MAX_SCHEDULERS, check_recipe, show, show_key

MAX_OPTION_DEPTH = 8
MAX_ALL_PATTERNS = 5000
"""Each is tried on every parameter, some thousands in the largest model."""

_LARGEST_WHOLE = 2**63


def recipe_from_json(data: Any, place: str = "") -> Recipe:
    """Return the recipe that parsed JSON describes; `place` is where it lies in a larger document.

    Raises:
        RecipeError: when a key is unknown or missing or a value has the wrong type; its place is exact.
    """
    check_recipe(data, place)
    start = f"{place}." if place else ""
    scheduler = data.get("scheduler")
    recipe = Recipe(
        model=_choice(data["model"], f"{start}model") if "model" in data else Recipe().model,
        groups=tuple(_group(group, f"{start}groups[{index}]") for index, group in enumerate(data.get("groups", ()))),
        optimizer=_choice(data["optimizer"], f"{start}optimizer"),
        scheduler=None if scheduler is None else _scheduler(scheduler, f"{start}scheduler", MAX_SCHEDULER_DEPTH),
        run=_run(data.get("run", {}), f"{start}run"),
    )
    patterns = sum(len(group.match) for group in recipe.groups)
    if patterns > MAX_ALL_PATTERNS:
        raise RecipeError(f"{start}groups", f"have {patterns} patterns in all, more than {MAX_ALL_PATTERNS}")
    if recipe.scheduler is not None:
        count = sum(1 for _ in recipe.scheduler.walk())
        if count > MAX_SCHEDULERS:
            raise RecipeError(f"{start}scheduler", f"has {count} schedulers, more than {MAX_SCHEDULERS}")
    return recipe


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
        "model": _choice_to_json(recipe.model),
        "groups": [_group_to_json(group) for group in recipe.groups],
        "optimizer": _choice_to_json(recipe.optimizer),
        "scheduler": None if recipe.scheduler is None else _scheduler_to_json(recipe.scheduler),
        "run": _run_to_json(recipe.run),
    }


def whole_number(value: int | float, place: str) -> int:
    """Return a schema-checked integer; a JSON schema lets 1.0 pass as one, and a recipe does not.

    Raises:
        RecipeError: when it is written as a decimal, or takes more than 64 bits.
    """
    if isinstance(value, float):
        raise RecipeError(place, f"must be a whole number, not {show(value)}")
    return int(_bounded(value, place))


def plain_text(value: str, place: str) -> str:
    """Return `value`.

    Raises:
        RecipeError: when it holds half of a surrogate pair, which no file or window can show.
    """
    try:
        value.encode()
    except UnicodeEncodeError:
        raise RecipeError(place, "must be text, but holds half of a surrogate pair") from None
    return str(value)


def _choice(data: Mapping[str, Any], place: str) -> Choice:
    return Choice(plain_text(data["class"], f"{place}.class"), _options(data, place))


def _group(data: Mapping[str, Any], place: str) -> Group:
    match = data["match"]
    patterns = (
        (plain_text(match, f"{place}.match"),)
        if isinstance(match, str)
        else tuple(plain_text(pattern, f"{place}.match[{index}]") for index, pattern in enumerate(match))
    )
    return Group(
        plain_text(data["name"], f"{place}.name"), patterns, _options(data, place), frozen=data.get("frozen", False)
    )


def _scheduler(data: Mapping[str, Any], place: str, depth: int) -> Scheduler:
    if depth == 0:
        raise RecipeError(place, f"is nested more than {MAX_SCHEDULER_DEPTH} schedulers deep")
    children = (
        _scheduler(child, f"{place}.schedulers[{index}]", depth - 1)
        for index, child in enumerate(data.get("schedulers", ()))
    )
    return Scheduler(plain_text(data["class"], f"{place}.class"), _options(data, place), tuple(children))


def _run(data: Mapping[str, Any], place: str) -> Run:
    given = {name: value for name, value in data.items() if value is not None}
    for name in ("steps", "steps_per_epoch", "seed"):
        if name in given:
            given[name] = whole_number(given[name], f"{place}.{name}")
    for name in ("workload", "metric"):
        if name in given:
            given[name] = _choice(given[name], f"{place}.{name}")
    return Run(**given)


def _options(data: Mapping[str, Any], place: str) -> Options:
    options: Mapping[Any, Any] = data.get("options", {})
    return Options({_key(name, place): _value(value, place, name) for name, value in options.items()})


def _key(name: Any, place: str) -> str:
    if not isinstance(name, str):
        raise RecipeError(f"{place}.options", f"must have text as keys, not {show(name)}")
    return plain_text(name, f"{place}.options")


def _value(value: Any, place: str, name: str) -> Value:
    return _plain(value, f"{place}.options.{show_key(name)}", MAX_OPTION_DEPTH)


def _plain(value: Any, place: str, depth: int) -> Value:
    """Return an option's value with the exact built-in type (numpy's doubles are floats too)."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return plain_text(value, place)
    if isinstance(value, int):
        return int(_bounded(value, place))
    if isinstance(value, float):
        return _finite(float(value), place)
    if not isinstance(value, list | tuple):
        raise RecipeError(place, f"must be a number, text, true, false, null or a list of these, not {show(value)}")
    if depth == 0:
        raise RecipeError(place.split("[")[0], "is nested too deeply")
    return tuple(_plain(item, f"{place}[{index}]", depth - 1) for index, item in enumerate(value))


def _finite(value: float, place: str) -> float:
    if not math.isfinite(value):
        raise RecipeError(place, f"must be a finite number, not {value}")
    return value


def _bounded(value: int, place: str) -> int:
    if not -_LARGEST_WHOLE <= value < _LARGEST_WHOLE:
        raise RecipeError(place, "must be a whole number of at most 64 bits")
    return value


def _choice_to_json(choice: Choice) -> dict[str, Any]:
    return {"class": choice.class_name, "options": _options_to_json(choice.options)}


def _group_to_json(group: Group) -> dict[str, Any]:
    frozen = {"frozen": True} if group.frozen else {}
    return {
        "name": group.name,
        "match": list(group.match),
        "options": _options_to_json(group.options),
        **frozen,
    }


def _scheduler_to_json(scheduler: Scheduler) -> dict[str, Any]:
    children = [_scheduler_to_json(child) for child in scheduler.schedulers]
    return {
        "class": scheduler.class_name,
        "options": _options_to_json(scheduler.options),
        **({"schedulers": children} if children else {}),
    }


def _run_to_json(run: Run) -> dict[str, Any]:
    metric = {} if run.metric is None else {"metric": _choice_to_json(run.metric)}
    return {
        "steps": run.steps,
        "steps_per_epoch": run.steps_per_epoch,
        "interval": run.interval,
        "seed": run.seed,
        "workload": _choice_to_json(run.workload),
        **metric,
    }


def _options_to_json(options: Options) -> dict[str, Any]:
    return {name: _thaw(value) for name, value in options.items()}


def _thaw(value: Value) -> Any:
    return [_thaw(item) for item in value] if isinstance(value, tuple) else value
