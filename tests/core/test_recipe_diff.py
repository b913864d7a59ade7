"""What differs between two recipes: every change is told at its place, and nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lrgui.core.recipe import (
    Choice,
    EveryNth,
    Group,
    Options,
    Recipe,
    Resume,
    Run,
    Scheduler,
    Unfreeze,
)
from lrgui.core.recipe_diff import ABSENT, differences
from lrgui.core.scheduler_tree import inserted, removed

WARM_UP = Scheduler("LinearLR", Options(start_factor=0.01, total_iters=100))
COSINE = Scheduler("CosineAnnealingLR", Options(T_max=900))
DECAY = Scheduler("StepLR", Options(step_size=30))
TREE = Scheduler("SequentialLR", Options(milestones=(100,)), (WARM_UP, COSINE))
WEIGHTS, BIASES = Group("weights", ("*weight",), Options(lr=0.001)), Group("biases", ("*bias",))
RECIPE = Recipe(
    Choice("mlp", Options(hidden=(16,))), (WEIGHTS, BIASES), Choice("Adam", Options(lr=0.001)), TREE, Run(steps=1000)
)


def told(before: Recipe, after: Recipe) -> list[tuple[str, object, object]]:
    return [(one.place, one.before, one.after) for one in differences(before, after)]


def with_tree(*children: Scheduler, milestones: tuple[int, ...] = (100,)) -> Recipe:
    return replace(RECIPE, scheduler=Scheduler("SequentialLR", Options(milestones=milestones), children))


def with_groups(*groups: Group) -> Recipe:
    return replace(RECIPE, groups=groups)


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (replace(RECIPE, model=Choice("mlp", Options(hidden=(32,)))), ("model.options.hidden", (16,), (32,))),
        (replace(RECIPE, optimizer=Choice("Adam", Options(lr=3e-4))), ("optimizer.options.lr", 0.001, 3e-4)),
        (replace(RECIPE, scheduler=None), ("scheduler", TREE, ABSENT)),
        (with_tree(WARM_UP, COSINE, milestones=(50,)), ("scheduler.options.milestones", (100,), (50,))),
        (
            with_tree(WARM_UP, replace(COSINE, options=Options(T_max=800))),
            ("scheduler.schedulers[1].options.T_max", 900, 800),
        ),
        (with_groups(WEIGHTS, replace(BIASES, frozen=True)), ("groups[1].frozen", False, True)),
        (with_groups(WEIGHTS, replace(BIASES, match=("*b",))), ("groups[1].match", ("*bias",), ("*b",))),
        (with_groups(WEIGHTS, replace(BIASES, name="offsets")), ("groups[1].name", "biases", "offsets")),
        (with_groups(replace(WEIGHTS, options=Options()), BIASES), ("groups[0].options.lr", 0.001, ABSENT)),
        (with_groups(WEIGHTS), ("groups[1]", BIASES, ABSENT)),
        (with_groups(BIASES, WEIGHTS), ("groups", ("weights", "biases"), ("biases", "weights"))),
        (RECIPE.with_run(steps=500), ("run.steps", 1000, 500)),
        (RECIPE.with_run(skipped_steps=EveryNth(100)), ("run.skipped_steps", (), EveryNth(100))),
        (RECIPE.with_run(unfreeze=(Unfreeze("biases", 5),)), ("run.unfreeze[0]", ABSENT, Unfreeze("biases", 5))),
        (RECIPE.with_run(resume=Resume(5)), ("run.resume", ABSENT, Resume(5))),
        (RECIPE.with_run(metric=Choice("loss")), ("run.metric", ABSENT, Choice("loss"))),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)
def test_a_change_is_told_at_its_place_as_in_files(after: Recipe, expected: tuple[str, object, object]) -> None:
    assert told(RECIPE, after) == [expected]
    (place, before, later) = expected
    assert [(one, other) for _, one, other in told(after, RECIPE)] == [(later, before)], place


def test_an_equal_recipe_has_no_differences() -> None:
    assert differences(RECIPE, replace(RECIPE)) == ()


def test_a_default_that_is_written_out_is_no_difference() -> None:
    written = Choice("Adam", Options(lr=0.001, betas=(0.9, 0.999), weight_decay=0, amsgrad=False))
    spelt_out = replace(RECIPE, model=Choice("mlp", Options(hidden=(16,), in_features=10)), optimizer=written)
    assert differences(RECIPE, spelt_out) == ()
    cosine = replace(COSINE, options=Options(T_max=900, eta_min=0.0))
    assert differences(RECIPE, with_tree(WARM_UP, cosine)) == ()


def test_leaving_an_option_to_another_default_is_a_difference() -> None:
    smooth = replace(RECIPE, optimizer=Choice("Adam", Options(lr=0.001, betas=(0.8, 0.999))))
    assert told(smooth, RECIPE) == [("optimizer.options.betas", (0.8, 0.999), (0.9, 0.999))]


def test_an_option_of_a_class_that_nobody_knows_is_there_or_not() -> None:
    before, after = Recipe(optimizer=Choice("made.Up")), Recipe(optimizer=Choice("made.Up", Options(rho=0.5)))
    assert told(before, after) == [("optimizer.options.rho", ABSENT, 0.5)]


def test_one_and_true_differ_but_one_as_a_decimal_does_not() -> None:
    one, decimal = (
        Recipe(optimizer=Choice("made.Up", Options(k=1))),
        Recipe(optimizer=Choice("made.Up", Options(k=1.0))),
    )
    assert differences(one, decimal) == ()
    assert told(one, Recipe(optimizer=Choice("made.Up", Options(k=True)))) == [("optimizer.options.k", 1, True)]


def test_another_class_is_told_with_what_was_set_of_either() -> None:
    after = replace(RECIPE, optimizer=Choice("SGD", Options(lr=0.1, momentum=0.9)))
    assert told(RECIPE, after) == [
        ("optimizer.class", "Adam", "SGD"),
        ("optimizer.options.lr", 0.001, 0.1),
        ("optimizer.options.momentum", ABSENT, 0.9),
    ]


def test_a_scheduler_put_in_between_is_no_change_of_those_after_it() -> None:
    after = with_tree(WARM_UP, DECAY, COSINE, milestones=(100, 200))
    assert told(RECIPE, after) == [
        ("scheduler.options.milestones", (100,), (100, 200)),
        ("scheduler.schedulers[1]", ABSENT, DECAY),
    ]


def test_one_of_several_of_a_class_that_is_gone_is_found_by_what_it_is() -> None:
    short, long = replace(DECAY, options=Options(step_size=10)), replace(DECAY, options=Options(step_size=50))
    assert told(with_tree(short, DECAY, long), with_tree(DECAY, long)) == [("scheduler.schedulers[0]", short, ABSENT)]


def test_a_scheduler_that_became_part_of_a_composite_is_one_difference() -> None:
    assert told(replace(RECIPE, scheduler=COSINE), RECIPE) == [("scheduler", COSINE, TREE)]


def test_another_composite_keeps_its_children() -> None:
    chained = Scheduler("ChainedScheduler", schedulers=(WARM_UP, COSINE))
    assert told(RECIPE, replace(RECIPE, scheduler=chained)) == [
        ("scheduler.class", "SequentialLR", "ChainedScheduler"),
        ("scheduler.options.milestones", (100,), ABSENT),
    ]


def test_changes_within_a_nested_composite_have_the_whole_path() -> None:
    outer = Scheduler("ChainedScheduler", schedulers=(DECAY, TREE))
    changed = Scheduler("ChainedScheduler", schedulers=(DECAY, with_tree(WARM_UP).scheduler or DECAY))
    before, after = replace(RECIPE, scheduler=outer), replace(RECIPE, scheduler=changed)
    assert told(before, after) == [("scheduler.schedulers[1].schedulers[1]", COSINE, ABSENT)]


def test_groups_are_told_apart_by_name_wherever_they_stand() -> None:
    norms = Group("norms", ("*norm*",))
    after = with_groups(norms, replace(WEIGHTS, options=Options(lr=0.01)), BIASES)
    assert told(RECIPE, after) == [("groups[0]", ABSENT, norms), ("groups[1].options.lr", 0.001, 0.01)]


def test_a_condition_that_has_moved_is_told_by_its_group() -> None:
    before = RECIPE.with_run(unfreeze=(Unfreeze("weights", 3), Unfreeze("biases", 5)))
    after = RECIPE.with_run(unfreeze=(Unfreeze("biases", 8),))
    assert told(before, after) == [
        ("run.unfreeze[0].step", 5, 8),
        ("run.unfreeze[0]", Unfreeze("weights", 3), ABSENT),
    ]


LEAVES = st.sampled_from([WARM_UP, COSINE, DECAY, Scheduler("ExponentialLR", Options(gamma=0.9))])


@given(st.lists(LEAVES, min_size=2, max_size=6), LEAVES, st.data())
def test_one_scheduler_more_or_less_is_one_scheduler_told(
    children: list[Scheduler], another: Scheduler, data: st.DataObject
) -> None:
    tree = Scheduler("ChainedScheduler", schedulers=tuple(children))
    index = data.draw(st.integers(0, len(children)))
    more = Recipe(scheduler=inserted(tree, (index,), another, 100))
    assert [(one, other) for _, one, other in told(Recipe(scheduler=tree), more)] == [(ABSENT, another)]
    index = data.draw(st.integers(0, len(children) - 1))
    less = Recipe(scheduler=removed(tree, (index,), 100))
    assert [(one, other) for _, one, other in told(Recipe(scheduler=tree), less)] == [(children[index], ABSENT)]
