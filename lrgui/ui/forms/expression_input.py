"""ExpressionInput: arithmetic in a fixed-width font, whose names are completed while they are typed."""

from __future__ import annotations

import re
from collections.abc import Sequence

from PySide6.QtCore import QRect, Qt, Slot
from PySide6.QtGui import QFocusEvent, QFontDatabase, QKeyEvent, QMouseEvent, QTextCursor, QWheelEvent
from PySide6.QtWidgets import QWidget

from lrgui.ui.forms.completions import Completions
from lrgui.ui.forms.expression_words import Word
from lrgui.ui.forms.text_box import TextBox

_MOST_LINES = 8
# The exponent of `1e-4` and what follows a dot are no beginnings of a name.
_NAME_BEFORE_CURSOR = re.compile(r"(?<![\w.])[A-Za-z_]\w*\Z")
_ROWS_OF_KEYS = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 5, Qt.Key.Key_PageUp: -5}
_RETURN_KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class ExpressionInput(TextBox):
    """A box for one expression.

    A name that is begun opens a list of those that go on so; Tab or Return takes the one that is marked, Escape closes
    the list, Ctrl+Space opens it with all names. Whatever else is typed is typed.
    """

    def __init__(self, words: Sequence[Word], parent: QWidget | None = None) -> None:
        super().__init__(_MOST_LINES, parent)
        self._words = tuple(words)
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        font.setPointSizeF(self.font().pointSizeF())
        self.setFont(font)
        self.completions = Completions(self)
        self.completions.chosen.connect(self.complete)

    def begins_name(self) -> bool:
        """Say whether what stands before the cursor is the beginning of a name."""
        begun = self._begun_name()
        return bool(begun) and any(word.name.startswith(begun) for word in self._words)

    @Slot(object)
    def complete(self, word: Word) -> None:
        """Write `word` in place of its beginning before the cursor, a function with the cursor between its brackets."""
        self.completions.hide()
        begun = self._begun_name()
        replaced = len(begun) if word.name.startswith(begun) else 0
        followed = self._after_cursor().startswith("(")
        if word.call and not followed:
            self.insert(f"{word.name}()", back=1, replaced=replaced)
        else:
            self.insert(word.name, replaced=replaced)

    def set_text(self, text: str) -> None:
        super().set_text(text)
        self.completions.hide()

    def _offer(self, *, all_words: bool = False) -> None:
        """Show the names that go on from what stands before the cursor, or hide the list where there is none."""
        begun = self._begun_name()
        fitting = [word for word in self._words if word.name.startswith(begun)] if begun or all_words else []
        if not fitting or [word.name for word in fitting] == [begun]:
            self.completions.hide()
            return
        # A name that is whole already must not keep Tab and Return from what they do elsewhere.
        whole = any(word.name == begun for word in fitting)
        self.completions.offer(fitting, self._place_of(begun), select=not whole)

    def _place_of(self, begun: str) -> QRect:
        """Return the rectangle on the screen of the text that is being completed."""
        cursor = self.textCursor()
        cursor.setPosition(cursor.position() - len(begun))
        place = self.cursorRect(cursor)
        return QRect(self.viewport().mapToGlobal(place.topLeft()), place.size())

    def _begun_name(self) -> str:
        found = _NAME_BEFORE_CURSOR.search(self.text()[: self.textCursor().position()])
        return found[0] if found else ""

    def _after_cursor(self) -> str:
        return self.text()[self.textCursor().position() :]

    def _take_marked(self) -> bool:
        """Complete the marked name; say whether there is one."""
        word = self.completions.current
        if word is not None:
            self.complete(word)
        return word is not None

    def _steps_over(self, typed: str) -> bool:
        """Say whether a closing bracket is typed where one stands that belongs to no other opening one."""
        text = self.text()
        return typed == ")" and self._after_cursor().startswith(")") and text.count("(") == text.count(")")

    # overrides of Qt

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and event.modifiers() == Qt.KeyboardModifier.ControlModifier:
            self._offer(all_words=True)
            return
        if self.completions.isVisible() and self._drives_list(event):
            return
        if self._steps_over(event.text()) and not self.textCursor().hasSelection():
            self.moveCursor(QTextCursor.MoveOperation.NextCharacter)
            self.completions.hide()
            return
        text, position = self.text(), self.textCursor().position()
        super().keyPressEvent(event)
        if self.text() != text and (event.text().isidentifier() or self.completions.isVisible()):
            self._offer()
        elif self.textCursor().position() != position:
            self.completions.hide()

    def _drives_list(self, event: QKeyEvent) -> bool:
        """Let a key act on the open list; say whether it did."""
        key = Qt.Key(event.key())
        if key in _ROWS_OF_KEYS:
            self.completions.move_by(_ROWS_OF_KEYS[key])
        elif key == Qt.Key.Key_Escape:
            self.completions.hide()
        else:
            return key in _RETURN_KEYS and self._take_marked()
        return True

    def focusNextPrevChild(self, forward: bool) -> bool:
        # Qt asks here before Tab becomes a key press.
        if forward and self._take_marked():
            return True
        return super().focusNextPrevChild(forward)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.completions.hide()
        super().mousePressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.completions.hide()
        super().wheelEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.completions.hide()
        super().focusOutEvent(event)
