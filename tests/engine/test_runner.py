"""Runner: the thread starts, rests, steps once, stops and always has a last word."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from threading import Thread
from time import monotonic

import pytest

from lrgui.core.events import Advanced, Event, Failed, Finished, Started, Warned
from lrgui.core.recipe import Choice, Options, Recipe, Run, Scheduler
from lrgui.engine.gate import Gate
from lrgui.engine.runner import Runner, warm_up

PATIENCE = 60.0
"""Seconds after which a thread counts as hung."""

ENDLESS = 20_000_000

StartRunner = Callable[..., Runner]


@pytest.fixture(scope="module", autouse=True)
def _warm_torch() -> None:
    warm_up()


@pytest.fixture
def start() -> Iterator[StartRunner]:
    """Start runners, and stop them all in the end."""
    runners: list[Runner] = []

    def start_runner(recipe: Recipe, *, preview: bool = False, paused: bool = False) -> Runner:
        runner = Runner(recipe, 100 + len(runners), preview=preview, paused=paused)
        runners.append(runner)
        runner.start()
        return runner

    yield start_runner
    for runner in runners:
        runner.gate.release()
        runner.stop()
    assert all(runner.join(PATIENCE) for runner in runners)


def halving(steps: int) -> Recipe:
    return Recipe(
        optimizer=Choice("SGD", Options(lr=1.0)),
        scheduler=Scheduler("ExponentialLR", Options(gamma=0.5)),
        run=Run(steps=steps),
    )


def told_in_the_end(runner: Runner) -> list[Event]:
    """Wait for the thread to end and return everything it told."""
    assert runner.join(PATIENCE)
    events: list[Event] = []
    while not runner.events.empty():
        events.append(runner.events.get_nowait())
    return events


def next_event(runner: Runner) -> Event:
    return runner.events.get(timeout=PATIENCE)


@pytest.mark.parametrize("preview", [False, True], ids=["run", "preview"])
def test_a_run_tells_its_start_and_its_end(start: StartRunner, preview: bool) -> None:
    runner = start(halving(1000), preview=preview)
    events = told_in_the_end(runner)
    assert runner.trace is not None
    assert events == [Started(100, runner.trace), Finished(100, 1000)]
    assert runner.trace.column("lr", 0).tolist() == [0.5**step for step in range(1000)]
    assert not runner.is_alive


def test_a_run_started_paused_steps_once_at_a_time_and_goes_on(start: StartRunner) -> None:
    runner = start(halving(40), paused=True)
    assert isinstance(next_event(runner), Started)
    assert next_event(runner) == Advanced(100, 0)
    runner.step_once()
    assert next_event(runner) == Advanced(100, 1)
    runner.step_once()
    runner.step_once()
    assert [next_event(runner), next_event(runner)] == [Advanced(100, 2), Advanced(100, 3)]
    assert runner.trace is not None
    assert runner.trace.column("lr", 0).tolist() == [1.0, 0.5, 0.25]
    runner.resume()
    assert told_in_the_end(runner) == [Finished(100, 40)]
    assert runner.trace.rows == 40


def test_the_last_single_step_ends_the_run(start: StartRunner) -> None:
    runner = start(halving(1), paused=True)
    runner.step_once()
    assert told_in_the_end(runner)[1:] == [Advanced(100, 0), Advanced(100, 1), Finished(100, 1)]


def test_a_paused_run_rests_and_what_it_tells_is_so(start: StartRunner) -> None:
    runner = start(halving(ENDLESS))
    assert isinstance(next_event(runner), Started)
    runner.pause()
    runner.pause()
    rest = next_event(runner)
    assert isinstance(rest, Advanced)
    assert runner.trace is not None
    assert runner.trace.rows == rest.steps < ENDLESS
    assert not runner.join(0.05)
    assert runner.trace.rows == rest.steps
    runner.step_once()
    assert next_event(runner) == Advanced(100, rest.steps + 1)
    runner.stop()
    assert told_in_the_end(runner) == [Finished(100, rest.steps + 1, stopped=True)]


def test_a_single_step_of_a_running_run_brings_it_to_rest(start: StartRunner) -> None:
    runner = start(halving(ENDLESS))
    runner.step_once()
    assert isinstance(next_event(runner), Started)
    rest = next_event(runner)
    assert isinstance(rest, Advanced)
    assert rest.steps >= 1
    assert not runner.join(0.05)
    assert runner.trace is not None
    assert runner.trace.rows == rest.steps


@pytest.mark.parametrize("preview", [False, True], ids=["run", "preview"])
def test_a_stopped_run_keeps_its_rows(start: StartRunner, preview: bool) -> None:
    runner = start(halving(ENDLESS), preview=preview)
    assert isinstance(next_event(runner), Started)
    assert runner.is_alive
    runner.stop()
    (last_word,) = told_in_the_end(runner)
    assert isinstance(last_word, Finished)
    assert last_word.stopped
    assert runner.trace is not None
    assert runner.trace.rows == last_word.steps < ENDLESS


def test_a_run_stopped_while_it_is_built_ends_right_after(start: StartRunner) -> None:
    runner = Runner(halving(ENDLESS), 7)
    runner.stop()
    runner.start()
    assert told_in_the_end(runner)[-1] == Finished(7, 0, stopped=True)


def test_a_runner_that_was_never_started_is_not_waited_for() -> None:
    runner = Runner(halving(1), 7)
    assert not runner.is_alive
    assert runner.join(0.0)


def test_a_recipe_that_cannot_be_built_fails_before_any_step(start: StartRunner) -> None:
    runner = start(Recipe(optimizer=Choice("SGD", Options(lr=-1.0))))
    (last_word,) = told_in_the_end(runner)
    assert isinstance(last_word, Failed)
    assert (last_word.run_id, last_word.step) == (100, None)
    assert last_word.message.startswith("optimizer")
    assert "RecipeError" in last_word.details
    assert runner.trace is None


def test_a_run_that_fails_under_way_says_where_and_keeps_its_rows(start: StartRunner) -> None:
    recipe = Recipe(scheduler=Scheduler("LambdaLR", Options(lr_lambda="1 / (7 - epoch)")), run=Run(steps=20))
    runner = start(recipe)
    last_word = told_in_the_end(runner)[-1]
    assert isinstance(last_word, Failed)
    assert last_word.step == 7
    assert "LambdaLR" in last_word.message
    assert "Traceback" in last_word.details
    assert runner.trace is not None
    assert runner.trace.rows == 7


class Nothing(BaseException):
    """Neither an Exception nor one of lrgui's own."""


