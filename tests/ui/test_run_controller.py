from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from lrgui.core.recipe import Choice, EveryNth, Group, Options, Recipe, Run, Scheduler, SkippedSteps, Unfreeze
from lrgui.ui.run_controller import RunController, RunState
from lrgui.ui.runs import Runs

HALVED = Recipe(
    optimizer=Choice("SGD", Options(lr=1.0)),
    scheduler=Scheduler("ExponentialLR", Options(gamma=0.5)),
    run=Run(steps=6, steps_per_epoch=2),
)
LONG = Recipe(optimizer=Choice("SGD", Options(lr=1.0)), run=Run(steps=5_000_000))
FAILS_AT_FIVE = Recipe(
    optimizer=Choice("SGD", Options(lr=1.0)),
    scheduler=Scheduler("LambdaLR", Options(lr_lambda="1 / (5 - epoch)")),
    run=Run(steps=100),
)
START_MS = 30_000
"""The first start in a process imports torch."""


@pytest.fixture
def controller(qtbot: QtBot) -> Iterator[RunController]:
    controller = RunController(Runs())
    yield controller
    controller.shut_down()


def wait_for(qtbot: QtBot, controller: RunController, state: RunState) -> None:
    qtbot.waitUntil(lambda: controller.state is state, timeout=START_MS)


def recorded(controller: RunController) -> np.ndarray:
    runs = controller._runs
    assert runs.selected is not None
    return runs.selected.trace["lr"][:, 0]


def test_a_run_records_every_step_and_ends(controller: RunController, qtbot: QtBot) -> None:
    controller.run(HALVED)
    assert controller.state is RunState.STARTING
    wait_for(qtbot, controller, RunState.IDLE)
    assert recorded(controller).tolist() == [1.0, 0.5, 0.25, 0.125, 0.0625, 0.03125]
    (run,) = controller._runs.all
    assert (run.name, run.status, run.recipe) == ("Run 1", "finished", HALVED)
    assert controller.progress.fraction == 1.0
    controller.abandon()
    assert controller.progress.planned == 0


def test_pause_resume_and_stop(controller: RunController, qtbot: QtBot) -> None:
    controller.run(LONG)
    wait_for(qtbot, controller, RunState.RUNNING)
    controller.pause()
    wait_for(qtbot, controller, RunState.PAUSED)
    rested = len(recorded(controller))
    qtbot.wait(100)
    assert len(recorded(controller)) == rested
    controller.run(HALVED)
    assert controller.state is RunState.RUNNING
    qtbot.waitUntil(lambda: len(recorded(controller)) > rested, timeout=START_MS)
    controller.stop()
    wait_for(qtbot, controller, RunState.IDLE)
    (run,) = controller._runs.all
    assert run.status == "stopped"
    assert run.recipe == LONG
    assert 0 < run.trace.rows < 5_000_000


