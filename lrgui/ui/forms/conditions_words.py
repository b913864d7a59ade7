"""The conditions of a run in words: the names of the resume orders, and a summary for the folded panel."""

from __future__ import annotations

from collections.abc import Iterator

from lrgui.core.recipe import EveryNth, Run
from lrgui.ui.words import counted

RESUME_NAMES = {
    "build_then_load": "build, then load (right)",
    "load_then_build": "load, then build",
    "scheduler_only": "load scheduler only",
    "optimizer_only": "load optimizer only",
}

RESUME_HELP = {
    "build_then_load": "Builds optimizer and scheduler, then loads the state of both: it goes on as before.",
    "load_then_build": "Loads the optimizer before the scheduler is built, which then takes that lr for the first.",
    "scheduler_only": "Builds both and loads the scheduler alone: the optimizer begins with its first lr.",
    "optimizer_only": "Builds both and loads the optimizer alone: the scheduler begins anew.",
}


def summary_of(run: Run) -> str:
    """Return in a few words what is on, such as `calls 4, resume at 400`; the empty text where nothing is."""
    return ", ".join(_parts(run))


def _parts(run: Run) -> Iterator[str]:
    if run.frequency != 1:
        yield f"frequency {run.frequency}"
    if run.calls != 1:
        yield f"calls {run.calls}"
    if run.order != "optimizer_first":
        yield "scheduler first"
    if isinstance(run.skipped_steps, EveryNth):
        yield f"skips every {run.skipped_steps.every}"
    elif run.skipped_steps:
        yield f"skips {counted(len(run.skipped_steps), 'step')}"
    for entry in run.unfreeze:
        yield f"{entry.group} joins at {entry.step}"
    if run.resume is not None:
        yield f"resume at {run.resume.step}"
