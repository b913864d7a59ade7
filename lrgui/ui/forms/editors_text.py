"""Editors for values that are typed: numbers and lists of numbers."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractSpinBox, QLineEdit, QWidget
from shiboken6 import isValid

from lrgui.core.fields import Field, Kind
from lrgui.core.recipe import Value, same_value
from lrgui.ui.forms.editors import Editor
from lrgui.ui.forms.stepping import step_value
from lrgui.ui.forms.text_inputs import NumberInput, TextInput
from lrgui.ui.forms.value_text import (
    UnreadableError,
    is_unfinished,
    read_value,
    write_value,
)


class TypedEditor(Editor):
    """An editor around one line of text. Each key counts at once; what cannot be used stays where it was typed."""

    def __init__(self, field: Field, entry: TextInput | NumberInput, parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        self._line: QLineEdit = entry if isinstance(entry, TextInput) else entry.lineEdit()
        self._line.setPlaceholderText(_placeholder(field))
        self._line.textEdited.connect(self._on_edited)
        entry.finished.connect(self._on_finished)
        self._adopt(entry)

    @property
    def value(self) -> Value:
        """The last good value."""
        return self._value

    def text(self) -> str:
        """Return what stands in the editor."""
        return self._line.text()

    def set_value(self, value: Value) -> None:
        if self._line.text() and same_value(value, self._value):
            return
        unreadable_and_unchanged = bool(self._problem) and same_value(value, self._value)
        self._value = value
        if not unreadable_and_unchanged:
            self._show_value()

    def restore(self) -> None:
        if self._problem:
            self._show_value()

    def _show_value(self) -> None:
        with QSignalBlocker(self._line):
            self._line.setText(self._write(self._value))
            self._line.setCursorPosition(0)
        self._set_problem("")
        self._mark(None)

    @Slot(str)
    def _on_edited(self, text: str) -> None:
        try:
            value = self._read(text)
        except UnreadableError as error:
            unfinished = is_unfinished(self.field, text)
            self._set_problem("" if unfinished else self._sentence(str(error)))
            self._mark(text)
            self.typed.emit()
            return
        self._set_problem("")
        self._mark(None)
        self._accept(value)

    @Slot()
    def _on_finished(self) -> None:
        """Tell what was let pass as unfinished, and write a value the way it is always written."""
        # A window that Python destroys takes its line edits first and then sends its focus away.
        if not isValid(self._line):
            return
        try:
            self._read(self.text())
        except UnreadableError as error:
            self._set_problem(self._sentence(str(error)))
            self._mark(self.text())
            return
        canonical = self._write(self._value)
        if canonical != self.text():
            with QSignalBlocker(self._line):
                self._line.setText(canonical)

    def _read(self, text: str) -> Value:
        """Return what `text` stands for; raises UnreadableError when that is nothing."""
        return read_value(self.field, text, self.group_count)

    def _write(self, value: Value) -> str:
        """Return the text that stands for `value`."""
        return write_value(self.field, value)

    def _sentence(self, complaint: str) -> str:
        return f"{self.field.name} {complaint}."

    def _mark(self, text: str | None) -> None:
        """Mark the text as wrong, or not (None)."""
        self.set_wrong(text is not None and bool(self._problem))

    # overrides of Qt

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let Escape bring the last good value back in place of what was typed."""
        if event.key() != Qt.Key.Key_Escape or self.text() == self._write(self._value):
            super().keyPressEvent(event)
            return
        self._show_value()
        self._line.selectAll()


class NumberEditor(TypedEditor):
    """A number, with steps: arrow keys, page keys, buttons, and the wheel while it has the focus."""

    def __init__(self, field: Field, parent: QWidget | None = None, *, buttons: bool = True) -> None:
        self._spin = NumberInput()
        super().__init__(field, self._spin, parent)
        if not buttons:
            self._spin.setButtonSymbols(QAbstractSpinBox.ButtonSymbols.NoButtons)
        self._spin.stepped.connect(self._on_stepped)

    def set_value(self, value: Value) -> None:
        super().set_value(value)
        self._spin.can_step = not isinstance(value, tuple)

    def set_wrong(self, wrong: bool) -> None:
        self._spin.set_wrong(wrong)

    @Slot(int)
    def _on_stepped(self, steps: int) -> None:
        current = self._value if self._value is not None else self.field.initial
        start = current if isinstance(current, int | float) else 0
        value = step_value(self.field, start, steps)
        if self.field.check(value, self.group_count) or (same_value(value, self._value) and not self._problem):
            return
        self._line.setText(self._write(value))
        self._on_edited(self._line.text())


class LineEditor(TypedEditor):
    """A list of numbers such as `30, 60, 90`."""

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        self._input = TextInput()
        super().__init__(field, self._input, parent)

    def set_wrong(self, wrong: bool) -> None:
        self._input.set_wrong(wrong)


def _placeholder(field: Field) -> str:
    if field.optional:
        return "none"
    return {Kind.FLOATS: "0.1, 0.2", Kind.INTEGERS: "30, 60"}.get(field.kind, "")
