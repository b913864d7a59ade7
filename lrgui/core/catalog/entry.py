"""Entry: one class that can be chosen, with its fields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lrgui.core.fields import Field, Missing
from lrgui.core.recipe import Options, Value


@dataclass(frozen=True, slots=True)
class Entry:
    """A class by its own name, what it is in one line, and its constructor arguments in torch's order.

    A `composite` scheduler carries child schedulers.
    """

    class_name: str
    summary: str
    fields: tuple[Field, ...] = ()
    composite: bool = False

    def field(self, name: str) -> Field | None:
        """Return the field called `name`, or None."""
        return next((field for field in self.fields if field.name == name), None)

    def defaults(self) -> dict[str, Value]:
        """Return every argument that torch has a default for, with that default."""
        return {field.name: field.default for field in self.fields if not isinstance(field.default, Missing)}

    def starting_options(self) -> Options:
        """Return the options that a form begins with: a start for whatever cannot be left to torch's default."""
        begun = (field for field in self.fields if field.required or field.start is not None)
        return Options({field.name: field.start for field in begun})

    def with_defaults(self, options: Mapping[str, Value]) -> dict[str, Value]:
        """Return `options` with torch's default for whatever is left out."""
        return {**self.defaults(), **options}
