"""The run of a recipe as an entry: its plain fields, for the form and for the checks."""

from __future__ import annotations

from lrgui.core.catalog.entry import Entry
from lrgui.core.fields import Field, Kind
from lrgui.core.recipe import INTERVALS, MAX_STEPS, ORDERS, Run

MAX_SEED = 2**63 - 1

_DEFAULTS = Run()

RUN = Entry(
    "Run",
    "How the recipe is executed.",
    (
        Field("steps", Kind.INTEGER, _DEFAULTS.steps, "Optimizer steps in all.", minimum=1, maximum=MAX_STEPS),
        Field(
            "steps_per_epoch",
            Kind.INTEGER,
            _DEFAULTS.steps_per_epoch,
            "Optimizer steps that make one epoch.",
            minimum=1,
        ),
        Field(
            "interval",
            Kind.CHOICE,
            _DEFAULTS.interval,
            "The scheduler is stepped after every step, or every epoch.",
            choices=INTERVALS,
        ),
        Field("seed", Kind.INTEGER, _DEFAULTS.seed, "Where randomness starts.", minimum=0, maximum=MAX_SEED),
    ),
)

CONDITIONS = Entry(
    "Conditions",
    "What bends a schedule in real trainings: how often the scheduler is stepped, and when.",
    (
        Field(
            "frequency",
            Kind.INTEGER,
            _DEFAULTS.frequency,
            "The scheduler is stepped every so many intervals.",
            unit="intervals",
            minimum=1,
        ),
        Field(
            "calls",
            Kind.INTEGER,
            _DEFAULTS.calls,
            "The scheduler is stepped so many times in a row, as when every process steps it.",
            unit="times",
            minimum=1,
        ),
        Field(
            "order",
            Kind.CHOICE,
            _DEFAULTS.order,
            "Whether optimizer or scheduler is stepped first; scheduler_first is the old mistake.",
            choices=ORDERS,
        ),
    ),
)
