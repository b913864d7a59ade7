"""Markers and derived series in the real window: whose they are, what the mouse is told, and what can be looked at."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QToolTip
from pytestqt.qtbot import QtBot

from lrgui.core.recipe import Choice, Options, Recipe, Resume, Run, Scheduler
from lrgui.core.trace import Trace
from lrgui.session.values import RecordedRun
from lrgui.ui.main_window import MainWindow
from lrgui.ui.plot.plot_view import PlotView
from lrgui.ui.run_controller import RunState
from lrgui.ui.settings import Settings
from tests.ui.driving import START_MS, key, opened_window

DROPS = Recipe(
    optimizer=Choice("AdamW", Options(lr=0.5, weight_decay=0.25)),
    scheduler=Scheduler("StepLR", Options(step_size=400, gamma=0.5)),
    run=Run(steps=1000, steps_per_epoch=100),
)
SMOOTH = Recipe(optimizer=Choice("SGD", Options(lr=1.0)), scheduler=Scheduler("ExponentialLR", Options(gamma=0.99)))


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[MainWindow]:
    with opened_window(qtbot) as window:
        settle(window, qtbot)
        edit(window, DROPS, qtbot)
        yield window


def settle(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(
        lambda: window.controller.state is RunState.IDLE and not window.controller.previewing, timeout=START_MS
    )


def edit(window: MainWindow, recipe: Recipe, qtbot: QtBot) -> None:
    window.document.replace(recipe, "a test")
    qtbot.waitUntil(lambda: window.controller.preview_recipe == recipe, timeout=START_MS)
    settle(window, qtbot)


def plot_of(window: MainWindow) -> PlotView:
    assert window.workbench.panel.plot is not None
    return window.workbench.panel.plot


def marked_steps(window: MainWindow) -> list[int]:
    """Return the steps of the x axis at which shapes are in view."""
    plot = plot_of(window)
    across = plot.canvas.window
    return [round(across.x[0] + place.x() / across.pixels_per_step) for place in plot.canvas.markers.places]


def move_to(window: MainWindow, place: QPointF) -> None:
    """Move the mouse to a place on the main pane."""
    plot = plot_of(window)
    viewport, at = plot.surface.viewport(), place + plot.canvas.plot_area.topLeft()
    none, at_all = Qt.MouseButton.NoButton, QPointF(viewport.mapToGlobal(at.toPoint()))
    event = QMouseEvent(QEvent.Type.MouseMove, at, at_all, none, none, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(viewport, event)


def choose(window: MainWindow, name: str, text: str) -> None:
    """Choose an entry of one of the lists above the plot, by keys."""
    box = next(box for box in window.workbench.panel.findChildren(QComboBox) if box.accessibleName() == name)
    index = box.findText(text)
    assert index >= 0, [box.itemText(place) for place in range(box.count())]
    while box.currentIndex() != index:
        QTest.keyClick(box, Qt.Key.Key_Down if box.currentIndex() < index else Qt.Key.Key_Up)


def choices(window: MainWindow, name: str) -> list[str]:
    box = next(box for box in window.workbench.panel.findChildren(QComboBox) if box.accessibleName() == name)
    return [box.itemText(place) for place in range(box.count())]


def values(window: MainWindow, pane: int) -> list[np.ndarray]:
    """Return all rows of the curves of a pane."""
    curves = [drawn.curve for drawn in plot_of(window).canvas.panes[pane].state.curves]
    return [np.array(curve.trace.buffer[0 : curve.trace.rows, curve.column]) for curve in curves]


def test_the_mouse_is_told_what_happened_where_a_shape_is(window: MainWindow, qtbot: QtBot) -> None:
    assert marked_steps(window) == [400, 800]
    first = plot_of(window).canvas.markers.places[0]
    move_to(window, first)
    assert QToolTip.text() == "Step 400 · epoch 4\nThe learning rate drops\nrest: 0.5 \u2192 0.25"
    move_to(window, first - QPointF(0, 100))
    qtbot.waitUntil(lambda: not QToolTip.isVisible())


def test_the_tool_tip_goes_when_the_view_moves_the_shape_away(window: MainWindow, qtbot: QtBot) -> None:
    plot = plot_of(window)
    move_to(window, plot.canvas.markers.places[1])
    assert QToolTip.text().startswith("Step 800 · epoch 8\n")
    plot.zoom_to_x(0, 700)
    qtbot.waitUntil(lambda: not QToolTip.isVisible())
    assert marked_steps(window) == [400]


def test_an_edit_of_the_recipe_moves_the_markers(window: MainWindow, qtbot: QtBot) -> None:
    sequence = Scheduler(
        "SequentialLR",
        Options(milestones=(100,)),
        (Scheduler("LinearLR", Options(total_iters=100)), Scheduler("CosineAnnealingLR", Options(T_max=900))),
    )
    run = Run(skipped_steps=(300,), resume=Resume(600))
    edit(window, Recipe(optimizer=DROPS.optimizer, scheduler=sequence, run=run), qtbot)
    assert marked_steps(window) == [100, 300, 599]
    edit(window, SMOOTH, qtbot)
    assert marked_steps(window) == []


def test_markers_are_those_of_the_run_in_front(window: MainWindow, qtbot: QtBot) -> None:
    key(window, Qt.Key.Key_F5)
    settle(window, qtbot)
    edit(window, SMOOTH, qtbot)
    assert marked_steps(window) == [400, 800]
    run = window.runs.front
    assert run is not None
    window.runs.amend({run.id: {"visible": False}})
    assert marked_steps(window) == []
    window.runs.amend({run.id: {"visible": True}})
    assert marked_steps(window) == [400, 800]


def test_markers_stand_where_the_axis_has_the_runs_rows(window: MainWindow, qtbot: QtBot) -> None:
    key(window, Qt.Key.Key_F5)
    settle(window, qtbot)
    edit(window, SMOOTH.with_run(steps=500, steps_per_epoch=25), qtbot)
    window._actions["axis_epoch"].trigger()
    assert marked_steps(window) == [100, 200]  # epochs 4 and 8, of 25 steps each
    window._actions["axis_fraction"].trigger()
    assert marked_steps(window) == [200, 400]


def test_a_long_run_that_is_opened_gets_its_markers_piece_by_piece(window: MainWindow, qtbot: QtBot) -> None:
    rows = 700_000
    trace = Trace.from_columns([np.where(np.arange(rows) < 650_000, 1.0, 0.1)], ["lr"], ["rest"], 100)
    recipe = DROPS.with_run(steps=rows)
    window.runs.load([RecordedRun(1, "Run 1", 0, recipe, trace)])
    assert marked_steps(window) == []  # the window does not wait for them
    qtbot.waitUntil(lambda: marked_steps(window) == [650_000], timeout=START_MS)


def test_series_that_follow_from_recorded_ones_can_be_looked_at(window: MainWindow, qtbot: QtBot) -> None:
    for name in ("Series", "Second panel"):
        assert {"lr / base", "lr \u00d7 weight decay"} <= set(choices(window, name))
    choose(window, "Series", "lr / base")
    choose(window, "Second panel", "lr \u00d7 weight decay")
    factors = 0.5 ** (np.arange(1000) // 400)
    assert [one.tolist() for one in values(window, 0)] == [factors.tolist()]
    assert [one.tolist() for one in values(window, 1)] == [(0.125 * factors).tolist()]
    assert [pane.state.title for pane in plot_of(window).canvas.panes] == [
        "lr / base",
        "lr \u00d7 weight decay",
    ]
    key(window, Qt.Key.Key_F5)  # and they follow a run while it is recorded
    settle(window, qtbot)
    assert [one.tolist() for one in values(window, 0)] == [factors.tolist()]


def test_what_cannot_be_worked_out_is_not_offered(window: MainWindow, qtbot: QtBot) -> None:
    edit(window, Recipe(optimizer=Choice("Rprop"), run=Run(steps=10)), qtbot)
    assert "lr / base" in choices(window, "Second panel")
    assert "lr \u00d7 weight decay" not in choices(window, "Second panel")


def test_a_derived_curve_stays_the_same_while_it_is_looked_at(window: MainWindow) -> None:
    choose(window, "Second panel", "lr / base")
    before = plot_of(window).canvas.panes[1].state.curves
    window.workbench.presenter.refresh()
    after = plot_of(window).canvas.panes[1].state.curves
    assert [one is other for one, other in zip(before, after, strict=True)] == [True]


def test_markers_can_be_hidden_and_stay_so(window: MainWindow, qtbot: QtBot) -> None:
    action = window._actions["show_markers"]
    assert action.isChecked()
    action.trigger()
    assert marked_steps(window) == []
    edit(window, DROPS, qtbot)
    assert marked_steps(window) == []
    assert not Settings().show_markers
    action.trigger()
    assert marked_steps(window) == [400, 800]


def test_a_recording_without_learning_rates_has_what_its_recipe_says(window: MainWindow) -> None:
    recipe = DROPS.with_run(skipped_steps=(300,))
    trace = Trace.from_columns([np.full(999, 0.9)], ("momentum",), ("all",), 100)
    window.workbench.runs.load([RecordedRun(1, "Run 1", 0, recipe, trace)])
    assert marked_steps(window) == [300]
