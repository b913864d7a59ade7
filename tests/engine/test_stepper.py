"""Stepper: numbers that people can write down, which series there are, and runs that fail under way."""

from __future__ import annotations

import numpy as np
import pytest

from lrgui.core.errors import RunError
from lrgui.core.recipe import Choice, Group, Options, Recipe, Run, Scheduler
from lrgui.engine.stepper import Stepper

both_ways = pytest.mark.parametrize("preview", [False, True], ids=["run", "preview"])


def plateau(metric: Choice, steps: int, **options: float) -> Recipe:
    return Recipe(
        optimizer=Choice("SGD", Options(lr=1.0)),
        scheduler=Scheduler("ReduceLROnPlateau", Options(factor=0.5, **options)),
        run=Run(steps=steps, metric=metric),
    )


@both_ways
def test_a_step_schedule_as_people_write_it_down(preview: bool) -> None:
    recipe = Recipe(
        optimizer=Choice("Adam", Options(lr=0.01)),
        scheduler=Scheduler("StepLR", Options(step_size=10, gamma=0.1)),
        run=Run(steps=25),
    )
    stepper = Stepper(recipe, preview=preview)
    assert (stepper.planned, stepper.step, stepper.finished) == (25, 0, False)
    assert stepper.advance(1000) == 25
    assert (stepper.step, stepper.finished, stepper.trace.rows) == (25, True, 25)
    assert stepper.advance(1) == 0
    # 0.01 * 0.1 is 0.001; 0.001 * 0.1 is the double next to 0.0001.
    assert stepper.trace.column("lr", 0).tolist() == [0.01] * 10 + [0.001] * 10 + [0.001 * 0.1] * 5
    assert stepper.trace.column("lr", 0)[-1] == pytest.approx(0.0001)


@both_ways
def test_rows_are_published_as_far_as_stepped(preview: bool) -> None:
    recipe = Recipe(scheduler=Scheduler("ExponentialLR", Options(gamma=0.5)), run=Run(steps=10))
    stepper = Stepper(recipe, preview=preview)
    assert stepper.trace.capacity == 10
    assert [stepper.advance(0), stepper.trace.rows] == [0, 0]
    assert [stepper.advance(1), stepper.trace.rows] == [1, 1]
    assert [stepper.advance(4), stepper.trace.rows] == [4, 5]
    assert stepper.trace["lr"][:, 0].tolist() == [0.001, 0.0005, 0.00025, 0.000125, 0.0000625]


@both_ways
def test_the_scheduler_moves_at_the_end_of_each_epoch(preview: bool) -> None:
    recipe = Recipe(
        optimizer=Choice("SGD", Options(lr=1.0)),
        scheduler=Scheduler("ExponentialLR", Options(gamma=0.5)),
        run=Run(steps=8, steps_per_epoch=3, interval="epoch"),
    )
    stepper = Stepper(recipe, preview=preview)
    for count in (1, 1, 3, 3):
        stepper.advance(count)
    assert stepper.trace.column("lr", 0).tolist() == [1.0, 1.0, 1.0, 0.5, 0.5, 0.5, 0.25, 0.25]


@both_ways
def test_the_last_metric_value_repeats(preview: bool) -> None:
    # Two values that do not improve exhaust a patience of 1: steps 3 and 5 of the scheduler, then every second.
    stepper = Stepper(plateau(Choice("values", Options(values=(1.0, 0.5, 0.5))), 8, patience=1), preview=preview)
    stepper.advance(8)
    assert stepper.trace.column("lr", 0).tolist() == [1.0, 1.0, 1.0, 1.0, 0.5, 0.5, 0.25, 0.25]


