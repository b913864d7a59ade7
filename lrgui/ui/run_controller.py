"""Joins runner and window: starts runs and previews, polls them at frame rate, drops what a stopped one still says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from enum import StrEnum
from itertools import count
from time import monotonic

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from lrgui.core.events import Advanced, Event, Failed, Finished, Started, Warned
from lrgui.core.recipe import Recipe
from lrgui.core.trace import Trace
from lrgui.engine.runner import Runner
from lrgui.session.values import Status
from lrgui.ui.progress import Progress, RateMeter
from lrgui.ui.runs import Runs

FRAME_MS = 33
"""Thirty frames per second: a smooth curve, and nine tenths of the time left to the stepping."""

_FRAMES_PER_REPORT = 4
_JOIN_SECONDS = 10.0
"""A run ends within milliseconds; only the first import of torch, which cannot be interrupted, takes seconds."""


class RunState(StrEnum):
    """What the run is doing."""

    IDLE = "idle"
    STARTING = "starting"
    RUNNING = "running"
    PAUSED = "paused"


class RunController(QObject):
    """One run and one preview at a time, each in its own thread.

    Signals:
        state_changed: the run's state is another one.
        preview_changed: another preview (or none) is to be drawn.
        frame: new rows may be there to draw; emitted once per frame while anything goes on.
        progressed: figures such as the step count are to be shown anew; emitted a few times per second.
        run_failed: a run ended with an error: one sentence.
        preview_failed: the recipe could not be previewed: one sentence.
        warned: torch warned about something: its sentence.
    """

    state_changed = Signal()
    preview_changed = Signal()
    frame = Signal()
    progressed = Signal()
    run_failed = Signal(str)
    preview_failed = Signal(str)
    warned = Signal(str)

    def __init__(self, runs: Runs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.state = RunState.IDLE
        self.preview_trace: Trace | None = None
        self.preview_recipe: Recipe | None = None
        self._runs = runs
        self._runner: Runner | None = None
        self._recipe: Recipe | None = None
        self._meter = RateMeter()
        self._details: dict[int, str] = {}
        self._rest_wanted = False
        self._forgotten: list[Runner] = []
        self._preview_runner: Runner | None = None
        self._wanted_preview: Recipe | None = None
        self._preview_outdated = False
        self._preview_ids = count(1)
        self._frames = 0
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(FRAME_MS)
        self._timer.timeout.connect(self._poll)

    @property
    def active_run_id(self) -> int | None:
        """The id of the run that goes on or is paused, or None."""
        return self._runner.run_id if self._runner is not None else None

    @property
    def progress(self) -> Progress:
        """How far the run is, or where the last one ended."""
        return self._meter.progress

    def failure_details(self, run_id: int) -> str:
        """Return the traceback with which a run of this sitting failed, empty where there is none."""
        return self._details.get(run_id, "")

    def run(self, recipe: Recipe) -> None:
        """Start a run of `recipe`, which it keeps whatever is edited meanwhile; or let a paused run go on."""
        if self._runner is None:
            self._start(recipe, paused=False)
        elif self.state is RunState.PAUSED:
            self._rest_wanted = False
            self._runner.resume()
            self._set_state(RunState.RUNNING)

    def step(self, recipe: Recipe) -> None:
        """Make a single step of the paused run, or start a run that pauses after its first."""
        if self._runner is None:
            self._start(recipe, paused=True)
        if self._runner is not None and self.state is not RunState.RUNNING:
            self._rest_wanted = True
            self._runner.step_once()

    def pause(self) -> None:
        """Let the run rest after the step under way."""
        if self._runner is not None and self.state is RunState.RUNNING:
            self._rest_wanted = True
            self._runner.pause()

    def stop(self) -> None:
        """End the run; what was recorded stays."""
        if self._runner is not None:
            self._runner.stop()

    def abandon(self) -> None:
        """Stop the run and forget it: another session comes in its place."""
        if self._runner is not None:
            self._runner.stop()
            self._forgotten = [*(one for one in self._forgotten if one.is_alive), self._runner]
            self._runner = None
            self._meter.start(0)
            self._set_state(RunState.IDLE)
        # Ids begin anew with the other session.
        self._details.clear()

    def end_now(self) -> None:
        """Stop the run and take over all that it recorded before returning; one that has not begun is forgotten."""
        if self.state is RunState.STARTING:
            self.abandon()
        elif self._runner is not None:
            self._runner.stop()
            self._runner.join(_JOIN_SECONDS)
            self._handle(self._runner)

    def preview(self, recipe: Recipe | None) -> None:
        """Preview `recipe` as soon as the preview under way has let go; None shows none."""
        if recipe == self._wanted_preview:
            return
        self._wanted_preview = recipe
        if recipe is None:
            self._show_preview(None, None)
        if self._preview_runner is not None:
            self._preview_outdated = True
            self._preview_runner.stop()
        elif recipe is not None:
            self._start_preview(recipe)

    def shut_down(self) -> None:
        """Stop whatever goes on and wait for its threads."""
        self._timer.stop()
        self._wanted_preview = None
        runners = [*self._forgotten, *(one for one in (self._runner, self._preview_runner) if one is not None)]
        for runner in runners:
            runner.stop()
        for runner in runners:
            runner.join(_JOIN_SECONDS)
        self._runner = self._preview_runner = None

    @Slot()
    def _poll(self) -> None:
        runners = [runner for runner in (self._runner, self._preview_runner) if runner is not None]
        for runner in runners:
            runner.gate.hold()
        try:
            if self._runner is not None:
                self._handle(self._runner)
            for event in _events(self._preview_runner):
                self._on_preview_event(event)
            if self._runner is not None and self.state is RunState.RUNNING:
                self._meter.advance(self._rows(), monotonic())
            self.frame.emit()
            self._frames += 1
            if self._frames % _FRAMES_PER_REPORT == 0:
                self.progressed.emit()
        finally:
            # The workers go on once this frame has been painted.
            for runner in runners:
                QTimer.singleShot(0, runner.gate.release)
        if self._runner is None and self._preview_runner is None:
            self._timer.stop()
            self.frame.emit()
            self.progressed.emit()

    def _handle(self, runner: Runner) -> None:
        for event in _events(runner):
            self._on_run_event(event)

    def _on_run_event(self, event: Event) -> None:
        match event:
            case Started(run_id=run_id, trace=trace):
                assert self._recipe is not None
                self._runs.start(run_id, self._recipe, trace)
                self._set_state(RunState.RUNNING)
            case Advanced(steps=steps) if self._rest_wanted:
                assert self._runner is not None
                self._meter.rest(steps, self._runner.seconds)
                self._set_state(RunState.PAUSED)
            case Warned(message=message):
                self.warned.emit(message)
            case Failed():
                self._details[event.run_id] = event.details
                self._end_run("failed", event.message)
                self.run_failed.emit(event.message)
            case Finished():
                self._end_run("stopped" if event.stopped else "finished")

    def _on_preview_event(self, event: Event) -> None:
        match event:
            case Started(trace=trace) if not self._preview_outdated:
                self._show_preview(trace, self._wanted_preview)
            case Failed():
                if not self._preview_outdated:
                    self.preview_failed.emit(event.message)
                self._end_preview()
            case Finished():
                self._end_preview()

    def _start(self, recipe: Recipe, *, paused: bool) -> None:
        self._recipe, self._rest_wanted = recipe, paused
        self._runner = Runner(recipe, self._runs.next_id, paused=paused)
        self._meter.start(recipe.run.steps)
        self._set_state(RunState.STARTING)
        self._runner.start()
        self._timer.start()

    def _end_run(self, status: Status, message: str = "") -> None:
        runner = self._runner
        assert runner is not None
        runner.join(_JOIN_SECONDS)
        self._runner = None
        run = self._runs.by_id(runner.run_id)
        if run is not None:
            self._meter.rest(run.trace.rows, runner.seconds)
            self._runs.finish(replace(run, status=status, message=message))
        self._set_state(RunState.IDLE)

    def _start_preview(self, recipe: Recipe) -> None:
        self._preview_outdated = False
        self._preview_runner = Runner(recipe, next(self._preview_ids), preview=True)
        self._preview_runner.start()
        self._timer.start()

    def _end_preview(self) -> None:
        assert self._preview_runner is not None
        self._preview_runner.join(_JOIN_SECONDS)
        self._preview_runner = None
        if self._preview_outdated and self._wanted_preview is not None:
            self._start_preview(self._wanted_preview)

    def _show_preview(self, trace: Trace | None, recipe: Recipe | None) -> None:
        self.preview_trace, self.preview_recipe = trace, recipe
        self.preview_changed.emit()

    def _rows(self) -> int:
        trace = self._runner.trace if self._runner is not None else None
        return trace.rows if trace is not None else 0

    def _set_state(self, state: RunState) -> None:
        if state is not self.state:
            self.state = state
            self.state_changed.emit()


def _events(runner: Runner | None) -> Iterator[Event]:
    """Yield what the runner has told since the last frame; what another run still says is dropped."""
    while runner is not None and not runner.events.empty():
        event = runner.events.get()
        if event.run_id == runner.run_id:
            yield event
