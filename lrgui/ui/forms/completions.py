"""Completions: the names that go on from what was typed, in a list below the text that never takes the focus."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRect, Qt, Signal, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QFrame, QTreeWidget, QTreeWidgetItem, QWidget

from lrgui.ui.forms.expression_words import Word

_MOST_ROWS = 10


class Completions(QTreeWidget):
    """A list of words with their meanings. The keys stay with the text, which moves through the list by `move`.

    Signals:
        chosen: a word was clicked (carries it).
    """

    chosen = Signal(object)

    def __init__(self, text: QWidget) -> None:
        super().__init__(text)
        self._text = text
        # A tool tip is the one kind of window that opens without asking for keys or focus.
        self.setWindowFlags(Qt.WindowType.ToolTip | Qt.WindowType.FramelessWindowHint)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFrameShape(QFrame.Shape.Box)
        self.setForegroundRole(QPalette.ColorRole.Text)
        self.setColumnCount(2)
        self.setHeaderHidden(True)
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setAccessibleName("completions")
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.header().setStretchLastSection(False)
        self._words: tuple[Word, ...] = ()
        self.itemClicked.connect(self._on_clicked)
        self.hide()

    @property
    def current(self) -> Word | None:
        """The word that Tab and Return would take, None while there is none."""
        row = self.currentIndex().row() if self.isVisible() else -1
        return self._words[row] if row >= 0 else None

    @property
    def words(self) -> tuple[Word, ...]:
        """What is offered at the moment."""
        return self._words if self.isVisible() else ()

    def offer(self, words: Sequence[Word], at: QRect, *, select: bool) -> None:
        """Show the words below the text whose rectangle on the screen is `at`; with `select` the first is current."""
        self._words = tuple(words)
        self.clear()
        quiet = self.palette().brush(QPalette.ColorRole.PlaceholderText)
        for word in words:
            item = QTreeWidgetItem([word.call or word.name, word.meaning])
            item.setFont(0, self._text.font())
            item.setForeground(1, quiet)
            self.addTopLevelItem(item)
        if select:
            self.move_by(1)
        self._place(at)
        self.show()

    def move_by(self, rows: int) -> None:
        """Make another word current, `rows` further down; it goes round at the ends."""
        count = self.topLevelItemCount()
        present = self.currentIndex().row()
        row = (present + rows) % count if present >= 0 else (0 if rows > 0 else count - 1)
        item = self.topLevelItem(row)
        assert item is not None
        self.setCurrentItem(item)

    def _place(self, at: QRect) -> None:
        row = max(self.sizeHintForRow(0), self.fontMetrics().height())
        rows = self.topLevelItemCount()
        bar = self.verticalScrollBar().sizeHint().width() if rows > _MOST_ROWS else 0
        widths = [self.sizeHintForColumn(column) + row // 2 for column in range(self.columnCount())]
        for column, width in enumerate(widths):
            self.header().resizeSection(column, width)
        self.resize(sum(widths) + bar + 2 * self.frameWidth(), row * min(rows, _MOST_ROWS) + 2 * self.frameWidth())
        screen = self._text.screen().availableGeometry()
        left = max(screen.left(), min(at.left() - self.frameWidth(), screen.right() - self.width()))
        below = at.bottom() + row // 4
        fits = below + self.height() <= screen.bottom()
        self.move(QPoint(left, below if fits else at.top() - row // 4 - self.height()))

    @Slot(QTreeWidgetItem, int)
    def _on_clicked(self, item: QTreeWidgetItem, _: int) -> None:
        self.chosen.emit(self._words[self.indexOfTopLevelItem(item)])
