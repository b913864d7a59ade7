"""Restarts and drops in what real torch schedulers recorded, found while rows arrive, in bounded pieces."""

from __future__ import annotations

import gc
import math
import weakref
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import lrgui
from lrgui.core.jumps import JumpFinder, jump_finder_of
from lrgui.core.markers import MOST_OF_A_KIND, MarkerKind
from lrgui.core.recipe import Choice, EveryNth, Group, Options, Recipe, Resume, Run, Scheduler, SkippedSteps, Unfreeze
from lrgui.core.trace import Trace

MOST_CALLS = 10_000


def of(name: str, *schedulers: Scheduler, **options: Any) -> Scheduler:
    return Scheduler(name, Options(options), schedulers)


def of_rates(*rates: Any, run: Run | None = None) -> JumpFinder:
    """Return the finder of a trace with these rates, a group each, that has looked at all of them."""
    trace = Trace(["lr"], [f"g{index}" for index in range(len(rates))], len(rates[0]))
    trace.buffer[:] = np.array(rates).T
    trace.rows = len(rates[0])
    finder = JumpFinder(trace, run or Run(steps=trace.rows))
    exhaust(finder)
    return finder


def exhaust(finder: JumpFinder) -> int:
    """Look at everything there is; return how many calls that took."""
    for calls in range(1, MOST_CALLS):
        if not finder.advance():
            return calls
    pytest.fail("there is no end to it")


def places(finder: JumpFinder) -> list[tuple[MarkerKind, int]]:
    return [(marker.kind, marker.row) for marker in finder.markers]


def jumps_of(scheduler: Scheduler, **run: Any) -> list[tuple[MarkerKind, int]]:
    """Return what is found in a preview of a scheduler over the default 1000 steps and a rate of 0.1."""
    metric = Choice("expression", Options(expression="1.0")) if scheduler.class_name == "ReduceLROnPlateau" else None
    optimizer = Choice("SGD", Options(lr=0.1, momentum=0.9))
    recipe = Recipe(optimizer=optimizer, scheduler=scheduler, run=Run(metric=metric, **run))
    trace = lrgui.trace(recipe, preview=True)
    finder = JumpFinder(trace, recipe.run)
    exhaust(finder)
    return places(finder)


def drops(*rows: int) -> list[tuple[MarkerKind, int]]:
    return [("drop", row) for row in rows]


def restarts(*rows: int) -> list[tuple[MarkerKind, int]]:
    return [("restart", row) for row in rows]


CONSTANT, LINEAR = of("ConstantLR", factor=1.0), of("LinearLR", start_factor=0.01, total_iters=100)
TRIANGLE = of("CyclicLR", base_lr=0.001, max_lr=0.1, step_size_up=40)


@pytest.mark.parametrize(
    ("scheduler", "expected"),
    [
        (of("StepLR", step_size=300), drops(300, 600, 900)),
        (of("StepLR", step_size=1), []),
        (of("StepLR", step_size=300, gamma=0.995), []),  # half a percent
        (of("StepLR", step_size=300, gamma=2.0), restarts(300, 600, 900)),
        (of("MultiStepLR", milestones=(10, 700)), drops(10, 700)),
        (of("ReduceLROnPlateau", patience=199), drops(201, 401, 601, 801)),
        (of("CosineAnnealingWarmRestarts", T_0=100), restarts(*range(100, 1000, 100))),
        (of("CosineAnnealingWarmRestarts", T_0=100, T_mult=2), restarts(100, 300, 700)),
        (of("CosineAnnealingWarmRestarts", T_0=6), restarts(*range(6, 999, 6))),
        (of("CosineAnnealingWarmRestarts", T_0=5), []),
        (TRIANGLE, []),
        (of("CyclicLR", base_lr=0.001, max_lr=0.1, step_size_up=99, step_size_down=1), drops(*range(100, 999, 100))),
        (of("ExponentialLR", gamma=0.99), []),
        (of("ExponentialLR", gamma=0.1), []),
        (of("CosineAnnealingLR", T_max=1000), []),
        (of("CosineAnnealingLR", T_max=10), []),
        (of("OneCycleLR", max_lr=0.1, total_steps=1001), []),
        (of("OneCycleLR", max_lr=0.1, total_steps=1001, three_phase=True, anneal_strategy="linear"), []),
        (of("PolynomialLR", total_iters=900, power=2.0), []),
        (LINEAR, []),
        (of("SequentialLR", LINEAR, of("CosineAnnealingLR", T_max=900), milestones=(100,)), []),
        (of("SequentialLR", CONSTANT, LINEAR, milestones=(200,)), drops(200)),
        (of("LambdaLR", lr_lambda="min((epoch + 1)**-0.5, (epoch + 1) * 50**-1.5)"), []),
        (of("LambdaLR", lr_lambda="1.0 if epoch < 500 else 0.0"), drops(500)),
        (of("LambdaLR", lr_lambda="0.0 if epoch < 500 else 1.0"), restarts(500)),
    ],
)
def test_what_torch_schedules_jump_where(scheduler: Scheduler, expected: list[tuple[MarkerKind, int]]) -> None:
    assert jumps_of(scheduler) == expected


