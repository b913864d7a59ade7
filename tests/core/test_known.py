"""What is known of the classes of other libraries, and what validation makes of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from lrgui.core.catalog import KNOWN_OPTIMIZERS, KNOWN_SCHEDULERS, OPTIMIZERS, Entry
from lrgui.core.catalog.known import (
    Finding,
    Refusal,
    Wanted,
    forget,
    forget_all,
    learn,
    not_found,
    not_looked_up,
)
from lrgui.core.catalog.libraries import library_complaint
from lrgui.core.fields import Field, Kind
from lrgui.core.recipe import Choice, Options, Recipe, Scheduler
from lrgui.core.validate import validate

HALF = Wanted("optimizer", "lab.Half")
THIRDS = Wanted("scheduler", "lab.Thirds")
RECIPE = Recipe(
    optimizer=Choice("lab.Half", Options(lr=0.1)),
    scheduler=Scheduler("SequentialLR", Options(milestones=(5,)), (Scheduler("lab.Thirds"), Scheduler("lab.Thirds"))),
)


@pytest.fixture(autouse=True)
def nothing_known() -> Iterator[None]:
    forget_all()
    yield
    forget_all()


def errors(recipe: Recipe) -> list[str]:
    return [str(problem) for problem in validate(recipe)]


def test_a_class_that_was_not_looked_up_is_an_error_of_its_own() -> None:
    assert not_looked_up(RECIPE) == (HALF, THIRDS)
    assert errors(RECIPE) == [
        "optimizer.class: lab.Half is still to be looked up in its library.",
        "scheduler.schedulers[0].class: lab.Thirds is still to be looked up in its library.",
        "scheduler.schedulers[1].class: lab.Thirds is still to be looked up in its library.",
    ]


def test_a_refusal_is_told_where_the_class_is_named() -> None:
    learn(Finding(HALF, Refusal("lab is not installed.", "Install it.")))
    assert errors(RECIPE)[0] == "optimizer.class: lab is not installed. Install it."
    assert not_looked_up(RECIPE) == (THIRDS,)
    assert not_found(RECIPE) == (HALF, THIRDS)
    # The same name is another question where a scheduler is wanted.
    assert not_looked_up(Recipe(scheduler=Scheduler("lab.Half"))) == (Wanted("scheduler", "lab.Half"),)


def test_what_is_learned_is_checked_like_torchs_own() -> None:
    learn(Finding(HALF, Entry("lab.Half", "", (Field("lr", Kind.LEARNING_RATE, 0.1, minimum=0),))))
    learn(Finding(THIRDS, Entry("lab.Thirds", "", (Field("steps", Kind.INTEGER),))))
    assert not_found(RECIPE) == ()
    assert errors(RECIPE) == [
        "scheduler.schedulers[0].options.steps: steps is missing and has no default.",
        "scheduler.schedulers[1].options.steps: steps is missing and has no default.",
    ]
    # It may tell of a rate beside lr, as some libraries' do.
    size = 11 * 16 + RECIPE.run.steps * 2 * 17 // 2
    assert validate(Recipe(optimizer=RECIPE.optimizer), size) == ()
    assert [problem.place for problem in validate(Recipe(optimizer=RECIPE.optimizer), size - 1)] == ["run.steps"]
    assert [field.name for field in KNOWN_OPTIMIZERS["lab.Half"].fields] == ["lr"]
    assert KNOWN_SCHEDULERS["lab.Thirds"].fields[0].name == "steps"


def test_what_is_learned_later_takes_the_place_of_what_was_known() -> None:
    learn(Finding(HALF, Refusal("no")))
    learn(Finding(HALF, Entry("lab.Half", "")))
    assert not_found(Recipe(optimizer=Choice("lab.Half"))) == ()
    learn(Finding(HALF, Refusal("no longer")))
    assert errors(Recipe(optimizer=Choice("lab.Half"))) == ["optimizer.class: no longer"]
    forget(HALF)
    assert not_looked_up(Recipe(optimizer=Choice("lab.Half"))) == (HALF,)
    forget_all()
    assert list(KNOWN_OPTIMIZERS) == list(OPTIMIZERS)


def test_names_that_are_no_text_or_stand_deep_in_a_tree_do_no_harm() -> None:
    assert not_looked_up(Recipe(optimizer=Choice(3))) == ()  # type: ignore[arg-type]
    tree = Scheduler("lab.Thirds")
    for _ in range(20_000):
        tree = Scheduler("ChainedScheduler", Options(), (tree,))
    assert not_looked_up(Recipe(scheduler=tree)) == (THIRDS,)


@pytest.mark.parametrize("name", ["", "os", "torch", "lrgui", "our.lab", "our lab", "1lab", "_lab", "class", "lаb"])  # noqa: RUF001
def test_names_that_are_no_libraries_cannot_be_trusted(name: str) -> None:
    assert library_complaint(name)


def test_names_of_libraries_can_be_trusted() -> None:
    assert not any(map(library_complaint, ("timm", "our_lab", "lab2")))
