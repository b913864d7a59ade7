"""Recovery in the real window: what other windows have left is offered, put back, deleted or kept."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QFileDialog, QMessageBox, QToolButton
from pytestqt.qtbot import QtBot

from lrgui.session.recovery import find_leftovers
from lrgui.session.store import open_session, read_file, write_session
from lrgui.session.values import Session
from lrgui.session.work import SavedFile
from lrgui.ui.details_dialog import DetailsDialog
from lrgui.ui.losses_dialog import LossesDialog
from lrgui.ui.main_window import MainWindow
from lrgui.ui.recovery_dialog import RecoveryDialog
from lrgui.ui.settings import Settings
from tests.endurance.kill import GRACE_S, Line
from tests.endurance.victim import wrong_rows
from tests.ui.driving import START_MS, Answer, choose_file, key, lr_of, opened_window, press
from tests.ui.leftovers import HALVED, SEGMENTATION_FAULT, leave, recorded_run, start_owner

_CONTROL = Qt.KeyboardModifier.ControlModifier


def offer(window: MainWindow, qtbot: QtBot) -> RecoveryDialog:
    """Wait for the dialog."""
    qtbot.waitUntil(lambda: len(window.findChildren(RecoveryDialog)) == 1, timeout=START_MS)
    dialog = window.findChild(RecoveryDialog)
    assert dialog is not None
    QTest.qWaitForWindowExposed(dialog)
    return dialog


def click(button: QAbstractButton | None) -> None:
    assert button is not None
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def choose_later(window: MainWindow, qtbot: QtBot) -> None:
    click(offer(window, qtbot).later_button)
    qtbot.waitUntil(lambda: window.findChild(RecoveryDialog) is None, timeout=START_MS)


def recover(window: MainWindow, qtbot: QtBot) -> None:
    """Recover what is selected in the dialog, and wait until it is in the window."""
    with qtbot.waitSignal(window.document.opened, timeout=START_MS):
        click(offer(window, qtbot).recover_button)


def message(window: MainWindow) -> str:
    return window._status.message


def until_told(window: MainWindow, words: str, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: words in message(window), timeout=START_MS)


def left() -> list[Path]:
    """Return the folders that another start would offer."""
    found = find_leftovers()
    for leftover in found:
        leftover.release()
    return [leftover.folder for leftover in found]


def press_save(window: MainWindow) -> None:
    window.activateWindow()
    QTest.qWaitForWindowActive(window)
    key(window, Qt.Key.Key_S, _CONTROL)


def save(window: MainWindow, qtbot: QtBot) -> None:
    press_save(window)
    qtbot.waitUntil(lambda: not window.isWindowModified(), timeout=START_MS)


@contextmanager
def owner() -> Iterator[tuple[Callable[[], None], Path]]:
    """A process with unsaved work; call the first to kill it."""
    process, folder = start_owner()

    def end() -> None:
        process.kill()
        process.communicate()

    try:
        yield end, folder
    finally:
        end()


def test_work_of_a_killed_process_is_put_back_and_saving_it_clears_the_recovery(qtbot: QtBot, tmp_path: Path) -> None:
    with owner() as (end, folder):
        end()
    with opened_window(qtbot) as window:
        recover(window, qtbot)
        assert window.document.recipe == HALVED
        assert lr_of(window) == [1.0 + row for row in range(412)]
        assert window.isWindowModified()
        assert window.windowTitle() == "untitled[*] – lrgui"
        assert not window.document.undo_stack.canUndo()
        assert "Recovered untitled: 1 run with 412 steps; not saved yet" in message(window)
        qtbot.waitUntil(lambda: not folder.exists(), timeout=START_MS)
        path = tmp_path / "again.lrgui"
        window._settings.last_folder = tmp_path
        Answer(choose_file(path))
        save(window, qtbot)
        assert lr_of(window) == read_file(path).runs[0].trace["lr"][:, 0].tolist()
    qtbot.waitUntil(lambda: left() == [], timeout=START_MS)


def test_recovered_work_is_on_the_disk_at_any_moment(qtbot: QtBot) -> None:
    """What was left is deleted only when this window has written it anew; killed then, it would be offered again."""
    folder = leave(runs=(recorded_run(1, 412),))
    with opened_window(qtbot) as window:
        recover(window, qtbot)
        qtbot.waitUntil(lambda: not folder.exists(), timeout=START_MS)
        (own,) = folder.parent.iterdir()
        assert json.loads((own / "document.json").read_text())["session"]["recipe"]["optimizer"]["class"] == "SGD"
        (rows,) = own.glob("*.rows")
        assert rows.stat().st_size >= 412 * 8


def test_what_was_recovered_and_discarded_at_once_is_not_offered_again(qtbot: QtBot) -> None:
    leave(runs=(recorded_run(1, 412),))
    with opened_window(qtbot) as window:
        recover(window, qtbot)
        window.close()
        Answer(press("Discard"))
        qtbot.waitUntil(lambda: window.ended, timeout=START_MS)
    qtbot.waitUntil(lambda: left() == [], timeout=START_MS)


def test_work_of_a_living_process_is_not_offered(qtbot: QtBot) -> None:
    with owner() as (end, _), opened_window(qtbot) as window:
        window._actions["recover"].trigger()
        until_told(window, "There is nothing to recover", qtbot)
        assert window.findChild(RecoveryDialog) is None
        end()
        window._actions["recover"].trigger()
        recover(window, qtbot)
        assert lr_of(window) == [1.0 + row for row in range(412)]


def test_nothing_is_offered_before_the_window_is_whole(qtbot: QtBot) -> None:
    leave()
    window = MainWindow(Settings())
    with qtbot.waitSignal(window.painted):
        window.show()
    *early, last = window.stages
    for stage in early:
        stage()
        QTest.qWait(50)
        assert window.findChild(RecoveryDialog) is None
    last()
    offer(window, qtbot)
    window._end()
    window.deleteLater()


def test_an_open_question_is_not_covered(qtbot: QtBot) -> None:
    folder = leave()
    window = MainWindow(Settings())
    with qtbot.waitSignal(window.painted):
        window.show()
    *early, last = window.stages
    for stage in early:
        stage()
    window._actions["open"].trigger()
    last()
    until_told(window, "There is unsaved work to recover", qtbot)
    assert window.findChild(RecoveryDialog) is None
    (question,) = window.findChildren(QFileDialog)
    question.reject()
    assert left() == [folder]
    window._actions["recover"].trigger()
    recover(window, qtbot)
    assert window.document.recipe == HALVED
    window._end()
    window.deleteLater()


def test_later_keeps_it_and_it_can_be_asked_for(qtbot: QtBot) -> None:
    folder = leave(runs=(recorded_run(1, 5),))
    with opened_window(qtbot) as window:
        choose_later(window, qtbot)
        assert not window.isWindowModified()
        assert left() == [folder]
        window._actions["recover"].trigger()
        recover(window, qtbot)
        assert lr_of(window) == [1.0, 2.0, 3.0, 4.0, 5.0]


def test_the_end_of_the_window_keeps_what_is_on_offer(qtbot: QtBot) -> None:
    folder = leave()
    with opened_window(qtbot) as window:
        offer(window, qtbot)
    assert left() == [folder]


def test_what_is_on_offer_stays_when_the_system_ends_the_window(qtbot: QtBot) -> None:
    """Even before the dialog could be opened."""
    folder = leave()
    window = MainWindow(Settings())
    with qtbot.waitSignal(window.painted):
        window.show()
    window.start()
    window.leave()
    window.deleteLater()
    assert left() == [folder]


def test_deleted_work_is_gone(qtbot: QtBot) -> None:
    folder = leave()
    with opened_window(qtbot) as window:
        dialog = offer(window, qtbot)
        click(dialog.delete_button)
        Answer(press("Yes"))
        qtbot.waitUntil(lambda: not folder.exists(), timeout=START_MS)
        qtbot.waitUntil(lambda: window.findChild(RecoveryDialog) is None, timeout=START_MS)


def test_of_two_the_other_stays(qtbot: QtBot) -> None:
    first, second = leave(runs=(recorded_run(1, 1),)), leave(runs=(recorded_run(2, 2),))
    os.utime(first / "document.json", (time.time() - 60,) * 2)
    with opened_window(qtbot) as window:
        dialog = offer(window, qtbot)
        assert [one.folder for one in dialog.leftovers] == [second, first]
        QTest.keyClick(dialog.tree, Qt.Key.Key_Down)
        recover(window, qtbot)
        assert lr_of(window) == [1.0]
        qtbot.waitUntil(lambda: not first.exists(), timeout=START_MS)
        assert left() == [second]


def change_after_saving(path: Path) -> None:
    """Save two runs in a file, and leave a changed recipe behind, and two rows more of the second run."""
    done, going_on = recorded_run(1, 1000), recorded_run(2, 3)
    write_session(path, Session(HALVED, (done, going_on)))
    saved = SavedFile(path, open_session(path).stamp, {1: 1000, 2: 3})
    going_on.trace.buffer[3:5, 0] = 5.0, 6.0
    going_on.trace.rows = 5
    leave(HALVED.with_run(seed=7), (done, going_on), path, saved)


def test_work_on_a_file_comes_back_over_that_file(qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "night.lrgui"
    change_after_saving(path)
    window = MainWindow(Settings())
    window.open_path(path)
    with qtbot.waitSignal(window.painted):
        window.show()
    window.start()
    qtbot.waitUntil(lambda: window.document.path == path, timeout=START_MS)
    recover(window, qtbot)
    assert window.document.path == path
    assert window.document.recipe.run.seed == 7
    done, going_on = (run.trace["lr"][:, 0].tolist() for run in window.runs.all)
    assert done == [1.0 + row for row in range(1000)]
    assert going_on == [2.0, 3.0, 4.0, 5.0, 6.0]
    assert window.windowTitle() == "night.lrgui[*] – lrgui"
    assert window.isWindowModified()
    save(window, qtbot)
    assert read_file(path).recipe.run.seed == 7
    assert [run.trace.rows for run in read_file(path).runs] == [1000, 5]
    window._end()
    window.deleteLater()
    qtbot.waitUntil(lambda: left() == [], timeout=START_MS)


def test_a_file_that_changed_meanwhile_is_not_overwritten_without_a_question(qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "night.lrgui"
    change_after_saving(path)
    # As another window would: the rows that were saved are still there.
    write_session(path, Session(HALVED.with_run(seed=99), (recorded_run(1, 1000), recorded_run(2, 3))))
    with opened_window(qtbot) as window:
        recover(window, qtbot)
        assert window.document.recipe.run.seed == 7
        answer = Answer(press("Cancel"))
        press_save(window)
        qtbot.waitUntil(lambda: bool(answer.seen), timeout=START_MS)
        assert "changed by another program" in answer.seen[0]
        assert read_file(path).recipe.run.seed == 99
        assert window.isWindowModified()


def test_unsaved_changes_are_asked_about_and_cancel_keeps_both(qtbot: QtBot) -> None:
    folder = leave(runs=(recorded_run(1, 5),))
    with opened_window(qtbot) as window:
        choose_later(window, qtbot)
        mine = window.document.recipe.with_run(seed=3)
        window.document.replace(mine, "test")
        window._actions["recover"].trigger()
        dialog = offer(window, qtbot)
        click(dialog.recover_button)
        answer = Answer(press("Cancel"))
        qtbot.waitUntil(lambda: bool(answer.seen), timeout=START_MS)
        assert "Save the changes" in answer.seen[0]
        assert window.document.recipe == mine
        window._actions["recover"].trigger()
        dialog = offer(window, qtbot)
        assert [one.folder for one in dialog.leftovers] == [folder]
        with qtbot.waitSignal(window.document.opened, timeout=START_MS):
            click(dialog.recover_button)
            Answer(press("Discard"))
        assert lr_of(window) == [1.0, 2.0, 3.0, 4.0, 5.0]


def test_a_crash_without_work_is_told_once(qtbot: QtBot) -> None:
    folder = leave(crash=SEGMENTATION_FAULT, work=False)
    with opened_window(qtbot) as window:
        until_told(window, "lrgui crashed last time (today ", qtbot)
        assert message(window).endswith("): Segmentation fault")
        assert window.findChild(RecoveryDialog) is None
        qtbot.waitUntil(lambda: not folder.exists(), timeout=START_MS)
        click(window._status.findChild(QToolButton))
        (details,) = window.findChildren(DetailsDialog)
        assert "most recent call first" in details.details.toPlainText()
        QTest.keyClick(details, Qt.Key.Key_Escape)
        window._actions["recover"].trigger()
        until_told(window, "There is nothing to recover", qtbot)


def test_what_is_missing_is_told_in_a_box(qtbot: QtBot) -> None:
    folder = leave(runs=(recorded_run(1, 400), recorded_run(2, 3)))
    (damaged, *_) = sorted(folder.glob("*.rows"))
    damaged.write_bytes(b"not rows")
    with opened_window(qtbot) as window:
        recover(window, qtbot)
        qtbot.waitUntil(lambda: window.findChild(LossesDialog) is not None, timeout=START_MS)
        box = window.findChild(LossesDialog)
        assert box is not None
        assert "Run 1" in box.losses.toPlainText()
        assert "Recovered untitled in part" in message(window)
        QTest.keyClick(box, Qt.Key.Key_Escape)
        qtbot.waitUntil(lambda: not window.findChildren(QMessageBox), timeout=START_MS)
        assert window.runs.all[1].trace["lr"][:, 0].tolist() == [2.0, 3.0, 4.0]


def test_reading_can_be_stopped_and_nothing_is_lost(qtbot: QtBot) -> None:
    folder = leave(runs=(recorded_run(1, 4_000_000, HALVED.with_run(steps=4_000_000)),))
    with opened_window(qtbot) as window:
        before = window.document.recipe
        click(offer(window, qtbot).recover_button)
        window._background.stop()
        until_told(window, "stopped", qtbot)
        assert window.document.recipe == before
        assert window.runs.all == ()
        assert left() == [folder]


def test_the_real_application_killed_in_a_run_is_recovered(qtbot: QtBot, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.endurance.victim"]
    said: list[Line] = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        for text in process.stdout:
            said.append(Line.read(text))
            if said[-1].rows.get(1, 0) > 0 and said[-1].at - said[0].at > GRACE_S + 1.0:
                break
        killed_at = time.monotonic()
        process.send_signal(signal.SIGKILL)
        process.communicate()
    sure = next(line for line in reversed(said) if killed_at - line.at > GRACE_S)
    with opened_window(qtbot) as window:
        recover(window, qtbot)
        assert window.document.recipe.run.seed >= sure.mark
        for run, rows in sure.rows.items():
            recovered = window.runs.by_id(run)
            assert recovered is not None
            assert recovered.trace.rows >= rows
        for box in window.findChildren(LossesDialog):
            # Rows of the last moment were not written yet.
            box.reject()
        kept = {run.id: np.array(run.trace.buffer[: run.trace.rows]) for run in window.runs.all}
        assert all(wrong_rows(run.trace) == 0 for run in window.runs.all)
        assert window.isWindowModified()
        path = tmp_path / "saved.lrgui"
        window._settings.last_folder = tmp_path
        Answer(choose_file(path))
        save(window, qtbot)
        again = {run.id: run.trace.buffer[: run.trace.rows] for run in read_file(path).runs}
        assert all(np.array_equal(again[run], rows) for run, rows in kept.items())
    qtbot.waitUntil(lambda: left() == [], timeout=START_MS)
