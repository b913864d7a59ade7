"""The first values of a start fit the run and the optimizer."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from lrgui.core.problems import Severity
from lrgui.core.recipe import Choice, Group, Options, Recipe, Run
from lrgui.core.starts import STARTS, starting_values
from lrgui.core.validate import validate


def values(key: str, recipe: Recipe | None = None, **run: Any) -> Options:
    return starting_values(STARTS[key], recipe or Recipe(run=Run(**run)))


CONDITIONS: list[dict[str, Any]] = [
    {**pace, "calls": calls, "order": order}
    for pace in ({}, {"interval": "epoch"}, {"interval": "epoch", "steps_per_epoch": 3})
    for calls in (1, 3)
    for order in ("optimizer_first", "scheduler_first")
]


@pytest.mark.parametrize("steps", [1, 2, 3, 10, 1000, 100_000])
@pytest.mark.parametrize("key", STARTS)
def test_a_start_fits_a_run_of_any_length(key: str, steps: int) -> None:
    start = STARTS[key]
    for conditions in CONDITIONS:
        recipe = Recipe(run=Run(steps=steps, **conditions))
        first = starting_values(start, recipe)
        assert start.check(first) == {}
        problems = validate(replace(recipe, scheduler=start.build(first)))
        told = [problem for problem in problems if problem.severity is not Severity.NOTE]
        assert [str(problem) for problem in told if not problem.place.startswith("run.")] == []


def test_the_schedule_lasts_as_long_as_the_run() -> None:
    assert values("warm_up_cosine", steps=4000)["total_steps"] == 4000
    assert values("warm_up_cosine", steps=4000)["warmup_steps"] == 200
    assert values("warm_up_linear", steps=4000, interval="epoch", steps_per_epoch=40)["total_steps"] == 100
    assert values("warm_up_stable_decay", steps=4000, frequency=2)["total_steps"] == 2000
    assert values("warm_up_stable_decay", steps=4000)["decay_steps"] == 800
    assert values("hf_linear", steps=4000, calls=2)["num_training_steps"] == 8000
    assert values("hf_warmup_stable_decay", steps=4000)["num_decay_steps"] == 800
    assert values("hf_warmup_stable_decay", steps=4000)["num_stable_steps"] is None
    assert values("step_decay", steps=1000)["step_size"] == 334
    assert values("cosine_restarts", steps=1000)["T_0"] == 250


def test_one_cycle_has_a_rate_for_every_step_of_the_run() -> None:
    """The last rate of n steps is used after n - 1, so that steps after the last epoch need one more."""
    assert values("one_cycle", steps=1000, interval="epoch")["total_steps"] == 10
    assert values("one_cycle", steps=1050, interval="epoch")["total_steps"] == 11
    assert values("one_cycle", steps=1000, order="scheduler_first")["total_steps"] == 1001


def test_a_run_with_a_length_that_is_none_counts_as_a_thousand_steps() -> None:
    assert values("hf_linear", steps=0)["num_training_steps"] == 1000


def test_learning_rates_are_those_of_the_optimizer() -> None:
    recipe = Recipe(optimizer=Choice("SGD", Options(lr=0.4)))
    assert values("one_cycle", recipe)["max_lr"] == 0.4
    assert values("hf_polynomial", recipe) == Options(
        num_warmup_steps=50, num_training_steps=1000, lr_end=1e-7, power=1.0, lr_init=0.4
    )
    assert values("hf_cosine_with_min_lr", recipe)["lr_init"] == 0.4
    assert values("hf_cosine_with_min_lr", recipe)["min_lr"] == pytest.approx(0.04)
    assert values("hf_polynomial", Recipe(optimizer=Choice("Adadelta")))["lr_init"] == 1.0
    assert values("hf_polynomial", Recipe(optimizer=Choice("SGD", Options(lr=1e-7))))["lr_end"] == pytest.approx(1e-8)


def test_one_cycle_peaks_at_the_rate_of_each_group() -> None:
    weights, biases = Group("weights", ("weight",), Options(lr=0.1)), Group("biases", ("bias",), Options(lr=0.3))
    recipe = Recipe(groups=(weights, biases))
    assert values("one_cycle", recipe)["max_lr"] == (0.1, 0.3)
    assert values("one_cycle", replace(recipe, groups=(weights,)))["max_lr"] == (0.1, 0.001)
    assert values("one_cycle", replace(recipe, groups=(weights, replace(biases, frozen=True))))["max_lr"] == 0.1
    start = STARTS["one_cycle"]
    assert validate(replace(recipe, scheduler=start.build(starting_values(start, recipe)))) == ()


@pytest.mark.parametrize(
    ("optimizer", "cycles"),
    [
        (Choice("AdamW"), True),
        (Choice("SGD", Options(momentum=0.9)), True),
        # torch would switch a momentum of 0 on.
        (Choice("SGD"), False),
        (Choice("Adagrad"), False),
    ],
)
def test_one_cycle_moves_a_momentum_that_is_there(optimizer: Choice, cycles: bool) -> None:
    assert values("one_cycle", Recipe(optimizer=optimizer))["cycle_momentum"] is cycles


@pytest.mark.parametrize("key", STARTS)
@pytest.mark.parametrize(
    "recipe",
    [
        Recipe(optimizer=Choice("NoSuchOptimizer")),
        Recipe(optimizer=Choice("SGD", Options(lr="fast"))),
        Recipe(optimizer=Choice("SGD", Options(lr=True))),
        Recipe(optimizer=Choice("SGD", Options(lr=0.0))),
        Recipe(optimizer=Choice("SGD", Options(lr=-1.0))),
        Recipe(model=Choice("NoSuchModel")),
        Recipe(groups=(Group("all", ()),)),
        Recipe(groups=(Group("all", ("*",), frozen=True),)),
    ],
)
def test_a_recipe_that_is_wrong_gets_right_values_all_the_same(key: str, recipe: Recipe) -> None:
    start = STARTS[key]
    assert start.check(starting_values(start, recipe)) == {}
