"""What watching costs a run, and what a run costs the window: steps per second, and the time between two paints.

python -m tests.benchmarks.bench_window

Watched and bare stretches alternate in one process. "Panning" drags the plot with the mouse, back and forth, and zooms
with the wheel, a move every few milliseconds.
"""

from __future__ import annotations

from collections.abc import Callable
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
from tests.benchmarks.live_window import Paints, open_window, percentile, recipe_of, wait_until

STEPS = 100_000
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
        QTest.mouseDClick(self._port, Qt.MouseButton.LeftButton, pos=self._centre)

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


class Bench:
    """The window under observation."""

    def __init__(self, window: MainWindow) -> None:
        assert window.workbench.panel.plot is not None
        self._window, self._plot = window, window.workbench.panel.plot
        self._paints, self._frames = Paints(window), Frames(window)

    def run(self, recipe: Recipe, *, panning: bool) -> Watched:
        """Watch a whole run."""
        controller = self._window.controller
        controller.run(recipe)
        wait_until(lambda: controller.state is RunState.RUNNING)
        return self._watch(recipe.run.steps, lambda: controller.state is RunState.IDLE, panning=panning)

    def preview(self, recipe: Recipe, *, panning: bool) -> Watched:
        """Watch a preview that goes on for longer than anyone waits."""
        self._window.document.replace(recipe, "benchmark")
        controller = self._window.controller
        wait_until(lambda: controller.preview_recipe == recipe and controller.preview_trace is not None)
        before, end = self._previewed(), perf_counter() + WATCH_S
        watched = self._watch(0, lambda: perf_counter() > end, panning=panning)
        assert controller.previewing
        return Watched((self._previewed() - before) / WATCH_S, watched.paints, watched.frames)

    def _previewed(self) -> int:
        trace = self._window.controller.preview_trace
        assert trace is not None
        return trace.rows

    def _watch(self, steps: int, is_over: Callable[[], bool], *, panning: bool) -> Watched:
        mouse = Mouse(self._plot.surface)
        if panning:
            mouse.start()
        self._paints.clear()
        self._frames.times.clear()
        begun = perf_counter()
        wait_until(is_over)
        seconds = perf_counter() - begun
        paints, frames = list(self._paints.times), list(self._frames.times)
        if panning:
            mouse.stop()
        return Watched(steps / seconds, _between(paints), _between(frames))


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
    print(f"{'what':52} {'goal':>9} {'measured':>10}")
    with open_window() as window:
        bench = Bench(window)
        for groups, panning, goal in ((2, False, WATCHED_GOAL), (8, False, WATCHED_GOAL), (8, True, PANNED_GOAL)):
            recipe = recipe_of(groups, STEPS)
            pairs = [(bare_rate(recipe), bench.run(recipe, panning=panning)) for _ in range(REPEATS)]
            what = f"run{' while panning' if panning else ' watched'}, {groups} groups"
            ratio = median(watched.rate / bare for bare, watched in pairs)
            print(f"{f'{what}: steps/s against the bare loop':52} {f'>= {goal:.2f}':>9} {ratio:10.2f}", flush=True)
            tell_intervals(what, [watched for _, watched in pairs], panning=panning)
        for panning in (False, True):
            recipe = recipe_of(8, 10_000_000 + panning)
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
        print(f"{f'{what}: between two {kind}, p{share}':52} {limit:>9} {value:>10}", flush=True)


def _between(times: list[float]) -> list[float]:
    return [later - earlier for earlier, later in pairwise(times)]


if __name__ == "__main__":
    main()
