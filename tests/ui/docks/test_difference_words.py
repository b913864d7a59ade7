"""What differs between two recipes, as the list of runs and its tool tips tell it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lrgui.core.recipe import Choice, EveryNth, Group, Options, Recipe, Run, Scheduler, Unfreeze
from lrgui.ui.docks.difference_words import changes_since

WARM_UP = Scheduler("LinearLR", Options(total_iters=100))
COSINE = Scheduler("CosineAnnealingLR", Options(T_max=900))
TREE = Scheduler("SequentialLR", Options(milestones=(100,)), (WARM_UP, COSINE))
RECIPE = Recipe(groups=(Group("weights", ("*weight",)),), optimizer=Choice("Adam", Options(lr=0.001)), scheduler=TREE)


def with_lr(lr: float) -> Recipe:
    return replace(RECIPE, optimizer=Choice("Adam", Options(lr=lr)))


def shorter() -> Recipe:
    cosine = replace(COSINE, options=Options(T_max=800))
    return replace(with_lr(3e-4), scheduler=replace(TREE, schedulers=(WARM_UP, cosine)))


def test_in_short_the_last_word_of_a_place_is_enough() -> None:
    assert changes_since(RECIPE, shorter()).line == "lr 0.001 → 3e-4, T_max 900 → 800"


def test_in_full_every_place_is_told_from_its_section_on() -> None:
    assert changes_since(RECIPE, shorter()).full.splitlines() == [
        "Optimizer › lr: 0.001 → 3e-4",
        "Scheduler › CosineAnnealingLR (2nd phase) › T_max: 900 → 800",
    ]


def test_nothing_is_told_of_the_same_recipe() -> None:
    assert changes_since(RECIPE, replace(RECIPE)).line == "same recipe"


@pytest.mark.parametrize(
    ("after", "line"),
    [
        (replace(RECIPE, optimizer=Choice("SGD", Options(lr=0.001))), "Adam → SGD"),
        (replace(RECIPE, scheduler=COSINE), "SequentialLR (LinearLR, CosineAnnealingLR) → CosineAnnealingLR"),
        (replace(RECIPE, scheduler=None), "− SequentialLR (LinearLR, CosineAnnealingLR)"),
        (replace(RECIPE, groups=(*RECIPE.groups, Group("biases", ("*bias",)))), "+ biases"),
        (replace(RECIPE, groups=(Group("weights", ("*weight",), Options(lr=0.01)),)), "+ weights lr 0.01"),
        (replace(RECIPE, optimizer=Choice("Adam", Options(lr=0.001, amsgrad=True))), "amsgrad off → on"),
        (
            replace(RECIPE, optimizer=Choice("Adam", Options(lr=0.001, betas=(0, 0.99)))),
            "betas (0.9, 0.999) → (0, 0.99)",
        ),
        (RECIPE.with_run(skipped_steps=EveryNth(100)), "skipped_steps none → every 100"),
        (RECIPE.with_run(unfreeze=(Unfreeze("weights", 1500),)), "+ unfreeze weights step 1\u202f500"),
        (with_lr(1 / 3), "lr 0.001 → 0.333333"),
    ],
)
def test_changes_read_as_people_write_them(after: Recipe, line: str) -> None:
    assert changes_since(RECIPE, after).line == line


def test_what_is_gone_is_told_by_the_recipe_that_had_it() -> None:
    two = replace(RECIPE, groups=(*RECIPE.groups, Group("biases", ("*bias",))))
    changes = changes_since(two, RECIPE)
    assert (changes.line, changes.full) == ("− biases", "Group biases: − biases")


def test_numbers_that_differ_late_are_told_in_full() -> None:
    assert changes_since(with_lr(0.1), with_lr(0.1 + 2**-40)).line == f"lr 0.1 → {0.1 + 2**-40!r}"


def test_options_of_one_name_are_told_with_what_they_belong_to() -> None:
    constant = Scheduler("ConstantLR", Options(total_iters=5))
    before = replace(RECIPE, scheduler=Scheduler("ChainedScheduler", schedulers=(WARM_UP, constant)))
    changed = tuple(replace(child, options=Options(total_iters=7)) for child in (WARM_UP, constant))
    after = replace(RECIPE, scheduler=Scheduler("ChainedScheduler", schedulers=changed))
    assert changes_since(before, after).line == (
        "LinearLR (1st) total_iters 100 → 7, ConstantLR (2nd) total_iters 5 → 7"
    )


def test_long_lists_and_many_differences_are_cut() -> None:
    before, after = (
        Recipe(run=Run(metric=Choice("values", Options(values=tuple(float(value + shift) for value in range(9))))))
        for shift in (0, 1)
    )
    assert changes_since(before, after).line == "values (0, 1, 2, 3, 4, 5, … 3 more) → (1, 2, 3, 4, 5, 6, … 3 more)"
    groups = tuple(Group(f"g{index}", (f"*{index}",)) for index in range(30))
    lines = changes_since(Recipe(), Recipe(groups=groups)).full.splitlines()
    assert (len(lines), lines[-1]) == (21, "and 10 more")
