"""ExpressionMenu: everything that can be written in an expression, to choose from."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from lrgui.core.fields import Field
from lrgui.ui.forms.expression_words import (
    FUNCTIONS,
    ReadyExpression,
    Word,
    constants,
    ready_expressions,
    variables_of,
)


class ExpressionMenu(QMenu):
    """Ready expressions, variables, constants and functions, with what each of them means; filled when it is opened.

    Signals:
        word_chosen: a name is wanted at the cursor (carries the Word).
        expression_chosen: a whole expression is wanted (carries the ReadyExpression).
    """

    word_chosen = Signal(object)
    expression_chosen = Signal(object)

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._field = field
        self.setToolTipsVisible(True)
        self.aboutToShow.connect(self.fill)
        self.triggered.connect(self._on_triggered)

    @Slot()
    def fill(self) -> None:
        """Make the entries, once."""
        if self.actions():
            return
        ready = ready_expressions(self._field)
        if ready:
            self.addSection("Ready expressions")
        for expression in ready:
            self._add(expression.title, expression.text, expression)
        sections = (("Variable", variables_of(self._field)), ("Constants", constants()), ("Functions", FUNCTIONS))
        for title, words in sections:
            self.addSection(title)
            for word in words:
                # The text after a tab stands in the column of the shortcuts.
                self._add(f"{word.call or word.name}\t{word.meaning}", word.meaning, word)

    def _add(self, text: str, tip: str, data: Word | ReadyExpression) -> None:
        action = QAction(text, self)
        action.setToolTip(tip)
        action.setData(data)
        self.addAction(action)

    @Slot(QAction)
    def _on_triggered(self, action: QAction) -> None:
        chosen = action.data()
        if isinstance(chosen, Word):
            self.word_chosen.emit(chosen)
        else:
            self.expression_chosen.emit(chosen)
