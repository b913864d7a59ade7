from __future__ import annotations

import math
import pickle
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lrgui.core.errors import ExpressionError
from lrgui.core.expression import MAX_LENGTH, Expression

EPOCH = ("epoch",)

FUNCTIONS = {
    **{name: getattr(math, name) for name in ("sin", "cos", "tan", "exp", "log", "sqrt", "floor", "ceil", "pi", "e")},
    **{"abs": abs, "min": min, "max": max, "pow": pow},
}


def python(text: str, epoch: int) -> float:
    """Python's own answer, with whole numbers as they are."""
    return float(eval(text, {"__builtins__": {}, **FUNCTIONS, "epoch": epoch}))


@pytest.mark.parametrize(
    "text",
    [
        "0.9**epoch",
        "(epoch/max(1,2)) if epoch<2 else 1/sqrt(epoch/2)",
        "((epoch+1)/2) if epoch<2 else max(0,(0.5*(1+cos(pi*((epoch-2+1)/8))))*(1-1e-5/0.2)+1e-5/0.2)",
        "min(1, epoch/7) * 0.5 * (1 + cos(pi * epoch / 1000))",
        "epoch // 3 % 4 - -2 + +epoch",
        "2**-epoch",
        "epoch**3 - 3**5",
        "0 < epoch <= 5 != 7",
        "(epoch < 5) + (epoch < 50)",
        "1 if epoch else 0",
        "log(epoch + 1) + log(8, 2) + exp(-epoch) + tan(1) + sin(epoch)",
        "floor(epoch / 3) + ceil(-epoch / 3) + abs(-epoch) + pow(epoch, 2)",
        "pi * e",
        " 1_000 + .5e1 ",
    ],
)
def test_result_is_the_bits_that_python_gives(text: str) -> None:
    expression = Expression(text, EPOCH)
    for epoch in (0, 1, 2, 3, 7, 100, 999, 12345):
        if text == "2**-epoch" and epoch > 1000:
            continue
        result = expression(epoch)
        assert type(result) is float
        assert result == python(text.strip(), epoch)


@st.composite
def arithmetic(draw: st.DrawFn, depth: int = 4) -> str:
    if depth == 0 or draw(st.booleans()):
        return draw(st.one_of(st.just("epoch"), st.integers(0, 50).map(str), st.floats(0, 9).map(lambda x: f"{x:.3f}")))
    left, right = draw(arithmetic(depth - 1)), draw(arithmetic(depth - 1))
    shape = draw(
        st.sampled_from(
            [
                *("({0} + {1})", "({0} - {1})", "({0} * {1})", "({0} / {1})", "({0} // {1})", "({0} % {1})"),
                *("(-{0})", "({0})**2", "({0} if {1} > 2 else {1})"),
                *("min({0}, {1})", "max({0}, {1})", "cos({0})", "floor({0})"),
            ]
        )
    )
    return shape.format(left, right)


@given(arithmetic(), st.integers(0, 10**6))
def test_generated_arithmetic_agrees_with_python(text: str, epoch: int) -> None:
    try:
        # Python's whole numbers are exact beyond 2**53, doubles are not: let Python calculate with doubles there.
        expected = python(text, float(epoch))  # type: ignore[arg-type]
        whole = python(text, epoch)
    except (ArithmeticError, ValueError):
        with pytest.raises(ExpressionError):
            Expression(text, EPOCH)(epoch)
        return
    result = Expression(text, EPOCH)(epoch)
    assert result in (expected, whole) or math.isclose(result, whole, rel_tol=1e-9)


