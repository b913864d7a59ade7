"""Checks of one scheduler's options together: what its constructor refuses, and what comes of the rest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

from lrgui.core.catalog import Entry
from lrgui.core.checks.faults import Values
from lrgui.core.checks.one_cycle import one_cycle_doubts, one_cycle_refusals
from lrgui.core.checks.options import error, warning
from lrgui.core.checks.turns import Turn, furthest_count
from lrgui.core.problems import Problem

Rates: TypeAlias = Mapping[str, float]
"""The learning rate of each group before there is a scheduler."""


def refusals_of(name: str, values: Values, place: str, optimizer: Entry | None, left: set[str]) -> Iterator[Problem]:
    """Yield what torch's constructor refuses; `left` are the keys that earlier schedulers set in the groups."""
    resumed = values.get("last_epoch", -1) != -1
    if resumed and "initial_lr" not in left:
        message = "last_epoch goes on from an earlier run, but this one starts afresh, and torch raises a KeyError."
        yield error(f"{place}.last_epoch", message, "Leave it at -1.")
    elif resumed and name == "OneCycleLR" and _wanted_by_one_cycle(values) - left:
        message = "last_epoch of OneCycleLR needs the state of an earlier run, and torch raises a KeyError."
        yield error(f"{place}.last_epoch", message, "Leave it at -1.")
    if values.get("cycle_momentum") and optimizer and not (optimizer.field("momentum") or optimizer.field("betas")):
        message = f"{optimizer.class_name} has no momentum that {name} could cycle."
        yield error(f"{place}.cycle_momentum", message, "Set cycle_momentum to false.")
    if name == "OneCycleLR":
        yield from one_cycle_refusals(values, place, fresh=not resumed)
    if name == "CyclicLR":
        yield from _cyclic_refusals(values, place)


def doubts_of(
    name: str, values: Values, place: str, turns: tuple[Turn, ...], used: int, rates: Rates
) -> Iterator[Problem]:
    """Yield what torch makes of options that are hardly meant together.

    `used` is the last step of the root whose learning rate an optimizer step uses.
    """
    find = _DOUBTS.get(name)
    if find is not None:
        yield from find(values, place, furthest_count(turns, used), rates)


def _wanted_by_one_cycle(values: Values) -> set[str]:
    return {"max_lr", "max_momentum"} if values["cycle_momentum"] else {"max_lr"}


def _cyclic_refusals(values: Values, place: str) -> Iterator[Problem]:
    up = values["step_size_up"]
    down = up if values["step_size_down"] is None else values["step_size_down"]
    if up == 0:
        yield error(f"{place}.step_size_up", "CyclicLR divides by the share of the way up, which is 0.", "Choose 1.")
    elif up + down == 0:
        message = "CyclicLR divides by the length of the cycle, which is 0."
        yield error(f"{place}.step_size_down", message, "Choose 1 or more.")


def _cyclic(values: Values, place: str, _: int, __: Rates) -> Iterator[Problem]:
    lows, highs = values["base_lr"], values["max_lr"]
    count = max((len(rates) for rates in (lows, highs) if isinstance(rates, tuple)), default=1)
    pairs = zip(_per_group(lows, count), _per_group(highs, count), strict=False)
    if any(low > high for low, high in pairs):
        message = "base_lr is above max_lr, so that the cycle is upside down: down first, then up."
        yield warning(f"{place}.base_lr", message, "Swap the two if that is not meant.")


def _per_group(value: Any, count: int) -> tuple[Any, ...]:
    return value if isinstance(value, tuple) else (value,) * count


def _multi_step(values: Values, place: str, _: int, __: Rates) -> Iterator[Problem]:
    counted: Counter[float] = Counter(values["milestones"])
    repeated = [milestone for milestone, times in counted.items() if times > 1]
    if repeated:
        step = min(repeated)
        times = counted[step]
        how_often = "twice" if times == 2 else f"{times} times"
        message = f"The milestone {step:.12g} is listed {how_often}, and the learning rate decays {how_often} there."
        yield warning(f"{place}.milestones", message)


def _cosine(values: Values, place: str, reach: int, rates: Rates) -> Iterator[Problem]:
    period = abs(values["T_max"])
    if 0 < period < reach:
        message = f"The learning rate rises again after T_max = {period:.12g} steps, and the run goes on to {reach}."
        yield warning(f"{place}.T_max", message, f"Set T_max to {reach} or more if that is not meant.")
    yield from _rising(values, place, reach, rates)


def _rising(values: Values, place: str, _: int, rates: Rates) -> Iterator[Problem]:
    bottom = values["eta_min"]
    above = [name for name, rate in rates.items() if 0 <= rate < bottom]
    if above:
        message = f"eta_min is above the learning rate of {', '.join(above[:3])}, which therefore rises to it."
        yield warning(f"{place}.eta_min", message, "Choose a lower eta_min: all groups share it.")


def _plateau(values: Values, place: str, _: int, rates: Rates) -> Iterator[Problem]:
    lowest = _per_group(values["min_lr"], len(rates))
    held = [name for (name, rate), low in zip(rates.items(), lowest, strict=False) if 0 <= rate <= low and low > 0]
    if held:
        message = f"The learning rate of {', '.join(held[:3])} is not above min_lr and is therefore never reduced."
        yield warning(f"{place}.min_lr", message, "Choose a lower min_lr.")


def _one_cycle(values: Values, place: str, reach: int, _: Rates) -> Iterator[Problem]:
    yield from one_cycle_doubts(values, place, reach)


_DOUBTS: Mapping[str, Callable[[Values, str, int, Rates], Iterator[Problem]]] = {
    "CyclicLR": _cyclic,
    "MultiStepLR": _multi_step,
    "CosineAnnealingLR": _cosine,
    "CosineAnnealingWarmRestarts": _rising,
    "OneCycleLR": _one_cycle,
    "ReduceLROnPlateau": _plateau,
}
