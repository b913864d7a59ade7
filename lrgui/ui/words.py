"""How the window writes recorded series and steps."""

from __future__ import annotations

from collections.abc import Iterable

from lrgui.core.derived import DECAY_RATE, RELATIVE
from lrgui.core.numbers import group_digits

APPLIED = "applied_lr"
"""The series of the rate that an optimizer really applies, which a run records and a preview does not."""

SERIES_NAMES = {
    "lr": "learning rate",
    RELATIVE: "lr / base",
    "momentum": "momentum",
    "weight_decay": "weight decay",
    DECAY_RATE: "lr \u00d7 weight decay",
    APPLIED: "applied learning rate",
}


def series_name(series: str) -> str:
    """Return the words for a series, recorded or worked out."""
    return SERIES_NAMES.get(series, series.replace("_", " "))


def in_reading_order(series: Iterable[str]) -> tuple[str, ...]:
    """Return each of the series once: the learning rate first, those without words of their own last."""
    known = list(SERIES_NAMES)
    return tuple(sorted(dict.fromkeys(series), key=lambda name: known.index(name) if name in known else len(known)))


def counted(count: int, noun: str) -> str:
    """Return a count with its noun: `1 step`, `1 000 steps`."""
    return f"{group_digits(count)} {noun}{'' if count == 1 else 's'}"


def place(step: int, steps_per_epoch: int) -> str:
    """Return where a step is: `step 430 · epoch 4`."""
    return f"step {group_digits(step)} · epoch {group_digits(step // max(1, steps_per_epoch))}"
