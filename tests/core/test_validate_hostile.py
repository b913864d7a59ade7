"""Whatever stands in a recipe, validate answers with problems and never raises."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lrgui.core.catalog import METRICS, MODELS, OPTIMIZERS, SCHEDULERS
from lrgui.core.errors import RecipeError
from lrgui.core.problems import Severity
from lrgui.core.recipe import Choice, EveryNth, Group, Options, Recipe, Resume, Run, Scheduler, Unfreeze
from lrgui.core.validate import validate
from lrgui.tracing import trace

RESUME_ORDERS = ["build_then_load", "load_then_build", "scheduler_only", "optimizer_only"]

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.sampled_from([0, -1, 1, 2**63, -(2**63), 10**400]),
    st.floats(),
    st.text(max_size=8),
    st.sampled_from(["*", "[", "1/epoch", "epoch**epoch", "__import__('os')", "triangular"]),
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text(), inner)), max_leaves=6
)


def choices(catalog: Any) -> Any:
    names = st.one_of(st.sampled_from(list(catalog)), st.text(max_size=5), VALUES)
    fields = [field.name for entry in catalog.values() for field in entry.fields]
    keys = st.one_of(st.sampled_from(fields or ["x"]), st.text(max_size=5))
    return names, st.dictionaries(keys, VALUES, max_size=5).map(Options)


MODEL = st.builds(Choice, *choices(MODELS))
OPTIMIZER = st.builds(Choice, *choices(OPTIMIZERS))
LEAVES = st.builds(Scheduler, *choices(SCHEDULERS))
TREES = st.recursive(
    LEAVES,
    lambda inner: st.builds(Scheduler, *choices(SCHEDULERS), st.lists(inner, max_size=3).map(tuple)),
    max_leaves=5,
)
GROUPS = st.builds(
    Group,
    st.one_of(st.text(max_size=4), st.just("rest"), VALUES),
    st.one_of(st.lists(st.one_of(st.text(max_size=4), st.just("*")), max_size=3).map(tuple), VALUES),
    choices(OPTIMIZERS)[1],
    VALUES,
)
RUNS = st.builds(
    Run,
    st.one_of(st.integers(), VALUES),
    st.one_of(st.integers(), VALUES),
    st.one_of(st.sampled_from(["step", "epoch"]), VALUES),
    VALUES,
    st.builds(Choice, VALUES),
    st.one_of(st.none(), st.builds(Choice, *choices(METRICS))),
    st.one_of(st.integers(), VALUES),
    st.one_of(st.integers(), VALUES),
    st.one_of(st.lists(VALUES, max_size=3).map(tuple), st.builds(EveryNth, VALUES)),
    VALUES,
    st.lists(st.builds(Unfreeze, st.one_of(st.text(max_size=4), VALUES), VALUES), max_size=2).map(tuple),
    st.one_of(st.none(), st.builds(Resume, VALUES, st.one_of(st.sampled_from(RESUME_ORDERS), VALUES))),
)
RECIPES = st.builds(Recipe, MODEL, st.lists(GROUPS, max_size=3).map(tuple), OPTIMIZER, st.none() | TREES, RUNS)


@given(RECIPES, st.none() | st.integers(0, 10**9))
def test_any_recipe_is_answered_with_problems(recipe: Recipe, memory_limit: int | None) -> None:
    for problem in validate(recipe, memory_limit):
        assert problem.message.endswith(".")
        assert problem.place.split(".")[0].split("[")[0] in ("model", "groups", "optimizer", "scheduler", "run")


@pytest.mark.parametrize("class_name", SCHEDULERS)
@settings(max_examples=20)
@given(data=st.data())
def test_any_options_of_a_real_scheduler_are_answered(class_name: str, data: st.DataObject) -> None:
    names = [field.name for field in SCHEDULERS[class_name].fields] or ["x"]
    options = data.draw(st.dictionaries(st.sampled_from(names), VALUES).map(Options))
    scheduler = Scheduler(class_name, options, (Scheduler("StepLR", Options(step_size=1)),) * 2)
    validate(Recipe(scheduler=scheduler))


NO_PART: list[Any] = [
    None,
    True,
    5,
    2.5,
    "x",
    "a.b",
    b"x",
    [],
    [1],
    (),
    (1,),
    ({},),
    {"a": 1},
    object(),
    1j,
    Run(),
    10**400,
]
WHOLE = Recipe(
    groups=(Group("a", ("*weight",)), Group("b", ("*",), frozen=True)),
    scheduler=Scheduler(
        "SequentialLR",
        Options(milestones=(10,)),
        (Scheduler("LinearLR"), Scheduler("LambdaLR", Options(lr_lambda="0.9**epoch"))),
    ),
    run=Run(
        metric=Choice("values", Options(values=(1.0,))),
        skipped_steps=(3,),
        unfreeze=(Unfreeze("b", 5),),
        resume=Resume(7, "optimizer_only"),
    ),
)


def with_each_field_replaced(part: Any, value: Any) -> Iterator[Any]:
    """Yield copies of a part with one field changed, here or further down, all the way through its lists."""
    if isinstance(part, tuple):
        for index, item in enumerate(part):
            for changed in (value, *with_each_field_replaced(item, value)):
                yield (*part[:index], changed, *part[index + 1 :])
    elif is_dataclass(part):
        for field in fields(part):
            own = getattr(part, field.name)
            for changed in (value, *with_each_field_replaced(own, value)):
                yield replace(part, **{field.name: changed})  # type: ignore[type-var]


@pytest.mark.parametrize("value", NO_PART, ids=lambda value: type(value).__name__)
def test_anything_in_the_place_of_any_part_is_answered(value: Any) -> None:
    changed = list(with_each_field_replaced(WHOLE, value))
    assert len(changed) > 50
    for recipe in changed:
        for problem in validate(recipe, 10**9):
            assert problem.message.endswith(".")


@pytest.mark.parametrize(
    ("recipe", "told"),
    [
        (Recipe(optimizer="Adam"), "optimizer: Here belongs a Choice, not a value of type str."),  # type: ignore[arg-type]
        (Recipe(groups="ab"), "groups: Here belongs a tuple, not a value of type str."),  # type: ignore[arg-type]
        (Recipe(groups=("a",)), "groups[0]: Here belongs a Group, not a value of type str."),  # type: ignore[arg-type]
        (
            Recipe(scheduler=Scheduler("ChainedScheduler", schedulers=(Scheduler("StepLR", {}),))),  # type: ignore[arg-type]
            "scheduler.schedulers[0].options: Here belongs an Options, not a value of type dict.",
        ),
    ],
)
def test_a_part_of_another_class_is_told_at_its_place(recipe: Recipe, told: str) -> None:
    assert [str(problem) for problem in validate(recipe)] == [told]
    with pytest.raises(RecipeError, match=re.escape(told)):
        trace(recipe)


def test_names_of_groups_that_are_no_text_are_answered() -> None:
    scheduler = Scheduler("CosineAnnealingLR", Options(T_max=10))
    group: Any = Group([], ("*",))  # type: ignore[arg-type]
    for one in (group, replace(group, frozen=True)):
        recipe = Recipe(groups=(one,), scheduler=scheduler, run=Run(unfreeze=(Unfreeze("rest", 3),)))
        assert "groups[0].name" in {problem.place for problem in validate(recipe, 10**9)}


def test_a_learning_rate_too_large_for_a_double_is_answered() -> None:
    for scheduler in (Scheduler("CosineAnnealingLR", Options(T_max=10)), Scheduler("ReduceLROnPlateau")):
        huge = (replace(group, options=Options(lr=10**400)) for group in WHOLE.groups)
        recipe = replace(WHOLE, groups=tuple(huge), scheduler=scheduler)
        assert "groups[1].options.lr" in {problem.place for problem in validate(recipe)}


def test_a_very_deep_tree_is_refused() -> None:
    tree = Scheduler("StepLR", Options(step_size=3))
    for _ in range(5_000):
        tree = Scheduler("ChainedScheduler", schedulers=(tree,))
    (problem,) = validate(Recipe(scheduler=tree))
    assert "nested" in problem.message


def test_a_model_of_hostile_size_is_refused_by_arithmetic_alone() -> None:
    model = Choice("transformer", Options(layers=200, width=10**9, heads=1, vocabulary=10**9, feed_forward=10**9))
    (problem,) = validate(Recipe(model=model), memory_limit=10**12)
    assert (problem.severity, problem.place) == (Severity.ERROR, "model.options")
    endless = Choice("transformer", Options(layers=10**9))
    (problem,) = validate(Recipe(model=endless), memory_limit=10**12)
    assert problem.place == "model.options.layers"
