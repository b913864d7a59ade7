"""Editors for a group's name and patterns."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from lrgui.core.fields import Field, Kind
from lrgui.core.recipe import REST, Value
from lrgui.ui.forms.editors_text import LineEditor
from lrgui.ui.forms.value_text import UnreadableError

NAME_FIELD = Field("name", Kind.CHOICE, help="What plot, tables and files call the group.")
MATCH_FIELD = Field("match", Kind.CHOICE, help="Shell patterns for parameter names, with commas: *bias, layers.0.*")


class NameEditor(LineEditor):
    """A name that no other group has."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(NAME_FIELD, parent)
        self.taken: frozenset[str] = frozenset()

    def describe(self) -> str:
        return "any text"

    def _read(self, text: str) -> Value:
        name = text.strip()
        if not name:
            raise UnreadableError("must not be empty")
        if name == REST:
            raise UnreadableError(f"must not be {REST}, which is the group of the parameters that fit no pattern")
        if name in self.taken:
            raise UnreadableError("must be unique; another group has it")
        return name

    def _write(self, value: Value) -> str:
        return str(value or "")


class PatternsEditor(LineEditor):
    """Shell patterns, set apart by commas."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(MATCH_FIELD, parent)

    def describe(self) -> str:
        return "shell patterns (* ? [abc])"

    def _read(self, text: str) -> Value:
        patterns = tuple(part.strip() for part in text.split(",") if part.strip())
        if not patterns:
            raise UnreadableError("must have a pattern, such as *bias")
        return patterns

    def _write(self, value: Value) -> str:
        return ", ".join(map(str, value)) if isinstance(value, tuple) else ""
