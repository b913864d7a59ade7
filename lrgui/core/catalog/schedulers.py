"""The schedulers of `torch.optim.lr_scheduler` 2.13 and SWALR, without the arguments `optimizer` and `schedulers`.

The starts suit a run of 1,000 steps. "Steps" are the scheduler's own, which `run.interval` ties to the optimizer's.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lrgui.core.catalog.cyclical_schedulers import CYCLICAL_ENTRIES
from lrgui.core.catalog.entry import Entry
from lrgui.core.catalog.shared_fields import LAST_EPOCH, NEGATIVE_RATE
from lrgui.core.fields import REQUIRED, Field, Kind, Missing

_CHANGES_SIGN = "the learning rate changes its sign each time, and torch accepts a negative one"


def _count(name: str, help: str, default: int | Missing = REQUIRED, **more: Any) -> Field:  # noqa: A002 - Field's word
    return Field(name, Kind.INTEGER, default, help, unit="steps", **{"minimum": 1, **more})


def _factor(name: str, help: str, default: float | Missing = REQUIRED, **more: Any) -> Field:  # noqa: A002 - as above
    return Field(name, Kind.FLOAT, default, help, **{"minimum": 0, **more})


def _gamma(help: str, default: float | Missing = REQUIRED, **more: Any) -> Field:  # noqa: A002 - as above
    return _factor("gamma", help, default, below=_CHANGES_SIGN, **more)


def _lambda(start: str, help: str) -> Field:  # noqa: A002 - as above
    return Field("lr_lambda", Kind.EXPRESSION, help=help, start=start, variables=("epoch",), per_group=True)


_ETA_MIN = Field("eta_min", Kind.LEARNING_RATE, 0.0, "Lowest learning rate.", minimum=0, below=NEGATIVE_RATE)

_FORMULAS = (
    Entry(
        "LambdaLR",
        "The first learning rate times a formula of the step count.",
        (_lambda("0.99**epoch", "Factor on the first learning rate; epoch counts the scheduler's steps."), LAST_EPOCH),
    ),
    Entry(
        "MultiplicativeLR",
        "The present learning rate times a formula of the step count.",
        (_lambda("0.995", "Factor on the present learning rate, from step 1 on."), LAST_EPOCH),
    ),
)

_DECAYS = (
    Entry(
        "StepLR",
        "Multiplies by a factor every so many steps.",
        (
            _count(
                "step_size",
                "Steps between two decays.",
                start=300,
                below="with 0 torch divides by zero, and it takes a negative one for positive",
                fraction="it decays only where a multiple of it is a whole number",
            ),
            _gamma("Factor of each decay.", 0.1),
            LAST_EPOCH,
        ),
    ),
    Entry(
        "MultiStepLR",
        "Multiplies by a factor at chosen steps.",
        (
            Field(
                "milestones",
                Kind.INTEGERS,
                help="Steps at which the learning rate decays.",
                unit="steps",
                start=(500, 800),
                minimum=1,
                below="a decay at 0 comes before the first step, and one at a negative step never (unless SequentialLR "
                "begins with it later: then it has passed)",
                fraction="no step count is ever equal to it, so that it never decays",
            ),
            _gamma("Factor of each decay.", 0.1),
            LAST_EPOCH,
        ),
    ),
    Entry(
        "ConstantLR",
        "Holds a fraction of the learning rate, then lets go of it.",
        (
            _factor("factor", "Fraction held until total_iters.", 1 / 3, maximum=1),
            _count(
                "total_iters",
                "Steps after which the full rate returns.",
                5,
                start=100,
                below="the full rate never returns (as a later part of SequentialLR, it is there from the beginning)",
                fraction="no step count is ever equal to it, so that the full rate never returns",
            ),
            LAST_EPOCH,
        ),
    ),
    Entry(
        "LinearLR",
        "Goes in a straight line from one fraction of the learning rate to another; the usual warm-up.",
        (
            _factor("start_factor", "Fraction at the first step.", 1 / 3, open_minimum=True, maximum=1),
            _factor("end_factor", "Fraction at the end of the line.", 1.0, maximum=1),
            _count(
                "total_iters",
                "Steps from start to end.",
                5,
                start=100,
                below="start_factor stays for ever (as a later part of SequentialLR, torch divides by zero or is at "
                "end_factor at once)",
                fraction="the line stops at the last whole step, short of end_factor",
            ),
            LAST_EPOCH,
        ),
    ),
    Entry(
        "ExponentialLR",
        "Multiplies by a factor at every step.",
        (_gamma("Factor of every step.", start=0.995), LAST_EPOCH),
    ),
    Entry(
        "PolynomialLR",
        "Falls to zero along a power of the remaining steps.",
        (
            _count(
                "total_iters",
                "Steps until zero.",
                5,
                start=1000,
                below="the learning rate stays as it is (as a later part of SequentialLR, torch divides by zero or is "
                "at zero at once)",
                fraction="the fall stops at the last whole step, short of zero",
            ),
            _factor(
                "power",
                "1 is a straight line, more falls earlier.",
                1.0,
                below="the learning rate rises, and at step total_iters torch divides by zero",
            ),
            LAST_EPOCH,
        ),
    ),
    Entry(
        "CosineAnnealingLR",
        "Falls along half a cosine, and rises again if the run goes on.",
        (
            _count(
                "T_max",
                "Steps from the top to the bottom.",
                start=1000,
                below="with 0 torch divides by zero, and it takes a negative one for positive",
                fraction="the lowest point lies between two steps",
            ),
            _ETA_MIN,
            LAST_EPOCH,
        ),
    ),
    Entry(
        "CosineAnnealingWarmRestarts",
        "Falls along half a cosine again and again, from the top each time.",
        (
            _count("T_0", "Steps of the first fall.", start=200),
            Field("T_mult", Kind.INTEGER, 1, "Each fall is this many times as long as the last.", minimum=1),
            _ETA_MIN,
            LAST_EPOCH,
        ),
    ),
)

_REACTIVE = (
    Entry(
        "ReduceLROnPlateau",
        "Multiplies by a factor when the run's metric stops improving.",
        (
            Field("mode", Kind.CHOICE, "min", "Whether a good metric is low or high.", choices=("min", "max")),
            _factor(
                "factor",
                "Factor of each reduction.",
                0.1,
                open_minimum=True,
                maximum=1,
                open_maximum=True,
                below="the first reduction goes straight to min_lr, or below zero where min_lr lets it",
            ),
            _count(
                "patience",
                "Steps without improvement that are put up with.",
                10,
                minimum=0,
                below="torch reduces at every step, even where the metric improves",
                fraction="torch waits as long as for the whole number below it",
            ),
            Field(
                "threshold",
                Kind.FLOAT,
                1e-4,
                "Smallest change that counts as an improvement.",
                minimum=0,
                below="a metric that has become a little worse counts as an improvement",
            ),
            Field(
                "threshold_mode",
                Kind.CHOICE,
                "rel",
                "Whether the threshold is a share of the best value or a difference from it.",
                choices=("rel", "abs"),
            ),
            _count(
                "cooldown",
                "Steps after a reduction before counting again.",
                0,
                minimum=0,
                below="it counts as 0",
                fraction="it counts as the whole number above it",
            ),
            Field(
                "min_lr",
                Kind.LEARNING_RATE,
                0,
                "Lowest learning rate.",
                minimum=0,
                per_group=True,
                below="it counts as 0 while factor is above 0",
            ),
            Field(
                "eps",
                Kind.FLOAT,
                1e-8,
                "Smaller reductions than this are left out.",
                minimum=0,
                advanced=True,
                below="a learning rate that is below min_lr by less than that is raised to it",
            ),
        ),
    ),
)

_COMPOSITES = (
    Entry(
        "SequentialLR",
        "One scheduler after another, changing over at the milestones.",
        (
            Field(
                "milestones",
                Kind.INTEGERS,
                help="Steps at which the next scheduler takes over, one fewer than there are schedulers.",
                unit="steps",
                start=(100,),
                minimum=0,
                below="the scheduler before it never takes its turn, as with 0",
                fraction="the next scheduler goes on from the present learning rate instead of beginning with its own",
            ),
            LAST_EPOCH,
        ),
        composite=True,
    ),
    Entry("ChainedScheduler", "Several schedulers at once, each stepped in turn.", composite=True),
)

_AVERAGING = (
    Entry(
        "SWALR",
        "Goes over to a constant learning rate for stochastic weight averaging.",
        (
            Field(
                "swa_lr",
                Kind.LEARNING_RATE,
                help="Learning rate to end at.",
                start=1e-4,
                minimum=0,
                per_group=True,
                below=NEGATIVE_RATE,
            ),
            _count("anneal_epochs", "Steps of the way there.", 10, minimum=0),
            Field("anneal_strategy", Kind.CHOICE, "cos", "Shape of the way there.", choices=("cos", "linear")),
            LAST_EPOCH,
        ),
    ),
)

_ENTRIES = (*_FORMULAS, *_DECAYS, *CYCLICAL_ENTRIES, *_REACTIVE, *_COMPOSITES, *_AVERAGING)

SCHEDULERS: Mapping[str, Entry] = {entry.class_name: entry for entry in _ENTRIES}
