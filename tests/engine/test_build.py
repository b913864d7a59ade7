"""Recipe -> torch objects: what each group gets, and where a refusal points."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import torch

from lrgui.core.errors import RecipeError
from lrgui.core.recipe import Choice, Group, Options, Recipe, Run, Scheduler
from lrgui.engine.build import build
from lrgui.engine.stepper import Stepper
from lrgui.session.recipe_json import recipe_from_json

FIXTURE = Path(__file__).parents[1] / "fixtures" / "oracle_errors.json"
REFUSED: dict[str, dict[str, Any]] = {case["name"]: case for case in json.loads(FIXTURE.read_text(encoding="utf-8"))}


def test_groups_take_their_parameters_in_order() -> None:
    recipe = Recipe(
        model=Choice("mlp", Options(in_features=4, hidden=(3, 2), out_features=1)),
        groups=(
            Group("biases", ("*.bias",), Options(lr=0.5, weight_decay=0.0)),
            Group("input", ("layers.0.*",), frozen=True),
        ),
        optimizer=Choice("AdamW", Options(lr=0.25)),
    )
    training = build(recipe)
    names = {parameter: name for name, parameter in training.model.named_parameters()}
    biases, rest = training.optimizer.param_groups
    assert [names[parameter] for parameter in biases["params"]] == ["layers.0.bias", "layers.1.bias", "layers.2.bias"]
    assert [names[parameter] for parameter in rest["params"]] == ["layers.1.weight", "layers.2.weight"]
    assert (biases["lr"], biases["weight_decay"], rest["lr"], rest["weight_decay"]) == (0.5, 0.0, 0.25, 0.01)
    assert [group.name for group in training.groups] == ["biases", "rest"]
    frozen = {name for name, parameter in training.model.named_parameters() if not parameter.requires_grad}
    assert frozen == {"layers.0.weight"}


def test_each_build_is_fresh_and_each_seed_gives_its_weights() -> None:
    first, second = build(Recipe()), build(Recipe())
    other = build(Recipe(run=Run(seed=1)))
    weights = [next(training.model.parameters()) for training in (first, second, other)]
    assert weights[0] is not weights[1]
    assert torch.equal(weights[0], weights[1])
    assert not torch.equal(weights[0], weights[2])


def test_every_group_has_a_learning_rate_of_its_own() -> None:
    groups = (Group("weights", ("weight",)), Group("biases", ("bias",), Options(lr=2)))
    param_groups = build(Recipe(groups=groups, optimizer=Choice("SGD", Options(lr=1)))).optimizer.param_groups
    assert [(type(group["lr"]), group["lr"]) for group in param_groups] == [(float, 1.0), (float, 2.0)]


@pytest.mark.parametrize("name", REFUSED)
def test_what_public_test_suites_see_refused_is_refused(name: str) -> None:
    case = REFUSED[name]
    recipe = recipe_from_json(
        {
            "groups": case["groups"],
            "optimizer": {"class": case["optimizer"]["class"], "options": case["optimizer"]["kwargs"]},
            "scheduler": case["schedulers"][0],
        }
    )
    with pytest.raises(RecipeError) as caught:
        build(recipe)
    assert caught.value.place.startswith("scheduler")


@pytest.mark.parametrize(
    ("recipe", "place"),
    [
        (Recipe(optimizer=Choice("Adamm")), "optimizer.class"),
        (Recipe(scheduler=Scheduler("Scheduler")), "scheduler.class"),
        (Recipe(scheduler=Scheduler("ReduceLROnPlateau")), "run.metric"),
        (Recipe(optimizer=Choice("Muon"), groups=(Group("all", ("*",)),)), "groups[0]"),
        (Recipe(groups=(Group("all", ("*",), frozen=True),)), "groups"),
        (Recipe(scheduler=Scheduler("StepLR", Options(step_size=3, last_epoch=1))), "scheduler"),
        (
            Recipe(
                scheduler=Scheduler(
                    "ChainedScheduler",
                    schedulers=(
                        Scheduler("ExponentialLR", Options(gamma=0.5)),
                        Scheduler("CyclicLR", Options(base_lr=0.1, max_lr=1.0)),
                    ),
                ),
                optimizer=Choice("Adagrad"),
            ),
            "scheduler.schedulers[1]",
        ),
    ],
)
def test_a_refusal_names_its_place(recipe: Recipe, place: str) -> None:
    with pytest.raises(RecipeError) as caught:
        Stepper(recipe)
    assert caught.value.place.startswith(place)


def test_what_torch_itself_raises_is_told_in_its_words_with_the_place() -> None:
    # A sequence steps a nested composite while it is built; here the warning about the order is an error.
    inner = Scheduler("ChainedScheduler", schedulers=(Scheduler("ExponentialLR", Options(gamma=0.5)),))
    sequence = Scheduler(
        "SequentialLR", Options(milestones=(3,)), (inner, Scheduler("ExponentialLR", Options(gamma=0.5)))
    )
    outer = Scheduler("ChainedScheduler", schedulers=(Scheduler("ExponentialLR", Options(gamma=0.5)), sequence))
    with pytest.raises(RecipeError) as caught:
        build(Recipe(scheduler=outer))
    assert caught.value.place == "scheduler.schedulers[1]"
    assert caught.value.message.startswith("Detected call of `lr_scheduler.step()` before `optimizer.step()`.")


def test_a_model_beyond_the_memory_is_refused_before_it_is_made() -> None:
    recipe = Recipe(model=Choice("linear", Options(in_features=10_000_000, out_features=10_000_000)))
    with pytest.raises(RecipeError) as caught:
        build(recipe)
    assert caught.value.place.startswith("model")
