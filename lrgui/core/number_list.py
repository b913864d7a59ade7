"""Lists of numbers as text: typed, pasted from a spreadsheet or a log, or the cells of a column."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from enum import Enum

MOST_VALUES = 100_000
"""The longest list of values that a recipe takes."""

# Spaces that set thousands apart, and the minus that word processors write.
_TYPOGRAPHY = str.maketrans({"\u202f": "", "\u00a0": "", "\u2009": "", "\u2212": "-", "\ufeff": ""})
_SEPARATORS = re.compile(r"[,;\s]+")
_OTHER_SEPARATORS = re.compile(r"[;\s]+")
_BRACKETS = str.maketrans("[](){}", "      ")
_GROUPED = re.compile(r"[+-]?[1-9]\d{0,2}(,\d{3})+")
_POINTS_AND_COMMA = re.compile(r"[+-]?[1-9]\d{0,2}(\.\d{3})+,\d+")


class NumberListError(ValueError):
    """Text that is no list of finite numbers; the message is a sentence without its subject."""


class Comma(Enum):
    """What a comma within a number means."""

    DECIMAL = "decimal"
    GROUPING = "grouping"


def read_numbers(text: str) -> tuple[float, ...]:
    """Return the numbers of a typed list, set apart by commas, semicolons, spaces or line breaks; `1/3` is one too.

    Raises:
        NumberListError: when something between is no finite number; says which and at what place, counted from 1.
    """
    return _numbers(_split(_SEPARATORS, unformatted(text)))


def read_pasted(text: str) -> tuple[float, ...]:
    """Return the numbers of a list out of another program.

    That is a row or a column of cells, a JSON list (of TensorBoard's triples too), or numbers as in `read_numbers`;
    with commas for the decimal point where nothing else can be meant.

    Raises:
        NumberListError: when it is none, or when its commas can mean two things.
    """
    text = unformatted(text)
    if text.startswith("["):
        listed = _read_json(text)
        if listed is not None:
            return listed
        text = text.translate(_BRACKETS)
    if "," not in text:
        return _numbers(_split(_SEPARATORS, text))
    cells = _split(_OTHER_SEPARATORS, text)
    within = all(not cell.startswith(",") and not cell.endswith(",") and cell.count(",") <= 1 for cell in cells)
    if len(cells) == 1 or not within:
        return _numbers(_split(_SEPARATORS, text))
    if "." not in text:
        return _numbers(cells, meaning_of_comma(cells))
    both = next((cell for cell in cells if _POINTS_AND_COMMA.fullmatch(cell)), None)
    if both is not None:
        raise NumberListError(f"has {both}, which may be one number or two; write it without the commas")
    return _numbers(_split(_SEPARATORS, text))


def meaning_of_comma(cells: Sequence[str]) -> Comma:
    """Return what a comma means in cells that no comma sets apart.

    Raises:
        NumberListError: when all of them look like `1,234`, which is two numbers.
    """
    with_comma = [unformatted(cell) for cell in cells if "," in cell]
    points = any("." in cell for cell in cells)
    if any(0 <= cell.rfind(".") < cell.rfind(",") for cell in with_comma):
        return Comma.DECIMAL
    if points or any(cell.count(",") > 1 for cell in with_comma):
        return Comma.GROUPING
    if with_comma and all(_GROUPED.fullmatch(cell) for cell in with_comma):
        cell = with_comma[0]
        message = f"has {cell}, which may be {cell.replace(',', '.')} or {cell.replace(',', '')}; write it with a point"
        raise NumberListError(message)
    return Comma.DECIMAL


def unformatted(text: str) -> str:
    """Return a text as a keyboard writes it: without spaces that set thousands apart, with a plain minus."""
    return text.translate(_TYPOGRAPHY).strip()


def number_of(cell: str, comma: Comma | None = None) -> float:
    """Return the number in a cell, infinite and nan among them; without `comma` there is none in a number.

    Raises:
        ValueError: when it is none.
    """
    text = unformatted(cell)
    if comma is Comma.DECIMAL:
        text = text.replace(".", "").replace(",", ".")
    elif comma is Comma.GROUPING:
        text = text.replace(",", "")
    numerator, slash, denominator = text.partition("/")
    if not slash:
        return float(text)
    try:
        return float(numerator) / float(denominator)
    except ZeroDivisionError:
        raise ValueError("division by zero") from None


def why_not_finite(number: float) -> str:
    """Say why a metric holds no number that is not finite, and what to write in its place."""
    torch = "torch counts nan as a bad step, and " if math.isnan(number) else ""
    return f"{torch}a recipe holds finite numbers alone: write one worse than all others, such as 1e9"


def _numbers(cells: Sequence[str], comma: Comma | None = None) -> tuple[float, ...]:
    try:
        numbers = tuple(map(float, cells))
    except ValueError:
        numbers = None
    if numbers is None or not all(map(math.isfinite, numbers)):
        numbers = tuple(_number_at(place, cell, comma) for place, cell in enumerate(cells, 1))
    return numbers


def _number_at(place: int, cell: str, comma: Comma | None) -> float:
    try:
        number = number_of(cell, comma)
    except ValueError:
        raise NumberListError(f"has {cut(cell)!r} at place {place}, which is no number") from None
    if not math.isfinite(number):
        raise NumberListError(f"has {number} at place {place}; {why_not_finite(number)}")
    return number


def _read_json(text: str) -> tuple[float, ...] | None:
    """Return the numbers of a JSON list, None for text in brackets that is no JSON, such as numpy's."""
    try:
        listed = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if listed and all(isinstance(item, list) and len(item) == 3 for item in listed):
        # TensorBoard: wall time, step, value.
        listed = [item[2] for item in listed]
    return _numbers([item if isinstance(item, str) else json.dumps(item) for item in listed])


def _split(separators: re.Pattern[str], text: str) -> list[str]:
    return [cell for cell in separators.split(text) if cell]


def cut(text: str) -> str:
    """Return a text for a sentence, cut where it is long."""
    return text if len(text) <= 30 else f"{text[:30]}…"
