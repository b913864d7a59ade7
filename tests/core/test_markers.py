"""What is marked on the way of a run, by the recipe alone."""

from __future__ import annotations

from typing import Any

import pytest

from lrgui.core.markers import MOST_OF_A_KIND, Marker, MarkerKind, planned_markers, with_jumps
from lrgui.core.recipe import Choice, EveryNth, Group, Options, Recipe, Resume, Run, Scheduler, Unfreeze


def of(name: str, *schedulers: Scheduler, **options: Any) -> Scheduler:
    return Scheduler(name, Options(options), schedulers)


WARM_UP, COSINE = of("LinearLR", total_iters=100), of("CosineAnnealingLR", T_max=900)
WARM_UP_COSINE = of("SequentialLR", WARM_UP, COSINE, milestones=(100,))


def marked(scheduler: Scheduler | None = None, **run: Any) -> list[tuple[MarkerKind, int]]:
    recipe = Recipe(optimizer=Choice("SGD"), scheduler=scheduler, run=Run(**run))
    return [(marker.kind, marker.row) for marker in planned_markers(recipe)]


def test_a_milestone_is_where_a_scheduler_begins() -> None:
    recipe = Recipe(scheduler=WARM_UP_COSINE)
    assert planned_markers(recipe) == (Marker("milestone", 100, "Milestone: CosineAnnealingLR begins"),)


@pytest.mark.parametrize(
    ("run", "rows"),
    [
        ({}, [100]),
        ({"interval": "epoch", "steps_per_epoch": 5}, [500]),
        ({"frequency": 3}, [300]),
        ({"calls": 4}, [25]),
        ({"order": "scheduler_first"}, [99]),
        ({"steps": 100}, []),  # the cosine's first rate is never used
        ({"steps": 101}, [100]),
        ({"resume": Resume(60, "optimizer_only")}, [60, 160]),  # the scheduler begins anew
        ({"resume": Resume(60)}, [60, 100]),
    ],
)
def test_milestones_follow_the_pace_of_the_run(run: dict[str, Any], rows: list[int]) -> None:
    assert [row for _, row in marked(WARM_UP_COSINE, **run)] == rows


def test_skipped_steps_have_no_row_so_that_what_follows_comes_earlier() -> None:
    assert marked(WARM_UP_COSINE, skipped_steps=EveryNth(50)) == sorted(
        [("milestone", 98), *(("skipped", 49 * number) for number in range(1, 21))],
        key=lambda one: (one[1], one[0] == "skipped"),
    )
    assert marked(WARM_UP_COSINE, skipped_steps=(3, 7, 200)) == [
        ("skipped", 3),
        ("skipped", 6),
        ("milestone", 98),
        ("skipped", 198),
    ]


def test_skipped_steps_that_follow_one_another_are_one_marker() -> None:
    run = Run(steps=20, skipped_steps=(9, 4, 5, 6, 5, 19, 77))
    assert [(marker.row, marker.text) for marker in planned_markers(Recipe(run=run))] == [
        (4, "Skipped: steps 4 to 6 of the training loop"),
        (6, "Skipped: step 9 of the training loop"),
        (15, "Skipped: step 19 of the training loop"),  # after the last row
    ]


def test_multi_step_milestones_are_counted_by_the_scheduler_itself() -> None:
    steps = of("MultiStepLR", milestones=(30, 10, 10, 990, 2000))
    assert marked(steps) == [("milestone", 10), ("milestone", 30), ("milestone", 990)]
    inside = of("SequentialLR", of("ConstantLR"), steps, milestones=(50,))
    assert marked(inside) == [("milestone", 50), ("milestone", 60), ("milestone", 80)]
    (first, *_) = planned_markers(Recipe(scheduler=steps))
    assert first.text == "Milestone of MultiStepLR"


def test_what_happens_at_one_row_is_one_marker_of_a_kind() -> None:
    both = of("ChainedScheduler", of("MultiStepLR", milestones=(10,)), of("MultiStepLR", milestones=(10, 20)))
    assert marked(both) == [("milestone", 10), ("milestone", 20)]
    groups = tuple(Group(name, (name,), frozen=True) for name in "ab")
    run = Run(unfreeze=(Unfreeze("a", 7), Unfreeze("b", 7)), resume=Resume(7, "scheduler_only"))
    assert planned_markers(Recipe(groups=groups, run=run)) == (
        Marker("unfreeze", 7, "Group 'a' joins the optimizer\nGroup 'b' joins the optimizer"),
        Marker("resume", 7, "Resume: optimizer and scheduler are rebuilt, the scheduler alone is loaded"),
    )


def test_what_shows_in_no_row_has_no_marker() -> None:
    assert marked(of("MultiStepLR", milestones=(0, 1000)), unfreeze=(Unfreeze("a", 0), Unfreeze("b", 1000))) == []
    assert marked(None, resume=Resume(5000)) == []
    assert marked() == []


def test_very_many_skipped_steps_are_cut_short_and_say_so() -> None:
    markers = planned_markers(Recipe(run=Run(steps=10**8, skipped_steps=EveryNth(2))))
    assert len(markers) == MOST_OF_A_KIND
    assert [marker.row for marker in markers[:3]] == [1, 2, 3]
    assert markers[-1].text.endswith("\nMore steps are skipped later, too many to mark")
    exactly = planned_markers(Recipe(run=Run(steps=2 * MOST_OF_A_KIND, skipped_steps=EveryNth(2))))
    assert len(exactly) == MOST_OF_A_KIND
    assert "too many" not in exactly[-1].text


def test_as_many_listed_steps_are_looked_at_once_each() -> None:
    # Were all of them looked at for each, this would take hours.
    markers = planned_markers(Recipe(run=Run(steps=10**6, skipped_steps=tuple(range(0, 900_000, 2)))))
    assert [marker.row for marker in markers] == list(range(MOST_OF_A_KIND))
    assert markers[-1].text.endswith("\nMore steps are skipped later, too many to mark")


def test_a_jump_that_is_explained_is_told_by_what_explains_it() -> None:
    planned = (Marker("skipped", 5, "skipped"), Marker("milestone", 8, "Milestone"), Marker("resume", 9, "Resume"))
    jumps = (Marker("drop", 5, "drops"), Marker("drop", 8, "drops there"), Marker("restart", 2, "up"))
    assert with_jumps(planned, jumps) == (
        Marker("restart", 2, "up"),
        Marker("skipped", 5, "skipped"),
        Marker("drop", 5, "drops"),
        Marker("milestone", 8, "Milestone\ndrops there"),
        Marker("resume", 9, "Resume"),
    )
