"""Which handles a recipe has, where they are, and what comes of moving one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lrgui.core.handles import Handle, Snap, handles_of, moved, nudged
from lrgui.core.recipe import Choice, EveryNth, Options, Recipe, Resume, Run, Scheduler
from lrgui.core.scheduler_tree import walk
from lrgui.engine.stepper import Stepper
from tests.core.nasty_trees import TREE
from tests.core.test_pace import RUNS

LINEAR = Scheduler("LinearLR", Options(start_factor=0.01, total_iters=100))
COSINE = Scheduler("CosineAnnealingLR", Options(T_max=900))
SNAPS: tuple[Snap, ...] = ("step", "epoch")


def sequence(milestones: Any, *children: Scheduler) -> Scheduler:
    return Scheduler("SequentialLR", Options(milestones=milestones), children)


WARM_UP_COSINE = sequence((100,), LINEAR, COSINE)


def recipe_of(tree: Scheduler | None, **run: Any) -> Recipe:
    return Recipe(optimizer=Choice("SGD", Options(lr=0.1)), scheduler=tree, run=Run(**run))


def along_x(recipe: Recipe) -> list[Handle]:
    return [handle for handle in handles_of(recipe) if handle.axis == "x"]


def handle(recipe: Recipe, label: str) -> Handle:
    return next(one for one in handles_of(recipe) if one.label == label)


def traced(recipe: Recipe) -> list[float]:
    stepper = Stepper(recipe)
    stepper.advance(recipe.run.steps)
    rates: list[float] = stepper.trace["lr"][:, 0].tolist()
    return rates


def options(recipe: Recipe, *path: int) -> dict[str, Any]:
    tree = recipe.scheduler
    assert tree is not None
    return dict(next(node for found, node in walk(tree) if found == path).options)


def test_a_warm_up_and_a_cosine_have_a_milestone_and_an_end() -> None:
    milestone, end = along_x(recipe_of(WARM_UP_COSINE))
    assert milestone == Handle(
        "milestone", "milestone 1", "scheduler.options.milestones[0]", "x", 100.0, "milestone 100 (epoch 1)"
    )
    assert (end.kind, end.label, end.position) == ("length", "T_max", 1000.0)
    assert end.text == "T_max 900 (to epoch 10)"
    assert end.place == "scheduler.schedulers[1].options.T_max"


@pytest.mark.parametrize(
    ("name", "given", "label", "position"),
    [
        ("LinearLR", {"total_iters": 30}, "total_iters", 30),
        ("LinearLR", {}, "total_iters", 5),
        ("PolynomialLR", {"total_iters": 1200}, "total_iters", 1200),
        ("ConstantLR", {"factor": 0.5, "total_iters": 7}, "total_iters", 7),
        ("CosineAnnealingLR", {"T_max": 250}, "T_max", 250),
        ("CosineAnnealingWarmRestarts", {"T_0": 40}, "T_0", 40),
        ("StepLR", {"step_size": 300}, "step_size", 300),
        ("OneCycleLR", {"max_lr": 0.1, "total_steps": 500}, "total_steps", 500),
        ("MultiStepLR", {"milestones": (70,)}, "milestone 1", 70),
    ],
)
def test_what_lasts_has_a_handle_at_its_end(name: str, given: dict[str, Any], label: str, position: int) -> None:
    recipe = recipe_of(Scheduler(name, Options(given)))
    assert [(one.label, one.position) for one in along_x(recipe)] == [(label, position)]
    (end,) = along_x(moved(recipe, handle(recipe, label), 617.4))
    assert end.position == 617


@pytest.mark.parametrize(
    "tree",
    [
        None,
        Scheduler("ExponentialLR", Options(gamma=0.9)),
        Scheduler("ConstantLR", Options(factor=1.0, total_iters=1)),
        Scheduler("OneCycleLR", Options(max_lr=0.1, epochs=3, steps_per_epoch=7)),
        Scheduler("StepLR", Options(step_size=2.5)),
        Scheduler("StepLR", Options(step_size=True)),
        Scheduler("MultiStepLR", Options(milestones=(3.5, 9))),
        Scheduler("MultiStepLR", Options(milestones=tuple(range(1, 1000)))),
        Scheduler("SequentialLR", Options(milestones=(5,))),
        Scheduler("somewhere.Else", Options(total_iters=5)),
    ],
)
def test_what_has_no_end_that_could_be_moved_has_no_handle(tree: Scheduler | None) -> None:
    assert along_x(recipe_of(tree)) == []


def test_a_milestone_stands_for_the_end_of_what_it_ends() -> None:
    longer = replace(LINEAR, options=LINEAR.options.with_value("total_iters", 150))
    assert [one.label for one in along_x(recipe_of(sequence((100,), longer, COSINE)))] == [
        "milestone 1",
        "total_iters",
        "T_max",
    ]
    assert [one.label for one in along_x(recipe_of(WARM_UP_COSINE))] == ["milestone 1", "T_max"]


def test_what_never_has_its_turn_has_no_handle() -> None:
    assert [one.label for one in along_x(recipe_of(sequence((1000,), COSINE, LINEAR)))] == ["T_max", "milestone 1"]
    assert [one.label for one in along_x(recipe_of(sequence((0,), LINEAR, COSINE)))] == ["milestone 1", "T_max"]


@pytest.mark.parametrize(("to", "warm_up"), [(250, 250), (99.6, 100), (0, 1), (-50, 1), (5000, 999)])
def test_warm_up_and_cosine_go_on_to_fill_their_phases(to: float, warm_up: int) -> None:
    recipe = recipe_of(WARM_UP_COSINE)
    changed = moved(recipe, handle(recipe, "milestone 1"), to)
    assert options(changed)["milestones"] == (warm_up,)
    assert options(changed, 0)["total_iters"] == warm_up
    assert options(changed, 1)["T_max"] == 1000 - warm_up
    assert options(changed, 0)["start_factor"] == 0.01


def test_a_length_that_did_not_fill_its_phase_stays() -> None:
    shorter = replace(LINEAR, options=LINEAR.options.with_value("total_iters", 60))
    recipe = recipe_of(sequence((100,), shorter, COSINE), steps=1500)
    changed = moved(recipe, handle(recipe, "milestone 1"), 300)
    assert [options(changed, 0)["total_iters"], options(changed, 1)["T_max"]] == [60, 900]


def test_a_default_that_fills_its_phase_is_a_length_too() -> None:
    recipe = recipe_of(sequence((5,), Scheduler("LinearLR"), COSINE))
    changed = moved(recipe, handle(recipe, "milestone 1"), 20)
    assert options(changed, 0) == {"total_iters": 20}


def test_milestones_stay_in_order() -> None:
    recipe = recipe_of(sequence((100, 600), LINEAR, COSINE, LINEAR))
    first, second = handle(recipe, "milestone 1"), handle(recipe, "milestone 2")
    assert options(moved(recipe, first, 800))["milestones"] == (599, 600)
    assert options(moved(recipe, second, 3))["milestones"] == (100, 101)
    assert options(moved(recipe, second, 1e9))["milestones"] == (100, 999)


def test_drops_stay_in_order_whatever_their_order() -> None:
    recipe = recipe_of(Scheduler("MultiStepLR", Options(milestones=(80, 30, 30))))
    assert options(moved(recipe, handle(recipe, "milestone 1"), 2))["milestones"] == (31, 30, 30)
    assert options(moved(recipe, handle(recipe, "milestone 2"), 500))["milestones"] == (80, 79, 30)
    assert options(moved(recipe, handle(recipe, "milestone 3"), -500))["milestones"] == (80, 30, 1)
    assert options(moved(recipe, handle(recipe, "milestone 1"), 1e9))["milestones"] == (1100, 30, 30)


def test_a_nested_sequence_is_counted_from_its_phase_and_fits_within_it() -> None:
    inner = sequence((50,), LINEAR, replace(COSINE, options=Options(T_max=850)))
    recipe = recipe_of(sequence((100,), LINEAR, inner))
    assert [(one.place, one.position) for one in along_x(recipe)] == [
        ("scheduler.options.milestones[0]", 100.0),
        ("scheduler.schedulers[1].options.milestones[0]", 150.0),
        ("scheduler.schedulers[1].schedulers[0].options.total_iters", 200.0),
        ("scheduler.schedulers[1].schedulers[1].options.T_max", 1000.0),
    ]
    outer, nested = along_x(recipe)[:2]
    assert options(moved(recipe, nested, 400), 1)["milestones"] == (300,)
    assert options(moved(recipe, nested, 400), 1, 1)["T_max"] == 600
    # The inner milestone keeps its distance from the outer one, and its last phase fills what is left.
    assert options(moved(recipe, outer, 300), 1, 1)["T_max"] == 650


# torch complains about the step that it makes itself.
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_a_sequence_that_begins_another_is_a_step_ahead_as_in_torch() -> None:
    falling = Scheduler("LinearLR", Options(start_factor=1.0, end_factor=0.5, total_iters=4))
    inner = sequence((5,), Scheduler("ConstantLR", Options(factor=1.0, total_iters=5)), falling)
    recipe = recipe_of(sequence((20,), inner, COSINE), steps=30)
    rates = traced(recipe)
    milestone, end = (one.position for one in along_x(recipe)[:2])
    # It falls from the row after the milestone on, by an eighth at each of four rows.
    assert [row for row in range(1, 20) if rates[row] != rates[row - 1]] == [5, 6, 7, 8]
    assert (milestone, end) == (4.0, 8.0)


def test_after_a_resume_without_its_state_a_scheduler_counts_anew() -> None:
    recipe = recipe_of(Scheduler("MultiStepLR", Options(milestones=(4, 13))), steps=40)
    recipe = recipe.with_run(resume=Resume(10, "optimizer_only"))
    rates = traced(recipe)
    early, late = along_x(recipe)
    assert [row for row in range(1, 40) if rates[row] < rates[row - 1]] == [4, 14, 23]
    assert (early.position, late.position) == (4.0, 23.0)
    assert options(moved(recipe, late, 30))["milestones"] == (4, 20)
    # Before the resume it would not get there.
    assert options(moved(recipe, late, 2))["milestones"] == (4, 11)
    assert nudged(recipe, late, 1) == moved(recipe, late, 24)


def test_what_counts_from_elsewhere_or_has_no_phase_has_no_handle() -> None:
    assert along_x(recipe_of(sequence((50, 16), LINEAR, COSINE, LINEAR))) == []
    assert along_x(recipe_of(Scheduler("StepLR", Options(step_size=5, last_epoch=3)))) == []


@pytest.mark.parametrize("run", [{"calls": 2}, {"skipped_steps": EveryNth(2)}, {"frequency": 3}])
def test_a_handle_at_its_own_place_stays_as_it_is(run: dict[str, Any]) -> None:
    # Several of the scheduler's steps may share a row, or none has it.
    recipe = recipe_of(sequence((7,), LINEAR, COSINE), **run)
    for one in along_x(recipe):
        assert moved(recipe, one, one.position) == recipe


def test_a_milestone_that_cannot_be_elsewhere_stays() -> None:
    recipe = recipe_of(sequence((1, 2, 3), LINEAR, COSINE, LINEAR, LINEAR))
    second = handle(recipe, "milestone 2")
    for snap in SNAPS:
        assert moved(recipe, second, 700, snap) == nudged(recipe, second, 1, snap) == recipe


def test_epochs_are_kept_to_on_request() -> None:
    recipe = recipe_of(WARM_UP_COSINE, steps_per_epoch=40)
    milestone = handle(recipe, "milestone 1")
    assert options(moved(recipe, milestone, 219, "epoch"))["milestones"] == (200,)
    assert options(moved(recipe, milestone, 221, "epoch"))["milestones"] == (240,)
    assert options(moved(recipe, milestone, -30, "epoch"))["milestones"] == (40,)
    assert options(moved(recipe, milestone, 5000, "epoch"))["milestones"] == (960,)
    # T_max ends at an epoch of the run.
    assert options(moved(recipe, handle(recipe, "T_max"), 801, "epoch"), 1)["T_max"] == 700


def test_where_no_whole_epoch_is_allowed_the_nearest_step_is_taken() -> None:
    recipe = recipe_of(sequence((110, 130, 150), LINEAR, COSINE, LINEAR, COSINE))
    assert options(moved(recipe, handle(recipe, "milestone 2"), 300, "epoch"))["milestones"] == (110, 149, 150)


@pytest.mark.parametrize(
    ("count", "snap", "milestone"),
    [
        (1, "step", 131),
        (-10, "step", 120),
        (-1000, "step", 1),
        (1, "epoch", 200),
        (-1, "epoch", 100),
        (2, "epoch", 300),
        (-5, "epoch", 100),
        (50, "epoch", 900),
    ],
)
def test_a_handle_can_be_nudged(count: int, snap: Snap, milestone: int) -> None:
    recipe = recipe_of(sequence((130,), LINEAR, COSINE))
    assert options(nudged(recipe, handle(recipe, "milestone 1"), count, snap))["milestones"] == (milestone,)


def test_a_nudge_never_goes_the_other_way() -> None:
    recipe = recipe_of(sequence((30,), LINEAR, COSINE))
    assert nudged(recipe, handle(recipe, "milestone 1"), -1, "epoch") == recipe


def test_a_scheduler_of_several_epochs_is_nudged_by_its_steps() -> None:
    recipe = recipe_of(sequence((3,), LINEAR, COSINE), interval="epoch", frequency=5, steps=10_000)
    milestone = handle(recipe, "milestone 1")
    assert milestone.position == 1500
    assert milestone.text == "milestone 3 (step 1\u202f500)"
    assert [options(nudged(recipe, milestone, count, "epoch"))["milestones"] for count in (1, -1)] == [(4,), (2,)]


@pytest.mark.parametrize(
    ("run", "text"),
    [
        ({"steps_per_epoch": 1}, "milestone 1\u202f000"),
        ({"steps_per_epoch": 300}, "milestone 1\u202f000 (epoch 3.333)"),
        ({"steps_per_epoch": 1, "interval": "epoch"}, "milestone 1\u202f000"),
        ({"steps_per_epoch": 50, "interval": "epoch"}, "milestone 1\u202f000 (step 50\u202f000)"),
    ],
)
def test_the_text_tells_the_other_unit_too(run: dict[str, Any], text: str) -> None:
    recipe = recipe_of(Scheduler("MultiStepLR", Options(milestones=(1000,))), steps=100_000, **run)
    assert along_x(recipe)[0].text == text


@pytest.mark.filterwarnings("ignore:Detected call of `lr_scheduler.step")
@given(RUNS, st.integers(1, 40))
def test_a_handle_is_at_the_row_at_which_torch_changes_the_rate(run: Run, milestone: int) -> None:
    recipe = Recipe(
        optimizer=Choice("SGD", Options(lr=1.0)),
        scheduler=Scheduler("MultiStepLR", Options(milestones=(milestone,), gamma=0.5)),
        run=run,
    )
    found = along_x(recipe)
    skips = [step for step in run.skipped_steps if step < run.steps] if isinstance(run.skipped_steps, tuple) else []
    if len(set(skips)) == run.steps:
        assert found == []
        return
    stepper = Stepper(recipe, preview=True)
    stepper.advance(run.steps)
    rates = stepper.trace.column("lr", 0)
    changes = np.flatnonzero(rates != 1.0)
    assert found[0].position == changes[0] if len(changes) else found[0].position >= len(rates)
    # Put down where it is, it is where it was.
    again = along_x(moved(recipe, found[0], found[0].position))
    assert again[0].position == pytest.approx(found[0].position, abs=run.frequency * run.steps_per_epoch)


@given(TREE, RUNS, st.floats(-20, 100), st.integers(-12, 12), st.sampled_from(SNAPS))
def test_whatever_the_tree_nothing_raises_and_it_keeps_its_shape(
    tree: Scheduler, run: Run, position: float, count: int, snap: Snap
) -> None:
    recipe = Recipe(scheduler=tree, run=run)
    found = handles_of(recipe)
    assert len({one.place for one in found}) == len(found)
    assert [one.position for one in along_x(recipe)] == sorted(one.position for one in along_x(recipe))
    for one in found:
        for changed in (moved(recipe, one, position, snap), nudged(recipe, one, count, snap)):
            shapes = [
                [(path, node.class_name) for path, node in walk(each.scheduler or tree)] for each in (recipe, changed)
            ]
            assert shapes[0] == shapes[1]
            if changed != recipe and one.kind == "milestone":
                assert one.place in {other.place for other in handles_of(changed)}


@given(st.integers(1, 999), st.integers(-100, 1200), st.sampled_from(SNAPS))
def test_what_is_moved_there_and_back_is_as_it_was(milestone: int, to: int, snap: Snap) -> None:
    tree = sequence((milestone,), replace(LINEAR, options=Options(total_iters=milestone)), COSINE)
    recipe = recipe_of(
        replace(tree, schedulers=(tree.schedulers[0], Scheduler("CosineAnnealingLR", Options(T_max=1000 - milestone))))
    )
    there = moved(recipe, handle(recipe, "milestone 1"), to, snap)
    assert moved(there, handle(there, "milestone 1"), milestone) == recipe


def test_a_recipe_without_the_handle_stays_as_it_is() -> None:
    milestone = handle(recipe_of(WARM_UP_COSINE), "milestone 1")
    other = recipe_of(COSINE)
    assert moved(other, milestone, 5) == nudged(other, milestone, 5) == other


@pytest.mark.parametrize("run", [{"steps": 0}, {"skipped_steps": (0.5,)}, {"skipped_steps": EveryNth(0)}, {"calls": 0}])
def test_a_run_that_cannot_be_counted_has_no_handles_along_x(run: dict[str, Any]) -> None:
    assert along_x(recipe_of(WARM_UP_COSINE, **run)) == []


@pytest.mark.parametrize(("phases", "shown"), [(49, True), (50, False), (1000, False)])
def test_a_crowd_of_phases_has_no_handles_but_those_of_the_rates(phases: int, shown: bool) -> None:
    """A SequentialLR and 49 children are fifty schedulers."""
    recipe = recipe_of(sequence(tuple(range(1, phases)), *[LINEAR] * phases), steps=2000)
    assert bool(along_x(recipe)) == shown
    assert [one.axis for one in handles_of(recipe) if one.axis == "y"] == ["y"]
