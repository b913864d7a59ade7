"""The conditions of a real training, one by one, against what torch documents and against loops written out here."""

from __future__ import annotations

import copy
import math
from typing import Any

import numpy as np
import pytest
import torch
from torch.optim import lr_scheduler

from lrgui.core.errors import RunError
from lrgui.core.recipe import Choice, EveryNth, Group, Options, Recipe, Resume, ResumeOrder, Run, Scheduler, Unfreeze
from lrgui.core.trace import Trace
from lrgui.engine.stepper import Stepper

BOTH = pytest.mark.parametrize("preview", [False, True], ids=["run", "preview"])
HALVING = Scheduler("ExponentialLR", Options(gamma=0.5))
BACKBONE = Group("backbone", ("layers.0.*",), Options(lr=7.0), frozen=True)


def halving(**run: Any) -> Recipe:
    return Recipe(optimizer=Choice("SGD", Options(lr=1.0)), scheduler=HALVING, run=Run(**run))


def trace_of(recipe: Recipe, preview: bool = False, chunk: int = 3) -> Trace:
    stepper = Stepper(recipe, preview=preview)
    while not stepper.finished:
        stepper.advance(chunk)
    assert stepper.trace.rows == stepper.trace.capacity
    return stepper.trace


def rates(recipe: Recipe, preview: bool = False) -> list[float]:
    return trace_of(recipe, preview).column("lr", 0).tolist()


@BOTH
def test_without_conditions(preview: bool) -> None:
    assert rates(halving(steps=4), preview) == [1, 0.5, 0.25, 0.125]


@BOTH
def test_the_scheduler_is_stepped_every_so_many_intervals(preview: bool) -> None:
    assert rates(halving(steps=7, frequency=3), preview) == [1, 1, 1, 0.5, 0.5, 0.5, 0.25]
    epochs = halving(steps=9, frequency=2, interval="epoch", steps_per_epoch=2)
    assert rates(epochs, preview) == [1, 1, 1, 1, 0.5, 0.5, 0.5, 0.5, 0.25]


@BOTH
def test_every_process_steps_the_scheduler(preview: bool) -> None:
    assert rates(halving(steps=4, calls=3), preview) == [1, 2**-3, 2**-6, 2**-9]
    epochs = halving(steps=5, calls=2, interval="epoch", steps_per_epoch=2)
    assert rates(epochs, preview) == [1, 1, 0.25, 0.25, 2**-4]


@BOTH
def test_a_metric_has_a_value_for_every_call(preview: bool) -> None:
    recipe = Recipe(
        optimizer=Choice("SGD", Options(lr=1.0)),
        scheduler=Scheduler("ReduceLROnPlateau", Options(factor=0.5, patience=0)),
        run=Run(steps=4, calls=2, metric=Choice("values", Options(values=(1.0, 1.0, 0.5, 0.5, 0.1, 0.05)))),
    )
    assert rates(recipe, preview) == [1, 0.5, 0.25, 0.25]


@BOTH
def test_skipped_steps_have_no_row_and_the_scheduler_goes_on(preview: bool) -> None:
    assert rates(halving(steps=5, skipped_steps=(1, 3)), preview) == [1, 0.25, 2**-4]
    assert rates(halving(steps=7, skipped_steps=EveryNth(3)), preview) == [1, 0.5, 2**-3, 2**-4, 2**-6]


@BOTH
@pytest.mark.filterwarnings("ignore:Detected call of `lr_scheduler.step\\(\\)` before:UserWarning")
def test_a_scaler_that_skips_the_first_step_loses_the_first_rate(preview: bool) -> None:
    assert rates(halving(steps=3, skipped_steps=(2, 50, 0, 2)), preview) == [0.5]


@BOTH
@pytest.mark.filterwarnings("ignore:Detected call of `lr_scheduler.step\\(\\)` before:UserWarning")
def test_the_scheduler_first_loses_the_first_rate(preview: bool) -> None:
    assert rates(halving(steps=3, order="scheduler_first"), preview) == [0.5, 0.25, 0.125]
    epochs = halving(steps=5, order="scheduler_first", interval="epoch", steps_per_epoch=2)
    assert rates(epochs, preview) == [0.5, 0.5, 0.25, 0.25, 0.125]


def test_torch_warns_of_the_scheduler_first() -> None:
    with pytest.warns(UserWarning, match="before `optimizer.step"):
        trace_of(halving(steps=2, order="scheduler_first"))


