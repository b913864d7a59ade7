"""The table of the readout as a model: a row per group of each source, a column per series, exact numbers to copy."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import QColor, QIcon
from PySide6.QtWidgets import QWidget

from lrgui.core.derived import RELATIVE
from lrgui.core.numbers import format_number, group_digits, round_number
from lrgui.core.readout import Source, read_groups
from lrgui.ui.swatches import group_swatch, run_swatch
from lrgui.ui.theme import LIGHT
from lrgui.ui.words import APPLIED, in_reading_order, series_name

_Index = QModelIndex | QPersistentModelIndex
_NO_PARENT = QModelIndex()
_RELATIVE_HEADING = "lr / base"
_HEADINGS = {RELATIVE: _RELATIVE_HEADING, "momentum": "mom.", "weight_decay": "decay", APPLIED: "applied"}
_NOTHING = "\u2013"
_DIGITS = 6
_ROW_HEIGHT = 1.35  # lines

_round = lru_cache(maxsize=4096)(round_number)
"""Most numbers of a table are those of the step before."""


@dataclass(frozen=True, slots=True)
class Row:
    """The values of one group of a source, or, without values, the title above them.

    `step` is the source's own; `colour` is that of the group, or of the run that a title names.
    """

    text: str
    source: str
    step: int
    colour: int | None
    values: tuple[float | None, ...] = ()
    joined: bool = True
    cells: tuple[str, ...] = ()

    @property
    def is_title(self) -> bool:
        """True for a row that names the source of those below it."""
        return not self.values


class ReadoutModel(QAbstractTableModel):
    """One row per group of each source, below the source's title, and one column per recorded series."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.theme = LIGHT
        self._series: tuple[str, ...] = ()
        self._rows: tuple[Row, ...] = ()
        self._full_precision = False
        # A title alone would be lower than a group with its swatch.
        self._row_size = QSize(1, round(parent.fontMetrics().height() * _ROW_HEIGHT))

    @property
    def rows(self) -> tuple[Row, ...]:
        """What is shown, row by row."""
        return self._rows

    def set_full_precision(self, full: bool) -> None:
        """Show numbers with all their digits from the next step on, or rounded to as many as can be compared."""
        self._full_precision = full

    def show_step(self, sources: Sequence[Source], colours: dict[str, int], step: float) -> None:
        """Show what each source recorded at a step of the x axis; a group has no row where nothing is recorded."""
        series = in_reading_order(name for source in sources for name in source.series)
        rows = tuple(row for source in sources for row in self._rows_of(source, series, colours, step))
        same = series == self._series and [row.is_title for row in rows] == [row.is_title for row in self._rows]
        if not same:
            self.beginResetModel()
            self._series, self._rows = series, rows
            self.endResetModel()
        elif rows != self._rows:
            self._rows = rows
            self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, len(series)))

    def longest_cells(self) -> tuple[str, ...]:
        """Return the longest text in each column of numbers."""
        return tuple(
            max(column, key=len) for column in zip(*(row.cells for row in self._rows if row.cells), strict=True)
        )

    def swatch_of(self, row: Row) -> QIcon:
        """Return the sample of a row's colour: a bar for a group, a dot for a run."""
        swatch = run_swatch if row.is_title else group_swatch
        return swatch(self.theme.curve_colour(row.colour or 0))

    def table_text(self, chosen: Collection[int] = ()) -> str:
        """Return the chosen rows, all where none is, with a header: separated by tabs, numbers in full precision."""
        header = ("source", "step", "group", *(_RELATIVE_HEADING if one == RELATIVE else one for one in self._series))
        lines = [header]
        for number, row in enumerate(self._rows):
            if not row.is_title and (not chosen or number in chosen):
                values = ("" if value is None else repr(value) for value in row.values)
                lines.append((_plain(row.source), str(row.step), _plain(row.text), *values))
        return "".join("\t".join(line) + "\n" for line in lines)

    def rowCount(self, parent: _Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: _Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else 1 + len(self._series)

    def flags(self, index: _Index) -> Qt.ItemFlag:
        selectable = not self._rows[index.row()].is_title
        return super().flags(index) if selectable else Qt.ItemFlag.ItemIsEnabled

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return "group" if section == 0 else _HEADINGS.get(self._series[section - 1], self._series[section - 1])
        if role == Qt.ItemDataRole.ToolTipRole and section > 0:
            return series_name(self._series[section - 1])
        return None

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row, column = self._rows[index.row()], index.column()
        if column == 0:
            return self._name_data(row, role)
        if row.is_title:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return row.cells[column - 1]
        value = row.values[column - 1]
        if role == Qt.ItemDataRole.ToolTipRole and value is not None:
            if not row.joined:
                return f"{row.text} has not joined the optimizer yet"
            return f"{series_name(self._series[column - 1])} of {row.text}{in_brackets(row.source)}: {value!r}"
        return None

    def _name_data(self, row: Row, role: int) -> Any:
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return row.text
            case Qt.ItemDataRole.ToolTipRole | Qt.ItemDataRole.AccessibleTextRole:
                return row.text if row.is_title else f"{row.text}{in_brackets(row.source)}"
            case Qt.ItemDataRole.AccessibleDescriptionRole if not row.joined:
                return "not yet joined"
            case Qt.ItemDataRole.SizeHintRole:
                return self._row_size
            case Qt.ItemDataRole.ForegroundRole if row.is_title:
                return QColor(self.theme.muted)
            case Qt.ItemDataRole.DecorationRole if row.colour is not None:
                return self.swatch_of(row)
        return None

    def _rows_of(self, source: Source, series: tuple[str, ...], colours: dict[str, int], step: float) -> Iterator[Row]:
        own_step, title = source.row_at(step), source.title
        for reading in read_groups(source, series, step):
            if reading.index == 0 and title:
                yield Row(_title(source, own_step), title, own_step, source.colour)
            colour = colours.get(reading.group, reading.index)
            cells = tuple(self._cell(value, reading.joined) for value in reading.values)
            yield Row(reading.group, title, own_step, colour, reading.values, reading.joined, cells)

    def _cell(self, value: float | None, joined: bool) -> str:
        if value is None:
            return ""
        if not joined:
            return _NOTHING
        return format_number(value) if self._full_precision else _round(value, _DIGITS)


def in_brackets(title: str) -> str:
    """Return a title as it stands behind what it explains; nothing for none."""
    return f" ({title})" if title else ""


def _title(source: Source, own_step: int) -> str:
    """Return the title as a heading; it tells the step where the source counts others than the x axis."""
    # A run is called what the user calls it.
    title = source.title if source.colour is not None else source.title[:1].upper() + source.title[1:]
    return title if source.stretch == 1.0 else f"{title} · step {group_digits(own_step)}"


def _plain(name: str) -> str:
    """Return a name that is one cell of the text, whatever is in it."""
    return " ".join(name.split())
