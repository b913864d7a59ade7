"""The metric that ReduceLROnPlateau is stepped with, one value per scheduler step."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, count, repeat
from typing import Any, cast

from lrgui.core.errors import RecipeError
from lrgui.core.expression import Expression
from lrgui.core.recipe import Choice


def metric_values(metric: Choice | None) -> Iterator[Any]:
    """Return the endless metric: `values`, of which the last repeats, or an `expression` over `step`; nothing for None.

    `step` counts the scheduler's steps from 0.

    Raises:
        RecipeError: when it is a metric that cannot be had without training.
        ExpressionError: when the expression is not safe arithmetic.
    """
    if metric is None:
        return iter(())
    match metric.class_name:
        case "values":
            values = cast("tuple[float, ...]", metric.options["values"])
            return chain(values, repeat(values[-1]))
        case "expression":
            return map(Expression(cast("str", metric.options["expression"]), ("step",)), count())
        case name:
            raise RecipeError("run.metric.class", f"there is no metric {name!r} with this workload")
