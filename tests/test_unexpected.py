"""Errors that nobody foresaw, in the real application: one dialog, the work kept, and the window goes on."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pytest

from tests.starting import start

WAYS = ("slot", "paint", "timer", "thread", "job", "event filter", "finalizer")
"""In which an error can come, one after the other in one window."""

NOT_KEPT = ("on a full disk", "in the rescue")
"""The same once more, where the work cannot be kept: one error tells so, the other is raised meanwhile."""

_PROGRAM = """
import json, sys, threading
from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QApplication, QWidget
from lrgui import app
from lrgui.ui.details_dialog import DetailsDialog
from lrgui.ui.main_window import MainWindow

ON_AND_ON = 12
FAIL = '''
def fail(*_):
    seen["raised"] += 1
    raise RuntimeError(f"the flux capacitor is empty for the {seen['raised']}. time")
'''

class Way:
    def __init__(self, name):
        self.name = name
        self.seen = {"raised": 0, "dialogs": [], "details": [], "rescued": 0, "most at a time": 0}
        names = {"seen": self.seen}
        # Errors of the same line of the same file are the same.
        exec(compile(FAIL, f"<{name}>", "exec"), names)
        self.fail = names["fail"]
        self.shown, self.closed, self.enough = None, False, 0

    def note(self, dialog):
        self.shown, self.enough = dialog, self.seen["raised"] + ON_AND_ON
        self.seen["dialogs"].append(dialog.sentence.text())
        self.seen["details"].append(dialog.details.toPlainText())

ways = [Way(name) for name in sys.argv[1:]]
over = []
way = ways.pop(0)

class Painted(QWidget):
    broken = True
    def paintEvent(self, event):
        painter = QPainter(self)
        painter.drawLine(0, 0, 9, 9)
        if self.broken:
            way.fail()
        way.seen["painted again"] = True

class Filter(QObject):
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.User:
            way.fail()
        return False

class Doomed:
    def __del__(self):
        way.fail()

def rescue(window):
    way.seen["rescued"] += 1
    if way.name == "in the rescue":
        way.fail()
    return "the disk is full" if way.name == "on a full disk" else ""

MainWindow.rescue = rescue
if way.name == "constructor":
    MainWindow._assemble = way.fail
if way.name == "stage":
    MainWindow._show_forms = way.fail

def dialogs():
    return [one for one in QApplication.topLevelWidgets() if isinstance(one, DetailsDialog) and one.isVisible()]

def tell():
    print(json.dumps({one.name: one.seen for one in (*over, way)}), flush=True)

class Driven(app.Application):
    def close(self):
        super().close()
        # Here, because the process ends without a word where a thread still imports torch.
        tell()

    def __init__(self, qt_application, path):
        super().__init__(qt_application, path)
        self.look = QTimer(self, interval=5)
        self.look.timeout.connect(self.watch)
        self.again = QTimer(self, interval=5)
        self.window.ready.connect(self.go_on)
        self.window.painted.connect(self.look.start)

    def go_on(self):
        if way.name == "slot":
            self.window._actions["full_precision"].triggered.connect(way.fail)
            self.again.timeout.connect(self.window._actions["full_precision"].trigger)
        elif way.name == "paint":
            self.widget = Painted(self.window)
            self.widget.show()
            self.again.timeout.connect(self.widget.update)
        elif way.name == "thread":
            self.again.timeout.connect(lambda: threading.Thread(target=way.fail).start())
        elif way.name == "job":
            self.again.timeout.connect(self.job)
        elif way.name == "event filter":
            self.filter = Filter(self)
            self.window.installEventFilter(self.filter)
            self.again.timeout.connect(lambda: QApplication.postEvent(self.window, QEvent(QEvent.Type.User)))
        elif way.name == "finalizer":
            self.again.timeout.connect(Doomed)
        else:
            self.again.timeout.connect(way.fail)
        self.again.start()

    def job(self):
        if not self.window._background.busy:
            self.window._background.start("Failing", lambda _: way.fail(), print, lambda message: None)

    def watch(self):
        way.seen["most at a time"] = max(way.seen["most at a time"], len(dialogs()))
        for dialog in dialogs():
            if dialog is not way.shown:
                way.note(dialog)
        if way.shown is None:
            return
        # The same comes on and on, while the dialog is open and once it is closed.
        if way.seen["raised"] >= way.enough or not self.again.isActive():
            if way.closed:
                self.end()
            else:
                way.shown.close()
                way.closed, way.enough = True, way.seen["raised"] + ON_AND_ON

    def end(self):
        global way
        if self.again.isActive():
            self.again.stop()
            self.again.timeout.disconnect()
        if way.name == "paint":
            self.widget.broken = False
            self.widget.repaint()
        elif way.name == "event filter":
            self.window.removeEventFilter(self.filter)
        elif way.name == "slot":
            self.window._actions["full_precision"].triggered.disconnect(way.fail)
        way.seen["goes on"] = self.window.isVisible() and self.window.document.recipe is not None
        if ways:
            over.append(way)
            way = ways.pop(0)
            self.go_on()
        else:
            self.look.stop()
            self.window.close()

