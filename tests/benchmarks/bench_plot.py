"""What the plot costs at ten million steps: frames while rows arrive, while the view moves, and figures.

    python -m tests.benchmarks.bench_plot [ROWS ...]

A frame is what the window does between two looks at the run: new rows taken over or another range chosen, and painted.
`cpu` is the processor's time, which other programs on the machine hardly touch: for so long a frame holds the
interpreter, and with it the run beside it.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, process_time

import numpy as np
from PySide6.QtWidgets import QApplication

from lrgui.core.figure_options import FigureOptions
from lrgui.core.pyramid import pyramid_of
from lrgui.core.trace import Trace
from lrgui.ui.plot.curve import Curve, Style
from lrgui.ui.plot.export import write_figure
from lrgui.ui.plot.pane_content import PaneContent
from lrgui.ui.plot.plot_view import PlotView

GROUPS = 8
FRAMES = 120
SMOOTH_MS, DENSE_MS = 6.0, 16.0
WATCHED_MS = 3.0
FIGURE_MS, FIGURE_KB = 500.0, 500.0
BYTES_PER_VALUE = 8.6

Shape = Callable[[np.ndarray, int], np.ndarray]


@dataclass(frozen=True)
class Frames:
    """How long each frame took, in milliseconds: by the clock on the wall and by the processor's."""

    wall: list[float]
    cpu: list[float]


def schedule(n: np.ndarray, rows: int) -> np.ndarray:
    return 1e-3 * np.minimum(1, 20 * n / rows) * (1 + np.cos(np.pi * n / rows)) / 2


def dense_cycles(n: np.ndarray, rows: int) -> np.ndarray:
    return 1e-3 * np.abs(n % 200 - 100) / 100


