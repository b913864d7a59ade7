"""The panel of the run: length, seed, and the metric where one is watched."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from lrgui.core.recipe import Choice, Options
from lrgui.ui.document import Document
from lrgui.ui.forms.run_panel import RunPanel
from lrgui.ui.forms.scheduler_panel import SchedulerPanel
from tests.ui.forms.driving import choose, focus_on, focused, type_into

Show = Callable[[QWidget], None]


def test_the_runs_length_is_told_in_epochs(document: Document, show: Show) -> None:
    panel = RunPanel(document)
    show(panel)
    assert "10 epochs" in panel.form.row("steps").note.text
    type_into(panel.form.row("steps").editor, "150")
    assert document.recipe.run.steps == 150
    assert "1.5 epochs" in panel.form.row("steps").note.text


@pytest.mark.parametrize("text", ["0", "100000001", "1.5", ""])
def test_a_run_length_that_cannot_be_is_refused(document: Document, show: Show, text: str) -> None:
    panel = RunPanel(document)
    show(panel)
    widget = focus_on(panel.form.row("steps").editor)
    QTest.keyClick(widget, Qt.Key.Key_Backspace)
    QTest.keyClicks(widget, text)
    assert panel.form.row("steps").note.problem.startswith("steps must be a whole number from 1 up to 100000000")
    assert document.recipe.run.steps in (1000, 1, 10000000)


def test_a_metric_is_asked_for_only_when_one_is_watched_and_is_kept(document: Document, show: Show) -> None:
    run, scheduler = RunPanel(document), SchedulerPanel(document)
    show(scheduler)
    show(run)
    assert not run.metric_panel.isVisible()
    document.replace(scheduler.node.with_class(document.recipe, "ReduceLROnPlateau"), "choice of ReduceLROnPlateau")
    assert run.metric_panel.isVisible()
    assert document.problems_for("run") == ()
    choose(run.metric_panel.combo, "expression")
    type_into(run.metric_panel.form.row("expression").editor, "1/(1+step)")
    metric = Choice("expression", Options(expression="1/(1+step)"))
    assert document.recipe.run.metric == metric
    document.replace(scheduler.node.with_class(document.recipe, "StepLR"), "choice of StepLR")
    assert document.recipe.run.metric == metric
    assert "not used" in run.metric_panel.summary.text
    choose(run.metric_panel.combo, "none")
    assert not run.metric_panel.isVisible()
    assert document.problems == ()


def test_a_metric_that_nobody_wrote_goes_with_the_scheduler_that_watched_it(document: Document, show: Show) -> None:
    run, scheduler = RunPanel(document), SchedulerPanel(document)
    show(run)
    for name in ("ReduceLROnPlateau", "StepLR"):
        document.replace(scheduler.node.with_class(document.recipe, name), f"choice of {name}")
    assert document.recipe.run.metric is None
    assert not run.metric_panel.isVisible()
    assert document.problems == ()


def test_tab_goes_through_a_form_from_the_top(document: Document, show: Show) -> None:
    panel = RunPanel(document)
    show(panel)
    focus_on(panel.form.row("steps").editor)
    for name in ("steps_per_epoch", "interval", "seed"):
        QTest.keyClick(focused(), Qt.Key.Key_Tab)
        assert panel.form.row(name).isAncestorOf(focused())
