"""Checks of OneCycleLR, which raises past its end and divides by the length of its phases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from lrgui.core.checks.options import error
from lrgui.core.problems import Problem


def one_cycle_problems(values: Mapping[str, Any], place: str, reach: int | None) -> Iterator[Problem]:
    """Yield what is wrong with the options together; `reach` is how often the scheduler is stepped, if known."""
    if isinstance(values["pct_start"], int):
        message = "OneCycleLR refuses a pct_start that is a whole number."
        yield error(f"{place}.pct_start", message, "Write 0.0 or 1.0.")
        return
    total = _total_steps(values)
    if total is None:
        message = "OneCycleLR needs total_steps, or both epochs and steps_per_epoch."
        yield error(f"{place}.total_steps", message)
        return
    if reach is not None and reach > total:
        name = "total_steps" if values["total_steps"] is not None else "epochs"
        message = f"The cycle ends after {total} steps, but the run makes {reach}; torch raises a ValueError there."
        yield error(f"{place}.{name}", message, f"Set it to {reach} or make a shorter run.")
        return
    yield from _phase_problems(values, place, total, reach)


def _total_steps(values: Mapping[str, Any]) -> int | None:
    total: int | None = values["total_steps"]
    if total is not None:
        return total
    if values["epochs"] is None or values["steps_per_epoch"] is None:
        return None
    epochs: int = values["epochs"]
    return epochs * int(values["steps_per_epoch"])


def _phase_problems(values: Mapping[str, Any], place: str, total: int, reach: int | None) -> Iterator[Problem]:
    """Yield a division by zero: torch divides by the length of the phase that the present step is in."""
    # The same arithmetic as torch's, so that it is zero exactly where torch's is.
    peak = float(values["pct_start"] * total) - 1
    descent = float(2 * values["pct_start"] * total) - 2 if values["three_phase"] else peak
    if peak == 0:
        message = f"The way up would take no time at all: pct_start times {total} steps is 1."
        yield error(f"{place}.pct_start", message, "Choose a larger or a smaller share.")
    elif descent == total - 1 and reach is not None and reach >= total:
        message = f"The last phase takes no time at all, and torch divides by that at step {total}."
        yield error(f"{place}.pct_start", message, "Choose a smaller share.")
