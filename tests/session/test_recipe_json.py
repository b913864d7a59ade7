from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lrgui.core.errors import FileError, RecipeError
from lrgui.core.recipe import Choice, Group, Options, Recipe, Run, Scheduler
from lrgui.session.recipe_json import read_recipe_text, recipe_from_json, recipe_to_json

# Section 5 of the design, as a user would type it.
FULL = """
{
  "model":     {"class": "linear", "options": {"in_features": 10, "out_features": 1}},
  "groups":    [{"name": "weights", "match": "*weight", "options": {"lr": 0.001}},
                {"name": "biases",  "match": ["*bias"],  "options": {"lr": 0.01}, "frozen": true}],
  "optimizer": {"class": "Adam", "options": {"lr": 0.001, "betas": [0.9, 0.99]}},
  "scheduler": {"class": "SequentialLR", "options": {"milestones": [100]},
                "schedulers": [{"class": "LinearLR", "options": {"start_factor": 0.01, "total_iters": 100}},
                               {"class": "CosineAnnealingLR", "options": {"T_max": 900}}]},
  "run":       {"steps": 2000, "steps_per_epoch": 50, "interval": "epoch", "seed": 7,
                "workload": {"class": "none", "options": {}},
                "metric": {"class": "values", "options": {"values": [1.0, 0.9, 0.9]}}}
}
"""


def complaint(data: Any) -> tuple[str, str]:
    with pytest.raises(RecipeError) as caught:
        recipe_from_json(data)
    return caught.value.place, caught.value.message


def with_optimizer(**keys: Any) -> dict[str, Any]:
    return {"optimizer": {"class": "Adam"}, **keys}


def test_the_whole_recipe_is_read_as_written() -> None:
    assert read_recipe_text(FULL) == Recipe(
        model=Choice("linear", Options(in_features=10, out_features=1)),
        groups=(
            Group("weights", ("*weight",), Options(lr=0.001)),
            Group("biases", ("*bias",), Options(lr=0.01), frozen=True),
        ),
        optimizer=Choice("Adam", Options(lr=0.001, betas=(0.9, 0.99))),
        scheduler=Scheduler(
            "SequentialLR",
            Options(milestones=(100,)),
            (
                Scheduler("LinearLR", Options(start_factor=0.01, total_iters=100)),
                Scheduler("CosineAnnealingLR", Options(T_max=900)),
            ),
        ),
        run=Run(2000, 50, "epoch", 7, Choice("none"), Choice("values", Options(values=(1.0, 0.9, 0.9)))),
    )


def test_an_optimizer_alone_is_a_recipe() -> None:
    recipe = recipe_from_json({"optimizer": {"class": "SGD", "options": {"lr": 1}}, "run": {"steps": 5}})
    assert recipe == Recipe(optimizer=Choice("SGD", Options(lr=1)), run=Run(steps=5))
    assert recipe.model.class_name == "linear"
    assert recipe.scheduler is None
    assert recipe.run.interval == "step"


