"""The editor for lists of fixed length, such as the two betas: one small field per item."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from lrgui.core.fields import REQUIRED, Field, Kind
from lrgui.core.recipe import Value
from lrgui.ui.forms.editors import Editor
from lrgui.ui.forms.editors_text import NumberEditor


class ItemsEditor(Editor):
    """A list of fixed length, item by item."""

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        assert field.length is not None
        self._items = [NumberEditor(_item_field(field, index), buttons=False) for index in range(field.length)]
        for editor in self._items:
            self._adopt(editor)
            editor.value_changed.connect(self._on_item_changed)
            editor.problem_changed.connect(self._on_item_problem)
            editor.typed.connect(self.typed)

    def set_value(self, value: Value) -> None:
        fitting = value if isinstance(value, tuple) and len(value) == len(self._items) else (None,) * len(self._items)
        for editor, item in zip(self._items, fitting, strict=True):
            editor.set_value(item)

    def restore(self) -> None:
        for editor in self._items:
            editor.restore()

    def set_wrong(self, wrong: bool) -> None:
        for editor in self._items:
            editor.set_wrong(wrong or bool(editor.problem))

    def set_name(self, name: str, description: str) -> None:
        self.setAccessibleName(name)
        for index, editor in enumerate(self._items):
            editor.set_name(f"{name}, item {index + 1}", description)

    @Slot()
    def _on_item_changed(self) -> None:
        values = tuple(editor.value for editor in self._items)
        if self.field.check(values) is None:
            self.value_changed.emit(values)

    @Slot(str)
    def _on_item_problem(self, _: str) -> None:
        self._set_problem(next((editor.problem for editor in self._items if editor.problem), ""))


def _item_field(field: Field, index: int) -> Field:
    """Return the field of one item; its sentences name the list and the item's place."""
    return replace(
        field,
        name=f"{field.name}[{index}]",
        kind=Kind.FLOAT if field.kind is Kind.FLOATS else Kind.INTEGER,
        default=REQUIRED,
        start=None,
        length=None,
        optional=field.optional_items,
        optional_items=False,
        per_group=False,
    )
