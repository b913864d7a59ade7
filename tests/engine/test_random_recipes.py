"""Random recipes give the numbers of plain torch, bit for bit, and end where torch ends, with torch's own words.

The examples of the default profile are the same every time. Thousands of others, new every time:

    QT_QPA_PLATFORM=offscreen .venv-test/bin/python -m pytest tests/engine/test_random_recipes.py \
        --hypothesis-profile=nightly --hypothesis-show-statistics
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import event, given, note, settings
from hypothesis import strategies as st

from lrgui.core.errors import LrguiError, RecipeError, RunError
from lrgui.core.trace import Trace
from lrgui.session.recipe_json import recipe_from_json
from lrgui.tracing import run_recipe
from tests.engine.drawn.optimizers import OPTIMIZERS
from tests.engine.drawn.recipes import recipes
from tests.engine.plain_torch import Outcome, train

# How an expression says what Python has several sentences for.
_DIVIDES_BY_ZERO = "divides by zero at"


# Of each optimizer; hypothesis on its own would dwell on some of them.
_EXAMPLES = settings().max_examples // 5


# torch complains about the wrong order of steps, which is what some recipes ask for.
@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@settings(max_examples=_EXAMPLES)
@given(data=st.data())
def test_lrgui_traces_what_torch_does(optimizer: str, data: st.DataObject) -> None:
    recipe = data.draw(recipes(optimizer))
    note(json.dumps(recipe))
    expected = train(recipe)
    event(_ending(expected))
    for preview in (False, True):
        trace, error = _trace(recipe, preview)
        _compare(trace, error, expected)


def _ending(outcome: Outcome) -> str:
    if outcome.error is None:
        return "runs to its end"
    return "is refused by torch" if outcome.step is None else "breaks while it runs"


def _trace(recipe: dict[str, Any], preview: bool) -> tuple[Trace | None, LrguiError | None]:
    try:
        outcome = run_recipe(recipe_from_json(recipe), preview=preview)
    except RecipeError as refusal:
        return None, refusal
    return outcome.trace, outcome.error


def _compare(trace: Trace | None, error: LrguiError | None, expected: Outcome) -> None:
    if expected.error is None:
        assert error is None, f"lrgui does not run what torch runs: {error}"
    elif expected.step is None:
        assert error is not None, f"torch refuses this: {expected.error!r}"
        assert trace is None or trace.rows == 0
        return
    else:
        assert isinstance(error, RunError), f"torch runs until {expected.step}, {expected.error!r}; lrgui: {error}"
        assert error.step == expected.step, (error, expected.error)
        assert _says(str(error), expected.error), (error, expected.error)
    assert trace is not None
    assert trace.groups == expected.groups
    assert set(trace.series) - {"applied_lr"} == set(expected.series)
    for name, rows in expected.series.items():
        assert trace[name].shape == rows.shape, name
        assert trace[name].tobytes() == rows.tobytes(), (name, trace[name].tolist(), rows.tolist())


def _says(message: str, error: Exception) -> bool:
    """Say whether a message holds the sentence that torch raised, or its class where there is none."""
    sentence = " ".join(str(error.args[0] if isinstance(error, KeyError) else error).split())
    if (sentence or type(error).__name__) in " ".join(message.split()):
        return True
    return isinstance(error, ZeroDivisionError) and _DIVIDES_BY_ZERO in message
