"""What happens to a training on its way: a frozen group joins the optimizer, or all is saved, rebuilt and loaded."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace

from lrgui.core.groups import ResolvedGroup
from lrgui.core.recipe import Recipe, ResumeOrder
from lrgui.engine.build import Training, build_optimizer, build_scheduler, param_group, tensors_of


def joining_groups(training: Training, recipe: Recipe) -> tuple[ResolvedGroup, ...]:
    """Return the frozen groups that join later, in the order in which the optimizer gets them."""
    by_name = {group.name: group for group in training.frozen}
    # The sort keeps the listed order of those that join at the same step.
    joining = sorted(recipe.run.unfreeze, key=lambda one: one.step)
    return tuple(by_name[one.group] for one in joining)


def with_group_joined(training: Training, recipe: Recipe, name: str) -> Training:
    """Give a frozen group to the optimizer by `add_param_group`; the scheduler is left to cope with it.

    Raises whatever torch raises.
    """
    group = next(group for group in training.frozen if group.name == name)
    for tensor in tensors_of(training.model, group):
        tensor.requires_grad_(True)
    training.optimizer.add_param_group(param_group(recipe, group, training.model))
    return replace(
        training,
        groups=(*training.groups, group),
        frozen=tuple(other for other in training.frozen if other is not group),
    )


def resumed(training: Training, recipe: Recipe, order: ResumeOrder) -> Training:
    """Return a training that was saved, rebuilt over the same model, and loaded in the given order.

    The optimizer is rebuilt over the groups that it has by now: torch refuses a state with other groups. Only
    `build_then_load` goes on as if nothing had happened; see torch's warning at `LRScheduler.load_state_dict`.
    Raises whatever torch raises.
    """
    optimizer_state = deepcopy(training.optimizer.state_dict())
    scheduler_state = None if training.scheduler is None else deepcopy(training.scheduler.state_dict())
    optimizer = build_optimizer(recipe, training.groups, training.model)
    if order == "load_then_build":
        optimizer.load_state_dict(optimizer_state)
    scheduler = build_scheduler(recipe, optimizer)
    if order in ("build_then_load", "optimizer_only"):
        optimizer.load_state_dict(optimizer_state)
    if scheduler is not None and scheduler_state is not None and order != "optimizer_only":
        scheduler.load_state_dict(scheduler_state)
    return replace(training, optimizer=optimizer, scheduler=scheduler)