@both_ways
def test_a_metric_expression_counts_the_schedulers_steps_from_zero(preview: bool) -> None:
    # The metric is 3, 2, 1, 0, 0, 0: it first fails to improve at the scheduler's step 4, seen by optimizer step 5.
    stepper = Stepper(
        plateau(Choice("expression", Options(expression="max(3 - step, 0)")), 7, patience=0), preview=preview
    )
    stepper.advance(7)
    assert stepper.trace.column("lr", 0).tolist() == [1.0, 1.0, 1.0, 1.0, 1.0, 0.5, 0.25]


@both_ways
def test_frozen_groups_are_not_recorded(preview: bool) -> None:
    recipe = Recipe(
        model=Choice("mlp"),
        groups=(
            Group("first", ("layers.0.*",), frozen=True),
            Group("weights", ("*weight",), Options(lr=0.5)),
        ),
        optimizer=Choice("SGD", Options(lr=0.25)),
        run=Run(steps=3),
    )
    stepper = Stepper(recipe, preview=preview)
    stepper.advance(3)
    assert stepper.trace.groups == ("weights", "rest")
    assert stepper.trace["lr"].tolist() == [[0.5, 0.25]] * 3


@pytest.mark.parametrize(
    ("optimizer", "options", "expected"),
    [
        ("SGD", {"momentum": 0.9}, {"lr": 0.5, "momentum": 0.9, "weight_decay": 0.0}),
        ("AdamW", {}, {"lr": 0.5, "momentum": 0.9, "weight_decay": 0.01}),
        ("Adam", {"betas": (0.7, 0.99)}, {"lr": 0.5, "momentum": 0.7, "weight_decay": 0.0}),
        ("SparseAdam", {}, {"lr": 0.5, "momentum": 0.9}),
        ("Adadelta", {"weight_decay": 0.125}, {"lr": 0.5, "weight_decay": 0.125}),
        ("LBFGS", {}, {"lr": 0.5}),
    ],
)
def test_series_are_what_the_optimizer_has(
    optimizer: str, options: dict[str, object], expected: dict[str, float]
) -> None:
    stepper = Stepper(Recipe(optimizer=Choice(optimizer, Options({"lr": 0.5, **options})), run=Run(steps=2)))
    stepper.advance(2)
    assert stepper.trace.series == tuple(expected)
    for series, value in expected.items():
        assert stepper.trace[series].tolist() == [[value]] * 2


def test_a_groups_own_options_are_recorded() -> None:
    groups = (
        Group("weights", ("weight",), Options(betas=(0.5, 0.9), weight_decay=0.25)),
        Group("biases", ("bias",), Options(lr=2)),
    )
    stepper = Stepper(Recipe(groups=groups, optimizer=Choice("Adam", Options(lr=1)), run=Run(steps=1)))
    stepper.advance(1)
    assert stepper.trace["lr"].tolist() == [[1.0, 2.0]]
    assert stepper.trace["momentum"].tolist() == [[0.5, 0.9]]
    assert stepper.trace["weight_decay"].tolist() == [[0.25, 0.0]]


def test_a_group_that_no_parameter_joins_is_stepped_all_the_same() -> None:
    groups = (Group("norms", ("*norm*",), Options(lr=0.5)),)
    recipe = Recipe(
        groups=groups,
        optimizer=Choice("SGD", Options(lr=1.0)),
        scheduler=Scheduler("ExponentialLR", Options(gamma=0.5)),
        run=Run(steps=2),
    )
    stepper = Stepper(recipe)
    stepper.advance(2)
    assert stepper.trace.groups == ("norms", "rest")
    assert stepper.trace["lr"].tolist() == [[0.5, 1.0], [0.25, 0.5]]


@both_ways
def test_an_expression_that_divides_by_zero_keeps_what_was_recorded(preview: bool) -> None:
    recipe = Recipe(
        optimizer=Choice("SGD", Options(lr=1.0)),
        scheduler=Scheduler("LambdaLR", Options(lr_lambda="1 / (7 - epoch)")),
        run=Run(steps=20),
    )
    stepper = Stepper(recipe, preview=preview)
    with pytest.raises(RunError, match=r"step 7, LambdaLR: .*divides by zero") as caught:
        stepper.advance(20)
    assert caught.value.step == 7
    assert stepper.trace.rows == 7
    assert not stepper.finished
    np.testing.assert_array_equal(stepper.trace.column("lr", 0), [1 / 7, 1 / 6, 1 / 5, 1 / 4, 1 / 3, 1 / 2, 1.0])


