"""The dock "At the cursor": what the run in front and the preview recorded at one step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Slot
from PySide6.QtWidgets import QHeaderView, QLabel, QTreeView, QVBoxLayout, QWidget

from lrgui.core.numbers import round_number
from lrgui.core.trace import Trace
from lrgui.ui.swatches import group_swatch
from lrgui.ui.theme import LIGHT, Theme
from lrgui.ui.words import place, series_name

_Index = QModelIndex | QPersistentModelIndex
_NO_PARENT = QModelIndex()
_HEADINGS = {"momentum": "mom.", "weight_decay": "decay"}
_DIGITS = 5
_FEWEST_CHARACTERS = 24


@dataclass(frozen=True, slots=True)
class Source:
    """A trace to read from; `suffix` tells its groups from those of other sources, such as ` (preview)`."""

    trace: Trace
    suffix: str = ""


@dataclass(frozen=True, slots=True)
class _Row:
    group: str
    colour: int
    values: tuple[float | None, ...]


class ReadoutModel(QAbstractTableModel):
    """One row per group of each source, one column per recorded series."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._series: tuple[str, ...] = ()
        self._rows: tuple[_Row, ...] = ()
        self._theme = LIGHT

    def show_step(self, sources: Sequence[Source], colours: dict[str, int], step: int) -> None:
        """Show what each source recorded at `step`; a group has no row where its trace is shorter."""
        series = tuple(dict.fromkeys(name for source in sources for name in source.trace.series))
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
            match role:
                case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.ToolTipRole:
                    return row.group
                case Qt.ItemDataRole.DecorationRole:
                    return group_swatch(self._theme.curve_colour(row.colour))
            return None
        value = row.values[column - 1]
        if value is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return round_number(value, _DIGITS)
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{series_name(self._series[column - 1])} of {row.group}: {value!r}"
        return None


class ReadoutPanel(QWidget):
    """The values under the plot's cursor; those of the newest step while the cursor is elsewhere."""

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
        newest = max(source.trace.rows for source in recorded) - 1
        step = newest if self._step is None else min(self._step, newest)
        heading = place(step, recorded[0].trace.steps_per_epoch).capitalize()
        if len(recorded) == 1:
            # What holds for every row is said once, so that the names have the room.
            heading += recorded[0].suffix
            recorded = [replace(recorded[0], suffix="")]
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
    rows = []
    for index, name in enumerate(trace.groups):
        values = (float(recorded[trace.column_index(one, index)]) if one in trace.series else None for one in series)
        rows.append(_Row(f"{name}{source.suffix}", colours.get(name, index), tuple(values)))
    return rows


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
