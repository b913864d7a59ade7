"""Editors for the conditions of a run: skipped steps, and choices that are told in words."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtWidgets import QWidget

from lrgui.core.fields import Field
from lrgui.core.recipe import Value
from lrgui.ui.forms.editors_choice import ChoiceEditor
from lrgui.ui.forms.editors_text import LineEditor
from lrgui.ui.forms.skipped_text import FORMS, is_unfinished_skipped, read_skipped, write_skipped
from lrgui.ui.forms.value_text import UnreadableError


class SkippedStepsEditor(LineEditor):
    """Skipped steps as text; its value is the text in the form in which it is always written."""

    def describe(self) -> str:
        return FORMS

    def _read(self, text: str) -> Value:
        if not text.strip():
            raise UnreadableError(f"must be {FORMS}")
        return write_skipped(read_skipped(text))

    def _write(self, value: Value) -> str:
        return str(value or "")

    def _sentence(self, complaint: str) -> str:
        """Say nothing of what is still being typed; it is told once the focus has gone."""
        return "" if self._input.hasFocus() and is_unfinished_skipped(self.text()) else super()._sentence(complaint)


class NamedChoiceEditor(ChoiceEditor):
    """One of several values, each with a name for people."""

    def __init__(self, field: Field, names: Mapping[str, str], parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        for index, value in enumerate(self._values):
            self._combo.setItemText(index, names[str(value)])
