"""The numbers at the cursor on the clipboard, from the window."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from lrgui.core.recipe import Choice, Options, Recipe, Run
from lrgui.ui.main_window import MainWindow
from lrgui.ui.run_controller import RunState
from tests.ui.driving import START_MS, key, opened_window


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[MainWindow]:
    with opened_window(qtbot) as window:
        yield window


def test_the_table_is_copied_by_key_from_anywhere(window: MainWindow, qtbot: QtBot) -> None:
    recipe = Recipe(optimizer=Choice("SGD", Options(lr=0.1 + 0.2)), run=Run(steps=5))
    window.document.open(recipe, None)
    qtbot.waitUntil(lambda: window.controller.preview_recipe == recipe, timeout=START_MS)
    key(window, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: window.controller.state is RunState.IDLE, timeout=START_MS)
    key(window, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
    header, values = (line.split("\t") for line in QApplication.clipboard().text().splitlines())
    row = dict(zip(header, values, strict=True))
    assert (row["step"], row["group"], row["lr"]) == ("4", "rest", "0.30000000000000004")
