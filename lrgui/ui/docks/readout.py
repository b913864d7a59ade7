"""The dock "At the cursor": what the run in front and the preview recorded at one step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import isnan
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QSize, Qt, Slot
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QHeaderView, QLabel, QTreeView, QVBoxLayout, QWidget

from lrgui.core.numbers import round_number
from lrgui.core.trace import Trace
from lrgui.ui.swatches import group_swatch
from lrgui.ui.theme import LIGHT, Theme
from lrgui.ui.words import APPLIED, in_reading_order, place, series_name

_Index = QModelIndex | QPersistentModelIndex
_NO_PARENT = QModelIndex()
_HEADINGS = {"momentum": "mom.", "weight_decay": "decay", APPLIED: "applied"}
_NOTHING = "\u2013"
_DIGITS = 5
_FEWEST_CHARACTERS = 24
_ROW_HEIGHT = 1.35  # lines


@dataclass(frozen=True, slots=True)
class Source:
    """A trace to read from; `title` tells its groups from those of other sources, such as `preview`."""

    trace: Trace
    title: str = ""


@dataclass(frozen=True, slots=True)
class _Row:
    """The values of one group of a source, or, without a colour, the title above them."""

    text: str
    title: str = ""
    colour: int | None = None
    values: tuple[float | None, ...] = ()
    joined: bool = True


class ReadoutModel(QAbstractTableModel):
    """One row per group of each source, below the source's title, and one column per recorded series."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._series: tuple[str, ...] = ()
        self._rows: tuple[_Row, ...] = ()
        self._theme = LIGHT
        # A title alone would be lower than a group with its swatch.
        self._row_size = QSize(1, round(parent.fontMetrics().height() * _ROW_HEIGHT))

    def show_step(self, sources: Sequence[Source], colours: dict[str, int], step: int) -> None:
        """Show what each source recorded at `step`; a group has no row where its trace is shorter."""
        series = in_reading_order(name for source in sources for name in source.trace.series)
        rows = tuple(row for source in sources for row in _rows_of(source, series, colours, step))
        if series == self._series and len(rows) == len(self._rows):
            self._rows = rows
            if rows:
                self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, len(series)))
            return
        self.beginResetModel()
        self._series, self._rows = series, rows
        self.endResetModel()

    def set_theme(self, theme: Theme) -> None:
        """Take the groups' colours from `theme`."""
        self._theme = theme

    def rowCount(self, parent: _Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: _Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else 1 + len(self._series)

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
        value = row.values[column - 1] if row.values else None
        if value is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return round_number(value, _DIGITS) if row.joined else _NOTHING
        if role == Qt.ItemDataRole.ToolTipRole:
            if not row.joined:
                return f"{row.text} has not joined the optimizer yet"
            return f"{series_name(self._series[column - 1])} of {row.text}{row.title}: {value!r}"
        return None

    def _name_data(self, row: _Row, role: int) -> Any:
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return row.text
            case Qt.ItemDataRole.ToolTipRole | Qt.ItemDataRole.AccessibleTextRole:
                return f"{row.text}{row.title}"
            case Qt.ItemDataRole.AccessibleDescriptionRole if not row.joined:
                return "not yet joined"
            case Qt.ItemDataRole.SizeHintRole:
                return self._row_size
            case Qt.ItemDataRole.ForegroundRole if row.colour is None:
                return QColor(self._theme.muted)
            case Qt.ItemDataRole.DecorationRole if row.colour is not None:
                return group_swatch(self._theme.curve_colour(row.colour))
        return None


class ReadoutPanel(QWidget):
    """The values under the plot's cursor; those of the first source's newest step while the cursor is elsewhere."""

    def __init__(self) -> None:
        super().__init__()
        self._sources: tuple[Source, ...] = ()
        self._colours: dict[str, int] = {}
        self._step: int | None = None
        self._heading = QLabel()
        self._heading.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._model = ReadoutModel(self)
        gap = self.fontMetrics().height() // 3
        self._heading.setIndent(gap)
        self.setMinimumWidth(self.fontMetrics().averageCharWidth() * _FEWEST_CHARACTERS)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, gap, 0, 0)
        layout.setSpacing(gap)
        layout.addWidget(self._heading)
        layout.addWidget(_make_view(self._model))

    def set_sources(self, sources: Sequence[Source], colours: dict[str, int]) -> None:
        """Read from these traces, with a colour index per group name."""
        self._sources, self._colours = tuple(sources), colours
        self.refresh()

    def set_step(self, step: int | None) -> None:
        """Show `step`; None shows the newest."""
        if step != self._step:
            self._step = step
            self.refresh()

    def set_theme(self, theme: Theme) -> None:
        """Take the groups' colours from `theme`."""
        self._model.set_theme(theme)
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Show the values anew; called a few times per second while rows arrive."""
        recorded = [source for source in self._sources if source.trace.rows]
        if not recorded:
            self._heading.setText("Nothing recorded yet")
            self._model.show_step((), {}, 0)
            return
        longest = max(source.trace.rows for source in recorded)
        step = (recorded[0].trace.rows if self._step is None else min(self._step + 1, longest)) - 1
        heading = place(step, recorded[0].trace.steps_per_epoch).capitalize()
        if len(recorded) == 1:
            # What holds for every row is said once, so that the names have the room.
            heading += _in_brackets(recorded[0].title)
            recorded = [replace(recorded[0], title="")]
        self._heading.setText(heading)
        self._model.show_step(recorded, self._colours, step)


class _ReadoutView(QTreeView):
    @Slot()
    def stretch_names(self) -> None:
        """Give the names what the numbers leave; the header forgets it with every other number of columns."""
        if self.header().count():
            self.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)


def _rows_of(source: Source, series: tuple[str, ...], colours: dict[str, int], step: int) -> list[_Row]:
    trace = source.trace
    if step >= trace.rows:
        return []
    recorded = trace.buffer[step]
    rows = [_Row(source.title.capitalize())] if source.title else []
    for index, name in enumerate(trace.groups):
        values = tuple(
            float(recorded[trace.column_index(one, index)]) if one in trace.series else None for one in series
        )
        colour = colours.get(name, index)
        rows.append(_Row(name, _in_brackets(source.title), colour, values, _has_joined(trace, index, step)))
    return rows


def _in_brackets(title: str) -> str:
    return f" ({title})" if title else ""


def _has_joined(trace: Trace, group: int, step: int) -> bool:
    """Say whether the optimizer has the group by that step: one that has not has no value, then and from the start."""
    columns = [trace.column_index(series, group) for series in trace.series]
    return not all(isnan(trace.buffer[row, column]) for row in (0, step) for column in columns)


def _make_view(model: ReadoutModel) -> QTreeView:
    view = _ReadoutView()
    view.setModel(model)
    view.setRootIsDecorated(False)
    view.setUniformRowHeights(True)
    view.setTextElideMode(Qt.TextElideMode.ElideMiddle)
    view.setAccessibleName("Values at the cursor")
    header = view.header()
    header.setStretchLastSection(False)
    header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    header.setMinimumSectionSize(view.fontMetrics().averageCharWidth() * 5)
    # Long group names are cut short, so that the numbers stay in sight.
    model.modelReset.connect(view.stretch_names)
    header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
    return view
