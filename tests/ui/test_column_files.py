"""A column of a file, from the button in the window to the recipe."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from lrgui.core.recipe import Choice, Options, Scheduler
from lrgui.session.csv_column import Column
from lrgui.ui.background import Background
from lrgui.ui.column_files import ColumnFiles
from lrgui.ui.document import Document
from lrgui.ui.forms.editors_values import ValuesEditor
from lrgui.ui.forms.metric_panel import MetricPanel
from lrgui.ui.settings import Settings
from lrgui.ui.starting_recipe import STARTING_RECIPE
from tests.ui.driving import Answer, choose_file


class Place:
    """A metric panel that reads its files as the window does."""

    def __init__(self, qtbot: QtBot) -> None:
        recipe = replace(STARTING_RECIPE, scheduler=Scheduler("ReduceLROnPlateau"))
        self.document = Document(recipe.with_run(metric=Choice("values", Options(values=(1.0,)))))
        self.background = Background()
        self.window = QWidget()
        qtbot.addWidget(self.window)
        self.panel = MetricPanel(self.document, self.window)
        self.files = ColumnFiles(Settings(), self.background, self.window)
        self.panel.file_wanted.connect(self.files.choose)
        self.files.read.connect(self.panel.offer_columns)
        self.files.failed.connect(self.panel.tell_failure)
        with qtbot.waitActive(self.window):
            self.window.show()
            self.window.activateWindow()


@pytest.fixture
def place(qtbot: QtBot) -> Iterator[Place]:
    place = Place(qtbot)
    yield place
    place.background.shut_down()


def test_the_button_asks_for_a_file_and_offers_its_columns(place: Place, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "val loss.csv"
    path.write_text("Step,val loss\n0,0.9\n1,0.8\n2,0.85\n")
    editor = place.panel.form.row("values").editor
    assert isinstance(editor, ValuesEditor)
    answer = Answer(choose_file(path))
    QTest.mouseClick(editor.file_button, Qt.MouseButton.LeftButton)
    assert answer.seen == ["Read Values"]
    qtbot.waitUntil(place.panel.chooser.isVisible)
    assert place.document.recipe.run.metric == Choice("values", Options(values=(1.0,)))
    QTest.mouseClick(place.panel.chooser.use_button, Qt.MouseButton.LeftButton)
    assert place.document.recipe.run.metric == Choice("values", Options(values=(0.9, 0.8, 0.85)))
    assert place.document.undo_stack.undoText() == "choice of val loss from val loss.csv"
    assert Settings().last_folder == tmp_path


def test_a_file_that_cannot_be_read_is_told_in_the_panel(place: Place, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "words.csv"
    path.write_text("name\nann\n")
    place.files.load(path)
    qtbot.waitUntil(place.panel.chooser.isVisible)
    told = f"{path}: has no column of numbers; the first row below the names begins with 'ann'"
    assert place.panel.chooser.note.problem == told


def test_the_reading_is_done_beside_the_window_and_can_be_stopped(place: Place, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    path.write_text("a,b,c\n" + "1,2,3\n" * 90_000)
    failures: list[str] = []
    columns: list[tuple[Column, ...]] = []
    place.files.failed.connect(failures.append)
    place.files.read.connect(lambda _, read: columns.append(read))
    # The reading waits behind another job, so that it cannot be over before it is stopped.
    released = Event()
    place.background.start("waiting", lambda _: released.wait(60), lambda _: None, failures.append)
    place.files.load(path)
    assert place.background.busy
    place.background.stop()
    released.set()
    qtbot.waitUntil(lambda: bool(failures))
    assert failures == ["Reading long.csv: stopped; nothing was changed"]
    assert columns == []
