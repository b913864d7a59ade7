"""ExpressionLine: one expression in an editor: the name of its group, its box, and what is wrong with it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QToolButton, QWidget

from lrgui.core.errors import ExpressionError
from lrgui.core.expression import Expression
from lrgui.core.fields import Field
from lrgui.ui.forms.expression_input import ExpressionInput
from lrgui.ui.forms.expression_words import words_of
from lrgui.ui.icons import icon

_NAME_CHARACTERS = 12


class ExpressionLine:
    """A row of a grid. A spare line, whose expression no group has, has a button to remove it."""

    def __init__(self, field: Field, editor: QWidget, grid: QGridLayout, row: int) -> None:
        self._field = field
        self.name = QLabel(editor)
        self.name.setTextFormat(Qt.TextFormat.PlainText)
        self.box = ExpressionInput(words_of(field), editor)
        self.spare_button = QToolButton(editor)
        self.spare_button.setIcon(icon("x"))
        self.spare_button.setAutoRaise(True)
        self.spare_button.setToolTip("Remove what no group has")
        self.spare_button.setAccessibleName("Remove the expression that no group has")
        grid.addWidget(self.name, row, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(self.box, row, 1)
        grid.addWidget(self.spare_button, row, 2, Qt.AlignmentFlag.AlignTop)
        QWidget.setTabOrder(self.box, self.spare_button)
        self.set_group("")
        # The layout would show it a turn of the event loop later, too late to take the focus.
        self.box.show()

    def set_group(self, group: str, *, spare: bool = False) -> None:
        """Say whose expression it is; the empty text for that of all groups."""
        metrics = self.name.fontMetrics()
        width = metrics.averageCharWidth() * _NAME_CHARACTERS
        self.name.setVisible(bool(group))
        self.name.setText(metrics.elidedText(group, Qt.TextElideMode.ElideMiddle, width))
        self.name.setToolTip(group)
        self.name.setFixedHeight(self.box.one_line_height())
        self.name.setEnabled(not spare)
        self.box.setAccessibleName(f"{self._field.name} of {group}" if group else self._field.name)
        self.spare_button.setVisible(spare)

    def text(self) -> str:
        """Return the expression."""
        return self.box.text().strip()

    def fault(self) -> ExpressionError | None:
        """Return what is wrong with the text, None where nothing is."""
        return fault_of(self.box.text(), self._field) if self.text() or not self._field.optional else None

    def goes_on(self, fault: ExpressionError) -> bool:
        """Say whether the next keys can complete the text: a name, a bracket, or what an operator waits for."""
        text = self.box.text()
        waits = text.count("(") > text.count(")") or fault.column >= len(text.rstrip())
        return self.box.hasFocus() and bool(text.strip()) and (waits or self.box.begins_name())

    def take_away(self) -> None:
        """Remove the widgets."""
        for widget in (self.name, self.box, self.spare_button):
            widget.hide()
            widget.deleteLater()


def fault_of(text: str, field: Field) -> ExpressionError | None:
    """Return what is wrong with an expression of the field, None where nothing is."""
    try:
        Expression(text, field.variables)
    except ExpressionError as error:
        return error
    return None
