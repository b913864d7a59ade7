"""OptionsForm: the options of one class as rows, built from its catalog entry."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from lrgui.core.catalog.entry import Entry
from lrgui.core.fields import Field, Kind
from lrgui.core.problems import Problem
from lrgui.core.recipe import Options, same_value
from lrgui.ui.forms.editor_factory import make_editor
from lrgui.ui.forms.fold_button import FoldButton
from lrgui.ui.forms.layout import lay_out_now, row_spacing
from lrgui.ui.forms.notes import ProblemList
from lrgui.ui.forms.row import FieldRow


class OptionsForm(QWidget):
    """Rows for the options at one place of the recipe, such as `optimizer.options`.

    Fields that do not apply are hidden unless they are set; advanced ones are folded under "More options".

    Signals:
        edited: the user gave an option a value (name, value).
        acted: the user gave an option a value by one act, which is undone by itself (name, value, text for undo).
        reset: the user wants an option's default back (name).
        typed: the user is typing something that is no new value yet (name).
    """

    edited = Signal(str, object)
    acted = Signal(str, object, str)
    reset = Signal(str)
    typed = Signal(str)

    def __init__(self, place: str, parent: QWidget | None = None, *, overrides: bool = False) -> None:
        super().__init__(parent)
        self.place = place
        self._overrides = overrides
        self._entry: Entry | None = None
        self._rows: dict[str, FieldRow] = {}
        self._problems = ProblemList()
        self._folded = QWidget()
        self._more = FoldButton("More options")
        self._more.hide()
        self._more.toggled.connect(self._on_more_toggled)
        spacing = row_spacing(self)
        self._layout, self._folded_layout = QVBoxLayout(self), QVBoxLayout(self._folded)
        for layout in (self._layout, self._folded_layout):
            layout.setContentsMargins(0, 0, 0, 0)
            layout.setSpacing(spacing)
        self._layout.addWidget(self._problems)
        self._layout.addWidget(self._more)
        self._layout.addWidget(self._folded)
        self._folded.hide()

    def row(self, name: str) -> FieldRow:
        """Return the row of one option."""
        return self._rows[name]

    def row_at(self, place: str) -> FieldRow | None:
        """Return the row that shows a place of the recipe, such as `optimizer.options.lr`, or None."""
        prefix = f"{self.place}."
        if not self.isVisibleTo(self.window()) or not place.startswith(prefix):
            return None
        return self._rows.get(place.removeprefix(prefix).partition("[")[0])

    @property
    def problems(self) -> tuple[Problem, ...]:
        """The problems that are told at the top, for they belong to no row."""
        return self._problems.problems

    def set_entry(self, entry: Entry | None) -> None:
        """Build the rows for another class; nothing happens when it is the same."""
        if entry is self._entry:
            return
        self._entry = entry
        for row in self._rows.values():
            row.hide()
            row.deleteLater()
        self._rows = {}
        fields = entry.fields if entry is not None else ()
        for field in sorted(fields, key=self._is_folded):
            self._rows[field.name] = row = FieldRow(make_editor(field), overrides=self._overrides)
            row.edited.connect(self.edited)
            row.acted.connect(self.acted)
            row.reset.connect(self.reset)
            row.typed.connect(self.typed)
            if self._is_folded(field):
                self._folded_layout.addWidget(row)
            else:
                self._layout.insertWidget(self._layout.indexOf(self._more), row)
        self._more.setVisible(any(map(self._is_folded, fields)))
        self._order_for_tab()

    def show_options(
        self,
        options: Options,
        problems: Sequence[Problem] = (),
        group_names: Sequence[str] | None = None,
    ) -> None:
        """Show the options with torch's defaults for what is left out; problems go under their fields.

        `group_names` are those of the optimizer's groups, for options with one value per group; None when unknown.
        """
        if self._entry is None:
            return
        values = self._entry.with_defaults(options)
        for name, row in self._rows.items():
            row.editor.group_names = group_names
            field, value = row.field, values.get(name)
            differs = name in options and (field.required or not same_value(value, field.initial))
            row.show_value(value, differs=differs, problem=self._problem_at(name, problems))
            self._show_row(row, differs or field.is_relevant(values) or bool(row.problem()))
        self._show_others(problems, set_names=options)

    def show_overrides(self, options: Options, inherited: Options, problems: Sequence[Problem] = ()) -> None:
        """Show a group's own `options`, and the optimizer's (`inherited`) where it has none."""
        if self._entry is None:
            return
        base = self._entry.with_defaults(inherited)
        values = {**base, **options}
        for name, row in self._rows.items():
            on = name in options
            problem = self._problem_at(name, problems)
            row.show_override(values.get(name), base.get(name), on=on, problem=problem)
            self._show_row(row, on or row.field.is_relevant(values))
        self._show_others(problems, set_names=options)

    def restore(self) -> None:
        """Drop whatever was typed and could not be used."""
        for row in self._rows.values():
            row.editor.restore()

    def _order_for_tab(self) -> None:
        """Let Tab go through the rows where they stand; Qt puts what is built last behind the rest of the window."""
        unfolded = [row for row in self._rows.values() if not self._is_folded(row.field)]
        folded = [row for row in self._rows.values() if self._is_folded(row.field)]
        before = [stop for row in unfolded for stop in row.tab_stops()]
        after = [stop for row in folded for stop in row.tab_stops()]
        # From the button, the one stop that keeps its place, and back to it after the rows above it.
        for first, second in pairwise([self._more, *before, self._more, *after]):
            QWidget.setTabOrder(first, second)

    def _is_folded(self, field: Field) -> bool:
        """Say whether a field is under "More options"; few groups override anything but the learning rate."""
        return field.advanced or (self._overrides and field.kind is not Kind.LEARNING_RATE)

    def _problem_at(self, name: str, problems: Sequence[Problem]) -> Problem | None:
        return next((problem for problem in problems if self._name_of(problem) == name), None)

    def _name_of(self, problem: Problem) -> str:
        """Return the option that a problem is about, empty when it is about none."""
        prefix = f"{self.place}."
        return problem.place.removeprefix(prefix).partition("[")[0] if problem.place.startswith(prefix) else ""

    def _show_row(self, row: FieldRow, visible: bool) -> None:
        """Show or hide a row; one that has the focus stays until it is left."""
        if visible or not row.isAncestorOf(_focused(self)):
            row.setVisible(visible)

    def _show_others(self, problems: Sequence[Problem], set_names: Iterable[str]) -> None:
        """Tell the problems that have no row, and unfold what must be seen."""
        self._problems.set_problems([problem for problem in problems if self._name_of(problem) not in self._rows])
        needed = any(
            self._is_folded(row.field) and (row.problem() or name in set_names) for name, row in self._rows.items()
        )
        if needed and not self._more.isChecked():
            self._more.setChecked(True)

    @Slot(bool)
    def _on_more_toggled(self, unfolded: bool) -> None:
        self._folded.setVisible(unfolded)
        lay_out_now()


def _focused(widget: QWidget) -> QWidget:
    focused = widget.window().focusWidget()
    return focused if focused is not None else widget
