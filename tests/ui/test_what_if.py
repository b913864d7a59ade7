"""The damage beside the intended curve, and the series that a preview does not record, in the whole window."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from lrgui.core.recipe import Choice, Options, Recipe, Run, Scheduler
from lrgui.ui.main_window import MainWindow
from lrgui.ui.run_controller import RunState
from tests.ui.driving import START_MS, key, opened_window

BENT = Recipe(
    optimizer=Choice("SGD", Options(lr=1.0)),
    scheduler=Scheduler("ExponentialLR", Options(gamma=0.5)),
    run=Run(steps=6, steps_per_epoch=2, calls=2),
)
ADAGRAD = Recipe(optimizer=Choice("Adagrad", Options(lr=0.1, lr_decay=1.0)), run=Run(steps=4))


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[MainWindow]:
    with opened_window(qtbot) as window:
        settle(window, qtbot)
        yield window


def settle(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(
        lambda: window.controller.state is RunState.IDLE and not window.controller.previewing, timeout=START_MS
    )


def run(window: MainWindow, qtbot: QtBot) -> None:
    key(window, Qt.Key.Key_F5)
    settle(window, qtbot)


def legend(window: MainWindow) -> tuple[str, ...]:
    plot = window.workbench.panel.plot
    assert plot is not None
    return plot.canvas.legend_texts


def note(window: MainWindow) -> str:
    return window.workbench.panel._note.accessibleName()


def message(window: MainWindow) -> str:
    """Return what stands in the middle of the plot."""
    assert window.workbench.panel.plot is not None
    label = window.workbench.panel.plot.message
    return label.text() if label.isVisible() else ""


def test_the_intended_curve_is_dotted_beside_preview_and_run_until_it_is_switched_off(
    window: MainWindow, qtbot: QtBot
) -> None:
    window.document.replace(BENT, "conditions")
    settle(window, qtbot)
    assert legend(window) == ("rest (preview)", "rest (intended)")
    assert note(window) == "Dashed: preview, dotted: intended"
    run(window, qtbot)
    assert legend(window) == ("rest", "rest (intended)")
    assert note(window) == "Dotted: intended"
    box = window.workbench.recipe_panel.run.conditions.intended_box
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Space)
    assert legend(window) == ("rest",)
    assert note(window) == ""
    assert window.document.recipe == BENT


def test_a_run_of_what_is_intended_stands_for_it(window: MainWindow, qtbot: QtBot) -> None:
    window.document.replace(BENT.with_run(calls=1), "no conditions")
    run(window, qtbot)
    window.document.replace(BENT, "conditions")
    settle(window, qtbot)
    assert legend(window) == ("rest", "rest (preview)")


def test_an_intended_curve_that_ends_early_is_explained(window: MainWindow, qtbot: QtBot) -> None:
    schedule = Scheduler("LambdaLR", Options(lr_lambda="1 / (3 - epoch)"))
    recipe = Recipe(optimizer=BENT.optimizer, scheduler=schedule, run=Run(steps=6, frequency=3))
    window.document.replace(recipe, "conditions")
    settle(window, qtbot)
    assert note(window) == "Dashed: preview, dotted: intended (ends early)"
    assert "divides by zero at epoch = 3" in window.workbench.panel._note.toolTip()


def test_the_applied_rate_is_one_click_away_and_recorded_by_a_run(window: MainWindow, qtbot: QtBot) -> None:
    panel = window.workbench.recipe_panel.optimizer
    assert not panel.applied_button.isVisible()
    window.document.replace(ADAGRAD, "choice of Adagrad")
    settle(window, qtbot)
    assert "lr_decay" in panel.applied_note.text
    panel.applied_button.click()
    assert window.document.view.series == "applied_lr"
    assert message(window).startswith("Run (F5) to record the applied learning rate.")
    assert "lr_decay" in message(window)
    run(window, qtbot)
    assert legend(window) == ("rest",)
    assert message(window) == ""
    recorded = window.runs.selected
    assert recorded is not None
    assert recorded.trace["applied_lr"][:, 0] == pytest.approx([0.1, 0.05, 0.1 / 3, 0.025])


def test_the_series_of_an_optimizer_whose_rate_is_lr_follow_from_what_is_recorded(
    window: MainWindow, qtbot: QtBot
) -> None:
    window.document.replace(BENT, "choice of SGD")
    settle(window, qtbot)
    offered = [
        window.workbench.panel._series.itemText(index) for index in range(window.workbench.panel._series.count())
    ]
    assert offered == [
        "learning rate",
        "lr / base",
        "momentum",
        "weight decay",
        "lr \u00d7 weight decay",
    ]
    window.workbench.panel.choose_series("applied_lr")
    assert message(window) == "No applied learning rate was recorded here."


def test_an_intended_schedule_that_cannot_be_built_is_told(window: MainWindow, qtbot: QtBot) -> None:
    # The metric cannot be had at step 0, and with that frequency it is never asked for.
    run = Run(steps=8, frequency=9, metric=Choice("expression", Options(expression="1 / step")))
    recipe = Recipe(optimizer=BENT.optimizer, scheduler=Scheduler("ReduceLROnPlateau"), run=run)
    window.document.replace(recipe, "conditions")
    settle(window, qtbot)
    assert window.document.buildable
    assert legend(window) == ("rest (preview)",)
    assert note(window) == "Dashed: preview, no intended curve"
    assert "Without the conditions the schedule fails" in window.workbench.panel._note.toolTip()
