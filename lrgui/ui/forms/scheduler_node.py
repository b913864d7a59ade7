"""SchedulerNode: the selected scheduler of the tree: its class, its phases where it has some, its options."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import QListView, QWidget

from lrgui.core.catalog import KNOWN_SCHEDULERS
from lrgui.core.catalog.entry import Entry
from lrgui.core.pace import scheduler_steps
from lrgui.core.phases import SEQUENTIAL, phase_at, phases_of, with_milestone, with_phase_length
from lrgui.core.recipe import Options, Recipe, Scheduler
from lrgui.core.scheduler_tree import ROOT, Path, at, nearest, place_of, replaced
from lrgui.ui.document import Document
from lrgui.ui.forms.choice_panel import NO_CLASS, ChoicePanel
from lrgui.ui.forms.edits import with_scheduler_class, with_scheduler_options
from lrgui.ui.forms.phases_editor import PhasesEditor


def _without_milestones(entry: Entry) -> Entry:
    """Return the entry without the option that the table of phases edits."""
    return replace(entry, fields=tuple(field for field in entry.fields if field.name != "milestones"))


_ENTRIES: Mapping[str, Entry] = ChainMap(
    {SEQUENTIAL: _without_milestones(KNOWN_SCHEDULERS[SEQUENTIAL])}, KNOWN_SCHEDULERS
)


class SchedulerNode(ChoicePanel):
    """Class and options of the scheduler at one path of the tree.

    Signals:
        class_chosen: the scheduler at a path has another class now (the path).
    """

    class_chosen = Signal(object)

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        self._path: Path = ROOT
        super().__init__(document, "scheduler", "scheduler", _ENTRIES, may_be_none=True, parent=parent)
        self.phases = PhasesEditor()
        self.content.insertWidget(1, self.phases)
        assert self.another is not None
        for before, after in pairwise((self.another.button, self.phases.by_length, self.phases.by_start)):
            QWidget.setTabOrder(before, after)
        self.phases.length_edited.connect(self._on_length_edited)
        self.phases.start_edited.connect(self._on_start_edited)
        self.phases.typed.connect(self._on_phase_typed)
        document.opened.connect(self.phases.restore)
        self.refresh(document.recipe)

    def show_path(self, path: Path) -> None:
        """Show the scheduler at another path; what was typed and could not be used stays behind."""
        if path == self._path:
            return
        self._path = path
        self.place = place_of(path)
        self.form.place = f"{self.place}.options"
        self.form.restore()
        self.phases.restore()
        self.refresh(self.document.recipe)

    def chosen(self, recipe: Recipe) -> Scheduler | None:
        tree = recipe.scheduler
        # Until the panel around it has chosen another, the path may be one of the tree before.
        return None if tree is None else at(tree, nearest(tree, self._path))

    def with_class(self, recipe: Recipe, name: str) -> Recipe:
        return with_scheduler_class(recipe, self._path, None if name == NO_CLASS else KNOWN_SCHEDULERS[name])

    def with_options(self, recipe: Recipe, options: Options) -> Recipe:
        return with_scheduler_options(recipe, self._path, options)

    @Slot(object)
    def refresh(self, recipe: Recipe) -> None:
        super().refresh(recipe)
        scheduler = self.chosen(recipe)
        sequential = scheduler is not None and scheduler.class_name == SEQUENTIAL and bool(scheduler.schedulers)
        self.phases.setVisible(sequential)
        if scheduler is not None and recipe.scheduler is not None and sequential:
            steps = scheduler_steps(recipe.run)
            own = phase_at(recipe.scheduler, nearest(recipe.scheduler, self._path), steps)
            names = [child.class_name for child in scheduler.schedulers]
            self.phases.show_phases(names, phases_of(scheduler, own), steps)

    def _show_class(self, name: str) -> None:
        """Offer no class at the root alone; elsewhere there is Remove."""
        model, view = self.combo.model(), self.combo.view()
        if isinstance(model, QStandardItemModel) and isinstance(view, QListView):
            model.item(0).setEnabled(self._path == ROOT)
            view.setRowHidden(0, self._path != ROOT)
        super()._show_class(name)

    @Slot(int)
    def _on_class_chosen(self, index: int) -> None:
        path = self._path
        super()._on_class_chosen(index)
        self.class_chosen.emit(path)

    @Slot(int, int)
    def _on_length_edited(self, index: int, length: int) -> None:
        self._replace_phases(index, f"length of {self._child(index).class_name}", "length", length)

    @Slot(int, int)
    def _on_start_edited(self, index: int, step: int) -> None:
        self._replace_phases(index, f"start of {self._child(index).class_name}", "start", step)

    def _replace_phases(self, index: int, text: str, what: str, value: int) -> None:
        recipe = self.document.recipe
        tree, steps = recipe.scheduler, scheduler_steps(recipe.run)
        if tree is None:
            return
        own, sequential = phase_at(tree, self._path, steps), at(tree, self._path)
        if what == "length":
            changed = with_phase_length(sequential, index, value, own.length)
        else:
            changed = with_milestone(sequential, index - 1, value - own.start, own.length)
        changed_recipe = replace(recipe, scheduler=replaced(tree, self._path, changed))
        self.document.replace(changed_recipe, f"change of the {text}", self._phase_key(index))

    def _child(self, index: int) -> Scheduler:
        tree = self.document.recipe.scheduler
        assert tree is not None
        return at(tree, (*self._path, index))

    @Slot(int)
    def _on_phase_typed(self, index: int) -> None:
        self.document.keep_merging(self._phase_key(index))

    def _phase_key(self, index: int) -> str:
        return f"{self.form.place}.milestones[{index}]"
