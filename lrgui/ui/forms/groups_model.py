"""The table of parameter groups: what each takes, its learning rate, and whether it is frozen."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QGuiApplication, QPalette

from lrgui.core.catalog.entry import Entry
from lrgui.core.groups import ResolvedGroup
from lrgui.core.numbers import group_digits
from lrgui.core.recipe import Recipe
from lrgui.ui.forms.edits import optimizer_entry, resolved_groups
from lrgui.ui.forms.value_text import write_value
from lrgui.ui.icons import icon
from lrgui.ui.words import counted

_MOST_NAMES = 20

Index = QModelIndex | QPersistentModelIndex


class Column(IntEnum):
    """The columns of the table."""

    NAME = 0
    MATCH = 1
    SIZE = 2
    LR = 3
    FROZEN = 4


_HEADINGS = {
    Column.NAME: ("Group", "Name of the group"),
    Column.MATCH: ("Patterns", "Shell patterns for the names of its parameters"),
    Column.SIZE: ("Takes", "Tensors · parameters that join the group"),
    Column.LR: ("lr", "Learning rate before any scheduler; grey where it is the optimizer's"),
    Column.FROZEN: ("", "Frozen: kept out of the optimizer"),
}


@dataclass(frozen=True, slots=True)
class GroupLine:
    """One line of the table. The line of the unmatched parameters is `implicit`: it cannot be edited."""

    group: ResolvedGroup
    match: str
    lr: str
    own_lr: bool
    implicit: bool


class GroupsModel(QAbstractTableModel):
    """Shows the groups of a recipe.

    Signals:
        frozen_chosen: the user ticked or cleared the box of a group (index, frozen).
    """

    frozen_chosen = Signal(int, bool)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lines: tuple[GroupLine, ...] = ()

    @property
    def lines(self) -> tuple[GroupLine, ...]:
        """The lines of the table, from the top."""
        return self._lines

    def show_recipe(self, recipe: Recipe) -> None:
        """Show the groups of `recipe`. Rows come and go at the end, so that what is selected stays selected."""
        lines, before = _lines_of(recipe), len(self._lines)
        if lines == self._lines:
            return
        if len(lines) > before:
            self.beginInsertRows(QModelIndex(), before, len(lines) - 1)
            self._lines = lines
            self.endInsertRows()
        elif len(lines) < before:
            self.beginRemoveRows(QModelIndex(), len(lines), before - 1)
            self._lines = lines
            self.endRemoveRows()
        self._lines = lines
        if lines:
            self.dataChanged.emit(self.index(0, 0), self.index(len(lines) - 1, len(Column) - 1))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(self._lines)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(Column)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        text, tip = _HEADINGS[Column(section)]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return text
            case Qt.ItemDataRole.ToolTipRole:
                return tip
            case Qt.ItemDataRole.AccessibleTextRole:
                return text or "Frozen"
            case Qt.ItemDataRole.DecorationRole if section == Column.FROZEN:
                return icon("snowflake")
            case Qt.ItemDataRole.TextAlignmentRole if section in (Column.SIZE, Column.LR):
                return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        editable = index.isValid() and not self._lines[index.row()].implicit
        return flags | Qt.ItemFlag.ItemIsUserCheckable if editable and index.column() == Column.FROZEN else flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        line, column = self._lines[index.row()], Column(index.column())
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return _text(line, column)
            case Qt.ItemDataRole.ToolTipRole:
                return _tool_tip(line, column)
            case Qt.ItemDataRole.TextAlignmentRole if column in (Column.SIZE, Column.LR):
                return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            case Qt.ItemDataRole.ForegroundRole if _is_muted(line, column):
                return QGuiApplication.palette().brush(QPalette.ColorRole.PlaceholderText)
            case Qt.ItemDataRole.FontRole if line.implicit:
                font = QFont()
                font.setItalic(True)
                return font
            case Qt.ItemDataRole.DecorationRole if column is Column.SIZE and is_suspicious(line):
                return icon("triangle-alert")
            case Qt.ItemDataRole.CheckStateRole if column is Column.FROZEN and not line.implicit:
                return Qt.CheckState.Checked if line.group.frozen else Qt.CheckState.Unchecked
            case Qt.ItemDataRole.SizeHintRole if column in (Column.SIZE, Column.LR):
                return _cell_size(_text(line, column), marked=column is Column.SIZE and is_suspicious(line))
            case Qt.ItemDataRole.AccessibleTextRole if column is Column.FROZEN:
                return f"{line.group.name}, frozen" if line.group.frozen else f"{line.group.name}, not frozen"
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.CheckStateRole or index.column() != Column.FROZEN:
            return False
        self.frozen_chosen.emit(index.row(), Qt.CheckState(value) == Qt.CheckState.Checked)
        return True


def is_suspicious(line: GroupLine) -> bool:
    """Say whether a group takes nothing, or less than its patterns ask for."""
    return not line.group.parameters or bool(line.group.taken or line.group.idle_patterns)


def _lines_of(recipe: Recipe) -> tuple[GroupLine, ...]:
    entry = optimizer_entry(recipe)
    inherited = entry.with_defaults(recipe.optimizer.options) if entry is not None else {**recipe.optimizer.options}
    lines = []
    for index, group in enumerate(resolved_groups(recipe)):
        implicit = index >= len(recipe.groups)
        match = "" if implicit else ", ".join(recipe.groups[index].match)
        lr = group.options.get("lr", inherited.get("lr"))
        lines.append(GroupLine(group, match, _lr_text(entry, lr), "lr" in group.options, implicit))
    return tuple(lines)


def _lr_text(entry: Entry | None, value: Any) -> str:
    field = entry.field("lr") if entry is not None else None
    return write_value(field, value) if field is not None else "" if value is None else str(value)


def _text(line: GroupLine, column: Column) -> str:
    match column:
        case Column.NAME:
            return line.group.name
        case Column.MATCH:
            return "everything else" if line.implicit else line.match
        case Column.SIZE:
            return f"{len(line.group.parameters)} · {group_digits(line.group.count)}"
        case Column.LR:
            return "–" if line.group.frozen else line.lr
        case _:
            return ""


def _tool_tip(line: GroupLine, column: Column) -> str:
    match column:
        case Column.NAME:
            implicit = "The parameters that fit no pattern form this group by themselves."
            return f"{line.group.name}\n{implicit}" if line.implicit else line.group.name
        case Column.MATCH:
            return line.match
        case Column.SIZE:
            return _parameters_tip(line.group)
        case Column.LR:
            return "Its own learning rate" if line.own_lr else "The optimizer's learning rate"
        case _:
            return _HEADINGS[Column.FROZEN][1]


def _cell_size(text: str, *, marked: bool) -> QSize:
    """Return the room for a number: the text, a gap to the number beside it, and the mark."""
    metrics = QFontMetrics(QGuiApplication.font())
    line = metrics.height()
    return QSize(metrics.horizontalAdvance(text) + line + (line * 3 // 2 if marked else 0), line)


def _parameters_tip(group: ResolvedGroup) -> str:
    """Return the size of a group and the names of its first parameters."""
    head = f"{counted(len(group.parameters), 'tensor')}, {counted(group.count, 'parameter')}"
    names = [f"{parameter.name}  {shape_text(parameter.shape)}" for parameter in group.parameters[:_MOST_NAMES]]
    more = len(group.parameters) - len(names)
    return "\n".join((head, *names, *((f"and {more} more",) if more else ())))


def shape_text(shape: tuple[int, ...]) -> str:
    """Return a shape as people write it: `16 × 10`."""
    return " × ".join(map(str, shape)) or "scalar"


def _is_muted(line: GroupLine, column: Column) -> bool:
    return line.implicit or line.group.frozen or (column is Column.LR and not line.own_lr)
