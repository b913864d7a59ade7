"""Joins runner and window: starts runs and previews, polls them at frame rate, drops what a stopped one still says."""

from __future__ import annotations

from dataclasses import replace
from math import inf
from time import monotonic

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from lrgui.core.events import Advanced, Event, Failed, Finished, Started, Warned
from lrgui.core.pace import has_conditions, steps_over, without_conditions
from lrgui.core.recipe import Recipe
from lrgui.core.trace import Trace
from lrgui.engine.runner import Runner
from lrgui.session.values import Status
from lrgui.ui.frame_timer import FrameTimer, precise_timer
from lrgui.ui.left_behind import LeftBehind
from lrgui.ui.preview_task import PreviewTask
from lrgui.ui.progress import Progress, RateMeter
from lrgui.ui.run_events import JOIN_SECONDS, events_of
from lrgui.ui.run_state import RunState
from lrgui.ui.runs import Runs

_NEWS_MS = 4
"""How often to look for the first rows of a preview, so that it follows the typing; a look costs next to nothing."""

_REPORT_SECONDS = 0.25
"""Figures that change faster than this cannot be read."""

_STUCK_SECONDS = 0.2
"""How long a run that was stopped may take before the window says what it waits for."""


class RunController(QObject):
    """One run, one preview and the preview of what is intended at a time, each in its own thread.

    Signals:
        state_changed: the run's state is another one.
        preview_changed: another preview or another intended curve (or none) is to be drawn.
        frame: new rows may be there to draw; emitted once per frame while anything goes on.
        progressed: figures such as the step count are to be shown anew; emitted a few times per second.
        run_failed: a run ended with an error: one sentence, and the traceback.
        preview_failed: the recipe could not be previewed: one sentence, and the traceback.
        warned: torch warned about something, or what is recorded is no number any more: one sentence.
        waits: what a stopped run or a preview waits for: one sentence; empty once it waits no longer.
        told: something to say for a while: one sentence.
    """

    state_changed = Signal()
    preview_changed = Signal()
    frame = Signal()
    progressed = Signal()
    run_failed = Signal(str, str)
    preview_failed = Signal(str, str)
    warned = Signal(str)
    waits = Signal(str)
    told = Signal(str)

    def __init__(self, runs: Runs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.state = RunState.IDLE
        self._left_behind = LeftBehind()
        self.intended = PreviewTask(self._left_behind, self)
        self._preview = PreviewTask(self._left_behind, self)
        self._previews = (self._preview, self.intended)
        self._shows_intended = True
        self._runs = runs
        self._runner: Runner | None = None
        self._recipe: Recipe | None = None
        self._meter = RateMeter()
        self._rest_wanted = False
        self._waiting_for = ""
        self._held: list[Runner] = []
        self._reported = -inf
        self._frames = FrameTimer(self)
        self._timer = self._frames.timer
        self._timer.timeout.connect(self._poll)
        self._news_timer = precise_timer(self, _NEWS_MS)
        self._news_timer.timeout.connect(self._look_for_news)
        for task in self._previews:
            task.changed.connect(self.preview_changed)
            task.started.connect(self._watch_previews)
        self._preview.failed.connect(self.preview_failed)
        self._preview.waits.connect(self.waits)

    @property
    def preview_trace(self) -> Trace | None:
        """What there is of the preview."""
        return self._preview.trace

    @property
    def preview_recipe(self) -> Recipe | None:
        """The recipe that `preview_trace` is of."""
        return self._preview.recipe

    @property
    def previewing(self) -> bool:
        """True while a preview goes on."""
        return any(task.runner is not None for task in self._previews)

    @property
    def active_run_id(self) -> int | None:
        """The id of the run that goes on or is paused, or None."""
        return self._runner.run_id if self._runner is not None else None

    @property
    def progress(self) -> Progress:
        """How far the run is, or where the last one ended."""
        return self._meter.progress

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
        """End the run, or leave it behind if it does not end; what was recorded stays."""
        if self.state is RunState.STOPPING:
            self._leave_behind()
        elif self._runner is not None:
            self._runner.stop()

    def abandon(self) -> None:
        """Stop the run and forget it: another session comes in its place."""
        if self._runner is not None:
            self._left_behind.add(self._runner)
            self._runner = None
            self._set_state(RunState.IDLE)
            self._tell_wait("")
        self._meter.start(0)
        self.progressed.emit()

    def end_now(self) -> None:
        """Stop the run and take over all that it recorded before returning; one that has not begun is forgotten.

        One that does not end is left behind.
        """
        if self._runner is None:
            return
        if self.state is RunState.STARTING:
            self.abandon()
        elif self._runner.end(JOIN_SECONDS):
            self._handle(self._runner)
        else:
            self._leave_behind()

    def preview(self, recipe: Recipe | None) -> None:
        """Preview `recipe` as soon as the preview under way has let go; None shows none.

        Where conditions bend its schedule, what is intended is previewed beside it.
        """
        self._preview.show(recipe)
        self._preview_intended()

    @Slot()
    def note_interaction(self) -> None:
        """Draw a frame now and more of them for a moment: the user has just moved the view."""
        self._frames.note_interaction()
        if self._timer.isActive():
            # One paint for both, the view as it is now and the rows that have come since.
            self._timer.start()
            self._poll()

    @Slot(bool)
    def show_intended(self, wanted: bool) -> None:
        """Preview what is intended beside a recipe with conditions, or leave it out."""
        self._shows_intended = wanted
        self._preview_intended()

    def shut_down(self) -> None:
        """Stop whatever goes on and wait for its threads, but not for one that does not end."""
        self._timer.stop()
        self._news_timer.stop()
        for runner in (self._runner, *(task.give_up() for task in self._previews)):
            if runner is not None:
                self._left_behind.add(runner)
        self._runner = None
        self._left_behind.end(JOIN_SECONDS)

    @Slot()
    def _watch_previews(self) -> None:
        if not self._timer.isActive() and self.previewing:
            self._timer.start()
        if not self._news_timer.isActive() and any(task.awaited for task in self._previews):
            self._news_timer.start()

    @Slot()
    def _look_for_news(self) -> None:
        """Draw a frame at once where a preview that is waited for has something to show, or makes room for the next."""
        if any(task.awaited and task.has_news for task in self._previews):
            self._timer.start()
            self._poll()
        if not any(task.awaited for task in self._previews):
            self._news_timer.stop()

    @Slot()
    def _poll(self) -> None:
        now = monotonic()
        current = [self._runner, *(task.runner for task in self._previews)]
        runners = [runner for runner in current if runner is not None]
        for runner in runners:
            runner.gate.hold(self._timer.interval() / 1000)
        try:
            if self._runner is not None:
                self._handle(self._runner)
            for task in self._previews:
                task.poll()
            self._see_to_stopped_ones()
            if self._runner is not None and self.state is RunState.RUNNING:
                self._meter.advance(self._steps_over(), now)
            self.frame.emit()
        finally:
            self._held = runners
            # From the event loop, so that the frame has been painted by then.
            QTimer.singleShot(0, self, self._after_paint)
        if self._runner is None and not self.previewing and not self._left_behind.pressing:
            self._timer.stop()
            self.frame.emit()
            self.progressed.emit()

    @Slot()
    def _after_paint(self) -> None:
        """Show the figures anew, where it is time, and let the workers go on."""
        if monotonic() - self._reported < _REPORT_SECONDS:
            self._release_workers()
            return
        self._reported = monotonic()
        self.progressed.emit()
        if self._runner is not None and self.state is RunState.STOPPING:
            self._tell_wait(f"Stopping: waiting for {self._runner.waiting_for()}. Stop again leaves it behind.")
        QTimer.singleShot(0, self, self._release_workers)

    @Slot()
    def _release_workers(self) -> None:
        for runner in self._held:
            runner.gate.release()

    def _handle(self, runner: Runner) -> None:
        for event in events_of(runner):
            if isinstance(event, Failed | Finished):
                # The last word: no sooner is it told than the thread ends.
                runner.join(JOIN_SECONDS)
            self._on_run_event(event)

    def _see_to_stopped_ones(self) -> None:
        """Interrupt what was stopped and goes on; say so where that takes more than a moment."""
        self._left_behind.insist()
        if self._runner is None:
            return
        self._runner.insist()
        if self._runner.stopping_s > _STUCK_SECONDS and self.state is not RunState.STOPPING:
            self._set_state(RunState.STOPPING)
            self._reported = -inf

    def _on_run_event(self, event: Event) -> None:
        match event:
            case Started(run_id=run_id, trace=trace):
                assert self._recipe is not None
                self._runs.start(run_id, self._recipe, trace)
                if self.state is RunState.STARTING:
                    self._set_state(RunState.RUNNING)
            case Advanced() if self._rest_wanted and self.state is not RunState.STOPPING:
                assert self._runner is not None
                self._meter.rest(self._steps_over(), self._runner.seconds)
                self._set_state(RunState.PAUSED)
            case Warned(message=message):
                self.warned.emit(message)
            case Failed():
                self._end_run("failed", event.message, event.details)
                self.run_failed.emit(event.message, event.details)
            case Finished():
                self._end_run("stopped" if event.stopped else "finished")

    def _start(self, recipe: Recipe, *, paused: bool) -> None:
        self._recipe, self._rest_wanted = recipe, paused
        self._runner = Runner(recipe, self._runs.next_id, paused=paused)
        self._meter.start(recipe.run.steps)
        self._set_state(RunState.STARTING)
        self._runner.start()
        self._timer.start()

    def _leave_behind(self) -> None:
        """End the run as it is; its thread goes on until its code returns, and nothing of that is recorded."""
        runner = self._runner
        assert runner is not None
        what = runner.waiting_for()
        self._left_behind.add(runner)
        run = self._runs.by_id(runner.run_id)
        if run is not None:
            self._runs.finish(replace(run, trace=run.trace.snapshot()))
        self._end_run("stopped")
        self.told.emit(f"The run is stopped and left behind: {what} goes on until it returns.")

    def _end_run(self, status: Status, message: str = "", details: str = "") -> None:
        runner = self._runner
        assert runner is not None
        self._meter.rest(self._steps_over(), runner.seconds)
        self._runner = None
        run = self._runs.by_id(runner.run_id)
        if run is not None:
            self._runs.finish(replace(run, status=status, message=message, details=details))
        self._set_state(RunState.IDLE)
        self._tell_wait("")

    def _tell_wait(self, text: str) -> None:
        if text != self._waiting_for:
            self._waiting_for = text
            self.waits.emit(text)

    def _preview_intended(self) -> None:
        recipe = self._preview.wanted
        if recipe is None or not self._shows_intended or not has_conditions(recipe.run):
            self.intended.show(None)
        else:
            self.intended.show(replace(recipe, run=without_conditions(recipe.run)))
        self._watch_previews()

    def _steps_over(self) -> int:
        """Return how many steps of the run are over; those that are skipped have no row."""
        trace = self._runner.trace if self._runner is not None else None
        if trace is None or self._recipe is None:
            return 0
        return steps_over(self._recipe.run, trace.rows)

    def _set_state(self, state: RunState) -> None:
        if state is not self.state:
            self.state = state
            self.state_changed.emit()
