"""When optimizer and scheduler of a run are stepped: the conditions of `Run` as pure functions of the step's index."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import replace
from functools import lru_cache

from lrgui.core.recipe import EveryNth, Run

_NO_CONDITIONS = Run()


def scheduler_interval(run: Run) -> int:
    """Return how many optimizer steps lie between two moments at which the scheduler is stepped."""
    return run.frequency * (1 if run.interval == "step" else run.steps_per_epoch)


def scheduler_steps(run: Run) -> int | None:
    """Return how often the scheduler is stepped in the whole run, None for a run with a count that is none.

    With the order scheduler_first an interval that the run does not complete counts too: it begins with the step.
    """
    if not all(map(is_count, (run.steps, run.steps_per_epoch, run.frequency, run.calls))):
        return None
    interval = scheduler_interval(run)
    begun = run.steps + interval - 1 if run.order == "scheduler_first" else run.steps
    return begun // interval * run.calls


def steps_before(run: Run, step: int) -> int:
    """Return how often the scheduler is stepped before the optimizer step with this index, 0 where that is unknown."""
    return 0 if step == 0 else scheduler_steps(replace(run, steps=step)) or 0


def used_steps(run: Run) -> int:
    """Return the last of the scheduler's steps whose learning rate an optimizer step uses, 0 if that is unknown."""
    made = scheduler_steps(run) or 0
    return made if made == 0 or run.order == "scheduler_first" else steps_before(run, run.steps - 1)


def optimizer_steps_at(run: Run, scheduler_step: int) -> int:
    """Return how many optimizer steps come before the scheduler's step with this number, counted from 1."""
    interval = scheduler_interval(run)
    if run.order == "scheduler_first":
        return (scheduler_step - 1) // run.calls * interval
    return -(-scheduler_step // run.calls) * interval


def scheduler_step_near(run: Run, steps: int) -> int:
    """Return the scheduler's step that comes nearest after `steps` optimizer steps, the inverse of that.

    Of several that are made at once it is the last one, and with the order scheduler_first the first one.
    """
    interval = scheduler_interval(run)
    moment = (2 * steps + interval) // (2 * interval)
    return moment * run.calls + (1 if run.order == "scheduler_first" else 0)


def is_count(value: object) -> bool:
    """Say whether `value` is a whole number from 1 on; true and false are not."""
    return type(value) is int and value >= 1


def recorded_steps(run: Run) -> int:
    """Return how many optimizer steps really run, each of which is a row of the trace."""
    if isinstance(run.skipped_steps, EveryNth):
        return run.steps - run.steps // run.skipped_steps.every
    return run.steps - sum(1 for step in set(run.skipped_steps) if 0 <= step < run.steps)


def steps_over(run: Run, rows: int) -> int:
    """Return how many of the run's steps, skipped ones among them, are over when `rows` of them are recorded."""
    if rows >= recorded_steps(run):
        return run.steps
    if isinstance(run.skipped_steps, EveryNth):
        return rows + max(rows - 1, 0) // (run.skipped_steps.every - 1)
    skipped = _in_order(run.skipped_steps)
    # What is taken off an index here are the skipped steps before it, so that recorded ones are left.
    return rows + bisect_left(range(len(skipped)), rows, key=lambda place: skipped[place] - place)


def rows_before(run: Run, steps: int) -> int:
    """Return how many rows are recorded in the first `steps` steps of a run; none that goes on longer skips more."""
    within = min(steps, run.steps)
    if isinstance(run.skipped_steps, EveryNth):
        return steps - within // run.skipped_steps.every
    return steps - bisect_left(_in_order(run.skipped_steps), within)


def row_at(run: Run, scheduler_step: int) -> int:
    """Return the first row that is recorded after the scheduler's step with this number, counted from 1."""
    return rows_before(run, max(0, optimizer_steps_at(run, scheduler_step)))


@lru_cache(maxsize=4)
def _in_order(steps: tuple[int, ...]) -> tuple[int, ...]:
    """Return the steps, each once, in order; a window asks again at every frame."""
    return tuple(sorted(set(steps)))


def without_conditions(run: Run) -> Run:
    """Return the run as it is intended, without the conditions that bend the schedule."""
    return replace(
        run,
        frequency=_NO_CONDITIONS.frequency,
        calls=_NO_CONDITIONS.calls,
        skipped_steps=_NO_CONDITIONS.skipped_steps,
        order=_NO_CONDITIONS.order,
        unfreeze=_NO_CONDITIONS.unfreeze,
        resume=_NO_CONDITIONS.resume,
    )


def has_conditions(run: Run) -> bool:
    """Say whether any condition bends the run's schedule."""
    return run != without_conditions(run)