def test_even_what_is_no_exception_ends_in_a_last_word(start: StartRunner, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise Nothing("out of the blue")

    monkeypatch.setattr("lrgui.engine.stepper.build", interrupt)
    (last_word,) = told_in_the_end(start(halving(3)))
    assert isinstance(last_word, Failed)
    assert (last_word.step, last_word.message) == (None, "out of the blue (Nothing)")


def test_what_torch_warns_about_is_told_in_every_run(start: StartRunner) -> None:
    # A sequence steps a nested composite while it is built; torch takes that for the wrong order.
    inner = Scheduler("ChainedScheduler", schedulers=(Scheduler("ExponentialLR", Options(gamma=0.5)),))
    outer = Scheduler("SequentialLR", Options(milestones=(3,)), (inner, Scheduler("ExponentialLR", Options(gamma=0.5))))
    for run_id in (100, 101):
        first, *_, last_word = told_in_the_end(start(Recipe(scheduler=outer, run=Run(steps=2))))
        assert isinstance(first, Warned)
        assert (first.run_id, first.step) == (run_id, None)
        assert first.message.startswith("Detected call of `lr_scheduler.step()` before `optimizer.step()`.")
        assert last_word == Finished(run_id, 2)


def test_two_runs_at_once_keep_apart(start: StartRunner) -> None:
    first, second = start(halving(500)), start(halving(300), preview=True)
    assert told_in_the_end(first)[-1] == Finished(100, 500)
    assert told_in_the_end(second)[-1] == Finished(101, 300)
    assert first.trace is not None
    assert second.trace is not None
    assert first.trace["lr"][:300].tolist() == second.trace["lr"].tolist()


def test_a_gate_held_for_ever_does_not_keep_a_run_from_ending(start: StartRunner) -> None:
    runner = start(halving(5), paused=True)
    runner.gate.hold()
    runner.resume()
    assert told_in_the_end(runner)[-1] == Finished(100, 5)


def test_a_stopped_run_does_not_wait_for_a_frame(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lrgui.engine.gate.PATIENCE_S", 3600.0)
    runner = Runner(halving(ENDLESS), 7, preview=True)
    runner.gate.hold()
    runner.start()
    assert isinstance(next_event(runner), Started)
    runner.stop()
    (last_word,) = told_in_the_end(runner)
    assert isinstance(last_word, Finished)
    assert last_word.stopped


def test_a_preview_begun_beside_a_frame_has_rows_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lrgui.engine.gate.PATIENCE_S", 3600.0)
    runner = Runner(halving(ENDLESS), 7, preview=True)
    runner.gate.hold()
    runner.start()
    assert isinstance(next_event(runner), Started)
    assert runner.trace is not None
    deadline = monotonic() + PATIENCE
    while runner.trace.rows == 0 and monotonic() < deadline:
        runner.join(0.001)
    recorded = runner.trace.rows
    runner.stop()
    assert told_in_the_end(runner)
    assert 0 < recorded < ENDLESS


def test_a_released_gate_lets_through_at_once() -> None:
    gate = Gate()
    gate.hold()
    gate.release()
    gate.pass_through()


def holds_at_once(gate: Gate) -> bool:
    """Say whether a frame can begin without waiting for a worker."""
    holding = Thread(target=gate.hold, daemon=True)
    holding.start()
    holding.join(PATIENCE)
    return not holding.is_alive()


def test_a_frame_waits_until_the_worker_has_come_to_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lrgui.engine.gate.REST_S", 3600.0)
    gate = Gate()
    assert holds_at_once(gate)
    gate.release()
    gate.pass_through()
    holding = Thread(target=gate.hold)
    holding.start()
    holding.join(0.05)
    assert holding.is_alive()
    gate.rest()
    holding.join(PATIENCE)
    assert not holding.is_alive()


def test_no_frame_waits_for_a_run_that_rests_or_has_ended(start: StartRunner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lrgui.engine.gate.REST_S", 3600.0)
    runner = start(halving(ENDLESS))
    runner.pause()
    assert isinstance(next_event(runner), Started)
    assert isinstance(next_event(runner), Advanced)
    assert holds_at_once(runner.gate)
    runner.stop()
    told_in_the_end(runner)
    assert holds_at_once(runner.gate)


def test_importing_the_runner_leaves_torch_alone() -> None:
    code = "import sys, lrgui.engine.runner; sys.exit('torch' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=PATIENCE)
