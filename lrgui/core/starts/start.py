"""Start: one ready-made schedule with the few parameters that people think in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from lrgui.core.fields import Field
from lrgui.core.recipe import Scheduler, Value
from lrgui.core.starts.tree import Tree


@dataclass(frozen=True, slots=True)
class Start:
    """A schedule to begin with, made of real torch schedulers and expressions.

    All three functions work on a value for each of the `fields`. `build` makes the tree. `read` is its inverse: it
    takes a tree that leaves out torch's own defaults, and gives None for one that this start would not make. A value
    that has no part in the tree, because it is not relevant beside the others, comes back as its field's default.
    `check` returns what is wrong, by the name of the field, in the words of `Field.check`; what else is built has a
    problem in it that the recipe's checks find.
    """

    key: str
    title: str
    family: str
    summary: str
    fields: tuple[Field, ...]
    build: Callable[[Mapping[str, Value]], Scheduler]
    read: Callable[[Scheduler], dict[str, Value] | None]
    check: Callable[[Mapping[str, Value]], dict[str, str]]


@dataclass(frozen=True, slots=True)
class Variant:
    """The tree of a start for those values that agree with `given`."""

    tree: Tree
    given: Mapping[str, Value] = field(default_factory=dict)

    def fits(self, values: Mapping[str, Value]) -> bool:
        """Say whether this is the tree for `values`."""
        return all(values[name] == value for name, value in self.given.items())


@dataclass(frozen=True, slots=True)
class _Maker:
    """The functions of a start; `below` names values that have to be smaller than another."""

    fields: tuple[Field, ...]
    variants: tuple[Variant, ...]
    below: Mapping[str, str]

    def build(self, values: Mapping[str, Value]) -> Scheduler:
        return self._tree(values).write(values)

    def read(self, scheduler: Scheduler) -> dict[str, Value] | None:
        defaults: dict[str, Value] = {field.name: field.initial for field in self.fields if not field.required}
        for variant in self.variants:
            complete = variant.tree.completed(scheduler)
            found = variant.tree.read(complete)
            if found is None:
                continue
            values = {**defaults, **variant.given, **found}
            if not self._check_each(values) and self.build(values) == complete:
                return {field.name: values[field.name] for field in self.fields}
        return None

    def check(self, values: Mapping[str, Value]) -> dict[str, str]:
        return self._check_each(values) or {**self._check_together(values), **self._tree(values).check(values)}

    def _tree(self, values: Mapping[str, Value]) -> Tree:
        return next(variant.tree for variant in self.variants if variant.fits(values))

    def _check_each(self, values: Mapping[str, Value]) -> dict[str, str]:
        """Return what is wrong with the values by themselves; one that is missing counts as empty."""
        complaints = {field.name: field.check(values.get(field.name)) for field in self.fields}
        return {name: complaint for name, complaint in complaints.items() if complaint}

    def _check_together(self, values: Mapping[str, Value]) -> dict[str, str]:
        pairs = ((name, values[name], other, values[other]) for name, other in self.below.items())
        return {name: f"must be below {other}" for name, low, other, high in pairs if not low < high}  # type: ignore[operator]


def make_start(
    key: str,
    title: str,
    family: str,
    summary: str,
    fields: tuple[Field, ...],
    variants: tuple[Variant, ...],
    below: Mapping[str, str] | None = None,
) -> Start:
    """Return a start that builds the first of `variants` that fits; for all right values there has to be one.

    `below` has names of fields whose value has to be smaller than that of another.
    """
    maker = _Maker(fields, variants, below or {})
    return Start(key, title, family, summary, fields, maker.build, maker.read, maker.check)
