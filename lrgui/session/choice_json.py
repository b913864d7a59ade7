"""A class and its options <-> JSON, down to the single value."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, TypeAlias

from lrgui.core.errors import RecipeError
from lrgui.core.recipe import Choice, Options, Value
from lrgui.session.schema import show, show_key

MAX_OPTION_DEPTH = 8

_LARGEST_WHOLE = 2**63
_TOO_LARGE = "must be a whole number of at most 64 bits"

_Place: TypeAlias = "str | tuple[_Place, int]"
"""A place in a recipe; for an entry of a list that of the list and its index, to be put into words when asked for."""


def choice_from_json(data: Mapping[str, Any], place: str) -> Choice:
    """Return a class and its options from schema-checked JSON."""
    return Choice(plain_text(data["class"], f"{place}.class"), options_from_json(data, place))


def choice_to_json(choice: Choice) -> dict[str, Any]:
    """Return the JSON form of a class and its options."""
    return {"class": choice.class_name, "options": options_to_json(choice.options)}


def options_from_json(data: Mapping[str, Any], place: str) -> Options:
    """Return the options that lie under the key `options` of schema-checked JSON, none where there is no such key."""
    options: Mapping[Any, Any] = data.get("options", {})
    return Options({_key(name, place): _value(value, place, name) for name, value in options.items()})


def options_to_json(options: Options) -> dict[str, Any]:
    """Return the JSON form of options."""
    return {name: _thaw(value) for name, value in options.items()}


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


def _key(name: Any, place: str) -> str:
    if not isinstance(name, str):
        raise RecipeError(f"{place}.options", f"must have text as keys, not {show(name)}")
    return plain_text(name, f"{place}.options")


def _value(value: Any, place: str, name: str) -> Value:
    return _plain(value, f"{place}.options.{show_key(name)}", MAX_OPTION_DEPTH)


def _plain(value: Any, place: _Place, depth: int) -> Value:
    """Return an option's value with the exact built-in type (numpy's doubles are floats too)."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, float):
        if not math.isfinite(value):
            raise RecipeError(_words(place), f"must be a finite number, not {value}")
        return float(value)
    if isinstance(value, int):
        if not -_LARGEST_WHOLE <= value < _LARGEST_WHOLE:
            raise RecipeError(_words(place), _TOO_LARGE)
        return int(value)
    if isinstance(value, str):
        return value if value.isascii() else plain_text(value, _words(place))
    if not isinstance(value, list | tuple):
        what = f"must be a number, text, true, false, null or a list of these, not {show(value)}"
        raise RecipeError(_words(place), what)
    if depth == 0:
        raise RecipeError(_words(place).split("[")[0], "is nested too deeply")
    return tuple([_plain(item, (place, index), depth - 1) for index, item in enumerate(value)])


def _words(place: _Place) -> str:
    return place if isinstance(place, str) else f"{_words(place[0])}[{place[1]}]"


def _bounded(value: int, place: str) -> int:
    if not -_LARGEST_WHOLE <= value < _LARGEST_WHOLE:
        raise RecipeError(place, _TOO_LARGE)
    return value


def _thaw(value: Value) -> Any:
    return [_thaw(item) for item in value] if isinstance(value, tuple) else value
