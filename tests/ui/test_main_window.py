from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QImage, QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QDockWidget
from pytestqt.qtbot import QtBot

from lrgui.core.errors import FileError
from lrgui.core.recipe import Choice, Options, Recipe, Run, Scheduler
from lrgui.session.examples import example_files
from lrgui.session.journal import Journal
from lrgui.session.store import read_file
from lrgui.session.work import Work
from lrgui.ui.main_window import MainWindow
from lrgui.ui.run_controller import RunState
from lrgui.ui.settings import Settings
from lrgui.ui.theme import DARK, LIGHT
from tests.ui.driving import START_MS, Answer, choose_file, key, lr_of, opened_window, press

HALVED = Recipe(
    optimizer=Choice("SGD", Options(lr=1.0)),
    scheduler=Scheduler("ExponentialLR", Options(gamma=0.5)),
    run=Run(steps=6, steps_per_epoch=2),
)
_CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[MainWindow]:
    with opened_window(qtbot) as window:
        qtbot.waitUntil(lambda: window.controller.preview_trace is not None, timeout=START_MS)
        yield window


def run_to_the_end(window: MainWindow, qtbot: QtBot) -> None:
    key(window, Qt.Key.Key_F5)
    assert window.controller.state is RunState.STARTING
    qtbot.waitUntil(lambda: window.controller.state is RunState.IDLE, timeout=START_MS)


def message(window: MainWindow) -> str:
    return window._status.message


def curve_pixels(window: MainWindow, colour: str) -> int:
    """Count the plot's pixels that have exactly a curve's colour."""
    plot = window.workbench.panel.plot
    assert plot is not None
    image = plot.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(image.constBits(), np.uint32) & 0xFFFFFF
    return int(np.count_nonzero(pixels == int(colour.removeprefix("#"), 16)))


def drop(window: MainWindow, path: Path) -> bool:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    buttons, modifiers = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(50, 50), Qt.DropAction.CopyAction, data, buttons, modifiers)
    enter.ignore()
    QApplication.sendEvent(window, enter)
    if enter.isAccepted():
        event = QDropEvent(QPointF(50, 50), Qt.DropAction.CopyAction, data, buttons, modifiers)
        QApplication.sendEvent(window, event)
    return enter.isAccepted()


def test_it_opens_with_the_preview_of_an_example(window: MainWindow, qtbot: QtBot) -> None:
    trace = window.controller.preview_trace
    assert trace is not None
    qtbot.waitUntil(lambda: trace.rows == trace.capacity, timeout=START_MS)
    assert trace.groups == ("weights", "biases")
    assert trace["lr"][0].tolist() == [1e-3, 3e-3]
    # The note is cut short until the layout has given it room.
    qtbot.waitUntil(lambda: "preview" in window.workbench.panel._note.text())
    qtbot.waitUntil(lambda: curve_pixels(window, LIGHT.curves[0]) > 100, timeout=START_MS)
    assert curve_pixels(window, LIGHT.curves[1]) > 100
    assert not window.isWindowModified()


def test_a_run_by_key_records_and_draws_every_group(window: MainWindow, qtbot: QtBot) -> None:
    window.document.replace(HALVED, "test")
    run_to_the_end(window, qtbot)
    assert lr_of(window) == [1.0, 0.5, 0.25, 0.125, 0.0625, 0.03125]
    assert window.isWindowModified()
    assert window.workbench.runs_panel._model.rowCount() == 1
    assert window.workbench.readout._heading.text() == "Step 5 · epoch 2 · 83.3 %"
    assert curve_pixels(window, LIGHT.curve_colour(window.workbench.presenter.colours["rest"])) > 100


def test_editing_while_a_run_goes_on_leaves_the_run_alone(window: MainWindow, qtbot: QtBot) -> None:
    long = HALVED.with_run(steps=3_000_000)
    window.document.replace(long, "test")
    key(window, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: window.controller.state is RunState.RUNNING, timeout=START_MS)
    window.document.replace(HALVED, "test")
    qtbot.waitUntil(lambda: window.controller.preview_recipe == HALVED, timeout=START_MS)
    assert window.controller.state is RunState.RUNNING
    key(window, Qt.Key.Key_F5, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: window.controller.state is RunState.IDLE, timeout=START_MS)
    (run,) = window.runs.all
    assert (run.recipe, run.status) == (long, "stopped")


