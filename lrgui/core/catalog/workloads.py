"""What produces gradients during a run, and what produces the metric that feeds ReduceLROnPlateau."""

from __future__ import annotations

from collections.abc import Mapping

from lrgui.core.catalog.entry import Entry
from lrgui.core.fields import Field, Kind
from lrgui.core.number_list import MOST_VALUES
from lrgui.core.recipe import Scheduler

PLATEAU = "ReduceLROnPlateau"
"""The one scheduler that a metric feeds."""

_WORKLOADS = (
    Entry("none", "No gradients: the optimizer and the scheduler are stepped, the weights stay as they are."),
)

_METRICS = (
    Entry(
        "values",
        "Given values, one per scheduler step; the last one repeats.",
        (
            Field(
                "values",
                Kind.FLOATS,
                help="The values in order.",
                start=(1.0,),
                minimum_length=1,
                maximum_length=MOST_VALUES,
            ),
        ),
    ),
    Entry(
        "expression",
        "A formula over the scheduler's steps.",
        (
            Field(
                "expression",
                Kind.EXPRESSION,
                help="Arithmetic over step, which counts the scheduler's steps from 0.",
                start="exp(-0.01*step)",
                variables=("step",),
            ),
        ),
    ),
)

WORKLOADS: Mapping[str, Entry] = {entry.class_name: entry for entry in _WORKLOADS}

METRICS: Mapping[str, Entry] = {entry.class_name: entry for entry in _METRICS}


def uses_metric(scheduler: Scheduler | None) -> bool:
    """Say whether a metric feeds the scheduler; torch takes a plateau by itself only, never as a child."""
    return scheduler is not None and scheduler.class_name == PLATEAU