@pytest.mark.filterwarnings("ignore:Detected call of")
def test_rates_are_compared_once_an_epoch_where_the_scheduler_is_stepped_so() -> None:
    run: dict[str, Any] = {"interval": "epoch", "steps_per_epoch": 10}
    assert jumps_of(of("ExponentialLR", gamma=0.5), **run) == []  # row by row, each epoch would look like a drop
    assert jumps_of(of("CosineAnnealingLR", T_max=100), **run) == []
    assert jumps_of(of("StepLR", step_size=30), **run) == drops(300, 600, 900)
    assert jumps_of(of("StepLR", step_size=30), frequency=2, **run) == drops(600)
    assert jumps_of(of("StepLR", step_size=30), order="scheduler_first", **run) == drops(290, 590, 890)


SMOOTH = of("ExponentialLR", gamma=0.97)


@pytest.mark.parametrize(
    "skipped", [EveryNth(2), EveryNth(7), (5, 6, 7, 8, 9, 10, 11, 12, 40), tuple(range(995, 1000))]
)
def test_a_skipped_step_is_no_jump_though_the_scheduler_goes_on(skipped: SkippedSteps) -> None:
    assert jumps_of(SMOOTH, skipped_steps=skipped) == []
    assert jumps_of(SMOOTH, skipped_steps=skipped, interval="epoch", steps_per_epoch=4) == []


def test_a_drop_among_skipped_steps_is_at_the_row_that_follows() -> None:
    halves = of("StepLR", step_size=500)
    assert jumps_of(halves, skipped_steps=EveryNth(50)) == drops(490)
    assert jumps_of(halves, skipped_steps=(2, 500, 501, 502)) == drops(499)
    assert jumps_of(halves, skipped_steps=(2, *range(490, 500))) == drops(489)


def test_a_resume_that_bends_the_rate_is_found_at_its_own_row() -> None:
    step = of("StepLR", step_size=20)
    run: dict[str, Any] = {"interval": "epoch", "steps_per_epoch": 10, "resume": Resume(333, "scheduler_only")}
    assert jumps_of(step, **run) == [("drop", 200), ("restart", 333), ("drop", 400), ("drop", 600), ("drop", 800)]


def test_a_group_that_joins_late_does_not_jump_by_joining() -> None:
    groups = (Group("weights", ("weight",)), Group("biases", ("bias",), Options(lr=7.0), frozen=True))
    run = Run(unfreeze=(Unfreeze("biases", 250),))
    recipe = Recipe(groups=groups, scheduler=of("StepLR", step_size=300), run=run)
    trace = lrgui.trace(recipe, preview=True)
    finder = JumpFinder(trace, recipe.run)
    exhaust(finder)
    assert math.isnan(trace["lr"][249, 1])
    assert places(finder) == drops(300, 600, 900)


def test_groups_that_jump_together_are_one_marker_that_names_them() -> None:
    step = np.repeat([1.0, 0.25], 10)
    finder = of_rates(step, np.linspace(1, 2, 20), 0.1 * step, 3 * step, step)
    assert places(finder) == drops(10)
    assert finder.markers[0].text.split("\n") == [
        "The learning rate drops",
        "g0: 1 \u2192 0.25",
        "g2: 0.1 \u2192 0.025",
        "g3: 3 \u2192 0.75",
        "and 1 more",
    ]


def test_where_groups_part_the_larger_change_counts() -> None:
    low, high = np.repeat([0.1, 0.2], 10), np.repeat([5.0, 1.0], 10)
    assert places(of_rates(low, high)) == drops(10)
    assert places(of_rates(low, low)) == restarts(10)