def wide_cycles(n: np.ndarray, rows: int) -> np.ndarray:
    return 1e-3 * np.abs(n % (rows // 40) / (rows // 40) - 0.5)


def noise(n: np.ndarray, rows: int) -> np.ndarray:
    return 1e-3 * np.random.default_rng(0).random(len(n))


def make_trace(rows: int, shape: Shape, groups: int = GROUPS) -> Trace:
    trace = Trace(["lr"], [f"group {index}" for index in range(groups)], rows, 1000)
    trace.buffer[:] = shape(np.arange(rows), rows)[:, np.newaxis] * (1 + np.arange(groups) / groups)
    trace.rows = rows
    return trace


def make_view(traces: list[Trace], style: Style = "run") -> PlotView:
    view = PlotView()
    view.resize(1280, 720)
    view.set_planned(traces[0].capacity, 1000)
    curves = tuple(
        Curve(f"{number}/{name}", name, trace, index, index, style)
        for number, trace in enumerate(traces)
        for index, name in enumerate(trace.groups)
    )
    view.set_panes([PaneContent("learning rate", curves)])
    view.show()
    QApplication.processEvents()
    return view


def timed(act: Callable[[int], object]) -> Frames:
    wall, cpu = [], []
    for frame in range(FRAMES):
        wall_start, cpu_start = perf_counter(), process_time()
        act(frame)
        QApplication.processEvents()
        cpu.append(1e3 * (process_time() - cpu_start))
        wall.append(1e3 * (perf_counter() - wall_start))
    return Frames(wall, cpu)


def tell(what: str, unit: str, goal: float | None, measured: float) -> None:
    print(
        line(what, unit, f"{goal:g}" if goal else "", f"{measured:.2f}", "", held_against(goal, measured)), flush=True
    )


def tell_frames(what: str, goal: float | None, frames: Frames) -> None:
    """Print a line of the table; what is held against the goal is the 95th percentile."""
    p50, p95 = np.percentile(frames.wall, [50, 95])
    cells = (f"{p50:.2f}", f"{p95:.2f}", held_against(goal, p95))
    cpu = (f"{value:.2f}" for value in np.percentile(frames.cpu, [50, 95]))
    print(line(what, "ms", f"{goal:g}" if goal else "", *cells, *cpu), flush=True)


def held_against(goal: float | None, measured: float) -> str:
    return f"{measured / goal:.2f}" if goal else ""


def line(what: str, unit: str, *cells: str) -> str:
    return f"{what:46} {unit:>4} " + " ".join(f"{cell:>8}" for cell in cells)


def bench_moves(name: str, view: PlotView, rows: int, goal: float | None) -> None:
    pan, zoom = 0.7 / FRAMES, (40 / rows) ** (1 / FRAMES)  # over everything; from everything to forty rows
    tell_frames(f"{name}, pan", goal, timed(lambda i: view.zoom_to_x(rows * i * pan, rows * (0.3 + i * pan))))
    tell_frames(f"{name}, zoom", goal, timed(lambda i: view.zoom_to_x(rows * 0.3, rows * (0.3 + 0.7 * zoom**i))))


def bench_growth(name: str, whole: Trace, style: Style, goal: float) -> Frames:
    """Measure the frames while a run grows over the second half of its rows."""
    rows = whole.rows
    growing = Trace(whole.series, whole.groups, 0, whole.steps_per_epoch)
    growing.buffer, growing.rows = whole.buffer, rows // 2
    view = make_view([growing], style)

    def grow(frame: int) -> None:
        growing.rows = rows // 2 + (frame + 1) * (rows - rows // 2) // FRAMES
        view.refresh()

    frames = timed(grow)
    tell_frames(f"{name}, growing", goal, frames)
    view.deleteLater()
    return frames


def bench_shape(trace: Trace, name: str, style: Style, goal: float) -> Frames:
    frames = bench_growth(name, trace, style, goal)
    view = make_view([trace], style)
    bench_moves(name, view, trace.rows, goal)
    view.deleteLater()
    return frames


def bench_figures(name: str, trace: Trace) -> None:
    view = make_view([trace])
    with tempfile.TemporaryDirectory() as folder:
        for suffix in ("png", "svg", "pdf"):
            path = Path(folder) / f"figure.{suffix}"
            start = perf_counter()
            write_figure(path, view.canvas.state, FigureOptions(title="Figure"))
            tell(f"{name}, {suffix} of the whole", "ms", FIGURE_MS, 1e3 * (perf_counter() - start))
            if suffix != "png":
                tell(f"{name}, {suffix} of the whole", "kB", FIGURE_KB, path.stat().st_size / 1000)
    view.deleteLater()


def bench_memory(trace: Trace) -> None:
    start = process_time()
    pyramid = pyramid_of(trace)
    tell("schedule, pyramid of the whole", "ms", None, 1e3 * (process_time() - start))
    tell("schedule, memory per value", "B", BYTES_PER_VALUE, (trace.buffer.nbytes + pyramid.nbytes) / trace.buffer.size)


def bench(rows: int) -> None:
    head = ("goal", "p50", "p95", "to goal", "cpu p50", "cpu p95")
    print("\n" + line(f"{rows:,} steps x {GROUPS} groups, 1280 x 720", "", *head), flush=True)
    for shape, goal in ((schedule, SMOOTH_MS), (wide_cycles, DENSE_MS), (dense_cycles, DENSE_MS), (noise, DENSE_MS)):
        name, trace = shape.__name__.replace("_", " "), make_trace(rows, shape)
        if shape is schedule:
            bench_memory(trace)
        frames = bench_shape(trace, name, "run", goal)
        if shape is schedule:
            tell("schedule, growing: a frame holds the run for", "ms", WATCHED_MS, float(np.median(frames.cpu)))
        if shape is not noise:
            bench_shape(trace, f"{name}, dashed", "preview", goal)
        bench_figures(name, trace)
        del trace
    for runs, groups in ((1, 30), (4, 8)):
        view = make_view([make_trace(rows // 10, schedule, groups) for _ in range(runs)])
        bench_moves(f"{runs} run{'s' * (runs > 1)} x {groups} groups, a tenth of the steps", view, rows // 10, None)
        view.deleteLater()


def main() -> None:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = QApplication.instance() or QApplication([])
    for rows in [int(float(word)) for word in sys.argv[1:]] or [10_000_000]:
        bench(rows)
    application.processEvents()


if __name__ == "__main__":
    main()
