"""What all editors have in common, and which editor a field gets."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from lrgui.core.fields import Field
from lrgui.core.recipe import Value, same_value


class Editor(QWidget):
    """An editor for the values of one field. It shows a value; it never holds the truth.

    An editor with a `heading` takes the whole width of a form, below its name; the heading stands beside the name.

    Signals:
        value_changed: the user chose another valid value (carries it).
        acted: the user chose another valid value by one act, which is undone by itself (value, text for undo).
        problem_changed: what the user typed cannot be used (carries the sentence), or can again (the empty text).
        typed: the user typed something that is no new value; the change is not over.
    """

    value_changed = Signal(object)
    acted = Signal(object, str)
    problem_changed = Signal(str)
    typed = Signal()

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = field
        self.group_names: Sequence[str] | None = None
        self.heading: QWidget | None = None
        self._value: Value = None
        self._problem = ""
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)

    @property
    def group_count(self) -> int | None:
        """How many groups the optimizer has, None when that is not known."""
        return None if self.group_names is None else len(self.group_names)

    @property
    def problem(self) -> str:
        """Why what stands in the editor cannot be used, as a sentence; empty when it can."""
        return self._problem

    def describe(self) -> str:
        """Say in words what can be entered."""
        return self.field.describe()

    def set_value(self, value: Value) -> None:
        """Show `value`; emits nothing. Text that stands for the same value, or for none yet, is left alone."""
        raise NotImplementedError

    def restore(self) -> None:
        """Show the last value again in place of what was typed and could not be used."""

    def set_wrong(self, wrong: bool) -> None:
        """Mark the value shown as wrong, whatever the editor itself thinks of it."""

    def tab_stops(self) -> list[QWidget]:
        """Return what takes the focus by Tab, in order; Qt keeps the parts of an editor together."""
        return [self]

    def set_name(self, name: str, description: str) -> None:
        """Tell assistive technology what is edited here."""
        for widget in (self, self.focusProxy()):
            if widget is not None:
                widget.setAccessibleName(name)
                widget.setAccessibleDescription(description)

    def _adopt(self, widget: QWidget) -> None:
        """Fill the editor with `widget`, which takes the focus for it."""
        self._layout.addWidget(widget)
        if self.focusProxy() is None:
            self.setFocusProxy(widget)
            self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def _accept(self, value: Value) -> None:
        """Take a good value that was typed for the present one, and tell of it where it is another."""
        if same_value(value, self._value):
            self.typed.emit()
            return
        self._value = value
        self.value_changed.emit(value)

    def _set_problem(self, problem: str) -> None:
        if problem != self._problem:
            self._problem = problem
            self.problem_changed.emit(problem)
