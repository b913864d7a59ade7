"""ChoicePanel: a class by name and its options; what the model, optimizer, scheduler and metric panels share."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from lrgui.core.catalog.entry import Entry
from lrgui.core.catalog.known import NOUNS
from lrgui.core.catalog.libraries import is_dotted
from lrgui.core.problems import Severity
from lrgui.core.recipe import Choice, Options, Recipe, Scheduler, Value
from lrgui.ui.document import Document
from lrgui.ui.forms.another_class import AnotherClass
from lrgui.ui.forms.editors_choice import Combo
from lrgui.ui.forms.edits import group_names, with_option
from lrgui.ui.forms.form import OptionsForm
from lrgui.ui.forms.layout import line_spacing, row_spacing
from lrgui.ui.forms.notes import Note, sentence_of

NO_CLASS = "none"

_ANOTHER, _ANOTHER_TEXT = "another", "Another class…"


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
        self._may_be_none = may_be_none
        self._offered: tuple[str, ...] = ()
        self.another = AnotherClass(NOUNS[noun]) if noun in NOUNS else None
        self.summary = Note()
        self.form = OptionsForm(f"{place}.options")
        self.content = QVBoxLayout(self)
        self.content.setContentsMargins(0, 0, 0, 0)
        self.content.setSpacing(row_spacing(self))
        head = QVBoxLayout()
        head.setSpacing(line_spacing(self))
        head.addWidget(self.combo)
        if self.another is not None:
            head.addWidget(self.another)
            self.another.found.connect(self._on_library_class_found)
            self.another.closed.connect(self.combo.setFocus)
        head.addWidget(self.summary)
        self.content.addLayout(head)
        self.content.addWidget(self.form)
        self.combo.activated.connect(self._on_class_chosen)
        self.form.edited.connect(self._on_option_edited)
        self.form.acted.connect(self._on_option_acted)
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
        name = chosen.class_name if chosen is not None else NO_CLASS
        self._offer_classes(name)
        self._show_class(name)
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
            self.form.show_options(chosen.options, problems, group_names(recipe))

    def _offer_classes(self, present: str) -> None:
        """Offer torch's classes, those of other libraries found so far, and the present one whatever it is."""
        own = ((NO_CLASS,) if self._may_be_none else ()) + tuple(name for name in self.entries if not is_dotted(name))
        others = tuple(name for name in sorted(self.entries) if is_dotted(name))
        offered = tuple(dict.fromkeys((*own, *others, present)))
        if offered == self._offered:
            return
        self._offered = offered
        self.combo.clear()
        for name in offered:
            self.combo.addItem(name, name)
            summary = self.entries[name].summary if name in self.entries else f"No {self._noun}" * (name == NO_CLASS)
            self.combo.setItemData(self.combo.count() - 1, summary, Qt.ItemDataRole.ToolTipRole)
        if self.another is not None:
            self.combo.insertSeparator(len(own))
            self.combo.addItem(_ANOTHER_TEXT, _ANOTHER)
            tip = f"Use the {self._noun} of another library, by its dotted path"
            self.combo.setItemData(self.combo.count() - 1, tip, Qt.ItemDataRole.ToolTipRole)

    def _show_class(self, name: str) -> None:
        self.combo.setCurrentIndex(self.combo.findData(name))

    @Slot(int)
    def _on_class_chosen(self, index: int) -> None:
        name = self.combo.itemData(index)
        chosen = self.chosen(self.document.recipe)
        present = chosen.class_name if chosen is not None else NO_CLASS
        if self.another is not None:
            self.another.setVisible(name == _ANOTHER)
            if name == _ANOTHER:
                self._show_class(present)
                self.another.ask()
        if name in (present, _ANOTHER):
            return
        text = f"choice of {name}" if name in self.entries else f"choice of no {self._noun}"
        self.document.replace(self.with_class(self.document.recipe, name), text)

    @Slot(str)
    def _on_library_class_found(self, name: str) -> None:
        if name in self.entries:
            self.document.replace(self.with_class(self.document.recipe, name), f"choice of {name}")

    @Slot(str, object)
    def _on_option_edited(self, name: str, value: Value) -> None:
        self._set_option(name, value, f"change of {name}", self._merge_key(name))

    @Slot(str, object, str)
    def _on_option_acted(self, name: str, value: Value, text: str) -> None:
        self._set_option(name, value, text)

    def _set_option(self, name: str, value: Value, text: str, merge: str | None = None) -> None:
        chosen, entry = self.chosen(self.document.recipe), self.entry
        if chosen is not None and entry is not None:
            options = with_option(entry, chosen.options, name, value)
            self.document.replace(self.with_options(self.document.recipe, options), text, merge)

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
