"""What watching costs a run, and what a run costs the window: steps per second, and the time between two paints.

python -m tests.benchmarks.bench_window

Watched and bare stretches alternate in one process. "Panning" drags the plot with the mouse, back and forth, and zooms
with the wheel, a move every few milliseconds.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from time import perf_counter

from PySide6.QtCore import QObject, QPoint, QPointF, Qt, QTimer, Slot
from PySide6.QtTest import QTest

from lrgui.core.recipe import Recipe
from lrgui.ui.main_window import MainWindow
from lrgui.ui.plot.surface import PlotSurface
from lrgui.ui.run_state import RunState
from tests.benchmarks.live_window import Paints, open_window, percentile, recipe_of, show_recipe, wait_until

STEPS, LONG = 100_000, 10_000_000
REPEATS = 3
WATCH_S = 5.0
MOVE_MS = 8
"""A mouse tells its place some hundred times in a second."""

WATCHED_GOAL, PANNED_GOAL = 0.9, 0.75
MOVING_MS, RESTING_MS = 25, 40


class Mouse(QObject):
    """Moves the view all the time while it is `held`: pans by the left button, and turns the wheel now and then."""

    def __init__(self, surface: PlotSurface) -> None:
        super().__init__()
        self._port = surface.viewport()
        self._centre = self._port.rect().center()
        self._moves = 0
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(MOVE_MS)
        self._timer.timeout.connect(self._move)

    def start(self) -> None:
        for _ in range(6):
            self._turn(1)
        QTest.mousePress(self._port, Qt.MouseButton.LeftButton, pos=self._centre)
        self._timer.start()

    def stop(self) -> None:
        self._timer.stop()
        QTest.mouseRelease(self._port, Qt.MouseButton.LeftButton, pos=self._centre)

    @Slot()
    def _move(self) -> None:
        self._moves += 1
        if self._moves % 16 == 0:
            self._turn(1 if self._moves % 32 else -1)
        # There and back again, 80 pixels each way.
        offset = abs(self._moves % 80 - 40) * 4 - 80
        QTest.mouseMove(self._port, self._centre + QPoint(offset, 0))

    def _turn(self, notches: int) -> None:
        window = self._port.window()
        place = QPointF(self._port.mapTo(window, self._centre))
        QTest.wheelEvent(window.windowHandle(), place, QPoint(0, 120 * notches))


@dataclass(frozen=True)
class Watched:
    """One stretch: steps per second, and the seconds between two paints, and between two frames called for."""

    rate: float
    paints: list[float]
    frames: list[float]


class Frames(QObject):
    """Notes when the controller called for a frame."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.times: list[float] = []
        window.controller.frame.connect(self._note)

    @Slot()
    def _note(self) -> None:
        self.times.append(perf_counter())