@BOTH
def test_a_frozen_group_joins_on_the_way(preview: bool) -> None:
    recipe = Recipe(
        model=Choice("mlp"),
        groups=(BACKBONE,),
        optimizer=Choice("SGD", Options(lr=1.0, momentum=0.5)),
        scheduler=HALVING,
        run=Run(steps=5, unfreeze=(Unfreeze("backbone", 3),)),
    )
    trace = trace_of(recipe, preview)
    assert trace.groups == ("rest", "backbone")
    assert trace.column("lr", 0).tolist() == [1, 0.5, 0.25, 0.125, 0.0625]
    np.testing.assert_array_equal(trace.column("lr", 1), [math.nan] * 3 + [7, 3.5])
    np.testing.assert_array_equal(trace.column("momentum", 1), [math.nan] * 3 + [0.5, 0.5])


@BOTH
def test_groups_join_in_the_order_of_their_steps(preview: bool) -> None:
    frozen = (BACKBONE, Group("bias", ("*.bias",), Options(lr=3.0), frozen=True))
    recipe = Recipe(
        model=Choice("mlp"),
        groups=frozen,
        optimizer=Choice("SGD", Options(lr=1.0)),
        run=Run(steps=3, unfreeze=(Unfreeze("backbone", 2), Unfreeze("bias", 0))),
    )
    trace = trace_of(recipe, preview)
    assert trace.groups == ("rest", "bias", "backbone")
    np.testing.assert_array_equal(trace["lr"], [[1, 3, math.nan], [1, 3, math.nan], [1, 3, 7]])


@BOTH
@pytest.mark.parametrize(
    ("scheduler", "step", "culprit"),
    [
        (Scheduler("LambdaLR", Options(lr_lambda="0.9**epoch")), 3, "LambdaLR: zip()"),
        (Scheduler("CosineAnnealingWarmRestarts", Options(T_0=10)), 3, "CosineAnnealingWarmRestarts: zip()"),
        (Scheduler("OneCycleLR", Options(max_lr=0.1, total_steps=30)), 3, "OneCycleLR: initial_lr"),
        (Scheduler("CosineAnnealingLR", Options(T_max=6)), 7, "CosineAnnealingLR: zip()"),
    ],
)
def test_what_torch_makes_of_a_group_that_joins_ends_the_run_there(
    scheduler: Scheduler, step: int, culprit: str, preview: bool
) -> None:
    recipe = Recipe(
        model=Choice("mlp"),
        groups=(BACKBONE,),
        optimizer=Choice("SGD", Options(lr=1.0)),
        scheduler=scheduler,
        run=Run(steps=20, unfreeze=(Unfreeze("backbone", 2),)),
    )
    stepper = Stepper(recipe, preview=preview)
    with pytest.raises(RunError) as caught:
        stepper.advance(20)
    assert caught.value.step == step
    assert f"step {step}, {culprit}" in str(caught.value)
    assert stepper.trace.rows == step
    assert stepper.trace.column("lr", 1)[2] == 7.0


SCHEDULERS: dict[str, tuple[Scheduler, Any]] = {
    "linear": (
        Scheduler("LinearLR", Options(start_factor=0.1, total_iters=10)),
        lambda optimizer: lr_scheduler.LinearLR(optimizer, 0.1, total_iters=10),
    ),
    "lambda": (
        Scheduler("LambdaLR", Options(lr_lambda=("0.9**epoch", "1/(1+epoch)"))),
        lambda optimizer: lr_scheduler.LambdaLR(optimizer, [lambda epoch: 0.9**epoch, lambda epoch: 1 / (1 + epoch)]),
    ),
    "cosine": (
        Scheduler("CosineAnnealingLR", Options(T_max=15)),
        lambda optimizer: lr_scheduler.CosineAnnealingLR(optimizer, 15),
    ),
    "one cycle": (
        Scheduler("OneCycleLR", Options(max_lr=(0.5, 0.2), total_steps=30)),
        lambda optimizer: lr_scheduler.OneCycleLR(optimizer, [0.5, 0.2], total_steps=30),
    ),
    "sequential": (
        Scheduler(
            "SequentialLR",
            Options(milestones=(5,)),
            (
                Scheduler("LinearLR", Options(start_factor=0.1, total_iters=5)),
                Scheduler("ExponentialLR", Options(gamma=0.9)),
            ),
        ),
        lambda optimizer: lr_scheduler.SequentialLR(
            optimizer,
            [lr_scheduler.LinearLR(optimizer, 0.1, total_iters=5), lr_scheduler.ExponentialLR(optimizer, 0.9)],
            [5],
        ),
    ),
}


