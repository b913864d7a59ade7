"""The exceptions that lrgui raises on purpose; each message is one sentence for the user.

LrguiError
├── RecipeError        a recipe that cannot be built; names the place in the recipe
├── ExpressionError    an expression outside the safe arithmetic; knows the column
├── FileError          a file that cannot be read or written; names the file
├── RunError           a run that could not go on; knows the step
└── StoppedError       work that the user stopped
"""

from __future__ import annotations


class LrguiError(Exception):
    """The root of all errors that carry a sentence for the user."""


class RecipeError(LrguiError):
    """A recipe that cannot be built. `place` is a path such as `groups[1].match`, empty for the whole."""

    def __init__(self, place: str, message: str) -> None:
        super().__init__(f"{place}: {message}" if place else message)
        self.place = place
        self.message = message


class ExpressionError(LrguiError):
    """An expression outside the safe arithmetic. `column` counts characters from 0."""

    def __init__(self, message: str, column: int = 0) -> None:
        super().__init__(message)
        self.column = column


class FileError(LrguiError):
    """A file that cannot be read or written; the message names the file and what was expected."""


class RunError(LrguiError):
    """A run that could not go on. `step` is the optimizer step at which it ended, None before the first."""

    def __init__(self, message: str, step: int | None = None) -> None:
        super().__init__(message)
        self.step = step


class StoppedError(LrguiError):
    """Work that the user stopped, raised out of its report of progress; nothing of it stays."""
