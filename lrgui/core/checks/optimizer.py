"""Checks of the optimizer: what torch refuses or what raises later, beyond each option by itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from lrgui.core.catalog import KNOWN_OPTIMIZERS
from lrgui.core.checks.options import choice_problems, error, find_entry
from lrgui.core.groups import ResolvedGroup
from lrgui.core.problems import Problem, Severity
from lrgui.core.recipe import Recipe

_EXCLUSIVE_FLAGS = (("foreach", "fused"), ("fused", "differentiable"), ("foreach", "differentiable"))

_FLAGS_WITHOUT_GRADIENTS = {
    "capturable": "capturable needs a GPU; on the CPU the first step with gradients raises an AssertionError.",
    "differentiable": "differentiable refuses weights of a model; the first step with gradients raises a RuntimeError.",
}


def optimizer_problems(recipe: Recipe, resolved: tuple[ResolvedGroup, ...] | None) -> Iterator[Problem]:
    """Yield what is wrong with the optimizer and with its options together; `resolved` is None when unknown."""
    own = tuple(choice_problems(KNOWN_OPTIMIZERS, recipe.optimizer, "optimizer", "optimizer"))
    yield from own
    entry = find_entry(KNOWN_OPTIMIZERS, recipe.optimizer.class_name)
    if entry is None:
        return
    if not own:
        values = entry.with_defaults(recipe.optimizer.options)
        yield from _combination_problems(entry.class_name, values)
        yield from _pair_problems(recipe.optimizer.options, "optimizer.options")
    for index, group in enumerate(recipe.groups):
        yield from _pair_problems(group.options, f"groups[{index}].options")
    if resolved is not None:
        yield from _group_problems(entry.class_name, recipe, resolved)


def _combination_problems(class_name: str, values: Mapping[str, Any]) -> Iterator[Problem]:
    if class_name in ("Adam", "AdamW") and any(isinstance(beta, int) for beta in values["betas"]):
        message = f"{class_name} refuses betas that are whole numbers."
        yield error("optimizer.options.betas", message, "Write 0.0 instead of 0.")
    if class_name == "SGD" and values["nesterov"]:
        if values["momentum"] == 0:
            yield error("optimizer.options.momentum", "nesterov needs a momentum above 0.")
        if values["dampening"] != 0:
            yield error("optimizer.options.dampening", "nesterov needs a dampening of 0.")
    for one, other in _EXCLUSIVE_FLAGS:
        if values.get(one) and values.get(other):
            yield error(f"optimizer.options.{other}", f"{one} and {other} cannot both be true.")
    for name, message in _FLAGS_WITHOUT_GRADIENTS.items():
        if values.get(name):
            yield Problem(Severity.WARNING, f"optimizer.options.{name}", message)


def _pair_problems(options: Mapping[str, Any], place: str) -> Iterator[Problem]:
    """Yield what is wrong with pairs whose two numbers differ in meaning."""
    match options.get("etas"):
        case (int() | float() as shrink, int() | float() as grow) if not 0 < shrink < 1 < grow:
            yield error(f"{place}.etas", "The first of the etas must be below 1 and the second above 1.")
    match options.get("eps"):
        case (_, None):
            yield error(f"{place}.eps", "Only the first number of eps may be empty.")


def _group_problems(class_name: str, recipe: Recipe, resolved: tuple[ResolvedGroup, ...]) -> Iterator[Problem]:
    trained = [(index, group) for index, group in enumerate(resolved) if not group.frozen]
    if class_name == "LBFGS" and len(trained) > 1:
        names = ", ".join(group.name for _, group in trained)
        yield error("groups", f"LBFGS takes a single group, and there are {len(trained)}: {names}.")
    if class_name != "Muon":
        return
    for index, group in trained:
        refused = [parameter.name for parameter in group.parameters if len(parameter.shape) != 2]
        if refused:
            place = f"groups[{index}].match" if index < len(recipe.groups) else "groups"
            shown = ", ".join(refused[:5]) + (f" and {len(refused) - 5} more" if len(refused) > 5 else "")
            message = f"Muon takes two-dimensional parameters only, unlike {shown}."
            yield error(place, message, "Freeze these in a group of their own.")
