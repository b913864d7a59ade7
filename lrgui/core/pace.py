"""When optimizer and scheduler of a run are stepped: the conditions of `Run` as pure functions of the step's index."""

from __future__ import annotations

from dataclasses import replace

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


def is_count(value: object) -> bool:
    """Say whether `value` is a whole number from 1 on; true and false are not."""
    return type(value) is int and value >= 1


def skipped_count(run: Run) -> int:
    """Return how many of the run's optimizer steps are skipped."""
    if isinstance(run.skipped_steps, EveryNth):
        return run.steps // run.skipped_steps.every
    return sum(1 for step in set(run.skipped_steps) if 0 <= step < run.steps)


def recorded_steps(run: Run) -> int:
    """Return how many optimizer steps really run, each of which is a row of the trace."""
    return run.steps - skipped_count(run)


def steps_over(run: Run, rows: int) -> int:
    """Return how many of the run's steps, skipped ones among them, are over when `rows` of them are recorded."""
    if rows >= recorded_steps(run):
        return run.steps
    if isinstance(run.skipped_steps, EveryNth):
        return rows + max(rows - 1, 0) // (run.skipped_steps.every - 1)
    over = rows
    for step in sorted(set(run.skipped_steps)):
        if step >= over:
            break
        over += 1
    return over


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
