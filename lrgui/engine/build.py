"""Recipe -> fresh model, groups, optimizer and scheduler: torch's own objects, built anew for every run."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any

import torch
from torch import nn
from torch.optim import Optimizer, lr_scheduler, swa_utils
from torch.optim.lr_scheduler import LRScheduler

from lrgui.core.catalog import OPTIMIZERS, SCHEDULERS, Entry
from lrgui.core.errors import LrguiError, RecipeError
from lrgui.core.expression import Expression
from lrgui.core.fields import Field, Kind
from lrgui.core.groups import Parameter, ResolvedGroup, resolve_groups, trained_groups
from lrgui.core.problems import Severity
from lrgui.core.recipe import Options, Recipe, Scheduler, Value
from lrgui.core.validate import validate
from lrgui.engine.failures import sentence
from lrgui.engine.memory import memory_limit
from lrgui.engine.models import build_model

# The seed is the whole process's: no other thread may draw numbers between the seeding and the last weight.
_seeding = Lock()


@dataclass(frozen=True, slots=True)
class Training:
    """The torch objects of one run; `groups` are those that the optimizer has, in its order."""

    model: nn.Module
    groups: tuple[ResolvedGroup, ...]
    optimizer: Optimizer
    scheduler: LRScheduler | None

    @property
    def needs_closure(self) -> bool:
        """True where `optimizer.step` cannot be called without a closure, as with LBFGS."""
        parameter = inspect.signature(type(self.optimizer).step).parameters.get("closure")
        return parameter is not None and parameter.default is inspect.Parameter.empty


def build(recipe: Recipe) -> Training:
    """Return freshly built torch objects for `recipe`.

    The parameters of frozen groups stay out of the optimizer and require no gradient.

    Raises:
        RecipeError: when the recipe cannot be built; names the place, with torch's own sentence where torch refused.
    """
    _refuse_invalid(recipe)
    model = _build_model(recipe)
    parameters = dict(model.named_parameters())
    named = tuple(Parameter(name, tuple(tensor.shape)) for name, tensor in parameters.items())
    groups = resolve_groups(recipe, named)
    for group in groups:
        for parameter in group.parameters:
            parameters[parameter.name].requires_grad_(not group.frozen)
    trained = trained_groups(groups)
    optimizer = _build_optimizer(recipe, trained, parameters)
    scheduler = None if recipe.scheduler is None else _build_scheduler(recipe.scheduler, optimizer, "scheduler")
    return Training(model, trained, optimizer, scheduler)


def _refuse_invalid(recipe: Recipe) -> None:
    for problem in validate(recipe, memory_limit=memory_limit()):
        if problem.severity is Severity.ERROR:
            raise RecipeError(problem.place, f"{problem.message} {problem.way_out}".rstrip())


def _build_model(recipe: Recipe) -> nn.Module:
    try:
        with _seeding:
            torch.manual_seed(recipe.run.seed)
            return build_model(recipe.model)
    except LrguiError:
        raise
    except Exception as error:
        raise RecipeError("model", sentence(error)) from error


def _build_optimizer(
    recipe: Recipe, groups: tuple[ResolvedGroup, ...], parameters: dict[str, nn.Parameter]
) -> Optimizer:
    entry = _entry(OPTIMIZERS, recipe.optimizer.class_name, "optimizer")
    param_groups = [
        {
            "params": [parameters[parameter.name] for parameter in group.parameters],
            **_arguments(entry, group.options),
        }
        for group in groups
    ]
    optimizer_class = getattr(torch.optim, entry.class_name)
    try:
        optimizer: Optimizer = optimizer_class(param_groups, **_arguments(entry, recipe.optimizer.options))
    except Exception as error:
        raise RecipeError("optimizer", sentence(error)) from error
    return optimizer


def _build_scheduler(scheduler: Scheduler, optimizer: Optimizer, place: str) -> LRScheduler:
    """Build a scheduler on `optimizer`, after its children in the listed order."""
    entry = _entry(SCHEDULERS, scheduler.class_name, place)
    children = [
        _build_scheduler(child, optimizer, f"{place}.schedulers[{index}]")
        for index, child in enumerate(scheduler.schedulers)
    ]
    module = lr_scheduler if hasattr(lr_scheduler, entry.class_name) else swa_utils
    scheduler_class = getattr(module, entry.class_name)
    try:
        arguments = _arguments(entry, scheduler.options)
        if entry.composite:
            arguments["schedulers"] = children
        built: LRScheduler = scheduler_class(optimizer=optimizer, **arguments)
    except Exception as error:
        raise RecipeError(place, sentence(error)) from error
    return built


def _entry(catalog: Mapping[str, Entry], class_name: str, place: str) -> Entry:
    if class_name not in catalog:
        raise RecipeError(f"{place}.class", f"there is no class {class_name!r}")
    return catalog[class_name]


def _arguments(entry: Entry, options: Options) -> dict[str, Any]:
    return {name: _argument(entry.field(name), value) for name, value in options.items()}


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
