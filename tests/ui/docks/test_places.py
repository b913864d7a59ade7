"""The places of problems as the window calls them."""

from __future__ import annotations

import pytest

from lrgui.core.recipe import Group, Options, Recipe, Run, Scheduler, Unfreeze
from lrgui.ui.docks.places import BETWEEN, ordinal, places_in_words

RECIPE = Recipe(
    groups=(Group("weights", ("*weight",)), Group("biases", ("*bias",), frozen=True)),
    scheduler=Scheduler(
        "SequentialLR",
        Options(milestones=(10,)),
        (
            Scheduler("ChainedScheduler", schedulers=(Scheduler("LinearLR"), Scheduler("ExponentialLR"))),
            Scheduler("CosineAnnealingLR", Options(T_max=0)),
        ),
    ),
    run=Run(unfreeze=(Unfreeze("biases", 5),)),
)


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("model.options.hidden[1]", "Model › hidden (2nd)"),
        ("groups", "Parameter groups"),
        ("groups[1].match", "Group biases › match"),
        ("groups[0].options.lr", "Group weights › lr"),
        ("optimizer.class", "Optimizer"),
        ("optimizer.options.betas", "Optimizer › betas"),
        ("scheduler", "Scheduler"),
        ("scheduler.options.milestones", "Scheduler › milestones"),
        ("scheduler.schedulers[1].options.T_max", "Scheduler › CosineAnnealingLR (2nd phase) › T_max"),
        (
            "scheduler.schedulers[0].schedulers[1].class",
            "Scheduler › ChainedScheduler (1st phase) › ExponentialLR (2nd)",
        ),
        ("run.steps", "Run › steps"),
        ("run.metric.options.values[2]", "Run › metric › values (3rd)"),
        ("run.resume.order", "Run › resume › order"),
        ("run.unfreeze[0].step", "Run › unfreeze biases › step"),
        ("", ""),
    ],
)
def test_a_place_is_told_in_the_words_of_the_window(place: str, words: str) -> None:
    assert BETWEEN.join(places_in_words(place, RECIPE)) == words


@pytest.mark.parametrize("place", ["groups[7].name", "run.unfreeze[3].step", "scheduler.schedulers[2].options.gamma"])
def test_what_the_recipe_does_not_have_stays_as_it_is(place: str) -> None:
    assert places_in_words(place, RECIPE) == (place,)


def test_ordinals() -> None:
    assert [ordinal(number) for number in (1, 2, 3, 4, 11, 12, 13, 21, 22, 101, 111)] == [
        *("1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "22nd", "101st", "111th")
    ]
