"""Exports out of the window: dialogs, files of each format, what is remembered."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QImage
from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import QApplication, QDialog, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from lrgui.core.recipe import Recipe
from lrgui.core.trace import Trace
from lrgui.session.values import RecordedRun
from lrgui.ui.actions import Actions
from lrgui.ui.background import Background
from lrgui.ui.document import Document
from lrgui.ui.exports import Exports
from lrgui.ui.figure_dialog import FigureDialog
from lrgui.ui.numbers_dialog import NumbersDialog
from lrgui.ui.plot.curve import Curve
from lrgui.ui.plot.pane_content import PaneContent
from lrgui.ui.plot_panel import PlotPanel
from lrgui.ui.runs import Runs
from lrgui.ui.settings import Settings
from lrgui.ui.theme import LIGHT
from tests.ui.driving import START_MS, Answer, choose_file, press

ROWS = 1000


class Place:
    """A plot of two runs that can be exported as from the window."""

    def __init__(self, qtbot: QtBot) -> None:
        self.window = QWidget()
        qtbot.addWidget(self.window)
        self.background = Background()
        self.runs = Runs(self.window)
        recipe = Recipe()
        traces = [Trace.from_columns([np.arange(rows) / 8], ["lr"], ["weights"], 100) for rows in (ROWS, ROWS // 2)]
        self.runs.load(
            RecordedRun(index + 1, f"Run {index + 1}", index, recipe, one) for index, one in enumerate(traces)
        )
        self.runs.select(1)
        document = Document(recipe)
        self.panel = PlotPanel(document, Actions(self.window), LIGHT)
        QVBoxLayout(self.window).addWidget(self.panel)
        self.plot = self.panel.load()
        curves = tuple(Curve(str(id(trace)), "weights", trace, 0, 0) for trace in traces)
        self.panel.show_panes([PaneContent("learning rate", curves)], ROWS, 100)
        self.exports = Exports(document, self.runs, Settings(), self.background, self.panel, self.window)
        self.told, self.failed = QSignalSpy(self.exports.told), QSignalSpy(self.exports.failed)
        with qtbot.waitActive(self.window):
            self.window.show()
            self.window.activateWindow()

    def wait_for(self, qtbot: QtBot, name: str) -> None:
        qtbot.waitUntil(
            lambda: [f"Wrote {name}"] in [self.told.at(i) for i in range(self.told.count())], timeout=START_MS
        )


@pytest.fixture
def place(qtbot: QtBot) -> Iterator[Place]:
    place = Place(qtbot)
    yield place
    place.background.shut_down()


def choose_then_write(change: Callable[[QDialog], None], path: Path) -> Callable[[QDialog], None]:
    """Return an act that changes choices of a dialog, accepts it, and names a file in the dialog that follows."""

    def act(dialog: QDialog) -> None:
        change(dialog)
        Answer(choose_file(path))
        press("Save")(dialog)

    return act


def test_arrays_of_the_steps_in_view(place: Place, qtbot: QtBot, tmp_path: Path) -> None:
    place.plot.zoom_to_x(99.5, 200.5)

    def change(dialog: QDialog) -> None:
        assert isinstance(dialog, NumbersDialog)
        dialog.format.setCurrentIndex(dialog.format.findData("npz"))
        dialog.rows.setCurrentIndex(dialog.rows.findData("shown"))
        dialog.every.setValue(50)

    Answer(choose_then_write(change, tmp_path / "lr.npz"))
    place.exports.export_numbers()
    place.wait_for(qtbot, "lr.npz")
    with np.load(tmp_path / "lr.npz", allow_pickle=False) as arrays:
        assert arrays["step"].tolist() == [100, 150, 200]
        assert arrays["lr"].tolist() == [[12.5], [18.75], [25.0]]


def test_all_visible_runs_in_one_table_and_the_format_is_remembered(place: Place, qtbot: QtBot, tmp_path: Path) -> None:
    def change(dialog: QDialog) -> None:
        assert isinstance(dialog, NumbersDialog)
        dialog.runs.setCurrentIndex(dialog.runs.findData("visible"))

    Answer(choose_then_write(change, tmp_path / "both.csv"))
    place.exports.export_numbers()
    place.wait_for(qtbot, "both.csv")
    lines = (tmp_path / "both.csv").read_text().splitlines()
    assert lines[0] == "step,Run 1/epoch,Run 1/lr/weights,Run 2/epoch,Run 2/lr/weights"
    assert lines[500] == "499,4,62.375,4,62.375"
    assert lines[501] == "500,5,62.5,,"
    chosen: list[object] = []

    def look(dialog: QDialog) -> None:
        assert isinstance(dialog, NumbersDialog)
        chosen.append(dialog.choice.runs)
        press("Cancel")(dialog)

    Answer(look)
    place.exports.export_numbers()
    assert chosen == ["visible"]


def test_a_file_is_what_it_is_called(place: Place, qtbot: QtBot, tmp_path: Path) -> None:
    Answer(choose_then_write(lambda dialog: None, tmp_path / "lr.npz"))
    place.exports.export_numbers()
    place.wait_for(qtbot, "lr.npz")
    assert (tmp_path / "lr.npz").read_bytes().startswith(b"PK")
    Answer(choose_then_write(lambda dialog: None, tmp_path / "lr.pdf"))
    place.exports.export_figure()
    place.wait_for(qtbot, "lr.pdf")
    assert (tmp_path / "lr.pdf").read_bytes().startswith(b"%PDF")


def test_a_figure_of_the_chosen_size_and_the_choice_is_remembered(place: Place, qtbot: QtBot, tmp_path: Path) -> None:
    def change(dialog: QDialog) -> None:
        assert isinstance(dialog, FigureDialog)
        dialog.form.size_name.setCurrentIndex(dialog.form.size_name.findData("single"))
        dialog.form.dpi.setValue(254)
        dialog.form.title.setText("Once")

    Answer(choose_then_write(change, tmp_path / "figure.png"))
    place.exports.export_figure()
    place.wait_for(qtbot, "figure.png")
    image = QImage(str(tmp_path / "figure.png"))
    assert (image.width(), image.height()) == (890, 620)
    found = []

    def copy(dialog: QDialog) -> None:
        assert isinstance(dialog, FigureDialog)
        found.append(dialog.choice.options)
        dialog.form.dpi.setValue(127)
        dialog.copy_button.click()
        press("Cancel")(dialog)

    QApplication.clipboard().clear()
    Answer(copy)
    place.exports.export_figure()
    assert [(one.width, one.dpi, one.title) for one in found] == [(89.0, 254, "")]
    copied = QApplication.clipboard().image()
    assert (copied.width(), copied.height()) == (445, 310)
    assert place.failed.count() == 0


def test_a_huge_figure_that_is_called_a_png_is_refused_in_words(place: Place, tmp_path: Path) -> None:
    def change(dialog: QDialog) -> None:
        assert isinstance(dialog, FigureDialog)
        dialog.form.format.setCurrentIndex(dialog.form.format.findData("svg"))
        dialog.form.width_input.setValue(2000)
        dialog.form.height_input.setValue(2000)

    Answer(choose_then_write(change, tmp_path / "wall.png"))
    place.exports.export_figure()
    assert place.failed.count() == 1
    assert place.failed.at(0)[0].startswith(
        "wall.png: cannot be drawn: its resolution makes an image of 23622 × 23622 pixels"
    )
    assert list(tmp_path.glob("wall*")) == []