def a_training_that_is_resumed(make_scheduler: Any, order: ResumeOrder, at: int, steps: int) -> list[list[float]]:
    linear = torch.nn.Linear(10, 1)

    def make_optimizer() -> torch.optim.SGD:
        groups = [{"params": [linear.weight], "lr": 1.0}, {"params": [linear.bias], "lr": 0.3}]
        return torch.optim.SGD(groups, momentum=0.9)

    optimizer = make_optimizer()
    scheduler = make_scheduler(optimizer)
    rows = []
    for step in range(steps):
        if step == at:
            saved = copy.deepcopy({"optimizer": optimizer.state_dict(), "scheduler": scheduler.state_dict()})
            optimizer = make_optimizer()
            if order == "load_then_build":
                optimizer.load_state_dict(saved["optimizer"])
                scheduler = make_scheduler(optimizer)
                scheduler.load_state_dict(saved["scheduler"])
            elif order == "build_then_load":
                scheduler = make_scheduler(optimizer)
                optimizer.load_state_dict(saved["optimizer"])
                scheduler.load_state_dict(saved["scheduler"])
            elif order == "scheduler_only":
                scheduler = make_scheduler(optimizer)
                scheduler.load_state_dict(saved["scheduler"])
            else:
                scheduler = make_scheduler(optimizer)
                optimizer.load_state_dict(saved["optimizer"])
        rows.append([group[name] for name in ("lr", "momentum") for group in optimizer.param_groups])
        optimizer.step()
        scheduler.step()
    return rows


@BOTH
@pytest.mark.parametrize("name", SCHEDULERS)
@pytest.mark.parametrize("order", ["build_then_load", "load_then_build", "scheduler_only", "optimizer_only"])
def test_a_resume_in_every_order(order: ResumeOrder, name: str, preview: bool) -> None:
    described, make = SCHEDULERS[name]
    recipe = Recipe(
        groups=(Group("weights", ("weight",), Options(lr=1.0)), Group("biases", ("bias",), Options(lr=0.3))),
        optimizer=Choice("SGD", Options(momentum=0.9)),
        scheduler=described,
        run=Run(steps=20, resume=Resume(8, order)),
    )
    trace = trace_of(recipe, preview)
    recorded = np.hstack([trace["lr"], trace["momentum"]])
    assert recorded.tolist() == a_training_that_is_resumed(make, order, 8, 20)
    unbroken = trace_of(recipe.with_run(resume=None), preview)["lr"]
    if order == "build_then_load":
        assert trace["lr"].tobytes() == unbroken.tobytes()
    elif order in ("scheduler_only", "optimizer_only"):
        assert trace["lr"].tobytes() != unbroken.tobytes()


@BOTH
def test_a_resume_after_a_group_has_joined(preview: bool) -> None:
    recipe = Recipe(
        model=Choice("mlp"),
        groups=(BACKBONE,),
        optimizer=Choice("SGD", Options(lr=1.0)),
        scheduler=HALVING,
        run=Run(steps=5, unfreeze=(Unfreeze("backbone", 2),), resume=Resume(2)),
    )
    trace = trace_of(recipe, preview)
    np.testing.assert_array_equal(trace.column("lr", 1), [math.nan, math.nan, 7, 3.5, 1.75])


@BOTH
def test_a_plateau_goes_on_with_its_metric_after_a_resume(preview: bool) -> None:
    recipe = Recipe(
        optimizer=Choice("SGD", Options(lr=1.0)),
        scheduler=Scheduler("ReduceLROnPlateau", Options(factor=0.5, patience=1)),
        run=Run(steps=9, metric=Choice("expression", Options(expression="1 - step if step < 3 else 5"))),
    )
    resumed = recipe.with_run(resume=Resume(4))
    assert rates(resumed, preview) == rates(recipe, preview)
    assert rates(recipe, preview)[-1] == 0.25


@BOTH
def test_many_conditions_at_once(preview: bool) -> None:
    recipe = halving(
        steps=12,
        frequency=2,
        calls=2,
        skipped_steps=EveryNth(4),
        interval="epoch",
        steps_per_epoch=2,
        resume=Resume(6, "optimizer_only"),
    )
    # A fresh ExponentialLR goes on from the rate that it finds, so that this resume is right by luck.
    assert rates(recipe, preview) == [1, 1, 1, 0.25, 0.25, 0.25, 2**-4, 2**-4, 2**-4]


def test_single_steps_make_the_same_rows() -> None:
    recipe = halving(steps=9, skipped_steps=(2, 3), resume=Resume(5), calls=2)
    assert trace_of(recipe, chunk=1)["lr"].tobytes() == trace_of(recipe, chunk=9)["lr"].tobytes()
