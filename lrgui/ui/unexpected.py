"""Errors that nobody foresaw, in any thread: the work is saved for recovery, one dialog tells, the window goes on."""

from __future__ import annotations

import sys
import threading
import traceback
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QApplication, QDialog, QWidget
from shiboken6 import isValid

GOES_ON = "The window goes on."

Place = tuple[str, str, int]
"""What makes two errors the same: their type, and the file and line that raised them."""


@dataclass(frozen=True, slots=True)
class _Told:
    place: Place
    text: str
    consequence: str


class Unexpected(QObject):
    """Hears of every error that reached Python's hooks; each is told once, and never two at a time.

    An error in a paint or in a frame comes again and again: it is counted then, and every tenfold is noted on standard
    error. Nothing in here raises, since that would come back as another error.
    """

    _heard = Signal(object)

    def __init__(self, window: QWidget, rescue: Callable[[], str]) -> None:
        """Tell in front of `window`; `rescue` saves the work and returns why it could not, or an empty text."""
        super().__init__(window)
        self._window, self._rescue = window, rescue
        self._lock = threading.Lock()
        self._counts: Counter[Place] = Counter()
        self._told: set[Place] = set()
        self._dialog: QDialog | None = None
        # Queued: whatever raised, such as a paint, is to be over before a dialog is opened.
        self._heard.connect(self._tell, Qt.ConnectionType.QueuedConnection)

    def listen(self) -> None:
        """Become the last resort of the interface thread, of all other threads, and of what Python cannot raise."""
        sys.excepthook = self._on_exception
        threading.excepthook = self._on_thread_exception
        sys.unraisablehook = self._on_unraisable

    def stop_listening(self) -> None:
        """Leave errors to Python again."""
        sys.excepthook, threading.excepthook = sys.__excepthook__, threading.__excepthook__
        sys.unraisablehook = sys.__unraisablehook__

    def hear(self, error: BaseException, consequence: str = GOES_ON) -> None:
        """Take note of an error, from any thread; `consequence` is a sentence about what it means for the window."""
        try:
            place = _place_of(error)
            with self._lock:
                self._counts[place] += 1
                count = self._counts[place]
            text = "".join(traceback.format_exception(error))
            if error.__traceback__ is not None:
                # A painter that a frame still held would keep its widget from ever being painted again.
                traceback.clear_frames(error.__traceback__)
            if count == 1:
                _say(text)
            elif str(count).rstrip("0") == "1":
                _say(f"{count} times by now: {place[0]} in {place[1]}, line {place[2]}\n")
            if place not in self._told:
                self._heard.emit(_Told(place, text, consequence))
        except Exception:
            _say(traceback.format_exc())

    def _on_exception(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        self.hear(error)

    def _on_thread_exception(self, arguments: threading.ExceptHookArgs) -> None:
        if arguments.exc_value is not None and not issubclass(arguments.exc_type, SystemExit):
            self.hear(arguments.exc_value)

    def _on_unraisable(self, unraisable: sys.UnraisableHookArgs) -> None:
        # Here, as next to nothing is ever heard of in this way.
        from lrgui.engine.interrupt import Interruption

        # A run that is stopped by force may be just about to delete something: no error.
        if unraisable.exc_value is not None and not isinstance(unraisable.exc_value, Interruption):
            self.hear(unraisable.exc_value)

    @Slot(object)
    def _tell(self, told: _Told) -> None:
        if told.place in self._told or self._dialog_is_open():
            return
        self._told.add(told.place)
        try:
            # Here, because it is hardly ever needed.
            from lrgui.ui.details_dialog import show_details

            sentence = f"Something went wrong inside lrgui. {told.consequence} {self._saved()}"
            # In front of a dialog that is open: behind it, it could not be closed.
            parent = QApplication.activeModalWidget() or self._window
            self._dialog = show_details(parent, "Unexpected Error", sentence, told.text)
        except Exception:
            _say(traceback.format_exc())

    def _saved(self) -> str:
        try:
            failure = self._rescue()
        except Exception as error:
            _say(traceback.format_exc())
            failure = f"{type(error).__name__}: {error}"
        if failure:
            reason = failure.rstrip(".")
            return f"What is not saved yet could not be kept for recovery ({reason}): save it under a new name."
        return "What is not saved yet is kept for recovery."

    def _dialog_is_open(self) -> bool:
        return self._dialog is not None and isValid(self._dialog) and self._dialog.isVisible()


def tell_failed_start(application: QApplication, error: Exception) -> None:
    """Show why there is no window, until the user closes what shows it."""
    text = "".join(traceback.format_exception(error))
    _say(text)
    try:
        from lrgui.ui.details_dialog import show_details

        nothing = QWidget()
        sentence = "Something went wrong inside lrgui: it cannot open its window."
        # Of a dialog, Qt does not count as the last window what has closed.
        show_details(nothing, "Unexpected Error", sentence, text).finished.connect(application.quit)
        application.exec()
    except Exception:
        _say(traceback.format_exc())


def _place_of(error: BaseException) -> Place:
    steps = list(traceback.walk_tb(error.__traceback__))
    if not steps:
        return type(error).__name__, "", 0
    frame, line = steps[-1]
    return type(error).__name__, frame.f_code.co_filename, line


def _say(text: str) -> None:
    """Write to standard error, which a program started without a terminal may lack."""
    with suppress(Exception):
        sys.stderr.write(text)
        sys.stderr.flush()
