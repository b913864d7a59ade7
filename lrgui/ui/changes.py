"""Changes of recipe and view, as the undo stack holds them: the values before and after."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from PySide6.QtGui import QUndoCommand

from lrgui.core.recipe import Recipe
from lrgui.session.values import View

_Value = TypeVar("_Value")


class _Change(QUndoCommand, Generic[_Value]):
    """Another value. It `joins` the change of its `kind` before it when both came from editing one field."""

    kind: int

    def __init__(
        self, apply: Callable[[_Value], None], before: _Value, after: _Value, text: str, *, joins: bool
    ) -> None:
        super().__init__(text)
        self.after = after
        self.joins = joins
        self._before = before
        self._apply = apply

    def undo(self) -> None:
        self._apply(self._before)

    def redo(self) -> None:
        self._apply(self.after)

    def id(self) -> int:
        return self.kind

    def mergeWith(self, other: QUndoCommand) -> bool:
        if type(other) is not type(self) or not other.joins:
            return False
        self.after = other.after
        self.setObsolete(self._before == self.after)
        return True


class RecipeChange(_Change[Recipe]):
    """Another recipe."""

    kind = 1


class ViewChange(_Change[View]):
    """Another way to look at the plot."""

    kind = 3