@both_ways
def test_every_series_has_its_rows_where_a_schedule_fails(preview: bool) -> None:
    recipe = Recipe(
        optimizer=Choice("AdamW", Options(lr=1.0, betas=(0.7, 0.9), weight_decay=0.25)),
        scheduler=Scheduler("LambdaLR", Options(lr_lambda="1 / (3 - epoch)")),
        run=Run(steps=20),
    )
    stepper = Stepper(recipe, preview=preview)
    with pytest.raises(RunError, match="step 3, "):
        stepper.advance(20)
    assert stepper.trace.rows == 3
    assert stepper.trace["momentum"].tolist() == [[0.7]] * 3
    assert stepper.trace["weight_decay"].tolist() == [[0.25]] * 3


@both_ways
@pytest.mark.parametrize("interval", [1, 3])
@pytest.mark.parametrize("optimizer", ["SGD", "AdamW"])
def test_momentum_that_a_part_of_a_schedule_cycles(optimizer: str, interval: int, preview: bool) -> None:
    # By hand: the learning rate rises from 0.125 by 0.375 in 3 steps while the momentum falls from 0.75 by 0.375.
    cycle = Options(base_lr=0.125, max_lr=0.5, step_size_up=3, base_momentum=0.375, max_momentum=0.75)
    joined = Scheduler(
        "SequentialLR",
        Options(milestones=(2,)),
        (Scheduler("ConstantLR", Options(factor=1.0)), Scheduler("CyclicLR", cycle)),
    )
    options = Options(lr=1.0, momentum=0.9) if optimizer == "SGD" else Options(lr=1.0)
    recipe = Recipe(
        optimizer=Choice(optimizer, options), scheduler=joined, run=Run(steps=8 * interval, frequency=interval)
    )
    stepper = Stepper(recipe, preview=preview)
    while not stepper.finished:
        stepper.advance(3)
    momentum = stepper.trace["momentum"][::interval, 0]
    assert momentum[2:].tolist() == pytest.approx([0.75, 0.625, 0.5, 0.375, 0.5, 0.625])
    assert np.repeat(momentum, interval).tolist() == stepper.trace["momentum"][:, 0].tolist()


@both_ways
def test_a_schedule_that_torch_accepts_and_fails_in_later(preview: bool) -> None:
    # The third step's factor, 1e300 squared, is beyond the largest double.
    cycle = Options(base_lr=0.25, max_lr=1.25, step_size_up=2, mode="exp_range", gamma=1e300, cycle_momentum=False)
    recipe = Recipe(
        optimizer=Choice("SGD", Options(lr=1.0)),
        scheduler=Scheduler("ChainedScheduler", schedulers=(Scheduler("CyclicLR", cycle),)),
        run=Run(steps=20),
    )
    stepper = Stepper(recipe, preview=preview)
    with pytest.raises(RunError, match=r"^step 2, CyclicLR: \w[^(]* \(OverflowError\)$") as caught:
        stepper.advance(20)
    assert caught.value.step == 2
    assert stepper.trace.column("lr", 0).tolist() == [0.25, 0.5e300]


@both_ways
def test_a_metric_without_a_value_ends_the_run(preview: bool) -> None:
    stepper = Stepper(plateau(Choice("expression", Options(expression="log(3 - step)")), 9), preview=preview)
    with pytest.raises(RunError, match="has no real value at step = 3") as caught:
        stepper.advance(9)
    assert caught.value.step == 4
    assert stepper.trace.rows == 4
