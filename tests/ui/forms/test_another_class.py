"""The class of another library: asked for by its path, told of when it cannot be had, edited like any other."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from lrgui.core.recipe import Choice, Options, Recipe
from lrgui.session.libraries import write_libraries
from lrgui.ui.document import Document
from lrgui.ui.forms.another_class import AnotherClass
from lrgui.ui.forms.choice_panel import ChoicePanel
from lrgui.ui.forms.choice_panels import OptimizerPanel
from lrgui.ui.forms.scheduler_node import SchedulerNode
from lrgui.ui.libraries import Libraries
from tests.made_up_libraries import MadeUpLibraries
from tests.ui.forms.driving import click, focus_on, type_into

Show = Callable[[QWidget], None]
LOOK_UP_MS = 30_000


@pytest.fixture
def window_libraries(document: Document, libraries: MadeUpLibraries) -> Iterator[Libraries]:
    """What looks classes up for the panels of `document`; the library `lab` is installed and trusted."""
    libraries.install("lab")
    write_libraries(["lab"])
    serving = Libraries(document)
    yield serving
    serving.shut_down()


def choose_another(panel: ChoicePanel) -> AnotherClass:
    focus_on(panel.combo)
    QTest.keyClick(panel.combo, Qt.Key.Key_End)
    assert panel.another is not None
    return panel.another


def look_up(libraries: Libraries, field: AnotherClass, path: str, qtbot: QtBot) -> None:
    focus_on(field.line)
    field.line.selectAll()
    QTest.keyClicks(field.line, path)
    with qtbot.waitSignal(libraries.looked_up, timeout=LOOK_UP_MS):
        QTest.keyClick(field.line, Qt.Key.Key_Return)


def texts(panel: ChoicePanel) -> list[str]:
    return [panel.combo.itemText(index) for index in range(panel.combo.count())]


def test_an_optimizer_by_its_path_is_edited_like_torchs_own(
    document: Document, window_libraries: Libraries, show: Show, qtbot: QtBot
) -> None:
    panel = OptimizerPanel(document)
    show(panel)
    before = document.recipe
    field = choose_another(panel)
    assert field.isVisible()
    assert QApplication.focusWidget() is field.line
    assert document.recipe == before
    assert panel.combo.currentText() == "SGD"
    window_libraries.serve([field])
    look_up(window_libraries, field, "lab.Half", qtbot)
    assert QApplication.focusWidget() is panel.combo
    # What both classes know is carried over, as from any class to another.
    assert document.recipe.optimizer == Choice("lab.Half", Options(lr=0.1))
    assert document.undo_stack.undoText() == "choice of lab.Half"
    assert document.buildable
    assert not field.isVisible()
    assert panel.combo.currentText() == "lab.Half"
    assert panel.summary.text == "SGD that makes half the step."
    assert panel.form.row("steepness").note.text == "How steep it is, in degrees."
    type_into(panel.form.row("words").editor, "two words")
    assert document.recipe.optimizer.options == Options(lr=0.1, words="two words")
    type_into(panel.form.row("lr").editor, "-3")
    assert panel.form.row("lr").note.problem == "lr must be a number, 0 or more."
    document.open(before, None)
    assert panel.combo.currentText() == "SGD"
    # Once found it stays on offer.
    assert texts(panel)[-3:] == ["", "lab.Half", "Another class…"]


def test_a_scheduler_by_its_path_starts_with_what_it_needs(
    document: Document, window_libraries: Libraries, show: Show, qtbot: QtBot
) -> None:
    panel = SchedulerNode(document)
    show(panel)
    field = choose_another(panel)
    window_libraries.serve([field])
    look_up(window_libraries, field, "lab.halving", qtbot)
    scheduler = document.recipe.scheduler
    assert scheduler is not None
    assert (scheduler.class_name, scheduler.options) == ("lab.halving", Options(num_training_steps=1000))
    assert document.buildable


def test_a_path_that_cannot_be_had_is_told_beside_the_line_and_changes_nothing(
    document: Document, window_libraries: Libraries, show: Show, qtbot: QtBot
) -> None:
    panel = OptimizerPanel(document)
    show(panel)
    before = document.recipe
    field = choose_another(panel)
    window_libraries.serve([field])
    look_up(window_libraries, field, "lab.Nothing", qtbot)
    assert field.note.problem == "lab has no Nothing."
    assert field.line.text() == "lab.Nothing"
    look_up(window_libraries, field, "os.system", qtbot)
    assert field.note.problem == "os is no library of optimizers or schedulers."
    assert document.recipe == before
    QTest.keyClicks(field.line, "x")
    assert field.note.problem == ""
    QTest.keyClick(field.line, Qt.Key.Key_Escape)
    assert not field.isVisible()
    assert QApplication.focusWidget() is panel.combo


def test_what_was_typed_meanwhile_is_not_answered(
    document: Document, window_libraries: Libraries, show: Show, qtbot: QtBot
) -> None:
    panel = OptimizerPanel(document)
    show(panel)
    field = choose_another(panel)
    window_libraries.serve([field])
    QTest.keyClicks(field.line, "lab.Half")
    with qtbot.waitSignal(window_libraries.looked_up, timeout=LOOK_UP_MS):
        click(field.button)
        assert not field.button.isEnabled()
        QTest.keyClicks(field.line, "Way")
    assert document.recipe.optimizer.class_name == "SGD"
    assert field.line.text() == "lab.HalfWay"
    assert field.button.isEnabled()


def test_a_class_from_a_file_is_told_until_it_is_found(
    document: Document, window_libraries: Libraries, show: Show, qtbot: QtBot
) -> None:
    panel = OptimizerPanel(document)
    show(panel)
    recipes: list[Recipe] = []
    document.recipe_changed.connect(recipes.append)
    with qtbot.waitSignal(window_libraries.looked_up, timeout=LOOK_UP_MS):
        document.open(Recipe(optimizer=Choice("lab.Half", Options(lr=0.25))), None)
        assert panel.summary.problem == "lab.Half is still to be looked up in its library."
        assert not document.buildable
    assert panel.summary.problem == ""
    assert panel.form.row("lr").isVisible()
    assert document.buildable
    assert not document.dirty
    assert recipes == [document.recipe] * 2
