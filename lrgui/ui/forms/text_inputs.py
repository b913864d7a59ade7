"""The widgets that text is typed into: a line edit and a spin box that leave undo to the document."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPalette,
    QPen,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractSpinBox, QLineEdit, QStyle, QStyleOptionFrame, QWidget

_UNDO_KEYS = (QKeySequence.StandardKey.Undo, QKeySequence.StandardKey.Redo)
_COMFORTABLE_CHARACTERS = 10
_FEWEST_CHARACTERS = 6


def wants_undo(event: QEvent) -> bool:
    """Say whether the event asks if the widget will undo by itself; it will not, the document does."""
    return (
        isinstance(event, QKeyEvent)
        and event.type() == QEvent.Type.ShortcutOverride
        and any(event.matches(key) for key in _UNDO_KEYS)
    )


def paint_problem_frame(widget: QWidget) -> None:
    """Draw the outline that marks an editor whose content cannot be used."""
    painter = QPainter(widget)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(widget.palette().color(QPalette.ColorRole.BrightText), 1.5))
    painter.drawRoundedRect(QRectF(widget.rect()).adjusted(0.75, 0.75, -0.75, -0.75), 2.5, 2.5)
    painter.end()


class TextInput(QLineEdit):
    """A line edit that can be marked as wrong, as a whole and from a column on.

    Signals:
        finished: Return was pressed or the focus has gone. Qt's `editingFinished` would also speak while the widget
            is being destroyed.
    """

    finished = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.returnPressed.connect(self.finished)
        self._wrong = False
        self._wrong_column: int | None = None
        # As far as the text of a spin box stands from its frame.
        self.setTextMargins(2, 0, 2, 0)

    def set_wrong(self, wrong: bool, column: int | None = None) -> None:
        """Mark the text as wrong; `column` is where the error was found, in characters from 0."""
        self._wrong, self._wrong_column = wrong, column
        self.update()

    def event(self, event: QEvent) -> bool:
        if wants_undo(event):
            event.ignore()
            return False
        return super().event(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.finished.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._wrong:
            paint_problem_frame(self)
            if self._wrong_column is not None:
                self._underline(self._wrong_column)

    def _underline(self, column: int) -> None:
        option = QStyleOptionFrame()
        self.initStyleOption(option)
        area = self.style().subElementRect(QStyle.SubElement.SE_LineEditContents, option, self)
        start = self._left_of(min(column, max(0, len(self.text()) - 1)), area.left(), area.right())
        metrics = self.fontMetrics()
        wave = max(2.0, metrics.height() / 9)
        base = area.center().y() + metrics.height() / 2 - 1
        path = QPainterPath(QPoint(start, round(base)).toPointF())
        for index in range(1, max(2, round(metrics.averageCharWidth() / wave)) + 1):
            path.lineTo(start + index * wave, base - (wave if index % 2 else 0))
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self.palette().color(QPalette.ColorRole.BrightText), 1.3))
        painter.drawPath(path)
        painter.end()

    def _left_of(self, column: int, left: int, right: int) -> int:
        """Return the x at which the character at `column` begins; Qt tells columns of points only."""
        middle = self.height() // 2
        while left < right:
            x = (left + right) // 2
            if self.cursorPositionAt(QPoint(x, middle)) < column:
                left = x + 1
            else:
                right = x
        return left


class NumberInput(QAbstractSpinBox):
    """A spin box over free text: what the steps do, and what the text means, is its editor's business.

    Signals:
        stepped: the arrow keys, the buttons or the wheel ask for that many steps.
        finished: as that of TextInput.
    """

    stepped = Signal(int)
    finished = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.can_step = True
        self._wrong = False
        # Wheel focus would let the wheel of a scrolled panel change a number on its way.
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.lineEdit().returnPressed.connect(self.finished)

    def set_wrong(self, wrong: bool) -> None:
        """Mark the content as wrong."""
        self._wrong = wrong
        self.update()

    def stepBy(self, steps: int) -> None:
        self.stepped.emit(steps)

    def stepEnabled(self) -> QAbstractSpinBox.StepEnabledFlag:
        flags = QAbstractSpinBox.StepEnabledFlag
        return flags.StepUpEnabled | flags.StepDownEnabled if self.can_step else flags.StepNone

    def event(self, event: QEvent) -> bool:
        if wants_undo(event):
            event.ignore()
            return False
        return super().event(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.finished.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._wrong:
            paint_problem_frame(self)

    def sizeHint(self) -> QSize:
        return self._size_for(_COMFORTABLE_CHARACTERS)

    def minimumSizeHint(self) -> QSize:
        return self._size_for(_FEWEST_CHARACTERS)

    def _size_for(self, characters: int) -> QSize:
        height = super().sizeHint().height()
        buttons = 0 if self.buttonSymbols() == QAbstractSpinBox.ButtonSymbols.NoButtons else height
        return QSize(self.fontMetrics().horizontalAdvance("0") * characters + buttons, height)
