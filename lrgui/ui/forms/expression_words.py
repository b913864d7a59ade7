"""What can be written in an expression, in words: variables, constants, functions, and expressions to begin with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lrgui.core.catalog import METRICS, SCHEDULERS
from lrgui.core.expression import CONSTANTS
from lrgui.core.fields import Field


@dataclass(frozen=True, slots=True)
class Word:
    """A name that an expression may use, and its meaning. A function has a `call`, such as `log(x, base)`."""

    name: str
    meaning: str
    call: str = ""


@dataclass(frozen=True, slots=True)
class ReadyExpression:
    """A whole expression, and what it is called."""

    title: str
    text: str


FUNCTIONS = (
    Word("min", "the smallest of several", "min(a, b, …)"),
    Word("max", "the largest of several", "max(a, b, …)"),
    Word("cos", "cosine, of radians", "cos(x)"),
    Word("sin", "sine, of radians", "sin(x)"),
    Word("tan", "tangent, of radians", "tan(x)"),
    Word("exp", "e to the power of x", "exp(x)"),
    Word("log", "natural logarithm, or to a base", "log(x, base)"),
    Word("sqrt", "square root", "sqrt(x)"),
    Word("pow", "a to the power of b, as a**b", "pow(a, b)"),
    Word("floor", "next whole number below", "floor(x)"),
    Word("ceil", "next whole number above", "ceil(x)"),
    Word("abs", "without its sign", "abs(x)"),
)

_CONSTANTS = {"pi": "3.14159…", "e": "2.71828…"}

_VARIABLES = {
    "epoch": "the scheduler's steps, from 0",
    "step": "the scheduler's steps, from 0",
    "x": "the number of the cycle or of the step",
}

_READY = {
    "LambdaLR": (
        ReadyExpression("Linear warm-up", "min(1, (epoch + 1) / 100)"),
        ReadyExpression(
            "Warm-up, half cosine",
            "(epoch + 1) / 100 if epoch < 100 else 0.5 * (1 + cos(pi * min(1, (epoch - 100) / 900)))",
        ),
        ReadyExpression("Warm-up, inverse square root", "min((epoch + 1) / 100, sqrt(100 / (epoch + 1)))"),
        ReadyExpression("Half cosine", "0.5 * (1 + cos(pi * min(1, epoch / 1000)))"),
        ReadyExpression("Linear decay", "max(0, 1 - epoch / 1000)"),
        ReadyExpression("Polynomial decay", "(1 - min(1, epoch / 1000))**2"),
        ReadyExpression("Exponential decay", "0.99**epoch"),
        ReadyExpression("Halved every 100 steps", "0.5**(epoch // 100)"),
    ),
    "MultiplicativeLR": (
        ReadyExpression("The same at every step", "0.995"),
        ReadyExpression("Halved every 100 steps", "0.5 if epoch % 100 == 0 else 1"),
        ReadyExpression("From step 500 on", "0.99 if epoch >= 500 else 1"),
        ReadyExpression("Inverse square root", "sqrt(epoch / (epoch + 1))"),
    ),
    "CyclicLR": (
        ReadyExpression("Halved with each x", "0.5**(x - 1)"),
        ReadyExpression("Inverse", "1 / max(1, x)"),
        ReadyExpression("Exponential decay", "0.999**x"),
    ),
    "expression": (
        ReadyExpression("Falls", "exp(-0.01 * step)"),
        ReadyExpression("Falls, then stays", "max(0.2, exp(-0.01 * step))"),
        ReadyExpression("Falls in stairs", "0.8**floor(step / 100)"),
        ReadyExpression("Falls, then rises", "0.2 + (step / 300 - 1)**2"),
        ReadyExpression("Falls and swings", "0.1 + exp(-0.01 * step) + 0.05 * sin(step)"),
    ),
}


def variables_of(field: Field) -> tuple[Word, ...]:
    """Return the variables that an expression of the field may use."""
    return tuple(Word(name, _VARIABLES.get(name, "a variable")) for name in field.variables)


def constants() -> tuple[Word, ...]:
    """Return the names that stand for a number."""
    return tuple(Word(name, _CONSTANTS[name]) for name in CONSTANTS)


def words_of(field: Field) -> tuple[Word, ...]:
    """Return all names that an expression of the field may use."""
    return (*variables_of(field), *constants(), *FUNCTIONS)


def ready_expressions(field: Field) -> tuple[ReadyExpression, ...]:
    """Return whole expressions that suit the field; what is a factor at one class is none at another."""
    return _READY_BY_FIELD.get(field, ())


def _by_field() -> Mapping[Field, tuple[ReadyExpression, ...]]:
    entries = {**SCHEDULERS, **METRICS}
    fields = ((field, ready) for name, ready in _READY.items() for field in entries[name].fields if field.variables)
    return dict(fields)


_READY_BY_FIELD = _by_field()
