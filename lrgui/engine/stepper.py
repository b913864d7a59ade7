"""Stepper: one recipe, stepped; synchronous, deterministic, without a thread."""

from __future__ import annotations

from collections.abc import Callable

from lrgui.core.errors import RunError
from lrgui.core.pace import scheduler_interval
from lrgui.core.recipe import Recipe
from lrgui.core.trace import Trace
from lrgui.engine.build import build
from lrgui.engine.driving import optimizer_step, scheduler_step
from lrgui.engine.failures import describe
from lrgui.engine.measure import make_recorder, recorded_series
from lrgui.engine.memory import promise
from lrgui.engine.metrics import metric_values


class Stepper:
    """Builds a recipe and steps it: `optimizer.step()`, then `scheduler.step()` where its interval ends.

    Row k of `trace` is read in a pre-hook of the k-th `optimizer.step()`, before the scheduler moves on. A `preview`
    calls `optimizer.step()` once and from then on steps the real scheduler alone, which gives the same numbers:
    the learning rates do not depend on the gradients.

    `step` counts the optimizer steps made, out of `planned`.

    Raises:
        RecipeError: when the recipe cannot be built.
    """

    def __init__(self, recipe: Recipe, *, preview: bool = False) -> None:
        self.planned = recipe.run.steps
        self.step = 0
        # The scheduler's wrapper of `optimizer.step` refers to the optimizer weakly: keep it.
        self._training = build(recipe)
        param_groups = self._training.optimizer.param_groups
        names = [group.name for group in self._training.groups]
        self.trace = Trace(recorded_series(param_groups), names, self.planned, recipe.run.steps_per_epoch)
        promise(self.trace)
        self._record = make_recorder(param_groups, self.trace)
        self._hook = self._training.optimizer.register_step_pre_hook(self._record)
        self._step_optimizer: Callable[..., object] = optimizer_step(self._training.optimizer)
        self._step_scheduler = scheduler_step(self._training.scheduler, metric_values(recipe.run.metric))
        self._interval = scheduler_interval(recipe.run)
        self._preview = preview

    @property
    def finished(self) -> bool:
        """True once every planned step is made."""
        return self.step >= self.planned

    def advance(self, count: int) -> int:
        """Make at most `count` optimizer steps and return how many were made.

        Every recorded row is published in `trace.rows` at once.

        Raises:
            RunError: when torch or an expression raises. Its `step` is the one that could not be made or prepared;
                the rows recorded so far stay in the trace, and there is no going on.
        """
        first = self.step
        last = min(first + count, self.planned)
        try:
            if self._preview and first == 0 < last:
                self._advance_to(1)
                self._hook.remove()
                self._step_optimizer = self._record
            self._advance_to(last)
        except Exception as error:
            raise RunError(f"step {self.step}, {describe(error)}", self.step) from error
        return self.step - first

    def _advance_to(self, last: int) -> None:
        step_optimizer, step_scheduler, interval = self._step_optimizer, self._step_scheduler, self._interval
        for number in range(self.step + 1, last + 1):
            step_optimizer()
            self.step = number
            if number % interval == 0:
                step_scheduler()
