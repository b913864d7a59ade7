"""Errors that nobody foresaw, in the real application: one dialog, the work kept, and the window goes on."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.starting import start

_PROGRAM = """
import json, sys, threading
from PySide6.QtCore import QEvent, QObject, QTimer, Slot
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QApplication, QWidget
from lrgui import app
from lrgui.ui.details_dialog import DetailsDialog
from lrgui.ui.main_window import MainWindow

place, answer = sys.argv[1], sys.argv[2]
found = {"raised": 0, "dialogs": [], "details": [], "rescued": 0, "most at a time": 0, "painted again": False}

def fail():
    found["raised"] += 1
    raise RuntimeError(f"the flux capacitor is empty for the {found['raised']}. time")

class Painted(QWidget):
    broken = True
    def paintEvent(self, event):
        painter = QPainter(self)
        painter.drawLine(0, 0, 9, 9)
        if self.broken:
            fail()
        found["painted again"] = True

class Filter(QObject):
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.User:
            fail()
        return False

def rescue(window):
    found["rescued"] += 1
    if answer == "raise":
        fail()
    return answer

MainWindow.rescue = rescue
if place == "constructor":
    MainWindow._assemble = lambda self: fail()
if place == "stage":
    MainWindow._show_forms = lambda self: fail()

def tell():
    print(json.dumps(found), flush=True)

class Driven(app.Application):
    def close(self):
        super().close()
        # Here, because the process ends without a word where a thread still imports torch.
        tell()

    def __init__(self, qt_application, path):
        super().__init__(qt_application, path)
        self.look = QTimer(self, interval=20)
        self.look.timeout.connect(self.watch)
        self.again = QTimer(self, interval=5)
        self.window.ready.connect(self.go_on)
        self.window.painted.connect(self.look.start)

    def go_on(self):
        self.again.start()
        if place == "slot":
            self.window._actions["full_precision"].triggered.connect(fail)
            self.again.timeout.connect(self.window._actions["full_precision"].trigger)
        elif place == "paint":
            self.widget = Painted(self.window)
            self.widget.show()
            self.again.timeout.connect(self.widget.update)
        elif place == "timer":
            self.again.timeout.connect(fail)
        elif place == "thread":
            self.again.timeout.connect(lambda: threading.Thread(target=fail).start())
        elif place == "job":
            self.again.timeout.connect(self.job)
        elif place == "event filter":
            self.filter = Filter(self)
            self.window.installEventFilter(self.filter)
            self.again.timeout.connect(lambda: QApplication.postEvent(self.window, QEvent(QEvent.Type.User)))
        elif place == "finalizer":
            class Doomed:
                def __del__(self):
                    fail()
            self.again.timeout.connect(Doomed)

    def job(self):
        if not self.window._background.busy:
            self.window._background.start("Failing", lambda _: fail(), print, lambda message: None)

    def watch(self):
        dialogs = [one for one in QApplication.topLevelWidgets() if isinstance(one, DetailsDialog) and one.isVisible()]
        found["most at a time"] = max(found["most at a time"], len(dialogs))
        for dialog in dialogs:
            found["dialogs"].append(dialog.sentence.text())
            found["details"].append(dialog.details.toPlainText())
            if place in ("stage", "constructor"):
                QTimer.singleShot(0, dialog.close)
                QTimer.singleShot(300, self.end)
            else:
                # The same comes on and on, also once the dialog is closed.
                QTimer.singleShot(200, dialog.close)
                QTimer.singleShot(500, self.end)
            self.look.setInterval(10_000)

    def end(self):
        if self.again.isActive() and found["raised"] < 20:
            QTimer.singleShot(100, self.end)
            return
        self.again.stop()
        if place == "paint":
            self.widget.broken = False
            self.widget.repaint()
        self.watch()
        found["goes on"] = self.window.isVisible() and self.window.document.recipe is not None
        self.window.close()

app.Application = Driven

def watch_failed_start():
    for one in QApplication.topLevelWidgets():
        if isinstance(one, DetailsDialog) and one.isVisible():
            found["dialogs"].append(one.sentence.text())
            found["details"].append(one.details.toPlainText())
            one.close()
            return
    QTimer.singleShot(20, watch_failed_start)

def make_application(arguments, make=app.make_application):
    made = make(arguments)
    QTimer.singleShot(20, watch_failed_start)
    return made

if place == "constructor":
    app.make_application = make_application
try:
    sys.exit(app.main())
finally:
    if place == "constructor":
        tell()
"""


@dataclass
class Seen:
    """What was seen, how the process ended, and what was said on standard error."""

    found: dict[str, object]
    status: int
    errors: str

    @property
    def sentence(self) -> str:
        (sentence,) = self.found["dialogs"]  # type: ignore[misc]
        return str(sentence)

    @property
    def details(self) -> str:
        (details,) = self.found["details"]  # type: ignore[misc]
        return str(details)


def see(tmp_path: Path, place: str, answer: str = "") -> Seen:
    with start(_PROGRAM, tmp_path, place, answer) as process:
        try:
            output, errors = process.communicate(timeout=100)
        finally:
            process.kill()
    assert output, errors
    return Seen(json.loads(output.splitlines()[-1]), process.returncode, errors)


@pytest.mark.parametrize("place", ["slot", "paint", "timer", "thread", "job", "event filter", "finalizer"])
def test_an_error_that_comes_on_and_on_is_told_once_and_the_window_goes_on(tmp_path: Path, place: str) -> None:
    seen = see(tmp_path, place)
    assert seen.found["raised"] > 10  # type: ignore[operator]
    assert seen.sentence == (
        "Something went wrong inside lrgui. The window goes on. What is not saved yet is kept for recovery."
    )
    assert "RuntimeError: the flux capacitor is empty for the 1. time" in seen.details
    assert ", in fail" in seen.details
    assert "torch 2." in seen.details
    assert "PySide6 6." in seen.details
    assert (seen.found["most at a time"], seen.found["rescued"], seen.found["goes on"]) == (1, 1, True)
    assert seen.status == 0
    # Told in full once; then only how often.
    assert seen.errors.count("Traceback (most recent call last)") == 1
    assert "10 times by now: RuntimeError in <string>, line" in seen.errors


def test_a_widget_whose_paint_failed_is_painted_again(tmp_path: Path) -> None:
    seen = see(tmp_path, "paint")
    assert seen.found["painted again"] is True
    assert "QPaint" not in seen.errors


def test_what_could_not_be_kept_is_told(tmp_path: Path) -> None:
    assert see(tmp_path, "slot", "the disk is full").sentence.endswith(
        "What is not saved yet could not be kept for recovery (the disk is full): save it under a new name."
    )


def test_an_error_while_an_error_is_told_of_is_no_third_one(tmp_path: Path) -> None:
    seen = see(tmp_path, "timer", "raise")
    assert "could not be kept for recovery" in seen.sentence
    assert "flux capacitor" in seen.sentence
    assert seen.found["rescued"] == 1


def test_a_window_that_cannot_be_filled_says_so(tmp_path: Path) -> None:
    seen = see(tmp_path, "stage")
    assert "The window is not complete; close it and start lrgui again." in seen.sentence
    assert "_show_forms" in seen.details or "fail" in seen.details


def test_a_window_that_cannot_be_made_says_so_too(tmp_path: Path) -> None:
    seen = see(tmp_path, "constructor")
    assert seen.sentence == "Something went wrong inside lrgui: it cannot open its window."
    assert "flux capacitor" in seen.details
    assert seen.status == 1
