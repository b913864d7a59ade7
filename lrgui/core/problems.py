"""What is wrong with a recipe, as a value."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How bad a problem is: an error cannot be built, a warning can but is hardly meant, a note informs."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong, where it is, and the way out.

    `place` is a path in the recipe's JSON form, such as `optimizer.options.lr` or `groups[1].match`.
    """

    severity: Severity
    place: str
    message: str
    way_out: str = ""

    def __str__(self) -> str:
        sentence = f"{self.place}: {self.message}" if self.place else self.message
        return f"{sentence} {self.way_out}".rstrip()
