"""One row among millions is seen: whatever the zoom, wherever it is, while rows arrive too."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication, QGraphicsRectItem, QGraphicsScene

from lrgui.core.pyramid import MinMaxPyramid
from lrgui.ui.plot.curves_item import CurvesItem
from lrgui.ui.plot.drawn_curve import DrawnCurve
from lrgui.ui.plot.plot_view import PlotView
from lrgui.ui.plot.window import Window
from lrgui.ui.theme import LIGHT

from .drawing import make_curves, make_trace, pixels, show

WIDTH, HEIGHT = 400, 300
UP, DOWN = 0.95, 0.05  # where a spike goes; everything else is between 0.3 and 0.7

KINDS = ("constant", "ramp", "cycles", "noise", "alternating", "gaps")


def background(kind: str, rows: int, seed: int) -> np.ndarray:
    """Return values from 0.3 to 0.7; those of `gaps` are mostly missing."""
    steps = np.arange(rows)
    random = np.random.default_rng(seed)
    if kind == "ramp":
        return np.linspace(0.3, 0.7, rows)
    if kind == "cycles":
        return 0.5 + 0.2 * np.sin(steps * 2 * np.pi / random.uniform(3, max(4.0, rows / 3)))
    if kind == "noise":
        return random.uniform(0.3, 0.7, rows)
    if kind == "alternating":
        return np.where(steps % 2, 0.3, 0.7)
    values = np.full(rows, 0.5)
    if kind == "gaps":
        values[random.random(rows) < 0.9] = math.nan
    return values


def drawn_curves(columns: list[np.ndarray], capacity: int | None = None) -> list[DrawnCurve]:
    trace = make_trace(*columns, capacity=capacity)
    pyramid = MinMaxPyramid(trace)
    return [DrawnCurve(curve, pyramid) for curve in make_curves(trace)]


def ink(curves: list[DrawnCurve], window: Window, *, quick: bool) -> np.ndarray:
    """Return which pixels the curves paint, shape `(height, width)`."""
    image = QImage(round(window.width), round(window.height), QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    scene, parent = QGraphicsScene(), QGraphicsRectItem()
    scene.addItem(parent)
    parent.setPen(QColor("white"))
    item = CurvesItem(parent, LIGHT, quick=quick)
    item.set_window(window)
    item.set_curves(curves)
    painter = QPainter(image)
    area = QRectF(0.0, 0.0, window.width, window.height)
    scene.render(painter, area, area)
    painter.end()
    scene.clear()
    return (pixels(image) != 255).any(axis=2)


def seen_at(found: np.ndarray, window: Window, row: int, value: float, reach: int = 3) -> bool:
    """Say whether there is ink within a few pixels of the place of a row."""
    share = (math.log10(value) if window.log_y else value) - window.y[0]
    down = round(window.height * (1 - share / (window.y[1] - window.y[0])))
    across = round((row - window.x[0]) * window.pixels_per_step)
    rows = slice(max(down - reach, 0), down + reach + 1)
    return bool(found[rows, max(across - reach, 0) : across + reach + 1].any())


@settings(max_examples=300)
@given(
    kind=st.sampled_from(KINDS),
    rows=st.sampled_from([1, 2, 3, 65, 1000, 4097, 70_000, 600_000]) | st.integers(1, 5000),
    place=st.floats(0, 1),
    value=st.sampled_from([UP, DOWN]),
    zoom=st.floats(0, 1),
    side=st.floats(0.03, 0.97),
    log_y=st.booleans(),
    quick=st.booleans(),
    others=st.integers(0, 3),
    seed=st.integers(0, 2**16),
)
@example(kind="gaps", rows=4097, place=1.0, value=UP, zoom=0.0, side=0.5, log_y=False, quick=True, others=0, seed=1)
@example(kind="gaps", rows=70_000, place=0.5, value=DOWN, zoom=0.0, side=0.5, log_y=True, quick=False, others=1, seed=1)
@example(
    kind="noise", rows=600_000, place=1.0, value=DOWN, zoom=0.0, side=0.9, log_y=True, quick=True, others=3, seed=1
)
def test_a_spike_of_one_row_is_painted_at_its_place(
    qapp: QApplication,
    kind: str,
    rows: int,
    place: float,
    value: float,
    zoom: float,
    side: float,
    log_y: bool,
    quick: bool,
    others: int,
    seed: int,
) -> None:
    spike = round(place * (rows - 1))
    values = background(kind, rows, seed)
    values[spike] = value
    columns = [values, *(background(kind, rows, seed + index) for index in range(1, others + 1))]
    steps = max(4.0, 1.03 * rows) ** (1 - zoom) * WIDTH ** min(zoom, 1.0)  # from all of them to one pixel for each
    first = spike - side * max(steps, 4.0)
    window = Window((first, first + max(steps, 4.0)), (-2.0, 0.1) if log_y else (0.0, 1.0), WIDTH, HEIGHT, log_y)
    found = ink(drawn_curves(columns, rows + seed % 100), window, quick=quick)
    assert seen_at(found, window, spike, value)
    assert not seen_at(found, window, spike, UP + DOWN - value)


@pytest.mark.parametrize("spike", [0, 5_000_001, 9_999_999])
@pytest.mark.parametrize("steps", [10_300_000, 40_000, 400])
def test_a_spike_among_ten_million_rows_is_painted(qapp: QApplication, spike: int, steps: int) -> None:
    values = np.zeros(10_000_000)
    values[spike] = 1.0
    first = spike - steps * (0.05 if spike == 0 else 0.95)
    window = Window((first, first + steps), (-0.1, 1.1), WIDTH, HEIGHT)
    assert seen_at(ink(drawn_curves([values]), window, quick=True), window, spike, 1.0)


@pytest.mark.parametrize("rows", [1, 2, 3, 100])
@pytest.mark.parametrize("quick", [False, True])
def test_the_first_rows_of_a_long_run_are_painted(qapp: QApplication, rows: int, quick: bool) -> None:
    window = Window((-1e5, 1e7), (0.0, 1.0), WIDTH, HEIGHT)
    found = ink(drawn_curves([np.full(rows, 0.5)], 10_000_000), window, quick=quick)
    assert seen_at(found, window, rows - 1, 0.5)


def shown(view: PlotView) -> np.ndarray:
    """Return which pixels of the plot area a curve of the first colour has on the screen: nothing is painted anew."""
    QApplication.processEvents()
    area = view.canvas.plot_area.toRect()
    wanted = QColor(LIGHT.curves[0])
    image = pixels(view.screen().grabWindow(view.winId()).toImage())[
        area.top() : area.bottom() + 1, area.left() : area.right() + 1
    ]
    return np.abs(image - (wanted.red(), wanted.green(), wanted.blue())).max(axis=2) < 100


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("kind", ["constant", "cycles", "noise", "gaps"])
def test_spikes_and_the_newest_row_are_on_the_screen_while_rows_arrive(view: PlotView, kind: str, seed: int) -> None:
    random = np.random.default_rng(seed)
    rows = int(random.choice([300, 5000, 200_000]))
    values = background(kind, rows, seed)
    spikes = random.choice(rows, 5, replace=False)
    values[spikes] = random.choice([UP, DOWN], 5)
    values[:2] = DOWN, UP  # so that the y range stays
    trace = make_trace(values)
    trace.rows = max(2, rows // 10)
    view.canvas.set_legend_mode("none")
    view.set_planned(rows, 100)
    show(view, make_curves(trace))
    (x, y), size = view.visible_range(), view.canvas.plot_area.size()
    window = Window(x, y, size.width(), size.height())
    while trace.rows < rows:
        trace.rows = min(rows, trace.rows + int(random.integers(1, rows // 6)))
        values[trace.rows - 1] = trace.buffer[trace.rows - 1, 0] = UP
        view.refresh()
        assert seen_at(shown(view), window, trace.rows - 1, UP)
    for spike in spikes:
        assert seen_at(shown(view), window, spike, values[spike])


@pytest.mark.parametrize("seed", range(6))
def test_what_turns_into_a_band_while_rows_arrive_looks_as_drawn_at_once(view: PlotView, seed: int) -> None:
    random = np.random.default_rng(seed)
    rows = 20_000
    values = np.linspace(0.2, 0.8, rows)
    for start in range(1000, rows, 4000):  # bursts of dense cycles, 10 to 100 pixels wide: lines, or a band
        burst = slice(start, start + int(random.choice([300, 600, 750, 3000])))
        values[burst] = 0.5 + 0.4 * np.sin(np.arange(rows)[burst] * random.uniform(0.05, 0.5))
    values[:2] = DOWN, UP
    view.canvas.set_legend_mode("none")
    view.set_planned(rows, 100)
    show(view, make_curves(make_trace(values)))
    at_once = shown(view)
    growing = make_trace(values)
    growing.rows = 500
    show(view, make_curves(growing))
    while growing.rows < rows:
        growing.rows = min(rows, growing.rows + int(random.integers(50, 400)))
        view.refresh()
        QApplication.processEvents()
    assert (shown(view) != at_once).mean() < 2e-3
