"""Opening and saving in the window: real files, real clicks, and other processes that have the files open."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QLineEdit, QMessageBox
from pytestqt.qtbot import QtBot

from lrgui.core.recipe import Choice, Options, Recipe, Run
from lrgui.core.trace import Trace
from lrgui.session.journal import open_elsewhere
from lrgui.session.store import read_file, write_session
from lrgui.session.values import RecordedRun, Session
from lrgui.ui.losses_dialog import LossesDialog
from lrgui.ui.main_window import MainWindow
from lrgui.ui.run_state import RunState
from tests.session.faults import files_no_larger_than
from tests.ui.driving import START_MS, Answer, choose_file, key, opened_window, press, press_text

QUICK = Recipe(optimizer=Choice("SGD", Options(lr=1.0)), run=Run(steps=6, steps_per_epoch=2))
OTHER = Recipe(optimizer=Choice("SGD", Options(lr=0.25)), run=Run(steps=6, steps_per_epoch=2))
_HOLDER = """
import sys
from pathlib import Path
from lrgui.session.journal import Journal

journal = Journal.open()
journal.claim(Path(sys.argv[1]))
print("claimed", flush=True)
sys.stdin.read()
journal.close(keep=False)
"""


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[MainWindow]:
    with opened_window(qtbot) as window:
        qtbot.waitUntil(lambda: window.controller.preview_trace is not None, timeout=START_MS)
        yield window


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A session of one run."""
    path = tmp_path / "a.lrgui"
    write_session(path, Session(QUICK, (recorded(1, 6),)))
    return path


def recorded(run_id: int, rows: int) -> RecordedRun:
    trace = Trace.from_columns([np.random.default_rng(run_id).random(rows)], ("lr",), ("rest",), 2)
    return RecordedRun(run_id, f"Run {run_id}", run_id, QUICK, trace)