def test_a_move_of_the_view_draws_a_frame_at_once_and_the_run_goes_on(
    controller: RunController, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lrgui.engine.gate.PATIENCE_S", 3600.0)
    frames: list[int] = []
    controller.frame.connect(lambda: frames.append(len(recorded(controller))))
    controller.note_interaction()
    assert frames == []
    controller.run(LONG)
    wait_for(qtbot, controller, RunState.RUNNING)
    qtbot.waitUntil(lambda: len(recorded(controller)) > 0, timeout=START_MS)
    drawn = len(frames)
    controller.note_interaction()
    assert len(frames) == drawn + 1
    assert frames[-1] > 0
    qtbot.waitUntil(lambda: len(recorded(controller)) > frames[drawn] + 10_000, timeout=START_MS)


def test_single_steps_from_the_start(controller: RunController, qtbot: QtBot) -> None:
    controller.step(HALVED)
    qtbot.waitUntil(lambda: controller.progress.steps == 1, timeout=START_MS)
    assert controller.state is RunState.PAUSED
    controller.step(HALVED)
    qtbot.waitUntil(lambda: controller.progress.steps == 2, timeout=START_MS)
    assert recorded(controller).tolist() == [1.0, 0.5]
    controller.run(HALVED)
    wait_for(qtbot, controller, RunState.IDLE)
    assert len(recorded(controller)) == 6


def test_a_failing_run_says_why_and_keeps_what_it_recorded(controller: RunController, qtbot: QtBot) -> None:
    with qtbot.waitSignal(controller.run_failed, timeout=START_MS) as failure:
        controller.run(FAILS_AT_FIVE)
    message, details = failure.args
    assert "step 5" in message
    assert "LambdaLR" in message
    wait_for(qtbot, controller, RunState.IDLE)
    (run,) = controller._runs.all
    assert "Traceback" in details
    assert run.details == details
    assert run.status == "failed"
    assert run.message == message
    assert recorded(controller).tolist() == [1 / 5, 1 / 4, 1 / 3, 1 / 2, 1.0]


def test_a_recipe_that_cannot_be_built_leaves_the_runs_as_they_were(controller: RunController, qtbot: QtBot) -> None:
    controller.run(HALVED)
    wait_for(qtbot, controller, RunState.IDLE)
    with qtbot.waitSignal(controller.run_failed, timeout=START_MS) as failure:
        controller.run(Recipe(optimizer=Choice("SGD", Options(lr=-1.0))))
    assert "optimizer.options.lr" in failure.args[0]
    wait_for(qtbot, controller, RunState.IDLE)
    assert [run.name for run in controller._runs.all] == ["Run 1"]


def test_the_preview_equals_the_run(controller: RunController, qtbot: QtBot) -> None:
    with qtbot.waitSignal(controller.preview_changed, timeout=START_MS):
        controller.preview(HALVED)
    trace = controller.preview_trace
    assert trace is not None
    qtbot.waitUntil(lambda: trace.rows == 6, timeout=START_MS)
    assert trace["lr"][:, 0].tolist() == [1.0, 0.5, 0.25, 0.125, 0.0625, 0.03125]
    assert controller._runs.all == ()


def test_only_the_newest_of_many_edits_is_previewed(controller: RunController, qtbot: QtBot) -> None:
    for steps in range(1_000_000, 1_000_040):
        controller.preview(LONG.with_run(steps=steps))
        qtbot.wait(1)
    controller.preview(HALVED)
    qtbot.waitUntil(lambda: controller.preview_recipe == HALVED, timeout=START_MS)
    qtbot.waitUntil(lambda: not controller.previewing, timeout=START_MS)
    assert controller.preview_recipe == HALVED
    assert controller.preview_trace is not None
    assert controller.preview_trace.rows == 6


def test_a_preview_waits_for_no_frame(controller: RunController, qtbot: QtBot) -> None:
    drawn: list[tuple[Recipe | None, int]] = []

    def note() -> None:
        trace = controller.preview_trace
        drawn.append((controller.preview_recipe, 0 if trace is None else trace.rows))

    controller.frame.connect(note)
    # No frame comes by itself any more.
    controller._timer.setInterval(3_600_000)
    for recipe in (LONG, LONG.with_run(steps=4_000_000), HALVED):
        controller.preview(recipe)
        qtbot.waitUntil(
            lambda wanted=recipe: any(shown == wanted and rows > 0 for shown, rows in drawn),  # type: ignore[misc]
            timeout=START_MS,
        )


def test_going_back_to_an_interrupted_preview_completes_it(controller: RunController, qtbot: QtBot) -> None:
    long = LONG.with_run(steps=200_000)
    controller.preview(long)
    qtbot.waitUntil(lambda: controller.preview_trace is not None, timeout=START_MS)
    controller.preview(HALVED)
    controller.preview(long)
    qtbot.waitUntil(lambda: not controller.previewing, timeout=START_MS)
    assert controller.preview_recipe == long
    assert controller.preview_trace is not None
    assert controller.preview_trace.rows == 200_000


@pytest.mark.parametrize("skipped", [(2, 3, 5), EveryNth(2)])
def test_a_run_that_skips_steps_is_done_when_all_are_over(
    controller: RunController, qtbot: QtBot, skipped: SkippedSteps
) -> None:
    controller.step(HALVED.with_run(skipped_steps=skipped))
    qtbot.waitUntil(lambda: controller.progress.steps == 1, timeout=START_MS)
    controller.run(HALVED)
    wait_for(qtbot, controller, RunState.IDLE)
    assert len(recorded(controller)) == 3
    assert (controller.progress.steps, controller.progress.planned) == (6, 6)


def test_what_is_intended_is_previewed_beside_a_recipe_with_conditions(controller: RunController, qtbot: QtBot) -> None:
    controller.preview(HALVED.with_run(calls=2))
    qtbot.waitUntil(lambda: controller.intended.trace is not None and not controller.previewing, timeout=START_MS)
    assert controller.preview_trace is not None
    assert controller.preview_trace["lr"][:, 0].tolist() == [4.0**-step for step in range(6)]
    assert controller.intended.recipe == HALVED
    assert controller.intended.trace is not None
    assert controller.intended.trace["lr"][:, 0].tolist() == [2.0**-step for step in range(6)]
    controller.show_intended(False)
    assert controller.intended.trace is None
    controller.show_intended(True)
    qtbot.waitUntil(lambda: controller.intended.trace is not None, timeout=START_MS)
    controller.preview(HALVED)
    assert controller.intended.trace is None
    qtbot.waitUntil(lambda: not controller.previewing, timeout=START_MS)
    assert controller.preview_recipe == HALVED


def test_a_schedule_that_fails_without_its_conditions_is_told_apart(controller: RunController, qtbot: QtBot) -> None:
    failures: list[str] = []
    controller.preview_failed.connect(failures.append)
    controller.preview(FAILS_AT_FIVE.with_run(frequency=50))
    qtbot.waitUntil(lambda: bool(controller.intended.failure) and not controller.previewing, timeout=START_MS)
    assert "step 5" in controller.intended.failure
    assert controller.intended.trace is not None
    assert controller.intended.trace.rows == 5
    assert failures == []
    assert controller.preview_trace is not None
    assert controller.preview_trace.rows == 100


def test_a_group_that_joins_late_has_no_value_before(controller: RunController, qtbot: QtBot) -> None:
    groups = (Group("head", ("weight",)), Group("backbone", ("bias",), Options(lr=4.0), frozen=True))
    recipe = Recipe(groups=groups, optimizer=HALVED.optimizer, run=Run(steps=4, unfreeze=(Unfreeze("backbone", 2),)))
    controller.run(recipe)
    wait_for(qtbot, controller, RunState.IDLE)
    (run,) = controller._runs.all
    assert run.trace.groups == ("head", "backbone")
    assert np.array_equal(run.trace["lr"][:, 1], [np.nan, np.nan, 4.0, 4.0], equal_nan=True)


def test_a_run_can_be_previewed_beside(controller: RunController, qtbot: QtBot) -> None:
    controller.run(LONG)
    wait_for(qtbot, controller, RunState.RUNNING)
    controller.preview(HALVED)
    qtbot.waitUntil(lambda: controller.preview_recipe == HALVED, timeout=START_MS)
    trace = controller.preview_trace
    assert trace is not None
    qtbot.waitUntil(lambda: trace.rows == 6, timeout=START_MS)
    assert controller.state is RunState.RUNNING
