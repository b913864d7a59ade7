"""What is wrong with the values of a start is said by the name of the field."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from lrgui.core.problems import Severity
from lrgui.core.recipe import Options, Recipe
from lrgui.core.starts import STARTS, starting_values
from lrgui.core.validate import validate

TOGETHER = [
    ("warm_up_cosine", {"warmup_steps": 1000}, {"total_steps": "must be more than warmup_steps"}),
    ("warm_up_linear", {"warmup_steps": 2000}, {"total_steps": "must be more than warmup_steps"}),
    (
        "warm_up_stable_decay",
        {"warmup_steps": 600, "decay_steps": 400},
        {"total_steps": "must be more than warmup_steps and decay_steps together"},
    ),
    ("hf_polynomial", {"lr_end": 1e-3}, {"lr_end": "must be below lr_init"}),
    ("hf_cosine_with_min_lr", {"min_lr": None}, {"min_lr_rate": "must be given"}),
    ("hf_cosine_with_min_lr", {"lr_init": None}, {"lr_init": "must be given"}),
    ("hf_cosine_warmup_with_min_lr", {"min_lr": None}, {"min_lr_rate": "must be given"}),
    ("hf_warmup_stable_decay", {"num_training_steps": None}, {"num_training_steps": "must be given"}),
]


def values(key: str, changes: dict[str, Any]) -> Options:
    return Options({**starting_values(STARTS[key], Recipe()), **changes})


@pytest.mark.parametrize(("key", "changes", "complaints"), TOGETHER)
def test_values_that_do_not_go_together(key: str, changes: dict[str, Any], complaints: dict[str, str]) -> None:
    assert STARTS[key].check(values(key, changes)) == complaints


@pytest.mark.parametrize(("key", "changes"), [case[:2] for case in TOGETHER if case[0] != "hf_polynomial"])
def test_what_is_built_all_the_same_is_refused_by_the_recipes_checks(key: str, changes: dict[str, Any]) -> None:
    recipe = replace(Recipe(), scheduler=STARTS[key].build(values(key, changes)))
    assert any(problem.severity is not Severity.NOTE for problem in validate(recipe))


@pytest.mark.parametrize(
    ("key", "changes", "name"),
    [
        ("warm_up_cosine", {"warmup_steps": 0}, "warmup_steps"),
        ("warm_up_cosine", {"warmup_steps": "many"}, "warmup_steps"),
        ("warm_up_cosine", {"start_factor": 0.0}, "start_factor"),
        ("warm_up_cosine", {"total_steps": None}, "total_steps"),
        ("warm_up_stable_decay", {"decay_type": "square"}, "decay_type"),
        ("hf_warmup_stable_decay", {"warmup_type": None}, "warmup_type"),
        ("hf_cosine_with_restarts", {"num_cycles": 0.5}, "num_cycles"),
    ],
)
def test_a_value_that_is_wrong_by_itself(key: str, changes: dict[str, Any], name: str) -> None:
    start = STARTS[key]
    field = next(field for field in start.fields if field.name == name)
    assert start.check(values(key, changes)) == {name: field.check(changes[name])}


def test_a_value_that_is_missing_counts_as_empty() -> None:
    assert set(STARTS["warm_up_cosine"].check({"eta_min": 0.0})) == {"warmup_steps", "total_steps", "start_factor"}