HOSTILE = [
    "__import__('os').system('true')",
    "epoch.__class__",
    "().__class__.__base__.__subclasses__()",
    "(1).real",
    "epoch[0]",
    "[x for x in (1,)]",
    "{epoch: 1}",
    "{1, 2}",
    "(lambda: 1)()",
    "lambda: 1",
    "(n := 5)",
    "f'{epoch}'",
    "'text'",
    "b'bytes'",
    "print(1)",
    "eval('1')",
    "open('x')",
    "exec('1')",
    "epoch and 1",
    "epoch or 1",
    "not epoch",
    "~epoch",
    "1 | 2",
    "1 << 9999",
    "1 @ 2",
    "1 in (1,)",
    "epoch is 1",
    "True",
    "None",
    "...",
    "1j",
    "0x10",
    "1if epoch else 2",
    "1, 2",
    "max(*epoch, 1)",
    "max(1, key=2)",
    "sin(x=1)",
    "sin(1)(2)",
    "sin",
    "sin()",
    "max(1)",
    "epoch epoch",
    "yield 1",
    "(yield)",
    "await epoch",
    "import os",
    "1; 2",
    "epoch = 2",
    "",
    "   ",
    "1 # comment",
    "1 + \\\n 2",
    "1\x002",
    "\uff45poch",
    "\u00e9",
    "\ud800",
    "1e999",
    "9" * 400,
    "9" * 1999,
    "9" * 6000,
    "(" * 999 + "1" + ")" * 999,
    "-" * 1999 + "1",
    "1+" * 900 + "1",
    "1 if 1 else " * 150 + "1",
    "a" * MAX_LENGTH,
    "1" + "+1" * MAX_LENGTH,
]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text[:30]))
def test_whatever_is_not_arithmetic_is_refused_with_a_sentence_and_a_column(text: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        Expression(text, EPOCH)
    assert str(caught.value)
    assert 0 <= caught.value.column <= len(text)


@given(st.one_of(st.text(), st.text("epoch0123456789.+-*/%()<>=!, ifelsnacox_[]{}:'\"\\\n\t#jx@~&|", max_size=60)))
def test_any_text_is_an_expression_or_an_expression_error(text: str) -> None:
    try:
        result = Expression(text, EPOCH)(3)
    except ExpressionError:
        return
    assert math.isfinite(result)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1/epoch", "1/epoch divides by zero at epoch = 0"),
        ("epoch**-1", "divides by zero"),
        ("epoch % epoch", "divides by zero"),
        ("9**9**9**9", "grows beyond the largest number at epoch = 0"),
        ("exp(1e9)", "grows beyond the largest number"),
        ("1e308 * 10", "grows beyond the largest number"),
        ("log(epoch)", "has no real value at epoch = 0"),
        ("sqrt(-1)", "has no real value"),
        ("(-8)**(1/3)", "has no real value"),
        ("abs((-8)**(1/3))", "has no real value"),
        ("floor(1e308*10)", "grows beyond"),
        ("((0<1)+(0<1))**((0<1)+(0<1))**((0<1)+(0<1))**((0<1)+(0<1))**((0<1)+(0<1))**9", "grows beyond"),
    ],
)
def test_what_has_no_value_raises_with_the_variable_named(text: str, said: str) -> None:
    with pytest.raises(ExpressionError, match=re.escape(said)):
        Expression(text, EPOCH)(0)


def test_unknown_name_is_told_with_those_that_there_are() -> None:
    with pytest.raises(ExpressionError, match="there is no name 'foo'; there are epoch, pi, e") as caught:
        Expression("  1 + foo", EPOCH)
    assert caught.value.column == 6


def test_equal_when_text_and_variables_are_equal() -> None:
    assert Expression("x", ("x",)) == Expression("x", ("x",))
    assert Expression("2", ("x",)) != Expression("2", ("y",))
    assert len({Expression("x", ("x",)), Expression("x", ("x",)), Expression("x*1", ("x",))}) == 2


def test_a_copy_by_pickle_calculates_alike() -> None:
    copy = pickle.loads(pickle.dumps(Expression("2*x + y", ("x", "y"))))
    assert copy(3, 4) == 10
    assert copy == Expression("2*x + y", ("x", "y"))


def test_values_are_taken_in_the_order_of_the_variables() -> None:
    assert Expression("a - b", ("b", "a"))(1, 5) == 4
