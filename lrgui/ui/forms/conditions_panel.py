"""ConditionsPanel: what bends the schedule in real trainings, folded away under "What if" while nothing does."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from lrgui.core.catalog.run import CONDITIONS
from lrgui.core.fields import Field, Kind
from lrgui.core.pace import has_conditions, without_conditions
from lrgui.core.problems import Problem
from lrgui.core.recipe import MAX_STEPS, EveryNth, Options, Recipe, Resume, Run, Value
from lrgui.ui.document import Document
from lrgui.ui.forms.conditions_words import RESUME_HELP, RESUME_NAMES, summary_of
from lrgui.ui.forms.editors_conditions import NamedChoiceEditor, SkippedStepsEditor
from lrgui.ui.forms.editors_text import NumberEditor
from lrgui.ui.forms.fold_button import FoldButton
from lrgui.ui.forms.form import OptionsForm
from lrgui.ui.forms.layout import lay_out_now, row_spacing
from lrgui.ui.forms.row import FieldRow
from lrgui.ui.forms.skipped_text import read_skipped, write_skipped
from lrgui.ui.forms.unfreeze_list import UnfreezeList

_SKIPPED = Field(
    "skipped_steps",
    Kind.INTEGERS,
    help="Steps that a GradScaler skips while the scheduler goes on: 5, 6, 100-110, or every 100.",
)
_RESUME = Field(
    "resume",
    Kind.INTEGER,
    help="From a checkpoint: right before that step all is saved, rebuilt and loaded.",
    unit="step",
    minimum=0,
    maximum=MAX_STEPS,
)
_RESUME_ORDER = Field(
    "resume order",
    Kind.CHOICE,
    Resume(0).order,
    "What is built and loaded, and in which order.",
    choices=(*RESUME_NAMES,),
)
_NAMES = (*(field.name for field in CONDITIONS.fields), _SKIPPED.name, "unfreeze", _RESUME.name)
_FIRST_EVERY = 100


class ConditionsPanel(QWidget):
    """Shows the conditions of the document's run and changes them only through `Document.replace`.

    Signals:
        intended_wanted: whether the plot is to show what is intended as well.
    """

    intended_wanted = Signal(bool)

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._unfolded_for: tuple[bool, bool] = (False, False)
        self.fold = FoldButton("What if")
        self.form = OptionsForm("run")
        self.form.set_entry(CONDITIONS)
        self.skipped_row = _make_switched_row(SkippedStepsEditor(_SKIPPED))
        self.unfreeze = UnfreezeList(document)
        self.resume_row = _make_switched_row(NumberEditor(_RESUME))
        self.order_row = FieldRow(NamedChoiceEditor(_RESUME_ORDER, RESUME_NAMES))
        self.intended_box = QCheckBox("Show the intended curve")
        self.intended_box.setToolTip("Draw the schedule without these conditions too, dotted")
        self.intended_box.setChecked(True)
        self.reset_button = QPushButton("Reset All")
        self.reset_button.setToolTip("Take every condition away")
        self._content = self._lay_out()
        self._connect()
        self._order_for_tab()
        self.refresh(document.recipe)

    def reveal(self, place: str) -> QWidget | None:
        """Unfold and return what edits a place such as `run.resume.step`, None for one that is no condition."""
        name = place.removeprefix("run.").partition(".")[0].partition("[")[0]
        if not place.startswith("run.") or name not in _NAMES:
            return None
        self.fold.setChecked(True)
        if name == "unfreeze":
            return self.unfreeze.editor_at(place)
        if name in (_SKIPPED.name, _RESUME.name):
            row = self.skipped_row if name == _SKIPPED.name else self.resume_row
            row = self.order_row if place.endswith(".order") else row
            return row.editor if row.editor.isEnabled() else row.switch
        return self.form.row(name).editor

    @Slot(object)
    def refresh(self, recipe: Recipe) -> None:
        """Show the recipe."""
        run = recipe.run
        options = Options({field.name: getattr(run, field.name) for field in CONDITIONS.fields})
        self.form.show_options(options, [one for name in options for one in self._problems(name)])
        skipped = write_skipped(run.skipped_steps)
        proposed = write_skipped(EveryNth(max(2, min(_FIRST_EVERY, run.steps // 10))))
        self.skipped_row.show_override(skipped, proposed, on=bool(skipped), problem=self._problem("skipped_steps"))
        self.unfreeze.show_recipe(recipe)
        self._show_resume(run)
        summary = summary_of(run) or "nothing"
        self.fold.set_summary(summary)
        self.fold.setToolTip(f"Conditions of real trainings that bend the schedule: {summary}")
        self.reset_button.setEnabled(has_conditions(run))
        self._unfold_if_needed(run)

    def _show_resume(self, run: Run) -> None:
        resume, order_problem = run.resume, self._problem("resume.order")
        problem = next((one for one in self._problems("resume") if one != order_problem), None)
        step = resume.step if resume is not None else None
        self.resume_row.show_override(step, run.steps // 2, on=resume is not None, problem=problem)
        self.order_row.setVisible(resume is not None)
        if resume is not None:
            self.order_row.note.set_help(RESUME_HELP.get(resume.order, ""))
            differs = resume.order != _RESUME_ORDER.default
            self.order_row.show_value(resume.order, differs=differs, problem=order_problem)

    def _unfold_if_needed(self, run: Run) -> None:
        """Unfold when something here is set or wrong that was not before; what the user folds away stays so."""
        now = (has_conditions(run), any(map(self._problems, _NAMES)))
        if any(present and not before for present, before in zip(now, self._unfolded_for, strict=True)):
            self.fold.setChecked(True)
        self._unfolded_for = now

    def _problems(self, name: str) -> tuple[Problem, ...]:
        return self._document.problems_for(f"run.{name}")

    def _problem(self, name: str) -> Problem | None:
        return next(iter(self._problems(name)), None)

    def _lay_out(self) -> QWidget:
        content = QWidget()
        buttons = QHBoxLayout()
        buttons.addWidget(self.intended_box, 1)
        buttons.addWidget(self.reset_button)
        inner, outer = QVBoxLayout(content), QVBoxLayout(self)
        for layout in (inner, outer):
            layout.setContentsMargins(0, 0, 0, 0)
            layout.setSpacing(row_spacing(self))
        for widget in (self.form, self.skipped_row, self.unfreeze, self.resume_row, self.order_row):
            inner.addWidget(widget)
        inner.addLayout(buttons)
        outer.addWidget(self.fold)
        outer.addWidget(content)
        content.hide()
        return content

    def _connect(self) -> None:
        self.fold.toggled.connect(self._on_fold_toggled)
        for source in (self.form, self.skipped_row, self.resume_row, self.order_row):
            source.edited.connect(self._on_edited)
            source.reset.connect(self._on_reset)
            source.typed.connect(self._on_typed)
        self.unfreeze.rows_changed.connect(self._order_for_tab)
        self.intended_box.toggled.connect(self.intended_wanted)
        self.reset_button.clicked.connect(self._reset_all)
        self._document.recipe_changed.connect(self.refresh)
        self._document.opened.connect(self._on_opened)

    @Slot()
    def _order_for_tab(self) -> None:
        """Let Tab go through everything from the top; Qt puts what is built last behind the rest of the window."""
        rows = [*(self.form.row(field.name) for field in CONDITIONS.fields), self.skipped_row]
        resume = [*self.resume_row.tab_stops(), *self.order_row.tab_stops()]
        stops = [*(stop for row in rows for stop in row.tab_stops()), *self.unfreeze.tab_stops(), *resume]
        for first, second in pairwise([self.fold, *stops, self.intended_box, self.reset_button]):
            QWidget.setTabOrder(first, second)

    @Slot(bool)
    def _on_fold_toggled(self, unfolded: bool) -> None:
        self._content.setVisible(unfolded)
        lay_out_now()

    @Slot()
    def _on_opened(self) -> None:
        """Drop what was typed, and begin as folded as the recipe allows."""
        self.form.restore()
        self.unfreeze.restore()
        for row in (self.skipped_row, self.resume_row):
            row.editor.restore()
        self.fold.setChecked(any(self._unfolded_for))

    @Slot(str, object)
    def _on_edited(self, name: str, value: Value) -> None:
        recipe = self._document.recipe
        changed = replace(recipe, run=_with_condition(recipe.run, name, value))
        self._document.replace(changed, f"change of {name}", f"run.{name}")

    @Slot(str)
    def _on_reset(self, name: str) -> None:
        recipe = self._document.recipe
        changed = replace(recipe, run=_without_condition(recipe.run, name))
        self._document.replace(changed, f"reset of {name}")

    @Slot(str)
    def _on_typed(self, name: str) -> None:
        self._document.keep_merging(f"run.{name}")

    @Slot()
    def _reset_all(self) -> None:
        recipe = self._document.recipe
        if self.reset_button.hasFocus():
            # With nothing left to reset, it would hand the focus on to another part of the window.
            self.fold.setFocus()
        self._document.replace(replace(recipe, run=without_conditions(recipe.run)), "reset of all conditions")


def _make_switched_row(editor: SkippedStepsEditor | NumberEditor) -> FieldRow:
    """Return a row that is off until it is ticked; unticking is its reset."""
    row = FieldRow(editor, overrides=True)
    row.note.set_help(editor.field.help)
    return row


def _with_condition(run: Run, name: str, value: Any) -> Run:
    """Return the run with what a row says."""
    if name == _SKIPPED.name:
        return replace(run, skipped_steps=read_skipped(value))
    if name == _RESUME.name:
        return replace(run, resume=replace(run.resume or Resume(0), step=value))
    if name == _RESUME_ORDER.name:
        return replace(run, resume=replace(run.resume or Resume(0), order=value))
    changes: dict[str, Any] = {name: value}
    return replace(run, **changes)


def _without_condition(run: Run, name: str) -> Run:
    """Return the run with a row back at its default."""
    if name == _RESUME_ORDER.name and run.resume is not None:
        return replace(run, resume=Resume(run.resume.step))
    changes: dict[str, Any] = {name: getattr(without_conditions(run), name)}
    return replace(run, **changes)
