"""The conditions of a run as JSON, as the README writes them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lrgui.core.errors import RecipeError
from lrgui.core.recipe import Choice, EveryNth, Recipe, Resume, Run, Unfreeze
from lrgui.session.recipe_json import recipe_from_json, recipe_to_json


def read(run: dict[str, Any]) -> Run:
    return recipe_from_json({"optimizer": {"class": "SGD"}, "run": run}).run


def test_every_condition_is_read_as_written() -> None:
    run = read(
        {
            "frequency": 2,
            "calls": 4,
            "skipped_steps": [5, 6],
            "order": "scheduler_first",
            "unfreeze": [{"group": "backbone", "step": 500}, {"group": "neck", "step": 250}],
            "resume": {"step": 400, "order": "load_then_build"},
        }
    )
    assert run == Run(
        frequency=2,
        calls=4,
        skipped_steps=(5, 6),
        order="scheduler_first",
        unfreeze=(Unfreeze("backbone", 500), Unfreeze("neck", 250)),
        resume=Resume(400, "load_then_build"),
    )


def test_every_nth_step_is_skipped() -> None:
    assert read({"skipped_steps": {"every": 100}}).skipped_steps == EveryNth(100)


@pytest.mark.parametrize("name", ["frequency", "calls", "skipped_steps", "order", "unfreeze", "resume"])
def test_what_is_off_is_not_written(name: str) -> None:
    assert name not in recipe_to_json(Recipe())["run"]


def test_a_resume_is_right_unless_it_says_otherwise() -> None:
    assert read({"resume": {"step": 3}}).resume == Resume(3, "build_then_load")
    assert read({"resume": None}).resume is None


@pytest.mark.parametrize(
    ("run", "place", "message"),
    [
        ({"frequency": 1.0}, "run.frequency", "must be a whole number, not 1.0"),
        ({"calls": True}, "run.calls", "must be a whole number, not true"),
        ({"skipped_steps": 5}, "run.skipped_steps", 'must be a list of steps or {"every": n}, not 5'),
        ({"skipped_steps": [1, 2.0]}, "run.skipped_steps[1]", "must be a whole number, not 2.0"),
        ({"skipped_steps": {}}, "run.skipped_steps", "has no 'every'"),
        ({"skipped_steps": {"evry": 3}}, "run.skipped_steps.evry", "did you mean 'every'?"),
        ({"skipped_steps": {"every": 2.5}}, "run.skipped_steps.every", "must be a whole number, not 2.5"),
        ({"skipped_steps": [1] * 100_001}, "run.skipped_steps", "has 100001 entries, more than 100000"),
        ({"order": "both"}, "run.order", 'must be "optimizer_first" or "scheduler_first", not "both"'),
        ({"unfreeze": {"group": "a", "step": 1}}, "run.unfreeze", "must be a list of groups and the steps"),
        ({"unfreeze": [{"group": "a"}]}, "run.unfreeze[0]", "has no 'step'"),
        ({"unfreeze": [{"group": 1, "step": 1}]}, "run.unfreeze[0].group", "must be text, not 1"),
        ({"unfreeze": [{"group": "a", "step": 2**63}]}, "run.unfreeze[0].step", "at most 64 bits"),
        ({"resume": 400}, "run.resume", "must be an object with a step and an order, or null, not 400"),
        ({"resume": {"order": "scheduler_only"}}, "run.resume", "has no 'step'"),
        ({"resume": {"step": 1, "order": "x"}}, "run.resume.order", 'must be "build_then_load" or "load_then_build"'),
    ],
)
def test_what_is_wrong_is_told_with_its_place(run: dict[str, Any], place: str, message: str) -> None:
    with pytest.raises(RecipeError) as caught:
        read(run)
    assert caught.value.place == place
    assert message in caught.value.message


STEPS = st.integers(0, 10**6)
RUNS = st.builds(
    Run,
    frequency=st.integers(1, 100),
    calls=st.integers(1, 100),
    skipped_steps=st.one_of(st.lists(STEPS).map(tuple), st.integers(2, 1000).map(EveryNth)),
    order=st.sampled_from(["optimizer_first", "scheduler_first"]),
    unfreeze=st.lists(st.builds(Unfreeze, st.text(), STEPS), max_size=3).map(tuple),
    resume=st.none() | st.builds(Resume, STEPS, st.sampled_from(["build_then_load", "scheduler_only"])),
    metric=st.none() | st.just(Choice("values")),
)


@given(RUNS)
def test_a_run_comes_back_as_it_was(run: Run) -> None:
    recipe = Recipe(run=run)
    assert recipe_from_json(recipe_to_json(recipe)) == recipe
