"""Stepper: one recipe, stepped; synchronous, deterministic, without a thread."""

from __future__ import annotations

import itertools
from bisect import bisect_left
from collections.abc import Callable
from typing import Any

from torch.optim import Optimizer

from lrgui.core.catalog.libraries import is_dotted
from lrgui.core.errors import RunError
from lrgui.core.pace import recorded_steps, scheduler_interval
from lrgui.core.recipe import EveryNth, Recipe, Resume, Run, Unfreeze
from lrgui.core.scheduler_tree import walk
from lrgui.core.trace import Trace
from lrgui.engine.applied import AppliedRates, has_applied_rate
from lrgui.engine.build import build
from lrgui.engine.conditions import joining_groups, resumed, with_group_joined
from lrgui.engine.driving import StepHook, optimizer_step, scheduler_step, sets_rates_alone
from lrgui.engine.failures import describe, raised_in
from lrgui.engine.interrupt import Interruption
from lrgui.engine.library_rates import LibraryRates, has_library_rate
from lrgui.engine.measure import (
    ScheduleRecorder,
    make_following_recorder,
    make_recorder,
    measured_columns,
    recorded_series,
    unreadable,
)
from lrgui.engine.memory import promise
from lrgui.engine.metrics import metric_values


class Stepper:
    """Builds a recipe and steps it: `optimizer.step()`, then `scheduler.step()` where its interval ends.

    Row k of `trace` is read in a pre-hook of the k-th `optimizer.step()` that really runs, before the scheduler moves
    on. A `preview` calls `optimizer.step()` once and from then on steps the real scheduler alone, which gives the same
    learning rates: they do not depend on the gradients. It does so once more where a group joins and after a resume,
    which builds a new optimizer. `applied_lr` depends on the optimizer's steps, so that only a run records it.

    `step` counts the optimizer steps made or skipped, out of `planned`.

    Raises:
        RecipeError: when the recipe cannot be built.
    """

    _step_optimizer: Callable[[], object]
    _optimizer_stepped: bool

    def __init__(self, recipe: Recipe, *, preview: bool = False) -> None:
        self.planned = recipe.run.steps
        self.step = 0
        self._recipe = recipe
        self._preview = preview
        # The scheduler's wrapper of `optimizer.step` refers to the optimizer weakly: keep it.
        self._training = build(recipe)
        groups = (*self._training.groups, *joining_groups(self._training, recipe))
        optimizer = self._training.optimizer
        self._applied = None if preview else _rates_of(optimizer)
        series = recorded_series(optimizer.param_groups, applied=self._applied is not None)
        names = [group.name for group in groups]
        self.trace = Trace(series, names, recorded_steps(recipe.run), recipe.run.steps_per_epoch)
        promise(self.trace)
        self._metrics = metric_values(recipe.run.metric)
        self._counts = itertools.count(1)
        self._changes = _changes(recipe.run)
        self._skips = _Skips(recipe.run)
        self._drive()

    @property
    def measured_columns(self) -> list[int]:
        """The columns of `trace` that are read from the present groups of the optimizer."""
        return measured_columns(self._training.optimizer.param_groups, self.trace)

    @property
    def finished(self) -> bool:
        """True once every planned step is made."""
        return self.step >= self.planned

    def advance(self, count: int) -> int:
        """Make at most `count` optimizer steps and return how many were made.

        Every row of a run is published in `trace.rows` at once, those of a preview before this returns or raises.

        Raises:
            RunError: when torch or an expression raises. Its `step` is the one that could not be made or prepared;
                the rows recorded so far stay in the trace, and there is no going on.
        """
        first = self.step
        last = min(first + count, self.planned)
        try:
            while self.step < last:
                self._advance_evenly(last)
        except (Interruption, KeyboardInterrupt):
            raise
        except BaseException as error:
            # A class that ends the program, by sys.exit, ends its run alone.
            what = self._unreadable(error) or describe(error)
            raise RunError(f"step {self.step}, {what}", self.step) from error
        return self.step - first

    def _advance_evenly(self, last: int) -> None:
        """Make the steps up to the next one at which something else happens, or up to `last`."""
        while self._changes and self._changes[0].step <= self.step:
            self._meet(self._changes.pop(0))
        if self._changes:
            last = min(last, self._changes[0].step)
        skipped = self._skips.next_from(self.step)
        if skipped == self.step:
            self._step_through(_skip, self.step + 1)
        elif self._preview and self._optimizer_stepped:
            self._follow_scheduler(min(last, skipped))
        elif self._preview:
            self._step_through(self._step_optimizer, self.step + 1)
            self._hook.remove()
            self._optimizer_stepped = True
        else:
            self._step_through(self._step_optimizer, min(last, skipped))

    def _step_through(self, step_optimizer: Callable[[], object], last: int) -> None:
        if self._recipe.run.order == "scheduler_first":
            self._step_scheduler_first(step_optimizer, last)
            return
        step_scheduler, interval = self._step_scheduler, self._interval
        if interval == 1:
            # The loop below without its question, which takes a run a measurable part of its time.
            for number in range(self.step + 1, last + 1):
                step_optimizer()
                self.step = number
                step_scheduler()
            return
        for number in range(self.step + 1, last + 1):
            step_optimizer()
            self.step = number
            if number % interval == 0:
                step_scheduler()

    def _step_scheduler_first(self, step_optimizer: Callable[[], object], last: int) -> None:
        for number in range(self.step, last):
            if number % self._interval == 0:
                self._step_scheduler()
            step_optimizer()
            self.step = number + 1

    def _follow_scheduler(self, last: int) -> None:
        """Record the steps up to `last` without making any but the scheduler's."""
        scheduler_first = self._recipe.run.order == "scheduler_first"
        recorder, interval, first, rows = self._schedule_recorder, self._interval, self.step, self.trace.rows
        try:
            if interval == 1 and not scheduler_first:
                recorder.record_before(self._step_scheduler, last - first)
                return
            number = first
            while number < last:
                if scheduler_first and number % interval == 0:
                    self._step_scheduler()
                following = min(last, number - number % interval + interval)
                recorder.repeat(following - number)
                number = following
                if not scheduler_first and number % interval == 0:
                    self._step_scheduler()
        finally:
            # Each step has its row; one that the scheduler could not prepare has none.
            self.step = first + self.trace.rows - rows

    def _meet(self, change: Unfreeze | Resume) -> None:
        self._hook.remove()
        if isinstance(change, Unfreeze):
            self._training = with_group_joined(self._training, self._recipe, change.group)
        else:
            self._training = resumed(self._training, self._recipe, change.order)
            if self._applied is not None:
                loaded = change.order != "scheduler_only"
                self._applied = _rates_of(self._training.optimizer, self._applied if loaded else None)
        self._drive()

    def _unreadable(self, error: BaseException) -> str:
        """Say which value could not be recorded, where that is what `error` is about."""
        recording = raised_in(error, unreadable.__module__)
        return unreadable(self._training.optimizer.param_groups, self.trace) if recording else ""

    def _drive(self) -> None:
        """Take hold of the present objects: what records them, and what steps them."""
        optimizer, run = self._training.optimizer, self._recipe.run
        # A fresh list each time: loading a state puts new dictionaries in place of the old ones.
        measure_applied = None if self._applied is None else self._applied.measure
        if _is_foreign(self._recipe):
            record = make_following_recorder(optimizer, self.trace, measure_applied)
        else:
            record = make_recorder(optimizer.param_groups, self.trace, measure_applied)
        self._schedule_recorder = ScheduleRecorder(
            optimizer.param_groups, self.trace, record, rates_alone=sets_rates_alone(self._recipe.scheduler)
        )
        self._hook = StepHook(optimizer, record)
        self._optimizer_stepped = False
        self._step_optimizer = optimizer_step(optimizer)
        self._step_scheduler = _repeated(
            scheduler_step(self._training.scheduler, self._metrics, self._counts), run.calls
        )
        self._interval = scheduler_interval(run)


