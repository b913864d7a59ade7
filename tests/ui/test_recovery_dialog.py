"""The dialog that offers unsaved work: what it tells, and what its buttons do."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox, QPlainTextEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from lrgui.session.recovery import Leftover, find_leftovers
from lrgui.ui.recovery_dialog import RecoveryDialog
from lrgui.ui.theme import DARK, apply_theme
from tests.ui.driving import Answer, press
from tests.ui.leftovers import SEGMENTATION_FAULT, leave, recorded_run

_LONG = "a name as long as some people like to have their names, " * 3


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    widget = QWidget()
    widget.resize(1280, 800)
    qtbot.addWidget(widget)
    return widget


@pytest.fixture
def found() -> Iterator[list[Leftover]]:
    """What was found by a dialog; released at the end."""
    leftovers: list[Leftover] = []
    yield leftovers
    for leftover in leftovers:
        leftover.release()


def opened(window: QWidget, found: list[Leftover]) -> RecoveryDialog:
    """Open the dialog with what there is, the newest first, as they were left."""
    found += find_leftovers()
    dialog = RecoveryDialog(found, datetime.now().astimezone(), window)
    window.show()
    dialog.open()
    QTest.qWaitForWindowExposed(dialog)
    return dialog


def leave_at(seconds_ago: float, **what: object) -> Path:
    """Leave work behind that was written a while ago."""
    folder = leave(**what)  # type: ignore[arg-type]
    then = time.time() - seconds_ago
    for entry in folder.iterdir():
        os.utime(entry, (then, then))
    return folder


def click(button: QPushButton) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_it_says_what_one_window_has_left(window: QWidget, found: list[Leftover], tmp_path: Path) -> None:
    runs = (recorded_run(1, 1000), recorded_run(2, 412))
    leave(runs=runs, path=tmp_path / "resnet & co.lrgui", crash=SEGMENTATION_FAULT)
    dialog = opened(window, found)
    text = dialog.details.toPlainText()
    for told in (
        "resnet & co.lrgui",
        str(tmp_path),
        f"today {datetime.now():%H:}",
        "crashed: Segmentation fault",
        "SGD, ExponentialLR, 1\u202f000 steps, 1 group",
        "Run 1: 1\u202f000 steps",
        "Run 2: 412 of 1\u202f000 steps",
    ):
        assert told in text, text
    assert not dialog.tree.isVisible()
    assert dialog.recover_button.isDefault()
    assert dialog.chosen is found[0]


def test_return_recovers_and_escape_leaves_it_for_later(window: QWidget, found: list[Leftover], qtbot: QtBot) -> None:
    leave()
    dialog = opened(window, found)
    with qtbot.waitSignal(dialog.accepted):
        QTest.keyClick(dialog, Qt.Key.Key_Return)
    dialog.open()
    with qtbot.waitSignal(dialog.rejected):
        QTest.keyClick(dialog, Qt.Key.Key_Escape)


def test_several_are_listed_and_walked_through_by_keys(
    window: QWidget, found: list[Leftover], qtbot: QtBot, tmp_path: Path
) -> None:
    leave_at(9 * 24 * 3600, path=tmp_path / "old.lrgui", crash=SEGMENTATION_FAULT)
    leave_at(60, path=tmp_path / "new.lrgui")
    leave_at(3600, runs=(recorded_run(1, 7),))
    dialog = opened(window, found)
    assert "from 3 windows" in dialog.heading.text()
    rows = [dialog.tree.topLevelItem(row) for row in range(3)]
    assert [item.text(0) for item in rows if item] == ["new.lrgui", "untitled", "old.lrgui"]
    assert [item.text(1) for item in rows if item] == ["recipe", "1 run", "recipe"]
    assert [item.text(3) for item in rows if item] == ["not closed", "not closed", "crashed"]
    assert not dialog.crash_button.isVisible()
    assert dialog.focusWidget() is dialog.tree
    QTest.keyClick(dialog.tree, Qt.Key.Key_End)
    assert "old.lrgui" in dialog.details.toPlainText()
    assert dialog.crash_button.isVisible()
    QTest.keyClick(dialog.tree, Qt.Key.Key_Up)
    assert "Run 1: 7 of 1\u202f000 steps" in dialog.details.toPlainText()
    with qtbot.waitSignal(dialog.accepted):
        QTest.keyClick(dialog.tree, Qt.Key.Key_Return)
    assert dialog.chosen is found[1]


def test_a_double_click_recovers(window: QWidget, found: list[Leftover], qtbot: QtBot) -> None:
    leave_at(10)
    leave_at(20)
    dialog = opened(window, found)
    place = dialog.tree.visualItemRect(dialog.tree.topLevelItem(1)).center()  # type: ignore[arg-type]
    QTest.mouseClick(dialog.tree.viewport(), Qt.MouseButton.LeftButton, pos=place)
    with qtbot.waitSignal(dialog.accepted):
        QTest.mouseDClick(dialog.tree.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert dialog.chosen is found[1]


def test_every_button_is_reached_by_tab(window: QWidget, found: list[Leftover]) -> None:
    leave_at(10, crash=SEGMENTATION_FAULT)
    leave_at(20)
    dialog = opened(window, found)
    reached = []
    for _ in range(6):
        QTest.keyClick(dialog.focusWidget(), Qt.Key.Key_Tab)
        reached.append(dialog.focusWidget())
    buttons = (dialog.delete_button, dialog.crash_button, dialog.recover_button, dialog.later_button)
    assert set(reached) == {dialog.tree, dialog.details, *buttons}
    for button in buttons:
        assert "&" in button.text()
        assert button.toolTip()


def test_deleting_asks_once_and_moves_on(window: QWidget, found: list[Leftover], tmp_path: Path, qtbot: QtBot) -> None:
    leave_at(10, path=tmp_path / "new.lrgui")
    leave_at(20, path=tmp_path / "old.lrgui")
    dialog = opened(window, found)
    wanted: list[Leftover] = []
    dialog.delete_wanted.connect(wanted.append)
    kept = Answer(press("Cancel"))
    click(dialog.delete_button)
    qtbot.waitUntil(lambda: bool(kept.seen))
    assert "“new.lrgui”" in kept.seen[0]
    assert wanted == []
    deleted = Answer(press("Yes"))
    click(dialog.delete_button)
    qtbot.waitUntil(lambda: len(wanted) == 1)
    assert len(deleted.seen) == 1
    assert wanted == [found[0]]
    assert dialog.isVisible()
    assert not dialog.tree.isVisible()
    assert "old.lrgui" in dialog.details.toPlainText()
    Answer(press("Yes"))
    with qtbot.waitSignal(dialog.rejected):
        click(dialog.delete_button)
    assert wanted == found


def test_escape_is_no_yes_to_deleting(window: QWidget, found: list[Leftover], qtbot: QtBot) -> None:
    leave()
    dialog = opened(window, found)
    click(dialog.delete_button)
    (box,) = dialog.findChildren(QMessageBox)
    assert box.defaultButton() is box.button(QMessageBox.StandardButton.Cancel)
    with qtbot.assertNotEmitted(dialog.delete_wanted):
        QTest.keyClick(box, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not dialog.findChildren(QMessageBox))
    assert dialog.leftovers == tuple(found)


def test_the_crash_log_can_be_read(window: QWidget, found: list[Leftover], qtbot: QtBot) -> None:
    leave(crash=SEGMENTATION_FAULT)
    dialog = opened(window, found)
    click(dialog.crash_button)
    details = next(box for box in dialog.findChildren(QPlainTextEdit) if "most recent call first" in box.toPlainText())
    QTest.keyClick(details, Qt.Key.Key_Escape)


def test_what_cannot_be_read_is_listed_with_the_reason_and_not_recovered(
    window: QWidget, found: list[Leftover], tmp_path: Path
) -> None:
    folder = leave_at(1)
    (folder / "document.json").write_text("{")
    leave_at(600, path=tmp_path / "whole.lrgui")
    dialog = opened(window, found)
    item = dialog.tree.topLevelItem(1)
    assert item is not None
    assert (item.text(0), item.text(3)) == ("unknown session", "cannot be read")
    assert dialog.recover_button.isEnabled()
    QTest.keyClick(dialog.tree, Qt.Key.Key_Down)
    assert "document.json" in dialog.details.toPlainText()
    assert not dialog.recover_button.isEnabled()
    assert dialog.delete_button.isEnabled()


def test_twenty_with_long_names_fit(window: QWidget, found: list[Leftover], tmp_path: Path) -> None:
    folder = tmp_path / _LONG.replace(" ", "_")
    for number in range(20):
        runs = tuple(recorded_run(run, 3) for run in range(1, 30)) if number == 0 else ()
        leave_at(number, path=folder / f"{_LONG}{number}.lrgui", runs=runs)
    dialog = opened(window, found)
    QApplication.processEvents()
    assert dialog.tree.topLevelItemCount() == 20
    available = dialog.screen().availableSize()
    assert dialog.width() <= available.width()
    assert dialog.height() <= available.height()
    assert dialog.tree.horizontalScrollBar().maximum() == 0
    assert dialog.details.horizontalScrollBar().maximum() == 0
    assert dialog.details.verticalScrollBar().maximum() > 0
    for button in (dialog.delete_button, dialog.recover_button, dialog.later_button):
        corner = button.mapTo(dialog, QPoint(button.width(), button.height()))
        assert dialog.rect().contains(corner)
        assert button.width() >= button.sizeHint().width()


def test_its_words_follow_the_theme(window: QWidget, found: list[Leftover], qapp: QApplication) -> None:
    leave()
    dialog = opened(window, found)
    palette = qapp.palette()
    assert DARK.muted not in dialog.details.toHtml()
    apply_theme(qapp, DARK)
    try:
        QApplication.processEvents()
        assert DARK.muted in dialog.details.toHtml()
    finally:
        qapp.setPalette(palette)
