"""Checks of the optimizer: what torch refuses or what raises later, beyond each option by itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from lrgui.core.catalog import KNOWN_OPTIMIZERS
from lrgui.core.checks.flags import flag_problems
from lrgui.core.checks.options import choice_problems, error, find_entry, has_error, warning
from lrgui.core.checks.parameters import parameter_problems
from lrgui.core.checks.tensor_rate import tensor_rate_problems
from lrgui.core.groups import ResolvedGroup
from lrgui.core.problems import Problem
from lrgui.core.recipe import Recipe


def optimizer_problems(recipe: Recipe, resolved: tuple[ResolvedGroup, ...] | None) -> Iterator[Problem]:
    """Yield what is wrong with the optimizer and with its options together; `resolved` is None when unknown."""
    own = tuple(choice_problems(KNOWN_OPTIMIZERS, recipe.optimizer, "optimizer", "optimizer"))
    yield from own
    entry = find_entry(KNOWN_OPTIMIZERS, recipe.optimizer.class_name)
    if entry is None:
        return
    name, options = entry.class_name, recipe.optimizer.options
    if not has_error(own):
        values = entry.with_defaults(options)
        yield from _combination_problems(name, values)
        yield from flag_problems(name, values, "optimizer.options")
        for option, message in _pair_complaints(options):
            yield error(f"optimizer.options.{option}", message)
        yield from tensor_rate_problems(recipe, values, resolved)
    for index, group in enumerate(recipe.groups):
        place = f"groups[{index}].options"
        yield from flag_problems(name, {**entry.with_defaults(options), **group.options}, place, set(group.options))
        for option, message in _pair_complaints(group.options):
            yield warning(f"{place}.{option}", f"{message} In a group torch does not check that.")
    if resolved is not None:
        yield from parameter_problems(name, recipe, resolved)


def _combination_problems(class_name: str, values: Mapping[str, Any]) -> Iterator[Problem]:
    if class_name in ("Adam", "AdamW") and any(isinstance(beta, int) for beta in values["betas"]):
        message = f"{class_name} refuses betas that are whole numbers."
        yield error("optimizer.options.betas", message, "Write 0.0 instead of 0.")
    if class_name == "SGD" and values["nesterov"]:
        if values["momentum"] == 0:
            yield error("optimizer.options.momentum", "nesterov needs a momentum above 0.")
        if values["dampening"] != 0:
            yield error("optimizer.options.dampening", "nesterov needs a dampening of 0.")


def _pair_complaints(options: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with pairs whose two numbers differ in meaning, with the option that it is about."""
    match options.get("etas"):
        case (int() | float() as shrink, int() | float() as grow) if not 0 < shrink < 1 < grow:
            yield "etas", "The first of the etas must be between 0 and 1 and the second above 1."
    match options.get("eps"):
        case (_, None):
            yield "eps", "Only the first number of eps may be empty."