def test_a_jump_is_told_once_the_change_after_it_is_known() -> None:
    trace = Trace(["lr"], ["g"], 10)
    trace.buffer[:, 0] = [1, 1, 1, 0.1, 0.1, 0.1, 1, 1, 1, 1]
    finder = JumpFinder(trace, Run(steps=10))
    seen = []
    for rows in range(11):
        trace.rows = rows
        assert not finder.advance()
        seen.append(places(finder))
    assert seen[4] == []  # the rate may go on falling
    assert seen[5] == drops(3)
    assert seen[10] == [("drop", 3), ("restart", 6)]


@given(st.data())
def test_it_does_not_matter_how_the_rows_arrive(data: st.DataObject) -> None:
    count = data.draw(st.integers(1, 60))
    values = data.draw(
        st.lists(st.sampled_from([0.0, 0.1, 0.1, 0.1, 0.5, 1.0, math.nan]), min_size=count, max_size=count)
    )
    skipped = data.draw(st.one_of(st.just(()), st.integers(2, 5).map(EveryNth)))
    epoch = data.draw(st.integers(1, 5))
    run = Run(steps=count, skipped_steps=skipped, interval="epoch", steps_per_epoch=epoch)
    trace = Trace(["lr"], ["g"], count)
    trace.buffer[:, 0] = values
    finder = JumpFinder(trace, run)
    recorded = count - count // skipped.every if isinstance(skipped, EveryNth) else count
    for rows in sorted(data.draw(st.lists(st.integers(0, recorded), max_size=6))):
        trace.rows = rows
        exhaust(finder)
    trace.rows = recorded
    exhaust(finder)
    whole = JumpFinder(trace, run)
    exhaust(whole)
    assert finder.markers == whole.markers


def test_a_long_trace_is_looked_at_piece_by_piece() -> None:
    rows = 1_000_000
    steps = np.where(np.arange(rows) < 600_000, 1.0, 0.1)
    trace = Trace(["lr"], ["a", "b"], rows)
    trace.buffer[:] = steps[:, np.newaxis]
    trace.rows = rows
    finder = JumpFinder(trace, Run(steps=rows))
    assert finder.advance()
    assert places(finder) == []
    assert 5 < exhaust(finder) < 50
    assert places(finder) == drops(600_000)
    assert not finder.advance()


def test_the_number_of_markers_is_bounded_and_the_last_one_says_so() -> None:
    rows = 4 * MOST_OF_A_KIND + 100
    saw = np.where(np.arange(rows) % 4 < 2, 1.0, 0.1)
    finder = of_rates(saw)
    assert len(finder.markers) == MOST_OF_A_KIND
    assert places(finder)[:2] == [("drop", 2), ("restart", 4)]
    assert places(finder)[-1] == ("restart", 2 * MOST_OF_A_KIND)
    assert finder.markers[-1].text.endswith("\nThe rate may jump later too, too often to mark")
    assert not finder.advance()


def test_infinite_and_missing_rates_are_no_jumps() -> None:
    assert places(of_rates([1.0, 1.0, math.inf, math.inf, 1.0, 1.0, math.nan, math.nan, 2.0, 2.0])) == []


def test_a_scheduler_that_is_hardly_ever_stepped() -> None:
    assert places(of_rates([1.0] * 9, run=Run(steps=9, interval="epoch", steps_per_epoch=10**30))) == []


def test_a_trace_has_one_finder_that_does_not_keep_it_alive() -> None:
    trace = Trace(["lr"], ["g"], 10)
    trace.buffer[:, 0], trace.rows = 1.0, 10
    finder = jump_finder_of(trace, Run(steps=10))
    assert jump_finder_of(trace, Run(steps=10)) is finder
    gone = weakref.ref(trace)
    del trace
    gc.collect()
    assert gone() is None
    assert not finder.advance()


def test_rows_that_move_elsewhere_are_let_go_of() -> None:
    trace = Trace(["lr"], ["g"], 2_000_000)
    trace.buffer[:, 0] = 1.0
    trace.buffer[1_999_000:, 0] = 0.1
    trace.rows = 2_000_000
    finder = JumpFinder(trace, Run(steps=2_000_000))
    assert finder.advance()
    old = weakref.ref(trace.buffer)
    trace.move_to(trace.buffer.copy())
    assert old() is None
    exhaust(finder)
    assert places(finder) == drops(1_999_000)