def _is_foreign(recipe: Recipe) -> bool:
    """Say whether a class of another library is stepped, which goes by its dotted path."""
    schedulers = () if recipe.scheduler is None else walk(recipe.scheduler)
    return is_dotted(recipe.optimizer.class_name) or any(is_dotted(one.class_name) for _, one in schedulers)


def _rates_of(optimizer: Optimizer, earlier: Any = None) -> AppliedRates | LibraryRates | None:
    """Return what measures the rate really applied, None where that is `lr`; `earlier` was made for the same class."""
    if has_applied_rate(optimizer):
        return AppliedRates(optimizer, earlier)
    return LibraryRates(optimizer, earlier) if has_library_rate(optimizer) else None


class _Skips:
    """The optimizer steps that are skipped, by index."""

    def __init__(self, run: Run) -> None:
        self._end = run.steps
        self._every = run.skipped_steps.every if isinstance(run.skipped_steps, EveryNth) else None
        self._listed = () if isinstance(run.skipped_steps, EveryNth) else tuple(sorted(run.skipped_steps))

    def next_from(self, step: int) -> int:
        """Return the first skipped step from `step` on, the end of the run where there is none."""
        if self._every is not None:
            return step + (-(step + 1)) % self._every
        index = bisect_left(self._listed, step)
        return self._listed[index] if index < len(self._listed) else self._end


def _changes(run: Run) -> list[Unfreeze | Resume]:
    """Return what happens on the way, in order; a group that joins at the step of a resume joins before."""
    changes: list[Any] = [*run.unfreeze, *([] if run.resume is None else [run.resume])]
    return sorted(changes, key=lambda change: change.step)


def _repeated(step: Callable[[], object], calls: int) -> Callable[[], object]:
    if calls == 1:
        return step

    def step_repeatedly() -> None:
        for _ in range(calls):
            step()

    return step_repeatedly


def _skip() -> None:
    """Leave out the optimizer's step, as a GradScaler does that has found an infinite gradient."""
