"""A document with a recipe that has something of everything, and widgets shown in an active window."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from lrgui.core.recipe import Choice, Group, Options, Recipe, Scheduler
from lrgui.ui.document import Document


class SteppingClock:
    """A clock that goes on by a tenth of a second at each look, as a quick typist does."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        self.now += 0.1
        return self.now


@pytest.fixture
def document(qapp: object) -> Document:
    recipe = Recipe(
        model=Choice("mlp"),
        groups=(Group("weights", ("*weight",), Options(lr=0.01)), Group("biases", ("*bias",))),
        optimizer=Choice("SGD", Options(lr=0.1)),
        scheduler=Scheduler("StepLR", Options(step_size=300)),
    )
    return Document(recipe, clock=SteppingClock())


@pytest.fixture
def show(qtbot: QtBot) -> Callable[[QWidget], None]:
    """Return a function that shows a widget as the active window."""

    def show_widget(widget: QWidget) -> None:
        qtbot.addWidget(widget)
        widget.resize(360, 900)
        with qtbot.waitActive(widget):
            widget.show()
            widget.activateWindow()

    return show_widget
