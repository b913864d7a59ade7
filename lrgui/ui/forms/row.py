"""FieldRow: one constructor argument in a form: its name, its editor, unit, reset, and a line of help or a problem."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QCheckBox, QGridLayout, QLabel, QToolButton, QWidget

from lrgui.core.fields import Field
from lrgui.core.problems import Problem, Severity
from lrgui.core.recipe import Value
from lrgui.ui.forms.editors import Editor
from lrgui.ui.forms.layout import line_spacing
from lrgui.ui.forms.notes import Note, sentence_of
from lrgui.ui.forms.value_text import write_value
from lrgui.ui.icons import icon

_LABEL_CHARACTERS = 20


class FieldRow(QWidget):
    """A row for one field.

    With `overrides`, the name is a check box: off, the row shows the inherited value; on, the group's own.

    Signals:
        edited: the user gave the field a value (name, value).
        acted: the user gave the field a value by one act, which is undone by itself (name, value, text for undo).
        reset: the user wants the default (or the inherited value) back (name).
        typed: the user is typing something that is no new value yet (name).
    """

    edited = Signal(str, object)
    acted = Signal(str, object, str)
    reset = Signal(str)
    typed = Signal(str)

    def __init__(self, editor: Editor, parent: QWidget | None = None, *, overrides: bool = False) -> None:
        super().__init__(parent)
        self.field = field = editor.field
        self.editor = editor
        self.switch = QCheckBox(field.name) if overrides else None
        self.label: QCheckBox | QLabel = self.switch or QLabel(field.name)
        self.reset_button = _make_reset_button(field)
        self.note = Note("" if overrides else field.help)
        self._told: Problem | None = None
        self._inherited: Value = None
        self._name_and_describe()
        self._lay_out()
        if self.switch is not None:
            self.switch.clicked.connect(self._on_switched)
        self.editor.value_changed.connect(self._on_value_changed)
        self.editor.acted.connect(self._on_acted)
        self.editor.problem_changed.connect(self._show_problem)
        self.editor.typed.connect(self._on_typed)
        self.reset_button.clicked.connect(self._on_reset)

    def show_value(self, value: Value, *, differs: bool, problem: Problem | None) -> None:
        """Show the field's value, whether it differs from the default, and what is wrong with it."""
        self.editor.set_value(value)
        # A required argument has nothing to go back to.
        self.reset_button.setVisible(differs and not self.field.required and self.switch is None)
        self._told = problem
        self._show_problem()

    def show_override(self, value: Value, inherited: Value, *, on: bool, problem: Problem | None) -> None:
        """Show a group's own value (`on`) or the one that it inherits from the optimizer."""
        assert self.switch is not None
        self._inherited = inherited
        self.switch.setChecked(on)
        self.editor.setEnabled(on)
        if not on:
            self.editor.restore()
        self.show_value(value if on else inherited, differs=on, problem=problem)

    def problem(self) -> str:
        """Return what is told under the editor; empty where it is help."""
        return self.note.problem

    def tab_stops(self) -> list[QWidget]:
        """Return what takes the focus by Tab, in order."""
        stops = (self.switch, *self.editor.tab_stops(), self.reset_button)
        return [widget for widget in stops if widget is not None]

    def _name_and_describe(self) -> None:
        self.editor.set_name(self.field.name, self.field.help)
        for widget in (self.label, self.editor):
            widget.setToolTip(self.field.help)
            widget.setWhatsThis(f"{self.field.name}: {self.editor.describe()}. {self.field.help}")
        if isinstance(self.label, QLabel):
            self.label.setBuddy(self.editor)

    def _lay_out(self) -> None:
        unit = QLabel(self.field.unit)
        unit.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        height = self.fontMetrics().height()
        # All forms have the same column of names, so that all editors stand below each other; only the longest names
        # take room from their own editors.
        self.label.setMinimumWidth(self.fontMetrics().averageCharWidth() * _LABEL_CHARACTERS)
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setHorizontalSpacing(height // 3)
        layout.setVerticalSpacing(line_spacing(self))
        layout.addWidget(self.label, 0, 0, Qt.AlignmentFlag.AlignVCenter)
        if self.editor.heading is None:
            layout.addWidget(self.editor, 0, 1)
        else:
            layout.addWidget(self.editor.heading, 0, 1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            layout.addWidget(self.editor, 1, 0, 1, 4)
        layout.addWidget(unit, 0, 2)
        unit.setVisible(bool(self.field.unit))
        layout.addWidget(self.reset_button, 0, 3)
        layout.addWidget(self.note, 2, 0, 1, 4)
        layout.setColumnStretch(1, 1)

    @Slot(bool)
    def _on_switched(self, on: bool) -> None:
        if not on:
            self.reset.emit(self.field.name)
            return
        self.edited.emit(self.field.name, self._inherited)
        self.editor.setFocus(Qt.FocusReason.TabFocusReason)

    @Slot(object)
    def _on_value_changed(self, value: Value) -> None:
        self.edited.emit(self.field.name, value)

    @Slot(object, str)
    def _on_acted(self, value: Value, text: str) -> None:
        self.acted.emit(self.field.name, value, text)

    @Slot()
    def _on_typed(self) -> None:
        self.typed.emit(self.field.name)

    @Slot()
    def _on_reset(self) -> None:
        self.editor.restore()
        self.reset.emit(self.field.name)
        self.editor.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _show_problem(self) -> None:
        """Tell what the user typed before what the recipe has: it is nearer to the eye."""
        if self.editor.problem:
            self.note.set_problem(self.editor.problem)
            return
        told = self._told
        self.note.set_problem(sentence_of(told) if told is not None else "", told.severity if told else Severity.ERROR)
        self.editor.set_wrong(told is not None and told.severity is Severity.ERROR)


def _make_reset_button(field: Field) -> QToolButton:
    button = QToolButton()
    button.setIcon(icon("rotate-ccw"))
    button.setAutoRaise(True)
    button.setAccessibleName(f"Reset {field.name}")
    default = write_value(field, field.initial) or "none"
    button.setToolTip(f"Back to torch's default, {default}")
    policy = button.sizePolicy()
    # The button's place is kept, so that the editors do not change their width as it comes and goes.
    policy.setRetainSizeWhenHidden(True)
    button.setSizePolicy(policy)
    button.hide()
    return button
