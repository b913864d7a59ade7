"""Where an axis has its ticks and what they say: exact at any zoom, and written as people write learning rates.

All tick values are whole multiples of 1, 2 or 5 times a power of ten, kept as integers and decimals until the end: a
position is the double nearest to what its label says. Pure arithmetic; positions are in the units of the view (steps
along x, log10 of the value on a logarithmic axis).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Context, Decimal

from lrgui.core.numbers import group_digits

_MAX_DIGITS = 6  # more significant digits than this, and the common part of all labels moves to `offset`
_MAX_TICKS = 200
_ALWAYS_SOME = 2.5  # intervals of a grid, and one of its multiples is in view: its steps are at most so far apart
_LABELLED_DIGITS = ((1, 2, 3, 5, 7), (1, 2, 5), (1, 3))  # the most that there is room for
_NARROW = 0.5  # decades, at most, where a logarithmic axis has the ticks of a linear one
_POWERS_APART = (1, 2, 5, 10, 20, 50, 100, 200, 500)  # the last is enough for all powers of ten that doubles reach
_LOWEST, _HIGHEST = -323.0, 308.25  # log10 of doubles
_LOGS = Context(prec=22)  # a few digits more than a double has
_DIGIT_LOGS = tuple(_LOGS.log10(max(digit, 1)) for digit in range(10))
_ONE = Decimal(1)


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
    """Return the ticks of a linear axis from `low` to `high`, in at most `count` intervals (one, where that is less).

    No two are at the same double: where the view is finer than doubles are, there are fewer.
    """
    return _decimal_ticks(low, high, count, _ONE)


def step_ticks(low: float, high: float, count: float) -> Ticks:
    """Return ticks at whole steps, their thousands set apart; none below step 0."""
    return _whole_ticks(max(low, 0.0), high, count, 1)


def epoch_ticks(low: float, high: float, count: float, steps_per_epoch: int) -> Ticks:
    """Return ticks at whole epochs, or at decimal parts of one deep inside it; `low` and `high` are steps."""
    low, length = max(low, 0.0), Decimal(steps_per_epoch)
    grid = _grid(low, high, count, length)
    if grid is None or grid.exponent < 0:
        return _decimal_ticks(low, high, count, length)
    return _whole_ticks(low, high, count, steps_per_epoch)


def fraction_ticks(low: float, high: float, count: float, steps: int) -> Ticks:
    """Return ticks at parts of a run of `steps` steps, in percent; `low` and `high` are steps."""
    return _decimal_ticks(max(low, 0.0), high, count, Decimal(steps).scaleb(-2))


def log_ticks(low: float, high: float, count: float) -> Ticks:
    """Return ticks for a logarithmic axis; `low`, `high` and the positions are log10 of the values.

    Labels at powers of ten, at some digits between them where there is room, and at the ticks of a linear axis
    where less than half a decade is left.
    """
    low, high = max(low, _LOWEST), min(high, _HIGHEST)
    if not high > low:
        return Ticks()
    span = high - low
    if span <= _NARROW:
        return _narrow_log_ticks(low, high, count)
    first, last = math.floor(low), math.ceil(high)
    every = _powers_apart(low, high, count)
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


def _decimal_ticks(low: float, high: float, count: float, length: Decimal) -> Ticks:
    """Return ticks at decimal multiples of `length`, in which they are labelled."""
    grid = _grid(low, high, count, length)
    if grid is None:
        return Ticks()
    labels, offset = _grid_labels(grid)
    return Ticks(tuple(_position(unit, grid.exponent, length) for unit in grid.units), labels, (), offset)


def _whole_ticks(low: float, high: float, count: float, length: int) -> Ticks:
    """Return ticks at whole multiples of `length`, in which they are labelled."""
    grid = _grid(low, high, count, Decimal(length))
    if grid is None:
        return Ticks()
    if grid.exponent >= 0:
        factor = int(10**grid.exponent)
        units = range(grid.first * factor, grid.last * factor + 1, grid.step * factor)
    else:
        # There is room for every one.
        units = range(-int(-low // length), int(high // length) + 1)
    return Ticks(tuple(float(unit * length) for unit in units), tuple(group_digits(unit) for unit in units))


def _grid(low: float, high: float, count: float, length: Decimal) -> _Grid | None:
    """Return the finest grid of at most `count` intervals, in units of `length`, None where none of it is in view.

    Where the only grid for so few is beside the view, the next finer one is taken.
    """
    if not (math.isfinite(low) and math.isfinite(high) and high > low):
        return None
    bottom, top = Decimal(low) / length, Decimal(high) / length
    finest = Decimal(math.ulp(max(abs(low), abs(high)))) / length
    raw = max((top - bottom) / Decimal(max(1.0, min(count, _MAX_TICKS))), finest)
    # A range such as 0 to 0.30000000000000004 is one of three tenths.
    wanted, exponent = raw * Decimal("0.9999"), raw.adjusted()
    step = next((step for step in (1, 2, 5) if Decimal(step).scaleb(exponent) >= wanted), 10)
    if step == 10:
        step, exponent = 1, exponent + 1
    unit = Decimal(step).scaleb(exponent)
    first, last = math.floor(bottom / unit) * step, math.ceil(top / unit) * step
    while first <= last and _position(first, exponent, length) < low:
        first += step
    while last >= first and _position(last, exponent, length) > high:
        last -= step
    if last >= first:
        return _Grid(first, last, step, exponent)
    return _grid(low, high, 2 * max(1.0, count), length) if count < _ALWAYS_SOME else None


def _position(unit: int, exponent: int, length: Decimal) -> float:
    return float((unit * length).scaleb(exponent))


def _grid_labels(grid: _Grid) -> tuple[tuple[str, ...], str]:
    """Return a label for every multiple, and what they are to be read after."""
    base = _common_part(grid)
    labels = _labels([unit - base for unit in grid.units], grid.exponent)
    return labels, f"{_labels([base], grid.exponent)[0]} +" if base else ""


def _common_part(grid: _Grid) -> int:
    """Return what all ticks share, in units of the grid, where labels would otherwise be too long to read."""
    largest = max(abs(grid.first), abs(grid.last))
    if len(str(largest)) <= _MAX_DIGITS or grid.first <= 0 <= grid.last:
        return 0
    coarse = int(10 ** len(str(grid.last - grid.first)))
    return grid.first // coarse * coarse


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
    # A little wider, since powers are rounded; what is not in view is left out by its place.
    beyond = 4 * math.ulp(max(1.0, abs(low), abs(high)))
    grid = _grid(10.0**low * (1 - beyond), 10.0**high * (1 + beyond), count, _ONE)
    if grid is None:
        return Ticks()
    labels, offset = _grid_labels(grid)
    places = [float(_LOGS.log10(Decimal(unit).scaleb(grid.exponent))) for unit in grid.units]
    # One label for a double, where the view is finer than doubles are.
    shown = {place: label for place, label in zip(places, labels, strict=True) if low <= place <= high}
    if not shown and count < _ALWAYS_SOME:
        return _narrow_log_ticks(low, high, 2 * count)
    return Ticks(tuple(shown), tuple(shown.values()), (), offset) if shown else Ticks()


def _powers_apart(low: float, high: float, count: float) -> int:
    """Return how far apart labelled powers of ten are: as near as there is room, and one in view where there is any."""
    crowded = [apart for apart in _POWERS_APART if (high - low) / apart > max(count, 2.0)]
    every = _POWERS_APART[len(crowded)]
    while crowded and math.floor(high / every) * every < low:
        every = crowded.pop()
    return every


def _log10(digit: int, power: int) -> float:
    return float(power + _DIGIT_LOGS[digit])


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
