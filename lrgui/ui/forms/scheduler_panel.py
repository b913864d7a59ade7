"""SchedulerPanel: no scheduler, or one class and its options; a composite is shown as the tree that it is."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QLabel, QTreeWidget, QTreeWidgetItem, QWidget

from lrgui.core.catalog import SCHEDULERS
from lrgui.core.catalog.entry import Entry
from lrgui.core.fields import Field, Kind
from lrgui.core.recipe import Options, Recipe, Scheduler
from lrgui.ui.document import Document
from lrgui.ui.forms.choice_panel import ChoicePanel
from lrgui.ui.forms.edits import with_scheduler
from lrgui.ui.forms.notes import ProblemList, make_small
from lrgui.ui.forms.value_text import write_value

_COMPOSITE_TEXT = (
    "This schedule is made of several. It runs as it is; choosing another class replaces it (undo brings it back)."
)
_STANDALONE = {name: entry for name, entry in SCHEDULERS.items() if not entry.composite}


class SchedulerPanel(ChoicePanel):
    """The scheduler's class and options."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(document, "scheduler", "scheduler", _STANDALONE, may_be_none=True, parent=parent)
        self.composite_note = QLabel(_COMPOSITE_TEXT)
        self.composite_note.setWordWrap(True)
        make_small(self.composite_note)
        self.tree = _make_tree()
        self.problem_list = ProblemList()
        for widget in (self.composite_note, self.tree, self.problem_list):
            self.content.addWidget(widget)
        self.refresh(document.recipe)

    def chosen(self, recipe: Recipe) -> Scheduler | None:
        return recipe.scheduler

    def with_class(self, recipe: Recipe, name: str) -> Recipe:
        return with_scheduler(recipe, _STANDALONE.get(name))

    def with_options(self, recipe: Recipe, options: Options) -> Recipe:
        scheduler = recipe.scheduler
        return recipe if scheduler is None else replace(recipe, scheduler=replace(scheduler, options=options))

    @Slot(object)
    def refresh(self, recipe: Recipe) -> None:
        super().refresh(recipe)
        scheduler = recipe.scheduler
        composite = scheduler is not None and bool(scheduler.schedulers or _is_composite(scheduler))
        self.composite_note.setVisible(composite)
        self.tree.setVisible(composite)
        self.problem_list.set_problems(self.document.problems_for("scheduler") if composite else ())
        if scheduler is None or not composite:
            return
        summary = SCHEDULERS.get(scheduler.class_name, Entry(scheduler.class_name, "")).summary
        self.summary.set_help(summary)
        self.tree.clear()
        self.tree.addTopLevelItem(_item_of(scheduler))
        self.tree.expandAll()
        rows = sum(1 for _ in scheduler.walk())
        row_height = self.tree.sizeHintForRow(0)
        self.tree.setFixedHeight(row_height * min(rows, 10) + 2 * self.tree.frameWidth() + row_height // 3)


def _is_composite(scheduler: Scheduler) -> bool:
    entry = SCHEDULERS.get(scheduler.class_name)
    return entry is not None and entry.composite


def _make_tree() -> QTreeWidget:
    tree = QTreeWidget()
    tree.setHeaderHidden(True)
    tree.setColumnCount(1)
    tree.setSelectionMode(QTreeWidget.SelectionMode.NoSelection)
    tree.setAccessibleName("scheduler tree")
    tree.setIndentation(tree.fontMetrics().height())
    return tree


def _item_of(scheduler: Scheduler) -> QTreeWidgetItem:
    text = _options_text(scheduler)
    item = QTreeWidgetItem([f"{scheduler.class_name}  {text}".rstrip()])
    item.setToolTip(0, f"{scheduler.class_name}({text})")
    item.addChildren([_item_of(child) for child in scheduler.schedulers])
    return item


def _options_text(scheduler: Scheduler) -> str:
    """Return the options as they would stand in a call: `start_factor=0.01, total_iters=100`."""
    entry = SCHEDULERS.get(scheduler.class_name, Entry(scheduler.class_name, ""))
    parts = []
    for name, value in scheduler.options.items():
        text = write_value(entry.field(name) or Field(name, Kind.CHOICE), value)
        parts.append(f"{name}=[{text}]" if isinstance(value, tuple) else f"{name}={text or 'none'}")
    return ", ".join(parts)
