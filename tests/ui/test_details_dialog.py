"""The dialog with the details of an error: read with the keyboard, copied whole, gone when it is closed."""

from __future__ import annotations

import platform
from collections.abc import Iterator
from time import monotonic

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMainWindow
from pytestqt.qtbot import QtBot

from lrgui import __version__
from lrgui.ui.details_dialog import DetailsDialog, show_details
from tests.ui.driving import key

SENTENCE = "step 5, LambdaLR: division by zero (ZeroDivisionError)"
TRACEBACK = 'Traceback (most recent call last):\n  File "a.py", line 3, in step\nZeroDivisionError: division by zero\n'
PATIENT_SECONDS = 10.0


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[QMainWindow]:
    window = QMainWindow()
    window.resize(900, 700)
    window.show()
    yield window
    window.close()
    window.deleteLater()


def opened(window: QMainWindow, sentence: str = SENTENCE, details: str = TRACEBACK) -> DetailsDialog:
    dialog = show_details(window, "Run 3 Failed", sentence, details)
    assert isinstance(dialog, DetailsDialog)
    return dialog


def test_it_tells_the_sentence_the_versions_and_the_traceback(window: QMainWindow) -> None:
    dialog = opened(window)
    assert dialog.windowTitle() == "Run 3 Failed"
    assert dialog.windowModality() == Qt.WindowModality.WindowModal
    assert dialog.sentence.text() == SENTENCE
    first, blank, *rest = dialog.details.toPlainText().split("\n")
    assert first.startswith(f"lrgui {__version__}, torch 2.")
    assert platform.python_version() in first
    assert (blank, "\n".join(rest)) == ("", TRACEBACK.rstrip())


def test_the_keyboard_reaches_copy_and_details_and_closes(window: QMainWindow, qtbot: QtBot) -> None:
    dialog = opened(window)
    reached = set()
    for _ in range(5):
        focus = dialog.focusWidget()
        reached.add(focus)
        key(focus, Qt.Key.Key_Tab)
    assert {dialog.details, dialog.copy_button} <= reached
    key(dialog.copy_button, Qt.Key.Key_Space)
    copied = QApplication.clipboard().text()
    assert copied.startswith(f"{SENTENCE}\n\nlrgui {__version__}, ")
    assert copied.endswith("ZeroDivisionError: division by zero")
    with qtbot.waitSignal(dialog.destroyed):
        key(dialog, Qt.Key.Key_Escape)
    assert window.findChild(DetailsDialog) is None


def test_ten_million_letters_are_shown_in_part_and_copied_whole(window: QMainWindow) -> None:
    word, lines = "x" * 10_000_000, "".join(f"line {number}\n" for number in range(100_000))
    begun = monotonic()
    dialog = opened(window, word, f"{lines}{word}")
    dialog.repaint()
    assert monotonic() - begun < PATIENT_SECONDS
    assert dialog.width() < 2000
    shown = dialog.details.toPlainText()
    assert "line 0\n" in shown
    assert "line 99999\n" in shown
    assert len(shown) < 100_000
    dialog.copy_button.click()
    assert QApplication.clipboard().text().count("x") > 2 * len(word) - 1
