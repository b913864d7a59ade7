"""The difference and the ratio of two runs in the second panel of the real window."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot

from lrgui.core.recipe import Choice, Group, Options, Recipe, Run, Scheduler
from lrgui.core.trace import Trace
from lrgui.session.values import Comparison, RecordedRun
from lrgui.ui.main_window import MainWindow
from lrgui.ui.plot.plot_view import PlotView
from lrgui.ui.run_edits import RunEdits
from tests.ui.driving import START_MS, opened_window


def recorded(number: int, rates: dict[str, list[float]], steps_per_epoch: int) -> RecordedRun:
    rows = len(next(iter(rates.values())))
    recipe = Recipe(
        groups=tuple(Group(name, (f"*{name}",)) for name in rates),
        optimizer=Choice("SGD", Options(lr=0.5)),
        scheduler=Scheduler("StepLR", Options(step_size=1)),
        run=Run(steps=rows, steps_per_epoch=steps_per_epoch),
    )
    trace = Trace.from_columns([np.array(values) for values in rates.values()], ["lr"], list(rates), steps_per_epoch)
    return RecordedRun(number, f"Run {number}", number, recipe, trace)


LONG = recorded(1, {"weight": [8.0, 4.0, 2.0, 1.0], "bias": [1.0, 1.0, 1.0, 0.0]}, 2)
SHORT = recorded(2, {"bias": [3.0, 2.0]}, 1)


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[MainWindow]:
    with opened_window(qtbot) as window:
        qtbot.waitUntil(lambda: not window.controller.previewing, timeout=START_MS)
        window.runs.load([LONG, SHORT])
        yield window


def plot_of(window: MainWindow) -> PlotView:
    assert window.workbench.panel.plot is not None
    return window.workbench.panel.plot


def edits(window: MainWindow) -> RunEdits:
    return RunEdits(window.runs, window.document.undo_stack)


def look(window: MainWindow, **choices: object) -> None:
    window.document.look(replace(window.document.view, **choices), "test")  # type: ignore[arg-type]


def drawn(window: MainWindow) -> dict[str, list[float]]:
    """Return what the second panel draws, by the group's name."""
    curves = [one.curve for one in plot_of(window).canvas.panes[1].state.curves]
    return {curve.label: curve.trace.buffer[: curve.trace.rows, curve.column].tolist() for curve in curves}


@pytest.mark.parametrize(
    ("x_axis", "kind", "expected"),
    [
        ("step", "difference", [2.0, 1.0]),
        ("step", "ratio", [3.0, 2.0]),
        ("epoch", "difference", [2.0, 1.0]),
        ("fraction", "ratio", [3.0, 2.0]),
    ],
)
def test_the_groups_that_both_have_are_held_against_each_other(
    window: MainWindow, x_axis: str, kind: str, expected: list[float]
) -> None:
    look(window, x_axis=x_axis)
    look(window, comparison=Comparison(kind, run=2, reference=1))  # type: ignore[arg-type]
    assert drawn(window) == {"bias": expected}


def test_the_reference_is_read_at_the_place_of_each_row(window: MainWindow) -> None:
    """Four rows of two an epoch against two rows of one an epoch."""
    look(window, comparison=Comparison("difference", run=1, reference=2))
    assert drawn(window) == {"bias": [1.0 - 3.0, 1.0 - 2.0]}
    window._actions["axis_epoch"].trigger()
    assert drawn(window) == {"bias": [1.0 - 3.0, 1.0 - 3.0, 1.0 - 2.0, 0.0 - 2.0]}


def test_the_comparison_is_named_and_can_be_left(window: MainWindow) -> None:
    look(window, comparison=Comparison("difference", run=2, reference=1))
    canvas = plot_of(window).canvas
    second = window.workbench.panel.findChildren(QComboBox)[1]
    assert canvas.panes[1].state.title == "Run 2 − Run 1"
    assert second.currentText() == "Run 2 − Run 1"
    edits(window).rename(2, "Short")
    assert canvas.panes[1].state.title == "Short − Run 1"
    second.setCurrentIndex(0)
    second.activated.emit(0)
    assert len(canvas.panes) == 1
    assert window.document.view.comparison is None
    assert second.findText("Short − Run 1") == -1


def test_a_run_that_is_deleted_takes_the_comparison_with_it_and_brings_it_back(window: MainWindow) -> None:
    look(window, comparison=Comparison("ratio", run=2, reference=1))
    edits(window).remove([LONG])
    second = window.workbench.panel.findChildren(QComboBox)[1]
    assert len(plot_of(window).canvas.panes) == 1
    assert second.currentText() == "no second panel"
    assert not window._actions["log_second"].isEnabled()
    window.document.undo()
    assert drawn(window) == {"bias": [3.0, 2.0]}
    assert second.currentText() == "Run 2 / Run 1"


def test_a_ratio_on_a_logarithmic_axis_has_its_own_choice(window: MainWindow) -> None:
    look(window, comparison=Comparison("ratio", run=2, reference=1))
    window._actions["log_second"].trigger()
    above, below = plot_of(window).canvas.panes
    assert (above.state.log_y, below.state.log_y) == (False, True)
    assert window.document.view.log == {"ratio"}
