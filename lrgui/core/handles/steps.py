"""StepSetting: a count of the scheduler's steps, which ends somewhere along x."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from lrgui.core.handles.handle import Handle, HandleKind, Snap
from lrgui.core.numbers import group_digits, round_number
from lrgui.core.pace import (
    optimizer_steps_at,
    recorded_steps,
    row_at,
    scheduler_interval,
    scheduler_step_near,
    steps_over,
)
from lrgui.core.recipe import Recipe, Run

_EPOCH_DIGITS = 4


@dataclass(frozen=True, slots=True)
class StepSetting:
    """A count of the scheduler's steps from `origin` on; back from there where `sign` is -1.

    `low` and `high` are the scheduler's steps between which its end stays, if they leave any room. `change` makes the
    recipe with another count.
    """

    kind: HandleKind
    label: str
    place: str
    name: str
    recipe: Recipe
    count: int
    low: int
    high: int
    change: Callable[[int], Recipe]
    origin: int = 0
    sign: int = 1

    @property
    def run(self) -> Run:
        """What ties the scheduler's steps to the optimizer's."""
        return self.recipe.run

    @property
    def end(self) -> int:
        """The scheduler's step that the handle is at."""
        return self.origin + self.sign * self.count

    @property
    def handle(self) -> Handle:
        """What is seen of it."""
        position = float(row_at(self.run, self.end))
        text = f"{self.name} {group_digits(self.count)}{self._where()}"
        return Handle(self.kind, self.label, self.place, "x", position, text)

    def later(self, steps: int) -> StepSetting:
        """Return the same of a tree that is built afresh after `steps` of the scheduler's steps, and counts from there.

        The end stays where only that tree gets to.
        """
        low, high = max(self.low, steps + 1), max(self.high, steps + 1)
        return replace(self, origin=self.origin + steps, low=low + steps, high=high + steps)

    def moved(self, position: float, snap: Snap) -> Recipe:
        """Return the recipe whose count ends as near to a row as can be; it stays where it is that row already."""
        row = max(0, round(position))
        if snap == "step" and row == row_at(self.run, self.end):
            return self.recipe
        steps = _steps_before_row(self.run, row)
        end = scheduler_step_near(self.run, steps)
        return self._ending_at(end if snap == "step" else self._at_epoch(round(steps / self.run.steps_per_epoch)))

    def nudged(self, count: int, snap: Snap) -> Recipe:
        """Return the recipe whose count ends some steps or epochs later, or earlier."""
        if snap == "step":
            return self._ending_at(self.end + count)
        steps, epoch = optimizer_steps_at(self.run, self.end), self.run.steps_per_epoch
        passed = steps // epoch if count > 0 else -(-steps // epoch)
        end = self._at_epoch(passed + count)
        if end == self.end and scheduler_interval(self.run) > epoch:
            end += 1 if count > 0 else -1
        # Where the nearest epoch that is allowed lies on the other side, there is none on this.
        return self._ending_at(max(end, self.end) if count > 0 else min(end, self.end))

    def _at_epoch(self, epoch: int) -> int:
        """Return the scheduler's step at the begin of an epoch, or of the nearest one that is allowed."""
        length = self.run.steps_per_epoch
        first = -(-optimizer_steps_at(self.run, self.low) // length)
        last = optimizer_steps_at(self.run, self.high) // length
        kept = max(first, min(epoch, last)) if first <= last else epoch
        return scheduler_step_near(self.run, kept * length)

    def _ending_at(self, end: int) -> Recipe:
        kept = max(self.low, min(end, self.high))
        return (
            self.recipe if self.low > self.high or kept == self.end else self.change(self.sign * (kept - self.origin))
        )

    def _where(self) -> str:
        """Return the same in the other unit: the epoch of a scheduler that counts steps, the step of one of epochs."""
        steps = max(0, optimizer_steps_at(self.run, self.end))
        toward = "from " if self.sign < 0 else "to " if self.origin else ""
        if self.run.interval == "epoch":
            return f" ({toward}step {group_digits(steps)})" if steps != self.count else ""
        if self.run.steps_per_epoch == 1:
            return ""
        return f" ({toward}epoch {round_number(steps / self.run.steps_per_epoch, _EPOCH_DIGITS)})"


def limit(steps: int, end: int) -> int:
    """Return up to where a count that ends at `end` may go: a bit beyond the run."""
    return max(steps + max(1, steps // 10), end)


def _steps_before_row(run: Run, row: int) -> int:
    """Return how many optimizer steps come before a row; those after the run all have one."""
    beyond = row - recorded_steps(run)
    return run.steps + beyond if beyond > 0 else steps_over(run, row)
