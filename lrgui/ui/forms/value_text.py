"""Values as people type them, and back: `3e-4`, `1/3`, `30, 60, 90`."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from lrgui.core.fields import Field, Kind
from lrgui.core.number_list import number_of, unformatted
from lrgui.core.numbers import format_number
from lrgui.core.recipe import Value

LIST_KINDS = (Kind.FLOATS, Kind.INTEGERS)

# The beginning of a number that the next key can complete: `-`, `3e`, `3e-`, `1/`.
_UNFINISHED_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d*)?([eE][+-]?)?/?")
_LARGEST_EXPONENT = 30
_LONG_NUMBER = 12
_LARGEST_DENOMINATOR = 12


class UnreadableError(ValueError):
    """Text that is no value of its field; the message is a sentence without its subject."""


def read_value(field: Field, text: str, group_count: int | None = None) -> Value:
    """Return the value that `text` stands for.

    Raises:
        UnreadableError: when it is no value of the field.
    """
    text = text.strip()
    value = _read_filled(field, text) if text else _read_empty(field)
    complaint = field.check(value, group_count)
    if complaint:
        raise UnreadableError(complaint)
    return value


def write_value(field: Field, value: Value) -> str:
    """Return the shortest text that reads back as `value`; the empty text for None."""
    if value is None:
        return ""
    if isinstance(value, tuple):
        separator = "; " if field.kind is Kind.EXPRESSION else ", "
        text = separator.join(_write_item(item) for item in value)
        one_for_one_group = len(value) == 1 and field.kind not in LIST_KINDS
        return text + separator.rstrip() if one_for_one_group else text
    return _write_item(value)


def is_unfinished(field: Field, text: str) -> bool:
    """Say whether `text`, unreadable now, is a number that is still being typed."""
    *others, last = (part.strip() for part in text.split(","))
    begun = bool(last) and bool(_UNFINISHED_NUMBER.fullmatch(last)) and not _is_number(last)
    return (begun or (not last and bool(others))) and all(map(_is_number, others))


def read_number(text: str, *, whole: bool) -> int | float:
    """Return the number that `text` stands for; `1/3` is a quotient, `1e6` is a whole number too.

    Raises:
        ValueError: when it is none.
    """
    text = unformatted(text).replace(" ", "")
    return _read_whole(text) if whole else number_of(text)


def _read_whole(text: str) -> int:
    """Return a whole number digit for digit; the exponent is bounded so that no text fills the memory."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise ValueError("not a number") from None
    if not number.is_finite() or number.adjusted() > _LARGEST_EXPONENT or number != number.to_integral_value():
        raise ValueError("not a whole number")
    return int(number)


def _read_empty(field: Field) -> Value:
    if field.optional:
        return None
    if field.kind is Kind.TEXT:
        return ""
    if field.kind in LIST_KINDS and field.length is None:
        return ()
    raise UnreadableError(f"must be {field.describe()}, not empty")


def _read_filled(field: Field, text: str) -> Value:
    if field.kind in (Kind.TEXT, Kind.EXPRESSION):
        return text
    listed = field.kind in LIST_KINDS
    try:
        if listed or (field.per_group and "," in text):
            parts = text.removesuffix(",").split(",")
            return tuple(_read_item(field, part) for part in parts)
        return _read_one(field, text)
    except ValueError:
        raise UnreadableError(f"must be {field.describe()}") from None


def _read_item(field: Field, text: str) -> Value:
    if field.optional_items and text.strip() in ("", "none"):
        return None
    return _read_one(field, text)


def _read_one(field: Field, text: str) -> int | float:
    """Return a number; where whole ones are meant, a fraction only if torch takes one all the same."""
    if not field.is_whole:
        return read_number(text, whole=False)
    try:
        return read_number(text, whole=True)
    except ValueError:
        if not field.fraction:
            raise
        return read_number(text, whole=False)


def _write_item(value: Value) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return "none" if value is None else str(value)
    if isinstance(value, int):
        return str(value)
    text = format_number(value)
    return _as_quotient(value) or text if len(text) > _LONG_NUMBER else text


def _as_quotient(value: float) -> str:
    """Return `1/3` for the double nearest to it, and the empty text for numbers that are no simple quotient."""
    try:
        quotient = Fraction(value).limit_denominator(_LARGEST_DENOMINATOR)
    except (OverflowError, ValueError):
        return ""
    exact = quotient.numerator / quotient.denominator == value
    return f"{quotient.numerator}/{quotient.denominator}" if exact and quotient.denominator > 1 else ""


def _is_number(text: str) -> bool:
    try:
        read_number(text, whole=False)
    except ValueError:
        return False
    return True
