"""When optimizer and scheduler are stepped, counted by walking through the run."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lrgui.core.pace import (
    has_conditions,
    optimizer_steps_at,
    recorded_steps,
    row_at,
    rows_before,
    scheduler_step_near,
    scheduler_steps,
    steps_over,
    without_conditions,
)
from lrgui.core.recipe import EveryNth, Resume, Run, Unfreeze

RUNS = st.builds(
    Run,
    steps=st.integers(1, 60),
    steps_per_epoch=st.integers(1, 9),
    interval=st.sampled_from(["step", "epoch"]),
    frequency=st.integers(1, 4),
    calls=st.integers(1, 3),
    order=st.sampled_from(["optimizer_first", "scheduler_first"]),
    skipped_steps=st.one_of(st.lists(st.integers(0, 70)).map(tuple), st.integers(2, 9).map(EveryNth)),
)


def is_skipped(run: Run, step: int) -> bool:
    skipped = run.skipped_steps
    return (step + 1) % skipped.every == 0 if isinstance(skipped, EveryNth) else step in skipped


@given(RUNS)
def test_the_counts_are_those_of_the_loop(run: Run) -> None:
    interval = run.frequency * (run.steps_per_epoch if run.interval == "epoch" else 1)
    calls = 0
    over: list[int] = []
    for step in range(run.steps):
        if run.order == "scheduler_first" and step % interval == 0:
            calls += run.calls
        if not is_skipped(run, step):
            over.append(step + 1)
        if run.order == "optimizer_first" and (step + 1) % interval == 0:
            calls += run.calls
    assert scheduler_steps(run) == calls
    assert recorded_steps(run) == len(over)
    for rows, steps in enumerate(over[:-1], 1):
        assert steps_over(run, rows) == steps
    # Whatever is skipped after the last row is over with it.
    assert steps_over(run, len(over)) == run.steps


@given(RUNS)
def test_each_step_of_the_scheduler_is_found_again_from_its_row(run: Run) -> None:
    interval = run.frequency * (run.steps_per_epoch if run.interval == "epoch" else 1)
    made, rows = 0, 0
    for step in range(run.steps):
        assert rows_before(run, step) == rows
        if run.order == "scheduler_first" and step % interval == 0:
            assert {row_at(run, made + call + 1) for call in range(run.calls)} == {rows}
            assert scheduler_step_near(run, step) == made + 1
            made += run.calls
        rows += not is_skipped(run, step)
        if run.order == "optimizer_first" and (step + 1) % interval == 0:
            assert {row_at(run, made + call + 1) for call in range(run.calls)} == {rows}
            made += run.calls
            assert scheduler_step_near(run, step + 1) == made
    # A run that goes on longer skips no more.
    assert [rows_before(run, run.steps + more) for more in range(3)] == [rows, rows + 1, rows + 2]


@given(RUNS, st.integers(0, 100))
def test_the_nearest_step_of_the_scheduler_is_no_further_than_half_an_interval(run: Run, steps: int) -> None:
    interval = run.frequency * (run.steps_per_epoch if run.interval == "epoch" else 1)
    assert 2 * abs(optimizer_steps_at(run, scheduler_step_near(run, steps)) - steps) <= interval


@pytest.mark.parametrize("wrong", [{"steps": 0}, {"steps_per_epoch": 0.5}, {"frequency": None}, {"calls": True}])
def test_a_count_that_is_none_cannot_be_counted_with(wrong: dict[str, Any]) -> None:
    assert scheduler_steps(Run(**wrong)) is None


@pytest.mark.parametrize(
    "condition",
    [
        {"frequency": 2},
        {"calls": 2},
        {"skipped_steps": (1,)},
        {"skipped_steps": EveryNth(5)},
        {"order": "scheduler_first"},
        {"unfreeze": (Unfreeze("a", 1),)},
        {"resume": Resume(1)},
    ],
)
def test_a_condition_is_one_and_can_be_left_out(condition: dict[str, Any]) -> None:
    intended = Run(steps=77, interval="epoch", seed=3)
    bent = Run(steps=77, interval="epoch", seed=3, **condition)
    assert has_conditions(bent)
    assert not has_conditions(intended)
    assert without_conditions(bent) == intended
