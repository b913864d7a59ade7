"""The status bar: what is said, what stays, what passes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QStatusTipEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from lrgui.core.recipe import Choice, Options, Recipe, Scheduler
from lrgui.ui.main_window import MainWindow
from lrgui.ui.settings import Settings
from tests.ui.driving import START_MS

GOOD = Recipe(optimizer=Choice("SGD", Options(lr=1.0)))
BREAKS_AT_3 = Recipe(
    optimizer=Choice("SGD", Options(lr=1.0)), scheduler=Scheduler("LambdaLR", Options(lr_lambda="1 / (3 - epoch)"))
)


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[MainWindow]:
    window = MainWindow(Settings())
    window.show()
    window.start()
    yield window
    window._end()
    window.deleteLater()


def test_what_a_preview_could_not_do_is_told_until_the_recipe_is_another(window: MainWindow, qtbot: QtBot) -> None:
    window.document.replace(BREAKS_AT_3, "test")
    qtbot.waitUntil(lambda: window._status.message.startswith("The preview failed: step 3"), timeout=START_MS)
    window.document.replace(GOOD, "test")
    assert window._status.message == ""


def test_a_hint_about_a_button_does_not_wipe_a_warning(window: MainWindow) -> None:
    window._status.warn("The file cannot be written.")
    QApplication.sendEvent(window, QStatusTipEvent("Save recipe and runs"))
    assert window._status.message == "Save recipe and runs"
    QApplication.sendEvent(window, QStatusTipEvent(""))
    assert window._status.message == "The file cannot be written."


def test_a_warning_that_is_not_about_the_recipe_outlasts_an_edit(window: MainWindow) -> None:
    window._status.warn("The file cannot be written.")
    window.document.replace(GOOD, "test")
    assert window._status.message == "The file cannot be written."
    window._status.tell("Saved")
    window._status.clearMessage()
    assert window._status.message == ""


def test_no_preview_of_an_earlier_recipe_is_left_beside_one_that_cannot_be_built(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    qtbot.waitUntil(lambda: window.controller.preview_trace is not None, timeout=START_MS)
    window.document.replace(Recipe(optimizer=Choice("SGD", Options(lr=-1.0))), "test")
    assert window.workbench.presenter.preview is not None
    assert window.workbench.panel._note.text() == "Dashed: preview before the error"
    window.document.open(Recipe(optimizer=Choice("SGD", Options(lr=-2.0))), tmp_path / "wrong.json")
    assert window.workbench.presenter.preview is None
    assert window.workbench.panel.plot is not None
    assert window.workbench.panel.plot.message.text() == "No preview: the recipe has an error."
