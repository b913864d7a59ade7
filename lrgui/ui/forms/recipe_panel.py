"""RecipePanel: all parts of the recipe below each other, for the dock at the left."""

from __future__ import annotations

import re

from PySide6.QtCore import QPoint, QSize, Qt, Slot
from PySide6.QtWidgets import QApplication, QFrame, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from lrgui.core.problems import Severity
from lrgui.core.recipe import Recipe
from lrgui.ui.document import Document
from lrgui.ui.forms.choice_panels import ModelPanel, OptimizerPanel
from lrgui.ui.forms.form import OptionsForm
from lrgui.ui.forms.groups_panel import GroupsPanel
from lrgui.ui.forms.layout import lay_out_now
from lrgui.ui.forms.run_panel import RunPanel
from lrgui.ui.forms.scheduler_panel import SchedulerPanel
from lrgui.ui.forms.section import Section
from lrgui.ui.words import counted

_WIDTH_CHARACTERS = 46


class RecipePanel(QScrollArea):
    """Model, parameter groups, optimizer, scheduler and run as sections that fold away."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._held: tuple[QWidget, int] | None = None
        # Before all parts of the panel: where things are, not where the change has moved them to.
        document.recipe_changed.connect(self._take_hold)
        self.model, self.groups = ModelPanel(document), GroupsPanel(document)
        self.optimizer, self.scheduler, self.run = (
            OptimizerPanel(document),
            SchedulerPanel(document),
            RunPanel(document),
        )
        self.sections = {
            "model": Section("Model", self.model),
            "groups": Section("Parameter groups", self.groups),
            "optimizer": Section("Optimizer", self.optimizer),
            "scheduler": Section("Scheduler", self.scheduler),
            "run": Section("Run", self.run),
        }
        self._content = content = QWidget()
        # Never wider than the view, which does not scroll sideways, whatever a library calls its classes and options.
        content.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        layout = QVBoxLayout(content)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for section in self.sections.values():
            layout.addWidget(section)
        layout.addStretch(1)
        self.setWidget(content)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # A bar that comes and goes would change the width of every editor.
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        document.recipe_changed.connect(self._show_headings)
        self._show_headings(document.recipe)

    def sizeHint(self) -> QSize:
        characters = self.fontMetrics().averageCharWidth() * _WIDTH_CHARACTERS
        return QSize(characters + self.verticalScrollBar().sizeHint().width(), super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        content = self._content.minimumSizeHint().width()
        return QSize(content + self.verticalScrollBar().sizeHint().width(), self.fontMetrics().height() * 10)

    @Slot(str)
    def reveal(self, place: str) -> None:
        """Bring the editor at a place of the recipe, such as `groups[1].options.lr`, into view and focus it."""
        part = re.match(r"(\w+)(?:\[(\d+)\])?", place)
        section = self.sections.get(part[1]) if part is not None else None
        if part is None or section is None:
            return
        section.heading.setChecked(True)
        if part[2] is not None:
            self.groups.select(int(part[2]))
        row = next((row for form in section.findChildren(OptionsForm) if (row := form.row_at(place))), None)
        row = row or self.groups.row_at(place)
        target = row.editor if row is not None else self.scheduler.widget_at(place)
        target = target or self.run.conditions.reveal(place) or section.heading
        self.ensureWidgetVisible(target)
        target.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(object)
    def _show_headings(self, recipe: Recipe) -> None:
        """Say at each heading what is in its section, and mark those in which something cannot be built."""
        summaries = {
            "model": recipe.model.class_name,
            "groups": counted(len(recipe.groups), "group") if recipe.groups else "one group",
            "optimizer": recipe.optimizer.class_name,
            "scheduler": recipe.scheduler.class_name if recipe.scheduler is not None else "none",
            "run": counted(recipe.run.steps, "step"),
        }
        for place, section in self.sections.items():
            section.set_summary(summaries[place])
            problems = self._document.problems_for(place)
            section.set_wrong(any(problem.severity is Severity.ERROR for problem in problems))
        lay_out_now()
        self._hold_still()

    @Slot()
    def _take_hold(self) -> None:
        """Remember where what is being edited stands in the view."""
        focused = QApplication.focusWidget()
        inside = focused is not None and self._content.isAncestorOf(focused)
        self._held = (focused, self._height_of(focused)) if focused is not None and inside else None

    def _hold_still(self) -> None:
        """Scroll by what has come or gone above what is being edited, so that it stays where the user looks."""
        held, self._held = self._held, None
        if held is None or not held[0].isVisible():
            return
        bar = self.verticalScrollBar()
        bar.setValue(bar.value() + self._height_of(held[0]) - held[1])

    def _height_of(self, widget: QWidget) -> int:
        return widget.mapTo(self.viewport(), QPoint(0, 0)).y()
