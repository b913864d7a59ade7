"""SchedulerPanel: the schedule as a tree of schedulers, of which one is edited, or as a ready-made one."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from lrgui.core.problems import Problem
from lrgui.core.recipe import Recipe
from lrgui.core.scheduler_tree import ROOT, Path, followed, is_composite, nearest, path_of, place_of
from lrgui.ui.document import Document
from lrgui.ui.forms.layout import row_spacing
from lrgui.ui.forms.notes import ProblemList
from lrgui.ui.forms.scheduler_actions import TreeActions, make_button, show_text
from lrgui.ui.forms.scheduler_edits import Edit, edit, filled, move, possible
from lrgui.ui.forms.scheduler_node import SchedulerNode
from lrgui.ui.forms.scheduler_rows import rows_of
from lrgui.ui.forms.scheduler_tree_view import SchedulerTree
from lrgui.ui.forms.start_panel import StartPanel
from lrgui.ui.icons import icon, set_beside_text

_ALONE = ("add", "add_before")
"""What is offered for a schedule of one scheduler; a composite around it can be chosen as its class."""


class SchedulerPanel(QWidget):
    """Shows the scheduler of the document's recipe and changes it only through `Document.replace`.

    A schedule of one scheduler needs no tree: its class and options are all that is shown, and what can be done to it.
    """

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._shown: Recipe = document.recipe
        self._path: Path = ROOT
        self.start = StartPanel(document, self)
        self.tree = SchedulerTree()
        self.node = SchedulerNode(document)
        self.problems = ProblemList()
        self.actions_of_tree = TreeActions(self)
        self.buttons = {action.data(): make_button(action) for action in self.actions_of_tree.actions()}
        self.fill_button = _make_fill_button()
        self._lay_out()
        self.start.chosen.connect(self._select_root)
        self.node.class_chosen.connect(self.select)
        self.tree.path_selected.connect(self._on_path_selected)
        self.tree.move_wanted.connect(self._on_move_wanted)
        self.tree.activated.connect(self._on_activated)
        self.actions_of_tree.triggered.connect(self._on_action)
        self.fill_button.clicked.connect(self._fill)
        document.recipe_changed.connect(self.refresh)
        self.refresh(document.recipe)

    @property
    def selected(self) -> Path:
        """The path of the scheduler that is edited; the root's while there is none."""
        return self._path

    @Slot(object)
    def select(self, path: Path) -> None:
        """Select the scheduler at `path`, or what is nearest to it."""
        tree = self._document.recipe.scheduler
        self._path = nearest(tree, path) if tree is not None else ROOT
        self.tree.select(self._path)
        self._show_selected()

    def widget_at(self, place: str) -> QWidget | None:
        """Select the scheduler that a place of the recipe is at or within, and return what edits that place."""
        path, tree = path_of(place), self._document.recipe.scheduler
        if path is None or tree is None:
            return None
        self.select(path)
        row = self.node.form.row_at(place)
        if row is not None:
            return row.editor
        if place.startswith(f"{self.node.form.place}.milestones") and self.node.phases.isVisibleTo(self):
            return self.node.phases.first_editor()
        return self.node.combo

    @Slot(object)
    def refresh(self, recipe: Recipe) -> None:
        """Show the recipe; what was selected is followed to where it is now."""
        before, tree = self._shown.scheduler, recipe.scheduler
        self._shown = recipe
        if tree is None:
            self._path = ROOT
        elif before is not None:
            self._path = followed(before, self._path, tree)
        self.tree.show_tree(tree, rows_of(recipe, self._document.problems_for("scheduler")), self._path)
        self.tree.setVisible(tree is not None and is_composite(tree))
        self._show_selected()

    def _show_selected(self) -> None:
        """Show the selected scheduler, and allow what can be done with it."""
        tree = self._document.recipe.scheduler
        self.node.show_path(self._path)
        self.problems.set_problems(self._other_problems())
        self.actions_of_tree.allow(possible(tree, self._path))
        alone = tree is not None and not is_composite(tree)
        for key, button in self.buttons.items():
            button.setVisible(tree is not None and (not alone or key in _ALONE))
            show_text(button, shown=alone)
        self.fill_button.setVisible(tree is not None)
        self.fill_button.setEnabled(filled(self._document.recipe) != self._document.recipe)

    def _other_problems(self) -> tuple[Problem, ...]:
        """Return the problems of the selected scheduler that are told neither at its class nor at its options."""
        tree, place = self._document.recipe.scheduler, place_of(self._path)
        told = (place, f"{place}.class")
        return tuple(
            problem
            for problem in self._document.problems_for(place)
            if tree is not None
            and problem.place not in told
            and not problem.place.startswith(f"{place}.options")
            and nearest(tree, path_of(problem.place) or ROOT) == self._path
        )

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.start.button)
        head.addStretch(1)
        head.addWidget(self.fill_button)
        tools = QHBoxLayout()
        tools.setSpacing(2)
        for action, button in zip(self.actions_of_tree.actions(), self.buttons.values(), strict=True):
            self.tree.addAction(action)
            tools.addWidget(button)
        tools.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(row_spacing(self))
        layout.addLayout(head)
        layout.addWidget(self.start)
        layout.addWidget(self.tree)
        layout.addLayout(tools)
        layout.addWidget(self.problems)
        layout.addWidget(self.node)

    def _make(self, change: Edit) -> None:
        self._document.replace(change.recipe, change.text)
        self.select(change.path)

    @Slot(QAction)
    def _on_action(self, action: QAction) -> None:
        key = action.data()
        button = self.buttons[key]
        pressed = button.hasFocus()
        self._make(edit(self._document.recipe, self._path, key))
        if key in ("add", "add_before"):
            self.node.combo.setFocus()
        elif pressed and not (button.isEnabled() and button.isVisibleTo(self)):
            self._focus_on_tree()

    @Slot(object, object)
    def _on_move_wanted(self, source: Path, target: Path) -> None:
        self._make(move(self._document.recipe, source, target))

    @Slot()
    def _on_path_selected(self) -> None:
        path = self.tree.selected
        if path is not None and path != self._path:
            self._path = path
            self._show_selected()

    @Slot()
    def _on_activated(self) -> None:
        """Go to the class of the scheduler: Return, or a double click."""
        self.node.combo.setFocus()

    def _focus_on_tree(self) -> None:
        """Leave a button that has done all that it could."""
        (self.node.combo if self.tree.isHidden() else self.tree).setFocus()

    @Slot()
    def _select_root(self) -> None:
        self.select(ROOT)

    @Slot()
    def _fill(self) -> None:
        if self.fill_button.hasFocus():
            # There is nothing left to fill, and a disabled button would hand the focus on to a field of numbers.
            self._focus_on_tree()
        self._document.replace(filled(self._document.recipe), "filling of the phases")


def _make_fill_button() -> QPushButton:
    button = QPushButton(icon("move-horizontal"), "Fill the run")
    set_beside_text(button)
    button.setToolTip(
        "Phases fill the run: set T_max, total_iters and total_steps to the length of each phase, "
        "for a single scheduler to that of the run"
    )
    button.setAccessibleName("Phases fill the run")
    return button
