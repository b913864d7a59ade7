"""Handles of the ready-made schedules that are a single formula, and milestones that are a ready-made one's parameter.

A formula has no milestones; its parameters are what people think in.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial

from lrgui.core.fields import Kind
from lrgui.core.handles.steps import StepSetting, limit
from lrgui.core.phases import milestones_of
from lrgui.core.recipe import Options, Recipe, Scheduler, Value
from lrgui.core.starts import Start, recognise

_FORMULA = "LambdaLR"
_TOTAL = "total_steps"


@dataclass(frozen=True, slots=True)
class _Mark:
    """A parameter that counts steps from `origin` on, back from there where `sign` is -1."""

    name: str
    count: int
    origin: int = 0
    sign: int = 1

    @property
    def end(self) -> int:
        return self.origin + self.sign * self.count


def start_settings(recipe: Recipe, steps: int) -> Iterator[StepSetting]:
    """Yield the parameters that count steps of a schedule that is a ready-made formula, each between its neighbours."""
    tree = recipe.scheduler
    found = recognise(tree) if tree is not None and tree.class_name == _FORMULA else None
    if found is None:
        return
    start, values = found
    marks = tuple(_marks(values))
    minima = {field.name: field.minimum for field in start.fields}
    for index, mark in enumerate(marks):
        yield StepSetting(
            kind="length",
            label=mark.name,
            place=f"start.{mark.name}",
            name=mark.name,
            recipe=recipe,
            count=mark.count,
            low=marks[index - 1].end + 1 if index else int(minima[mark.name]),
            high=marks[index + 1].end - 1 if index + 1 < len(marks) else limit(steps, mark.end),
            change=partial(_with_parameter, recipe, start, values, mark.name),
            origin=mark.origin,
            sign=mark.sign,
        )


def with_milestone_of_start(
    tree: Scheduler, changed: Scheduler, index: int, milestone: int, steps: int
) -> Scheduler | None:
    """Return the ready-made schedule with another milestone that lasts as long as the run, as `tree` did.

    None where `changed`, the tree with that milestone, does so too, or `tree` did not: its parts fit each other then.
    A fall that is a formula has no length of its own that could have been fitted.
    """
    found, other = recognise(tree), recognise(changed)
    if found is None or found[1].get(_TOTAL) != steps or (other is not None and other[1].get(_TOTAL) == steps):
        return None
    start, values = found
    present = milestones_of(tree) or ()
    for field in start.fields:
        count = values[field.name]
        if field.kind is not Kind.INTEGER or field.name == _TOTAL or not isinstance(count, int):
            continue
        shifted = milestones_of(start.build(values.with_value(field.name, count + 1))) or present
        if shift := shifted[index] - present[index]:
            return start.build(values.with_value(field.name, count + shift * (milestone - present[index])))
    return None


def _marks(values: Mapping[str, Value]) -> Iterator[_Mark]:
    """Yield the parameters that count steps, in the order of their ends."""
    counts = {name: value for name, value in values.items() if type(value) is int}
    warmup = next((name for name in ("warmup_steps", "num_warmup_steps") if name in counts), None)
    if warmup is not None:
        yield _Mark(warmup, counts[warmup])
    stable, decay, training = (
        counts.get(name) for name in ("num_stable_steps", "num_decay_steps", "num_training_steps")
    )
    if stable is not None and decay is not None and warmup is not None:
        yield _Mark("num_stable_steps", stable, counts[warmup])
        yield _Mark("num_decay_steps", decay, counts[warmup] + stable)
        return
    if decay is not None and training is not None:
        yield _Mark("num_decay_steps", decay, training, -1)
    if training is not None:
        yield _Mark("num_training_steps", training)


def _with_parameter(recipe: Recipe, start: Start, values: Options, name: str, count: int) -> Recipe:
    return replace(recipe, scheduler=start.build(values.with_value(name, count)))
