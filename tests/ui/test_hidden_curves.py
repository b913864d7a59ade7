"""Curves hidden in the legend, as the window goes on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from lrgui.session.store import write_session
from lrgui.session.values import Session
from lrgui.ui.curves_menu import CurvesMenu
from lrgui.ui.main_window import MainWindow
from lrgui.ui.plot.plot_view import PlotView
from tests.ui.driving import START_MS, opened_window


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[MainWindow]:
    with opened_window(qtbot) as window:
        qtbot.waitUntil(lambda: bool(drawn(window)), timeout=START_MS)
        yield window


def plot_of(window: MainWindow) -> PlotView:
    plot = window.findChild(PlotView)
    assert isinstance(plot, PlotView)
    return plot


def drawn(window: MainWindow) -> list[str]:
    return [drawn.curve.label for drawn in plot_of(window).canvas.main.state.curves]


def hide_first(window: MainWindow) -> None:
    """Click on the first row of the legend."""
    plot = plot_of(window)
    legend = plot.canvas.legend_rect
    height = legend.height() / (len(plot.canvas.legend_texts) + 0.5)
    at = legend.topLeft().toPoint()
    at.setX(round(legend.center().x()))
    at.setY(round(legend.top() + 0.75 * height))
    QTest.mouseClick(plot.surface.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)


def test_a_hidden_curve_stays_hidden_while_the_recipe_is_edited(window: MainWindow, qtbot: QtBot) -> None:
    assert drawn(window) == ["weights (preview)", "biases (preview)"]
    hide_first(window)
    assert drawn(window) == ["biases (preview)"]
    longer = window.document.recipe.with_run(steps=window.document.recipe.run.steps + 1)
    window.document.replace(longer, "test")
    qtbot.waitUntil(lambda: window.controller.preview_recipe == longer, timeout=START_MS)
    assert drawn(window) == ["biases (preview)"]


def test_hiding_is_undone_and_saved_with_the_session(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    hide_first(window)
    assert window.document.undo_stack.undoText() == "hiding of weights (preview)"
    window._actions["undo"].trigger()
    assert drawn(window) == ["weights (preview)", "biases (preview)"]
    window._actions["redo"].trigger()
    assert drawn(window) == ["biases (preview)"]
    path = tmp_path / "hidden.lrgui"
    write_session(path, Session(window.document.recipe, view=window.document.view))
    window._actions["undo"].trigger()
    window.open_path(path)
    qtbot.waitUntil(lambda: drawn(window) == ["biases (preview)"], timeout=START_MS)


def test_another_session_hides_nothing(window: MainWindow) -> None:
    hide_first(window)
    window._actions["new"].trigger()
    assert plot_of(window).canvas.hidden == frozenset()


def open_curves_menu(window: MainWindow, qtbot: QtBot) -> None:
    """Open the menu of the plot by its key, and in it that of the curves."""
    surface = plot_of(window).surface
    middle = surface.rect().center()
    asked = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, middle, surface.mapToGlobal(middle))
    QApplication.sendEvent(surface, asked)
    qtbot.waitUntil(lambda: QApplication.activePopupWidget() is not None)
    press(Qt.Key.Key_C)
    qtbot.waitUntil(lambda: isinstance(QApplication.activePopupWidget(), CurvesMenu))


def press(*keys: Qt.Key) -> None:
    for key in keys:
        QTest.keyClick(QApplication.activePopupWidget(), key)


def test_single_curves_are_hidden_and_shown_by_keys_alone(window: MainWindow, qtbot: QtBot) -> None:
    open_curves_menu(window, qtbot)
    press(Qt.Key.Key_Down, Qt.Key.Key_Return)
    assert drawn(window) == ["weights (preview)"]
    open_curves_menu(window, qtbot)
    press(Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Return)
    assert drawn(window) == ["weights (preview)", "biases (preview)"]
    open_curves_menu(window, qtbot)
    press(Qt.Key.Key_Return)
    assert drawn(window) == ["biases (preview)"]
    open_curves_menu(window, qtbot)
    press(Qt.Key.Key_A)
    assert drawn(window) == ["weights (preview)", "biases (preview)"]
