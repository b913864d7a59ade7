from __future__ import annotations

import dis
import math
import pickle
import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lrgui.core.errors import ExpressionError
from lrgui.core.expression import ARGUMENT_COUNTS, MAX_LENGTH, MAX_NODES, Expression

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
    "epoch.__init__.__globals__['os']",
    "epoch.real.__class__.__mro__[-1]",
    "sin.__self__",
    "sin.__globals__",
    "min.__self__.__import__('os')",
    "__builtins__",
    "__builtins__['open']",
    "__loader__",
    "globals()",
    "getattr(epoch, 'real')",
    "pow.__call__(2, 3)",
    "pow(2, 3, 5)",
    "max(epoch for epoch in (1, 2))",
    "max([1, 2])",
    "min(**{})",
    "sum(1, 2)",
    "[epoch := 1]",
    "max(n := 1, 2)",
    "f'{().__class__}'",
    "f'{1:{9**9}}'",
    "'a' * 9**9",
    "[0] * 9**9",
    "(0,) * 9**9",
    "1 if (yield) else 2",
    "[*range(9)]",
    "(await sin(1))",
    "1 < 2 in (1,)",
    "1 is not 2",
    "not not 1",
    "1 ^ 2",
    "1 >> 2",
    "-(~1)",
    "`1`",
    "$1",
    "1?2:3",
    "1\r2",
    "1\n+2",
    "1\u2028+2",
    "1 \u2212 2",
    "\u0435poch",
    "p\u0456",
    "\u217f",
    "\u0661 + 1",
    "\uff08epoch\uff09",
    "epoch\u200b",
    "\u202e1 + epoch",
    "0x_1",
    "0b101",
    "0o17",
    "1_",
    "1__0",
    "007",
    "1e",
    "1.e+",
    "1e309",
    "-1e309",
    "1_0e3_0_9",
    "@epoch",
    "epoch:=1",
    "epoch;",
    "epoch,",
    "*epoch",
    "**epoch",
    "print",
    "lambda",
    "None if None else None",
    "sin(cos)",
    "epoch(1)",
    "pi(1)",
    "1(2)",
    "(1)(2)",
    "sin(1, 2)",
    "log(1, 2, 3)",
    "not(" * 400 + "1" + ")" * 400,
    "sin(" * 400 + "1" + ")" * 400,
    "min(1," * 250 + "1" + ")" * 250,
    "1<" * 999 + "1",
    "1if 1else " * 190 + "1",
    "2**" * 600 + "2",
    "[" * 999 + "]" * 999,
    "{" * 999 + "}" * 999,
    "f'" + "{" * 500 + "}" * 500 + "'",
    "a." * 900 + "a",
    "a[" * 600 + "0" + "]" * 600,
    "lambda: " * 240 + "1",
    "max(" + "1," * 998 + "1)",
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


FRAGMENTS = st.sampled_from(
    [
        *("epoch", "pi", "e", "2", "0.5", "1e300", "9", "x", "os", "__class__", "__builtins__", "True", "'t'", "1j"),
        *("{0} + {1}", "{0} - {1}", "{0} * {1}", "{0} / {1}", "{0} // {1}", "{0} % {1}", "{0} ** {1}", "({0})", "-{0}"),
        *("{0} < {1}", "{0} < {1} <= {2}", "{0} == {1} != {2}", "{0} if {1} else {2}", "min({0}, {1}, {2})"),
        *("sin({0})", "exp({0})", "log({0}, {1})", "floor({0})", "abs({0})", "pow({0}, {1})", "max({0}, {1})"),
        *(
            "{0}.{1}",
            "{0}[{1}]",
            "{0}({1})",
            "{0}({1}={2})",
            "{0} and {1}",
            "not {0}",
            "~{0}",
            "{0} in {1}",
            "{0} is {1}",
        ),
        *(
            "lambda {0}: {1}",
            "({0} := {1})",
            "[{0}]",
            "({0}, {1})",
            "{{{0}: {1}}}",
            "[{0} for {1} in {2}]",
            "f'{{{0}}}'",
        ),
        *(
            "{0} | {1}",
            "{0} << {1}",
            "{0} @ {1}",
            "*{0}",
            "(yield {0})",
            "max(*{0}, {1})",
            "{0}; {1}",
            "__import__({0})",
        ),
    ]
)
ALLOWED_OPERATIONS = {
    *("RESUME", "LOAD_FAST", "LOAD_FAST_BORROW", "LOAD_CONST", "LOAD_SMALL_INT", "LOAD_GLOBAL", "PUSH_NULL", "PRECALL"),
    *("CALL", "KW_NAMES", "BINARY_OP", "UNARY_NEGATIVE", "UNARY_POSITIVE", "CALL_INTRINSIC_1", "COMPARE_OP", "SWAP"),
    *("COPY", "POP_TOP", "POP_JUMP_FORWARD_IF_FALSE", "POP_JUMP_FORWARD_IF_TRUE", "POP_JUMP_IF_FALSE", "TO_BOOL"),
    *("POP_JUMP_IF_TRUE", "JUMP_FORWARD", "JUMP_IF_FALSE_OR_POP", "RETURN_VALUE", "RETURN_CONST", "NOP", "CACHE"),
    *("NOT_TAKEN", "LOAD_FAST_LOAD_FAST", "LOAD_FAST_BORROW_LOAD_FAST_BORROW", "EXTENDED_ARG"),
}


