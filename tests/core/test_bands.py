"""The phases of a schedule as stretches of rows, held against rows that were counted by hand."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given

from lrgui.core.bands import Band, bands_of
from lrgui.core.recipe import EveryNth, Options, Recipe, Resume, Run, Scheduler
from tests.core.nasty_trees import TREE

WARM_UP = Scheduler("LinearLR", Options(total_iters=10))
COSINE = Scheduler("CosineAnnealingLR", Options(T_max=20))


def sequence(milestones: Any, *children: Scheduler) -> Scheduler:
    return Scheduler("SequentialLR", Options(milestones=milestones), children)


def bands(tree: Scheduler | None, **run: Any) -> list[tuple[str, int, int]]:
    found = bands_of(Recipe(scheduler=tree, run=Run(**{"steps": 30, "steps_per_epoch": 5, **run})))
    assert all(isinstance(band, Band) for band in found)
    return [(band.label, band.start, band.end) for band in found]


def test_each_phase_is_a_band_and_the_last_one_lasts_to_the_end() -> None:
    tree = sequence((10, 25), WARM_UP, COSINE, Scheduler("timm.scheduler.PlateauLRScheduler"))
    assert bands(tree) == [("LinearLR", 0, 10), ("CosineAnnealingLR", 10, 25), ("PlateauLRScheduler", 25, 30)]


@pytest.mark.parametrize(
    ("run", "change"),
    [
        ({"interval": "epoch"}, 20),  # the scheduler's 4th step comes after 4 epochs of 5
        ({"frequency": 3}, 12),
        ({"calls": 2}, 2),
        ({"order": "scheduler_first"}, 3),  # its 4th step comes before the optimizer step 3
        ({"skipped_steps": (0, 2, 9)}, 2),  # of the steps 0 to 3 two have no row
        ({"skipped_steps": EveryNth(2)}, 2),
    ],
)
def test_bands_are_counted_in_rows(run: dict[str, Any], change: int) -> None:
    first, second = bands(sequence((4,), WARM_UP, COSINE), **run)
    assert (first[1], first[2], second[1]) == (0, change, change)


def test_an_epoch_that_is_not_completed_belongs_to_the_last_phase() -> None:
    assert bands(sequence((1,), WARM_UP, COSINE), steps=13, interval="epoch")[1] == ("CosineAnnealingLR", 5, 13)


@pytest.mark.parametrize(
    ("run", "change"),
    [
        ({"steps": 11, "interval": "epoch", "order": "scheduler_first"}, 10),  # before the steps 0, 5 and 10
        ({"steps": 13, "frequency": 4}, 12),  # after the steps 3, 7 and 11
    ],
)
def test_the_last_step_of_the_scheduler_may_begin_a_phase(run: dict[str, Any], change: int) -> None:
    first, second = bands(sequence((3,), WARM_UP, COSINE), **run)
    assert (first[2], second[1], second[2]) == (change, change, run["steps"])


def test_phases_begin_anew_after_a_resume_without_the_state_of_the_scheduler() -> None:
    tree = sequence((6,), WARM_UP, COSINE)
    resumed = bands(tree, resume=Resume(10, "optimizer_only"), skipped_steps=(12,))
    assert resumed == [
        ("LinearLR", 0, 6),
        ("CosineAnnealingLR", 6, 10),
        ("LinearLR", 10, 15),
        ("CosineAnnealingLR", 15, 29),
    ]
    assert bands(tree, resume=Resume(4, "optimizer_only"))[:2] == [("LinearLR", 0, 4), ("LinearLR", 4, 10)]
    assert bands(tree, resume=Resume(10, "build_then_load")) == bands(tree)


def test_a_phase_without_rows_is_no_band() -> None:
    assert bands(sequence((0, 10), COSINE, WARM_UP, COSINE)) == [("LinearLR", 0, 10), ("CosineAnnealingLR", 10, 30)]
    assert bands(sequence((10, 40), WARM_UP, COSINE, WARM_UP)) == [("LinearLR", 0, 10), ("CosineAnnealingLR", 10, 30)]


def test_the_first_sequence_of_the_tree_counts() -> None:
    inner = sequence((3,), WARM_UP, COSINE)
    outer = sequence((10,), Scheduler("ChainedScheduler", Options(), (COSINE, inner)), COSINE)
    assert [label for label, _, _ in bands(outer)] == ["ChainedScheduler", "CosineAnnealingLR"]
    assert bands(Scheduler("ChainedScheduler", Options(), (COSINE, inner)))[0] == ("LinearLR", 0, 3)


@pytest.mark.parametrize("milestones", [(25, 10), (10,), (10, 2.5), (10, -1), None, "25"])
def test_there_are_none_where_milestones_cannot_be_taken_as_they_are(milestones: Any) -> None:
    assert bands(sequence(milestones, WARM_UP, COSINE, WARM_UP)) == []


def test_there_are_none_without_phases() -> None:
    assert bands(None) == bands(COSINE) == bands(Scheduler("SequentialLR")) == []


@pytest.mark.parametrize(
    "run", [{"steps": 0}, {"calls": True}, {"skipped_steps": EveryNth(0)}, {"skipped_steps": (0.5,)}, {"frequency": 0}]
)
def test_there_are_none_where_rows_cannot_be_counted(run: dict[str, Any]) -> None:
    assert bands(sequence((10,), WARM_UP, COSINE), **run) == []


@given(TREE)
def test_bands_cover_what_they_cover_once(tree: Scheduler) -> None:
    found = bands(tree)
    assert all(0 <= start < end <= 30 for _, start, end in found)
    assert all(before[2] <= after[1] for before, after in pairwise(found))
