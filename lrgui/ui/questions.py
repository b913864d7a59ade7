"""Questions to the user: one at a time, each open in the window while everything behind it goes on."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QMessageBox, QWidget

Act = Callable[[], None]
Button = QMessageBox.StandardButton
Role = QMessageBox.ButtonRole


@dataclass(frozen=True, slots=True)
class Option:
    """One of the answers: a button of Qt's own or the text of another one, and what is done when it is chosen."""

    button: Button | str
    act: Act
    role: Role = Role.AcceptRole


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, in `text`, and what helps to decide, in `more`.

    The first option is what Return chooses, and the last one what Escape does.
    """

    title: str
    text: str
    more: str
    options: tuple[Option, ...]
    icon: QMessageBox.Icon = QMessageBox.Icon.Question


class Questions(QObject):
    """Opens a dialog at a time, in the order in which they came; none of them holds the event loop.

    While a dialog of somebody else's is open, such as that of an export, they wait for its end.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._waiting: deque[tuple[QDialog, Callable[[QDialog], None]]] = deque()

    @property
    def open(self) -> bool:
        """True while an answer is waited for."""
        return bool(self._waiting)

    def ask(self, question: Question) -> None:
        """Ask a question and do what its answer wants."""
        box, acts = _make_box(question, self._window)
        self.show(box, partial(_act_on_button, acts))

    def choose_file(self, dialog: QFileDialog, chosen: Callable[[Path], None], given_up: Act) -> None:
        """Open a dialog for one file; `chosen` gets it."""
        self.show(dialog, partial(_act_on_file, chosen, given_up))

    def show(self, dialog: QDialog, closed: Callable[[QDialog], None]) -> None:
        """Open any dialog; `closed` gets it when the user has closed it, and it is deleted after that."""
        self._waiting.append((dialog, closed))
        dialog.finished.connect(self._on_finished)
        self._open_first()

    def bring_to_front(self) -> None:
        """Remind the user of what is open."""
        if self._waiting:
            dialog, _ = self._waiting[0]
            dialog.raise_()
            dialog.activateWindow()

    def dismiss(self) -> None:
        """Close what is open, and forget what would come after it, without acting on any of it."""
        waiting, self._waiting = self._waiting, deque()
        for dialog, _ in waiting:
            dialog.close()
            dialog.deleteLater()

    @Slot()
    def _on_finished(self) -> None:
        if not self._waiting:
            return
        dialog, closed = self._waiting.popleft()
        dialog.deleteLater()
        closed(dialog)
        self._open_first()

    @Slot()
    def _open_first(self) -> None:
        if not self._waiting or self._waiting[0][0].isVisible():
            return
        other = QApplication.activeModalWidget()
        if isinstance(other, QDialog):
            other.finished.connect(self._open_first)
        else:
            self._waiting[0][0].open()


def _make_box(question: Question, window: QWidget) -> tuple[QMessageBox, dict[str, Act]]:
    """Return the box, and what its buttons do by their object names."""
    box = QMessageBox(window)
    box.setIcon(question.icon)
    box.setWindowTitle(question.title)
    box.setText(question.text)
    box.setInformativeText(question.more)
    # Or else a name such as <b>.lrgui would be taken for HTML.
    box.setTextFormat(Qt.TextFormat.PlainText)
    acts: dict[str, Act] = {}
    buttons = []
    for option in question.options:
        if isinstance(option.button, str):
            button = box.addButton(option.button, option.role)
        else:
            button = box.addButton(option.button)
        button.setObjectName(f"option {len(acts)}")
        acts[button.objectName()] = option.act
        buttons.append(button)
    box.setDefaultButton(buttons[0])
    box.setEscapeButton(buttons[-1])
    return box, acts


def _act_on_button(acts: dict[str, Act], dialog: QDialog) -> None:
    assert isinstance(dialog, QMessageBox)
    button = dialog.clickedButton()
    # Closed by the frame of its window, the box has no button that was clicked.
    *_, last = acts.values()
    (last if button is None else acts[button.objectName()])()


def _act_on_file(chosen: Callable[[Path], None], given_up: Act, dialog: QDialog) -> None:
    assert isinstance(dialog, QFileDialog)
    files = dialog.selectedFiles() if dialog.result() == QDialog.DialogCode.Accepted else []
    if files:
        chosen(Path(files[0]))
    else:
        given_up()
