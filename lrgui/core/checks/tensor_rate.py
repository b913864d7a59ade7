"""Checks of a learning rate that is a tensor: who refuses one, and who shares one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from lrgui.core.checks.options import error, warning
from lrgui.core.groups import ResolvedGroup, trained_groups
from lrgui.core.problems import Problem
from lrgui.core.recipe import Recipe

_TENSOR = "lr_is_tensor"
_REFUSES_WITH_FOREACH = ("Adam", "AdamW")


def tensor_rate_problems(
    recipe: Recipe, values: Mapping[str, Any], resolved: tuple[ResolvedGroup, ...] | None
) -> Iterator[Problem]:
    """Yield what comes of tensors; `values` are the optimizer's options with defaults, `resolved` the groups."""
    refuses = recipe.optimizer.class_name in _REFUSES_WITH_FOREACH
    if values.get(_TENSOR):
        if refuses and _meets_foreach(values):
            message = f"{recipe.optimizer.class_name} refuses an lr that is a tensor with foreach but not capturable."
            yield error("optimizer.options.foreach", message, "Leave foreach empty.")
        yield from _sharing_problems(recipe, trained_groups(resolved or ()))
    for index, group in enumerate(recipe.groups):
        own = {**values, **group.options}
        if refuses and group.options.get(_TENSOR) and not values.get(_TENSOR) and _meets_foreach(own):
            message = (
                f"{recipe.optimizer.class_name} takes an lr that is a tensor in a group, but with foreach and not "
                "capturable the first step with gradients raises a RuntimeError."
            )
            yield warning(f"groups[{index}].options.{_TENSOR}", message, "Leave foreach empty.")


def _meets_foreach(values: Mapping[str, Any]) -> bool:
    return values.get("foreach") is True and not values.get("capturable")


def _sharing_problems(recipe: Recipe, trained: tuple[ResolvedGroup, ...]) -> Iterator[Problem]:
    """Yield a warning where groups without an lr of their own share the optimizer's, which schedulers fill in place."""
    sharing = [group.name for group in trained if not {"lr", _TENSOR} & set(group.options)]
    if recipe.scheduler is None or len(sharing) < 2:
        return
    names = f"{', '.join(sharing[:-1])} and {sharing[-1]}"
    message = (
        f"The groups {names} share one lr tensor, which torch changes in place: all get what a schedule gives to the "
        "last of them, and ReduceLROnPlateau reduces it once for each."
    )
    yield warning(f"optimizer.options.{_TENSOR}", message, "Give each group an lr of its own.")
