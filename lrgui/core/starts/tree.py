"""Tree: schedulers with places for parameters, which writes the schedulers and reads the parameters back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from lrgui.core.catalog import SCHEDULERS
from lrgui.core.recipe import Options, Scheduler, Value
from lrgui.core.starts.template import Template

Part: TypeAlias = "Value | Slot | Difference | Template | tuple[Part, ...]"


@dataclass(frozen=True, slots=True)
class Slot:
    """The value of a parameter, as it is."""

    name: str


@dataclass(frozen=True, slots=True)
class Difference:
    """What is left of a count of steps when others are taken off; it may be too small to be valid."""

    whole: str
    taken_off: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tree:
    """A scheduler whose options hold plain values, parameters or templates, and its children."""

    class_name: str
    options: Mapping[str, Part] = field(default_factory=dict)
    schedulers: tuple[Tree, ...] = ()

    def write(self, values: Mapping[str, Value]) -> Scheduler:
        """Return the schedulers with `values` filled in."""
        options = Options({name: _write(part, values) for name, part in self.options.items()})
        return Scheduler(self.class_name, options, tuple(child.write(values) for child in self.schedulers))

    def completed(self, scheduler: Scheduler) -> Scheduler:
        """Return the schedulers with torch's own default for each option of the tree that they leave out."""
        entry = SCHEDULERS.get(scheduler.class_name)
        if entry is None or entry.class_name != self.class_name or len(scheduler.schedulers) != len(self.schedulers):
            return scheduler
        defaults = entry.defaults()
        left_out = {name: defaults[name] for name in defaults.keys() & self.options.keys() - scheduler.options.keys()}
        children = (tree.completed(child) for tree, child in zip(self.schedulers, scheduler.schedulers, strict=True))
        return Scheduler(scheduler.class_name, Options({**scheduler.options, **left_out}), tuple(children))

    def read(self, scheduler: Scheduler) -> dict[str, Value] | None:
        """Return the values that would have to be filled in, or None when the schedulers are others.

        Plain values are not compared, nor is a parameter in several places: write what was read and compare that.
        """
        if not _resembles(self, scheduler):
            return None
        pairs = list(_pairs_of(self, scheduler))
        found: dict[str, Value] = {}
        for part, value in pairs:
            match part:
                case Slot(name):
                    found[name] = value
                case Template():
                    filled_in = part.read(value)
                    if filled_in is None:
                        return None
                    found.update(filled_in)
        for part, value in pairs:
            if isinstance(part, Difference):
                found.update(_solve(part, value, found))
        return found

    def check(self, values: Mapping[str, Value]) -> dict[str, str]:
        """Return what `values`, each of them right by itself, lack together, by the name of the parameter."""
        complaints: dict[str, str] = {}
        for part in _parts_of(self):
            match part:
                case Difference(whole, taken_off) if _subtract(part, values) < 1:
                    together = " together" if len(taken_off) > 1 else ""
                    complaints[whole] = f"must be more than {' and '.join(taken_off)}{together}"
                case Template():
                    complaints.update({name: "must be given" for name in part.names if values[name] is None})
        return complaints


def _resembles(tree: Tree, scheduler: Scheduler) -> bool:
    """Say whether class names, names of options and numbers of children are the same all the way down."""
    return (
        scheduler.class_name == tree.class_name
        and scheduler.options.keys() == tree.options.keys()
        and len(scheduler.schedulers) == len(tree.schedulers)
        and all(map(_resembles, tree.schedulers, scheduler.schedulers))
    )


def _parts_of(tree: Tree) -> Iterator[Part]:
    for part in tree.options.values():
        yield from part if isinstance(part, tuple) else (part,)
    for child in tree.schedulers:
        yield from _parts_of(child)


def _write(part: Part, values: Mapping[str, Any]) -> Value:
    match part:
        case Slot(name):
            return values[name]  # type: ignore[no-any-return]
        case Difference():
            return _subtract(part, values)
        case Template():
            return part.write(values)
        case tuple():
            return tuple(_write(item, values) for item in part)
    return part


def _pairs_of(tree: Tree, scheduler: Scheduler) -> Iterator[tuple[Part, Value]]:
    """Yield every part of the tree with what stands in its place."""
    for name, part in tree.options.items():
        yield from _pairs(part, scheduler.options[name])
    for child, other in zip(tree.schedulers, scheduler.schedulers, strict=True):
        yield from _pairs_of(child, other)


def _pairs(part: Part, value: Value) -> Iterator[tuple[Part, Value]]:
    if isinstance(part, tuple) and isinstance(value, tuple) and len(part) == len(value):
        for item, other in zip(part, value, strict=True):
            yield from _pairs(item, other)
        return
    yield part, value


def _subtract(difference: Difference, values: Mapping[str, Any]) -> int:
    return values[difference.whole] - sum(values[name] for name in difference.taken_off)  # type: ignore[no-any-return]


def _solve(difference: Difference, value: Value, found: Mapping[str, Value]) -> dict[str, Value]:
    counts = [value, *(found.get(name) for name in difference.taken_off)]
    # Anything but whole numbers comes from another hand.
    return {difference.whole: sum(counts)} if all(type(count) is int for count in counts) else {}  # type: ignore[arg-type]
