"""ChoicePanel: a class by name and its options; what the model, optimizer, scheduler and metric panels share."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from lrgui.core.catalog.entry import Entry
from lrgui.core.problems import Severity
from lrgui.core.recipe import Choice, Options, Recipe, Scheduler, Value
from lrgui.ui.document import Document
from lrgui.ui.forms.editors_choice import Combo
from lrgui.ui.forms.edits import group_count, with_option
from lrgui.ui.forms.form import OptionsForm
from lrgui.ui.forms.layout import line_spacing, row_spacing
from lrgui.ui.forms.notes import Note, sentence_of

NO_CLASS = "none"


class ChoicePanel(QWidget):
    """Shows one choice of the document's recipe and changes it only through `Document.replace`."""

    def __init__(
        self,
        document: Document,
        place: str,
        noun: str,
        entries: Mapping[str, Entry],
        *,
        may_be_none: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.document = document
        self.place = place
        self._noun = noun
        self.entries = entries
        self.combo = Combo()
        self.combo.setAccessibleName(f"{noun} class")
        self.combo.setToolTip(f"The {noun}'s class")
        self._offered = ((NO_CLASS,) if may_be_none else ()) + tuple(entries)
        for name in self._offered:
            self.combo.addItem(name, name)
            summary = entries[name].summary if name in entries else f"No {noun}"
            self.combo.setItemData(self.combo.count() - 1, summary, Qt.ItemDataRole.ToolTipRole)
        self.summary = Note()
        self.form = OptionsForm(f"{place}.options")
        self.content = QVBoxLayout(self)
        self.content.setContentsMargins(0, 0, 0, 0)
        self.content.setSpacing(row_spacing(self))
        head = QVBoxLayout()
        head.setSpacing(line_spacing(self))
        head.addWidget(self.combo)
        head.addWidget(self.summary)
        self.content.addLayout(head)
        self.content.addWidget(self.form)
        self.combo.activated.connect(self._on_class_chosen)
        self.form.edited.connect(self._on_option_edited)
        self.form.reset.connect(self._on_option_reset)
        self.form.typed.connect(self._on_typed)
        document.recipe_changed.connect(self.refresh)
        document.opened.connect(self.form.restore)

    def chosen(self, recipe: Recipe) -> Choice | Scheduler | None:
        """Return the part of the recipe that the panel is about."""
        raise NotImplementedError

    def with_class(self, recipe: Recipe, name: str) -> Recipe:
        """Return the recipe with another class chosen."""
        raise NotImplementedError

    def with_options(self, recipe: Recipe, options: Options) -> Recipe:
        """Return the recipe with other options of the same class."""
        raise NotImplementedError

    @property
    def entry(self) -> Entry | None:
        """The catalog entry of the class chosen, None for no class and for one that is not in the catalog."""
        chosen = self.chosen(self.document.recipe)
        return self.entries.get(chosen.class_name) if chosen is not None else None

    @Slot(object)
    def refresh(self, recipe: Recipe) -> None:
        """Show the recipe."""
        chosen = self.chosen(recipe)
        entry = self.entry
        self._show_class(chosen.class_name if chosen is not None else NO_CLASS)
        self.summary.set_help(entry.summary if entry is not None else "")
        own = (problem for problem in self.document.problems if problem.place in (self.place, f"{self.place}.class"))
        problem = next(own, None)
        self.summary.set_problem(
            sentence_of(problem) if problem else "", problem.severity if problem else Severity.ERROR
        )
        self.form.set_entry(entry)
        self.form.setVisible(entry is not None)
        if chosen is not None:
            problems = self.document.problems_for(self.form.place)
            self.form.show_options(chosen.options, problems, group_count(recipe))

    def _show_class(self, name: str) -> None:
        """Select a class; one that is not offered (a composite, another library's) gets an item while it is there."""
        while self.combo.count() > len(self._offered):
            self.combo.removeItem(self.combo.count() - 1)
        if name not in self._offered:
            self.combo.addItem(name, name)
        self.combo.setCurrentIndex(self.combo.findData(name))

    @Slot(int)
    def _on_class_chosen(self, index: int) -> None:
        name = self.combo.itemData(index)
        chosen = self.chosen(self.document.recipe)
        present = chosen.class_name if chosen is not None else NO_CLASS
        if name == present:
            return
        text = f"choice of {name}" if name in self.entries else f"choice of no {self._noun}"
        self.document.replace(self.with_class(self.document.recipe, name), text)

    @Slot(str, object)
    def _on_option_edited(self, name: str, value: Value) -> None:
        chosen, entry = self.chosen(self.document.recipe), self.entry
        if chosen is not None and entry is not None:
            options = with_option(entry, chosen.options, name, value)
            recipe = self.with_options(self.document.recipe, options)
            self.document.replace(recipe, f"change of {name}", self._merge_key(name))

    @Slot(str)
    def _on_option_reset(self, name: str) -> None:
        chosen = self.chosen(self.document.recipe)
        if chosen is not None:
            recipe = self.with_options(self.document.recipe, chosen.options.without(name))
            self.document.replace(recipe, f"reset of {name}")

    @Slot(str)
    def _on_typed(self, name: str) -> None:
        self.document.keep_merging(self._merge_key(name))

    def _merge_key(self, name: str) -> str:
        return f"{self.form.place}.{name}"
