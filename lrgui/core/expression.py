"""Expression: the safe arithmetic of LambdaLR, CyclicLR and metrics.

An expression is read with `ast`, rebuilt from a short list of permitted parts and compiled once. Every constant and
variable is a float, so that no expression can make an integer that fills the memory; on whole numbers up to 2**53 the
results are the bits that Python gives.
"""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from types import CodeType, FunctionType
from typing import Any

from lrgui.core.errors import ExpressionError

MAX_LENGTH = 2_000
MAX_DEPTH = 120
MAX_NODES = 1_000

_LONGEST_SHOWN = 100

CONSTANTS = {"pi": math.pi, "e": math.e}
"""Names that stand for a number."""

ARGUMENT_COUNTS: dict[str, tuple[int, float]] = {
    "sin": (1, 1),
    "cos": (1, 1),
    "tan": (1, 1),
    "exp": (1, 1),
    "log": (1, 2),
    "sqrt": (1, 1),
    "floor": (1, 1),
    "ceil": (1, 1),
    "abs": (1, 1),
    "min": (2, math.inf),
    "max": (2, math.inf),
    "pow": (2, 2),
}
"""The functions, with the fewest and the most values that each takes."""

_ARITHMETIC = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow)
_COMPARISONS = (ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Eq, ast.NotEq)

# A number that runs into a letter (`1if`, `0x1f`, `1j`): Python reads some of them, with a warning.
_GLUED_NUMBER = re.compile(
    r"(?<![\w.])(?:\d[\d_]*+\.?+[\d_]*+|\.\d[\d_]*+)(?:[eE][+-]?\d[\d_]*+)?+(?P<letter>[A-Za-z_])"
)

_REFUSED = {
    ast.BoolOp: "`and` and `or` are not available; use `a if c else b`",
    ast.UnaryOp: "`not` and `~` are not available; compare with == or !=",
    ast.BinOp: "this operator is not available; there are + - * / // % **",
    ast.BitXor: "a power is written with **, not with ^",
    ast.Attribute: "there is nothing to reach with a dot",
    ast.Subscript: "there are no lists to index",
    ast.Lambda: "functions cannot be defined",
    ast.NamedExpr: "names cannot be assigned",
    ast.List: "lists are not available",
    ast.Tuple: "one value is expected, not several with commas",
    ast.JoinedStr: "text is not available",
}


def _power(base: float, exponent: float) -> float:
    result: float | complex = base**exponent
    if isinstance(result, complex):
        raise ValueError("complex")
    return result


def _floor(value: float) -> float:
    return float(math.floor(value))


def _ceil(value: float) -> float:
    return float(math.ceil(value))


_NAMESPACE: dict[str, Any] = {
    **{name: getattr(math, name) for name in ("sin", "cos", "tan", "exp", "log", "sqrt")},
    "floor": _floor,
    "ceil": _ceil,
    "abs": abs,
    "min": min,
    "max": max,
    "pow": _power,
    "__builtins__": {},
}


@dataclass(frozen=True)
class Expression:
    """Arithmetic over `variables`, to be called with one value for each, in that order.

    Equal to another when text and variables are equal.

    Raises:
        ExpressionError: when the text is anything but the permitted arithmetic; says why and in which column.
    """

    text: str
    variables: tuple[str, ...]
    _function: Callable[..., float] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_function", _compile(self.text, self.variables))

    def __reduce__(self) -> tuple[type[Expression], tuple[str, tuple[str, ...]]]:
        return Expression, (self.text, self.variables)

    def __call__(self, *values: float) -> float:
        """Return the value for the given values of the variables, always a finite float.

        Raises:
            ExpressionError: when there is none: a division by zero, an overflow, the logarithm of -1.
        """
        try:
            result = self._function(*map(float, values))
        except ZeroDivisionError:
            raise self._failure("divides by zero", values) from None
        except OverflowError:
            raise self._failure("grows beyond the largest number", values) from None
        except ValueError:
            raise self._failure("has no real value", values) from None
        if not math.isfinite(result):
            raise self._failure("grows beyond the largest number", values)
        return result

    def _failure(self, what: str, values: tuple[float, ...]) -> ExpressionError:
        where = ", ".join(f"{name} = {value:.12g}" for name, value in zip(self.variables, values, strict=True))
        text = self.text.strip()
        shown = text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"
        return ExpressionError(f"{shown} {what}" + (f" at {where}" if where else ""))


