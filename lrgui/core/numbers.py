"""Numbers as people who train networks write them: `3e-4`, `0.001`, `82 000`."""

from __future__ import annotations

import math


def format_number(value: float) -> str:
    """Return the shortest text that reads back as the same double, in the form people write.

    Between 0.001 and a million plain decimals (`0.001`, `0.05`), else a bare exponent (`3e-4`, `1.5e-8`).
    """
    if isinstance(value, int) and abs(value) < 10**7:
        return str(value)
    if not math.isfinite(value) or value == 0:
        return "0" if value == 0 else str(value)
    if 1e-3 <= abs(value) < 1e6:
        text = repr(float(value))
        if "e" not in text:
            return text.removesuffix(".0")
    mantissa, exponent = _scientific(value)
    return f"{mantissa}e{exponent}"


def round_number(value: float, digits: int = 6) -> str:
    """Return `value` rounded to `digits` significant digits, in the same form."""
    return format_number(float(f"{value:.{digits}g}"))


def group_digits(count: int) -> str:
    """Return a whole number with its thousands set apart by a thin non-breaking space."""
    return f"{count:,}".replace(",", "\u202f")


def _scientific(value: float) -> tuple[str, int]:
    digits = repr(float(value))
    mantissa, _, exponent = digits.partition("e")
    if exponent:
        return mantissa.removesuffix(".0"), int(exponent)
    for precision in range(17):
        text = f"{value:.{precision}e}"
        if float(text) == value:
            mantissa, _, exponent = text.partition("e")
            return mantissa, int(exponent)
    raise AssertionError("17 significant digits identify every double")
