"""Where torch raises while a scheduler is stepped: what passes the constructor and breaks at a later count."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from lrgui.core.checks.turns import Turn

Values: TypeAlias = Mapping[str, Any]

_HALF_CYCLES_LOOKED_AT = 10_000


@dataclass(frozen=True, slots=True)
class Fault:
    """A scheduler raises an `exception` at its counts `first` to `last`, for the `reason` in one of its options.

    With `at_start` it does so too where SequentialLR begins it at a milestone, which computes the learning rate in
    another way.
    """

    option: str
    reason: str
    way_out: str
    first: float
    last: float = math.inf
    at_start: bool = False
    exception: str = "ZeroDivisionError"

    def first_step(self, turns: tuple[Turn, ...]) -> int | None:
        """Return the first of the root's steps at which it raises, None when it does not within the turns."""
        steps = (self._first_step_of(turn) for turn in turns)
        return min((step for step in steps if step is not None), default=None)

    def _first_step_of(self, turn: Turn) -> int | None:
        if turn.started:
            return turn.first if self.at_start or self.first <= 0 <= self.last else None
        count = max(turn.count, self.first)
        return turn.first + int(count) - turn.count if count <= min(turn.last_count, self.last) else None


def faults_of(class_name: str, values: Values, turns: tuple[Turn, ...]) -> Iterator[Fault]:
    """Yield what torch raises for these options of a class, all of them usable by themselves."""
    find = _FAULTS.get(class_name)
    if find is not None:
        yield from find(values, turns)


def _step(values: Values, _: tuple[Turn, ...]) -> Iterator[Fault]:
    if values["step_size"] == 0:
        yield Fault("step_size", "StepLR divides its count by a step_size of 0", "Choose 1 or more.", 1, at_start=True)


def _constant(values: Values, _: tuple[Turn, ...]) -> Iterator[Fault]:
    total = values["total_iters"]
    if values["factor"] == 0 and total > 0 and float(total).is_integer():
        reason = "ConstantLR divides by its factor at the end of total_iters, and the factor is 0"
        yield Fault("factor", reason, "Choose a small one instead, such as 1e-8.", total, total)


def _linear(values: Values, _: tuple[Turn, ...]) -> Iterator[Fault]:
    if values["total_iters"] == 0:
        reason = "As a later part of SequentialLR, LinearLR divides by total_iters, which is 0"
        yield Fault("total_iters", reason, "Choose 1 or more.", math.inf, at_start=True)


def _polynomial(values: Values, _: tuple[Turn, ...]) -> Iterator[Fault]:
    total, power = values["total_iters"], values["power"]
    if total == 0:
        reason = "As a later part of SequentialLR, PolynomialLR divides by total_iters, which is 0"
        yield Fault("total_iters", reason, "Choose 1 or more.", -math.inf, 0, at_start=True)
    elif power < 0 and float(total).is_integer():
        reason = "With a negative power PolynomialLR divides by zero at total_iters"
        yield Fault("power", reason, "Choose 0 or more.", total if total > 0 else math.inf, total, at_start=total < 0)


def _cosine(values: Values, turns: tuple[Turn, ...]) -> Iterator[Fault]:
    period = values["T_max"]
    if period == 0:
        reason = "CosineAnnealingLR divides by T_max, which is 0"
        yield Fault("T_max", reason, "Choose 1 or more.", -math.inf, at_start=True)
    elif not float(period).is_integer():
        count = _missed_bottom(period, max((turn.last_count for turn in turns), default=0))
        if count is not None:
            reason = f"With this fraction CosineAnnealingLR divides by zero after the bottom at its step {count - 1}"
            yield Fault("T_max", reason, "Take a whole number.", count, count)


def _missed_bottom(period: float, reach: int) -> int | None:
    """Return the first count at which the ratio of two cosines has a denominator of 0 that torch does not see coming.

    It does where a bottom, an odd multiple of `period`, is a whole count but the remainder of a division is not 0.
    """
    for half_cycles in range(1, _HALF_CYCLES_LOOKED_AT, 2):
        before = round(abs(period) * half_cycles)
        if before >= reach:
            return None
        seen = (before - period) % (2 * period) == 0
        if not seen and 1 + math.cos(math.pi * before / period) == 0:
            return before + 1
    return None


def _cyclic(values: Values, _: tuple[Turn, ...]) -> Iterator[Fault]:
    if values["scale_fn"] is not None:
        return
    up = float(values["step_size_up"])
    total = up + float(up if values["step_size_down"] is None else values["step_size_down"])
    if values["mode"] == "triangular2" and total > 0:
        reason = (
            "triangular2 divides the height by 2 in each cycle, and after 1024 cycles by 2**1024, which is too large"
        )
        way_out = "Make the cycles longer, or choose exp_range."
        yield Fault("mode", reason, way_out, math.ceil(1024 * total), exception="OverflowError")
    gamma = values["gamma"]
    if values["mode"] == "exp_range" and abs(gamma) > 1:
        reason = "The height of exp_range is gamma to the power of the count, which becomes too large"
        yield Fault("gamma", reason, "Choose 1 or less.", _overflow(float(gamma)), exception="OverflowError")


def _overflow(base: float) -> float:
    """Return the first power at which `base` is too large for a double, infinity when that is far beyond any run."""
    power = max(0, int(math.log(2.0**1023 * 1.9) / math.log(abs(base))) - 2)
    for candidate in range(power, power + 8):
        try:
            base**candidate
        except OverflowError:
            return candidate
    return math.inf


def _one_cycle(values: Values, turns: tuple[Turn, ...]) -> Iterator[Fault]:
    total = one_cycle_length(values)
    if total is None:
        return
    # The same arithmetic as torch's, so that it is zero exactly where torch's is.
    peak = float(values["pct_start"] * total) - 1
    before_last = float(2 * values["pct_start"] * total) - 2 if values["three_phase"] else peak
    if before_last == total - 1 and peak != 0:
        reason = f"The last phase takes no time at all, and torch divides by that at step {total} of the cycle"
        yield Fault("pct_start", reason, "Choose a smaller share.", total, total)
        return
    name = "total_steps" if values["total_steps"] is not None else "epochs"
    reach = max((turn.last_count for turn in turns), default=total)
    way_out = f"Let the cycle have {reach} steps, or make a shorter run."
    reason = f"The cycle ends after {total} step{'s' * (total != 1)}"
    yield Fault(name, reason, way_out, total + 1, exception="ValueError")


def one_cycle_length(values: Values) -> int | None:
    """Return how many steps OneCycleLR is made for, None when it is not told."""
    total: int | None = values["total_steps"]
    if total is not None:
        return total
    if values["epochs"] is None or values["steps_per_epoch"] is None:
        return None
    epochs: int = values["epochs"]
    return epochs * int(values["steps_per_epoch"])


_FAULTS: Mapping[str, Callable[[Values, tuple[Turn, ...]], Iterator[Fault]]] = {
    "StepLR": _step,
    "ConstantLR": _constant,
    "LinearLR": _linear,
    "PolynomialLR": _polynomial,
    "CosineAnnealingLR": _cosine,
    "CyclicLR": _cyclic,
    "OneCycleLR": _one_cycle,
}
