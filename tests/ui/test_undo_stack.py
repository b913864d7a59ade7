"""The undo stack: commands that are merged are let go of."""

from __future__ import annotations

import gc
import weakref

import pytest
from PySide6.QtGui import QUndoCommand
from PySide6.QtTest import QSignalSpy

from lrgui.ui.undo_stack import UndoStack

pytestmark = pytest.mark.usefixtures("qapp")


class Typing(QUndoCommand):
    """Makes a text of a list another one; merges with what was typed before, and not after a space."""

    def __init__(self, texts: list[str], text: str) -> None:
        super().__init__(f"typing of {text}")
        self._texts, self._before, self.text = texts, texts[0], text

    def redo(self) -> None:
        self._texts[0] = self.text

    def undo(self) -> None:
        self._texts[0] = self._before

    def id(self) -> int:
        return 7

    def mergeWith(self, other: QUndoCommand) -> bool:
        if not isinstance(other, Typing) or self.text.endswith(" "):
            return False
        self.text = other.text
        self.setObsolete(self.text == self._before)
        return True


def alive(commands: list[weakref.ref[QUndoCommand]]) -> int:
    gc.collect()
    return sum(command() is not None for command in commands)


def typed(stack: UndoStack, texts: list[str], *steps: str) -> list[weakref.ref[QUndoCommand]]:
    commands = []
    for text in steps:
        command = Typing(texts, text)
        commands.append(weakref.ref(command))
        stack.push(command)
    return commands


def test_what_is_merged_is_one_step_and_only_that_one_is_kept() -> None:
    stack, texts = UndoStack(), [""]
    told = QSignalSpy(stack.indexChanged)
    commands = typed(stack, texts, "a", "ab", "abc")
    assert (texts, stack.count(), stack.undoText()) == (["abc"], 1, "typing of a")
    assert [told.at(index) for index in range(told.count())] == [[1], [1], [1]]
    assert alive(commands) == 1
    stack.undo()
    assert texts == [""]
    stack.redo()
    assert texts == ["abc"]


def test_what_comes_back_to_where_it_began_is_no_step() -> None:
    stack, texts = UndoStack(), [""]
    typed(stack, texts, "x ")
    commands = typed(stack, texts, "y", "x ")
    assert (texts, stack.count(), stack.index()) == (["x "], 1, 1)
    assert alive(commands) == 0
    stack.undo()
    assert texts == [""]


def test_what_refuses_to_merge_is_a_step_of_its_own() -> None:
    stack, texts = UndoStack(), [""]
    typed(stack, texts, "a ", "b", "bc")
    assert stack.count() == 2
    stack.undo()
    assert texts == ["a "]


def test_after_undo_a_step_takes_the_place_of_those_that_were_undone() -> None:
    stack, texts = UndoStack(), [""]
    commands = typed(stack, texts, "a ", "b ")
    stack.undo()
    typed(stack, texts, "c")
    assert (texts, stack.count(), stack.canRedo()) == (["c"], 2, False)
    assert alive(commands) == 1
