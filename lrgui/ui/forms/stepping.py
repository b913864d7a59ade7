"""What the arrow keys do to a number: learning rates go 1, 2, 5, 10 on a log scale, others change a leading digit."""

from __future__ import annotations

import math
from decimal import Decimal

from lrgui.core.fields import Field, Kind

_PAGE = 10
_LADDER = (Decimal(1), Decimal(2), Decimal(5), Decimal(10))
_SMALL = 0.01
_FIRST_RATE = 1e-6


def step_value(field: Field, value: float, steps: int) -> int | float:
    """Return `value` moved by `steps` (10 for a page), kept within the field's bounds.

    A move that would leave the bounds ends at the bound, or where it was when the bound itself is not allowed. A value
    that was typed beyond a bound which torch does not have moves freely.
    """
    moved = _moved(field, value, steps)
    if (field.below and value < field.minimum) or (field.above and value > field.maximum):
        return int(moved) if field.kind is Kind.INTEGER else float(moved)
    if moved < field.minimum or (field.open_minimum and moved <= field.minimum):
        moved = value if field.open_minimum else field.minimum
    if moved > field.maximum or (field.open_maximum and moved >= field.maximum):
        moved = value if field.open_maximum else field.maximum
    return int(moved) if field.kind is Kind.INTEGER else float(moved)


def _moved(field: Field, value: float, steps: int) -> int | float:
    if field.kind is Kind.INTEGER:
        return int(value) + steps * _whole_unit(int(value), up=steps > 0)
    logarithmic = field.kind is Kind.LEARNING_RATE or 0 < abs(value) < _SMALL
    if not logarithmic:
        return _on_decimal_grid(value, steps)
    if value == 0:
        return _FIRST_RATE if steps > 0 else 0.0
    if value < 0:
        return -_on_ladder(-value, -steps)
    return _on_ladder(value, steps)


def _whole_unit(value: int, *, up: bool) -> int:
    """Return 1 below a hundred, then a tenth of the leading digit's place: 1000 goes to 1100 and back."""
    size = abs(value) - (1 if up == (value < 0) and value else 0)
    return int(10 ** max(0, len(str(size)) - 2))


def _on_decimal_grid(value: float, steps: int) -> float:
    """Move by a tenth of the leading digit's place, with decimal digits exact: 0.9 goes to 0.91."""
    size = Decimal(repr(abs(value))) if value else Decimal(1) / 10
    towards_zero = (steps < 0) == (value > 0)
    is_power = size == Decimal(10) ** size.adjusted()
    exponent = size.adjusted() - 1 - (1 if value and towards_zero and is_power else 0)
    return float(Decimal(repr(float(value))) + steps * Decimal(10) ** exponent)


def _on_ladder(value: float, steps: int) -> float:
    """Move a positive number along 1, 2, 5, 10, ...; a page multiplies or divides by ten."""
    if abs(steps) >= _PAGE:
        return float(Decimal(repr(float(value))).scaleb(round(steps / _PAGE)))
    for _ in range(abs(steps)):
        value = _next_rung(value) if steps > 0 else _previous_rung(value)
    return value


def _next_rung(value: float) -> float:
    mantissa, exponent = _split(value)
    rung = next(rung for rung in _LADDER if rung > mantissa)
    return float(rung.scaleb(exponent))


def _previous_rung(value: float) -> float:
    mantissa, exponent = _split(value)
    rung = next((rung for rung in reversed(_LADDER) if rung < mantissa), Decimal("0.5"))
    moved = float(rung.scaleb(exponent))
    return moved if moved > 0 and math.isfinite(moved) else value


def _split(value: float) -> tuple[Decimal, int]:
    number = Decimal(repr(float(value)))
    return number.scaleb(-number.adjusted()), number.adjusted()
