"""Other libraries in the window: a file that names them, and the dialog with the list of those that are trusted."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot

from lrgui.core.catalog.libraries import TRUSTED_LIBRARIES
from lrgui.core.recipe import Choice, Recipe
from lrgui.session.libraries import libraries_file, read_libraries, write_libraries
from lrgui.ui.document import Document
from lrgui.ui.libraries import Libraries
from lrgui.ui.libraries_dialog import LibrariesDialog
from lrgui.ui.main_window import MainWindow
from lrgui.ui.settings import Settings
from tests.made_up_libraries import MadeUpLibraries
from tests.ui.driving import START_MS, Answer, press

HALF = {"optimizer": {"class": "lab.Half", "options": {"lr": 0.25}}, "run": {"steps": 4}}


@pytest.fixture
def window(qtbot: QtBot, libraries: MadeUpLibraries) -> Iterator[MainWindow]:
    window = MainWindow(Settings())
    window.show()
    qtbot.waitUntil(lambda: window._first_paint_seen)
    window.start()
    qtbot.waitUntil(lambda: window.controller.preview_trace is not None, timeout=START_MS)
    yield window
    window._end()
    window.deleteLater()


@pytest.fixture
def dialog(qtbot: QtBot, libraries: MadeUpLibraries) -> Iterator[LibrariesDialog]:
    """The dialog over a document, with `lab` installed and listed."""
    libraries.install("lab", version="2.5")
    owner = QDialog()
    qtbot.addWidget(owner)
    serving = Libraries(Document(Recipe(optimizer=Choice("lab.Half"))), owner)
    dialog = LibrariesDialog(serving, owner)
    dialog.show()
    qtbot.waitUntil(lambda: dialog.tree.topLevelItemCount() > 0, timeout=START_MS)
    yield dialog
    serving.shut_down()


def rows(dialog: LibrariesDialog) -> list[list[str]]:
    items = (dialog.tree.topLevelItem(index) for index in range(dialog.tree.topLevelItemCount()))
    return [[item.text(column) for column in range(3)] for item in items if item is not None]


def open_recipe(window: MainWindow, tmp_path: Path, recipe: dict[str, object]) -> None:
    path = tmp_path / "recipe.json"
    path.write_text(json.dumps(recipe))
    window.open_path(path)


def test_a_file_with_a_missing_library_opens_and_says_what_is_missing(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    open_recipe(window, tmp_path, {"optimizer": {"class": "timm.optim.Lion", "options": {"lr": 0.25, "beta": 3}}})
    told = "timm is not installed. In lrgui's own Python environment: pip install timm."
    panel = window.workbench.recipe_panel.optimizer
    qtbot.waitUntil(lambda: panel.summary.problem == told, timeout=START_MS)
    assert [str(problem) for problem in window.document.problems] == [f"optimizer.class: {told}"]
    assert window._status.message == "Cannot use timm.optim.Lion"
    # The recipe is as it was, and would be saved so.
    assert dict(window.document.recipe.optimizer.options) == {"lr": 0.25, "beta": 3}
    assert panel.combo.currentText() == "timm.optim.Lion"
    assert not window.document.dirty
    assert not window._actions["run"].isEnabled()


def test_a_library_that_is_trusted_in_the_dialog_is_looked_up_and_previewed(
    window: MainWindow, libraries: MadeUpLibraries, qtbot: QtBot, tmp_path: Path
) -> None:
    libraries.install("lab")
    open_recipe(window, tmp_path, HALF)
    panel = window.workbench.recipe_panel.optimizer
    qtbot.waitUntil(lambda: "not on the list" in panel.summary.problem, timeout=START_MS)
    assert not libraries.imported("lab")

    def trust(dialog: QDialog) -> None:
        assert isinstance(dialog, LibrariesDialog)
        qtbot.waitUntil(lambda: dialog.tree.topLevelItemCount() > 0, timeout=START_MS)
        QTest.keyClicks(dialog.line, "lab")
        QTest.keyClick(dialog.line, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: ["lab", "1.0", "added by you"] in rows(dialog), timeout=START_MS)
        press("Close")(dialog)

    answer = Answer(trust)
    window._actions["libraries"].trigger()
    assert answer.seen == ["Libraries"]
    qtbot.waitUntil(lambda: window.document.buildable, timeout=START_MS)
    qtbot.waitUntil(
        lambda: (
            window.controller.preview_recipe is not None
            and window.controller.preview_recipe.optimizer.class_name == "lab.Half"
        ),
        timeout=START_MS,
    )
    assert window._actions["run"].isEnabled()


def test_a_library_installed_meanwhile_is_found_after_the_dialog(
    window: MainWindow, libraries: MadeUpLibraries, qtbot: QtBot, tmp_path: Path
) -> None:
    write_libraries(["lab"])
    open_recipe(window, tmp_path, HALF)
    panel = window.workbench.recipe_panel.optimizer
    qtbot.waitUntil(lambda: panel.summary.problem.startswith("lab is not installed."), timeout=START_MS)
    libraries.install("lab")
    Answer(press("Close"))
    window._actions["libraries"].trigger()
    qtbot.waitUntil(lambda: window.document.buildable, timeout=START_MS)


def test_the_list_says_what_is_installed_without_importing_it(
    dialog: LibrariesDialog, libraries: MadeUpLibraries
) -> None:
    listed = {name: (version, own) for name, version, own in rows(dialog)}
    assert set(listed) == set(TRUSTED_LIBRARIES)
    assert listed["timm"] == ("not installed", "")
    assert not libraries.imported("lab")
    assert not dialog.remove_button.isEnabled()


def test_libraries_are_added_and_removed_and_the_file_follows(dialog: LibrariesDialog, qtbot: QtBot) -> None:
    QTest.keyClicks(dialog.line, "lab")
    QTest.mouseClick(dialog.add_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: rows(dialog)[-1] == ["lab", "2.5", "added by you"], timeout=START_MS)
    assert read_libraries().own == ("lab",)
    dialog.tree.topLevelItem(0).setSelected(True)
    assert not dialog.remove_button.isEnabled()
    dialog.tree.clearSelection()
    dialog.tree.topLevelItem(len(TRUSTED_LIBRARIES)).setSelected(True)
    QTest.mouseClick(dialog.remove_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(rows(dialog)) == len(TRUSTED_LIBRARIES), timeout=START_MS)
    assert read_libraries().own == ()


def test_a_class_of_a_library_that_is_trusted_no_longer_is_refused(libraries: MadeUpLibraries, qtbot: QtBot) -> None:
    libraries.install("lab")
    write_libraries(["lab"])
    document = Document()
    serving = Libraries(document)
    with qtbot.waitSignal(serving.looked_up, timeout=START_MS):
        document.replace(Recipe(optimizer=Choice("lab.Half")), "opened")
    assert document.buildable
    with qtbot.waitSignals([serving.listed, serving.looked_up], timeout=START_MS):
        serving.trust(())
    assert "lab is not on the list of trusted libraries" in str(document.problems[0])
    serving.shut_down()


def test_a_name_that_is_no_librarys_is_told_beside_the_line(dialog: LibrariesDialog) -> None:
    QTest.keyClicks(dialog.line, "os")
    QTest.keyClick(dialog.line, Qt.Key.Key_Return)
    assert dialog.note.problem == "os is no library of optimizers or schedulers."
    QTest.keyClicks(dialog.line, ".path")
    assert dialog.note.problem == ""
    QTest.keyClick(dialog.line, Qt.Key.Key_Return)
    assert dialog.note.problem == "os.path is not the name of a library as Python imports it, such as timm."
    assert not libraries_file().exists()
    assert dialog.isVisible()


def test_a_list_that_cannot_be_saved_is_told(dialog: LibrariesDialog, qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "config").write_text("no folder")
    QTest.keyClicks(dialog.line, "lab")
    QTest.keyClick(dialog.line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "cannot be written: " in dialog.note.problem, timeout=START_MS)


def test_a_damaged_list_is_kept_when_a_new_one_is_saved_and_the_user_is_told(
    libraries: MadeUpLibraries, qtbot: QtBot
) -> None:
    path = libraries_file()
    path.parent.mkdir(parents=True)
    path.write_text('{"libraries": ["our_lab", "heavy')
    serving = Libraries(Document())
    with qtbot.waitSignal(serving.told, timeout=START_MS) as told:
        serving.trust(("our_lab",))
    aside = path.with_name("libraries.json.broken")
    assert told.args == [f"Saved a new list of libraries; the damaged one is kept as {aside}"]
    assert aside.read_text() == '{"libraries": ["our_lab", "heavy'
    assert read_libraries().own == ("our_lab",)
    serving.shut_down()
