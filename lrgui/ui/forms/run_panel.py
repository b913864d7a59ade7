"""RunPanel: steps, how the scheduler is stepped, the seed, the metric where one is watched, and what bends it all."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from lrgui.core.catalog.run import RUN
from lrgui.core.catalog.workloads import uses_metric
from lrgui.core.numbers import group_digits, round_number
from lrgui.core.recipe import Options, Recipe, Run, Value
from lrgui.ui.document import Document
from lrgui.ui.forms.conditions_panel import ConditionsPanel
from lrgui.ui.forms.form import OptionsForm
from lrgui.ui.forms.layout import row_spacing
from lrgui.ui.forms.metric_panel import MetricPanel
from lrgui.ui.forms.notes import make_bold
from lrgui.ui.words import counted

_DEFAULTS = Run()


class RunPanel(QWidget):
    """Shows the document's run and changes it only through `Document.replace`."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self.form = OptionsForm("run")
        self.form.set_entry(RUN)
        self.metric_heading = QLabel("Metric")
        make_bold(self.metric_heading)
        self.metric_panel = MetricPanel(document)
        self.conditions = ConditionsPanel(document)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(row_spacing(self))
        for widget in (self.form, self.metric_heading, self.metric_panel, self.conditions):
            layout.addWidget(widget)
        self.form.edited.connect(self._on_edited)
        self.form.reset.connect(self._on_reset)
        self.form.typed.connect(self._on_typed)
        document.recipe_changed.connect(self.refresh)
        document.opened.connect(self.form.restore)
        self.refresh(document.recipe)

    @Slot(object)
    def refresh(self, recipe: Recipe) -> None:
        """Show the recipe."""
        run = recipe.run
        options = Options({field.name: getattr(run, field.name) for field in RUN.fields})
        names = tuple(f"run.{name}" for name in options)
        problems = [problem for problem in self._document.problems_for("run") if problem.place.startswith(names)]
        self.form.show_options(options, problems)
        self.form.row("steps").note.set_help(f"Optimizer steps in all: {_epochs(run)}.")
        shown = uses_metric(recipe.scheduler) or run.metric is not None
        self.metric_heading.setVisible(shown)
        self.metric_panel.setVisible(shown)

    @Slot(str, object)
    def _on_edited(self, name: str, value: Value) -> None:
        recipe = self._document.recipe.with_run(**{name: value})
        self._document.replace(recipe, f"change of {name}", f"run.{name}")

    @Slot(str)
    def _on_reset(self, name: str) -> None:
        recipe = self._document.recipe.with_run(**{name: getattr(_DEFAULTS, name)})
        self._document.replace(recipe, f"reset of {name}")

    @Slot(str)
    def _on_typed(self, name: str) -> None:
        self._document.keep_merging(f"run.{name}")


def _epochs(run: Run) -> str:
    """Return the length of the run in epochs: `10 epochs`, `0.5 epochs`."""
    if run.steps_per_epoch < 1:
        return "no epochs"
    whole, rest = divmod(run.steps, run.steps_per_epoch)
    if not rest:
        return counted(whole, "epoch")
    if whole >= 1000:
        return f"about {group_digits(whole)} epochs"
    return f"{round_number(run.steps / run.steps_per_epoch, 3)} epochs"
