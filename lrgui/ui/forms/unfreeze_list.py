"""UnfreezeList: which frozen groups join the optimizer, and when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from lrgui.core.fields import Field, Kind
from lrgui.core.problems import Problem, Severity
from lrgui.core.recipe import MAX_STEPS, Recipe, Unfreeze, Value
from lrgui.ui.document import Document
from lrgui.ui.forms.editors_choice import Combo
from lrgui.ui.forms.editors_text import NumberEditor
from lrgui.ui.forms.layout import lay_out_now, line_spacing, row_spacing
from lrgui.ui.forms.notes import Note, sentence_of
from lrgui.ui.icons import icon

_HELP = "Fine-tuning: a frozen group joins by add_param_group right before that step."
_NOTHING_FROZEN = "No group is frozen: freeze one under Parameter groups, and it can join here at a later step."
_STEP = Field("step", Kind.INTEGER, help="The step before which the group joins.", minimum=0, maximum=MAX_STEPS)


class UnfreezeList(QWidget):
    """Shows `run.unfreeze` of the document's recipe and changes it only through `Document.replace`.

    Signals:
        rows_changed: there are more or fewer rows, for whoever keeps the tab order.
    """

    rows_changed = Signal()

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self.rows: list[UnfreezeRow] = []
        self.note = Note(_HELP)
        self.add_button = QToolButton()
        self.add_button.setIcon(icon("plus"))
        self.add_button.setAutoRaise(True)
        self.add_button.setAccessibleName("Let a group join")
        self.add_button.setToolTip("Let a frozen group join the optimizer at a later step")
        self.add_button.clicked.connect(self._add)
        label = QLabel("unfreeze")
        label.setToolTip(_HELP)
        label.setBuddy(self.add_button)
        self._rows_layout = QVBoxLayout()
        self._rows_layout.setSpacing(line_spacing(self))
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setHorizontalSpacing(row_spacing(self))
        layout.setVerticalSpacing(line_spacing(self))
        layout.addWidget(label, 0, 0)
        layout.addWidget(self.add_button, 0, 1)
        layout.setColumnStretch(0, 1)
        layout.addWidget(self.note, 1, 0, 1, 2)
        layout.addLayout(self._rows_layout, 2, 0, 1, 2)

    def tab_stops(self) -> list[QWidget]:
        """Return what takes the focus by Tab, from the top."""
        return [self.add_button, *(stop for row in self.rows for stop in row.tab_stops())]

    def show_recipe(self, recipe: Recipe) -> None:
        """Show who joins when, and what is wrong with it."""
        entries = recipe.run.unfreeze
        frozen = _frozen_names(recipe)
        self._fit_rows(len(entries))
        for index, (row, entry) in enumerate(zip(self.rows, entries, strict=True)):
            taken = {other.group for other in entries if other is not entry}
            free = [name for name in frozen if name not in taken or name == entry.group]
            row.show_entry(entry, free, self._document.problems_for(f"run.unfreeze[{index}]"))
        self.add_button.setEnabled(self._next_group(recipe) is not None)
        self.note.set_help(_HELP if frozen or entries else _NOTHING_FROZEN)
        problem = next((one for one in self._document.problems if one.place == "run.unfreeze"), None)
        self.note.set_problem(sentence_of(problem) if problem else "", problem.severity if problem else Severity.ERROR)

    @Slot()
    def restore(self) -> None:
        """Drop whatever was typed and could not be used."""
        for row in self.rows:
            row.step_editor.restore()

    def editor_at(self, place: str) -> QWidget:
        """Return what edits a place such as `run.unfreeze[0].step`."""
        for index, row in enumerate(self.rows):
            if place.startswith(f"run.unfreeze[{index}]"):
                return row.step_editor if place.endswith(".step") else row.combo
        return self.add_button

    def _fit_rows(self, count: int) -> None:
        if count == len(self.rows):
            return
        for row in self.rows[count:]:
            row.hide()
            row.deleteLater()
        del self.rows[count:]
        while len(self.rows) < count:
            row = UnfreezeRow(len(self.rows))
            row.group_chosen.connect(self._on_group_chosen)
            row.step_edited.connect(self._on_step_edited)
            row.typed.connect(self._on_typed)
            row.removal_wanted.connect(self._remove)
            self._rows_layout.addWidget(row)
            row.show()  # at once: what is hidden takes no focus
            self.rows.append(row)
        self.rows_changed.emit()
        lay_out_now()

    def _next_group(self, recipe: Recipe) -> str | None:
        """Return the first frozen group that does not join yet."""
        joining = {entry.group for entry in recipe.run.unfreeze}
        return next((name for name in _frozen_names(recipe) if name not in joining), None)

    @Slot()
    def _add(self) -> None:
        recipe = self._document.recipe
        group = self._next_group(recipe)
        if group is not None:
            entry = Unfreeze(group, recipe.run.steps // 2)
            self._replace((*recipe.run.unfreeze, entry), f"unfreezing of {group}")
            self.rows[-1].step_editor.setFocus(Qt.FocusReason.TabFocusReason)

    @Slot(int)
    def _remove(self, index: int) -> None:
        entries = self._document.recipe.run.unfreeze
        text = f"removal of the unfreezing of {entries[index].group}"
        self._replace((*entries[:index], *entries[index + 1 :]), text)
        stop = self.rows[min(index, len(self.rows) - 1)].remove_button if self.rows else self.add_button
        stop.setFocus(Qt.FocusReason.TabFocusReason)

    @Slot(int, str)
    def _on_group_chosen(self, index: int, group: str) -> None:
        entry = replace(self._document.recipe.run.unfreeze[index], group=group)
        self._replace_entry(index, entry, f"unfreezing of {group}")

    @Slot(int, object)
    def _on_step_edited(self, index: int, step: int) -> None:
        entry = replace(self._document.recipe.run.unfreeze[index], step=step)
        self._replace_entry(index, entry, f"change of when {entry.group} joins", _merge_key(index))

    @Slot(int)
    def _on_typed(self, index: int) -> None:
        self._document.keep_merging(_merge_key(index))

    def _replace_entry(self, index: int, entry: Unfreeze, text: str, merge: str | None = None) -> None:
        entries = self._document.recipe.run.unfreeze
        self._replace((*entries[:index], entry, *entries[index + 1 :]), text, merge)

    def _replace(self, entries: tuple[Unfreeze, ...], text: str, merge: str | None = None) -> None:
        self._document.replace(self._document.recipe.with_run(unfreeze=entries), text, merge)


class UnfreezeRow(QWidget):
    """One group and the step before which it joins.

    Signals:
        group_chosen: the user chose another group (index of the row, name).
        step_edited: the user gave another step (index, step).
        typed: the user is typing something that is no new step yet (index).
        removal_wanted: the row is to go (index).
    """

    group_chosen = Signal(int, str)
    step_edited = Signal(int, object)
    typed = Signal(int)
    removal_wanted = Signal(int)

    def __init__(self, index: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._index = index
        self.combo = Combo()
        self.combo.setAccessibleName(f"group {index + 1} to join")
        self.combo.activated.connect(self._on_activated)
        self.step_editor = NumberEditor(_STEP)
        self.step_editor.set_name(f"step at which group {index + 1} joins", _STEP.help)
        self.step_editor.setToolTip(_STEP.help)
        self.step_editor.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.step_editor.value_changed.connect(self._on_step_changed)
        self.step_editor.typed.connect(self._on_typed)
        self.step_editor.problem_changed.connect(self._show_problem)
        self.remove_button = QToolButton()
        self.remove_button.setIcon(icon("trash-2"))
        self.remove_button.setAutoRaise(True)
        self.remove_button.setAccessibleName(f"Remove group {index + 1} to join")
        self.remove_button.setToolTip("Leave the group frozen")
        self.remove_button.clicked.connect(self._on_removed)
        self.note = Note()
        self._told: Problem | None = None
        self._lay_out()

    @property
    def problem(self) -> str:
        """What is told under the row."""
        return self.note.problem

    def tab_stops(self) -> list[QWidget]:
        """Return what takes the focus by Tab, from the left."""
        return [self.combo, self.step_editor, self.remove_button]

    def show_entry(self, entry: Unfreeze, choices: Sequence[str], problems: Sequence[Problem]) -> None:
        """Show who joins when; a group that cannot join is shown all the same."""
        names = [*choices] if entry.group in choices else [*choices, entry.group]
        if [self.combo.itemText(index) for index in range(self.combo.count())] != names:
            self.combo.clear()
            self.combo.addItems(names)
        self.combo.setCurrentIndex(names.index(entry.group))
        self.combo.setToolTip(f"{entry.group}: the group that joins; only frozen ones can")
        self.step_editor.set_value(entry.step)
        self._told = next(iter(problems), None)
        self._show_problem()

    def _lay_out(self) -> None:
        words = QLabel("at step")
        words.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setHorizontalSpacing(self.fontMetrics().height() // 3)
        layout.setVerticalSpacing(line_spacing(self))
        for column, widget in enumerate((self.combo, words, self.step_editor, self.remove_button)):
            layout.addWidget(widget, 0, column)
        layout.addWidget(self.note, 1, 0, 1, 4)
        layout.setColumnStretch(0, 1)

    @Slot()
    def _show_problem(self) -> None:
        """Tell what the user typed before what the recipe has: it is nearer to the eye."""
        told = self._told
        if self.step_editor.problem:
            self.note.set_problem(self.step_editor.problem)
            return
        self.note.set_problem(sentence_of(told) if told else "", told.severity if told else Severity.ERROR)
        about_step = told is not None and told.place.endswith(".step")
        self.step_editor.set_wrong(about_step and told is not None and told.severity is Severity.ERROR)

    @Slot(int)
    def _on_activated(self, index: int) -> None:
        self.group_chosen.emit(self._index, self.combo.itemText(index))

    @Slot(object)
    def _on_step_changed(self, step: Value) -> None:
        self.step_edited.emit(self._index, step)

    @Slot()
    def _on_typed(self) -> None:
        self.typed.emit(self._index)

    @Slot()
    def _on_removed(self) -> None:
        self.removal_wanted.emit(self._index)


def _frozen_names(recipe: Recipe) -> list[str]:
    return [group.name for group in recipe.groups if group.frozen]


def _merge_key(index: int) -> str:
    return f"run.unfreeze[{index}].step"