# As many as a recipe has groups: the checks read each expression of a recipe again at every keystroke.
@lru_cache(maxsize=1024)
def _compile(text: str, variables: tuple[str, ...]) -> Callable[..., float]:
    lead = len(text) - len(text.lstrip())
    try:
        stripped = text.strip()
        body = _Reader(stripped, variables).read(_parse(stripped))
    except ExpressionError as error:
        raise ExpressionError(str(error), lead + error.column) from None
    arguments = ast.arguments(
        posonlyargs=[ast.arg(name) for name in variables], args=[], kwonlyargs=[], kw_defaults=[], defaults=[]
    )
    tree = ast.fix_missing_locations(ast.Expression(ast.Lambda(arguments, body)))
    module = compile(tree, "<expression>", "eval")
    code = next(constant for constant in module.co_consts if isinstance(constant, CodeType))
    return FunctionType(code, _NAMESPACE)


def _parse(text: str) -> ast.expr:
    """Return the syntax tree of `text`, which has to stay within ASCII so that columns count characters."""
    if not text:
        raise ExpressionError("the expression is empty")
    if len(text) > MAX_LENGTH:
        raise ExpressionError(f"the expression has {len(text)} characters; {MAX_LENGTH} are the most", MAX_LENGTH)
    for column, character in enumerate(text):
        if not (" " <= character <= "~" or character == "\t") or character in "#\\":
            raise ExpressionError(f"the character {character!r} has no meaning here", column)
    glued = _GLUED_NUMBER.search(text)
    if glued:
        raise ExpressionError("a number runs into a letter; put an operator or a space between", glued.start("letter"))
    try:
        return ast.parse(text, mode="eval").body
    except SyntaxError as error:
        # Python gives offset 0 where the text ends too early.
        column = (error.offset or len(text) + 1) - 1
        detail = "" if error.msg.startswith("invalid syntax") else f": {error.msg}"
        raise ExpressionError(f"this cannot be read as arithmetic{detail}", column) from None
    except (ValueError, MemoryError, RecursionError):
        raise ExpressionError("the expression is nested too deeply") from None


