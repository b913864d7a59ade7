"""What recipes and session files look like, as JSON schemas, and what breaks them, in one sentence of ours.

Each `description` is the end of the sentence "must be ...". Option values are left open here:
`lrgui.session.recipe_json` checks them while it converts them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from functools import cache
from typing import Any, Final, get_args

import fastjsonschema

from lrgui.core.alignment import ComparisonKind
from lrgui.core.errors import RecipeError
from lrgui.core.recipe import INTERVALS, MAX_STEPS, ORDERS, RESUME_ORDERS
from lrgui.session.values import XAxis

MAX_GROUPS = 1000
MAX_SCHEDULERS = 1000
MAX_PATTERNS = 1000
MAX_OPTIONS = 200
MAX_OPTION_NAME = 200
MAX_RUNS = 1000
MAX_SKIPPED_STEPS = 100_000
MAX_SERIES = 100
MAX_HIDDEN_CURVES = 100_000

_Schema = dict[str, Any]


def _object(properties: _Schema, required: tuple[str, ...], description: str) -> _Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
        "description": description,
    }


def _one_of(*words: str) -> _Schema:
    return {"enum": list(words), "description": " or ".join(json.dumps(word) for word in words)}


_TEXT: Final[_Schema] = {"type": "string", "description": "text"}
_WHOLE: Final[_Schema] = {"type": "integer", "description": "a whole number"}
_TRUTH: Final[_Schema] = {"type": "boolean", "description": "true or false"}
_CLASS_NAME: Final[_Schema] = {"type": "string", "minLength": 1, "description": "the name of a class"}
_OPTIONS: Final[_Schema] = {
    "type": "object",
    "maxProperties": MAX_OPTIONS,
    "propertyNames": {"maxLength": MAX_OPTION_NAME},
    "description": "an object of options by name",
}

_CHOICE: Final = _object(
    {"class": _CLASS_NAME, "options": _OPTIONS}, ("class",), "an object with a class and its options"
)
_METRIC: Final[_Schema] = {**_CHOICE, "type": ["object", "null"]}

_GROUP: Final = _object(
    {
        "name": {"type": "string", "minLength": 1, "description": "the group's name"},
        "match": {
            "type": ["string", "array"],
            "items": {"type": "string", "description": "a pattern"},
            "maxItems": MAX_PATTERNS,
            "description": "a pattern or a list of patterns",
        },
        "options": _OPTIONS,
        "frozen": _TRUTH,
    },
    ("name", "match"),
    "an object with a name and patterns to match",
)

_SCHEDULER: Final = _object(
    {
        "class": _CLASS_NAME,
        "options": _OPTIONS,
        "schedulers": {
            "type": "array",
            "items": {"$ref": "#/definitions/scheduler"},
            "maxItems": MAX_SCHEDULERS,
            "description": "a list of schedulers",
        },
    },
    ("class",),
    "a scheduler: an object with a class and its options",
)

_SKIPPED_STEPS: Final[_Schema] = {
    "type": ["array", "object"],
    "items": _WHOLE,
    "maxItems": MAX_SKIPPED_STEPS,
    "properties": {"every": _WHOLE},
    "required": ["every"],
    "additionalProperties": False,
    "description": 'a list of steps or {"every": n}',
}

_UNFREEZE: Final[_Schema] = {
    "type": "array",
    "items": _object({"group": _TEXT, "step": _WHOLE}, ("group", "step"), "an object with a group and a step"),
    "maxItems": MAX_GROUPS,
    "description": "a list of groups and the steps at which they join",
}

_RESUME: Final[_Schema] = {
    **_object(
        {
            "step": _WHOLE,
            "order": _one_of(*RESUME_ORDERS),
        },
        ("step",),
        "an object with a step and an order, or null",
    ),
    "type": ["object", "null"],
}

_RUN: Final = _object(
    {
        "steps": _WHOLE,
        "steps_per_epoch": _WHOLE,
        "interval": _one_of(*INTERVALS),
        "seed": _WHOLE,
        "workload": _CHOICE,
        "metric": _METRIC,
        "frequency": _WHOLE,
        "calls": _WHOLE,
        "skipped_steps": _SKIPPED_STEPS,
        "order": _one_of(*ORDERS),
        "unfreeze": _UNFREEZE,
        "resume": _RESUME,
    },
    (),
    "an object",
)

RECIPE: Final[_Schema] = {
    **_object(
        {
            "model": _CHOICE,
            "groups": {"type": "array", "items": _GROUP, "maxItems": MAX_GROUPS, "description": "a list of groups"},
            "optimizer": _CHOICE,
            "scheduler": {**_SCHEDULER, "type": ["object", "null"], "description": "a scheduler or null"},
            "run": _RUN,
        },
        ("optimizer",),
        "a recipe: an object",
    ),
    "definitions": {"scheduler": _SCHEDULER},
}

_RECORDED_RUN: Final = _object(
    {
        "id": _WHOLE,
        "name": _TEXT,
        "colour": {**_WHOLE, "minimum": 0, "description": "a whole number, 0 or more"},
        "recipe": {"type": "object", "description": "a recipe: an object"},
        "status": _one_of("finished", "stopped", "failed"),
        "message": _TEXT,
        "details": _TEXT,
        "visible": _TRUTH,
        "pinned": _TRUTH,
        "notes": _TEXT,
        "steps_per_epoch": {**_WHOLE, "minimum": 1, "description": "a whole number, 1 or more"},
        "rows": {
            **_WHOLE,
            "minimum": 0,
            "maximum": MAX_STEPS,
            "description": f"a whole number from 0 up to {MAX_STEPS}",
        },
        "series": {
            "type": "array",
            "items": {"type": "string", "pattern": "^[a-z][a-z0-9_]{0,63}\\Z", "description": "the name of a series"},
            "uniqueItems": True,
            "maxItems": MAX_SERIES,
            "description": "a list of different series",
        },
        "groups": {
            "type": "array",
            "items": _TEXT,
            # One more than a recipe has: the group formed by the parameters that fit no pattern.
            "maxItems": MAX_GROUPS + 1,
            "description": "a list of group names",
        },
    },
    (
        "id",
        "name",
        "colour",
        "recipe",
        "status",
        "message",
        "details",
        "visible",
        "pinned",
        "notes",
        "steps_per_epoch",
        "rows",
        "series",
        "groups",
    ),
    "a recorded run: an object",
)

_COMPARISON: Final[_Schema] = {
    **_object(
        {"kind": _one_of(*get_args(ComparisonKind)), "run": _WHOLE, "reference": _WHOLE},
        ("kind", "run", "reference"),
        "an object with a kind and two runs, or null",
    ),
    "type": ["object", "null"],
}

_VIEW: Final = _object(
    {
        "x_axis": _one_of(*get_args(XAxis)),
        "series": _TEXT,
        "second": _TEXT,
        "log": {"type": "array", "items": _TEXT, "maxItems": MAX_SERIES, "description": "a list of series"},
        "comparison": _COMPARISON,
        "hidden": {
            "type": "array",
            "items": _TEXT,
            "maxItems": MAX_HIDDEN_CURVES,
            "description": "a list of curves by their keys",
        },
    },
    ("x_axis", "series", "second", "log", "comparison", "hidden"),
    "an object",
)

SESSION: Final = _object(
    {
        "format": {"const": "lrgui-session", "description": '"lrgui-session"'},
        "version": _WHOLE,
        "app_version": _TEXT,
        "recipe": {"type": "object", "description": "a recipe: an object"},
        "runs": {"type": "array", "items": _RECORDED_RUN, "maxItems": MAX_RUNS, "description": "a list of runs"},
        "view": _VIEW,
    },
    ("format", "version", "app_version", "recipe", "runs", "view"),
    "a session: an object",
)


def check_recipe(data: Any, place: str = "") -> None:
    """Check the structure of a recipe; `place` is where it lies in a larger document.

    Raises:
        RecipeError: with the place of the first thing that is wrong.
    """
    _check(_recipe_validator(), data, place)


def check_session(data: Any) -> None:
    """Check the structure of a session file's `session.json`, its recipes excepted.

    Raises:
        RecipeError: with the place of the first thing that is wrong.
    """
    _check(_session_validator(), data, "")


@cache
def _recipe_validator() -> Callable[[Any], Any]:
    return _compile(RECIPE)


@cache
def _session_validator() -> Callable[[Any], Any]:
    return _compile(SESSION)


def _compile(schema: _Schema) -> Callable[[Any], Any]:
    validator: Callable[[Any], Any] = fastjsonschema.compile(schema, use_default=False)
    return validator


def _check(validator: Callable[[Any], Any], data: Any, place: str) -> None:
    try:
        validator(data)
    except fastjsonschema.JsonSchemaValueException as error:
        # The validator calls the document "data": "data.groups[1].match".
        inner = str(error.name).removeprefix("data").removeprefix("." if not place else "")
        raise _complaint(place + inner, error) from None
    except RecursionError:
        raise RecipeError(place, "is nested too deeply") from None


def _complaint(place: str, error: fastjsonschema.JsonSchemaValueException) -> RecipeError:
    definition: Mapping[str, Any] = error.definition
    if error.rule in ("additionalProperties", "required"):
        # A misspelt key explains a missing one, so it is told first.
        known = definition["properties"]
        unknown = [key for key in error.value if key not in known]
        if unknown:
            return _unknown_key(place, unknown[0], known)
    match error.rule:
        case "required":
            missing = next(key for key in definition["required"] if key not in error.value)
            return RecipeError(place, f"has no {missing!r}")
        case "maxItems" | "maxProperties":
            return RecipeError(place, f"has {len(error.value)} entries, more than {definition[error.rule]}")
        case "propertyNames":
            return RecipeError(place, f"has a name of more than {MAX_OPTION_NAME} characters")
        case _:
            return RecipeError(place, f"must be {definition['description']}, not {show(error.value)}")


def _unknown_key(place: str, key: object, known: Mapping[str, Any]) -> RecipeError:
    name = show_key(key)
    close = get_close_matches(str(key)[:100], list(known), n=1)
    way_out = f"did you mean {close[0]!r}?" if close else f"there are {', '.join(known)}"
    return RecipeError(f"{place}.{name}" if place else name, f"is not a known key; {way_out}")


def show_key(key: object) -> str:
    """Return a key of an object as it stands in a place, cut where it is long."""
    name = str(key)
    return name if len(name) <= 60 else f"{name[:60]}…"


def show(value: object) -> str:
    """Return a value as JSON for the end of a sentence; what is long is cut or only named."""
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list | tuple):
        return "a list" if value else "an empty list"
    try:
        text = json.dumps(value, ensure_ascii=False)
    except (TypeError, ValueError):
        return f"a value of type {type(value).__name__}"
    return text if len(text) <= 60 else f"{text[:60]}…"
