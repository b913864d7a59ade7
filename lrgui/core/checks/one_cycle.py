"""Checks of OneCycleLR, which divides by the length of its phases and goes on past its end for one step."""

from __future__ import annotations

from collections.abc import Iterator

from lrgui.core.checks.faults import Values, one_cycle_length
from lrgui.core.checks.options import error, warning
from lrgui.core.problems import Problem


def one_cycle_refusals(values: Values, place: str, *, fresh: bool) -> Iterator[Problem]:
    """Yield what the constructor refuses; one that is not `fresh` begins in the middle of its cycle."""
    if isinstance(values["pct_start"], int):
        message = "OneCycleLR refuses a pct_start that is a whole number."
        yield error(f"{place}.pct_start", message, "Write 0.0 or 1.0.")
        return
    total = one_cycle_length(values)
    if total is None:
        message = "OneCycleLR needs total_steps, or both epochs and steps_per_epoch."
        yield error(f"{place}.total_steps", message)
        return
    for name in ("div_factor", "final_div_factor"):
        if fresh and values[name] == 0:
            yield error(f"{place}.{name}", f"OneCycleLR divides by {name}, which is 0.", "Choose a number above 0.")
    # The same arithmetic as torch's, so that it is zero exactly where torch's is.
    if fresh and float(values["pct_start"] * total) - 1 == 0:
        message = (
            f"The way up would take no time at all: pct_start times {total} steps is 1, and torch divides by that."
        )
        yield error(f"{place}.pct_start", message, "Choose a larger or a smaller share.")
    elif not fresh and values["last_epoch"] + 1 > total:
        message = f"The cycle of {total} steps is over by step {values['last_epoch'] + 1}: torch raises a ValueError."
        yield error(f"{place}.last_epoch", message, "Leave it at -1.")


def one_cycle_doubts(values: Values, place: str, reach: int) -> Iterator[Problem]:
    """Yield what comes of a cycle without a way up, and of one step too many; the run uses the counts up to `reach`."""
    total = one_cycle_length(values)
    if total is None:
        return
    name = "total_steps" if values["total_steps"] is not None else "epochs"
    if total == 1:
        message = (
            "A cycle of a single step is over at once: the learning rate is the last and lowest one from the start."
        )
        yield warning(f"{place}.{name}", message)
    elif values["pct_start"] * total < 1:
        message = "The way up is shorter than a step, so that the learning rate begins a little below max_lr."
        yield warning(f"{place}.pct_start", message, f"From {1 / total:.3g} on there is a way up.")
    if reach == total > 1 and values["pct_start"] < 1:
        turn = "rises again" if values["anneal_strategy"] == "cos" else "falls below its end, mostly below zero"
        message = f"The cycle has {total} steps and the run makes one more, at which the learning rate {turn}."
        yield warning(f"{place}.{name}", message, f"Set it to {total + 1} or make a shorter run.")
