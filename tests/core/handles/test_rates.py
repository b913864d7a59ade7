"""Handles of learning rates: whose they are, and how they are rounded."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lrgui.core.handles import Handle, handles_of, moved, nudged
from lrgui.core.recipe import Choice, Group, Options, Recipe, Run, Scheduler, Unfreeze

WEIGHTS, BIASES = ("*weight",), ("*bias",)


def rates(recipe: Recipe) -> list[tuple[str, float]]:
    return [(one.label, one.position) for one in handles_of(recipe) if one.axis == "y"]


def recipe_of(*groups: Group, lr: Any = 0.1, scheduler: Scheduler | None = None, **run: Any) -> Recipe:
    return Recipe(groups=groups, optimizer=Choice("SGD", Options(lr=lr)), scheduler=scheduler, run=Run(**run))


def test_groups_without_a_rate_of_their_own_share_the_optimizers() -> None:
    recipe = recipe_of(Group("weights", WEIGHTS), Group("biases", BIASES))
    (handle,) = handles_of(recipe)
    assert handle == Handle("rate", "lr", "optimizer.options.lr", "y", 0.1, "lr 0.1")
    assert moved(recipe, handle, 0.25).optimizer == Choice("SGD", Options(lr=0.25))


def test_a_group_with_a_rate_of_its_own_has_a_handle() -> None:
    recipe = recipe_of(Group("weights", WEIGHTS, Options(lr=3e-4)), Group("biases", BIASES))
    assert rates(recipe) == [("lr", 0.1), ("lr of weights", 3e-4)]
    handle = handles_of(recipe)[1]
    assert (handle.place, handle.text) == ("groups[0].options.lr", "lr of weights 3e-4")
    changed = moved(recipe, handle, 0.00071)
    assert changed.groups == (Group("weights", WEIGHTS, Options(lr=0.00071)), Group("biases", BIASES))
    assert changed.optimizer == recipe.optimizer


def test_a_rate_that_no_group_takes_has_none() -> None:
    both = Group("weights", WEIGHTS, Options(lr=0.2)), Group("biases", BIASES, Options(lr=0.3))
    assert rates(recipe_of(*both)) == [("lr of weights", 0.2), ("lr of biases", 0.3)]
    assert rates(recipe_of(both[0])) == [("lr", 0.1), ("lr of weights", 0.2)]  # the biases form the group rest


def test_frozen_groups_have_none_until_they_join() -> None:
    groups = Group("weights", WEIGHTS, Options(lr=0.2)), Group("biases", BIASES, Options(lr=0.3), frozen=True)
    assert rates(recipe_of(*groups)) == [("lr of weights", 0.2)]
    assert rates(recipe_of(*groups, unfreeze=(Unfreeze("biases", 5),)))[1] == ("lr of biases", 0.3)


def test_the_default_of_the_optimizer_can_be_moved() -> None:
    recipe = Recipe(optimizer=Choice("Adam"))
    assert rates(recipe) == [("lr", 0.001)]
    assert moved(recipe, handles_of(recipe)[0], 0.002).optimizer.options == Options(lr=0.002)


@pytest.mark.parametrize("name", ["OneCycleLR", "CyclicLR"])
def test_where_the_schedule_has_its_own_rates_there_is_nothing_to_move(name: str) -> None:
    assert rates(recipe_of(scheduler=Scheduler(name))) == []
    assert rates(recipe_of(scheduler=Scheduler("ChainedScheduler", Options(), (Scheduler(name),)))) == []


@pytest.mark.parametrize("lr", [None, "a", True, float("nan"), float("inf"), -0.1, 10**400, (0.1,)])
def test_a_rate_that_is_none_has_no_handle(lr: Any) -> None:
    assert rates(recipe_of(lr=lr)) == []


@pytest.mark.parametrize(
    "recipe",
    [
        Recipe(optimizer=Choice("Nope")),
        Recipe(model=Choice("nope")),
        Recipe(groups=(Group("a", ("",)),)),
    ],
)
def test_a_recipe_that_cannot_be_built_has_none(recipe: Recipe) -> None:
    assert rates(recipe) == []


@pytest.mark.parametrize(
    ("to", "rate"),
    [(0.123456, 0.123), (3.14159e-7, 3.14e-7), (0.09996, 0.1), (-1.0, 0.0), (float("nan"), 0.1), (float("inf"), 0.1)],
)
def test_a_rate_has_three_digits(to: float, rate: float) -> None:
    recipe = recipe_of()
    assert rates(moved(recipe, handles_of(recipe)[0], to)) == [("lr", rate)]


@pytest.mark.parametrize(
    ("lr", "count", "rate"),
    [
        (0.1, 1, 0.11),
        (0.1, -1, 0.099),
        (0.1, 10, 0.2),
        (0.1, -10, 0.09),
        (3e-4, 1, 3.1e-4),
        (0.123456, 1, 0.133456),
        (0.95, 10, 1.05),
        (1.5, -10, 0.5),
        (0, 1, 1e-6),
        (0, -1, 0),
        (1e308, 10**9, 1e308),
    ],
)
def test_a_nudge_changes_the_second_digit(lr: float, count: int, rate: float) -> None:
    recipe = recipe_of(lr=lr)
    assert rates(nudged(recipe, handles_of(recipe)[0], count)) == [("lr", rate)]


@given(st.floats(1e-12, 1e6), st.integers(-10, 10))
def test_a_nudge_goes_the_right_way_and_stays_positive(lr: float, count: int) -> None:
    recipe = recipe_of(lr=lr)
    ((_, rate),) = rates(nudged(recipe, handles_of(recipe)[0], count))
    assert rate > 0
    assert (rate > lr) == (count > 0)
    assert (rate < lr) == (count < 0)
