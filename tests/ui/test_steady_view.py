"""The axes and the legend while a recipe is typed and its preview begins anew with every key."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from lrgui.core.recipe import Choice, Group, Options, Recipe, Run, Scheduler
from lrgui.ui.main_window import MainWindow
from lrgui.ui.plot.plot_view import PlotView
from tests.ui.driving import START_MS, opened_window

SLOW_START = Recipe(
    model=Choice("linear"),
    groups=(Group("rest", ("*",)),),
    optimizer=Choice("SGD", Options(lr=0.01)),
    scheduler=Scheduler("LinearLR", Options(start_factor=1e-3, total_iters=60_000)),
    run=Run(steps=60_000),
)


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[MainWindow]:
    with opened_window(qtbot) as window:
        window.document.open(SLOW_START, None)
        wait_for(window, SLOW_START, qtbot, rows=60_000)
        yield window


def wait_for(window: MainWindow, recipe: Recipe, qtbot: QtBot, rows: int) -> None:
    """Wait until that many rows of the preview of a recipe are drawn."""

    def is_drawn() -> bool:
        curves = plot_of(window).canvas.main.state.curves
        return window.controller.preview_recipe == recipe and bool(curves) and curves[0].pyramid.rows >= rows

    qtbot.waitUntil(is_drawn, timeout=START_MS)


def plot_of(window: MainWindow) -> PlotView:
    plot = window.findChild(PlotView)
    assert isinstance(plot, PlotView)
    return plot


def edit(window: MainWindow, rate: float) -> Recipe:
    recipe = replace(window.document.recipe, optimizer=Choice("SGD", Options(lr=rate)))
    window.document.replace(recipe, "lr")
    return recipe


def test_the_first_rows_of_another_preview_leave_the_axis_and_the_legend_alone(
    window: MainWindow, qtbot: QtBot
) -> None:
    canvas = plot_of(window).canvas
    wait_for(window, edit(window, 0.00999), qtbot, rows=60_000)
    qtbot.waitUntil(lambda: not window.controller.previewing, timeout=START_MS)
    shown, legend = canvas.window.y, canvas.legend_rect
    seen = []

    def look() -> None:
        rows = canvas.main.state.curves[0].pyramid.rows
        if 0 < rows < 60_000:
            seen.append((canvas.window.y, canvas.legend_rect))

    window.controller.frame.connect(look)
    wait_for(window, edit(window, 0.0099), qtbot, rows=60_000)
    assert len(seen) > 2
    assert set(map(str, seen)) == {str((shown, legend))}


def test_a_complete_preview_has_the_axis_to_itself(window: MainWindow, qtbot: QtBot) -> None:
    canvas = plot_of(window).canvas
    wait_for(window, edit(window, 0.0001), qtbot, rows=60_000)
    qtbot.waitUntil(lambda: canvas.window.y[1] < 0.0002, timeout=START_MS)


def test_another_session_does_not_keep_the_axis(window: MainWindow, qtbot: QtBot) -> None:
    canvas = plot_of(window).canvas
    window._actions["new"].trigger()
    qtbot.waitUntil(lambda: not window.controller.previewing and canvas.window.y[1] < 0.005, timeout=START_MS)
