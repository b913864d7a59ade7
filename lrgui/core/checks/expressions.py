"""Checks of expressions at the values at which torch is certain to call them."""

from __future__ import annotations

from collections.abc import Iterator

from lrgui.core.checks.options import error
from lrgui.core.errors import ExpressionError
from lrgui.core.expression import Expression
from lrgui.core.problems import Problem
from lrgui.core.recipe import Value


def evaluation_problem(text: Value, variables: tuple[str, ...], at: float, place: str) -> Iterator[Problem]:
    """Yield the failure of an expression at one value of its only variable; `text` may be one per group."""
    for one in text if isinstance(text, tuple) else (text,):
        if not isinstance(one, str):
            continue
        try:
            Expression(one, variables)(at)
        except ExpressionError as failure:
            yield error(place, f"{failure}.")
            return
