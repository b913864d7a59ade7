"""Which editor a field gets."""

from __future__ import annotations

from lrgui.core.fields import Field, Kind
from lrgui.ui.forms.editors import Editor
from lrgui.ui.forms.editors_choice import CheckEditor, ChoiceEditor
from lrgui.ui.forms.editors_expression import ExpressionEditor
from lrgui.ui.forms.editors_items import ItemsEditor
from lrgui.ui.forms.editors_text import LineEditor, NumberEditor
from lrgui.ui.forms.editors_values import ValuesEditor

_LONG = 100
"""More numbers than anybody types."""


def make_editor(field: Field) -> Editor:
    """Return a new editor for the field's kind of value."""
    match field.kind:
        case Kind.BOOLEAN:
            return ChoiceEditor(field) if field.optional else CheckEditor(field)
        case Kind.CHOICE:
            return ChoiceEditor(field)
        case Kind.EXPRESSION:
            return ExpressionEditor(field)
        case Kind.TEXT:
            return LineEditor(field)
        case Kind.FLOATS | Kind.INTEGERS:
            return _list_editor(field)
        case _:
            return NumberEditor(field)


def _list_editor(field: Field) -> Editor:
    if field.length is not None:
        return ItemsEditor(field)
    long = field.kind is Kind.FLOATS and field.maximum_length is not None and field.maximum_length > _LONG
    return ValuesEditor(field) if long else LineEditor(field)
