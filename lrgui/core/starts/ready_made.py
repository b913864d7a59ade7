"""The ready-made schedules: the shapes that most trainings use, made of torch's own schedulers.

Those with `total_steps` are at their end when the scheduler was stepped that often. A warm-up takes the full learning
rate at the step `warmup_steps`, where the next scheduler takes over; it has at least one step, and a schedule without
one is the plain torch scheduler.
"""

from __future__ import annotations

from dataclasses import replace

from lrgui.core.catalog import SCHEDULERS
from lrgui.core.fields import REQUIRED, Field, Kind
from lrgui.core.starts.start import Start, Variant, make_start
from lrgui.core.starts.template import Template
from lrgui.core.starts.tree import Difference, Part, Slot, Tree

FAMILY = "Ready-made"


def _count(name: str, help: str, minimum: int = 1) -> Field:  # noqa: A002 - Field's word
    return Field(name, Kind.INTEGER, REQUIRED, help, unit="steps", minimum=minimum)


def _fraction(name: str, help: str, default: float, open_minimum: bool = False) -> Field:  # noqa: A002 - as above
    return Field(name, Kind.FLOAT, default, help, minimum=0, maximum=1, open_minimum=open_minimum)


def _torch(class_name: str, *names: str) -> tuple[Field, ...]:
    """Return fields of a torch class, with its names, defaults, bounds and help."""
    fields = {field.name: field for field in SCHEDULERS[class_name].fields}
    return tuple(fields[name] for name in names)


def _slots(fields: tuple[Field, ...]) -> dict[str, Part]:
    return {field.name: Slot(field.name) for field in fields}


def _sequence(milestones: tuple[Part, ...], *schedulers: Tree) -> Tree:
    return Tree("SequentialLR", {"milestones": milestones}, schedulers)


def _start(key: str, title: str, summary: str, fields: tuple[Field, ...], tree: Tree) -> Start:
    return make_start(key, title, FAMILY, summary, fields, (Variant(tree),))


_WARMUP_STEPS = _count("warmup_steps", "Steps of the climb to the full learning rate.")
_TOTAL_STEPS = _count("total_steps", "Steps of the whole schedule, its warm-up included.", minimum=2)
_TOTAL_STEPS_OF_THREE = replace(_TOTAL_STEPS, minimum=3)
_DECAY_STEPS = _count("decay_steps", "Steps of the way down, the last ones of the schedule.")
_START_FACTOR = _fraction("start_factor", "Fraction of the learning rate at the first step.", 0.01, open_minimum=True)
_END_FACTOR = _fraction("end_factor", "Fraction of the learning rate at the end.", 0.0)
_DECAY_TYPE = Field(
    "decay_type", Kind.CHOICE, "linear", "Shape of the way down.", choices=("linear", "cosine", "1-sqrt")
)

_WARM_UP = Tree("LinearLR", {"start_factor": Slot("start_factor"), "total_iters": Slot("warmup_steps")})
_AFTER_WARM_UP = Difference("total_steps", ("warmup_steps",))

_WARM_UP_COSINE = _start(
    "warm_up_cosine",
    "Warm-up + cosine",
    "Climbs in a straight line, then falls along half a cosine to the lowest learning rate.",
    (_WARMUP_STEPS, _TOTAL_STEPS, _START_FACTOR, *_torch("CosineAnnealingLR", "eta_min")),
    _sequence(
        (Slot("warmup_steps"),),
        _WARM_UP,
        Tree("CosineAnnealingLR", {"T_max": _AFTER_WARM_UP, "eta_min": Slot("eta_min")}),
    ),
)

_WARM_UP_LINEAR = _start(
    "warm_up_linear",
    "Warm-up + linear decay",
    "Climbs in a straight line and falls in another.",
    (_WARMUP_STEPS, _TOTAL_STEPS, _START_FACTOR, _END_FACTOR),
    _sequence(
        (Slot("warmup_steps"),),
        _WARM_UP,
        Tree("LinearLR", {"start_factor": 1.0, "end_factor": Slot("end_factor"), "total_iters": _AFTER_WARM_UP}),
    ),
)

