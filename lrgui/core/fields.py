"""Field: one constructor argument as data, from which forms, checks and documentation are made."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum

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
        """Return what is wrong with `value` as a sentence without its subject, or None when it is right.

        With `group_count`, a `per_group` list must have that many items.
        """
        if value is None:
            return None if self.optional else f"must be {self.describe()}, not empty"
        if self.per_group and isinstance(value, tuple):
            return self._check_per_group(value, group_count)
        return self._check_one(value)

    def describe(self) -> str:
        """Say in words what the field takes, such as `a number from 0 to below 1`."""
        noun = _NOUNS[self.kind]
        if self.kind is Kind.CHOICE:
            return "one of " + ", ".join(str(choice) for choice in self.choices)
        if self.length is not None:
            noun = noun.replace("list of", f"list of {self.length}")
        elif self.maximum_length is not None:
            noun = noun.replace("list of", f"list of at most {self.maximum_length}")
        elif self.minimum_length:
            noun = f"{noun}, at least {self.minimum_length} of them"
        return f"{noun}{self._describe_bounds()}" + (", or one per group" if self.per_group else "")

    def _check_per_group(self, values: tuple[Value, ...], group_count: int | None) -> str | None:
        if group_count is not None and len(values) != group_count:
            return f"has {_counted(len(values), 'value')} for {_counted(group_count, 'group')}"
        complaints = (self._check_one(value) for value in values)
        return next((complaint for complaint in complaints if complaint), None)

    def _check_one(self, value: Value) -> str | None:
        match self.kind:
            case Kind.BOOLEAN:
                return None if isinstance(value, bool) else f"must be {self.describe()}"
            case Kind.CHOICE:
                known = any(type(value) is type(choice) and value == choice for choice in self.choices)
                return None if known else f"must be {self.describe()}"
            case Kind.EXPRESSION:
                return self._check_expression(value)
            case Kind.FLOATS | Kind.INTEGERS:
                return self._check_list(value)
            case _:
                return self._check_number(value)

    def _check_expression(self, value: Value) -> str | None:
        if not isinstance(value, str):
            return f"must be {self.describe()}"
        try:
            Expression(value, self.variables)
        except ExpressionError as error:
            return f"is not understood: {error}"
        return None

    def _check_list(self, value: Value) -> str | None:
        if not isinstance(value, tuple) or not self._has_right_length(value):
            return f"must be {self.describe()}"
        wanted = (item for item in value if not (item is None and self.optional_items))
        complaints = (self._check_number(item) for item in wanted)
        return next((complaint for complaint in complaints if complaint), None)

    def _has_right_length(self, values: tuple[Value, ...]) -> bool:
        too_long = self.maximum_length is not None and len(values) > self.maximum_length
        return self.length in (None, len(values)) and len(values) >= self.minimum_length and not too_long

    def _check_number(self, value: Value) -> str | None:
        whole = self.kind in (Kind.INTEGER, Kind.INTEGERS)
        kinds = (int,) if whole else (int, float)
        if isinstance(value, bool) or not isinstance(value, kinds):
            return f"must be {self.describe()}"
        if isinstance(value, int) and abs(value) >= _FIRST_TOO_LARGE:
            return f"must be {self.describe()}, and below 2**63"
        if not math.isfinite(value):
            return f"must be {self.describe()}, and finite"
        too_low = value < self.minimum or (self.open_minimum and value == self.minimum)
        too_high = value > self.maximum or (self.open_maximum and value == self.maximum)
        return f"must be {self.describe()}" if too_low or too_high else None

    def _describe_bounds(self) -> str:
        low = f"{self.minimum:.12g}" if math.isfinite(self.minimum) else ""
        high = f"{self.maximum:.12g}" if math.isfinite(self.maximum) else ""
        if low and high:
            start = f" above {low} and" if self.open_minimum else f" from {low}"
            link = " up to" if not self.open_maximum else " below" if self.open_minimum else " to below"
            return f"{start}{link} {high}"
        if low:
            return f" above {low}" if self.open_minimum else f", {low} or more"
        if high:
            return f" below {high}" if self.open_maximum else f", {high} or less"
        return ""


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
    Kind.FLOATS: "a list of numbers",
    Kind.INTEGERS: "a list of whole numbers",
    Kind.EXPRESSION: "an expression",
}
