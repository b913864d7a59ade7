"""Checks of what a recipe is made of: in Python anything can be put where a part of it belongs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from lrgui.core.checks.options import error, with_article
from lrgui.core.problems import Problem
from lrgui.core.recipe import Choice, Group, Options, Recipe, Resume, Run, Scheduler, Unfreeze

_PARTS: Mapping[type, Mapping[str, type]] = {
    Recipe: {"model": Choice, "groups": Group, "optimizer": Choice, "scheduler": Scheduler, "run": Run},
    Choice: {"options": Options},
    Group: {"options": Options},
    Scheduler: {"options": Options, "schedulers": Scheduler},
    Run: {"workload": Choice, "metric": Choice, "unfreeze": Unfreeze, "resume": Resume},
}
_LISTS = ("groups", "schedulers", "unfreeze")
_MAY_BE_NONE = ("scheduler", "metric", "resume")


def structure_problems(recipe: Recipe) -> Iterator[Problem]:
    """Yield the parts of a recipe that are of another class than they have to be."""
    waiting: list[tuple[str, Any]] = [("", recipe)]
    while waiting:
        place, whole = waiting.pop()
        for name, wanted in _PARTS.get(type(whole), {}).items():
            part, own = getattr(whole, name), f"{place}.{name}".lstrip(".")
            if name in _LISTS and not isinstance(part, list | tuple):
                yield error(own, f"Here belongs a tuple, not a value of type {type(part).__name__}.")
                continue
            parts = {f"{own}[{index}]": one for index, one in enumerate(part)} if name in _LISTS else {own: part}
            for where, one in parts.items():
                if isinstance(one, wanted):
                    waiting.append((where, one))
                elif one is not None or name not in _MAY_BE_NONE:
                    belongs = with_article(wanted.__name__)
                    yield error(where, f"Here belongs {belongs}, not a value of type {type(one).__name__}.")
