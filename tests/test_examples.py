"""The example sessions, by the numbers a person would write down.

They are written by the application itself: `lrgui trace RECIPE.json --session NAME.lrgui`.
"""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

import lrgui
from lrgui.core.trace import Trace
from lrgui.session.examples import example_files
from lrgui.session.store import read_file


def three_phases(peak: float) -> list[float]:
    warm_up = [peak * (0.01 + 0.99 * step / 100) for step in range(100)]
    cosine = [0.001 + (peak - 0.001) * (1 + math.cos(math.pi * step / 600)) / 2 for step in range(600)]
    return warm_up + cosine + [peak * 0.1 * (1 - step / 300) for step in range(300)]


STATED: dict[str, dict[str, list[float]]] = {
    "Adam alone": {"all": [0.001] * 25},
    "Adam with StepLR": {"all": [0.01] * 10 + [0.001] * 10 + [0.0001] * 5},
    "Adam with two groups": {"weights": [0.001] * 25, "biases": [0.01] * 25},
    # Built on the loaded optimizer, the warm-up takes a tenth of what is a part of its way already.
    "Resume in the wrong order": {
        "all": [0.01 * (0.1 + 0.9 * min(step, 500) / 500) * (1 if step < 200 else 0.1) for step in range(1000)]
    },
    "Warm-up, cosine and linear": {"weights": three_phases(0.01), "biases": three_phases(0.02)},
}


def check(trace: Trace, stated: dict[str, list[float]]) -> None:
    assert trace.groups == tuple(stated)
    for group, rates in enumerate(stated.values()):
        # 0.01 * 0.1 is not 0.001 to the last bit.
        np.testing.assert_allclose(trace.column("lr", group), rates, rtol=1e-12, atol=0)


def test_examples_are_listed_in_order() -> None:
    assert [path.stem for path in example_files()] == list(STATED)


@pytest.mark.parametrize("path", example_files(), ids=lambda path: path.stem)
def test_an_example_holds_and_gives_the_stated_rates(path: Path) -> None:
    session = read_file(path)
    stated = STATED[path.stem]
    (run,) = session.runs
    assert run.recipe == session.recipe
    assert run.status == "finished"
    check(run.trace, stated)
    check(lrgui.trace(session.recipe), stated)
    check(lrgui.trace(session.recipe, preview=True), stated)
