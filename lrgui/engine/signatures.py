"""The arguments of a library's class or function as fields, so that it is edited like torch's own classes."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from inspect import Parameter
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from lrgui.core.catalog.entry import Entry
from lrgui.core.catalog.shared_fields import (
    AMSGRAD,
    CAPTURABLE,
    DIFFERENTIABLE,
    FOREACH,
    FUSED,
    LAST_EPOCH,
    MAXIMIZE,
    betas,
    epsilon,
    learning_rate,
)
from lrgui.core.errors import LrguiError
from lrgui.core.fields import REQUIRED, Field, Kind, Missing
from lrgui.core.recipe import Value, freeze
from lrgui.engine.docstrings import argument_text, summary_of

# What goes by the same name as an argument of torch's own is described in the same words.
_SHARED_FIELDS = (AMSGRAD, CAPTURABLE, DIFFERENTIABLE, FOREACH, FUSED, LAST_EPOCH, MAXIMIZE)
_SHARED = {field.name: field for field in (*_SHARED_FIELDS, betas(), epsilon(0), learning_rate(0))}
_FOLDED = re.compile(r"noise_.*|verbose|initialize|fsdp_in_use|slice_p")

# Names say what is meant where neither a type nor a default does: `weight_decay=0` is no whole number.
_RATE = re.compile(
    r"(?:.*_)?(lr|rate|eps\d?|decay|momentum|beta\d?|gamma|factor|ratio|pct|weight|coef|power|std|d0|min|max)(?:_.*)?"
)
_COUNT = re.compile(r"(?:num|n|t)_.*|.*(?:steps|epochs?|iters|period|cycles|limit|size)|warmup")

_STEPS_START = 1000
_WARMUP_START = 100
_STARTS: dict[Kind, Value] = {
    Kind.FLOAT: 1.0,
    Kind.LEARNING_RATE: 1e-3,
    Kind.INTEGER: 1,
    Kind.BOOLEAN: False,
    Kind.TEXT: "",
    Kind.FLOATS: (),
    Kind.INTEGERS: (),
}


class UneditableError(LrguiError):
    """An argument that must be given and is no plain value; the message is its name."""


@dataclass(frozen=True, slots=True)
class _Form:
    """What sort of value an argument takes."""

    kind: Kind
    choices: tuple[Value, ...] = ()
    length: int | None = None
    optional_items: bool = False


def parameters_of(made_by: Any) -> tuple[Parameter, ...]:
    """Return the parameters of a class or function, with types in place of their texts where these can be told.

    Raises:
        TypeError, ValueError: when it does not tell them.
    """
    try:
        signature = inspect.signature(made_by, eval_str=True)
    except Exception:
        # A type that is imported for type checkers alone, for instance.
        signature = inspect.signature(made_by)
    return tuple(signature.parameters.values())


def entry_of(class_name: str, made_by: Any) -> Entry:
    """Return the entry of a class or function, whose first parameter is what it is applied to.

    What is no plain value, such as a function, is left to its default.

    Raises:
        UneditableError: when that has none.
    """
    fields = []
    for parameter in parameters_of(made_by)[1:]:
        if parameter.kind in (Parameter.VAR_POSITIONAL, Parameter.VAR_KEYWORD):
            continue
        field = _field_of(parameter)
        if field is not None:
            fields.append(_described(field, argument_text(made_by, field.name)))
        elif parameter.default is Parameter.empty:
            raise UneditableError(parameter.name)
    return Entry(class_name, summary_of(made_by), tuple(fields))


def _field_of(parameter: Parameter) -> Field | None:
    """Return the field for a parameter, None for one that takes no plain value."""
    if parameter.kind is Parameter.POSITIONAL_ONLY:
        return None
    name, default = parameter.name, parameter.default
    members = tuple(_members(parameter.annotation))
    form = _form_of(name, default, members)
    if form is None:
        return None
    value: Value | Missing = REQUIRED if default is Parameter.empty else freeze(default)
    kind = Kind.LEARNING_RATE if name == "lr" and form.kind is Kind.FLOAT else form.kind
    return Field(
        name,
        kind,
        value,
        start=_start(name, kind, form) if value is REQUIRED else None,
        minimum=0 if kind is Kind.LEARNING_RATE else -float("inf"),
        choices=form.choices,
        optional=value is None or NoneType in members or None in members,
        optional_items=form.optional_items,
        length=form.length,
    )


def _described(field: Field, text: str) -> Field:
    shared = _SHARED.get(field.name)
    if field.name == LAST_EPOCH.name and field.default == LAST_EPOCH.default:
        return LAST_EPOCH
    if shared is not None:
        return replace(field, help=shared.help, advanced=shared.advanced)
    return replace(field, help=text, advanced=bool(_FOLDED.fullmatch(field.name)))


def _members(annotation: Any) -> Iterator[Any]:
    """Yield the types that an annotation allows, and the values of its literals."""
    origin = get_origin(annotation)
    if annotation is Parameter.empty or isinstance(annotation, str):
        return
    if origin in (Union, UnionType):
        for member in get_args(annotation):
            yield from _members(member)
    elif origin is Annotated:
        yield from _members(get_args(annotation)[0])
    elif origin is Literal:
        yield from get_args(annotation)
    else:
        yield annotation


def _form_of(name: str, default: Any, members: Sequence[Any]) -> _Form | None:
    literals = tuple(member for member in members if isinstance(member, str | int | float))
    if literals:
        return _Form(Kind.CHOICE, choices=literals)
    if default is not None and default is not Parameter.empty:
        return _form_of_default(name, default, members)
    return _form_of_types(members) or _form_of_name(name, members)


def _form_of_default(name: str, default: Any, members: Sequence[Any]) -> _Form | None:
    if isinstance(default, tuple | list):
        return _form_of_items(default, members)
    if type(default) is int:
        sounds_like_rate = not members and _RATE.fullmatch(name) is not None
        return _Form(Kind.FLOAT if float in members or sounds_like_rate else Kind.INTEGER)
    kinds = {bool: Kind.BOOLEAN, float: Kind.FLOAT, str: Kind.TEXT}
    # Exactly: an enumeration of words is not given by a word.
    return _Form(kinds[type(default)]) if type(default) in kinds else None


def _form_of_items(default: Sequence[Any], members: Sequence[Any]) -> _Form | None:
    numbers = [item for item in default if item is not None]
    if not numbers or any(type(item) not in (int, float) for item in numbers):
        return None
    typed = {argument for member in members for argument in get_args(member)}
    whole = all(type(item) is int for item in numbers) and float not in typed
    return _Form(
        Kind.INTEGERS if whole else Kind.FLOATS,
        length=None if isinstance(default, list) or Ellipsis in typed else len(default),
        optional_items=None in default,
    )


def _form_of_types(members: Sequence[Any]) -> _Form | None:
    for plain, kind in ((bool, Kind.BOOLEAN), (float, Kind.FLOAT), (int, Kind.INTEGER), (str, Kind.TEXT)):
        if plain in members:
            return _Form(kind)
    for member in members:
        arguments = get_args(member)
        items = set(arguments) - {Ellipsis}
        if _is_list(get_origin(member)) and items and items <= {int, float}:
            fixed = get_origin(member) is tuple and Ellipsis not in arguments
            return _Form(Kind.FLOATS if float in items else Kind.INTEGERS, length=len(arguments) if fixed else None)
    return None


def _form_of_name(name: str, members: Sequence[Any]) -> _Form | None:
    if any(member is not NoneType for member in members):
        return None
    if _COUNT.fullmatch(name):
        return _Form(Kind.INTEGER)
    return _Form(Kind.FLOAT) if _RATE.fullmatch(name) else None


def _is_list(origin: Any) -> bool:
    return isinstance(origin, type) and issubclass(origin, Sequence)


def _start(name: str, kind: Kind, form: _Form) -> Value:
    """Return what a form proposes for an argument that has no default."""
    if form.choices:
        return form.choices[0]
    if form.length is not None:
        return (1,) * form.length
    if kind is Kind.INTEGER and _COUNT.fullmatch(name):
        return _WARMUP_START if "warmup" in name else _STEPS_START
    return _STARTS[kind]
