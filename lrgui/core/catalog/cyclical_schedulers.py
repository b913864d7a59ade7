"""CyclicLR and OneCycleLR, which cycle the momentum along with the learning rate."""

from __future__ import annotations

from lrgui.core.catalog.entry import Entry
from lrgui.core.catalog.shared_fields import LAST_EPOCH, NEGATIVE_RATE
from lrgui.core.fields import Field, Kind, When

_CYCLES_MOMENTUM = (When("cycle_momentum", is_in=(True,)),)
_NAMED_SCALE = When("scale_fn", is_in=(None,))
_NO_TOTAL = (When("total_steps", is_in=(None,)),)

_CYCLE_MOMENTUM = Field(
    "cycle_momentum",
    Kind.BOOLEAN,
    True,
    "Moves the momentum (or the first beta) against the learning rate; the optimizer has to have one.",
)


def _momentum(name: str, default: float, help: str) -> Field:  # noqa: A002 - the field's own word
    return Field(
        name,
        Kind.FLOAT,
        default,
        help,
        minimum=0,
        per_group=True,
        below="the momentum becomes negative, which torch accepts",
        relevant_when=_CYCLES_MOMENTUM,
    )


def _rate(name: str, help: str, start: float) -> Field:  # noqa: A002 - as above
    return Field(name, Kind.LEARNING_RATE, help=help, start=start, minimum=0, per_group=True, below=NEGATIVE_RATE)


def _divisor(name: str, default: float, help: str) -> Field:  # noqa: A002 - as above
    return Field(name, Kind.FLOAT, default, help, minimum=0, open_minimum=True, below=NEGATIVE_RATE)


_CYCLIC = Entry(
    "CyclicLR",
    "Goes up and down between two learning rates.",
    (
        _rate("base_lr", "Lowest learning rate.", 1e-4),
        _rate("max_lr", "Highest learning rate.", 1e-2),
        Field(
            "step_size_up",
            Kind.INTEGER,
            2000,
            "Steps on the way up.",
            unit="steps",
            start=100,
            minimum=1,
            below="the way up has no length, and the learning rate draws no triangle",
            fraction="the peak lies between two steps",
        ),
        Field(
            "step_size_down",
            Kind.INTEGER,
            None,
            "Steps on the way down; none: as many as on the way up.",
            unit="steps",
            minimum=1,
            optional=True,
            below="with 0 the learning rate drops from the peak at once; a negative one cuts the way up short",
            fraction="the lowest point lies between two steps",
        ),
        Field(
            "mode",
            Kind.CHOICE,
            "triangular",
            "How the cycles shrink: not at all, by half each, or by gamma at every step.",
            choices=("triangular", "triangular2", "exp_range"),
            relevant_when=(_NAMED_SCALE,),
        ),
        Field(
            "gamma",
            Kind.FLOAT,
            1.0,
            "Factor on the height of the cycle at every step.",
            minimum=0,
            below="the cycle changes its sign at every step",
            relevant_when=(When("mode", is_in=("exp_range",)), _NAMED_SCALE),
        ),
        Field(
            "scale_fn",
            Kind.EXPRESSION,
            None,
            "A formula in place of the mode, over x, the number of the cycle or of the step.",
            optional=True,
            variables=("x",),
            advanced=True,
        ),
        Field(
            "scale_mode",
            Kind.CHOICE,
            "cycle",
            "Whether x counts cycles (from 1) or steps (from 0).",
            choices=("cycle", "iterations"),
            relevant_when=(When("scale_fn", is_not=(None,)),),
            advanced=True,
        ),
        _CYCLE_MOMENTUM,
        _momentum("base_momentum", 0.8, "Lowest momentum, at the highest learning rate."),
        _momentum("max_momentum", 0.9, "Highest momentum, at the lowest learning rate."),
        LAST_EPOCH,
    ),
)

_ONE_CYCLE = Entry(
    "OneCycleLR",
    "One warm-up to a highest learning rate, then down to almost nothing.",
    (
        _rate("max_lr", "Highest learning rate.", 1e-2),
        Field(
            "total_steps",
            Kind.INTEGER,
            None,
            "Steps of the whole cycle; none: epochs times steps_per_epoch.",
            unit="steps",
            start=1000,
            minimum=1,
            optional=True,
        ),
        Field(
            "epochs",
            Kind.INTEGER,
            None,
            "Epochs of the whole cycle.",
            minimum=1,
            optional=True,
            unit="epochs",
            relevant_when=_NO_TOTAL,
        ),
        Field(
            "steps_per_epoch",
            Kind.INTEGER,
            None,
            "Steps of one epoch.",
            minimum=1,
            optional=True,
            unit="steps",
            relevant_when=_NO_TOTAL,
        ),
        Field("pct_start", Kind.FLOAT, 0.3, "Share of the cycle spent going up.", minimum=0, maximum=1),
        Field("anneal_strategy", Kind.CHOICE, "cos", "Shape of the way up and down.", choices=("cos", "linear")),
        _CYCLE_MOMENTUM,
        _momentum("base_momentum", 0.85, "Lowest momentum, at the highest learning rate."),
        _momentum("max_momentum", 0.95, "Highest momentum, at both ends."),
        _divisor("div_factor", 25.0, "The first rate is max_lr divided by this."),
        _divisor("final_div_factor", 1e4, "The last rate is the first one divided by this."),
        Field("three_phase", Kind.BOOLEAN, False, "Comes down to the first rate, then to the last, in two phases."),
        LAST_EPOCH,
    ),
)

CYCLICAL_ENTRIES = (_CYCLIC, _ONE_CYCLE)
