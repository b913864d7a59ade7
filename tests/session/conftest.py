"""Sessions to write and read, built by hand."""

from __future__ import annotations

import numpy as np
import pytest

from lrgui.core.recipe import Choice, Group, Options, Recipe, Run
from lrgui.core.trace import Trace
from lrgui.session.values import Comparison, RecordedRun, Session, View

RECIPE = Recipe(
    groups=(Group("weights", ("*weight",)), Group("biases, 重み", ("*bias",), Options(lr=0.5))),
    optimizer=Choice("Adam", Options(lr=0.001)),
    run=Run(steps=6, steps_per_epoch=3),
)
# A nan with a payload and a signalling one, which arithmetic would quieten.
NAN_WITH_PAYLOAD, SIGNALLING_NAN = np.array([0x7FF8DEADBEEF0001, 0x7FF0000000000001], np.uint64).view(np.float64)
ODD = [-0.0, np.inf, -np.inf, NAN_WITH_PAYLOAD, 5e-324, SIGNALLING_NAN]

NOTES = "What broke?\nSee the log."
VIEW = View("fraction", "momentum", "weight_decay", frozenset({"lr", "momentum"}), Comparison("ratio", 7, 3))


@pytest.fixture
def session() -> Session:
    """Two runs of different shape, with every odd double, and nothing at its default."""
    odd = np.array(ODD)
    first = Trace.from_columns(
        [np.full(6, 0.001), odd, np.full(6, 0.9), odd[::-1]], ["lr", "momentum"], ["weights", "biases, 重み"], 3
    )
    # A run that was stopped: fewer rows than were planned.
    second = Trace(["lr"], ["rest"], capacity=10)
    second.buffer[:2, 0] = [0.1, 0.2]
    second.rows = 2
    return Session(
        RECIPE,
        (
            RecordedRun(7, 'First "run"', 2, RECIPE, first),
            RecordedRun(
                3,
                "",
                0,
                RECIPE.with_run(steps=10),
                second,
                "failed",
                "step 2: boom",
                False,
                True,
                "What broke?\nSee the log.",
            ),
        ),
        VIEW,
    )
