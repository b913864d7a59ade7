"""How a recipe is executed <-> JSON. What has its default is left out when it is a condition of a real training."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lrgui.core.recipe import EveryNth, Resume, Run, SkippedSteps, Unfreeze
from lrgui.session.choice_json import choice_from_json, choice_to_json, plain_text, whole_number

_COUNTS = ("steps", "steps_per_epoch", "seed", "frequency", "calls")
_DEFAULTS = Run()


def run_from_json(data: Mapping[str, Any], place: str) -> Run:
    """Return the run that schema-checked JSON describes; null means the default.

    Raises:
        RecipeError: when a count is no whole number of at most 64 bits; its place is exact.
    """
    given = {name: value for name, value in data.items() if value is not None}
    for name in _COUNTS:
        if name in given:
            given[name] = whole_number(given[name], f"{place}.{name}")
    for name in ("workload", "metric"):
        if name in given:
            given[name] = choice_from_json(given[name], f"{place}.{name}")
    for name, read in (("skipped_steps", _skipped_steps), ("unfreeze", _unfreeze), ("resume", _resume)):
        if name in given:
            given[name] = read(given[name], f"{place}.{name}")
    return Run(**given)


def run_to_json(run: Run) -> dict[str, Any]:
    """Return the JSON form of a run; `run_from_json` gives an equal one back."""
    conditions = {
        "metric": None if run.metric is None else choice_to_json(run.metric),
        "frequency": _unless_default(run, "frequency"),
        "calls": _unless_default(run, "calls"),
        "skipped_steps": _skipped_steps_to_json(run.skipped_steps),
        "order": _unless_default(run, "order"),
        "unfreeze": [{"group": one.group, "step": one.step} for one in run.unfreeze] or None,
        "resume": None if run.resume is None else {"step": run.resume.step, "order": run.resume.order},
    }
    return {
        "steps": run.steps,
        "steps_per_epoch": run.steps_per_epoch,
        "interval": run.interval,
        "seed": run.seed,
        "workload": choice_to_json(run.workload),
        **{name: value for name, value in conditions.items() if value is not None},
    }


def _unless_default(run: Run, name: str) -> Any:
    value = getattr(run, name)
    return None if value == getattr(_DEFAULTS, name) else value


def _skipped_steps(data: Any, place: str) -> SkippedSteps:
    if isinstance(data, Mapping):
        return EveryNth(whole_number(data["every"], f"{place}.every"))
    return tuple(whole_number(step, f"{place}[{index}]") for index, step in enumerate(data))


def _skipped_steps_to_json(skipped: SkippedSteps) -> Any:
    if isinstance(skipped, EveryNth):
        return {"every": skipped.every}
    return list(skipped) or None


def _unfreeze(data: Any, place: str) -> tuple[Unfreeze, ...]:
    return tuple(
        Unfreeze(
            plain_text(entry["group"], f"{place}[{index}].group"),
            whole_number(entry["step"], f"{place}[{index}].step"),
        )
        for index, entry in enumerate(data)
    )


def _resume(data: Mapping[str, Any], place: str) -> Resume:
    return Resume(**{**data, "step": whole_number(data["step"], f"{place}.step")})
