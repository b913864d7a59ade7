"""A plot on the screen."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QCursor, QGuiApplication
from pytestqt.qtbot import QtBot

from lrgui.ui.plot.plot_view import PlotView


@pytest.fixture
def view(qtbot: QtBot) -> PlotView:
    """An empty plot of 800 by 500 pixels, shown; the mouse is elsewhere."""
    QCursor.setPos(QGuiApplication.primaryScreen().geometry().bottomRight())
    plot = PlotView()
    qtbot.addWidget(plot)
    plot.resize(800, 500)
    plot.show()
    return plot
