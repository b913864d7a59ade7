"""A run while it happens: what is new is drawn, what does not show is not."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication

from lrgui.core.trace import Trace
from lrgui.ui.plot.plot_view import PlotView

from .drawing import curve_pixels, make_curves, make_trace, pixels, shot, show


class PaintCounter(QObject):
    """Counts the paints of a widget."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.count += event.type() == QEvent.Type.Paint
        return False


@pytest.fixture
def running(view: PlotView) -> Trace:
    """A run of 1,000 planned steps, of which 100 are recorded."""
    trace = make_trace(np.linspace(1.0, 0.5, 1000))
    trace.rows = 100
    view.set_planned(1000, 100)
    show(view, make_curves(trace))
    return trace


def test_new_rows_are_drawn_and_the_x_range_stays_planned(view: PlotView, running: Trace) -> None:
    before = view.visible_range()[0]
    assert curve_pixels(view, 0).any(axis=0).nonzero()[0].max() == pytest.approx(0.11 * 700, abs=12)
    running.rows = 600
    assert view.refresh()
    columns = curve_pixels(view, 0).any(axis=0)
    assert columns.nonzero()[0].max() == pytest.approx(615 / 1030 * len(columns), abs=4)
    assert view.visible_range()[0] == before
    assert not view.refresh()


def test_rows_drawn_piece_by_piece_look_as_drawn_at_once(view: PlotView) -> None:
    steps = np.arange(20_000)
    columns = (1e-3 * (1 + np.cos(steps / 3000)), 1e-3 * np.abs(steps % 120 - 60) / 30, 2e-3 * 0.5 ** (steps // 5000))
    view.set_planned(20_000, 100)
    show(view, make_curves(make_trace(*columns)))
    at_once = plot_pixels(view)
    growing = make_trace(*columns)
    growing.rows = 2000
    show(view, make_curves(growing))
    for rows in range(2000, 20_001, 180):
        growing.rows = rows
        view.refresh()
        QApplication.processEvents()
    assert len(np.unique(at_once.reshape(-1, 3), axis=0)) > 3
    different = np.abs(plot_pixels(view) - at_once).max(axis=2) > 60
    assert different.mean() < 1e-3


def plot_pixels(view: PlotView) -> np.ndarray:
    """Return the colours that are on the screen between the legend's corners; a grab would paint everything anew."""
    QApplication.processEvents()
    return pixels(view.screen().grabWindow(view.winId()).toImage())[100:350, 90:-30]


def test_rows_that_change_no_pixel_are_not_painted_until_they_do(view: PlotView) -> None:
    trace = make_trace(np.full(1_000_000, 0.5))
    trace.rows = 500_000
    view.set_planned(1_000_000, 100)
    show(view, make_curves(trace))
    shot(view)
    answers = []
    for _ in range(40):
        trace.rows += 50  # a twentieth of a pixel
        answers.append(view.refresh())
    assert not answers[0]
    assert 1 <= sum(answers) <= 5
    trace.buffer[trace.rows] = 0.9
    trace.rows += 1
    assert view.refresh()


@pytest.mark.parametrize("zoomed", [False, True])
def test_a_frame_is_painted_once(view: PlotView, running: Trace, zoomed: bool) -> None:
    shot(view)
    counter = PaintCounter()
    view.surface.viewport().installEventFilter(counter)
    for rows in (200, 300, 400):
        running.rows = rows
        if zoomed:
            view.zoom_to_x(rows - 50, rows + 50)
        view.refresh()
        QApplication.processEvents()
    assert counter.count == 3
    QApplication.processEvents()
    assert counter.count == 3


def test_the_y_range_follows_what_a_run_records(view: PlotView) -> None:
    trace = make_trace(np.linspace(0.1, 10, 1000))
    trace.rows = 10
    show(view, make_curves(trace))
    assert view.visible_range()[1][1] < 1
    trace.rows = 1000
    view.refresh()
    assert view.visible_range()[1][1] > 10


def test_a_run_longer_than_planned_is_in_view(view: PlotView) -> None:
    trace = make_trace(np.linspace(0, 1, 500))
    view.set_planned(100, 10)
    show(view, make_curves(trace))
    assert view.visible_range()[0][1] > 499


def test_curves_that_stay_keep_their_zoom(view: PlotView, running: Trace) -> None:
    view.zoom_to_x(10, 50)
    show(view, [*make_curves(running), *make_curves(make_trace(np.ones(100)), "preview")])
    assert view.visible_range()[0] == (10, 50)
    view.set_planned(2000, 100)
    assert view.visible_range()[0] == (10, 50)
    view.view_all()
    assert view.visible_range()[0][1] > 1999
