"""Options of a recipe -> constructor arguments as torch wants them."""

from __future__ import annotations

from typing import Any

import torch

from lrgui.core.catalog import Entry
from lrgui.core.expression import Expression
from lrgui.core.fields import Field, Kind
from lrgui.core.recipe import Options, Value

_LR, _LR_IS_TENSOR = "lr", "lr_is_tensor"


def plain_arguments(entry: Entry, options: Options) -> dict[str, Any]:
    """Return the options of a class as its arguments."""
    return {name: _argument(entry.field(name), value) for name, value in options.items()}


def optimizer_arguments(entry: Entry, options: Options) -> dict[str, Any]:
    """Return the optimizer's own options as arguments; with `lr_is_tensor` its learning rate is a float32 tensor."""
    arguments = plain_arguments(entry, options)
    if arguments.pop(_LR_IS_TENSOR, False):
        arguments[_LR] = torch.tensor(_learning_rate(entry, options))
    return arguments


def group_arguments(entry: Entry, options: Options, inherited: Options) -> dict[str, Any]:
    """Return a group's own options as entries of its `param_groups` dictionary; `inherited` are the optimizer's.

    A group that sets neither `lr` nor `lr_is_tensor` is left without a learning rate: torch gives it the optimizer's,
    and a tensor is then the same object in every such group.
    """
    arguments = plain_arguments(entry, options)
    own = arguments.keys() & {_LR, _LR_IS_TENSOR}
    is_tensor = arguments.pop(_LR_IS_TENSOR, inherited.get(_LR_IS_TENSOR, False))
    if own:
        rate = _learning_rate(entry, Options({**inherited, **options}))
        arguments[_LR] = torch.tensor(rate) if is_tensor else rate
    return arguments


def _learning_rate(entry: Entry, options: Options) -> Any:
    return _argument(entry.field(_LR), entry.with_defaults(options)[_LR])


def _argument(field: Field | None, value: Value) -> Any:
    """Return an option as torch wants it.

    An expression becomes a callable, values for each group and lists of any length become lists, lists of a fixed
    length tuples. A learning rate becomes a float, everything else stays as written (torch refuses a beta of 0).
    """
    if field is None or value is None:
        return value
    if isinstance(value, tuple):
        items = [_argument(field, item) for item in value]
        return items if field.length is None else tuple(items)
    if field.kind is Kind.EXPRESSION:
        return Expression(str(value), field.variables)
    if field.kind is Kind.LEARNING_RATE and type(value) is int:
        return float(value)
    return value
