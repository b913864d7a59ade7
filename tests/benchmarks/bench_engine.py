"""What recording costs: runs and previews against bare loops of the same torch objects that record nothing.

    python -m tests.benchmarks.bench_engine

Slices of both loops alternate and are measured in processor time, so that whatever else the machine does falls on both;
the table has the medians.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from statistics import median
from time import thread_time

import torch

from lrgui.core.recipe import Choice, Group, Options, Recipe, Run, Scheduler
from lrgui.engine.build import Training, build
from lrgui.engine.stepper import Stepper

SLICES = 31
LONG = 1_000_000
RUN_GOAL = 1.05
PREVIEW_GOAL = 1.15


@dataclass(frozen=True)
class Measurement:
    """Microseconds per step of a loop and of the bare loop beside it, and the ratio to stay below."""

    what: str
    goal: float
    bare_us: float
    measured_us: float

    @property
    def ratio(self) -> float:
        return self.measured_us / self.bare_us


def recipe_of(optimizer: str, groups: int, steps: int) -> Recipe:
    """A chain of small layers, each parameter a group of its own; the last group takes whatever is left."""
    names = [f"layers.{index // 2}.{'bias' if index % 2 else 'weight'}" for index in range(groups)]
    return Recipe(
        model=Choice("mlp", Options(in_features=2, hidden=(2,) * max(0, (groups + 1) // 2 - 1), out_features=2)),
        groups=tuple(Group(name, ("*" if name == names[-1] else name,), Options(lr=0.1)) for name in names),
        optimizer=Choice(optimizer),
        scheduler=Scheduler("CosineAnnealingLR", Options(T_max=1000)),
        run=Run(steps=steps),
    )


def bare_run(training: Training, steps: int) -> None:
    assert training.scheduler is not None
    step_optimizer, step_scheduler = training.optimizer.step, training.scheduler.step
    for _ in range(steps):
        step_optimizer()
        step_scheduler()


def bare_preview(training: Training, steps: int) -> None:
    assert training.scheduler is not None
    step_scheduler = training.scheduler.step
    for _ in range(steps):
        step_scheduler()


def timed(function: Callable[[], object]) -> float:
    begun = thread_time()
    function()
    return thread_time() - begun


def compare(optimizer: str, groups: int, *, preview: bool, slice_steps: int) -> Measurement:
    recipe = recipe_of(optimizer, groups, steps=1 + SLICES * slice_steps)
    stepper, training = Stepper(recipe, preview=preview), build(recipe)
    assert len(training.optimizer.param_groups) == groups
    stepper.advance(1)
    bare_run(training, 1)
    bare_loop = bare_preview if preview else bare_run
    bare, measured = [], []
    for _ in range(SLICES):
        bare.append(timed(lambda: bare_loop(training, slice_steps)))
        measured.append(timed(lambda: stepper.advance(slice_steps)))
    assert stepper.finished
    what = (
        f"{'preview' if preview else 'run'}, {optimizer}, {groups} group{'s' * (groups > 1)}, {stepper.planned:,} steps"
    )
    to_us = 1e6 / slice_steps
    return Measurement(what, PREVIEW_GOAL if preview else RUN_GOAL, median(bare) * to_us, median(measured) * to_us)


def measurements() -> Iterator[Measurement]:
    for groups in (1, 2, 4, 16):
        for optimizer in ("SGD", "AdamW"):
            yield compare(optimizer, groups, preview=False, slice_steps=1000)
            yield compare(optimizer, groups, preview=True, slice_steps=5000)
    for groups in (1, 4):
        yield compare("AdamW", groups, preview=True, slice_steps=LONG // SLICES)


def main() -> None:
    torch.set_num_threads(1)
    print(f"{'what':42} {'goal':>6} {'ratio':>6} {'bare us/step':>13} {'measured us/step':>17}")
    for row in measurements():
        print(f"{row.what:42} {row.goal:6.2f} {row.ratio:6.2f} {row.bare_us:13.2f} {row.measured_us:17.2f}", flush=True)


if __name__ == "__main__":
    main()
