from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from lrgui.core.problems import Problem, Severity
from lrgui.core.recipe import Recipe
from lrgui.ui.docks.problems import ProblemsPanel


def test_the_worst_comes_first_and_a_click_leads_there(qtbot: QtBot) -> None:
    panel = ProblemsPanel()
    qtbot.addWidget(panel)
    panel.resize(300, 200)
    panel.show()
    panel.show_problems(
        (
            Problem(Severity.NOTE, "groups", "Two parameters fit no pattern."),
            Problem(Severity.ERROR, "optimizer.options.lr", "lr must be 0 or more.", "Try 1e-3."),
        ),
        Recipe(),
    )
    texts = [panel._list.item(row).text() for row in range(panel._list.count())]
    assert texts == [
        "Optimizer: lr must be 0 or more. Try 1e-3.",
        "Parameter groups: Two parameters fit no pattern.",
    ]
    assert panel._list.item(0).toolTip() == "Error at optimizer.options.lr: lr must be 0 or more. Try 1e-3."
    spot = panel._list.visualItemRect(panel._list.item(0)).center()
    with qtbot.waitSignal(panel.place_wanted) as wanted:
        QTest.mouseClick(panel._list.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert wanted.args == ["optimizer.options.lr"]


def test_no_problem_is_said_too(qtbot: QtBot) -> None:
    panel = ProblemsPanel()
    qtbot.addWidget(panel)
    panel.show()
    panel.show_problems((), Recipe())
    assert panel._none.isVisible()
    assert "can be built" in panel._none.text()
