"""Recipe -> fresh model, groups, optimizer and scheduler: torch's own objects, built anew for every run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any

import torch
from torch import nn
from torch.optim import Optimizer
from torch.optim.lr_scheduler import LRScheduler

from lrgui.core.catalog import KNOWN_OPTIMIZERS, KNOWN_SCHEDULERS, Entry
from lrgui.core.errors import LrguiError, RecipeError
from lrgui.core.groups import Parameter, ResolvedGroup, resolve_groups, trained_groups
from lrgui.core.problems import Severity
from lrgui.core.recipe import Recipe, Scheduler
from lrgui.core.validate import validate
from lrgui.engine.arguments import group_arguments, optimizer_arguments, plain_arguments
from lrgui.engine.classes import find_optimizer_class, find_scheduler_class
from lrgui.engine.failures import sentence
from lrgui.engine.memory import memory_limit
from lrgui.engine.models import build_model

# The seed is the whole process's: no other thread may draw numbers between the seeding and the last weight.
_seeding = Lock()


@dataclass(frozen=True, slots=True)
class Training:
    """The torch objects of one run; `groups` are those that the optimizer has, in its order.

    `frozen` are the groups that it does not have, at least not yet.
    """

    model: nn.Module
    groups: tuple[ResolvedGroup, ...]
    frozen: tuple[ResolvedGroup, ...]
    optimizer: Optimizer
    scheduler: LRScheduler | None


def build(recipe: Recipe) -> Training:
    """Return freshly built torch objects for `recipe`.

    The parameters of frozen groups stay out of the optimizer and require no gradient.

    Raises:
        RecipeError: when the recipe cannot be built; names the place, with torch's own sentence where torch refused.
    """
    _refuse_invalid(recipe)
    model = _build_model(recipe)
    named = tuple(Parameter(name, tuple(tensor.shape)) for name, tensor in model.named_parameters())
    groups = resolve_groups(recipe, named)
    trained, frozen = trained_groups(groups), tuple(group for group in groups if group.frozen)
    for group in frozen:
        for tensor in tensors_of(model, group):
            tensor.requires_grad_(False)
    optimizer = build_optimizer(recipe, trained, model)
    return Training(model, trained, frozen, optimizer, build_scheduler(recipe, optimizer))


def build_optimizer(recipe: Recipe, groups: tuple[ResolvedGroup, ...], model: nn.Module) -> Optimizer:
    """Return a fresh optimizer over the given groups of the model.

    Raises:
        RecipeError: with torch's own sentence where torch refused.
    """
    entry = _entry(KNOWN_OPTIMIZERS, recipe.optimizer.class_name, "optimizer")
    optimizer_class = find_optimizer_class(entry.class_name)
    try:
        param_groups = [param_group(recipe, group, model) for group in groups]
        optimizer: Optimizer = optimizer_class(param_groups, **optimizer_arguments(entry, recipe.optimizer.options))
    except Exception as error:
        raise RecipeError("optimizer", sentence(error)) from error
    return optimizer


def build_scheduler(recipe: Recipe, optimizer: Optimizer) -> LRScheduler | None:
    """Return a fresh scheduler on `optimizer`, None for a recipe without one.

    Raises:
        RecipeError: names the scheduler in the tree, with torch's own sentence where torch refused.
    """
    return None if recipe.scheduler is None else _build_scheduler(recipe.scheduler, optimizer, "scheduler")


def param_group(recipe: Recipe, group: ResolvedGroup, model: nn.Module) -> dict[str, Any]:
    """Return what the optimizer is given for a group: its tensors and its own options."""
    entry = _entry(KNOWN_OPTIMIZERS, recipe.optimizer.class_name, "optimizer")
    options = group_arguments(entry, group.options, recipe.optimizer.options)
    return {"params": tensors_of(model, group), **options}


def tensors_of(model: nn.Module, group: ResolvedGroup) -> list[nn.Parameter]:
    """Return the parameters of a group, in the model's order."""
    return [model.get_parameter(parameter.name) for parameter in group.parameters]


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


def _build_scheduler(scheduler: Scheduler, optimizer: Optimizer, place: str) -> LRScheduler:
    """Build a scheduler on `optimizer`, after its children in the listed order."""
    entry = _entry(KNOWN_SCHEDULERS, scheduler.class_name, place)
    children = [
        _build_scheduler(child, optimizer, f"{place}.schedulers[{index}]")
        for index, child in enumerate(scheduler.schedulers)
    ]
    scheduler_class = find_scheduler_class(entry.class_name)
    try:
        arguments = plain_arguments(entry, scheduler.options)
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
