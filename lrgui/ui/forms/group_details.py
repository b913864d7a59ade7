"""GroupDetails: name, patterns, parameters and overrides of the group that is selected."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHeaderView, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from lrgui.core.groups import ResolvedGroup
from lrgui.core.numbers import group_digits
from lrgui.core.problems import Problem
from lrgui.core.recipe import Recipe
from lrgui.ui.document import Document
from lrgui.ui.forms.editors_group import NameEditor, PatternsEditor
from lrgui.ui.forms.edits import optimizer_entry, resolved_groups
from lrgui.ui.forms.fold_button import FoldButton
from lrgui.ui.forms.form import OptionsForm
from lrgui.ui.forms.groups_model import shape_text
from lrgui.ui.forms.layout import lay_out_now, row_spacing
from lrgui.ui.forms.notes import Note
from lrgui.ui.forms.row import FieldRow
from lrgui.ui.words import counted

_MOST_ROWS = 8


class GroupDetails(QWidget):
    """Shows one group of the document's recipe; the panel around it writes the edits.

    Signals:
        edited: the user gave `name`, `match` or an option of the group a value (name, value).
        reset: an option is to be inherited again (name).
        typed: the user is typing something that is no new value yet (name).
    """

    edited = Signal(str, object)
    reset = Signal(str)
    typed = Signal(str)

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self.name_editor, self.patterns_editor = NameEditor(), PatternsEditor()
        self.name_row, self.match_row = FieldRow(self.name_editor), FieldRow(self.patterns_editor)
        self.parameters = ParameterList()
        self.overrides_heading = Note()
        self.overrides = OptionsForm("groups", overrides=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(row_spacing(self))
        for row in (self.name_row, self.match_row):
            row.edited.connect(self.edited)
            row.typed.connect(self.typed)
            layout.addWidget(row)
        for widget in (self.parameters, self.overrides_heading, self.overrides):
            layout.addWidget(widget)
        self.overrides.edited.connect(self.edited)
        self.overrides.reset.connect(self.reset)
        self.overrides.typed.connect(self.typed)

    def show_group(self, recipe: Recipe, index: int) -> None:
        """Show the group at `index`; the one after the last is that of the unmatched parameters."""
        resolved = resolved_groups(recipe)[index]
        implicit = index >= len(recipe.groups)
        for widget in (self.name_row, self.match_row, self.overrides):
            widget.setVisible(not implicit)
        entry = optimizer_entry(recipe)
        heading = f"Tick what differs from {recipe.optimizer.class_name}'s own options:"
        self.overrides_heading.set_help("" if implicit or entry is None else heading)
        self.parameters.show_group(resolved)
        if implicit:
            return
        group = recipe.groups[index]
        self.name_editor.taken = frozenset(other.name for other in recipe.groups if other is not group)
        self.name_row.show_value(group.name, differs=False, problem=self._problem(index, "name"))
        self.match_row.show_value(group.match, differs=False, problem=self._problem(index, "match"))
        self.overrides.place = f"groups[{index}].options"
        self.overrides.set_entry(entry)
        problems = self._document.problems_for(self.overrides.place)
        self.overrides.show_overrides(group.options, recipe.optimizer.options, problems)

    @Slot()
    def restore(self) -> None:
        """Drop whatever was typed and could not be used."""
        self.name_editor.restore()
        self.patterns_editor.restore()
        self.overrides.restore()

    def _problem(self, index: int, name: str) -> Problem | None:
        return next(iter(self._document.problems_for(f"groups[{index}].{name}")), None)


class ParameterList(QWidget):
    """The parameters of a group behind a button that says how many there are; filled when it is unfolded."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._group: ResolvedGroup | None = None
        self._filled: ResolvedGroup | None = None
        self.button = FoldButton()
        self.button.toggled.connect(self._on_toggled)
        self.tree = QTreeWidget()
        self.tree.setRootIsDecorated(False)
        self.tree.setUniformRowHeights(True)
        self.tree.setSelectionMode(QTreeWidget.SelectionMode.NoSelection)
        self.tree.setHeaderLabels(["parameter", "shape", "count"])
        self.tree.setAccessibleName("parameters of the group")
        self.tree.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        header = self.tree.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.tree.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.button)
        layout.addWidget(self.tree)

    def show_group(self, group: ResolvedGroup) -> None:
        """Show the parameters of `group`."""
        self._group = group
        tensors, elements = counted(len(group.parameters), "tensor"), counted(group.count, "parameter")
        self.button.setText(f"Takes {tensors}, {elements}")
        if self.button.isChecked():
            self._fill(group)

    @Slot(bool)
    def _on_toggled(self, unfolded: bool) -> None:
        if unfolded and self._group is not None:
            self._fill(self._group)
        self.tree.setVisible(unfolded)
        lay_out_now()

    def _fill(self, group: ResolvedGroup) -> None:
        if group == self._filled:
            return
        self._filled = group
        self.tree.clear()
        items = []
        for parameter in group.parameters:
            texts = [parameter.name, shape_text(parameter.shape), group_digits(parameter.count)]
            item = QTreeWidgetItem(texts)
            item.setToolTip(0, parameter.name)
            item.setTextAlignment(2, Qt.AlignmentFlag.AlignRight)
            items.append(item)
        self.tree.addTopLevelItems(items)
        row_height = max(self.tree.sizeHintForRow(0), self.fontMetrics().height())
        shown = min(max(len(items), 1), _MOST_ROWS)
        self.tree.setFixedHeight(self.tree.header().sizeHint().height() + row_height * shown + row_height // 2)
