"""The phases of a SequentialLR: milestones, lengths, and children that fill them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lrgui.core.phases import (
    Phase,
    fitted,
    milestones_of,
    own_length,
    phase_at,
    phase_lengths,
    phases_of,
    with_milestone,
    with_phase_length,
    with_phases,
)
from lrgui.core.recipe import Options, Scheduler

WARM_UP = Scheduler("LinearLR", Options(start_factor=0.01, total_iters=5))
COSINE = Scheduler("CosineAnnealingLR", Options(T_max=7, eta_min=1e-6))
STEPS = Scheduler("StepLR", Options(step_size=30))


def sequential(milestones: Any, *children: Scheduler) -> Scheduler:
    return Scheduler("SequentialLR", Options(milestones=milestones), children)


def test_milestones_become_lengths_and_the_last_phase_lasts_to_the_end() -> None:
    assert phase_lengths(sequential((100, 600), WARM_UP, COSINE, STEPS), 1000) == (100, 500, 400)
    assert phase_lengths(sequential((), WARM_UP), 1000) == (1000,)
    assert phase_lengths(sequential(()), 1000) == ()


@given(st.lists(st.integers(1, 10**6), min_size=1, max_size=8))
def test_lengths_become_milestones_and_back(lengths: list[int]) -> None:
    made = with_phases(sequential((), *[STEPS] * len(lengths)), [STEPS] * len(lengths), lengths)
    milestones = made.options["milestones"]
    assert isinstance(milestones, tuple)
    assert len(milestones) == len(lengths) - 1
    assert all(isinstance(later, int) and later == sum(lengths[: k + 1]) for k, later in enumerate(milestones))
    assert phase_lengths(made, sum(lengths)) == tuple(lengths)


@pytest.mark.parametrize(
    ("milestones", "lengths"),
    [
        ((600, 100), (100, 500, 400)),
        ((100,), (100, 450, 450)),
        ((), (333, 333, 334)),
        ((100, 200, 300), (100, 100, 800)),
        ((100, 2.5), (100, 450, 450)),
        ((100, True), (100, 450, 450)),
        ((-5, 100), (100, 450, 450)),
        (100, (333, 333, 334)),
        ((100, 1500), (100, 1400, 1)),
    ],
)
def test_milestones_that_cannot_be_are_put_right(milestones: Any, lengths: tuple[int, ...]) -> None:
    assert phase_lengths(sequential(milestones, WARM_UP, COSINE, STEPS), 1000) == lengths


@pytest.mark.parametrize(
    ("given", "milestones"),
    [
        ((100, 600), (100, 600)),
        ((0, 0), (0, 0)),
        ((600, 100), None),
        ((100,), None),
        ((1, 2, 3), None),
        ((100, 2.5), None),
        ((100, 600.0), None),
        ((False, 100), None),
        ((-5, 100), None),
        (None, None),
        ("ab", None),
    ],
)
def test_milestones_are_those_that_give_each_child_its_turn(given: Any, milestones: tuple[int, ...] | None) -> None:
    assert milestones_of(sequential(given, WARM_UP, COSINE, STEPS)) == milestones


def test_a_length_shifts_what_follows_and_a_milestone_does_not() -> None:
    tree = sequential((100, 600), WARM_UP, COSINE, STEPS)
    assert with_phase_length(tree, 0, 50, 1000).options == Options(milestones=(50, 550))
    assert with_phase_length(tree, 1, 50, 1000).options == Options(milestones=(100, 150))
    assert with_milestone(tree, 0, 50, 1000).options == Options(milestones=(50, 600))
    assert with_milestone(tree, 1, 700, 1000).options == Options(milestones=(100, 700))


def test_other_options_of_the_composite_are_kept() -> None:
    tree = Scheduler("SequentialLR", Options(milestones=(5,), last_epoch=-1), (WARM_UP, COSINE))
    assert with_phase_length(tree, 0, 9, 100).options == Options(milestones=(9,), last_epoch=-1)


def test_the_phase_of_a_nested_scheduler_is_counted_from_the_start_of_the_run() -> None:
    inner = sequential((10,), WARM_UP, STEPS)
    tree = Scheduler("ChainedScheduler", schedulers=(sequential((100,), inner, COSINE), STEPS))
    assert phase_at(tree, (), 1000) == Phase(0, 1000)
    assert phase_at(tree, (0,), 1000) == Phase(0, 1000)
    assert phase_at(tree, (0, 0), 1000) == Phase(0, 100)
    assert phase_at(tree, (0, 0, 1), 1000) == Phase(10, 100)
    assert phase_at(tree, (0, 1), 1000) == Phase(100, 1000)
    assert phase_at(tree, (1,), 1000) == Phase(0, 1000)
    later = sequential((100,), COSINE, inner)
    assert phase_at(later, (1, 1), 1000) == Phase(110, 1000)


def test_without_the_length_of_the_run_the_last_phase_has_no_end() -> None:
    phases = phases_of(sequential((100,), WARM_UP, COSINE), Phase(0, None))
    assert phases == (Phase(0, 100), Phase(100, None))
    assert phases[1].length is None


def test_own_lengths_are_those_that_mean_the_whole() -> None:
    assert own_length(WARM_UP) == 5
    assert own_length(COSINE) == 7
    assert own_length(STEPS) is None
    assert own_length(Scheduler("CosineAnnealingWarmRestarts", Options(T_0=9))) is None
    assert own_length(Scheduler("CosineAnnealingLR", Options(T_max=2.5))) is None
    assert own_length(Scheduler("CosineAnnealingLR", Options(T_max=True))) is None


def test_phases_are_filled() -> None:
    tree = sequential((100, 600), WARM_UP, COSINE, STEPS)
    assert fitted(tree, 1000).schedulers == (
        Scheduler("LinearLR", Options(start_factor=0.01, total_iters=100)),
        Scheduler("CosineAnnealingLR", Options(T_max=500, eta_min=1e-6)),
        STEPS,
    )
    assert fitted(tree, 1000).options == tree.options


def test_a_lone_scheduler_fills_the_run() -> None:
    assert fitted(COSINE, 250) == Scheduler("CosineAnnealingLR", Options(T_max=250, eta_min=1e-6))
    assert fitted(STEPS, 250) == STEPS
    assert fitted(COSINE, None) == COSINE


def test_a_cycle_by_epochs_becomes_one_by_steps() -> None:
    cycle = Scheduler("OneCycleLR", Options(max_lr=0.1, epochs=3, steps_per_epoch=7))
    assert fitted(cycle, 40) == Scheduler("OneCycleLR", Options(max_lr=0.1, total_steps=40))


def test_only_what_has_its_turn_is_filled_and_only_where_schedulers_take_turns() -> None:
    assert fitted(sequential((100, 1500), WARM_UP, WARM_UP, COSINE), 1000).schedulers[2] == COSINE
    chained = Scheduler("ChainedScheduler", schedulers=(COSINE, sequential((30,), WARM_UP, COSINE)))
    filled = fitted(chained, 100)
    assert filled.schedulers[0] == COSINE
    assert [own_length(child) for child in filled.schedulers[1].schedulers] == [30, 70]
