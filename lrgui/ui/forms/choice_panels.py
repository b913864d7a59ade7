"""The panels for a class and its options: model and optimizer."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QToolButton, QWidget

from lrgui.core.catalog import KNOWN_OPTIMIZERS, MODELS
from lrgui.core.catalog.applied import APPLIED_RATE
from lrgui.core.recipe import Choice, Options, Recipe
from lrgui.ui.document import Document
from lrgui.ui.forms.choice_panel import ChoicePanel
from lrgui.ui.forms.edits import carried_over, model_parameters, with_optimizer
from lrgui.ui.forms.notes import Note
from lrgui.ui.icons import icon, set_beside_text
from lrgui.ui.words import APPLIED, counted


class ModelPanel(ChoicePanel):
    """The model's class and options, and how many parameters that makes."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(document, "model", "model", MODELS, parent=parent)
        self.size_note = Note()
        self.content.addWidget(self.size_note)
        self.refresh(document.recipe)

    def chosen(self, recipe: Recipe) -> Choice:
        return recipe.model

    def with_class(self, recipe: Recipe, name: str) -> Recipe:
        entry = MODELS[name]
        return replace(recipe, model=Choice(name, carried_over(recipe.model.options, entry)))

    def with_options(self, recipe: Recipe, options: Options) -> Recipe:
        return replace(recipe, model=replace(recipe.model, options=options))

    @Slot(object)
    def refresh(self, recipe: Recipe) -> None:
        super().refresh(recipe)
        parameters = model_parameters(recipe.model)
        if parameters is None:
            self.size_note.set_help("")
            return
        elements = counted(sum(parameter.count for parameter in parameters), "parameter")
        self.size_note.set_help(f"{elements} in {counted(len(parameters), 'tensor')}")


class OptimizerPanel(ChoicePanel):
    """The optimizer's class and the options that every group inherits.

    Signals:
        series_wanted: the plot is to show another series (its name).
    """

    series_wanted = Signal(str)

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(document, "optimizer", "optimizer", KNOWN_OPTIMIZERS, parent=parent)
        self.applied_note = Note()
        self.applied_button = QToolButton()
        self.applied_button.setText("Show the applied rate")
        self.applied_button.setToolTip("Show in the plot the rate that a run records as really applied")
        self.applied_button.setIcon(icon("chart-line"))
        self.applied_button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        set_beside_text(self.applied_button)
        self.applied_button.setAutoRaise(True)
        self.applied_button.clicked.connect(self._on_applied_wanted)
        # Before the options, of which lr is the first.
        for index, widget in enumerate((self.applied_note, self.applied_button), 1):
            self.content.insertWidget(index, widget)
        self.refresh(document.recipe)

    def chosen(self, recipe: Recipe) -> Choice:
        return recipe.optimizer

    def with_class(self, recipe: Recipe, name: str) -> Recipe:
        return with_optimizer(recipe, KNOWN_OPTIMIZERS[name])

    def with_options(self, recipe: Recipe, options: Options) -> Recipe:
        return replace(recipe, optimizer=replace(recipe.optimizer, options=options))

    @Slot(object)
    def refresh(self, recipe: Recipe) -> None:
        super().refresh(recipe)
        explanation = APPLIED_RATE.get(recipe.optimizer.class_name, "")
        self.applied_note.set_help(explanation)
        self.applied_button.setVisible(bool(explanation))

    @Slot()
    def _on_applied_wanted(self) -> None:
        self.series_wanted.emit(APPLIED)
