"""MetricPanel: what ReduceLROnPlateau watches: given values, typed, pasted or out of a file, or an expression."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from lrgui.core.catalog import METRICS
from lrgui.core.catalog.workloads import uses_metric
from lrgui.core.pace import scheduler_steps
from lrgui.core.recipe import Choice, Options, Recipe
from lrgui.session.csv_column import Column
from lrgui.ui.document import Document
from lrgui.ui.forms.choice_panel import ChoicePanel
from lrgui.ui.forms.column_chooser import ColumnChooser
from lrgui.ui.forms.editors_values import ValuesEditor
from lrgui.ui.forms.edits import carried_over
from lrgui.ui.words import counted

_CLIPBOARD = "the clipboard"


class MetricPanel(ChoicePanel):
    """The metric's class and options, the columns of a table that one can be taken from, and how far it reaches.

    Signals:
        file_wanted: the values are to come from a file; whoever reads it calls `offer_columns`.
    """

    file_wanted = Signal()

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(document, "run.metric", "metric", METRICS, may_be_none=True, parent=parent)
        self._values_editor: ValuesEditor | None = None
        self.chooser = ColumnChooser()
        self.chooser.chosen.connect(self._on_column_chosen)
        self.content.addWidget(self.chooser)
        document.opened.connect(self.chooser.dismiss)
        self.refresh(document.recipe)

    def chosen(self, recipe: Recipe) -> Choice | None:
        return recipe.run.metric

    def with_class(self, recipe: Recipe, name: str) -> Recipe:
        entry = METRICS.get(name)
        if entry is None:
            return recipe.with_run(metric=None)
        present = recipe.run.metric.options if recipe.run.metric is not None else Options()
        return recipe.with_run(metric=Choice(name, carried_over(present, entry)))

    def with_options(self, recipe: Recipe, options: Options) -> Recipe:
        metric = recipe.run.metric
        return recipe if metric is None else recipe.with_run(metric=replace(metric, options=options))

    @Slot(object)
    def refresh(self, recipe: Recipe) -> None:
        super().refresh(recipe)
        self._follow_editor()
        if self._values_editor is None:
            self.chooser.dismiss()
        else:
            self.form.row("values").note.set_help(_reach_of(recipe) or self._values_editor.field.help)

    @Slot(str, object)
    def offer_columns(self, source: str, columns: Sequence[Column]) -> None:
        """Let the user take one of the columns that were read from `source`."""
        if self._values_editor is not None:
            self.chooser.offer(columns, source)

    @Slot(str)
    def tell_failure(self, sentence: str) -> None:
        """Say that a file could not be read."""
        if self._values_editor is not None:
            self.chooser.tell_failure(sentence)

    def _follow_editor(self) -> None:
        """Listen to the editor of the values, which the form makes anew for each class."""
        metric = self.document.recipe.run.metric
        editor = self.form.row("values").editor if metric is not None and metric.class_name == "values" else None
        present = editor if isinstance(editor, ValuesEditor) else None
        if present is self._values_editor:
            return
        self._values_editor = present
        if present is not None:
            present.file_wanted.connect(self.file_wanted)
            present.table_pasted.connect(self._on_table_pasted)

    @Slot(object)
    def _on_table_pasted(self, columns: Sequence[Column]) -> None:
        self.offer_columns(_CLIPBOARD, columns)

    @Slot(object, str)
    def _on_column_chosen(self, column: Column, source: str) -> None:
        self.form.restore()
        recipe = self.document.recipe.with_run(metric=Choice("values", Options(values=column.values)))
        self.document.replace(recipe, f"choice of {column.name} from {source}")
        if self._values_editor is not None:
            self._values_editor.setFocus()


def _reach_of(recipe: Recipe) -> str:
    """Say how many values there are for the scheduler's steps in the run; empty where nothing watches a metric."""
    metric, steps = recipe.run.metric, scheduler_steps(recipe.run)
    values = metric.options.get("values") if metric is not None else None
    if not steps or not uses_metric(recipe.scheduler) or not isinstance(values, tuple) or not values:
        return ""
    makes = f"The run makes {counted(steps, 'scheduler step')}"
    missing = steps - len(values)
    if missing > 0:
        return f"{makes}: after {counted(len(values), 'value')} the last one repeats."
    return f"{makes}, one for each value." if not missing else f"{makes}: {counted(-missing, 'value')} too many."
