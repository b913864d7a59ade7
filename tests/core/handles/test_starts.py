"""Handles of ready-made schedules: a formula's parameters, and schedules that stay what they are."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from lrgui.core.handles import handles_of, moved
from lrgui.core.problems import Severity
from lrgui.core.recipe import Options, Recipe, Run
from lrgui.core.starts import STARTS, recognise, starting_values
from lrgui.core.validate import validate

RUN = Run(steps=1000, steps_per_epoch=100)


def recipe_of(key: str, **values: Any) -> Recipe:
    start = STARTS[key]
    fitted = Options({**starting_values(start, Recipe(run=RUN)), **values})
    return Recipe(scheduler=start.build(fitted), run=RUN)


def parameters(recipe: Recipe) -> tuple[str, dict[str, Any]]:
    found = recognise(recipe.scheduler)
    assert found is not None
    return found[0].key, dict(found[1])


def places(recipe: Recipe) -> list[tuple[str, float]]:
    return [(one.label, one.position) for one in handles_of(recipe) if one.axis == "x"]


def after(recipe: Recipe, label: str, to: float) -> dict[str, Any]:
    """Return the parameters that are others once the handle has been moved."""
    key, before = parameters(recipe)
    handle = next(one for one in handles_of(recipe) if one.label == label)
    same_key, now = parameters(moved(recipe, handle, to))
    assert same_key == key
    return {name: value for name, value in now.items() if value != before[name]}


@pytest.mark.parametrize("key", STARTS)
def test_a_ready_made_schedule_stays_one_whatever_is_moved(key: str) -> None:
    recipe = recipe_of(key)
    for handle in handles_of(recipe):
        for to in (-10.0, 37.0, 444.0, 5000.0):
            changed = moved(recipe, handle, to)
            assert parameters(changed)[0] == key
            if handle.axis == "x":
                assert not [one for one in validate(changed) if one.severity is Severity.ERROR]


@pytest.mark.parametrize(
    ("key", "given", "expected"),
    [
        ("inverse_square_root", {"warmup_steps": 40}, [("warmup_steps", 40)]),
        ("hf_constant_with_warmup", {"num_warmup_steps": 0}, [("num_warmup_steps", 0)]),
        ("hf_cosine", {}, [("num_warmup_steps", 50), ("num_training_steps", 1000)]),
        (
            "hf_warmup_stable_decay",
            {},
            [("num_warmup_steps", 50), ("num_decay_steps", 800), ("num_training_steps", 1000)],
        ),
        (
            "hf_warmup_stable_decay",
            {"num_training_steps": None, "num_stable_steps": 500},
            [("num_warmup_steps", 50), ("num_stable_steps", 550), ("num_decay_steps", 750)],
        ),
        ("constant", {}, []),
        ("hf_constant", {}, []),
    ],
)
def test_a_formula_has_a_handle_for_each_count(key: str, given: dict[str, Any], expected: Any) -> None:
    assert places(recipe_of(key, **given)) == expected


def test_a_formulas_parameters_stay_in_order() -> None:
    assert after(recipe_of("hf_linear"), "num_warmup_steps", 2000) == {"num_warmup_steps": 999}
    assert after(recipe_of("hf_linear"), "num_warmup_steps", -5) == {"num_warmup_steps": 0}
    assert after(recipe_of("hf_linear"), "num_training_steps", 3) == {"num_training_steps": 51}
    assert after(recipe_of("inverse_square_root"), "warmup_steps", -5) == {"warmup_steps": 1}


def test_the_fall_at_the_end_is_taken_hold_of_where_it_begins() -> None:
    recipe = recipe_of("hf_warmup_stable_decay")
    decay = next(one for one in handles_of(recipe) if one.label == "num_decay_steps")
    assert decay.text == "num_decay_steps 200 (from epoch 8)"
    assert after(recipe, "num_decay_steps", 700) == {"num_decay_steps": 300}


@pytest.mark.parametrize("decay_type", ["linear", "cosine", "1-sqrt"])
def test_a_fall_of_any_shape_lasts_to_the_end_when_its_milestone_moves(decay_type: str) -> None:
    recipe = recipe_of("warm_up_stable_decay", decay_type=decay_type)
    assert after(recipe, "milestone 2", 650) == {"decay_steps": 350}
    assert after(recipe, "milestone 1", 120) == {"warmup_steps": 120}


def test_a_schedule_that_ends_before_the_run_is_only_shifted() -> None:
    recipe = recipe_of("warm_up_cosine", warmup_steps=50, total_steps=600)
    assert after(recipe, "milestone 1", 90) == {"warmup_steps": 90, "total_steps": 640}
    assert after(replace(recipe, run=replace(RUN, steps=600)), "milestone 1", 90) == {"warmup_steps": 90}
