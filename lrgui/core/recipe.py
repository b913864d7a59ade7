"""Recipe and its parts: the whole description of an experiment as frozen, hashable values.

The JSON form is described in the README; `lrgui.session.recipe_json` converts between the two.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypeAlias, get_args

Value: TypeAlias = "bool | int | float | str | tuple[Value, ...] | None"
Interval = Literal["step", "epoch"]
Order = Literal["optimizer_first", "scheduler_first"]
ResumeOrder = Literal["build_then_load", "load_then_build", "scheduler_only", "optimizer_only"]

INTERVALS: tuple[Interval, ...] = get_args(Interval)
ORDERS: tuple[Order, ...] = get_args(Order)
RESUME_ORDERS: tuple[ResumeOrder, ...] = get_args(ResumeOrder)

REST = "rest"
"""The name of the last group, formed by the parameters that fit no pattern."""

MAX_STEPS = 100_000_000

MAX_SCHEDULER_DEPTH = 32
"""The levels of a tree of schedulers, the root among them."""


def freeze(value: Any) -> Value:
    """Return `value` with every list turned into a tuple."""
    if isinstance(value, list | tuple):
        return tuple(freeze(item) for item in value)
    return value  # type: ignore[no-any-return]


def same_value(one: object, other: object) -> bool:
    """Say whether two values mean the same to a reader: 1 and 1.0 do, 1 and True do not."""
    return one == other and isinstance(one, bool) == isinstance(other, bool)


def _exact(value: Value) -> object:
    """Tell 0, 0.0 and False apart, which torch does too (Adam refuses an integer beta)."""
    if isinstance(value, tuple):
        return tuple(_exact(item) for item in value)
    return (type(value), value)


class Options(Mapping[str, Value]):
    """Constructor arguments by name: an immutable, hashable mapping.

    Equal only when the types are equal as well: `Options(lr=1) != Options(lr=1.0)`.
    """

    __slots__ = ("_values",)

    def __init__(self, values: Mapping[str, Any] | None = None, /, **more: Any) -> None:
        merged = {**(values or {}), **more}
        self._values: dict[str, Value] = {name: freeze(value) for name, value in merged.items()}

    def __getitem__(self, name: str) -> Value:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Options) and self._exact() == other._exact()

    def __hash__(self) -> int:
        return hash(frozenset(self._exact().items()))

    def __repr__(self) -> str:
        return f"Options({self._values!r})"

    def _exact(self) -> dict[str, object]:
        return {name: _exact(value) for name, value in self._values.items()}

    def with_value(self, name: str, value: Any) -> Options:
        """Return a copy in which `name` has `value`; the order of the other names is kept."""
        return Options({**self._values, name: value})

    def without(self, name: str) -> Options:
        """Return a copy in which `name` takes its default again."""
        return Options({key: value for key, value in self._values.items() if key != name})


@dataclass(frozen=True, slots=True)
class Choice:
    """A class by name and its options: a model, an optimizer, a workload or a metric."""

    class_name: str
    options: Options = field(default_factory=Options)


@dataclass(frozen=True, slots=True)
class Group:
    """One entry of `optimizer.param_groups`: the parameters whose names fit one of the shell patterns."""

    name: str
    match: tuple[str, ...]
    options: Options = field(default_factory=Options)
    frozen: bool = False


@dataclass(frozen=True, slots=True)
class Scheduler:
    """A torch LR scheduler, or a composite with child `schedulers`."""

    class_name: str
    options: Options = field(default_factory=Options)
    schedulers: tuple[Scheduler, ...] = ()

    def walk(self, place: str = "scheduler") -> Iterator[tuple[str, Scheduler]]:
        """Yield every scheduler of the tree, parents first, with its place in the recipe."""
        yield place, self
        for index, child in enumerate(self.schedulers):
            yield from child.walk(f"{place}.schedulers[{index}]")


@dataclass(frozen=True, slots=True)
class EveryNth:
    """Every n-th optimizer step, counted from 1: with `every` 100 those at the indices 99, 199, ..."""

    every: int


@dataclass(frozen=True, slots=True)
class Unfreeze:
    """A frozen group that joins the optimizer by `add_param_group` right before the step with this index."""

    group: str
    step: int


@dataclass(frozen=True, slots=True)
class Resume:
    """A training that is saved, rebuilt and loaded right before the step with this index.

    `order` says what is built and loaded when: `build_then_load` builds optimizer and scheduler, then loads the state
    of both; `load_then_build` loads the optimizer before the scheduler is built on it; the other two load one of them
    alone.
    """

    step: int
    order: ResumeOrder = "build_then_load"


SkippedSteps: TypeAlias = "tuple[int, ...] | EveryNth"


@dataclass(frozen=True, slots=True)
class Run:
    """How a recipe is executed.

    `steps` counts optimizer steps. `interval` says whether the scheduler is stepped after every optimizer step
    or after every `steps_per_epoch` of them. `metric` feeds ReduceLROnPlateau, one value per scheduler step.

    The other fields are conditions of real trainings that bend a schedule. The scheduler is stepped every `frequency`
    intervals, `calls` times each. `skipped_steps` are optimizer steps that a GradScaler skips, by index from 0, while
    the scheduler goes on; they have no row in the trace. With the `order` scheduler_first an interval begins with the
    scheduler's step instead of ending with it.
    """

    steps: int = 1000
    steps_per_epoch: int = 100
    interval: Interval = "step"
    seed: int = 0
    workload: Choice = Choice("none")
    metric: Choice | None = None
    frequency: int = 1
    calls: int = 1
    skipped_steps: SkippedSteps = ()
    order: Order = "optimizer_first"
    unfreeze: tuple[Unfreeze, ...] = ()
    resume: Resume | None = None


@dataclass(frozen=True, slots=True)
class Recipe:
    """The whole description of an experiment; equal to another when all its fields are equal."""

    model: Choice = Choice("linear")
    groups: tuple[Group, ...] = ()
    optimizer: Choice = Choice("Adam")
    scheduler: Scheduler | None = None
    run: Run = Run()

    def with_run(self, **changes: Any) -> Recipe:
        """Return a copy whose run has the given fields changed."""
        return replace(self, run=replace(self.run, **changes))
