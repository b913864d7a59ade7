"""Learning rates that public test suites state (fixtures/oracle_cases.json), from runs and from previews."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lrgui.core.trace import Trace
from lrgui.engine.stepper import Stepper
from lrgui.session.recipe_json import recipe_from_json

FIXTURE = Path(__file__).parents[1] / "fixtures" / "oracle_cases.json"
CASES: dict[str, dict[str, Any]] = {
    case["name"]: case for case in json.loads(FIXTURE.read_text(encoding="utf-8"))["cases"]
}


@pytest.mark.parametrize("preview", [False, True], ids=["run", "preview"])
@pytest.mark.parametrize("name", CASES)
def test_the_stated_numbers_are_recorded(name: str, preview: bool) -> None:
    case = CASES[name]
    stepper = Stepper(recipe_from_json(case["recipe"]), preview=preview)
    stepper.advance(stepper.planned)
    assert stepper.finished
    assert_points(stepper.trace, "lr", case["expected_lr"], case["tolerance"])
    if "expected_momentum" in case:
        assert_points(stepper.trace, "momentum", case["expected_momentum"], case["tolerance"])


def assert_points(trace: Trace, series: str, points: dict[str, list[list[float]]], tolerance: float) -> None:
    assert points
    assert set(points) <= set(trace.groups)
    for group, stated in points.items():
        steps = [int(step) for step, _ in stated]
        recorded = trace.column(series, trace.groups.index(group))[steps]
        np.testing.assert_allclose(recorded, [value for _, value in stated], rtol=0, atol=tolerance)