@st.composite
def python_source(draw: st.DrawFn, depth: int = 5) -> str:
    """What Python reads, permitted here or not, deep enough to hide one in the other."""
    fragment = draw(FRAGMENTS)
    if "{0}" not in fragment or depth == 0:
        return draw(st.sampled_from(["epoch", "2", "0.5", "pi"])) if "{0}" in fragment else fragment
    return fragment.format(*(draw(python_source(depth - 1)) for _ in range(3)))


@given(st.one_of(python_source(), arithmetic()), st.integers(0, 10**8))
def test_nothing_but_arithmetic_is_reachable_from_what_is_accepted(text: str, epoch: int) -> None:
    try:
        expression = Expression(text, EPOCH)
    except ExpressionError:
        return
    code = expression._function.__code__
    assert set(code.co_names) <= set(ARGUMENT_COUNTS)
    assert code.co_varnames == EPOCH
    assert not code.co_freevars
    assert all(constant is None or type(constant) is float for constant in code.co_consts)
    assert expression._function.__globals__["__builtins__"] == {}
    operations = list(dis.get_instructions(code))
    assert {operation.opname for operation in operations} <= ALLOWED_OPERATIONS
    # Without a way back no step runs twice, so that the cost of a call is bounded by the size of the text.
    assert all(operation.argval > operation.offset for operation in operations if "JUMP" in operation.opname)
    assert len(operations) < 20 * MAX_NODES
    try:
        result = expression(epoch)
    except ExpressionError:
        return
    assert type(result) is float
    assert math.isfinite(result)


@pytest.mark.parametrize(
    "text",
    [
        "+".join(["epoch"] * 100),
        "max(" + ",".join(["epoch"] * 300) + ")",
        "9**" * 119 + "9",
        "(" * 90 + "epoch" + ")" * 90,
        "*".join(["1e300"] * 50),
        "%".join(["1e308", "3e-308"] * 50),
        "//".join(["1e308", "3e-308"] * 50),
        "floor(ceil(" * 55 + "1e308" + "))" * 55,
        "1<" * 900 + "2",
        "tan(" * 100 + "1e22" + ")" * 100,
    ],
    ids=lambda text: text[:20],
)
def test_the_largest_texts_are_answered_at_once(text: str) -> None:
    expression = Expression(text, EPOCH)
    begun = time.perf_counter()
    for epoch in range(100):
        try:
            assert math.isfinite(expression(epoch))
        except ExpressionError:
            continue
    # A hundred calls take milliseconds; whole numbers without bound would take hours.
    assert time.perf_counter() - begun < 5


@pytest.mark.parametrize(
    ("text", "column", "said"),
    [
        ("epoch ^ 2", 6, "a power is written with"),
        ("  (epoch) ^ 2", 10, "a power is written with"),
        ("epoch | 2", 6, "this operator is not available"),
        ("1 + (epoch and 1)", 11, "use `a if c else b`"),
        ("2 * math.pi", 8, "nothing to reach with a dot"),
        ("math.cos(epoch)", 0, "cos goes without anything before it"),
        ("1 + sin(epoch", 7, "was never closed"),
        ("1 +", 3, "cannot be read"),
        ("2epoch", 1, "a number runs into a letter"),
        ("2 \u00d7 epoch", 2, "has no meaning"),
    ],
)
def test_an_error_is_told_where_it_stands(text: str, column: int, said: str) -> None:
    with pytest.raises(ExpressionError, match=re.escape(said)) as caught:
        Expression(text, EPOCH)
    assert caught.value.column == column


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1/epoch", "1/epoch divides by zero at epoch = 0"),
        (f"1/epoch {'+ 0.25 ' * 100}", " +… divides by zero at epoch = 0"),
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
