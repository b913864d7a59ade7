"""The table of the readout on the screen: quick to repaint, its columns as wide as their numbers have been so far."""

from __future__ import annotations

import re
from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Slot
from PySide6.QtGui import QFontMetricsF, QPainter, QPalette, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyleOptionFocusRect,
    QStyleOptionViewItem,
    QTreeView,
)

from lrgui.ui.docks.readout_model import ReadoutModel, Row
from lrgui.ui.plot.short_names import short_names

_Index = QModelIndex | QPersistentModelIndex
_FEWEST_CHARACTERS = 14  # of a long name; where there is no room even for these, the table scrolls
_DIGIT = re.compile(r"\d")
_IN_A_ROW = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class ReadoutView(QTreeView):
    """Rows of groups, to be selected and copied."""

    def __init__(self, model: ReadoutModel) -> None:
        super().__init__()
        self._model = model
        self._widths: list[int] = []
        self._least_name = 0
        self._short_names: dict[str, str] = {}
        self._shortened: tuple[tuple[str, ...], int] = ((), 0)  # which names, and the room for them
        self._gap = self.style().pixelMetric(QStyle.PixelMetric.PM_FocusFrameHMargin, None, self) + 1
        self.setModel(model)
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        line = self.fontMetrics().height()
        self.setIconSize(QSize(line, line))
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        self.setAccessibleName("Values at the cursor")
        header = self.header()
        header.setStretchLastSection(False)
        header.setSectionsMovable(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
        model.modelReset.connect(self.fit_columns)

    def selected_rows(self) -> frozenset[int]:
        """Return the numbers of the selected rows."""
        return frozenset(index.row() for index in self.selectionModel().selectedRows())

    @Slot()
    def fit_columns(self) -> None:
        """Give every number the room it needs, and the names what is left; long names are cut short in the middle."""
        header, metrics = self.header(), self.fontMetrics()
        names = [metrics.horizontalAdvance(row.text) for row in self._model.rows if not row.is_title]
        fewest = min(max(names, default=0), metrics.averageCharWidth() * _FEWEST_CHARACTERS)
        self._least_name = fewest + self.iconSize().width() + 4 * self._gap
        self._widths = [header.sectionSizeHint(column) for column in range(1, header.count())]
        for column, width in enumerate(self._widths, 1):
            self.setColumnWidth(column, width)
        self.widen_columns()
        self._fit_names()

    def dataChanged(self, topLeft: _Index, bottomRight: _Index, roles: Sequence[int] = ()) -> None:  # noqa: N803
        # Qt's own looks for the place of every cell, and for editors.
        self.widen_columns()
        self._shorten_names()
        self.viewport().update()

    def widen_columns(self) -> None:
        """Widen a column that shows a wider number than ever: if they shrank too, they would tremble with the mouse."""
        metrics, wider = self.fontMetrics(), False
        beside = self._gap + metrics.averageCharWidth()
        for index, text in enumerate(self._model.longest_cells()):
            # Any digit may take the place of the present ones.
            needed = metrics.horizontalAdvance(_DIGIT.sub("0", text)) + beside
            if needed > self._widths[index]:
                self._widths[index] = needed
                self.setColumnWidth(index + 1, needed)
                wider = True
        if wider:
            self._fit_names()

    def _fit_names(self) -> None:
        if self._widths:
            self.setColumnWidth(0, max(self._least_name, self.viewport().width() - sum(self._widths)))
        self._shorten_names()

    def _shorten_names(self) -> None:
        """Cut the names of groups to the room that they have so that they can still be told apart."""
        names = tuple(dict.fromkeys(row.text for row in self._model.rows if not row.is_title))
        room = self.columnWidth(0) - self.iconSize().width() - 2 * self._gap
        if (names, room) != self._shortened:
            self._shortened = names, room
            texts = short_names(names, room, QFontMetricsF(self.font()))
            self._short_names = dict(zip(names, texts, strict=True))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_names()

    def drawRow(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        # All at once: Qt's own way asks the model for seven things about each of a hundred cells, at every move.
        row, rect = self._model.rows[index.row()], option.rect
        role = QPalette.ColorRole.PlaceholderText if row.is_title else QPalette.ColorRole.Text
        if self.selectionModel().isSelected(index):
            painter.fillRect(rect, self.palette().highlight())
            role = QPalette.ColorRole.HighlightedText
        painter.setPen(self.palette().color(role))
        room = self._cell(0, rect)
        if row.colour is not None:
            side = self.iconSize().width()
            swatch = QRect(room.left(), rect.top() + (rect.height() - side) // 2, side, side)
            self._model.swatch_of(row).paint(painter, swatch)
            room.setLeft(swatch.right() + self._gap)
        if row.is_title:
            room.setRight(rect.right())
        painter.drawText(room, _IN_A_ROW, self._name(row, room.width()))
        for column, text in enumerate(row.cells, 1):
            painter.drawText(self._cell(column, rect), _IN_A_ROW, text)
        if self.hasFocus() and index.row() == self.currentIndex().row():
            frame = QStyleOptionFocusRect()
            frame.initFrom(self)
            frame.rect = rect
            self.style().drawPrimitive(QStyle.PrimitiveElement.PE_FrameFocusRect, frame, painter, self)

    def _name(self, row: Row, width: int) -> str:
        """Return the name of a group as it is shown, or a title in the `width` of the row."""
        if row.is_title:
            return self.fontMetrics().elidedText(row.text, Qt.TextElideMode.ElideMiddle, width)
        return self._short_names[row.text]

    def _cell(self, column: int, row: QRect) -> QRect:
        """Return where the text of a column is in a row."""
        left = self.columnViewportPosition(column) + self._gap
        return QRect(left, row.top(), self.columnWidth(column) - self._gap, row.height())