@pytest.mark.parametrize(
    ("data", "place", "message"),
    [
        (3, "", "must be a recipe: an object, not 3"),
        ([], "", "must be a recipe: an object, not an empty list"),
        ({}, "", "has no 'optimizer'"),
        (with_optimizer(model="linear"), "model", 'must be an object with a class and its options, not "linear"'),
        (with_optimizer(model={"options": {}}), "model", "has no 'class'"),
        (with_optimizer(model={"class": ""}), "model.class", 'must be the name of a class, not ""'),
        (with_optimizer(model={"class": "m", "options": [1]}), "model.options", "must be an object of options"),
        (with_optimizer(groups={"name": "a"}), "groups", "must be a list of groups, not an object"),
        (
            with_optimizer(groups=[{"name": "a", "match": "*"}, {"name": "b", "match": 3}]),
            "groups[1].match",
            "must be a pattern or a list of patterns, not 3",
        ),
        (with_optimizer(groups=[{"name": "a", "match": ["*", None]}]), "groups[0].match[1]", "must be a pattern"),
        (with_optimizer(groups=[{"match": "*"}]), "groups[0]", "has no 'name'"),
        (
            with_optimizer(groups=[{"name": "a", "match": "*", "frozen": 1}]),
            "groups[0].frozen",
            "must be true or false",
        ),
        (with_optimizer(groups=[{"name": "a", "match": "*"}] * 1001), "groups", "has 1001 entries, more than 1000"),
        (with_optimizer(scheduler="StepLR"), "scheduler", 'must be a scheduler or null, not "StepLR"'),
        (
            with_optimizer(scheduler={"class": "S", "schedulers": [{"class": "A"}, {"clas": "B"}]}),
            "scheduler.schedulers[1].clas",
            "is not a known key; did you mean 'class'?",
        ),
        (with_optimizer(run={"stepz": 10}), "run.stepz", "is not a known key; did you mean 'steps'?"),
        (with_optimizer(schedule=None), "schedule", "is not a known key; did you mean 'scheduler'?"),
        (with_optimizer(zzz=1), "zzz", "there are model, groups, optimizer, scheduler, run"),
        (with_optimizer(run={"steps": 10.0}), "run.steps", "must be a whole number, not 10.0"),
        (with_optimizer(run={"steps": True}), "run.steps", "must be a whole number, not true"),
        (with_optimizer(run={"steps": "10"}), "run.steps", 'must be a whole number, not "10"'),
        (with_optimizer(run={"seed": 2**63}), "run.seed", "must be a whole number of at most 64 bits"),
        (with_optimizer(run={"interval": "batch"}), "run.interval", 'must be "step" or "epoch", not "batch"'),
        (with_optimizer(run={"workload": None}), "run.workload", "not null"),
        ({"optimizer": {"class": "A", "options": {"lr": math.nan}}}, "optimizer.options.lr", "must be a finite number"),
        (
            {"optimizer": {"class": "A", "options": {"betas": [0.9, -math.inf]}}},
            "optimizer.options.betas[1]",
            "must be a finite number, not -inf",
        ),
        (
            {"optimizer": {"class": "A", "options": {"lr": {"value": 1}}}},
            "optimizer.options.lr",
            "must be a number, text, true, false, null or a list of these, not an object",
        ),
        ({"optimizer": {"class": "A", "options": {"k": 10**400}}}, "optimizer.options.k", "at most 64 bits"),
        (with_optimizer(groups=[{"name": "\ud800", "match": "*"}]), "groups[0].name", "half of a surrogate pair"),
        (
            {"optimizer": {"class": "A", "options": {"lr": object()}}},
            "optimizer.options.lr",
            "not a value of type",
        ),
        ({"optimizer": {"class": "A", "options": {1: 2}}}, "optimizer.options", "must have text as keys, not 1"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(data: Any, place: str, message: str) -> None:
    told_place, told = complaint(data)
    assert told_place == place
    assert message in told


def nested(depth: int) -> dict[str, Any]:
    scheduler: dict[str, Any] = {"class": "StepLR", "options": {"step_size": 1}}
    for _ in range(depth - 1):
        scheduler = {"class": "ChainedScheduler", "schedulers": [scheduler]}
    return scheduler


def test_trees_are_bounded() -> None:
    assert recipe_from_json(with_optimizer(scheduler=nested(32))).scheduler is not None
    assert "nested more than 32 schedulers deep" in complaint(with_optimizer(scheduler=nested(33)))[1]
    assert complaint(with_optimizer(scheduler=nested(5000))) == ("", "is nested too deeply")
    wide = {"class": "S", "schedulers": [{"class": "S", "schedulers": [{"class": "A"}] * 40}] * 25}
    assert complaint(with_optimizer(scheduler=wide)) == ("scheduler", "has 1026 schedulers, more than 1000")
    deep: Any = 0.1
    for _ in range(9):
        deep = [deep]
    assert complaint({"optimizer": {"class": "A", "options": {"lr": deep}}}) == (
        "optimizer.options.lr",
        "is nested too deeply",
    )


def test_patterns_are_bounded_in_all() -> None:
    def groups(count: int) -> dict[str, Any]:
        return {
            "optimizer": {"class": "SGD"},
            "groups": [{"name": str(index), "match": ["*"] * 1000} for index in range(count)],
        }

    assert len(recipe_from_json(groups(5)).groups) == 5
    with pytest.raises(RecipeError, match="groups: have 6000 patterns in all, more than 5000"):
        recipe_from_json(groups(6))


def test_numpy_numbers_become_plain_ones() -> None:
    recipe = recipe_from_json({"optimizer": {"class": "A", "options": {"lr": np.float64(0.5)}}})
    assert type(recipe.optimizer.options["lr"]) is float


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"", "is empty"),
        (b"\x00\x01\xff", "is neither a session of lrgui nor a recipe in JSON"),
        (b"hello", "is neither a session of lrgui nor a recipe in JSON"),
        (b'{\n "run": {"steps": 1,}}', "is not JSON at line 2, column 21"),
        (b'{"run": {"steps": 1, "steps": 2}}', "has the key 'steps' twice in one object"),
        (b"[" * 100_000, "is nested too deeply"),
        (b'{"run": {"seed": ' + b"9" * 5000 + b"}}", "holds a number with too many digits"),
        (b"[" + b"1," * 1_100_000 + b"1]", "holds more than 1000000 values"),
        (b" " * (32 * 2**20 + 1), "is larger than 32 MiB"),
    ],
)
def test_text_that_is_no_recipe(text: bytes, message: str) -> None:
    with pytest.raises(FileError, match=message):
        read_recipe_text(text)


