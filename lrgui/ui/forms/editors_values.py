"""ValuesEditor: a long list of numbers: typed, pasted, or taken from a file; with its course as a small picture."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QGuiApplication, QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget
from shiboken6 import isValid

from lrgui.core.fields import Field
from lrgui.core.number_list import NumberListError, read_numbers
from lrgui.core.numbers import format_number, group_digits, round_number
from lrgui.core.recipe import Value
from lrgui.ui.forms.editors import Editor
from lrgui.ui.forms.layout import line_spacing
from lrgui.ui.forms.notes import make_small
from lrgui.ui.forms.pasted_values import read_clipboard_text
from lrgui.ui.forms.sparkline import Sparkline
from lrgui.ui.forms.text_box import TextBox
from lrgui.ui.icons import icon, set_beside_text
from lrgui.ui.words import counted

_MOST_LINES = 5
_LONG_LIST = 1000
"""From here on a list is written one value per line, which the box lays out without looking at all of it."""

_LONG_TEXT = 20_000
_PAUSE_MS = 300
_FEWEST_DRAWN = 3


class ValuesBox(TextBox):
    """A box for numbers that takes what is pasted as the numbers that it stands for.

    Signals:
        table_pasted: a table was pasted (carries its columns).
    """

    table_pasted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_MOST_LINES, parent)

    def insertFromMimeData(self, source: QMimeData) -> None:
        text = source.text()
        try:
            pasted = read_clipboard_text(text)
        except NumberListError:
            # Told below the box, as if it had been typed.
            self.insertPlainText(text)
            return
        if pasted.columns:
            self.table_pasted.emit(pasted.columns)
        else:
            self.insertPlainText(write_values(pasted.values))


class ValuesEditor(Editor):
    """A box with the numbers, and below it how many they are and their course.

    Each key counts at once; in a long text, when the typing pauses.

    Signals:
        file_wanted: the values are to come from a file.
        table_pasted: a table was pasted (carries its columns).
    """

    file_wanted = Signal()
    table_pasted = Signal(object)

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        self.box = ValuesBox()
        self.box.setPlaceholderText("0.9, 0.8, 0.7")
        self.summary = QLabel()
        self.summary.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        make_small(self.summary)
        self.sparkline = Sparkline()
        self.paste_button = _make_button("clipboard-paste", "Paste", "Replace the values by those in the clipboard")
        self.file_button = _make_button("table", "File…", "Read the values from a column of a CSV file")
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._lay_out()
        self.value_changed.connect(self._show_summary)
        self._pause.timeout.connect(self._read)
        self.box.edited.connect(self._on_edited)
        self.box.finished.connect(self._on_finished)
        self.box.table_pasted.connect(self.table_pasted)
        self.paste_button.clicked.connect(self._paste)
        self.file_button.clicked.connect(self.file_wanted)

    def tab_stops(self) -> list[QWidget]:
        return [self.paste_button, self.file_button, self]

    def set_value(self, value: Value) -> None:
        if value is self._value or (self._value is not None and value == self._value):
            return
        self._value = value
        self._show_value()

    def restore(self) -> None:
        if self._problem:
            self._show_value()

    def set_wrong(self, wrong: bool) -> None:
        self.box.set_wrong(wrong)

    def _lay_out(self) -> None:
        self.heading = QWidget()
        heading = QHBoxLayout(self.heading)
        heading.setContentsMargins(0, 0, 0, 0)
        for button in (self.paste_button, self.file_button):
            heading.addWidget(button)
        below = QHBoxLayout()
        below.setSpacing(self.fontMetrics().height())
        below.addWidget(self.summary)
        below.addWidget(self.sparkline, 1)
        column = QVBoxLayout()
        column.setSpacing(line_spacing(self))
        column.addWidget(self.box)
        column.addLayout(below)
        self._layout.addLayout(column)
        self.setFocusProxy(self.box)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def _show_value(self) -> None:
        self._pause.stop()
        self.box.set_text(write_values(self._numbers()))
        self._set_problem("")
        self._show_summary()

    @Slot()
    def _show_summary(self) -> None:
        numbers = self._numbers()
        self.summary.setText(summary_of(numbers))
        self.sparkline.setVisible(len(numbers) >= _FEWEST_DRAWN)
        self.sparkline.set_values(numbers)

    def _numbers(self) -> tuple[float, ...]:
        values = self._value if isinstance(self._value, tuple) else ()
        return tuple(value for value in values if isinstance(value, int | float))

    @Slot()
    def _on_edited(self) -> None:
        if self.box.document().characterCount() > _LONG_TEXT:
            self._pause.start()
            self.typed.emit()
        else:
            self._read()

    @Slot()
    def _read(self) -> None:
        """Take the text over, or tell what is wrong with it."""
        self._pause.stop()
        try:
            value = self._checked(read_numbers(self.box.text()))
        except NumberListError as error:
            self._set_problem(f"{self.field.name} {error}.")
            self.box.set_wrong(True)
            self.typed.emit()
            return
        self._set_problem("")
        self.box.set_wrong(False)
        self._accept(value)

    def _checked(self, numbers: tuple[float, ...]) -> tuple[float, ...]:
        """Return the numbers; raises NumberListError when the field takes no such list."""
        most = self.field.maximum_length
        if most is not None and len(numbers) > most:
            raise NumberListError(f"has {counted(len(numbers), 'value')}; {group_digits(most)} are the most")
        if len(numbers) < self.field.minimum_length:
            raise NumberListError(f"must have {counted(self.field.minimum_length, 'value')} or more")
        complaint = self.field.check(numbers)
        if complaint:
            raise NumberListError(complaint)
        return numbers

    @Slot()
    def _on_finished(self) -> None:
        # A window that Python destroys takes its boxes first and then sends its focus away.
        if isValid(self.box) and self._pause.isActive():
            self._read()

    @Slot()
    def _paste(self) -> None:
        """Replace the values by those in the clipboard; a table is left to whoever lets its columns be chosen."""
        try:
            pasted = read_clipboard_text(QGuiApplication.clipboard().text())
            value = self._checked(pasted.values) if not pasted.columns else ()
        except NumberListError as error:
            self._set_problem(f"The clipboard {error}.")
            return
        if pasted.columns:
            self.table_pasted.emit(pasted.columns)
            return
        self._value = value
        self._show_value()
        self.acted.emit(value, f"paste of {counted(len(value), 'value')}")


def write_values(values: tuple[float, ...]) -> str:
    """Return the text that reads back as `values`: a line for all of a short list, a line for each of a long one."""
    if len(values) < _LONG_LIST:
        return ", ".join(map(format_number, values))
    return "\n".join(map(repr, values))


def summary_of(values: tuple[float, ...]) -> str:
    """Return how many values there are, with the first and the last: `1 234 values, 0.93 … 0.12`."""
    many = counted(len(values), "value")
    return f"{many}, {round_number(values[0], 4)} … {round_number(values[-1], 4)}" if len(values) > 1 else many


def _make_button(icon_name: str, text: str, tip: str) -> QToolButton:
    button = QToolButton()
    button.setIcon(icon(icon_name))
    button.setText(text)
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    set_beside_text(button)
    button.setAutoRaise(True)
    button.setToolTip(tip)
    button.setAccessibleName(tip)
    return button
