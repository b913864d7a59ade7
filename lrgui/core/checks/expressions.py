"""Checks of expressions at the values at which torch calls them."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import islice
from typing import Any

from lrgui.core.checks.faults import Values
from lrgui.core.checks.options import error, warning
from lrgui.core.checks.turns import Turn, moment
from lrgui.core.errors import ExpressionError
from lrgui.core.expression import Expression
from lrgui.core.problems import Problem
from lrgui.core.recipe import Run, Scheduler, Value

MOST_READ = 500_000
"""The most characters of expressions that are read in one check, a call counted as 100; they take some milliseconds."""

_CALL = 100
_MOST_CALLS = 1000


def reading_cost(root: Scheduler) -> int:
    """Return how many characters are read when each expression of a tree is called once."""
    values = (scheduler.options.get(option) for _, scheduler in root.walk() for option in ("lr_lambda", "scale_fn"))
    lists = (value if isinstance(value, tuple) else (value,) for value in values)
    return sum(_CALL + len(text) for texts in lists for text in {one for one in texts if isinstance(one, str)})


def calls_tried(cost: int) -> int:
    """Return how many calls of each expression are tried before the run, by their `cost`; a preview makes all."""
    return min(_MOST_CALLS, MOST_READ // max(cost, 1))


def evaluation_problem(text: Value, variables: tuple[str, ...], at: float, place: str) -> Iterator[Problem]:
    """Yield the failure of an expression at one value of its only variable; `text` may be one per group."""
    failure = _failure(_expressions(text, variables), at)
    if failure:
        yield error(place, f"{failure}.")


def first_call_problem(name: str, values: Values, place: str) -> Iterator[Problem]:
    """Yield what an expression raises at its first call, which for LambdaLR and CyclicLR is the construction."""
    if name == "LambdaLR":
        yield from evaluation_problem(values["lr_lambda"], ("epoch",), 0, f"{place}.lr_lambda")
    if name == "CyclicLR":
        first = 1 if values["scale_mode"] == "cycle" else 0
        yield from evaluation_problem(values["scale_fn"], ("x",), first, f"{place}.scale_fn")


def later_call_problem(
    name: str, values: Values, place: str, turns: tuple[Turn, ...], run: Run, calls: int
) -> Iterator[Problem]:
    """Yield where an expression fails later, or makes a learning rate negative, within its first `calls`."""
    option, variables = _CALLED.get(name, ("", ()))
    expressions = _expressions(values.get(option), variables)
    if not expressions or _failure(expressions, _first_argument(name, values)):
        return
    negative_at = None
    for step, count in islice(_counts(turns), calls):
        argument = _argument(name, values, count)
        try:
            factors = [expression(argument) for expression in expressions]
        except ExpressionError as failure:
            message = f"{failure}, and the run ends {moment(run, step)}."
            yield (warning if step else error)(f"{place}.{option}", message)
            return
        if negative_at is None and min(factors) < 0:
            negative_at = step
    if negative_at is not None and name != "CyclicLR":
        message = (
            f"The factor is negative {moment(run, negative_at)}, and so is the learning rate, which torch accepts."
        )
        yield warning(f"{place}.{option}", message)


_CALLED = {
    "LambdaLR": ("lr_lambda", ("epoch",)),
    "MultiplicativeLR": ("lr_lambda", ("epoch",)),
    "CyclicLR": ("scale_fn", ("x",)),
}


def _expressions(text: Value, variables: tuple[str, ...]) -> list[Expression]:
    texts = dict.fromkeys(text if isinstance(text, tuple) else (text,))
    return [Expression(one, variables) for one in texts if isinstance(one, str)]


def _failure(expressions: list[Expression], at: float) -> str:
    for expression in expressions:
        try:
            expression(at)
        except ExpressionError as failure:
            return str(failure)
    return ""


def _counts(turns: tuple[Turn, ...]) -> Iterator[tuple[int, int]]:
    """Yield each of the root's steps in the turns, with the scheduler's own count there."""
    for turn in turns:
        for step in range(turn.first, turn.last + 1):
            yield step, turn.count + step - turn.first


def _first_argument(name: str, values: Values) -> float:
    """Return what the expression is called with while the scheduler is built; MultiplicativeLR calls it at step 1."""
    count: Any = values.get("last_epoch", -1) + 1
    return _argument(name, values, max(count, 1) if name == "MultiplicativeLR" else count)


def _argument(name: str, values: Values, count: int) -> float:
    """Return what torch calls the expression with at a count: CyclicLR with the number of the cycle, if so wanted."""
    if name != "CyclicLR" or values["scale_mode"] != "cycle":
        return count
    up = float(values["step_size_up"])
    total = up + (up if values["step_size_down"] is None else float(values["step_size_down"]))
    return math.floor(1 + count / total)
