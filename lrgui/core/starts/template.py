"""Template: the text of an expression with places for parameters, which writes it and reads it back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from string import Formatter

from lrgui.core.expression import MAX_LENGTH
from lrgui.core.recipe import Value

_NUMBER = r"[0-9]+(?:\.[0-9]+)?(?:e[-+]?[0-9]+)?"


@dataclass(frozen=True, slots=True)
class Template:
    """The text of an expression with the names of parameters in braces, as in `{factor} ** epoch`.

    Numbers are written as `repr` writes them, so that they read back as the very same. A parameter without a value
    leaves its name in the text: no expression then, and a problem that says which name is missing.
    """

    text: str

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the parameters, in the order in which they come first."""
        return tuple(_pattern(self.text).groupindex)

    def write(self, values: Mapping[str, Value]) -> str:
        """Return the text with `values` filled in."""
        return self.text.format_map({name: _written(name, value) for name, value in values.items()})

    def read(self, text: Value) -> dict[str, Value] | None:
        """Return the values that were filled in, or None when `text` does not come from this template."""
        if not isinstance(text, str) or len(text) > MAX_LENGTH:
            return None
        match = _pattern(self.text).fullmatch(text)
        return match and {name: _value(name, written) for name, written in match.groupdict().items()}


def _written(name: str, value: Value) -> str:
    return name if value is None else repr(value)


def _value(name: str, written: str) -> Value:
    if written == name:
        return None
    return int(written) if written.isdigit() else float(written)


@cache
def _pattern(text: str) -> re.Pattern[str]:
    """Return what matches the text of a template; a name that comes again has to have the same value."""
    parts, seen = [], set[str]()
    for literal, name, _, _ in Formatter().parse(text):
        parts.append(re.escape(literal))
        if name:
            parts.append(f"(?P={name})" if name in seen else f"(?P<{name}>{_NUMBER}|{name})")
            seen.add(name)
    return re.compile("".join(parts))
