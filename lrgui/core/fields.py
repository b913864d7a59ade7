"""Field: one constructor argument as data, from which forms, checks and documentation are made."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import Any

from lrgui.core.errors import ExpressionError
from lrgui.core.expression import Expression
from lrgui.core.recipe import Value


class Kind(StrEnum):
    """What sort of value a field holds; each kind has one editor in the window."""

    FLOAT = "float"
    LEARNING_RATE = "learning_rate"
    INTEGER = "integer"
    BOOLEAN = "boolean"
    CHOICE = "choice"
    TEXT = "text"
    FLOATS = "floats"
    INTEGERS = "integers"
    EXPRESSION = "expression"


class Missing(Enum):
    """The type of REQUIRED."""

    REQUIRED = "required"

    def __repr__(self) -> str:
        return self.name


REQUIRED = Missing.REQUIRED
"""The default of an argument that torch has no default for."""


@dataclass(frozen=True, slots=True)
class When:
    """A condition on another field of the same class: its value is (not) one of those listed."""

    field: str
    is_in: tuple[Value, ...] = ()
    is_not: tuple[Value, ...] = ()

    def holds(self, values: Mapping[str, Value]) -> bool:
        """Say whether the condition holds for `values`, the options with defaults filled in."""
        value = values.get(self.field)
        return (not self.is_in or value in self.is_in) and value not in self.is_not


@dataclass(frozen=True, slots=True)
class Field:
    """One constructor argument.

    `default` is torch's own, or REQUIRED; `start` is what a form proposes where there is no default, or where torch's
    suits few runs.
    Bounds are inclusive unless `open_minimum` or `open_maximum` says otherwise; they apply to each item of a list.
    They are those of a sensible value: where torch takes a number beyond one all the same, `below` or `above` says what
    comes of it, and where that is empty the bound is torch's own. `fraction` says the same of a fraction in place of a
    whole number. These three complete a sentence: `is below 1: ...`.
    `optional` allows None. `per_group` allows a list with one value per group in place of a single value.
    `length` fixes the number of items of a list, `minimum_length` and `maximum_length` bound it; `optional_items`
    allows None among them.
    `variables` are the names an expression may use. `advanced` fields are folded away in forms. A field that is not
    `of_torch` is no argument of the class: it says how another argument is passed.
    """

    name: str
    kind: Kind
    default: Value | Missing = REQUIRED
    help: str = ""
    unit: str = ""
    start: Value = None
    minimum: float = -math.inf
    maximum: float = math.inf
    open_minimum: bool = False
    open_maximum: bool = False
    below: str = ""
    above: str = ""
    fraction: str = ""
    choices: tuple[Value, ...] = ()
    optional: bool = False
    optional_items: bool = False
    length: int | None = None
    minimum_length: int = 0
    maximum_length: int | None = None
    per_group: bool = False
    variables: tuple[str, ...] = ()
    relevant_when: tuple[When, ...] = ()
    advanced: bool = False
    of_torch: bool = True

    @property
    def required(self) -> bool:
        """True where torch has no default."""
        return self.default is REQUIRED

    @property
    def initial(self) -> Value:
        """The value that a form shows before anything is chosen."""
        return self.start if isinstance(self.default, Missing) else self.default

    def is_relevant(self, values: Mapping[str, Value]) -> bool:
        """Say whether the field applies, given the options of its class with defaults filled in."""
        return all(condition.holds(values) for condition in self.relevant_when)

    def check(self, value: Value, group_count: int | None = None) -> str | None:
        """Return why `value` cannot be used as a sentence without its subject, or None when it can.

        With `group_count`, a `per_group` list must have that many items.
        """
        return self._check_form(value, group_count) or next(filter(None, map(self._refusal, _extremes_of(value))), None)

    def check_unbounded(self, value: Value) -> str | None:
        """Return the same for a value whose bounds nobody looks at, such as that of a single group."""
        return self._check_form(value, None)

    def doubt(self, value: Value) -> str | None:
        """Return what torch makes of a usable value that is hardly meant, as a sentence without its subject."""
        if not (self.below or self.above or self.fraction):
            return None
        beyond = next(filter(None, map(self._consequence, _extremes_of(value))), None)
        if beyond is None and self.fraction and not all(float(number).is_integer() for number in _numbers_in(value)):
            return f"is no whole number: {self.fraction}"
        return beyond

    @property
    def is_whole(self) -> bool:
        """True where whole numbers are meant."""
        return self.kind in (Kind.INTEGER, Kind.INTEGERS)

    def describe(self) -> str:
        """Say in words what the field is meant to take, such as `a number from 0 to below 1`."""
        return self._describe(_NOUNS[self.kind], self._bounds())

    def _describe(self, noun: str, bounds: str) -> str:
        if self.kind is Kind.CHOICE:
            return "one of " + ", ".join(str(choice) for choice in self.choices)
        if self.length is not None:
            noun = noun.replace("list of", f"list of {self.length}")
        elif self.maximum_length is not None:
            noun = noun.replace("list of", f"list of at most {self.maximum_length}")
        elif self.minimum_length:
            noun = f"{noun}, at least {self.minimum_length} of them"
        return f"{noun}{bounds}" + (", or one per group" if self.per_group else "")

    def _describe_usable(self) -> str:
        """Say in words what can be used."""
        noun = _NOUNS[self.kind]
        return self._describe(noun.replace("whole ", "") if self.fraction else noun, self._bounds(refused_only=True))

    def _check_form(self, value: Value, group_count: int | None) -> str | None:
        if value is None:
            return None if self.optional else f"must be {self._describe_usable()}, not empty"
        if self.per_group and isinstance(value, tuple):
            return self._check_per_group(value, group_count)
        return self._check_one(value)

    def _check_per_group(self, values: tuple[Value, ...], group_count: int | None) -> str | None:
        if group_count is not None and len(values) != group_count:
            return f"has {_counted(len(values), 'value')} for {_counted(group_count, 'group')}"
        complaints = (self._check_one(value) for value in values)
        return next((complaint for complaint in complaints if complaint), None)

    def _check_one(self, value: Value) -> str | None:
        match self.kind:
            case Kind.BOOLEAN:
                return None if isinstance(value, bool) else f"must be {self._describe_usable()}"
            case Kind.CHOICE:
                known = any(type(value) is type(choice) and value == choice for choice in self.choices)
                return None if known else f"must be {self._describe_usable()}"
            case Kind.TEXT:
                return None if isinstance(value, str) else f"must be {self._describe_usable()}"
            case Kind.EXPRESSION:
                return self._check_expression(value)
            case Kind.FLOATS | Kind.INTEGERS:
                return self._check_list(value)
            case _:
                return self._check_number(value)

    def _check_expression(self, value: Value) -> str | None:
        if not isinstance(value, str):
            return f"must be {self._describe_usable()}"
        try:
            Expression(value, self.variables)
        except ExpressionError as error:
            return f"is not understood: {error}"
        return None

    def _check_list(self, value: Value) -> str | None:
        if not isinstance(value, tuple) or not self._has_right_length(value):
            return f"must be {self._describe_usable()}"
        if _are_usual(value, self._number_types):
            return None
        wanted = (item for item in value if not (item is None and self.optional_items))
        complaints = (self._check_number(item) for item in wanted)
        return next((complaint for complaint in complaints if complaint), None)

    def _has_right_length(self, values: tuple[Value, ...]) -> bool:
        too_long = self.maximum_length is not None and len(values) > self.maximum_length
        return self.length in (None, len(values)) and len(values) >= self.minimum_length and not too_long

    def _check_number(self, value: Value) -> str | None:
        if isinstance(value, bool) or not isinstance(value, self._number_types):
            return f"must be {self._describe_usable()}"
        if isinstance(value, int) and abs(value) >= _FIRST_TOO_LARGE:
            return f"must be {self._describe_usable()}, and below 2**63"
        if not math.isfinite(value):
            return f"must be {self._describe_usable()}, and finite"
        return None

    @property
    def _number_types(self) -> tuple[type[int], ...] | tuple[type[int], type[float]]:
        return (int,) if self.is_whole and not self.fraction else (int, float)

    def _refusal(self, number: float) -> str | None:
        refused = (self._is_low(number) and not self.below) or (self._is_high(number) and not self.above)
        return f"must be {self._describe_usable()}" if refused else None

    def _consequence(self, number: float) -> str | None:
        if self._is_low(number) and self.below:
            return f"is {'not above' if self.open_minimum else 'below'} {self.minimum:.12g}: {self.below}"
        if self._is_high(number) and self.above:
            return f"is {'not below' if self.open_maximum else 'above'} {self.maximum:.12g}: {self.above}"
        return None

    def _is_low(self, number: float) -> bool:
        return number < self.minimum or (self.open_minimum and number == self.minimum)

    def _is_high(self, number: float) -> bool:
        return number > self.maximum or (self.open_maximum and number == self.maximum)

    def _bounds(self, *, refused_only: bool = False) -> str:
        has_low = math.isfinite(self.minimum) and not (refused_only and self.below)
        has_high = math.isfinite(self.maximum) and not (refused_only and self.above)
        low, high = f"{self.minimum:.12g}" * has_low, f"{self.maximum:.12g}" * has_high
        if low and high:
            start = f" above {low} and" if self.open_minimum else f" from {low}"
            link = " up to" if not self.open_maximum else " below" if self.open_minimum else " to below"
            return f"{start}{link} {high}"
        if low:
            return f" above {low}" if self.open_minimum else f", {low} or more"
        if high:
            return f" below {high}" if self.open_maximum else f", {high} or less"
        return ""


def _numbers_in(value: Value) -> Sequence[int | float]:
    items = value if isinstance(value, tuple) else (value,)
    return [item for item in items if isinstance(item, int | float) and not isinstance(item, bool)]


def _extremes_of(value: Value) -> tuple[int | float, ...]:
    """Return the least and the greatest of the numbers in a value: all are within bounds when these two are."""
    numbers = _numbers_in(value)
    return (min(numbers), max(numbers)) if numbers else ()


def _are_usual(items: tuple[Value, ...], types: tuple[type, ...]) -> bool:
    """Say whether all are finite numbers of these types, at a price that lists of 100 000 can pay at each keystroke."""
    found = set(map(type, items))
    whole: Any = [item for item in items if type(item) is int] if int in found else ()
    others: Any = [item for item in items if type(item) is float] if float in found else ()
    in_range = not whole or (min(whole) > -_FIRST_TOO_LARGE and max(whole) < _FIRST_TOO_LARGE)
    return found <= set(types) and in_range and all(map(math.isfinite, others))


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


_FIRST_TOO_LARGE = 2**63
"""Whole numbers from here on fit neither torch's own nor, further up, a double."""

_NOUNS = {
    Kind.FLOAT: "a number",
    Kind.LEARNING_RATE: "a number",
    Kind.INTEGER: "a whole number",
    Kind.BOOLEAN: "true or false",
    Kind.CHOICE: "one of the choices",
    Kind.TEXT: "a word",
    Kind.FLOATS: "a list of numbers",
    Kind.INTEGERS: "a list of whole numbers",
    Kind.EXPRESSION: "an expression",
}
