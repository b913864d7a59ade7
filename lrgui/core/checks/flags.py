"""Checks of the optimizer's switches: which of them go together, and which need more than a CPU."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from lrgui.core.checks.options import error, warning
from lrgui.core.problems import Problem

_REFUSED_TOGETHER = (("foreach", "fused"), ("fused", "differentiable"))

_LOOK_WITHOUT_GRADIENTS = ("Adamax", "Adagrad", "Adadelta")
"""The classes whose foreach code looks at differentiable even where no parameter has a gradient."""


def flag_problems(
    class_name: str, values: Mapping[str, Any], place: str, own: set[str] | None = None
) -> Iterator[Problem]:
    """Yield what comes of the switches in `values`; with the names of its `own` options they are those of a group."""
    on = {name for name in ("foreach", "fused", "capturable", "differentiable") if values.get(name) is True}
    told = on if own is None else on & own
    for one, other in _REFUSED_TOGETHER:
        if own is None and {one, other} <= on:
            yield error(f"{place}.{other}", f"{one} and {other} cannot both be true.")
    if "differentiable" in told and "foreach" in on and class_name != "SGD":
        yield warning(f"{place}.differentiable", _describe_foreach(class_name), "Set one of the two to false.")
    elif "differentiable" in told:
        message = "differentiable does not work with a model's own weights: the first step with gradients raises a "
        yield warning(f"{place}.differentiable", f"{message}RuntimeError.", "Set it to false.")
    # The fused code does not look at it on a CPU.
    if "capturable" in told and "fused" not in on:
        message = "capturable needs a GPU; on the CPU the first step with gradients raises an AssertionError."
        yield warning(f"{place}.capturable", message, "Set it to false.")


def _describe_foreach(class_name: str) -> str:
    when = "the first step" if class_name in _LOOK_WITHOUT_GRADIENTS else "the first step with gradients"
    return f"foreach and differentiable do not go together: {when} raises an AssertionError."
