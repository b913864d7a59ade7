"""Start: one ready-made schedule with the few parameters that people think in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from lrgui.core.fields import Field
from lrgui.core.recipe import Scheduler, Value
from lrgui.core.starts.tree import Tree


@dataclass(frozen=True, slots=True)
class Start:
    """A schedule to begin with, made of real torch schedulers and expressions.

    `build` makes the tree from a value for each of the `fields`; `read` is its inverse, and gives None for a tree that
    this start did not make. A value that has no part in the tree (one that is not relevant beside the others) comes
    back as its field's default.
    """

    key: str
    title: str
    family: str
    summary: str
    fields: tuple[Field, ...]
    build: Callable[[Mapping[str, Value]], Scheduler]
    read: Callable[[Scheduler], dict[str, Value] | None]


@dataclass(frozen=True, slots=True)
class Variant:
    """The tree of a start for those values that agree with `given`."""

    tree: Tree
    given: Mapping[str, Value]

    def fits(self, values: Mapping[str, Value]) -> bool:
        """Say whether this is the tree for `values`."""
        return all(values[name] == value for name, value in self.given.items())


def make_start(
    key: str, title: str, family: str, summary: str, fields: tuple[Field, ...], variants: tuple[Variant, ...]
) -> Start:
    """Return a start that builds and reads the first of `variants` that fits; the last one has to fit any values."""

    def build(values: Mapping[str, Value]) -> Scheduler:
        return next(variant for variant in variants if variant.fits(values)).tree.write(values)

    def read(scheduler: Scheduler) -> dict[str, Value] | None:
        defaults = {field.name: field.default for field in fields if not field.required}
        for variant in variants:
            found = variant.tree.read(scheduler)
            if found is None:
                continue
            values: dict[str, Value] = {**defaults, **variant.given, **found}  # type: ignore[dict-item]
            if _are_right(values, fields) and build(values) == scheduler:
                return {field.name: values[field.name] for field in fields}
        return None

    return Start(key, title, family, summary, fields, build, read)


def _are_right(values: Mapping[str, Value], fields: tuple[Field, ...]) -> bool:
    return all(field.name in values and field.check(values[field.name]) is None for field in fields)
