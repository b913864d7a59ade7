"""How a run is drawn in the list: colour, name, pin, notes and status, and below them what has changed since."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QIcon, QPainter, QPalette
from PySide6.QtWidgets import QApplication, QLineEdit, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from lrgui.ui.docks.runs_model import Row, RunsModel
from lrgui.ui.icons import icon
from lrgui.ui.swatches import run_swatch

_Index = QModelIndex | QPersistentModelIndex
_LEAST_NAME, _LEAST_CHANGES = 6, 18  # characters


class RunDelegate(QStyledItemDelegate):
    """Two lines for each run; what does not fit is cut short at its end."""

    def __init__(self, model: RunsModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model

    # overrides of Qt

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        style = option.widget.style() if option.widget is not None else QApplication.style()
        painter.save()
        painter.setClipRect(option.rect)
        style.drawPrimitive(QStyle.PrimitiveElement.PE_PanelItemViewItem, option, painter, option.widget)
        painter.setFont(option.font)
        _paint_row(painter, _Lines.within(option), self._model.row_at(index), _Ink.of(option))
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        line = option.fontMetrics.height()
        return QSize(line * 10, 2 * line + 3 * (line // 4))

    def setEditorData(self, editor: QWidget, index: _Index) -> None:
        # Qt asks for this with every change of the model, such as the steps of a run that goes on.
        if isinstance(editor, QLineEdit) and not editor.text() and not editor.isModified():
            super().setEditorData(editor, index)

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: _Index) -> None:
        lines = _Lines.within(option)
        height = editor.sizeHint().height()
        top = max(option.rect.top(), lines.first.center().y() - height // 2)
        editor.setGeometry(lines.first.left() - lines.gap, top, lines.first.width() + lines.gap, height)


@dataclass(frozen=True, slots=True)
class _Lines:
    """Where the swatch and the two lines of a row are."""

    swatch: QRect
    first: QRect
    second: QRect
    gap: int
    metrics: QFontMetrics

    @staticmethod
    def within(option: QStyleOptionViewItem) -> _Lines:
        metrics: QFontMetrics = option.fontMetrics
        line, rect = metrics.height(), QRect(option.rect)
        gap = line // 4
        swatch = QRect(rect.left(), rect.center().y() - line // 2, line, line)
        left = swatch.right() + gap
        first = QRect(left, rect.top() + gap, rect.right() - gap - left, line)
        return _Lines(swatch, first, first.translated(0, line + gap), gap, metrics)


@dataclass(frozen=True, slots=True)
class _Ink:
    """The colours of a row; on the highlight there is one for all."""

    text: QColor
    muted: QColor
    error: QColor
    icons: QIcon.Mode

    @staticmethod
    def of(option: QStyleOptionViewItem) -> _Ink:
        states, roles, palette = QStyle.StateFlag, QPalette.ColorRole, option.palette
        active = bool(option.state & states.State_Active)
        group = QPalette.ColorGroup.Active if active else QPalette.ColorGroup.Inactive
        if option.state & states.State_Selected:
            highlighted = palette.color(group, roles.HighlightedText)
            return _Ink(highlighted, highlighted, highlighted, QIcon.Mode.Selected)
        text, muted = palette.color(group, roles.Text), palette.color(group, roles.PlaceholderText)
        return _Ink(text, muted, palette.color(group, roles.BrightText), QIcon.Mode.Normal)


def _paint_row(painter: QPainter, lines: _Lines, row: Row, ink: _Ink) -> None:
    run = row.run
    run_swatch(row.colour).paint(painter, lines.swatch)
    marks = [name for name, wanted in (("pin", run.pinned), ("sticky-note", bool(run.notes))) if wanted]
    right = lines.metrics.horizontalAdvance(row.status) + lines.gap
    marks_width = len(marks) * (lines.first.height() + lines.gap)
    least = lines.metrics.averageCharWidth() * _LEAST_NAME
    room = max(least, lines.first.width() - right - marks_width)
    name = _write(painter, lines, lines.first, run.name, room, ink.text if run.visible else ink.muted)
    _paint_marks(painter, lines, marks, lines.first.left() + name, ink)
    status_ink = ink.error if row.status == "failed" else ink.muted
    _write_right(painter, lines.first, row.status, status_ink)
    _paint_changes(painter, lines, row, ink)


def _paint_changes(painter: QPainter, lines: _Lines, row: Row, ink: _Ink) -> None:
    """Write what has changed, and the steps behind it unless they would leave too little of it."""
    metrics, whole = lines.metrics, lines.second.width()
    room = whole - metrics.horizontalAdvance(row.steps) - 2 * lines.gap
    fits = metrics.horizontalAdvance(row.changes.line) <= room
    if fits or room >= metrics.averageCharWidth() * _LEAST_CHANGES:
        _write_right(painter, lines.second, row.steps, ink.muted)
    else:
        room = whole
    _write(painter, lines, lines.second, row.changes.line, room, ink.muted)


def _paint_marks(painter: QPainter, lines: _Lines, marks: list[str], left: int, ink: _Ink) -> None:
    side = round(lines.first.height() * 0.85)
    for name in marks:
        place = QRect(left + lines.gap, lines.first.top() + (lines.first.height() - side) // 2, side, side)
        icon(name).paint(painter, place, mode=ink.icons)
        left = place.right() + 1


def _write(painter: QPainter, lines: _Lines, line: QRect, text: str, room: int, colour: QColor) -> int:
    """Write at the left of a line, cut to `room` pixels; return how many it takes."""
    shown = lines.metrics.elidedText(text, Qt.TextElideMode.ElideRight, max(0, room))
    painter.setPen(colour)
    painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)
    return lines.metrics.horizontalAdvance(shown)


def _write_right(painter: QPainter, line: QRect, text: str, colour: QColor) -> None:
    painter.setPen(colour)
    painter.drawText(line, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)
