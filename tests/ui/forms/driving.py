"""Driving editors as a person does: keys, clicks and the wheel."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QWidget

from lrgui.ui.forms.editors import Editor


def focused() -> QWidget:
    """Return the widget that has the focus."""
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


def focus_on(editor: QWidget) -> QWidget:
    """Give an editor the focus as Tab does, and return the widget that has it then."""
    before = QApplication.focusWidget()
    if before is not None:
        before.clearFocus()
    editor.setFocus(Qt.FocusReason.TabFocusReason)
    return focused()


def type_into(editor: Editor, text: str) -> QWidget:
    """Replace an editor's text key by key and return the widget with the focus."""
    widget = focus_on(editor)
    QTest.keyClick(widget, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(widget, Qt.Key.Key_Backspace)
    QTest.keyClicks(widget, text)
    return widget


def click(widget: QWidget) -> None:
    """Click a widget in its middle; a check box on its box."""
    position = QPoint(widget.height() // 2, widget.height() // 2)
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton, pos=position)


def choose(combo: QComboBox, text: str) -> None:
    """Choose an item of a combo box by typing its name and Return."""
    focus_on(combo)
    QTest.keyClick(combo, Qt.Key.Key_Home)
    for _ in range(combo.findText(text)):
        QTest.keyClick(combo, Qt.Key.Key_Down)
    assert combo.currentText() == text


def turn_wheel(widget: QWidget, notches: int) -> None:
    """Turn the mouse wheel over a widget; negative is towards the user.

    The event goes through the window, for what is sent to a widget by itself is not passed on to those around it.
    """
    window = widget.window()
    handle = window.windowHandle()
    assert handle is not None
    QTest.wheelEvent(handle, QPointF(widget.mapTo(window, widget.rect().center())), QPoint(0, 120 * notches))
    QApplication.processEvents()
