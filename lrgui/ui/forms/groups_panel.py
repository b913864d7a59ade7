"""GroupsPanel: the parameter groups as a table, and the selected one in detail."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QSize, Qt, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QHeaderView, QTableView, QToolButton, QVBoxLayout, QWidget

from lrgui.core.problems import Problem
from lrgui.core.recipe import Group, Recipe, Value
from lrgui.ui.document import Document
from lrgui.ui.forms.edits import free_name, new_group, with_group
from lrgui.ui.forms.group_details import GroupDetails
from lrgui.ui.forms.group_edits import with_groups
from lrgui.ui.forms.groups_model import Column, GroupsModel
from lrgui.ui.forms.layout import row_spacing
from lrgui.ui.forms.notes import ProblemList
from lrgui.ui.forms.row import FieldRow
from lrgui.ui.icons import icon

_MOST_ROWS = 8
_MOST_PROBLEMS = 3


class GroupsPanel(QWidget):
    """Shows the groups of the document's recipe and changes them only through `Document.replace`."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self.model = GroupsModel(self)
        self.table = _make_table(self.model)
        self.add_button = _make_button("plus", "Add a group", self._add)
        self.copy_button = _make_button("copy", "Duplicate the group", self._duplicate)
        self.remove_button = _make_button("trash-2", "Remove the group (Delete)", self._remove)
        self.up_button = _make_button("arrow-up", "Try the group earlier", self._move_up)
        self.down_button = _make_button("arrow-down", "Try the group later", self._move_down)
        self.problems = ProblemList(most=_MOST_PROBLEMS)
        self.details = GroupDetails(document)
        self._lay_out()
        delete = QShortcut(QKeySequence(QKeySequence.StandardKey.Delete), self.table)
        delete.setContext(Qt.ShortcutContext.WidgetShortcut)
        delete.activated.connect(self._remove)
        self.model.frozen_chosen.connect(self._set_frozen)
        self.table.selectionModel().currentRowChanged.connect(self._on_row_changed)
        self.table.activated.connect(self._on_activated)
        self.details.edited.connect(self._on_edited)
        self.details.reset.connect(self._on_reset)
        self.details.typed.connect(self._on_typed)
        document.recipe_changed.connect(self.refresh)
        document.opened.connect(self.details.restore)
        self.refresh(document.recipe)

    @property
    def selected(self) -> int:
        """The index of the line that is selected, -1 when there is none."""
        return self.table.currentIndex().row()

    def select(self, index: int) -> None:
        """Select the line at `index`, or the last before it."""
        row = min(index, self.model.rowCount() - 1)
        flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
        if row >= 0:
            self.table.selectionModel().setCurrentIndex(self.model.index(row, 0), flags)

    def row_at(self, place: str) -> FieldRow | None:
        """Return the row for the name or the patterns of the selected group, or None for any other place."""
        rows = {"name": self.details.name_row, "match": self.details.match_row}
        row = rows.get(place.removeprefix(f"groups[{self.selected}].").partition("[")[0])
        return row if row is not None and row.isVisibleTo(self) else None

    @Slot(object)
    def refresh(self, recipe: Recipe) -> None:
        """Show the recipe."""
        self.model.show_recipe(recipe)
        self._fit_height()
        if self.selected < 0:
            self.select(0)
        self._show_selected()

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(2)
        for button in (self.add_button, self.copy_button, self.remove_button, self.up_button, self.down_button):
            buttons.addWidget(button)
        buttons.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(row_spacing(self))
        layout.addWidget(self.table)
        layout.addLayout(buttons)
        layout.addWidget(self.problems)
        layout.addWidget(self.details)

    def _fit_height(self) -> None:
        rows = min(max(self.model.rowCount(), 2), _MOST_ROWS)
        row_height = self.table.verticalHeader().defaultSectionSize()
        header = self.table.horizontalHeader().sizeHint().height()
        self.table.setFixedHeight(header + rows * row_height + 2 * self.table.frameWidth())

    @Slot()
    def _on_row_changed(self) -> None:
        self.details.restore()
        self._show_selected()

    def _show_selected(self) -> None:
        """Show the selected group in detail, and allow what can be done with it."""
        recipe, index = self._document.recipe, self.selected
        self.details.setVisible(index >= 0)
        if index >= 0:
            self.details.show_group(recipe, index)
        self.problems.set_problems(self._other_problems())
        own = 0 <= index < len(recipe.groups)
        for button in (self.copy_button, self.remove_button):
            button.setEnabled(own)
        self.up_button.setEnabled(own and index > 0)
        self.down_button.setEnabled(own and index < len(recipe.groups) - 1)

    def _other_problems(self) -> tuple[Problem, ...]:
        """Return the problems of the groups but those that the selected one tells under its own fields."""
        own = self._document.problems_for(f"groups[{self.selected}]")
        return tuple(problem for problem in self._document.problems_for("groups") if problem not in own)

    @Slot(QModelIndex)
    def _on_activated(self, index: QModelIndex) -> None:
        """Go to the field that edits the cell: Return, or a double click."""
        rows = {Column.MATCH: self.details.match_row, Column.NAME: self.details.name_row}
        row = rows.get(Column(index.column()))
        if row is not None and row.isVisible():
            row.editor.setFocus(Qt.FocusReason.TabFocusReason)

    @Slot()
    def _add(self) -> None:
        recipe = self._document.recipe
        self._replace_groups((*recipe.groups, new_group(recipe)), "new group")
        self.select(len(recipe.groups))
        self.details.name_editor.setFocus(Qt.FocusReason.TabFocusReason)

    @Slot()
    def _duplicate(self) -> None:
        groups, index = self._document.recipe.groups, self.selected
        if 0 <= index < len(groups):
            name = free_name(groups[index].name, (group.name for group in groups))
            copied = replace(groups[index], name=name)
            self._replace_groups((*groups[: index + 1], copied, *groups[index + 1 :]), f"copy of {groups[index].name}")
            self.select(index + 1)

    @Slot()
    def _remove(self) -> None:
        groups, index = self._document.recipe.groups, self.selected
        if 0 <= index < len(groups):
            self._replace_groups((*groups[:index], *groups[index + 1 :]), f"removal of {groups[index].name}")
            self.select(max(0, min(index, len(groups) - 2)))

    @Slot()
    def _move_up(self) -> None:
        self._move(-1)

    @Slot()
    def _move_down(self) -> None:
        self._move(1)

    def _move(self, by: int) -> None:
        groups, index = list(self._document.recipe.groups), self.selected
        if 0 <= index < len(groups) and 0 <= index + by < len(groups):
            moved = groups.pop(index)
            groups.insert(index + by, moved)
            self._replace_groups(tuple(groups), f"move of {moved.name}")
            self.select(index + by)

    @Slot(int, bool)
    def _set_frozen(self, index: int, frozen: bool) -> None:
        recipe = self._document.recipe
        group = recipe.groups[index]
        text = f"{'freezing' if frozen else 'thawing'} of {group.name}"
        thawed = with_group(recipe, index, replace(group, frozen=frozen))
        self._document.replace(with_groups(recipe, thawed.groups), text)

    @Slot(str, object)
    def _on_edited(self, name: str, value: Value) -> None:
        match name, value:
            case "name", str():
                self._replace_selected(lambda group: replace(group, name=value), "renaming", name)
            case "match", tuple():
                patterns = tuple(map(str, value))
                self._replace_selected(lambda group: replace(group, match=patterns), "change of patterns", name)
            case _:
                # An override equal to the optimizer's value stays: it holds when the optimizer's changes.
                self._replace_selected(
                    lambda group: replace(group, options=group.options.with_value(name, value)),
                    f"change of {name}",
                    name,
                )

    @Slot(str)
    def _on_reset(self, name: str) -> None:
        self._replace_selected(lambda group: replace(group, options=group.options.without(name)), f"reset of {name}")

    @Slot(str)
    def _on_typed(self, name: str) -> None:
        self._document.keep_merging(f"groups[{self.selected}].{name}")

    def _replace_selected(self, change: Callable[[Group], Group], text: str, name: str | None = None) -> None:
        recipe, index = self._document.recipe, self.selected
        if 0 <= index < len(recipe.groups):
            group = recipe.groups[index]
            merge = f"groups[{index}].{name}" if name is not None else None
            self._document.replace(with_group(recipe, index, change(group)), f"{text} of {group.name}", merge)

    def _replace_groups(self, groups: tuple[Group, ...], text: str) -> None:
        self._document.replace(with_groups(self._document.recipe, groups), text)


def _make_button(name: str, tip: str, slot: Callable[[], None]) -> QToolButton:
    button = QToolButton()
    button.setIcon(icon(name))
    button.setAutoRaise(True)
    button.setToolTip(tip)
    button.setAccessibleName(tip.partition(" (")[0])
    size = button.fontMetrics().height()
    button.setIconSize(QSize(size, size))
    button.clicked.connect(slot)
    return button


def _make_table(model: GroupsModel) -> QTableView:
    table = QTableView()
    table.setModel(model)
    table.setAccessibleName("parameter groups")
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setTabKeyNavigation(False)
    table.setShowGrid(False)
    table.setWordWrap(False)
    table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    table.verticalHeader().hide()
    table.verticalHeader().setDefaultSectionSize(round(table.fontMetrics().height() * 1.5))
    header = table.horizontalHeader()
    header.setHighlightSections(False)
    header.setMinimumSectionSize(table.fontMetrics().height())
    header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    for column in Column:
        stretched = column in (Column.NAME, Column.MATCH)
        mode = QHeaderView.ResizeMode.Stretch if stretched else QHeaderView.ResizeMode.ResizeToContents
        header.setSectionResizeMode(column, mode)
    return table