def test_actions_are_enabled_only_when_they_make_sense(window: MainWindow, qtbot: QtBot) -> None:
    def enabled() -> set[str]:
        keys = ("run", "pause", "step", "stop", "export_numbers")
        return {name for name in keys if window._actions[name].isEnabled()}

    assert enabled() == {"run", "step"}
    window.document.replace(HALVED.with_run(steps=3_000_000), "test")
    key(window, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: window.controller.state is RunState.RUNNING, timeout=START_MS)
    assert enabled() == {"pause", "stop", "export_numbers"}
    key(window, Qt.Key.Key_F6)
    qtbot.waitUntil(lambda: window.controller.state is RunState.PAUSED, timeout=START_MS)
    assert enabled() == {"run", "step", "stop", "export_numbers"}
    window._actions["stop"].trigger()
    qtbot.waitUntil(lambda: window.controller.state is RunState.IDLE, timeout=START_MS)
    window.document.replace(Recipe(optimizer=Choice("SGD", Options(lr=-1.0))), "test")
    assert "run" not in enabled()


def test_the_last_good_preview_stays_while_the_recipe_cannot_be_built(window: MainWindow, qtbot: QtBot) -> None:
    window.document.replace(HALVED, "test")
    qtbot.waitUntil(lambda: window.controller.preview_recipe == HALVED, timeout=START_MS)
    with qtbot.assertNotEmitted(window.controller.preview_changed, wait=200):
        window.document.replace(Recipe(optimizer=Choice("SGD", Options(lr=-1.0))), "test")
    trace = window.controller.preview_trace
    assert trace is not None
    assert trace["lr"][:, 0].tolist() == [1.0, 0.5, 0.25, 0.125, 0.0625, 0.03125]
    assert window.controller._preview.wanted == HALVED
    assert window.workbench.problems._list.count() == 1
    assert "Optimizer: lr must be" in window.workbench.problems._list.item(0).text()