app.Application = Driven

def watch_failed_start():
    for dialog in dialogs():
        way.note(dialog)
        dialog.close()
        return
    QTimer.singleShot(20, watch_failed_start)

def make_application(arguments, make=app.make_application):
    made = make(arguments)
    QTimer.singleShot(20, watch_failed_start)
    return made

if way.name == "constructor":
    app.make_application = make_application
try:
    sys.exit(app.main())
finally:
    if way.name == "constructor":
        tell()
"""


@dataclass
class Seen:
    """What was seen of one way, how its process ended, and what was said on standard error."""

    way: str
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


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Seen]:
    """What was seen in three starts of lrgui, side by side: one for all that its window outlives."""
    folder = tmp_path_factory.mktemp("unexpected")
    starts = [(*WAYS, *NOT_KEPT), ("stage",), ("constructor",)]
    processes = [start(_PROGRAM, folder / names[0], *names) for names in starts]
    found: dict[str, Seen] = {}
    for process in processes:
        try:
            output, errors = process.communicate(timeout=100)
        finally:
            process.kill()
        assert output, errors
        last = json.loads(output.splitlines()[-1])
        found |= {name: Seen(name, one, process.returncode, errors) for name, one in last.items()}
    return found


@pytest.mark.parametrize("way", WAYS)
def test_an_error_that_comes_on_and_on_is_told_once_and_the_window_goes_on(seen: dict[str, Seen], way: str) -> None:
    one = seen[way]
    assert one.found["raised"] > 20  # type: ignore[operator]
    assert one.sentence == (
        "Something went wrong inside lrgui. The window goes on. What is not saved yet is kept for recovery."
    )
    assert "RuntimeError: the flux capacitor is empty for the 1. time" in one.details
    assert f'File "<{way}>", line 4, in fail' in one.details
    assert "torch 2." in one.details
    assert "PySide6 6." in one.details
    assert (one.found["most at a time"], one.found["rescued"], one.found["goes on"]) == (1, 1, True)
    assert one.status == 0
    # Told in full once; then only how often.
    assert one.errors.count(f'File "<{way}>", line 4, in fail') == 1
    assert one.errors.count(f"10 times by now: RuntimeError in <{way}>, line 4\n") == 1


def test_of_each_error_that_came_on_and_on_there_is_one_traceback(seen: dict[str, Seen]) -> None:
    # One more, of the error in the rescue.
    errors = seen["slot"].errors
    assert errors.count("Traceback (most recent call last)") == len(WAYS) + len(NOT_KEPT) + 1


def test_a_widget_whose_paint_failed_is_painted_again(seen: dict[str, Seen]) -> None:
    assert seen["paint"].found["painted again"] is True
    assert "QPaint" not in seen["paint"].errors


def test_what_could_not_be_kept_is_told(seen: dict[str, Seen]) -> None:
    assert seen["on a full disk"].sentence.endswith(
        "What is not saved yet could not be kept for recovery (the disk is full): save it under a new name."
    )


def test_an_error_while_an_error_is_told_of_is_no_third_one(seen: dict[str, Seen]) -> None:
    one = seen["in the rescue"]
    assert "could not be kept for recovery" in one.sentence
    assert "flux capacitor" in one.sentence
    assert one.found["rescued"] == 1


def test_a_window_that_cannot_be_filled_says_so(seen: dict[str, Seen]) -> None:
    one = seen["stage"]
    assert "The window is not complete; close it and start lrgui again." in one.sentence
    assert "in fail" in one.details


def test_a_window_that_cannot_be_made_says_so_too(seen: dict[str, Seen]) -> None:
    one = seen["constructor"]
    assert one.sentence == "Something went wrong inside lrgui: it cannot open its window."
    assert "flux capacitor" in one.details
    assert one.status == 1
