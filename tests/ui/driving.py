"""Driving the window as a person does: keys, clicks, and answers to dialogs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar

from PySide6.QtCore import QObject, Qt, QTimer, Slot
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QLineEdit,
    QMessageBox,
    QPushButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from lrgui.ui.main_window import MainWindow
from lrgui.ui.settings import Settings

START_MS = 30_000
"""The first preview in a process imports torch."""


@contextmanager
def opened_window(qtbot: QtBot) -> Iterator[MainWindow]:
    """Open the window as the application does, all of it at once, and shut it at the end."""
    window = MainWindow(Settings())
    with qtbot.waitSignal(window.painted):
        window.show()
    window.start()
    window.activateWindow()
    yield window
    window._end()
    window.deleteLater()


class Answer(QObject):
    """Answers the next modal dialog once it is open; `seen` holds its text. It lives until it has answered."""

    _waiting: ClassVar[set[Answer]] = set()

    def __init__(self, act: Callable[[QDialog], None]) -> None:
        super().__init__()
        self._act = act
        self.seen: list[str] = []
        self._timer = QTimer(self)
        self._timer.setInterval(10)
        self._timer.timeout.connect(self._look)
        self._timer.start()
        self._waiting.add(self)

    @Slot()
    def _look(self) -> None:
        dialog = QApplication.activeModalWidget()
        if isinstance(dialog, QDialog) and dialog.isVisible():
            self._timer.stop()
            self._waiting.discard(self)
            self.seen.append(dialog.text() if isinstance(dialog, QMessageBox) else dialog.windowTitle())
            self._act(dialog)


def press(name: str) -> Callable[[QDialog], None]:
    """Return an act that presses the dialog's standard button of that name."""

    def act(dialog: QDialog) -> None:
        box = dialog if isinstance(dialog, QMessageBox) else dialog.findChild(QDialogButtonBox)
        assert box is not None
        button = box.button(getattr(QMessageBox.StandardButton, name)) if isinstance(box, QMessageBox) else None
        if button is None:
            assert isinstance(box, QDialogButtonBox)
            button = box.button(getattr(QDialogButtonBox.StandardButton, name))
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    return act


def press_text(text: str) -> Callable[[QDialog], None]:
    """Return an act that presses the dialog's button of that text."""

    def act(dialog: QDialog) -> None:
        (button,) = (one for one in dialog.findChildren(QPushButton) if one.text().replace("&", "") == text)
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    return act


def choose_file(path: Path) -> Callable[[QDialog], None]:
    """Return an act that types a file's name into a file dialog and accepts it."""

    def act(dialog: QDialog) -> None:
        assert isinstance(dialog, QFileDialog)
        edit = dialog.findChild(QLineEdit)
        assert edit is not None
        edit.setText(str(path))
        accept = next(
            button for button in dialog.findChildren(QPushButton) if button.isVisible() and button.isDefault()
        )
        QTest.mouseClick(accept, Qt.MouseButton.LeftButton)

    return act


def key(widget: QWidget, code: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """Press a key in a widget of the active window."""
    QTest.keyClick(widget, code, modifier)


def lr_of(window: MainWindow, group: int = 0) -> list[float]:
    """Return the learning rates that the selected run recorded for a group."""
    run = window.runs.selected
    assert run is not None
    values: list[float] = run.trace["lr"][:, group].tolist()
    return values
