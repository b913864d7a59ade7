"""StartPanel: a menu of ready-made schedules, and the parameters of the one that the recipe has."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLabel, QMenu, QPushButton, QVBoxLayout, QWidget

from lrgui.core.catalog.entry import Entry
from lrgui.core.problems import Problem, Severity
from lrgui.core.recipe import Options, Recipe, Scheduler, Value
from lrgui.core.scheduler_tree import at, nearest, path_of
from lrgui.core.starts import STARTS, Start, recognise, starting_values
from lrgui.core.starts.hugging_face import FAMILY as HUGGING_FACE
from lrgui.ui.document import Document
from lrgui.ui.forms.edits import with_tree
from lrgui.ui.forms.form import OptionsForm
from lrgui.ui.forms.layout import row_spacing
from lrgui.ui.forms.notes import Note, make_bold
from lrgui.ui.icons import icon, set_beside_text

_ENTRIES = {start.key: Entry(start.title, start.summary, start.fields) for start in STARTS.values()}


class StartPanel(QWidget):
    """Shows the parameters of a schedule that a start makes; editing the tree by hand may end that.

    It is hidden where they are the options of a single scheduler, which has a form of its own.

    Signals:
        chosen: another start has replaced the schedule.
    """

    chosen = Signal()

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._shown: tuple[Start, Options] | None = None
        self._edited = ""
        self.button = _make_button(_make_menu(self))
        self.heading = QLabel()
        make_bold(self.heading)
        self.summary = Note()
        self.form = OptionsForm("start")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(row_spacing(self))
        for widget in (self.heading, self.summary, self.form):
            layout.addWidget(widget)
        self.form.edited.connect(self._on_edited)
        self.form.reset.connect(self._on_reset)
        self.form.typed.connect(self._on_typed)
        document.recipe_changed.connect(self.refresh)
        document.opened.connect(self.form.restore)
        self.refresh(document.recipe)

    @property
    def shown(self) -> Start | None:
        """The start whose parameters are shown, None where the schedule comes from none."""
        return self._shown[0] if self._shown is not None else None

    @Slot(object)
    def refresh(self, recipe: Recipe) -> None:
        """Show the recipe."""
        self._shown = self._recognised(recipe.scheduler)
        if self._shown is None or _tells_itself(self._shown[0], recipe.scheduler):
            self.hide()
            return
        self.show()
        start, values = self._shown
        self.heading.setText(full_title(start))
        self.summary.set_help(start.summary)
        self.form.set_entry(_ENTRIES[start.key])
        self.form.show_options(values, self._own_problems(start, values) or self._derived_problems(start, values))

    def _own_problems(self, start: Start, values: Options) -> list[Problem]:
        """Return what the parameters lack together, told at the one that was edited last where it has a part in it."""
        problems = []
        for name, complaint in start.check(values).items():
            place = self._edited if self._edited in complaint.split() else name
            problems.append(Problem(Severity.WARNING, f"start.{place}", f"{name} {complaint}."))
        return problems

    def _derived_problems(self, start: Start, values: Options) -> list[Problem]:
        """Return the problems of the tree, each at the parameter that it comes from."""
        tree = self._document.recipe.scheduler
        assert tree is not None
        return [
            replace(problem, place=f"start.{name}", message=_with_class(tree, problem))
            for problem in self._document.problems_for("scheduler")
            if (name := field_behind(start, values, problem.place, self._edited))
        ]

    def _recognised(self, scheduler: Scheduler | None) -> tuple[Start, Options] | None:
        """Return the start that made the schedule; the one shown before where several could have."""
        if scheduler is not None and self._shown is not None:
            values = self._shown[0].read(scheduler)
            if values is not None:
                return self._shown[0], Options(values)
        return recognise(scheduler)

    @Slot(QAction)
    def choose(self, action: QAction) -> None:
        """Replace the schedule by a start's, with values that fit the recipe."""
        start, recipe = STARTS[action.data()], self._document.recipe
        self._shown = start, starting_values(start, recipe)
        self._edited = ""
        self._document.replace(with_tree(recipe, start.build(self._shown[1])), f"choice of {full_title(start)}")
        self.chosen.emit()

    @Slot(str, object)
    def _on_edited(self, name: str, value: Value) -> None:
        self._rebuild(name, value, f"change of {name}", f"start.{name}")

    @Slot(str)
    def _on_reset(self, name: str) -> None:
        field = _ENTRIES[self._shown[0].key].field(name) if self._shown is not None else None
        if field is not None:
            self._rebuild(name, field.initial, f"reset of {name}", None)

    def _rebuild(self, name: str, value: Value, text: str, merge: str | None) -> None:
        if self._shown is None:
            return
        start, values = self._shown
        self._edited = name
        tree = start.build(values.with_value(name, value))
        self._document.replace(with_tree(self._document.recipe, tree), text, merge)

    @Slot(str)
    def _on_typed(self, name: str) -> None:
        self._document.keep_merging(f"start.{name}")


def field_behind(start: Start, values: Options, place: str, edited: str) -> str | None:
    """Return the parameter of a start that the option at a place of the recipe comes from, None for none.

    Of several it is the one that was `edited` last, where that is among them.
    """
    path, option = path_of(place), place.rpartition(".options.")[2].partition("[")[0]
    if path is None or ".options." not in place:
        return None
    made = start.build(values)
    value = at(made, nearest(made, path)).options.get(option)
    names = []
    for field in start.fields:
        present = values[field.name]
        if isinstance(present, bool) or not isinstance(present, int | float):
            continue
        other = start.build(values.with_value(field.name, present + 1))
        if at(other, nearest(other, path)).options.get(option) != value:
            names.append(field.name)
    return edited if edited in names else next(iter(names), None)


def full_title(start: Start) -> str:
    """Return a title that says of which family a schedule is, where its name alone would not."""
    return f"{start.family}: {start.title}" if start.family == HUGGING_FACE else start.title


def _tells_itself(start: Start, scheduler: Scheduler | None) -> bool:
    """Say whether the parameters of a start are options of a single scheduler by the same names."""
    if scheduler is None or scheduler.schedulers or not start.fields:
        return False
    return all(field.name in scheduler.options for field in start.fields)


def _with_class(tree: Scheduler, problem: Problem) -> str:
    path = path_of(problem.place)
    assert path is not None
    return f"{at(tree, nearest(tree, path)).class_name}: {problem.message}"


def _make_menu(panel: StartPanel) -> QMenu:
    menu = QMenu(panel)
    menu.setToolTipsVisible(True)
    family = ""
    for start in STARTS.values():
        if start.family != family:
            family = start.family
            menu.addSeparator()
            # Fusion squeezes the title of a section into the height of its line.
            menu.addAction(family).setEnabled(False)
        action = menu.addAction(start.title)
        action.setData(start.key)
        action.setToolTip(start.summary)
    menu.triggered.connect(panel.choose)
    return menu


def _make_button(menu: QMenu) -> QPushButton:
    button = QPushButton(icon("layout-template"), "Ready-made")
    set_beside_text(button)
    button.setMenu(menu)
    button.setToolTip("Replace the schedule by a ready-made one (undo brings it back)")
    button.setAccessibleName("Ready-made schedules")
    return button
