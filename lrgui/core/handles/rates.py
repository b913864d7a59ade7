"""Handles along y: the learning rates that optimizer and groups begin with."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from lrgui.core.catalog import KNOWN_OPTIMIZERS
from lrgui.core.checks.groups import check_model, first_rate, has_patterns
from lrgui.core.checks.options import find_entry
from lrgui.core.groups import ResolvedGroup, resolve_groups
from lrgui.core.handles.handle import Handle, Snap
from lrgui.core.numbers import format_number
from lrgui.core.recipe import Options, Recipe

_DIGITS = 3
_FIRST_RATE = Decimal("1e-6")
_SET_THE_RATE = ("OneCycleLR", "CyclicLR")
"""Schedulers with learning rates of their own, whatever the optimizer begins with."""


@dataclass(frozen=True, slots=True)
class RateSetting:
    """The learning rate of a group, or the optimizer's, which all groups without one of their own share."""

    recipe: Recipe
    rate: float
    group: int | None = None

    @property
    def handle(self) -> Handle:
        """What is seen of it."""
        label = "lr" if self.group is None else f"lr of {self.recipe.groups[self.group].name}"
        place = "optimizer" if self.group is None else f"groups[{self.group}]"
        return Handle("rate", label, f"{place}.options.lr", "y", self.rate, f"{label} {format_number(self.rate)}")

    def moved(self, position: float, snap: Snap) -> Recipe:
        """Return the recipe with a learning rate, to three digits; nothing below zero is one."""
        return self._with_rate(float(f"{max(position, 0.0):.{_DIGITS}g}")) if math.isfinite(position) else self.recipe

    def nudged(self, count: int, snap: Snap) -> Recipe:
        """Return the recipe with a rate that is `count` more in its second digit."""
        if self.rate == 0:
            return self._with_rate(float(max(count, 0) * _FIRST_RATE))
        rate = Decimal(repr(self.rate))
        is_power = rate == Decimal(10) ** rate.adjusted()
        unit = Decimal(10) ** (rate.adjusted() - (2 if count < 0 and is_power else 1))
        return self._with_rate(float(max(rate + count * unit, Decimal(0))))

    def _with_rate(self, rate: float) -> Recipe:
        if rate == self.rate or not math.isfinite(rate):
            return self.recipe
        if self.group is None:
            optimizer = self.recipe.optimizer
            return replace(self.recipe, optimizer=replace(optimizer, options=optimizer.options.with_value("lr", rate)))
        groups = list(self.recipe.groups)
        group = groups[self.group]
        groups[self.group] = replace(group, options=group.options.with_value("lr", rate))
        return replace(self.recipe, groups=tuple(groups))


def rate_settings(recipe: Recipe) -> Iterator[RateSetting]:
    """Yield the optimizer's learning rate where a group has none of its own, and those that groups have."""
    scheduler = recipe.scheduler
    if scheduler is not None and any(node.class_name in _SET_THE_RATE for _, node in scheduler.walk()):
        return
    entry, groups = find_entry(KNOWN_OPTIMIZERS, recipe.optimizer.class_name), _groups(recipe)
    if entry is None or entry.field("lr") is None:
        return
    if any("lr" not in group.options for group in groups.values()):
        yield from _setting(recipe, Options(), None)
    for index, group in groups.items():
        if "lr" in group.options:
            yield from _setting(recipe, group.options, index)


def _setting(recipe: Recipe, own: Options, group: int | None) -> Iterator[RateSetting]:
    rate = first_rate(recipe, own)
    if rate is not None and math.isfinite(rate) and rate >= 0:
        yield RateSetting(recipe, rate, group)


def _groups(recipe: Recipe) -> dict[int, ResolvedGroup]:
    """Return the groups that are trained, from the beginning or later on, by their index in the recipe."""
    _, parameters = check_model(recipe.model)
    if parameters is None or not all(map(has_patterns, recipe.groups)):
        return {}
    joining = {one.group for one in recipe.run.unfreeze}
    resolved = enumerate(resolve_groups(recipe, parameters))
    return {index: group for index, group in resolved if not group.frozen or group.name in joining}
