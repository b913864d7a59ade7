"""Where an axis has its ticks and what they say: exact at any zoom, and written as people write learning rates.

All tick values are whole multiples of 1, 2 or 5 times a power of ten, kept as integers until the end, so that no
rounding shows. Pure arithmetic; positions are in the units of the view (log10 of the value on a logarithmic axis).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal

from lrgui.core.numbers import group_digits

_MAX_DIGITS = 6  # more significant digits than this, and the common part of all labels moves to `offset`
_MAX_TICKS = 200
_LABELLED_DIGITS = ((1, 2, 3, 5, 7), (1, 2, 5), (1, 3))  # the most that there is room for


@dataclass(frozen=True, slots=True)
class Ticks:
    """Labelled ticks at `positions`, unlabelled ones at `minor`.

    Every label is to be read after `offset`, such as `0.001 +`, empty where labels say everything themselves.
    """

    positions: tuple[float, ...] = ()
    labels: tuple[str, ...] = ()
    minor: tuple[float, ...] = ()
    offset: str = ""


@dataclass(frozen=True, slots=True)
class _Grid:
    """The multiples `first` to `last` of `10 ** exponent`, each a multiple of `step` too."""

    first: int
    last: int
    step: int
    exponent: int

    @property
    def units(self) -> range:
        return range(self.first, self.last + 1, self.step)


def linear_ticks(low: float, high: float, count: float) -> Ticks:
    """Return at most about `count` ticks for a linear axis from `low` to `high`."""
    grid = _linear_grid(low, high, count)
    if grid is None:
        return Ticks()
    positions = tuple(_to_float(unit, grid.exponent) for unit in grid.units)
    base = _common_part(grid)
    labels = _labels([unit - base for unit in grid.units], grid.exponent)
    offset = f"{_labels([base], grid.exponent)[0]} +" if base else ""
    return Ticks(positions, labels, offset=offset)


def step_ticks(low: float, high: float, count: float) -> Ticks:
    """Return ticks at whole steps, their thousands set apart; none below step 0."""
    low = max(low, 0.0)
    grid = _linear_grid(low, high, count) if high > low else None
    if grid is None:
        return Ticks()
    if grid.exponent < 0:
        units = range(math.ceil(low), math.floor(high) + 1)
    else:
        factor = int(10**grid.exponent)
        units = range(grid.first * factor, grid.last * factor + 1, grid.step * factor)
    return Ticks(tuple(float(unit) for unit in units), tuple(group_digits(unit) for unit in units))


def epoch_ticks(low: float, high: float, count: float, steps_per_epoch: int) -> Ticks:
    """Return ticks at whole epochs, or at decimal parts of one deep inside it; `low` and `high` are steps."""
    low = max(low, 0.0) / steps_per_epoch
    high = high / steps_per_epoch
    if high <= low:
        return Ticks()
    grid = _linear_grid(low, high, count)
    ticks = step_ticks(low, high, count) if grid is None or grid.exponent >= 0 else linear_ticks(low, high, count)
    return Ticks(tuple(epoch * steps_per_epoch for epoch in ticks.positions), ticks.labels, offset=ticks.offset)


def fraction_ticks(low: float, high: float, count: float, steps: int) -> Ticks:
    """Return ticks at parts of a run of `steps` steps, in percent; `low` and `high` are steps."""
    low, high = 100.0 * max(low, 0.0) / steps, 100.0 * high / steps
    if high <= low:
        return Ticks()
    ticks = linear_ticks(low, high, count)
    return Ticks(tuple(part * steps / 100.0 for part in ticks.positions), ticks.labels, offset=ticks.offset)


def log_ticks(low: float, high: float, count: float) -> Ticks:
    """Return ticks for a logarithmic axis; `low`, `high` and the positions are log10 of the values.

    Labels at powers of ten, at some digits between them where there is room, and at the ticks of a linear axis
    where less than half a decade is left.
    """
    low, high = max(low, -323.0), min(high, 308.0)
    if not high > low:
        return Ticks()
    first, last = math.floor(low), math.ceil(high)
    span = high - low
    if span <= 0.5:
        return _narrow_log_ticks(low, high, count)
    every = next(step for step in (1, 2, 5, 10, 20, 50, 100, 200) if span / step <= max(count, 2.0))
    digits: tuple[int, ...] = (1,)
    if every == 1:
        digits = next((some for some in _LABELLED_DIGITS if span * len(some) <= count), (1,))
    powers = [power for power in range(first, last + 1) if power % every == 0]
    marks = [(digit, power) for power in powers for digit in digits if low <= _log10(digit, power) <= high]
    minor = _log_minors(first, last, digits) if every == 1 else _powers_between(first, last, every)
    return Ticks(
        tuple(_log10(digit, power) for digit, power in marks),
        _log_labels(marks),
        tuple(position for position in minor if low <= position <= high),
    )


def _linear_grid(low: float, high: float, count: float) -> _Grid | None:
    """Return the finest grid of at most about `count` ticks, None where there is no room for any."""
    span = high - low
    if not (math.isfinite(span) and span > 0):
        return None
    raw = span / max(1.0, min(count, _MAX_TICKS))
    if raw == 0:
        # A span of a few of the smallest doubles there are.
        return None
    exponent = math.floor(math.log10(raw)) - 1
    while True:
        scale = Decimal(10) ** exponent
        step = next((step for step in (1, 2, 5) if Decimal(step) * scale >= Decimal(raw) * Decimal("0.9999")), None)
        if step is not None:
            break
        exponent += 1
    unit = Decimal(step) * scale
    first = math.ceil(Decimal(low) / unit - Decimal("1e-6")) * step
    last = math.floor(Decimal(high) / unit + Decimal("1e-6")) * step
    return _Grid(first, last, step, exponent) if last >= first else None


def _common_part(grid: _Grid) -> int:
    """Return what all ticks share, in units of the grid, where labels would otherwise be too long to read."""
    largest = max(abs(grid.first), abs(grid.last))
    if len(str(largest)) <= _MAX_DIGITS or grid.first <= 0 <= grid.last:
        return 0
    coarse = int(10 ** len(str(grid.last - grid.first)))
    return grid.first // coarse * coarse


def _to_float(unit: int, exponent: int) -> float:
    return float(f"{unit}e{exponent}")


def _labels(units: list[int], exponent: int) -> tuple[str, ...]:
    """Write whole multiples of `10 ** exponent`: plain decimals, or all in the form `1.5e-4`."""
    largest = max((abs(unit) for unit in units), default=0)
    top = len(str(largest)) - 1 + exponent
    write = _plain if largest == 0 or -3 <= top < 6 else _scientific
    return tuple(write(unit, exponent) for unit in units)


def _plain(unit: int, exponent: int) -> str:
    text = format(Decimal(unit).scaleb(exponent), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _scientific(unit: int, exponent: int) -> str:
    if unit == 0:
        return "0"
    top = len(str(abs(unit))) - 1
    return f"{_plain(unit, -top)}e{exponent + top}"


def _narrow_log_ticks(low: float, high: float, count: float) -> Ticks:
    """Return the ticks of a linear axis at their places on a logarithmic one that shows less than a decade."""
    ticks = linear_ticks(10.0**low, 10.0**high, count)
    pairs = [(value, label) for value, label in zip(ticks.positions, ticks.labels, strict=True) if value > 0]
    return Ticks(tuple(math.log10(value) for value, _ in pairs), tuple(label for _, label in pairs), (), ticks.offset)


def _log10(digit: int, power: int) -> float:
    return power + math.log10(digit)


def _log_labels(marks: list[tuple[int, int]]) -> tuple[str, ...]:
    """Write `digit * 10 ** power`: plain where all are between 0.001 and a million, else all with an exponent."""
    powers = [power for _, power in marks]
    if not marks or (min(powers) >= -3 and max(powers) < 6):
        return tuple(_plain(digit, power) for digit, power in marks)
    return tuple(f"{digit}e{power}" if power else str(digit) for digit, power in marks)


def _log_minors(first: int, last: int, labelled: tuple[int, ...]) -> list[float]:
    return [_log10(digit, power) for power in range(first, last) for digit in range(2, 10) if digit not in labelled]


def _powers_between(first: int, last: int, every: int) -> list[float]:
    return [float(power) for power in range(first, last + 1) if power % every] if every <= 5 else []