class _Reader:
    """Rebuilds a syntax tree from the permitted parts, with every number a float."""

    def __init__(self, text: str, variables: tuple[str, ...]) -> None:
        self._text = text
        self._variables = variables
        self._nodes = 0

    def read(self, node: ast.expr, depth: int = 0) -> ast.expr:
        self._nodes += 1
        if depth > MAX_DEPTH:
            raise ExpressionError("the expression is nested too deeply", node.col_offset)
        if self._nodes > MAX_NODES:
            raise ExpressionError(f"the expression has more than {MAX_NODES} parts", node.col_offset)
        match node:
            case ast.Constant():
                return _number(node)
            case ast.Name():
                return self._name(node)
            case ast.UnaryOp(op=ast.USub() | ast.UAdd()):
                return ast.UnaryOp(node.op, self.read(node.operand, depth + 1))
            case ast.BinOp() if isinstance(node.op, _ARITHMETIC):
                return _operation(self.read(node.left, depth + 1), node.op, self.read(node.right, depth + 1))
            case ast.Compare():
                # A truth value in arithmetic would be an integer, and integers can grow without bound.
                return ast.IfExp(self._comparison(node, depth), ast.Constant(1.0), ast.Constant(0.0))
            case ast.IfExp():
                return self._conditional(node, depth)
            case ast.Call():
                return self._call(node, depth)
        raise _refusal(node, self._text)

    def _name(self, node: ast.Name) -> ast.expr:
        if node.id in self._variables:
            return ast.Name(node.id, ast.Load())
        if node.id in CONSTANTS:
            return ast.Constant(CONSTANTS[node.id])
        if node.id in ARGUMENT_COUNTS:
            raise ExpressionError(f"the function {node.id} needs its values in brackets", node.col_offset)
        names = ", ".join((*self._variables, *CONSTANTS))
        raise ExpressionError(f"there is no name {node.id!r}; there are {names}", node.col_offset)

    def _comparison(self, node: ast.Compare, depth: int) -> ast.expr:
        if not all(isinstance(operator, _COMPARISONS) for operator in node.ops):
            raise ExpressionError("`in` and `is` are not available; compare with < <= > >= == !=", node.col_offset)
        left, *others = (self.read(part, depth + 1) for part in (node.left, *node.comparators))
        return ast.Compare(left, node.ops, others)

    def _conditional(self, node: ast.IfExp, depth: int) -> ast.expr:
        compared = isinstance(node.test, ast.Compare)
        test = self._comparison(node.test, depth + 1) if compared else self.read(node.test, depth + 1)  # type: ignore[arg-type]
        return ast.IfExp(test, self.read(node.body, depth + 1), self.read(node.orelse, depth + 1))

    def _call(self, node: ast.Call, depth: int) -> ast.expr:
        name = node.func.id if isinstance(node.func, ast.Name) else None
        if isinstance(node.func, ast.Attribute) and node.func.attr in ARGUMENT_COUNTS:
            raise ExpressionError(f"{node.func.attr} goes without anything before it", node.col_offset)
        if name not in ARGUMENT_COUNTS or name in self._variables:
            known = ", ".join(ARGUMENT_COUNTS)
            called = f"there is no function {name!r}" if name else "only a function can be called"
            raise ExpressionError(f"{called}; there are {known}", node.col_offset)
        if node.keywords:
            raise ExpressionError(f"{name} takes its values without names", node.col_offset)
        fewest, most = ARGUMENT_COUNTS[name]
        if not fewest <= len(node.args) <= most:
            wanted = (
                f"{fewest}" if fewest == most else f"{fewest} or {most}" if most < math.inf else f"{fewest} or more"
            )
            raise ExpressionError(f"{name} takes {wanted} values, not {len(node.args)}", node.col_offset)
        return ast.Call(ast.Name(name, ast.Load()), [self.read(part, depth + 1) for part in node.args], [])


def _number(node: ast.Constant) -> ast.expr:
    if type(node.value) not in (int, float):
        raise ExpressionError(f"{node.value!r} is not a number", node.col_offset)
    try:
        value = float(node.value)  # type: ignore[arg-type]
    except OverflowError:
        value = math.inf
    if not math.isfinite(value):
        raise ExpressionError("this number is beyond the largest that there is", node.col_offset)
    return ast.Constant(value)


def _operation(left: ast.expr, operator: ast.operator, right: ast.expr) -> ast.expr:
    """Return a binary operation; a power goes through `pow` where it could be complex."""
    if not isinstance(operator, ast.Pow) or isinstance(left, ast.Constant):
        return ast.BinOp(left, operator, right)
    if isinstance(right, ast.Constant) and float(right.value).is_integer():  # type: ignore[arg-type]
        return ast.BinOp(left, operator, right)
    return ast.Call(ast.Name("pow", ast.Load()), [left, right], [])


def _refusal(node: ast.expr, text: str) -> ExpressionError:
    """Return what is said of a part that is not permitted, and where: an operator is told where it stands itself."""
    column = node.col_offset
    sentence = _REFUSED.get(type(node), "only arithmetic is available here")
    match node:
        case ast.BinOp():
            column = _operator_column(node.left, text)
            sentence = _REFUSED.get(type(node.op), sentence)
        case ast.BoolOp():
            column = _operator_column(node.values[0], text)
        case ast.Attribute():
            column = _operator_column(node.value, text)
    return ExpressionError(sentence, column)


def _operator_column(left: ast.expr, text: str) -> int:
    """Return where the operator after `left` stands; the brackets around `left` end before it."""
    end = left.end_col_offset or 0
    return end + len(text[end:]) - len(text[end:].lstrip(" \t)"))