class Span(QObject):
    """Notes when a run began to step, and when it ended."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._controller = window.controller
        self.begun = self.ended = 0.0
        self._controller.state_changed.connect(self._note)

    @Slot()
    def _note(self) -> None:
        if self._controller.state is RunState.RUNNING:
            self.begun = perf_counter()
        elif self._controller.state is RunState.IDLE:
            self.ended = perf_counter()


class Bench:
    """The window under observation."""

    def __init__(self, window: MainWindow) -> None:
        assert window.workbench.panel.plot is not None
        self._window, self._plot = window, window.workbench.panel.plot
        self._paints, self._frames, self._span = Paints(window), Frames(window), Span(window)

    def run(self, recipe: Recipe, *, panning: bool) -> Watched:
        """Watch a whole run of the recipe that is shown, the only one in the plot."""
        controller = self._window.controller
        if self._window.document.recipe != recipe:
            show_recipe(self._window, recipe)
        self._window.runs.load(())
        with self._moved(panning):
            controller.run(recipe)
            self._forget()
            wait_until(lambda: controller.state is RunState.IDLE)
            begun, ended = self._span.begun, self._span.ended
        return self._watched(recipe.run.steps, begun, ended)

    def long_run(self, recipe: Recipe) -> Watched:
        """Watch the first seconds of a run that takes minutes, and stop it."""
        controller = self._window.controller
        self._window.runs.load(())
        controller.run(recipe)
        wait_until(lambda: controller.state is RunState.RUNNING)
        before, begun = self._window.runs.all[0].trace.rows, perf_counter()
        self._forget()
        wait_until(lambda: perf_counter() > begun + WATCH_S)
        made, ended = self._window.runs.all[0].trace.rows - before, perf_counter()
        controller.stop()
        wait_until(lambda: controller.state is RunState.IDLE)
        return self._watched(made, begun, ended)

    def preview(self, recipe: Recipe, *, panning: bool) -> Watched:
        """Watch a preview that goes on for longer than anyone waits."""
        self._window.document.replace(recipe, "benchmark")
        controller = self._window.controller
        self._window.runs.load(())
        wait_until(lambda: controller.preview_recipe == recipe and controller.preview_trace is not None)
        with self._moved(panning):
            before, begun = self._previewed(), perf_counter()
            self._forget()
            wait_until(lambda: perf_counter() > begun + WATCH_S)
            ended = perf_counter()
            assert controller.previewing
        return self._watched(self._previewed() - before, begun, ended)

    def _previewed(self) -> int:
        trace = self._window.controller.preview_trace
        assert trace is not None
        return trace.rows

    @contextmanager
    def _moved(self, panning: bool) -> Iterator[None]:
        mouse = Mouse(self._plot.surface)
        if panning:
            mouse.start()
        yield
        if panning:
            mouse.stop()
        self._plot.view_all()

    def _forget(self) -> None:
        self._paints.clear()
        self._frames.times.clear()

    def _watched(self, steps: int, begun: float, ended: float) -> Watched:
        paints, frames = (
            [time for time in times if begun <= time <= ended] for times in (self._paints.times, self._frames.times)
        )
        return Watched(steps / (ended - begun), _between(paints), _between(frames))


def bare_rate(recipe: Recipe) -> float:
    """Return steps per second of the plain loop, in the thread and process of the window."""
    import torch

    from lrgui.engine.build import build

    torch.set_num_threads(1)
    training = build(recipe)
    assert training.scheduler is not None
    begun = perf_counter()
    for _ in range(STEPS):
        training.optimizer.step()
        training.scheduler.step()
    return STEPS / (perf_counter() - begun)


def main() -> None:
    print(f"{'what':68} {'goal':>9} {'measured':>10}")
    with open_window() as window:
        bench = Bench(window)
        for groups, panning, goal in ((2, False, WATCHED_GOAL), (8, False, WATCHED_GOAL), (8, True, PANNED_GOAL)):
            recipe = recipe_of(groups, STEPS)
            pairs = [(bare_rate(recipe), bench.run(recipe, panning=panning)) for _ in range(REPEATS)]
            what = f"run{' while panning' if panning else ' watched'}, {groups} groups"
            ratio = median(watched.rate / bare for bare, watched in pairs)
            print(f"{f'{what}: steps/s against the bare loop':68} {f'>= {goal:.2f}':>9} {ratio:10.2f}", flush=True)
            tell_intervals(what, [watched for _, watched in pairs], panning=panning)
        recipe = recipe_of(8, LONG)
        ratio = median(bench.long_run(recipe).rate / bare_rate(recipe) for _ in range(REPEATS))
        what = "run of 10 million steps watched, 8 groups: steps/s"
        print(f"{what:68} {f'>= {WATCHED_GOAL:.2f}':>9} {ratio:10.2f}", flush=True)
        for panning in (False, True):
            recipe = recipe_of(8, LONG + panning)
            watched = bench.preview(recipe, panning=panning)
            tell_intervals(
                f"preview of 10 million steps{' while panning' if panning else ''}", [watched], panning=panning
            )


def tell_intervals(what: str, stretches: list[Watched], *, panning: bool) -> None:
    """Print how evenly was painted; a resting view is painted anew only where a pixel changes, so its frames count."""
    goal = MOVING_MS if panning else RESTING_MS
    paints = [seconds for one in stretches for seconds in (one.paints if panning else one.frames)]
    kind = "paints" if panning else "frames"
    for share, limit in ((50, ""), (99, f"<= {goal} ms")):
        value = f"{percentile(paints, share):.1f} ms"
        print(f"{f'{what}: between two {kind}, p{share}':68} {limit:>9} {value:>10}", flush=True)


def _between(times: list[float]) -> list[float]:
    return [later - earlier for earlier, later in pairwise(times)]


if __name__ == "__main__":
    main()