_DECAYS = {
    "linear": Tree(
        "LinearLR", {"start_factor": 1.0, "end_factor": Slot("end_factor"), "total_iters": Slot("decay_steps")}
    ),
    "cosine": Tree(
        "LambdaLR",
        {
            "lr_lambda": Template(
                "{end_factor} + (1.0 - {end_factor}) * 0.5"
                " * (1.0 + cos(pi * min(epoch, {decay_steps}) / {decay_steps}))"
            )
        },
    ),
    "1-sqrt": Tree(
        "LambdaLR",
        {
            "lr_lambda": Template(
                "{end_factor} + (1.0 - {end_factor}) * (1.0 - sqrt(min(epoch, {decay_steps}) / {decay_steps}))"
            )
        },
    ),
}

_STABLE = Tree("ConstantLR", {"factor": 1.0, "total_iters": Difference("total_steps", ("warmup_steps", "decay_steps"))})

_WARM_UP_STABLE_DECAY = make_start(
    "warm_up_stable_decay",
    "Warm-up + stable + decay",
    FAMILY,
    "Climbs in a straight line, stays at the full learning rate, and falls at the end.",
    (_WARMUP_STEPS, _DECAY_STEPS, _TOTAL_STEPS_OF_THREE, _START_FACTOR, _END_FACTOR, _DECAY_TYPE),
    tuple(
        Variant(
            _sequence((Slot("warmup_steps"), Difference("total_steps", ("decay_steps",))), _WARM_UP, _STABLE, decay),
            {"decay_type": decay_type},
        )
        for decay_type, decay in _DECAYS.items()
    ),
)

_INVERSE_SQUARE_ROOT = _start(
    "inverse_square_root",
    "Inverse square root (Noam)",
    "Climbs in a straight line, then falls with the square root of the steps: the schedule of the first transformer, "
    "with the learning rate as its peak.",
    (_WARMUP_STEPS,),
    Tree(
        "LambdaLR",
        {"lr_lambda": Template("min((epoch + 1) / {warmup_steps}, sqrt({warmup_steps} / (epoch + 1)))")},
    ),
)

_ONE_CYCLE_FIELDS = (
    *_torch("OneCycleLR", "max_lr"),
    _count("total_steps", "Steps of the whole cycle; one more than the last raises an error.", minimum=2),
    *_torch("OneCycleLR", "pct_start", "anneal_strategy", "div_factor", "final_div_factor", "three_phase"),
    *_torch("OneCycleLR", "cycle_momentum", "base_momentum", "max_momentum"),
)

_ONE_CYCLE = _start(
    "one_cycle",
    "One cycle",
    "Climbs to a highest learning rate and falls to almost nothing, whatever the optimizer's own.",
    _ONE_CYCLE_FIELDS,
    Tree("OneCycleLR", _slots(_ONE_CYCLE_FIELDS)),
)

_COSINE_RESTARTS_FIELDS = _torch("CosineAnnealingWarmRestarts", "T_0", "T_mult", "eta_min")

_COSINE_RESTARTS = _start(
    "cosine_restarts",
    "Cosine with restarts",
    SCHEDULERS["CosineAnnealingWarmRestarts"].summary,
    _COSINE_RESTARTS_FIELDS,
    Tree("CosineAnnealingWarmRestarts", _slots(_COSINE_RESTARTS_FIELDS)),
)

_STEP_DECAY_FIELDS = _torch("StepLR", "step_size", "gamma")

_STEP_DECAY = _start(
    "step_decay",
    "Step decay",
    SCHEDULERS["StepLR"].summary,
    _STEP_DECAY_FIELDS,
    Tree("StepLR", _slots(_STEP_DECAY_FIELDS)),
)

_CONSTANT = _start(
    "constant",
    "Constant",
    "Stays at the full learning rate.",
    (),
    Tree("ConstantLR", {"factor": 1.0, "total_iters": 1}),
)

READY_MADE = (
    _WARM_UP_COSINE,
    _WARM_UP_LINEAR,
    _WARM_UP_STABLE_DECAY,
    _INVERSE_SQUARE_ROOT,
    _ONE_CYCLE,
    _COSINE_RESTARTS,
    _STEP_DECAY,
    _CONSTANT,
)