@contextmanager
def open_in_another_process(path: Path) -> Iterator[int]:
    """Have another process say that it has the file open; its id."""
    command = [sys.executable, "-c", _HOLDER, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            assert process.stdout.readline() == "claimed\n"
            yield process.pid
        finally:
            process.stdin.close()
            process.wait()


def opened(window: MainWindow, qtbot: QtBot, path: Path) -> None:
    window.open_path(path)
    qtbot.waitUntil(lambda: window.document.path == path, timeout=START_MS)
    settle(window, qtbot)


def settle(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not window._background.busy, timeout=START_MS)


def answered(qtbot: QtBot, answer: Answer) -> str:
    qtbot.waitUntil(lambda: bool(answer.seen), timeout=START_MS)
    return answer.seen[0]


def save(window: MainWindow) -> None:
    # By the action, since off-screen no window is active again once a dialog is closed.
    window._actions["save"].trigger()


def saved(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not window.isWindowModified(), timeout=START_MS)
    settle(window, qtbot)


def message(window: MainWindow) -> str:
    return window._status.message


def stop_run(window: MainWindow, qtbot: QtBot) -> None:
    window._actions["stop"].trigger()
    qtbot.waitUntil(lambda: window.controller.state is RunState.IDLE, timeout=START_MS)


def open_dialogs(window: MainWindow) -> list[QDialog]:
    return [dialog for dialog in window.findChildren(QDialog) if dialog.isVisible()]


def damage(path: Path) -> None:
    """Write the archive anew with one column that is none."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    (column,) = (name for name in members if name.endswith(".npy"))
    members[column] = b"\x93NUMPY\x01\x00 nothing else"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)


# another window


def test_a_file_open_in_another_process_can_be_looked_at(
    window: MainWindow, qtbot: QtBot, path: Path, tmp_path: Path
) -> None:
    before = path.read_bytes()
    with open_in_another_process(path) as process:
        question = Answer(press_text("Open Read-Only"))
        window.open_path(path)
        assert answered(qtbot, question).startswith(f"“a.lrgui” is open in another window (process {process}, since ")
        qtbot.waitUntil(lambda: window.document.recipe == QUICK, timeout=START_MS)
        assert window.windowTitle() == "a.lrgui (read-only)[*] – lrgui"
        assert len(window.runs.all) == 1
        window.document.replace(OTHER, "test")
        naming = Answer(choose_file(tmp_path / "b.lrgui"))
        save(window)
        assert "a.lrgui is open read-only, since another window has it open" in message(window)
        assert answered(qtbot, naming) == "Save Session"
        qtbot.waitUntil(lambda: window.document.path == tmp_path / "b.lrgui", timeout=START_MS)
    assert path.read_bytes() == before
    assert read_file(tmp_path / "b.lrgui").recipe == OTHER
    assert window.windowTitle() == "b.lrgui[*] – lrgui"


def test_a_file_open_in_another_process_can_be_opened_as_a_copy(window: MainWindow, qtbot: QtBot, path: Path) -> None:
    suggested: list[str] = []

    def look(dialog: QDialog) -> None:
        edit = dialog.findChild(QLineEdit)
        assert edit is not None
        suggested.append(edit.text())
        dialog.reject()

    with open_in_another_process(path):
        Answer(press_text("Open a Copy"))
        window.open_path(path)
        qtbot.waitUntil(lambda: window.document.recipe == QUICK, timeout=START_MS)
    assert window.windowTitle() == "Copy of a.lrgui[*] – lrgui"
    assert window.document.path is None
    naming = Answer(look)
    save(window)
    answered(qtbot, naming)
    assert suggested == ["Copy of a.lrgui"]


def test_a_file_open_in_another_process_need_not_be_opened(window: MainWindow, qtbot: QtBot, path: Path) -> None:
    before = window.document.recipe
    with open_in_another_process(path):
        question = Answer(press("Cancel"))
        window.open_path(path)
        answered(qtbot, question)
    settle(window, qtbot)
    assert window.document.recipe == before
    assert window.runs.all == ()
    # Once the other window is closed, the file opens as any other.
    opened(window, qtbot, path)


def test_another_window_is_told_of_the_file_that_is_open_here(window: MainWindow, qtbot: QtBot, path: Path) -> None:
    opened(window, qtbot, path)
    other = open_elsewhere(path)
    assert other is not None
    assert other.pid == os.getpid()
    window.workbench.files.new()
    settle(window, qtbot)
    assert open_elsewhere(path) is None
    window.document.replace(OTHER, "test")
    naming = Answer(choose_file(path.with_name("b.lrgui")))
    save(window)
    answered(qtbot, naming)
    saved(window, qtbot)
    assert open_elsewhere(path.with_name("b.lrgui")) is not None


def test_a_file_that_does_not_open_leaves_the_claim_where_it_was(
    window: MainWindow, qtbot: QtBot, path: Path, tmp_path: Path
) -> None:
    opened(window, qtbot, path)
    bad = tmp_path / "bad.lrgui"
    bad.write_bytes(b"PK\x03\x04 no archive")
    box = Answer(press("Ok"))
    window.open_path(bad)
    answered(qtbot, box)
    settle(window, qtbot)
    assert open_elsewhere(path) is not None
    assert open_elsewhere(bad) is None


def test_a_file_that_is_open_elsewhere_is_not_replaced(window: MainWindow, qtbot: QtBot, path: Path) -> None:
    before = path.read_bytes()
    window.document.replace(OTHER, "test")
    with open_in_another_process(path):
        refusals: list[Answer] = []

        def name_it(dialog: QDialog) -> None:
            refusals.append(Answer(press("Cancel")))
            choose_file(path)(dialog)

        Answer(name_it)
        save(window)
        qtbot.waitUntil(lambda: bool(refusals) and bool(refusals[0].seen), timeout=START_MS)
        text = refusals[0].seen[0]
        assert text.startswith("“a.lrgui” is open in another window (process ")
        assert text.endswith(", so it is not replaced.")
    settle(window, qtbot)
    assert path.read_bytes() == before
    assert window.isWindowModified()


def test_a_write_protected_file_opens_read_only_without_a_question(
    window: MainWindow, qtbot: QtBot, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.access

    # root may write whatever it likes
    def access(where: str | Path, mode: int) -> bool:
        return real(where, mode) and not (Path(where) == path and mode & os.W_OK)

    monkeypatch.setattr(os, "access", access)
    window.open_path(path)
    qtbot.waitUntil(lambda: window.document.recipe == QUICK, timeout=START_MS)
    assert window.windowTitle() == "a.lrgui (read-only)[*] – lrgui"
    assert message(window) == "Opened a.lrgui read-only: it is write-protected"
    assert not window.isWindowModified()
    assert open_dialogs(window) == []


# another program


@pytest.mark.parametrize(("button", "kept"), [("Overwrite", False), ("Cancel", True)])
def test_a_file_that_another_program_has_changed_is_asked_about(
    window: MainWindow, qtbot: QtBot, path: Path, button: str, kept: bool
) -> None:
    opened(window, qtbot, path)
    window.document.replace(OTHER, "test")
    path.write_bytes(b"what another program wrote")
    question = Answer(press_text(button))
    save(window)
    assert answered(qtbot, question) == ("“a.lrgui” was changed by another program since it was opened or saved here.")
    if kept:
        settle(window, qtbot)
        assert path.read_bytes() == b"what another program wrote"
        assert window.isWindowModified()
        assert message(window) == "a.lrgui is not saved yet"
        return
    saved(window, qtbot)
    assert read_file(path).recipe == OTHER
    # It is known now.
    window.document.replace(QUICK, "test")
    save(window)
    saved(window, qtbot)
    assert read_file(path).recipe == QUICK


def test_a_changed_file_can_be_left_alone_by_saving_elsewhere(window: MainWindow, qtbot: QtBot, path: Path) -> None:
    opened(window, qtbot, path)
    window.document.replace(OTHER, "test")
    path.write_bytes(b"what another program wrote")

    def elsewhere(dialog: QDialog) -> None:
        Answer(choose_file(path.with_name("mine.lrgui")))
        press_text("Save As…")(dialog)

    Answer(elsewhere)
    save(window)
    saved(window, qtbot)
    assert path.read_bytes() == b"what another program wrote"
    assert read_file(path.with_name("mine.lrgui")).recipe == OTHER


def test_a_file_that_is_gone_is_written_again(window: MainWindow, qtbot: QtBot, path: Path) -> None:
    opened(window, qtbot, path)
    path.unlink()
    window.document.replace(OTHER, "test")
    save(window)
    saved(window, qtbot)
    assert read_file(path).recipe == OTHER


# saving fails


def test_a_folder_that_is_gone_is_told_and_saving_goes_on_elsewhere(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    folder = tmp_path / "share"
    folder.mkdir()
    path = folder / "a.lrgui"
    write_session(path, Session(QUICK))
    opened(window, qtbot, path)
    window.document.replace(OTHER, "test")
    shutil.rmtree(folder)
    folder.write_text("a file where the folder was")

    def elsewhere(dialog: QDialog) -> None:
        Answer(choose_file(tmp_path / "safe.lrgui"))
        press_text("Save As…")(dialog)

    box = Answer(elsewhere)
    save(window)
    assert answered(qtbot, box) == f"“a.lrgui” could not be saved: there is no folder {folder}."
    saved(window, qtbot)
    assert read_file(tmp_path / "safe.lrgui").recipe == OTHER


def test_saving_can_be_tried_again(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    folder = tmp_path / "share"
    folder.mkdir()
    path = folder / "a.lrgui"
    write_session(path, Session(QUICK))
    opened(window, qtbot, path)
    window.document.replace(OTHER, "test")
    folder.rename(tmp_path / "away")

    def come_back(dialog: QDialog) -> None:
        (tmp_path / "away").rename(folder)
        press_text("Try Again")(dialog)

    Answer(come_back)
    save(window)
    saved(window, qtbot)
    assert read_file(path).recipe == OTHER


def test_nothing_is_closed_when_saving_on_the_way_out_fails(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    folder = tmp_path / "share"
    folder.mkdir()
    path = folder / "a.lrgui"
    write_session(path, Session(QUICK))
    opened(window, qtbot, path)
    window.document.replace(OTHER, "test")
    shutil.rmtree(folder)

    def go_on(dialog: QDialog) -> None:
        boxes.append(Answer(press("Cancel")))
        press("Save")(dialog)

    boxes: list[Answer] = []
    Answer(go_on)
    window.close()
    qtbot.waitUntil(lambda: bool(boxes) and bool(boxes[0].seen), timeout=START_MS)
    settle(window, qtbot)
    assert "could not be saved" in boxes[0].seen[0]
    assert window.isVisible()
    assert window.isWindowModified()
    assert window.document.recipe == OTHER


def test_a_full_disk_leaves_the_old_file_and_the_unsaved_work(window: MainWindow, qtbot: QtBot, path: Path) -> None:
    opened(window, qtbot, path)
    before = path.read_bytes()
    window.runs.put_back({1: recorded(2, 100_000)})
    box = Answer(press("Cancel"))
    with files_no_larger_than(200_000):
        save(window)
        assert answered(qtbot, box) == "“a.lrgui” could not be saved: file too large."
        settle(window, qtbot)
    assert path.read_bytes() == before
    assert [one.name for one in path.parent.glob(".lrgui-*")] == []
    assert window.isWindowModified()
    save(window)
    saved(window, qtbot)
    assert read_file(path).runs[1].trace.rows == 100_000


def test_a_slow_save_can_be_stopped(window: MainWindow, qtbot: QtBot, path: Path) -> None:
    opened(window, qtbot, path)
    before = path.read_bytes()
    window.runs.put_back({1: recorded(2, 3_000_000)})
    save(window)
    window._background.stop()
    settle(window, qtbot)
    assert message(window) == "Saving a.lrgui: stopped; nothing was changed"
    assert path.read_bytes() == before
    assert window.isWindowModified()
    assert open_dialogs(window) == []


def test_an_edit_made_while_saving_stays_unsaved(window: MainWindow, qtbot: QtBot, path: Path) -> None:
    opened(window, qtbot, path)
    window.document.replace(OTHER, "test")
    save(window)
    window.document.replace(OTHER.with_run(steps=7), "test")
    settle(window, qtbot)
    assert read_file(path).recipe == OTHER
    assert window.isWindowModified()


def test_rows_that_nobody_has_told_the_document_of_are_asked_about(
    window: MainWindow, qtbot: QtBot, path: Path
) -> None:
    opened(window, qtbot, path)
    trace = Trace(("lr",), ("rest",), 2)
    trace.buffer[:] = 0.5
    trace.rows = 1
    window.runs.start(window.runs.next_id, QUICK, trace)
    save(window)
    saved(window, qtbot)
    trace.rows = 2
    box = Answer(press("Cancel"))
    window._actions["new"].trigger()
    assert answered(qtbot, box) == "Save the changes to “a.lrgui”?"
    assert window.isWindowModified()


# opening fails


def test_a_damaged_session_opens_with_what_there_is_and_says_what_was_lost(
    window: MainWindow, qtbot: QtBot, path: Path
) -> None:
    damage(path)
    before = path.read_bytes()
    lists: list[str] = []

    def look(dialog: QDialog) -> None:
        assert isinstance(dialog, LossesDialog)
        lists.append(dialog.losses.toPlainText())
        press("Close")(dialog)

    box = Answer(look)
    window.open_path(path)
    assert answered(qtbot, box) == "Damaged File"
    assert len(lists[0].splitlines()) == 1
    assert window.document.recipe == QUICK
    assert window.windowTitle() == "a (repaired).lrgui[*] – lrgui"
    # The claim on the file is given back first.
    settle(window, qtbot)
    naming = Answer(choose_file(path.with_name("mended.lrgui")))
    save(window)
    answered(qtbot, naming)
    qtbot.waitUntil(lambda: window.document.path == path.with_name("mended.lrgui"), timeout=START_MS)
    assert path.read_bytes() == before


def test_a_refused_file_is_told_in_a_box(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    recipe, bad = window.document.recipe, tmp_path / "<b>bad.json"
    bad.write_text('{"optimizer": {"class": "SGD", "options": {}}, "groups": [{"name": "a", "match": 3}]}')
    box = Answer(press("Ok"))
    window.open_path(bad)
    assert answered(qtbot, box).startswith("“<b>bad.json” could not be opened: groups[0].match")
    assert window.document.recipe == recipe
    assert window.document.path is None


@pytest.mark.parametrize(("button", "left"), [("Remove from List", 0), ("Keep", 1)])
def test_a_recent_file_that_is_gone_can_be_forgotten(
    window: MainWindow, qtbot: QtBot, path: Path, button: str, left: int
) -> None:
    opened(window, qtbot, path)
    path.unlink()
    box = Answer(press_text(button))
    window.open_path(path)
    assert answered(qtbot, box) == f"“a.lrgui” is no longer in {path.parent}."
    assert len(window._settings.recent_files()) == left


def test_a_folder_or_several_files_are_told_of_when_dropped(window: MainWindow, tmp_path: Path, qtbot: QtBot) -> None:
    def drop(*paths: Path) -> None:
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
        buttons, modifiers = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        QApplication.sendEvent(
            window, QDragEnterEvent(QPoint(50, 50), Qt.DropAction.CopyAction, data, buttons, modifiers)
        )
        QApplication.sendEvent(window, QDropEvent(QPointF(50, 50), Qt.DropAction.CopyAction, data, buttons, modifiers))

    drop(tmp_path / "a.lrgui", tmp_path / "b.lrgui")
    assert message(window) == "2 files were dropped, and a window shows one session: drop one file"
    box = Answer(press("Ok"))
    drop(tmp_path)
    assert answered(qtbot, box) == f"“{tmp_path.name}” could not be opened: it is a folder, not a file."


# names


@pytest.mark.parametrize("name", ["lr 0.001", "Größe ∆ 学习率 🙂", "100% a b"])
def test_a_name_gets_the_suffix_whatever_is_in_it(window: MainWindow, qtbot: QtBot, tmp_path: Path, name: str) -> None:
    window.document.replace(OTHER, "test")
    naming = Answer(choose_file(tmp_path / name))
    save(window)
    answered(qtbot, naming)
    saved(window, qtbot)
    assert window.document.path == tmp_path / f"{name}.lrgui"
    assert read_file(tmp_path / f"{name}.lrgui").recipe == OTHER
    assert window._settings.last_folder == tmp_path


@pytest.mark.parametrize("name", ["lr 0.001", "lr 0.001.lrgui"])
@pytest.mark.parametrize(("button", "kept"), [("Replace", False), ("Cancel", True)])
def test_a_file_that_exists_is_asked_about(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, name: str, button: str, kept: bool
) -> None:
    path = tmp_path / "lr 0.001.lrgui"
    path.write_bytes(b"there already")
    window.document.replace(OTHER, "test")
    questions: list[Answer] = []

    def name_it(dialog: QDialog) -> None:
        questions.append(Answer(press_text(button)))
        choose_file(tmp_path / name)(dialog)

    Answer(name_it)
    save(window)
    qtbot.waitUntil(lambda: bool(questions) and bool(questions[0].seen), timeout=START_MS)
    assert questions[0].seen == ["“lr 0.001.lrgui” exists already."]
    settle(window, qtbot)
    assert (path.read_bytes() == b"there already") is kept
    assert window.isWindowModified() is kept


# questions


def test_the_question_says_what_would_be_lost_and_keeps_nothing_waiting(window: MainWindow, qtbot: QtBot) -> None:
    window.document.replace(QUICK, "test")
    key(window, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: len(window.runs.all) == 1 and window.controller.state is RunState.IDLE, timeout=START_MS)
    window.document.replace(QUICK.with_run(steps=3_000_000), "test")
    window._actions["run"].trigger()
    qtbot.waitUntil(lambda: window.controller.progress.steps > 0, timeout=START_MS)
    window.close()
    (box,) = open_dialogs(window)
    assert isinstance(box, QMessageBox)
    text = box.informativeText()
    assert text.startswith("Otherwise the changed recipe, 1 unsaved run and the run that is at step ")
    assert text.endswith(" of 3\u202f000\u202f000 will be lost.")
    rows = window.runs.all[1].trace.rows
    qtbot.waitUntil(lambda: window.runs.all[1].trace.rows > rows, timeout=START_MS)
    press("Cancel")(box)
    assert window.controller.state is RunState.RUNNING
    stop_run(window, qtbot)


def test_a_cancelled_file_dialog_on_the_way_out_leaves_the_run_alone(window: MainWindow, qtbot: QtBot) -> None:
    window.document.replace(QUICK.with_run(steps=3_000_000), "test")
    key(window, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: window.controller.progress.steps > 0, timeout=START_MS)
    namings: list[Answer] = []

    def go_on(dialog: QDialog) -> None:
        namings.append(Answer(QDialog.reject))
        press("Save")(dialog)

    Answer(go_on)
    window.close()
    qtbot.waitUntil(lambda: bool(namings) and bool(namings[0].seen), timeout=START_MS)
    assert window.isVisible()
    assert window.controller.state is RunState.RUNNING
    stop_run(window, qtbot)


def test_questions_do_not_stack(window: MainWindow, path: Path) -> None:
    window.document.replace(OTHER, "test")
    window.close()
    window.close()
    window.open_path(path)
    window.workbench.files.save()
    window.workbench.files.save_as()
    (box,) = open_dialogs(window)
    press("Cancel")(box)
    assert open_dialogs(window) == []
    assert window.document.recipe == OTHER


def test_a_question_waits_for_the_end_of_another_dialog(window: MainWindow, qtbot: QtBot) -> None:
    other = QDialog(window)
    other.open()
    window.document.replace(OTHER, "test")
    window.close()
    assert open_dialogs(window) == [other]
    other.accept()
    (box,) = open_dialogs(window)
    press("Cancel")(box)
    other.deleteLater()


@pytest.mark.parametrize("ask", ["close", "save_as", "open"])
def test_the_window_can_end_while_a_question_is_open(window: MainWindow, ask: str) -> None:
    if ask == "close":
        window.document.replace(OTHER, "test")
        window.close()
    else:
        window._actions[ask].trigger()
    assert len(open_dialogs(window)) == 1
    window.leave()
    assert not window.isVisible()
    assert open_dialogs(window) == []


def test_recovered_work_is_unsaved_until_it_is_saved_and_never_overwrites_unasked(
    window: MainWindow, qtbot: QtBot, path: Path
) -> None:
    opened(window, qtbot, path)
    saved_file = window.workbench.files.saved
    assert saved_file is not None
    window.workbench.files.new()
    settle(window, qtbot)
    path.write_bytes(b"what another program wrote")
    window.workbench.files.restore(Session(OTHER, (recorded(1, 6),)), path, saved_file)
    settle(window, qtbot)
    assert window.isWindowModified()
    assert window.document.path == path
    question = Answer(press_text("Overwrite"))
    save(window)
    assert "was changed by another program" in answered(qtbot, question)
    saved(window, qtbot)
    assert read_file(path).recipe == OTHER


def test_the_dialog_for_opening_shows_sessions_and_recipes(window: MainWindow, qtbot: QtBot, path: Path) -> None:
    window._settings.last_folder = path.parent
    window._actions["open"].trigger()
    (dialog,) = open_dialogs(window)
    assert isinstance(dialog, QFileDialog)
    assert dialog.directory().absolutePath() == str(path.parent)
    choose_file(path)(dialog)
    qtbot.waitUntil(lambda: window.document.path == path, timeout=START_MS)
