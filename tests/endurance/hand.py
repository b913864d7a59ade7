"""A hand that moves the mouse and presses keys, by events that go through the windows as those of a person do."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QInputMethodEvent, QKeyEvent, QWindow
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QMenu, QWidget
from shiboken6 import isValid

PLAIN = Qt.KeyboardModifier.NoModifier


@dataclass(frozen=True)
class Place:
    """A point in a widget."""

    widget: QWidget
    point: QPoint

    @property
    def window(self) -> QWindow | None:
        """The window that takes the events there; None once it is gone."""
        return self.widget.window().windowHandle() if isValid(self.widget) else None

    @property
    def in_window(self) -> QPoint:
        """The point as its window counts."""
        return self.widget.mapTo(self.widget.window(), self.point)


class Hand:
    """Presses, moves and releases; `held` is the button that is down, in the window that it went down in."""

    def __init__(self) -> None:
        self.held: tuple[QWindow, Qt.MouseButton, QPoint] | None = None

    def press(self, place: Place, button: Qt.MouseButton, modifiers: Qt.KeyboardModifier = PLAIN) -> None:
        """Press a button, after the mouse has come there."""
        window = place.window
        if window is None or self.held is not None:
            return
        at = place.in_window
        QTest.mouseMove(window, at)
        self.held = (window, button, at)
        QTest.mousePress(window, button, modifiers, at)

    def move(self, to: QPoint) -> None:
        """Move the mouse with the button down; the point counts from where it went down."""
        if self.held is not None:
            window, _, start = self.held
            if isValid(window):
                QTest.mouseMove(window, start + to)

    def release(self, modifiers: Qt.KeyboardModifier = PLAIN, at: QPoint | None = None) -> None:
        """Let the button go, where it went down or that far from there."""
        if self.held is not None:
            window, button, start = self.held
            self.held = None
            if isValid(window):
                QTest.mouseRelease(window, button, modifiers, start + at if at is not None else start)

    def double_click(self, place: Place, modifiers: Qt.KeyboardModifier = PLAIN) -> None:
        """Press twice in quick succession, but not in a menu, which may be gone after once."""
        window = place.window
        if window is not None and not isinstance(place.widget.window(), QMenu):
            QTest.mouseDClick(window, Qt.MouseButton.LeftButton, modifiers, place.in_window)

    def hover(self, place: Place) -> None:
        """Move the mouse there with no button down."""
        window = place.window
        if window is not None:
            QTest.mouseMove(window, place.in_window)

    def turn_wheel(self, place: Place, notches: int, modifiers: Qt.KeyboardModifier = PLAIN) -> None:
        """Turn the wheel; negative is towards the user."""
        window = place.window
        if window is not None:
            QTest.wheelEvent(window, QPointF(place.in_window), QPoint(0, 120 * notches), QPoint(), modifiers)

    def key(self, code: Qt.Key, modifiers: Qt.KeyboardModifier = PLAIN) -> None:
        """Press and release a key in the window that has the keys."""
        top = QApplication.activePopupWidget() or QApplication.activeModalWidget() or QApplication.activeWindow()
        window = top.windowHandle() if top is not None else QApplication.focusWindow()
        if isinstance(top, QMenu | QDialog):
            # It may be gone with the first key, and QTest would press and release the others in a window of the past.
            for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                if window is not None and isValid(window):
                    QApplication.sendEvent(window, QKeyEvent(kind, code, modifiers))
        elif window is not None:
            QTest.keyClick(window, code, modifiers)

    def type(self, text: str) -> None:
        """Type into the widget with the focus: keys as far as keyboards have them, else as an input method does."""
        widget = QApplication.focusWidget()
        if widget is None:
            return
        if text.isascii() and text.isprintable():
            QTest.keyClicks(widget, text)
        else:
            event = QInputMethodEvent()
            event.setCommitString(text)
            QApplication.sendEvent(widget, event)
