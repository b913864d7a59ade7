"""The parameter groups: table, selected group, overrides."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QStyle, QStyleOptionViewItem, QWidget

from lrgui.core.problems import Severity
from lrgui.core.recipe import Choice, Group, Options
from lrgui.ui.document import Document
from lrgui.ui.forms.editors_text import TypedEditor
from lrgui.ui.forms.groups_model import Column
from lrgui.ui.forms.groups_panel import GroupsPanel
from lrgui.ui.forms.notes import ProblemLine
from tests.ui.forms.driving import click, focus_on, focused, type_into

Show = Callable[[QWidget], None]


@pytest.fixture
def panel(document: Document, show: Show) -> GroupsPanel:
    shown = GroupsPanel(document)
    show(shown)
    return shown


def cells(panel: GroupsPanel, column: Column) -> list[str]:
    return [panel.model.index(row, column).data() for row in range(panel.model.rowCount())]


def names(document: Document) -> list[str]:
    return [group.name for group in document.recipe.groups]


def click_cell(panel: GroupsPanel, row: int, column: Column) -> None:
    area = panel.table.visualRect(panel.model.index(row, column))
    QTest.mouseClick(panel.table.viewport(), Qt.MouseButton.LeftButton, pos=area.center())


def click_box(panel: GroupsPanel, row: int) -> None:
    index = panel.model.index(row, Column.FROZEN)
    option = QStyleOptionViewItem()
    option.initFrom(panel.table)
    option.rect = panel.table.visualRect(index)
    option.features |= QStyleOptionViewItem.ViewItemFeature.HasCheckIndicator
    box = panel.table.style().subElementRect(QStyle.SubElement.SE_ItemViewItemCheckIndicator, option, panel.table)
    QTest.mouseClick(panel.table.viewport(), Qt.MouseButton.LeftButton, pos=box.center())


def test_the_table_says_what_each_group_takes(panel: GroupsPanel) -> None:
    # mlp: 10 -> 16 -> 1, hence weights 160 + 16 and biases 16 + 1.
    assert cells(panel, Column.NAME) == ["weights", "biases"]
    assert cells(panel, Column.MATCH) == ["*weight", "*bias"]
    assert cells(panel, Column.SIZE) == ["2 · 176", "2 · 17"]
    assert cells(panel, Column.LR) == ["0.01", "0.1"]


def test_a_tool_tip_lists_the_parameters_with_their_shapes(panel: GroupsPanel) -> None:
    tip = panel.model.index(0, Column.SIZE).data(Qt.ItemDataRole.ToolTipRole)
    assert tip.splitlines() == ["2 tensors, 176 parameters", "layers.0.weight  16 × 10", "layers.1.weight  1 × 16"]


def test_the_selected_groups_parameters_unfold(panel: GroupsPanel) -> None:
    click_cell(panel, 1, Column.NAME)
    button = panel.details.parameters.button
    assert button.text() == "Takes 2 tensors, 17 parameters"
    click(button)
    tree = panel.details.parameters.tree
    rows = [tree.topLevelItem(row) for row in range(tree.topLevelItemCount())]
    assert [[item.text(column) for column in range(3)] for item in rows if item is not None] == [
        ["layers.0.bias", "16", "16"],
        ["layers.1.bias", "1", "1"],
    ]


def test_adding_a_group_selects_it_and_its_name_can_be_typed(panel: GroupsPanel, document: Document) -> None:
    click(panel.add_button)
    assert names(document) == ["weights", "biases", "group 1"]
    QTest.keyClicks(focused(), "head")
    assert names(document) == ["weights", "biases", "head"]
    assert document.undo_stack.undoText() == "renaming of group 1"
    document.undo()
    assert document.undo_stack.undoText() == "new group"
    document.undo()
    assert names(document) == ["weights", "biases"]


def test_renaming_is_one_undo_step(panel: GroupsPanel, document: Document) -> None:
    type_into(panel.details.name_editor, "kernels")
    assert names(document)[0] == "kernels"
    document.undo()
    assert names(document)[0] == "weights"
    assert panel.details.name_editor.text() == "weights"


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("biases", "name must be unique; another group has it."),
        ("rest", "name must not be rest, which is the group of the parameters that fit no pattern."),
        ("", "name must not be empty."),
    ],
)
def test_a_name_that_cannot_be_is_told_below_it(panel: GroupsPanel, document: Document, name: str, told: str) -> None:
    widget = focus_on(panel.details.name_editor)
    QTest.keyClick(widget, Qt.Key.Key_Backspace)
    QTest.keyClicks(widget, name)
    assert panel.details.name_row.note.problem == told
    assert name not in names(document)[:1]
    assert names(document)[1] == "biases"


def test_typing_patterns_shows_what_is_left_as_a_group_without_losing_the_focus(
    panel: GroupsPanel, document: Document
) -> None:
    widget = type_into(panel.details.patterns_editor, "layers.0.weight, layers.0.b*")
    assert focused() is widget
    assert document.recipe.groups[0].match == ("layers.0.weight", "layers.0.b*")
    assert cells(panel, Column.NAME) == ["weights", "biases", "rest"]
    assert cells(panel, Column.SIZE) == ["2 · 176", "1 · 1", "1 · 16"]
    assert panel.model.index(2, 0).data(Qt.ItemDataRole.FontRole).italic()
    click_cell(panel, 2, Column.NAME)
    assert not panel.details.name_row.isVisible()
    assert not panel.remove_button.isEnabled()
    assert panel.details.parameters.button.text() == "Takes 1 tensor, 16 parameters"


def test_patterns_that_overlap_are_told(panel: GroupsPanel, document: Document) -> None:
    click_cell(panel, 1, Column.NAME)
    type_into(panel.details.patterns_editor, "*bias, layers.0.*")
    note = panel.details.match_row.note.problem
    assert note.startswith("layers.0.weight fits this group too but has joined an earlier group.")
    assert panel.model.index(1, Column.SIZE).data(Qt.ItemDataRole.DecorationRole) is not None
    click_cell(panel, 0, Column.NAME)
    assert [(problem.severity, problem.place) for problem in panel.problems.problems] == [
        (Severity.WARNING, "groups[1].match")
    ]


def test_an_empty_group_is_told(panel: GroupsPanel, document: Document) -> None:
    type_into(panel.details.patterns_editor, "nothing")
    assert "is empty" in panel.details.match_row.note.problem
    assert cells(panel, Column.SIZE)[0] == "0 · 0"


def test_freezing_by_the_box_and_undo(panel: GroupsPanel, document: Document) -> None:
    click_box(panel, 1)
    assert [group.frozen for group in document.recipe.groups] == [False, True]
    assert document.undo_stack.undoText() == "freezing of biases"
    assert cells(panel, Column.LR) == ["0.01", "–"]
    document.undo()
    assert [group.frozen for group in document.recipe.groups] == [False, False]


def test_freezing_everything_is_told(panel: GroupsPanel, document: Document) -> None:
    click_box(panel, 0)
    click_box(panel, 1)
    assert "Every group is frozen" in " ".join(problem.message for problem in panel.problems.problems)


def test_removing_by_key_moving_and_duplicating(panel: GroupsPanel, document: Document) -> None:
    click(panel.down_button)
    assert names(document) == ["biases", "weights"]
    assert panel.selected == 1
    assert not panel.down_button.isEnabled()
    click(panel.up_button)
    assert names(document) == ["weights", "biases"]
    click(panel.copy_button)
    assert names(document) == ["weights", "weights 1", "biases"]
    assert document.recipe.groups[1].options == Options(lr=0.01)
    focus_on(panel.table)
    QTest.keyClick(panel.table, Qt.Key.Key_Delete)
    assert names(document) == ["weights", "biases"]
    assert document.undo_stack.undoText() == "removal of weights 1"


def test_copies_of_copies_count_on_and_are_removed_one_after_the_other(panel: GroupsPanel, document: Document) -> None:
    for _ in range(6):
        click(panel.copy_button)
    assert names(document) == ["weights", *(f"weights {number}" for number in range(1, 7)), "biases"]
    # Five of the six are other groups than the one selected; a long list would push its fields out of sight.
    assert len(panel.problems.problems) == 5
    QApplication.processEvents()
    told = [line for line in panel.problems.findChildren(ProblemLine) if not line.isHidden()]
    assert len(told) == 4
    for _ in range(8):
        click(panel.remove_button)
    assert names(document) == []


def test_removing_all_groups_leaves_the_rest(panel: GroupsPanel, document: Document) -> None:
    click(panel.remove_button)
    click(panel.remove_button)
    assert document.recipe.groups == ()
    assert cells(panel, Column.NAME) == ["rest"]
    assert cells(panel, Column.SIZE) == ["4 · 193"]


def test_an_override_is_switched_on_with_the_inherited_value_and_off_again(
    panel: GroupsPanel, document: Document
) -> None:
    click_cell(panel, 1, Column.NAME)
    row = panel.details.overrides.row("lr")
    assert isinstance(row.switch, QCheckBox)
    assert isinstance(row.editor, TypedEditor)
    assert row.editor.text() == "0.1"
    assert not row.editor.isEnabled()
    click(row.switch)
    assert document.recipe.groups[1].options == Options(lr=0.1)
    QTest.keyClicks(focused(), "0.5")
    assert document.recipe.groups[1].options == Options(lr=0.5)
    assert cells(panel, Column.LR) == ["0.01", "0.5"]
    click(row.switch)
    assert document.recipe.groups[1].options == Options()
    assert row.editor.text() == "0.1"


def test_overrides_beyond_the_rate_are_folded_until_one_is_set(panel: GroupsPanel, document: Document) -> None:
    assert panel.details.overrides.row("lr").isVisible()
    assert not panel.details.overrides.row("weight_decay").isVisible()
    group = Group("weights", ("*weight",), Options(weight_decay=0.1))
    document.replace(replace(document.recipe, groups=(group, *document.recipe.groups[1:])), "loaded")
    assert panel.details.overrides.row("weight_decay").isVisible()


def test_what_is_inherited_follows_the_optimizer(panel: GroupsPanel, document: Document) -> None:
    click_cell(panel, 1, Column.NAME)
    document.replace(replace(document.recipe, optimizer=Choice("SGD", Options(lr=0.7))), "elsewhere")
    editor = panel.details.overrides.row("lr").editor
    assert isinstance(editor, TypedEditor)
    assert editor.text() == "0.7"
    assert cells(panel, Column.LR) == ["0.01", "0.7"]


def test_a_wrong_override_is_told_and_keeps_the_last_good_one(panel: GroupsPanel, document: Document) -> None:
    QTest.keyClicks(focus_on(panel.details.overrides.row("lr").editor), "x")
    assert panel.details.overrides.row("lr").note.problem == "lr must be a number, 0 or more."
    assert document.recipe.groups[0].options == Options(lr=0.01)


def test_a_double_click_goes_to_the_field_of_the_cell(panel: GroupsPanel) -> None:
    area = panel.table.visualRect(panel.model.index(1, Column.MATCH))
    centre = QPoint(area.center())
    QTest.mouseClick(panel.table.viewport(), Qt.MouseButton.LeftButton, pos=centre)
    QTest.mouseDClick(panel.table.viewport(), Qt.MouseButton.LeftButton, pos=centre)
    assert panel.details.match_row.isAncestorOf(focused())
    assert panel.details.patterns_editor.text() == "*bias"


def test_the_selection_survives_edits_and_undo(panel: GroupsPanel, document: Document) -> None:
    click_cell(panel, 1, Column.NAME)
    type_into(panel.details.name_editor, "b")
    document.undo()
    assert panel.selected == 1


def test_a_model_that_cannot_be_leaves_the_groups_editable(panel: GroupsPanel, document: Document) -> None:
    document.replace(replace(document.recipe, model=Choice("mlp", Options(hidden=(0,)))), "loaded")
    assert cells(panel, Column.NAME) == ["weights", "biases"]
    type_into(panel.details.name_editor, "w")
    assert names(document) == ["w", "biases"]


def test_the_largest_model_is_shown_in_the_table(panel: GroupsPanel, document: Document) -> None:
    groups = (Group("norms", ("*norm*",)), Group("all", ("*",)))
    document.replace(replace(document.recipe, model=Choice("transformer", Options(layers=200)), groups=groups), "large")
    # 200 layers with two layer norms of two tensors of 64 elements each.
    assert cells(panel, Column.SIZE)[0] == "800 · 51\u202f200"
