"""Editors for values that are chosen: yes or no, one of several."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QPaintEvent, QWheelEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QSizePolicy,
    QStyle,
    QStyleOptionComboBox,
    QStylePainter,
    QWidget,
)

from lrgui.core.fields import Field, Kind
from lrgui.core.recipe import Value, same_value
from lrgui.ui.forms.editors import Editor

_FEWEST_CHARACTERS = 8


class Combo(QComboBox):
    """A combo box that the wheel scrolls past unless it has the focus. Of a long text it leaves out the middle."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(_FEWEST_CHARACTERS)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMaxVisibleItems(20)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, option = QStylePainter(self), QStyleOptionComboBox()
        self.initStyleOption(option)
        control = QStyle.ComplexControl.CC_ComboBox
        field = self.style().subControlRect(control, option, QStyle.SubControl.SC_ComboBoxEditField, self)
        room = field.width() - self.fontMetrics().averageCharWidth() // 2
        option.currentText = self.fontMetrics().elidedText(option.currentText, Qt.TextElideMode.ElideMiddle, room)
        painter.drawComplexControl(control, option)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)
        painter.end()


class CheckEditor(Editor):
    """Yes or no."""

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        self._box = QCheckBox()
        self._box.clicked.connect(self._on_clicked)
        self._adopt(self._box)
        self._layout.addStretch(1)

    def set_value(self, value: Value) -> None:
        self._box.setChecked(value is True)

    @Slot(bool)
    def _on_clicked(self, checked: bool) -> None:
        self.value_changed.emit(checked)


class ChoiceEditor(Editor):
    """One of several values; an optional one can also be left to torch."""

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        self._combo = Combo()
        self._values = _choices(field)
        for value in self._values:
            self._combo.addItem(_choice_text(field, value))
        self._combo.activated.connect(self._on_activated)
        self._shown: Value = None
        self._adopt(self._combo)

    def set_value(self, value: Value) -> None:
        self._shown = value
        known = next((index for index, choice in enumerate(self._values) if same_value(choice, value)), None)
        while self._combo.count() > len(self._values):
            self._combo.removeItem(self._combo.count() - 1)
        if known is None and value is not None:
            self._combo.addItem(str(value))
            known = len(self._values)
        self._combo.setCurrentIndex(-1 if known is None else known)

    @Slot(int)
    def _on_activated(self, index: int) -> None:
        if index < len(self._values) and not same_value(self._values[index], self._shown):
            self._shown = self._values[index]
            self.value_changed.emit(self._shown)


def _choices(field: Field) -> tuple[Value, ...]:
    choices = (True, False) if field.kind is Kind.BOOLEAN else field.choices
    return (None, *choices) if field.optional and None not in choices else choices


def _choice_text(field: Field, value: Value) -> str:
    if value is None:
        return "torch decides" if field.kind is Kind.BOOLEAN else "none"
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
