"""What a schedule says of each group stays with the group."""

from __future__ import annotations

import pytest

from lrgui.core.recipe import Choice, Group, Options, Recipe, Scheduler
from lrgui.core.validate import validate
from lrgui.ui.forms.group_edits import with_groups

A, B, C = (Group(name, (f"layers.{index}.*",)) for index, name in enumerate("abc"))
FROZEN_B = Group("b", ("layers.1.*",), frozen=True)

RECIPE = Recipe(
    model=Choice("mlp", Options(hidden=(4, 4))),
    groups=(A, B, C),
    scheduler=Scheduler(
        "ChainedScheduler",
        schedulers=(
            Scheduler("LambdaLR", Options(lr_lambda=("1", "0.5**epoch", "1/(1+epoch)"))),
            Scheduler("MultiStepLR", Options(milestones=(3, 5, 9))),
        ),
    ),
)


def expressions(recipe: Recipe) -> object:
    assert recipe.scheduler is not None
    # As many milestones as there are groups, and yet none of them is a group's.
    assert recipe.scheduler.schedulers[1].options["milestones"] == (3, 5, 9)
    return recipe.scheduler.schedulers[0].options["lr_lambda"]


@pytest.mark.parametrize(
    ("groups", "expected"),
    [
        ((A, B, C), ("1", "0.5**epoch", "1/(1+epoch)")),
        ((C, A, B), ("1/(1+epoch)", "1", "0.5**epoch")),
        ((A, C, Group("rest of it", ("*",))), ("1", "1/(1+epoch)", "1/(1+epoch)")),
        ((A, FROZEN_B, C), ("1", "1/(1+epoch)")),
        ((A, B, Group("b 1", ("*",)), C), ("1", "0.5**epoch", "0.5**epoch", "1/(1+epoch)")),
        ((A, B), ("1", "0.5**epoch", "0.5**epoch")),  # the third is the group of what is left now
        ((Group("new", ("layers.0.weight",)), A, B, C), ("1", "1", "0.5**epoch", "1/(1+epoch)")),
    ],
)
def test_expressions_go_along_with_their_groups(groups: tuple[Group, ...], expected: tuple[str, ...]) -> None:
    changed = with_groups(RECIPE, groups)
    assert changed.groups == groups
    assert expressions(changed) == expected
    assert not [problem for problem in validate(changed) if "lr_lambda" in problem.place]


def test_one_expression_for_all_stays_one() -> None:
    scheduler = Scheduler("LambdaLR", Options(lr_lambda="1"))
    recipe = Recipe(groups=(Group("w", ("weight",)),), scheduler=scheduler)
    assert with_groups(recipe, ()).scheduler == scheduler


def test_a_list_that_has_another_length_is_left_as_it_is() -> None:
    scheduler = Scheduler("OneCycleLR", Options(max_lr=(0.1, 0.2, 0.3, 0.4), total_steps=1000))
    recipe = Recipe(groups=(Group("w", ("weight",)),), scheduler=scheduler)
    assert with_groups(recipe, ()).scheduler == scheduler
