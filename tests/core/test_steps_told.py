"""Whatever torch accepts and breaks later is told before the run, with the very step at which it raises."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from lrgui.core.recipe import Choice, Group, Options, Recipe, Resume, Run, Scheduler, Unfreeze
from tests.core.nasty_trees import TREE, build, end_told

GROUPS = (Group("weights", ("weight",), Options(lr=0.1)), Group("biases", ("bias",), Options(lr=0.3), frozen=True))


def recipe_of(scheduler: Scheduler, run: Run) -> Recipe:
    return Recipe(groups=GROUPS, optimizer=Choice("SGD", Options(lr=0.1, momentum=0.9)), scheduler=scheduler, run=run)


def end_in_torch(scheduler: Scheduler, run: Run) -> tuple[int, int] | None:
    """The scheduler step at which torch raises and the optimizer steps made by then, None when all goes well."""
    joining = {one.step for one in run.unfreeze}
    made = stepped = 0
    try:
        optimizer: Any = sgd()
        built = build(scheduler, optimizer)

        def step_scheduler() -> None:
            nonlocal stepped
            for _ in range(run.calls):
                stepped += 1
                built.step()

        interval = run.frequency * (1 if run.interval == "step" else run.steps_per_epoch)
        for step in range(run.steps):
            if step in joining:
                optimizer.add_param_group({"params": [torch.nn.Parameter(torch.zeros(2))], "lr": 0.3})
            if run.resume is not None and run.resume.step == step:
                state = optimizer.state_dict()
                optimizer = sgd()
                built = build(scheduler, optimizer)
                optimizer.load_state_dict(state)
            if run.order == "scheduler_first" and step % interval == 0:
                step_scheduler()
            optimizer.step()
            made += 1
            if run.order == "optimizer_first" and (step + 1) % interval == 0:
                step_scheduler()
    except Exception:
        return stepped, made
    return None


def sgd() -> torch.optim.Optimizer:
    return torch.optim.SGD([torch.nn.Parameter(torch.zeros(2, 2))], lr=0.1, momentum=0.9)


# torch steps a composite that comes first in SequentialLR while it is built, and complains about itself; it also
# complains where the scheduler comes first.
pytestmark = pytest.mark.filterwarnings("ignore:Detected call of:UserWarning")


@given(scheduler=TREE, steps=st.integers(1, 40))
def test_the_step_at_which_any_tree_raises_is_told(scheduler: Scheduler, steps: int) -> None:
    run = Run(steps=steps)
    assert end_told(recipe_of(scheduler, run)) == end_in_torch(scheduler, run)


RUNS = st.builds(
    Run,
    steps=st.integers(1, 60),
    steps_per_epoch=st.integers(1, 4),
    interval=st.sampled_from(["step", "epoch"]),
    frequency=st.integers(1, 3),
    calls=st.integers(1, 3),
    order=st.sampled_from(["optimizer_first", "scheduler_first"]),
    resume=st.one_of(st.none(), st.builds(Resume, st.integers(0, 40), st.just("optimizer_only"))),
)


@given(scheduler=TREE, run=RUNS)
def test_the_step_is_told_for_every_pace_and_after_a_loss_of_the_schedulers_state(
    scheduler: Scheduler, run: Run
) -> None:
    assert end_told(recipe_of(scheduler, run)) == end_in_torch(scheduler, run)


JOINED_RUNS = st.builds(
    Run,
    steps=st.integers(1, 60),
    steps_per_epoch=st.integers(1, 4),
    interval=st.sampled_from(["step", "epoch"]),
    calls=st.integers(1, 2),
    order=st.sampled_from(["optimizer_first", "scheduler_first"]),
    unfreeze=st.builds(Unfreeze, st.just("biases"), st.integers(0, 40)).map(lambda one: (one,)),
)


@given(scheduler=TREE, run=JOINED_RUNS)
def test_the_step_at_which_a_scheduler_fails_over_a_group_that_joins_is_told(scheduler: Scheduler, run: Run) -> None:
    assert end_told(recipe_of(scheduler, run)) == end_in_torch(scheduler, run)
