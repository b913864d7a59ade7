"""TextBox: several lines that look like a line edit, grow with what is in them, and leave undo to the document."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QMimeData, QSignalBlocker, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QFocusEvent,
    QKeyEvent,
    QPainter,
    QPalette,
    QResizeEvent,
    QTextCharFormat,
    QTextCursor,
    QTextLayout,
    QTextOption,
    QWheelEvent,
)
from PySide6.QtWidgets import (
    QFrame,
    QPlainTextEdit,
    QSizePolicy,
    QStyle,
    QStyleOptionFrame,
    QTextEdit,
    QWidget,
)

from lrgui.ui.forms.layout import lay_out_now
from lrgui.ui.forms.text_inputs import paint_problem_frame, wants_undo

_RETURN_KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_FEWEST_CHARACTERS = 12


class TextBox(QPlainTextEdit):
    """A box of one line that grows to `most_lines` and scrolls from there on; Return ends the input.

    Signals:
        edited: the user changed the text.
        finished: Return was pressed or the focus has gone.
        focused: the focus has come.
    """

    focused = Signal()
    edited = Signal()
    finished = Signal()

    def __init__(self, most_lines: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._most_lines = most_lines
        self._wrong = False
        self._wrong_column: int | None = None
        self.setUndoRedoEnabled(False)
        self.setTabChangesFocus(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        # The frame is painted below the text, with the panel of a line edit.
        self.viewport().setAutoFillBackground(False)
        self.document().setDocumentMargin(0)
        self._leave_margins()
        self.textChanged.connect(self._on_text_changed)

    def text(self) -> str:
        """Return what stands in the box."""
        return self.toPlainText()

    def set_text(self, text: str) -> None:
        """Replace the text, from its beginning; emits nothing."""
        with QSignalBlocker(self):
            self.setPlainText(text)
        self._fit()
        self.set_wrong(False)

    def text_around_selection(self) -> tuple[str, str]:
        """Return the text before and after the cursor, or before and after the selection where there is one."""
        cursor = self.textCursor()
        return self.text()[: cursor.selectionStart()], self.text()[cursor.selectionEnd() :]

    def insert(self, text: str, back: int = 0, replaced: int = 0) -> None:
        """Type `text` in place of the selection, or of the `replaced` characters before the cursor.

        The cursor is left `back` characters before the end of what was typed.
        """
        cursor = self.textCursor()
        if replaced:
            cursor.setPosition(cursor.position() - replaced, QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText(text)
        cursor.movePosition(QTextCursor.MoveOperation.PreviousCharacter, n=back)
        self.setTextCursor(cursor)

    def set_wrong(self, wrong: bool, column: int | None = None) -> None:
        """Mark the text as wrong; `column` is where the error was found, in characters from 0."""
        if (wrong, column) == (self._wrong, self._wrong_column):
            return
        self._wrong, self._wrong_column = wrong, column
        self._underline()
        self.update()

    def _underline(self) -> None:
        length = self.document().characterCount() - 1
        if not self._wrong or self._wrong_column is None or not length:
            self.setExtraSelections([])
            return
        selection = QTextEdit.ExtraSelection()
        cursor = QTextCursor(self.document())
        cursor.setPosition(min(self._wrong_column, length - 1))
        cursor.movePosition(QTextCursor.MoveOperation.NextCharacter, QTextCursor.MoveMode.KeepAnchor)
        mark = QTextCharFormat()
        mark.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
        mark.setUnderlineColor(self.palette().color(QPalette.ColorRole.BrightText))
        selection.cursor = cursor
        selection.format = mark
        self.setExtraSelections([selection])

    @Slot()
    def _on_text_changed(self) -> None:
        self._fit()
        self.edited.emit()

    def _fit(self) -> None:
        """Ask for the height of the lines that there are."""
        self.updateGeometry()
        if self.isVisible():
            lay_out_now()

    def _count_lines(self, width: int) -> int:
        """Return the lines of the text wrapped at a width in pixels, one more than the most where there are more."""
        lines = 0
        block = self.document().firstBlock()
        while block.isValid() and lines <= self._most_lines:
            layout = QTextLayout(block.text(), self.font())
            layout.setTextOption(self.document().defaultTextOption())
            layout.beginLayout()
            before = lines
            while lines <= self._most_lines and (line := layout.createLine()).isValid():
                line.setLineWidth(width)
                lines += 1
            layout.endLayout()
            lines = max(lines, before + 1)
            block = block.next()
        return lines

    def _leave_margins(self) -> None:
        """Keep the text as far from the frame as that of a line edit."""
        spare = self.one_line_height() - self._line_height()
        side = self.style().pixelMetric(QStyle.PixelMetric.PM_DefaultFrameWidth) + 4
        # Text that fills the viewport to the last pixel or two could be scrolled by a line.
        self.setViewportMargins(side, spare // 2, side, max(0, spare - spare // 2 - 2))

    def _line_height(self) -> int:
        return self.fontMetrics().lineSpacing()

    def one_line_height(self) -> int:
        """Return the height of the box while it has a single line: that of a line edit."""
        option = QStyleOptionFrame()
        option.initFrom(self)
        option.lineWidth = self.style().pixelMetric(QStyle.PixelMetric.PM_DefaultFrameWidth)
        content = QSize(0, max(self.fontMetrics().height(), 14) + 2)
        return self.style().sizeFromContents(QStyle.ContentsType.CT_LineEdit, option, content, self).height()

    # overrides of Qt

    def heightForWidth(self, width: int) -> int:
        margins = self.viewportMargins()
        lines = self._count_lines(width - margins.left() - margins.right())
        return (min(lines, self._most_lines) - 1) * self._line_height() + self.one_line_height()

    def minimumSizeHint(self) -> QSize:
        return QSize(self.fontMetrics().averageCharWidth() * _FEWEST_CHARACTERS, self.one_line_height())

    def sizeHint(self) -> QSize:
        return QSize(self.minimumSizeHint().width(), self.heightForWidth(self.width()))

    def event(self, event: QEvent) -> bool:
        if wants_undo(event):
            event.ignore()
            return False
        if event.type() == QEvent.Type.Paint:
            self._paint_panel()
            return True
        if event.type() == QEvent.Type.FontChange:
            self._leave_margins()
            self._fit()
        return super().event(event)

    def _paint_panel(self) -> None:
        option = QStyleOptionFrame()
        option.initFrom(self)
        option.rect = self.rect()
        option.lineWidth = self.style().pixelMetric(QStyle.PixelMetric.PM_DefaultFrameWidth)
        option.state |= QStyle.StateFlag.State_Sunken
        painter = QPainter(self)
        self.style().drawPrimitive(QStyle.PrimitiveElement.PE_PanelLineEdit, option, painter, self)
        painter.end()
        if self._wrong:
            paint_problem_frame(self)

    def resizeEvent(self, event: QResizeEvent) -> None:
        # Before Qt wraps the lines: the room that a bar takes later it would not look at.
        policy = Qt.ScrollBarPolicy
        scrolls = self._count_lines(self.viewport().width()) > self._most_lines
        self.setVerticalScrollBarPolicy(policy.ScrollBarAlwaysOn if scrolls else policy.ScrollBarAlwaysOff)
        super().resizeEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _RETURN_KEYS:
            self.finished.emit()
        elif event.key() == Qt.Key.Key_Tab:
            # Comes here where there is nothing else to take the focus.
            event.ignore()
        else:
            super().keyPressEvent(event)

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Paste plain text; a line break there is no more than a space here."""
        self.insertPlainText(" ".join(source.text().split("\n")) if source.hasText() else "")

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll with the focus alone; otherwise, and where there is nothing to scroll, the wheel passes."""
        bar = self.verticalScrollBar()
        if self.hasFocus() and bar.minimum() < bar.maximum():
            super().wheelEvent(event)
            event.accept()
        else:
            event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self.selectAll()
        self.update()
        self.focused.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()
        if event.reason() == Qt.FocusReason.PopupFocusReason:
            return
        if event.reason() != Qt.FocusReason.ActiveWindowFocusReason:
            cursor = self.textCursor()
            cursor.clearSelection()
            self.setTextCursor(cursor)
        self.finished.emit()
