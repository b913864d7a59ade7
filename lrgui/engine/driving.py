"""How the real objects are stepped: what each class wants to be called with."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from torch.optim import Optimizer
from torch.optim.lr_scheduler import LRScheduler, ReduceLROnPlateau

from lrgui.core.catalog.libraries import is_dotted
from lrgui.core.errors import RecipeError
from lrgui.core.recipe import Scheduler
from lrgui.engine.workloads import none

_CYCLING = frozenset({"CyclicLR", "OneCycleLR"})
"""The classes of torch that change the momentum too, unless they are told not to."""


def optimizer_step(optimizer: Optimizer) -> Callable[[], object]:
    """Return what makes one optimizer step; LBFGS is called with a closure.

    A schedule-free optimizer is put into its mode for training, without which its steps raise.

    To be taken after the scheduler was built, which wraps `optimizer.step` to see that it is called. The wrapper refers
    to the optimizer weakly: whoever steps it has to keep it.
    """
    train = getattr(optimizer, "train", None)
    if callable(train):
        train()
    step = optimizer.step
    return partial(step, none.closure) if _needs_closure(optimizer) else step


def scheduler_step(
    scheduler: LRScheduler | None, metrics: Iterator[Any], counts: Iterator[int]
) -> Callable[[], object]:
    """Return what makes one scheduler step.

    ReduceLROnPlateau is called with the next of `metrics`; a scheduler of timm's kind with how many steps were made,
    the next of `counts`, which go on where such a scheduler is rebuilt on the way.
    """
    if scheduler is None:
        return _no_scheduler
    if hasattr(scheduler, "step_update"):
        return _counting_step(scheduler, metrics, counts)
    if not isinstance(scheduler, ReduceLROnPlateau):
        return scheduler.step

    def step_on_metric() -> None:
        try:
            metric = next(metrics)
        except StopIteration:
            message = f"{type(scheduler).__name__} watches a metric, and the run has none"
            raise RecipeError("run.metric", message) from None
        scheduler.step(metric)

    return step_on_metric


def sets_rates_alone(scheduler: Scheduler | None) -> bool:
    """Say whether nothing but `lr` can change in the groups when `scheduler` is stepped.

    It is so for torch's own classes, but for those that cycle the momentum; of another library's nothing is known.
    """
    if scheduler is None:
        return True
    if is_dotted(scheduler.class_name):
        return False
    cycles = scheduler.class_name in _CYCLING and scheduler.options.get("cycle_momentum", True) is not False
    return not cycles and all(map(sets_rates_alone, scheduler.schedulers))


class StepHook:
    """Calls `record` before each step of `optimizer` that really runs, until it is removed.

    torch calls a hook once for each class whose `step` is on the way: a class of another library that calls the step of
    the torch class it derives from makes one step all the same.
    """

    def __init__(self, optimizer: Optimizer, record: Callable[..., None]) -> None:
        self._record = record
        self._depth = 0
        if _calls_another_step(optimizer):
            self._handles = [
                optimizer.register_step_pre_hook(self._enter),
                optimizer.register_step_post_hook(self._leave),
            ]
        else:
            self._handles = [optimizer.register_step_pre_hook(record)]

    def remove(self) -> None:
        """Call it no more."""
        for handle in self._handles:
            handle.remove()

    def _enter(self, *_: object) -> None:
        self._depth += 1
        if self._depth == 1:
            self._record()

    def _leave(self, *_: object) -> None:
        self._depth -= 1


def _calls_another_step(optimizer: Optimizer) -> bool:
    """Say whether a class and one that it derives from both have a step of their own."""
    return sum("step" in vars(kind) for kind in type(optimizer).__mro__ if kind is not Optimizer) > 1


def _counting_step(scheduler: Any, metrics: Iterator[Any], counts: Iterator[int]) -> Callable[[], object]:
    """Return a step by timm's protocol: the count is passed in, and the schedule has no state of its own.

    timm's training loop calls `step_update(num_updates=k)` after the k-th optimizer step and `step(k, metric)` after
    the k-th epoch. A schedule acts on one of the two, as its `t_in_epochs` says, and ignores the other: called with the
    steps of the run's own interval, both in timm's order, it counts in that interval. Building it is no step.
    """

    def step_by_count() -> None:
        number, metric = next(counts), next(metrics, None)
        scheduler.step_update(num_updates=number, metric=metric)
        scheduler.step(number, metric)

    return step_by_count


def _needs_closure(optimizer: Optimizer) -> bool:
    parameter = inspect.signature(type(optimizer).step).parameters.get("closure")
    return parameter is not None and parameter.default is inspect.Parameter.empty


def _no_scheduler() -> None:
    """Leave the learning rates alone."""
