"""What the plot costs: frames while streaming, panning and zooming, and figures. Run it by hand; prints a table.

QT_QPA_PLATFORM=offscreen python tests/benchmarks/bench_plot.py [ROWS ...]
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import numpy as np
from PySide6.QtWidgets import QApplication

from lrgui.core.figure_options import FigureOptions
from lrgui.core.pyramid import pyramid_of
from lrgui.core.trace import Trace
from lrgui.ui.plot.canvas import PaneContent
from lrgui.ui.plot.curve import Curve, Style
from lrgui.ui.plot.export import write_figure
from lrgui.ui.plot.plot_view import PlotView

GROUPS = 8
FRAMES = 120
Shape = Callable[[np.ndarray, int], np.ndarray]


def schedule(n: np.ndarray, rows: int) -> np.ndarray:
    return 1e-3 * np.minimum(1, 20 * n / rows) * (1 + np.cos(np.pi * n / rows)) / 2


def dense_cycles(n: np.ndarray, rows: int) -> np.ndarray:
    return 1e-3 * np.abs(n % 200 - 100) / 100


def wide_cycles(n: np.ndarray, rows: int) -> np.ndarray:
    return 1e-3 * np.abs(n % (rows // 40) / (rows // 40) - 0.5)


def noise(n: np.ndarray, rows: int) -> np.ndarray:
    return 1e-3 * np.random.default_rng(0).random(len(n))


def make_trace(rows: int, shape: Shape) -> Trace:
    trace = Trace(["lr"], [f"group {index}" for index in range(GROUPS)], rows, 1000)
    values = shape(np.arange(rows), rows)
    for group in range(GROUPS):
        trace.buffer[:, group] = values * (1 + group / GROUPS)
    trace.rows = rows
    return trace


def make_view(trace: Trace, style: Style = "run") -> PlotView:
    view = PlotView()
    view.resize(1280, 720)
    view.set_planned(trace.capacity, 1000)
    curves = tuple(Curve(name, name, trace, index, index, style) for index, name in enumerate(trace.groups))
    view.set_panes([PaneContent("learning rate", curves)])
    view.show()
    paint(view)
    return view


def paint(view: PlotView) -> None:
    QApplication.processEvents()


def report(name: str, seconds: list[float]) -> None:
    p50, p95 = np.percentile(np.array(seconds) * 1e3, [50, 95])
    print(f"  {name:<34} p50 {p50:6.2f} ms   p95 {p95:6.2f} ms")


def timed(view: PlotView, act: Callable[[int], object]) -> list[float]:
    seconds = []
    for frame in range(FRAMES):
        start = perf_counter()
        act(frame)
        paint(view)
        seconds.append(perf_counter() - start)
    return seconds


def bench_shape(rows: int, shape: Shape, style: Style = "run") -> None:
    name = f"{shape.__name__} ({style})"
    trace = make_trace(rows, shape)
    view = make_view(trace, style)
    report(f"{name}: zoom", timed(view, lambda i: view.zoom_to_x(rows * 0.3, rows * (0.3 + 0.7 * 0.9**i) + 8)))
    report(f"{name}: pan 30 %", timed(view, lambda i: view.zoom_to_x(rows * i * 5e-3, rows * (0.3 + i * 5e-3))))
    view.view_all()
    report(f"{name}: hover", timed(view, lambda i: view.canvas.set_cursor(i * rows // FRAMES)))
    view.deleteLater()
    stream = Trace(["lr"], trace.groups, rows, 1000)
    stream.buffer = trace.buffer
    stream.rows = rows // 2
    view = make_view(stream, style)

    def grow(frame: int) -> None:
        stream.rows += rows // 2 // FRAMES
        view.refresh()

    report(f"{name}: stream", timed(view, grow))
    view.deleteLater()


def bench_figures(rows: int, shape: Shape) -> None:
    trace = make_trace(rows, shape)
    start = perf_counter()
    pyramid_of(trace)
    print(f"  {shape.__name__}: pyramid {1e3 * (perf_counter() - start):.0f} ms")
    view = make_view(trace)
    with tempfile.TemporaryDirectory() as folder:
        for suffix in ("png", "svg", "pdf"):
            path = Path(folder) / f"figure.{suffix}"
            start = perf_counter()
            write_figure(path, view.canvas.state, FigureOptions(title="Figure"))
            took = 1e3 * (perf_counter() - start)
            print(f"  {shape.__name__}: {suffix} {took:.0f} ms, {path.stat().st_size / 1000:.0f} kB")
    view.deleteLater()


def main() -> None:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = QApplication.instance() or QApplication([])
    for rows in [int(float(word)) for word in sys.argv[1:]] or [1_000_000, 10_000_000]:
        print(f"{rows:,} rows x {GROUPS} columns, 1280 x 720")
        for shape in (schedule, dense_cycles, wide_cycles, noise):
            bench_shape(rows, shape)
        bench_shape(rows, schedule, "preview")
        for shape in (schedule, dense_cycles, noise):
            bench_figures(rows, shape)
    application.processEvents()


if __name__ == "__main__":
    main()
