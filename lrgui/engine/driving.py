"""How the real objects are stepped: what each class wants to be called with."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from torch.optim import Optimizer
from torch.optim.lr_scheduler import LRScheduler, ReduceLROnPlateau

from lrgui.engine.workloads import none


def optimizer_step(optimizer: Optimizer) -> Callable[[], object]:
    """Return what makes one optimizer step; LBFGS is called with a closure.

    To be taken after the scheduler was built, which wraps `optimizer.step` to see that it is called. The wrapper refers
    to the optimizer weakly: whoever steps it has to keep it.
    """
    step = optimizer.step
    return partial(step, none.closure) if _needs_closure(optimizer) else step


def scheduler_step(scheduler: LRScheduler | None, metrics: Iterator[Any]) -> Callable[[], object]:
    """Return what makes one scheduler step; ReduceLROnPlateau is called with the next of `metrics`."""
    if scheduler is None:
        return _no_scheduler
    if not isinstance(scheduler, ReduceLROnPlateau):
        return scheduler.step

    def step_on_metric() -> None:
        scheduler.step(next(metrics))

    return step_on_metric


def _needs_closure(optimizer: Optimizer) -> bool:
    parameter = inspect.signature(type(optimizer).step).parameters.get("closure")
    return parameter is not None and parameter.default is inspect.Parameter.empty


def _no_scheduler() -> None:
    """Leave the learning rates alone."""