def test_a_byte_order_mark_and_names_of_any_script_are_read() -> None:
    text = '\ufeff{"optimizer": {"class": "Adam"}, "groups": [{"name": "Gewichte 重み", "match": "*"}]}'
    assert read_recipe_text(text.encode()).groups[0].name == "Gewichte 重み"


NAMES = st.text(st.characters(codec="utf-8"), min_size=1, max_size=8)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8"), max_size=8)
)
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3).map(tuple), max_leaves=4)
OPTIONS = st.dictionaries(NAMES, VALUES, max_size=3).map(Options)
CHOICES = st.builds(Choice, NAMES, OPTIONS)
GROUPS = st.builds(Group, NAMES, st.lists(NAMES, max_size=3).map(tuple), OPTIONS, st.booleans())
WHOLE = st.integers(-(2**63), 2**63 - 1)
RECIPES = st.builds(
    Recipe,
    model=CHOICES,
    groups=st.lists(GROUPS, max_size=3).map(tuple),
    optimizer=CHOICES,
    scheduler=st.none()
    | st.recursive(
        st.builds(Scheduler, NAMES, OPTIONS),
        lambda inner: st.builds(Scheduler, NAMES, OPTIONS, st.lists(inner, max_size=3).map(tuple)),
        max_leaves=4,
    ),
    run=st.builds(Run, WHOLE, WHOLE, st.sampled_from(["step", "epoch"]), WHOLE, CHOICES, st.none() | CHOICES),
)


@given(RECIPES)
def test_every_recipe_comes_back_equal(recipe: Recipe) -> None:
    text = json.dumps(recipe_to_json(recipe), ensure_ascii=False, allow_nan=False).encode()
    assert read_recipe_text(text) == recipe


def test_number_types_survive() -> None:
    recipe = Recipe(optimizer=Choice("A", Options(a=1, b=1.0, c=True, d=-0.0)))
    options = read_recipe_text(json.dumps(recipe_to_json(recipe))).optimizer.options
    assert [repr(value) for value in options.values()] == ["1", "1.0", "True", "-0.0"]


def test_the_stated_oracle_recipes_are_read(fixtures: Any) -> None:
    cases = json.loads((fixtures / "oracle_cases.json").read_text(encoding="utf-8"))["cases"]
    assert len(cases) > 20
    for case in cases:
        recipe = recipe_from_json(case["recipe"])
        assert recipe.optimizer.class_name == case["recipe"]["optimizer"]["class"]
        assert recipe_from_json(recipe_to_json(recipe)) == recipe
