from __future__ import annotations

import psutil
import pytest

from lrgui.core.errors import RecipeError
from lrgui.core.recipe import MAX_STEPS, Group, Options, Recipe, Run
from lrgui.engine.memory import memory_limit, settle
from lrgui.engine.stepper import Stepper


def recipe_of(gigabytes: float) -> Recipe:
    """A recipe whose trace takes about that much: three series of two groups, 8 bytes each."""
    groups = (Group("weights", ("*weight",), Options(lr=0.1)), Group("biases", ("*bias",), Options(lr=0.1)))
    return Recipe(groups=groups, run=Run(steps=int(gigabytes * 1e9 / 48)))


def test_what_one_trace_has_yet_to_fill_is_not_promised_to_another() -> None:
    before = memory_limit()
    share = before / 1e9 * 0.4
    if recipe_of(share).run.steps > MAX_STEPS:
        share = MAX_STEPS * 48 / 1e9
    stepper = Stepper(recipe_of(share))
    assert memory_limit() < before - share * 1e9 * 0.9
    settle(stepper.trace)
    assert memory_limit() > before - share * 1e9 * 0.5


def test_a_run_that_would_not_fit_is_refused_before_anything_is_allocated(monkeypatch: pytest.MonkeyPatch) -> None:
    free = psutil.virtual_memory()._replace(available=100_000_000)
    monkeypatch.setattr(psutil, "virtual_memory", lambda: free)
    Stepper(recipe_of(0.05))
    with pytest.raises(RecipeError, match=r"run\.steps"):
        Stepper(recipe_of(0.2))