def test_save_and_reopen_bit_for_bit(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "my session ü.lrgui"
    window.document.replace(HALVED, "test")
    run_to_the_end(window, qtbot)
    saving = Answer(choose_file(path))
    key(window, Qt.Key.Key_S, _CONTROL)
    qtbot.waitUntil(lambda: saving.seen == ["Save Session"], timeout=START_MS)
    qtbot.waitUntil(lambda: not window.isWindowModified(), timeout=START_MS)
    assert window.windowTitle() == "my session ü.lrgui[*] – lrgui"
    assert read_file(path).recipe == HALVED
    window.workbench.files.new()
    assert window.runs.all == ()
    assert window.windowTitle() == "untitled[*] – lrgui"
    window.open_path(path)
    qtbot.waitUntil(lambda: len(window.runs.all) == 1, timeout=START_MS)
    assert window.document.recipe == HALVED
    assert lr_of(window) == [1.0, 0.5, 0.25, 0.125, 0.0625, 0.03125]
    assert not window.isWindowModified()
    assert window._settings.recent_files() == (path,)


def test_nothing_moves_when_the_window_is_filled(qtbot: QtBot) -> None:
    window = MainWindow(Settings())
    with qtbot.waitSignal(window.painted):
        window.show()
    before = {dock.objectName(): dock.geometry() for dock in window.findChildren(QDockWidget)}
    assert len(before) == 4
    for stage in window.stages:
        stage()
        QApplication.processEvents()
    tolerance = window.fontMetrics().averageCharWidth()
    for dock in window.findChildren(QDockWidget):
        then, now = before[dock.objectName()], dock.geometry()
        moved = [abs(a - b) for a, b in zip(then.getRect(), now.getRect(), strict=True)]
        assert max(moved) <= tolerance, dock.objectName()
    window._end()
    window.deleteLater()


def test_a_file_dropped_before_the_window_is_filled_is_opened(qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "early.json"
    path.write_text(json.dumps({"optimizer": {"class": "SGD", "options": {"lr": 0.25}}}))
    window = MainWindow(Settings())
    with qtbot.waitSignal(window.painted):
        window.show()
    assert drop(window, path)
    window.start()
    qtbot.waitUntil(lambda: window.document.path == path, timeout=START_MS)
    assert window.document.recipe.optimizer.options["lr"] == 0.25
    qtbot.waitUntil(lambda: not window.controller.previewing, timeout=START_MS)
    window._end()
    window.deleteLater()


def test_a_session_read_while_the_window_is_filled_is_shown_whole(qtbot: QtBot) -> None:
    example = example_files()[0]
    session = read_file(example)
    window = MainWindow(Settings())
    with qtbot.waitSignal(window.painted):
        window.show()
    window.open_path(example)
    show_plot, *others = window.stages
    show_plot()
    qtbot.waitUntil(lambda: window.document.path == example, timeout=START_MS)
    for stage in others:
        stage()
    assert window.runs.all[0].trace["lr"].tolist() == session.runs[0].trace["lr"].tolist()
    assert window.workbench.runs_panel._model.rowCount() == len(session.runs)
    optimizer = window.workbench.recipe_panel.optimizer
    assert optimizer.combo.currentText() == session.recipe.optimizer.class_name
    qtbot.waitUntil(lambda: not window.controller.previewing, timeout=START_MS)
    window._end()
    window.deleteLater()


def test_a_window_closed_before_it_is_filled_asks_nothing_and_remembers_its_place(qtbot: QtBot) -> None:
    window = MainWindow(Settings())
    with qtbot.waitSignal(window.painted):
        window.show()
    window.resize(window.width(), 640)
    window.close()
    assert not window.isVisible()
    window.deleteLater()
    later = MainWindow(Settings())
    later.show()
    assert later.height() == 640
    later.close()
    later.deleteLater()


def test_closing_asks_and_can_be_called_off(window: MainWindow, qtbot: QtBot) -> None:
    window.document.replace(HALVED, "test")
    question = Answer(press("Cancel"))
    window.close()
    qtbot.waitUntil(lambda: question.seen == ["Save the changes to “untitled”?"], timeout=START_MS)
    assert window.isVisible()
    Answer(press("Discard"))
    window.close()
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=START_MS)


def test_closing_can_save_first(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "kept.lrgui"
    path.write_bytes(example_files()[0].read_bytes())
    window.open_path(path)
    qtbot.waitUntil(lambda: window.document.path == path, timeout=START_MS)
    window.document.replace(HALVED, "test")
    Answer(press("Save"))
    window.close()
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=START_MS)
    assert read_file(path).recipe == HALVED


def test_rows_recorded_after_a_save_are_asked_about(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "long.lrgui"
    window.document.replace(HALVED.with_run(steps=3_000_000), "test")
    key(window, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: bool(window.runs.all) and window.runs.all[0].trace.rows > 0, timeout=START_MS)
    Answer(choose_file(path))
    key(window, Qt.Key.Key_S, _CONTROL)
    qtbot.waitUntil(lambda: window.document.path == path, timeout=START_MS)
    # By the action, since off-screen no window is active again once a dialog is closed.
    window._actions["stop"].trigger()
    qtbot.waitUntil(lambda: window.controller.state is RunState.IDLE, timeout=START_MS)
    assert window.isWindowModified()


def test_saving_on_the_way_out_keeps_every_row_of_the_run(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "whole.lrgui"
    window.document.replace(HALVED.with_run(steps=3_000_000), "test")
    key(window, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: window.controller.progress.steps > 0, timeout=START_MS)

    def save(dialog: QDialog) -> None:
        Answer(choose_file(path))
        press("Save")(dialog)

    Answer(save)
    window.close()
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=START_MS)
    (run,) = read_file(path).runs
    assert run.status == "stopped"
    assert run.trace.rows == window.runs.all[0].trace.rows > 0


def test_files_opened_in_one_go_come_one_after_the_other(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    paths = [tmp_path / "one.json", tmp_path / "two.json"]
    for rate, path in zip((0.25, 0.75), paths, strict=True):
        path.write_text(json.dumps({"optimizer": {"class": "SGD", "options": {"lr": rate}}}))
    for path in paths:
        assert drop(window, path)
    qtbot.waitUntil(lambda: window.document.path == paths[1], timeout=START_MS)
    assert window.document.recipe.optimizer.options["lr"] == 0.75


def test_an_edit_made_while_a_file_is_read_is_asked_about(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "one.json"
    path.write_text(json.dumps({"optimizer": {"class": "SGD", "options": {"lr": 0.25}}}))
    window.open_path(path)
    window.document.replace(HALVED, "test")
    question = Answer(press("Cancel"))
    qtbot.waitUntil(lambda: bool(question.seen), timeout=START_MS)
    assert window.document.recipe == HALVED


def test_a_dropped_file_opens(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "recipe.json"
    path.write_text(json.dumps({"optimizer": {"class": "SGD", "options": {"lr": 0.25}}}))
    assert drop(window, path)
    qtbot.waitUntil(lambda: window.document.path == path, timeout=START_MS)
    assert window.document.recipe.optimizer == Choice("SGD", Options(lr=0.25))


def test_a_bad_file_is_told_and_changes_nothing(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    recipe, path = window.document.recipe, tmp_path / "bad.json"
    path.write_text('{"optimizer": {"class": "SGD", "options": {}}, "groups": [{"name": "a", "match": 3}]}')
    assert drop(window, path)
    qtbot.waitUntil(lambda: "groups[0].match" in message(window), timeout=START_MS)
    assert "bad.json" in message(window)
    assert window.document.recipe == recipe
    assert window.document.path is None


@pytest.mark.parametrize("number", [0, 1, 2])
def test_every_example_opens_as_a_copy_from_the_menu(window: MainWindow, qtbot: QtBot, number: int) -> None:
    menus = {menu.title(): menu for menu in window.menuBar().findChildren(type(window.menuBar().addMenu("")))}
    menu = menus["E&xamples"]
    menu.aboutToShow.emit()
    menu.actions()[number].trigger()
    qtbot.waitUntil(lambda: bool(window.runs.all), timeout=START_MS)
    assert window.document.path is None
    assert len(lr_of(window)) == window.document.recipe.run.steps
    assert not window.isWindowModified()


def test_a_failing_run_leaves_the_window_as_it_was(window: MainWindow, qtbot: QtBot) -> None:
    window.document.replace(HALVED, "test")
    run_to_the_end(window, qtbot)
    bad = Recipe(
        optimizer=Choice("SGD", Options(lr=1.0)),
        scheduler=Scheduler("LambdaLR", Options(lr_lambda="1 / (3 - epoch)")),
    )
    window.document.replace(bad, "test")
    qtbot.waitUntil(lambda: message(window).startswith("The preview failed: step 3"), timeout=START_MS)
    run_to_the_end(window, qtbot)
    assert message(window).startswith("The run failed: step 3")
    first, second = window.runs.all
    assert first.trace["lr"][:, 0].tolist() == [1.0, 0.5, 0.25, 0.125, 0.0625, 0.03125]
    assert (second.status, second.trace.rows) == ("failed", 3)
    assert window.document.recipe == bad


def test_the_theme_changes_window_and_plot_together(window: MainWindow, qtbot: QtBot) -> None:
    for name, theme in (("theme_dark", DARK), ("theme_light", LIGHT)):
        window._actions[name].trigger()
        qtbot.waitUntil(
            lambda theme=theme: window.palette().color(QPalette.ColorRole.Window).name() == theme.window,
            timeout=START_MS,
        )
        qtbot.waitUntil(lambda theme=theme: curve_pixels(window, theme.curves[1]) > 100, timeout=START_MS)
        assert Settings().theme == theme.name


def test_the_view_is_saved_with_the_session(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    key(window, Qt.Key.Key_L, _CONTROL)
    window._actions["axis_epoch"].trigger()
    path = tmp_path / "view.lrgui"
    Answer(choose_file(path))
    key(window, Qt.Key.Key_S, _CONTROL)
    qtbot.waitUntil(lambda: window.document.path == path, timeout=START_MS)
    view = read_file(path).view
    assert (view.x_axis, view.log, view.series) == ("epoch", {"lr"}, "lr")
    window.workbench.files.new()
    assert not window._actions["log_y"].isChecked()
    window.open_path(path)
    qtbot.waitUntil(lambda: window._actions["log_y"].isChecked(), timeout=START_MS)
    assert window._actions["axis_epoch"].isChecked()


def test_opening_another_session_ends_the_run(window: MainWindow, qtbot: QtBot) -> None:
    window.document.replace(HALVED.with_run(steps=3_000_000), "test")
    key(window, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: window.controller.state is RunState.RUNNING, timeout=START_MS)
    Answer(press("Discard"))
    window.open_path(example_files()[1])
    qtbot.waitUntil(lambda: window.document.path == example_files()[1], timeout=START_MS)
    assert window.controller.state is RunState.IDLE
    assert window.controller.progress.planned == 0
    (run,) = window.runs.all
    assert run.trace.rows == 25
    qtbot.wait(50)
    assert window.runs.all == (run,)


def test_undo_names_what_it_takes_back(window: MainWindow, qtbot: QtBot) -> None:
    before = window.document.recipe
    window.document.replace(HALVED, "change of everything")
    assert window._actions["undo"].text() == "&Undo change of everything"
    key(window, Qt.Key.Key_Z, _CONTROL)
    assert window.document.recipe == before
    assert not window.isWindowModified()
    assert window._actions["redo"].text() == "&Redo change of everything"


def dock_of(window: MainWindow, name: str) -> QDockWidget:
    dock = window.findChild(QDockWidget, name)
    assert isinstance(dock, QDockWidget)
    return dock


def test_the_whole_window_is_on_the_screen_at_first(window: MainWindow) -> None:
    # Of the screen, 800 pixels are there, and the frame needs some of them.
    assert window.screen().availableSize().height() == 800
    assert 700 <= window.height() <= 770


def test_geometry_and_docks_come_back(qtbot: QtBot, window: MainWindow) -> None:
    dock_of(window, "problems").hide()
    window.resize(window.width(), 640)
    window._end()
    later = MainWindow(Settings())
    later.show()
    assert dock_of(later, "problems").isHidden()
    assert later.height() == 640
    later._actions["reset_layout"].trigger()
    assert dock_of(later, "problems").isVisible()
    later._end()
    later.deleteLater()


@pytest.mark.parametrize("suffix", ["png", "svg", "pdf"])
def test_the_figure_is_exported(window: MainWindow, qtbot: QtBot, tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"figure.{suffix}"

    def choose_format(dialog: object) -> None:
        combo = dialog.form.format  # type: ignore[attr-defined]
        combo.setCurrentIndex(combo.findData(suffix))
        Answer(choose_file(path))
        press("Save")(dialog)  # type: ignore[arg-type]

    Answer(choose_format)
    window._actions["export_figure"].trigger()
    qtbot.waitUntil(path.exists, timeout=START_MS)
    head = {"png": b"\x89PNG", "svg": b"<?xml", "pdf": b"%PDF"}[suffix]
    assert path.read_bytes().startswith(head)


def test_the_numbers_are_exported(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    window.document.replace(HALVED, "test")
    run_to_the_end(window, qtbot)
    path = tmp_path / "numbers.csv"

    def accept(dialog: QDialog) -> None:
        Answer(choose_file(path))
        press("Save")(dialog)

    Answer(accept)
    window._actions["export_numbers"].trigger()
    qtbot.waitUntil(lambda: "Wrote" in message(window), timeout=START_MS)
    lines = path.read_text().splitlines()
    assert lines[0].startswith("step,epoch,lr/rest,")
    assert [line.split(",")[:3] for line in lines[1:3]] == [["0", "0", "1.0"], ["1", "0", "0.5"]]
    assert len(lines) == 7


def test_the_figure_goes_to_the_clipboard(window: MainWindow, qtbot: QtBot) -> None:
    QApplication.clipboard().clear()
    window._actions["copy_figure"].trigger()
    image = QApplication.clipboard().image()
    assert not image.isNull()
    assert image.width() > 200


def test_the_values_under_the_mouse_are_read_out(window: MainWindow, qtbot: QtBot) -> None:
    window.document.replace(HALVED.with_run(steps=100), "test")
    run_to_the_end(window, qtbot)
    plot = window.workbench.panel.plot
    assert plot is not None
    viewport = plot.findChild(type(plot.childAt(plot.width() // 2, plot.height() // 2)))
    assert viewport is not None
    QTest.mouseMove(plot.childAt(plot.width() // 2, plot.height() // 2), QPoint(200, 100))
    qtbot.waitUntil(lambda: "Step 99" not in window.workbench.readout._heading.text(), timeout=START_MS)
    shown = window.workbench.readout._model.index(0, 1).data()
    step = int(window.workbench.readout._heading.text().split("Step ")[1].split(" ")[0])
    assert float(shown) == pytest.approx(0.5**step, rel=1e-4)


def test_what_an_ending_window_could_not_keep_is_told(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(journal: Journal, work: Work) -> None:
        raise FileError("no space left on device")

    monkeypatch.setattr(Journal, "write", refuse)
    window.document.replace(window.document.recipe.with_run(steps=7), "change of steps")
    window.leave()
    assert window.ended
    assert caplog.messages == ["what is not saved could not be kept for recovery: no space left on device"]
