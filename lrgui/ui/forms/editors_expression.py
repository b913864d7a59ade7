"""ExpressionEditor: arithmetic, one expression for all groups or one for each."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QCheckBox, QGridLayout, QHBoxLayout, QToolButton, QWidget
from shiboken6 import isValid

from lrgui.core.errors import ExpressionError
from lrgui.core.fields import Field
from lrgui.core.recipe import Value
from lrgui.ui.forms.editors import Editor
from lrgui.ui.forms.expression_input import ExpressionInput
from lrgui.ui.forms.expression_line import ExpressionLine, fault_of
from lrgui.ui.forms.expression_menu import ExpressionMenu
from lrgui.ui.forms.expression_words import ReadyExpression, Word
from lrgui.ui.forms.layout import lay_out_now, line_spacing
from lrgui.ui.icons import icon


class ExpressionEditor(Editor):
    """Boxes for expressions below the field's name. Each key counts at once; what cannot be used stays as typed.

    With one expression per group there is a line for each group, and for each expression that no group has.
    """

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        self._shown = False
        self._marked = False
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(self.fontMetrics().height() // 3)
        self._grid.setVerticalSpacing(line_spacing(self) * 2)
        self._grid.setColumnStretch(1, 1)
        self._layout.addLayout(self._grid)
        self._lines: list[ExpressionLine] = []
        self._set_line_count(1)
        self._active = self._lines[0]
        self.setFocusProxy(self._active.box)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.switch = QCheckBox("one per group")
        self.switch.setToolTip("One expression for each parameter group, so that each has a schedule of its own")
        self.switch.setAccessibleName(f"{field.name}, one per group")
        self.switch.clicked.connect(self._on_switched)
        self.menu = ExpressionMenu(field, self)
        self.menu.word_chosen.connect(self._on_word_chosen)
        self.menu.expression_chosen.connect(self._on_expression_chosen)
        self.menu_button = _make_menu_button(field)
        self.menu_button.clicked.connect(self._open_menu)
        self.heading = QWidget()
        heading = QHBoxLayout(self.heading)
        heading.setContentsMargins(0, 0, 0, 0)
        heading.addWidget(self.switch)
        heading.addWidget(self.menu_button)
        self.switch.setVisible(False)

    @property
    def boxes(self) -> list[ExpressionInput]:
        """The boxes that are shown, from the top."""
        return [line.box for line in self._lines]

    def text(self) -> str:
        """Return what stands in the first box."""
        return self._lines[0].box.text()

    def tab_stops(self) -> list[QWidget]:
        return [self.switch, self.menu_button, self]

    def set_name(self, name: str, description: str) -> None:
        super().set_name(name, description)
        self._label_lines()

    def set_value(self, value: Value) -> None:
        same = self._shown and value == self._value
        self._value = value
        if not same:
            self._show_value()
            return
        self._set_line_count(self._wanted_lines())
        self._label_lines()

    def restore(self) -> None:
        if self._problem:
            self._show_value()

    def set_wrong(self, wrong: bool) -> None:
        self._marked = wrong
        faults = [line.fault() for line in self._lines]
        for line, fault in zip(self._lines, faults, strict=True):
            at_fault = fault is not None or not any(faults)
            line.box.set_wrong(wrong and at_fault, fault.column if fault is not None else None)

    def _show_value(self) -> None:
        self._shown = True
        texts = self._value if isinstance(self._value, tuple) else (self._value,)
        self._set_line_count(self._wanted_lines())
        for index, line in enumerate(self._lines):
            text = texts[index] if index < len(texts) else None
            line.box.set_text("" if text is None else str(text))
        self._label_lines()
        self._set_problem("")

    def _wanted_lines(self) -> int:
        return max(len(self._value), self.group_count or 0, 1) if isinstance(self._value, tuple) else 1

    def _set_line_count(self, count: int) -> None:
        if count == len(self._lines):
            return
        while len(self._lines) > count:
            line = self._lines.pop()
            if self._active is line:
                self._active = self._lines[0]
            line.take_away()
        while len(self._lines) < count:
            line = ExpressionLine(self.field, self, self._grid, len(self._lines))
            line.box.edited.connect(self._on_edited)
            line.box.finished.connect(self._on_finished)
            line.box.focused.connect(self._on_focused)
            line.spare_button.clicked.connect(self._take_spare_away)
            if self._lines:
                QWidget.setTabOrder(self._lines[-1].spare_button, line.box)
            self._lines.append(line)
        if self.isVisible():
            lay_out_now()

    def _label_lines(self) -> None:
        """Name the lines after the groups, and offer the switch where it has a meaning."""
        per_group = isinstance(self._value, tuple)
        self.switch.setChecked(per_group)
        self.switch.setVisible(self.field.per_group and (per_group or self.group_count != 1))
        for index, line in enumerate(self._lines):
            spare = per_group and self.group_count is not None and index >= self.group_count
            line.set_group(self._group_name(index) if per_group else "", spare=spare)

    def _group_name(self, index: int) -> str:
        if self.group_names is None:
            return f"group {index + 1}"
        return self.group_names[index] if index < len(self.group_names) else "no group"

    def _read(self) -> Value:
        """Return the value that stands in the boxes, whether it can be used or not."""
        texts = tuple(line.text() for line in self._lines)
        if isinstance(self._value, tuple):
            return texts
        return None if self.field.optional and not texts[0] else texts[0]

    def _judge(self, *, patient: bool) -> bool:
        """Mark and tell what is wrong; say whether the lines can be used.

        With `patient` nothing is said of a text that the next keys can complete.
        """
        faults = [line.fault() for line in self._lines]
        told: list[tuple[int, ExpressionError]] = []
        for index, (line, fault) in enumerate(zip(self._lines, faults, strict=True)):
            if fault is None or (patient and line.goes_on(fault)):
                line.box.set_wrong(self._marked and not any(faults))
            else:
                told.append((index, fault))
                line.box.set_wrong(True, fault.column)
        complaint = None if any(faults) else self.field.check(self._read(), self.group_count)
        if told:
            self._set_problem(self._sentence(*told[0]))
        else:
            self._set_problem(f"{self.field.name} {complaint}." if complaint else "")
        return not any(faults) and not complaint

    def _sentence(self, index: int, fault: ExpressionError) -> str:
        whose = f" of {self._group_name(index)}" if isinstance(self._value, tuple) else ""
        where = f" (character {fault.column + 1})" if self._lines[index].text() else ""
        return f"{self.field.name}{whose} is not understood: {fault}{where}."

    @Slot()
    def _on_edited(self) -> None:
        if self._judge(patient=True):
            self._accept(self._read())
        else:
            self.typed.emit()

    @Slot()
    def _on_finished(self) -> None:
        # A window that Python destroys takes its boxes first and then sends its focus away.
        if all(isValid(line.box) for line in self._lines):
            self._judge(patient=False)

    @Slot()
    def _on_focused(self) -> None:
        self._active = next((line for line in self._lines if line.box.hasFocus()), self._active)

    @Slot(bool)
    def _on_switched(self, per_group: bool) -> None:
        if per_group:
            self._act((self._value,) * (self.group_count or 1), f"change of {self.field.name} to one per group")
        elif isinstance(self._value, tuple):
            self._act(self._value[0], f"change of {self.field.name} to one for all groups")

    @Slot()
    def _take_spare_away(self) -> None:
        """Drop the expressions that no group has."""
        if isinstance(self._value, tuple):
            self._act(self._value[: self.group_count], f"removal of {self.field.name} of no group")

    @Slot()
    def _open_menu(self) -> None:
        self.menu.popup(self.menu_button.mapToGlobal(self.menu_button.rect().bottomLeft()))

    @Slot(object)
    def _on_word_chosen(self, word: Word) -> None:
        self._active.box.setFocus(Qt.FocusReason.OtherFocusReason)
        self._active.box.complete(word)

    @Slot(object)
    def _on_expression_chosen(self, expression: ReadyExpression) -> None:
        """Write a ready expression at the cursor where that makes sense, else in place of the whole line."""
        box = self._active.box
        before, after = box.text_around_selection()
        inserted = f"{before}({expression.text}){after}"
        fits = (before.strip() or after.strip()) and fault_of(inserted, self.field) is None
        box.set_text(inserted if fits else expression.text)
        box.setFocus(Qt.FocusReason.OtherFocusReason)
        if self._judge(patient=True):
            self._act(self._read(), f"choice of {expression.title.lower()} for {self.field.name}")
        else:
            self.typed.emit()

    def _act(self, value: Value, text: str) -> None:
        """Show and tell a value that one act has made."""
        if value == self._value:
            return
        self._value = value
        self._show_value()
        self.acted.emit(value, text)


def _make_menu_button(field: Field) -> QToolButton:
    button = QToolButton()
    button.setIcon(icon("square-function"))
    button.setAutoRaise(True)
    button.setToolTip("Functions, constants and ready expressions")
    button.setAccessibleName(f"Functions for {field.name}")
    return button
