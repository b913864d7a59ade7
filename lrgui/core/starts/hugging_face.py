"""The schedules of Hugging Face transformers, by their names and with their arguments' names.

Each is a LambdaLR whose expression does the arithmetic of transformers in its order, so that it gives the same doubles.
Source: huggingface/transformers 5.23, src/transformers/optimization.py, what `get_scheduler` chooses from.
What they take from the optimizer, `optimizer.defaults["lr"]`, is a parameter here: `lr_init`, as polynomial calls it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from lrgui.core.fields import REQUIRED, Field, Kind, When
from lrgui.core.recipe import Value
from lrgui.core.starts.start import Start, Variant, make_start
from lrgui.core.starts.template import Template
from lrgui.core.starts.tree import Tree

FAMILY = "Hugging Face"


def _start(
    name: str, summary: str, fields: tuple[Field, ...], *variants: Variant, below: Mapping[str, str] | None = None
) -> Start:
    return make_start(f"hf_{name}", name, FAMILY, summary, fields, variants, below)


def _variant(text: str, given: Mapping[str, Value] | None = None) -> Variant:
    return Variant(Tree("LambdaLR", {"lr_lambda": Template(text)}), given or {})


def _steps(name: str, help: str, minimum: int = 0) -> Field:  # noqa: A002 - Field's word
    return Field(name, Kind.INTEGER, REQUIRED, help, unit="steps", minimum=minimum)


def _optional(name: str, kind: Kind, help: str, *relevant_when: When, **more: float) -> Field:  # noqa: A002 - as above
    unit = "steps" if kind is Kind.INTEGER else ""
    return Field(name, kind, None, help, unit, optional=True, relevant_when=relevant_when, **more)  # type: ignore[arg-type]


_WARMUP_STEPS = _steps("num_warmup_steps", "Steps of the climb to the full learning rate; the first one is made at 0.")
_TRAINING_STEPS = _steps("num_training_steps", "Steps of the whole training, its warm-up included.", minimum=1)
_CYCLES = Field("num_cycles", Kind.FLOAT, 0.5, "Waves of the cosine; 0.5 is one fall to the bottom.", minimum=0)
_LR_INIT_HELP = "The optimizer's own learning rate, which the end is given as a fraction of."
_LR_INIT = Field("lr_init", Kind.LEARNING_RATE, REQUIRED, _LR_INIT_HELP, minimum=0, open_minimum=True)
_MIN_LR = _optional(
    "min_lr",
    Kind.LEARNING_RATE,
    "Learning rate at the bottom; or give min_lr_rate.",
    When("min_lr_rate", is_in=(None,)),
    minimum=0,
)
_MIN_LR_RATE = _optional(
    "min_lr_rate",
    Kind.FLOAT,
    "Fraction of the learning rate at the bottom; or give min_lr.",
    When("min_lr", is_in=(None,)),
    minimum=0,
    maximum=1,
)
_LR_INIT_OF_MIN_LR = _optional(
    "lr_init", Kind.LEARNING_RATE, _LR_INIT_HELP, When("min_lr_rate", is_in=(None,)), minimum=0, open_minimum=True
)
_SHAPES = ("linear", "cosine", "1-sqrt")

_WARM_UP = "epoch / max(1, {num_warmup_steps}) if epoch < {num_warmup_steps} else "
_PROGRESS = "((epoch - {num_warmup_steps}) / max(1, {num_training_steps} - {num_warmup_steps}))"
_COSINE = "0.5 * (1.0 + cos(pi * {num_cycles} * 2.0 * " + _PROGRESS + "))"

_LINEAR_START = _start(
    "linear",
    "Warm-up, then a straight line to 0.",
    (_WARMUP_STEPS, _TRAINING_STEPS),
    _variant(
        _WARM_UP + "max(0.0, ({num_training_steps} - epoch) / max(1, {num_training_steps} - {num_warmup_steps}))",
    ),
)

_COSINE_START = _start(
    "cosine",
    "Warm-up, then half a cosine to 0.",
    (_WARMUP_STEPS, _TRAINING_STEPS, _CYCLES),
    _variant(_WARM_UP + "max(0.0, " + _COSINE + ")"),
)

_COSINE_RESTARTS_START = _start(
    "cosine_with_restarts",
    "Warm-up, then half cosines to 0, each from the top.",
    (
        _WARMUP_STEPS,
        _TRAINING_STEPS,
        Field("num_cycles", Kind.INTEGER, 1, "Falls from the top, all of the same length.", start=3, minimum=1),
    ),
    _variant(
        _WARM_UP
        + ("0.0 if " + _PROGRESS + " >= 1.0 else ")
        + ("max(0.0, 0.5 * (1.0 + cos(pi * ({num_cycles} * " + _PROGRESS + " % 1.0))))"),
    ),
)

_POLYNOMIAL_START = _start(
    "polynomial",
    "Warm-up, then a power of the remaining steps down to lr_end.",
    (
        _WARMUP_STEPS,
        _TRAINING_STEPS,
        Field("lr_end", Kind.LEARNING_RATE, 1e-7, "Learning rate at the end, below lr_init.", minimum=0),
        Field("power", Kind.FLOAT, 1.0, "1 is a straight line, more falls earlier.", minimum=0),
        _LR_INIT,
    ),
    _variant(
        _WARM_UP
        + "{lr_end} / {lr_init} if epoch > {num_training_steps} else "
        + "(({lr_init} - {lr_end}) * (1 - (epoch - {num_warmup_steps}) / ({num_training_steps} - {num_warmup_steps}))"
        + " ** {power} + {lr_end}) / {lr_init}",
    ),
    below={"lr_end": "lr_init"},
)

_CONSTANT_START = _start("constant", "The full learning rate all along.", (), _variant("1"))

_CONSTANT_WARMUP_START = _start(
    "constant_with_warmup", "Warm-up, then the full learning rate.", (_WARMUP_STEPS,), _variant(_WARM_UP + "1.0")
)

_INVERSE_SQRT_START = _start(
    "inverse_sqrt",
    "Warm-up, then a fall with the square root of the steps.",
    (
        _WARMUP_STEPS,
        _optional(
            "timescale",
            Kind.INTEGER,
            "Steps after which the fall sets in; none: num_warmup_steps, or 10000 without a warm-up.",
            minimum=1,
        ),
    ),
    _variant("1.0 / sqrt((epoch + 10000) / 10000)", {"timescale": None, "num_warmup_steps": 0}),
    _variant(_WARM_UP + "1.0 / sqrt(epoch / {num_warmup_steps})", {"timescale": None}),
    _variant(_WARM_UP + "1.0 / sqrt((epoch + ({timescale} - {num_warmup_steps})) / {timescale})"),
)


def _raised(factor: str, floor: str) -> str:
    """Return the text of a factor that is squeezed to end at `floor` instead of 0, as transformers does it."""
    return f"{factor} * (1 - {floor}) + {floor}"


_FLOORS: tuple[tuple[str, dict[str, Value]], ...] = (
    ("{min_lr_rate}", {"min_lr": None}),
    ("({min_lr} / {lr_init})", {}),
)

_COSINE_MIN_LR_START = _start(
    "cosine_with_min_lr",
    "Warm-up, then half a cosine to a lowest learning rate.",
    (_WARMUP_STEPS, _TRAINING_STEPS, _CYCLES, _MIN_LR, _LR_INIT_OF_MIN_LR, _MIN_LR_RATE),
    *(_variant(_WARM_UP + "max(0, " + _raised(_COSINE, floor) + ")", given) for floor, given in _FLOORS),
)

_COSINE_ONE_AHEAD = (
    "0.5 * (1.0 + cos(pi * {num_cycles} * 2.0 * "
    "((epoch - {num_warmup_steps} + 1.0) / max(1.0, {num_training_steps} - {num_warmup_steps}))))"
)

_CLIMBS: tuple[tuple[str, dict[str, Value]], ...] = (
    ("(epoch + 1.0) / max(1.0, {num_warmup_steps})", {"warmup_lr_rate": None}),
    ("{warmup_lr_rate} + (1.0 - {warmup_lr_rate}) * epoch / max(1, {num_warmup_steps} - 1)", {}),
)

_COSINE_WARMUP_MIN_LR_START = _start(
    "cosine_warmup_with_min_lr",
    "The same one step ahead: neither the first nor the last step is made at the very end of the curve.",
    (
        _WARMUP_STEPS,
        _TRAINING_STEPS,
        _CYCLES,
        _MIN_LR,
        _LR_INIT_OF_MIN_LR,
        _MIN_LR_RATE,
        _optional(
            "warmup_lr_rate",
            Kind.FLOAT,
            "Fraction of the learning rate at the first step; none: 1 / num_warmup_steps.",
            minimum=0,
            maximum=1,
        ),
    ),
    *(
        _variant(
            climb + " if epoch < {num_warmup_steps} else max(0, " + _raised(_COSINE_ONE_AHEAD, floor) + ")",
            {**climb_given, **floor_given},
        )
        for climb, climb_given in _CLIMBS
        for floor, floor_given in _FLOORS
    ),
)

_WSD_FIELDS = (
    _WARMUP_STEPS,
    _steps("num_decay_steps", "Steps of the way down."),
    _optional(
        "num_training_steps",
        Kind.INTEGER,
        "Steps of the whole training; or give num_stable_steps.",
        When("num_stable_steps", is_in=(None,)),
        minimum=1,
    ),
    _optional(
        "num_stable_steps",
        Kind.INTEGER,
        "Steps between the two; none: what num_training_steps leaves.",
        minimum=0,
    ),
    Field("warmup_type", Kind.CHOICE, "linear", "Shape of the way up.", choices=_SHAPES),
    Field("decay_type", Kind.CHOICE, "cosine", "Shape of the way down.", choices=_SHAPES),
    Field("min_lr_ratio", Kind.FLOAT, 0.0, "Fraction of the learning rate at both ends.", minimum=0, maximum=1),
    replace(_CYCLES, relevant_when=(When("decay_type", is_in=("cosine",)),)),
)


def _wsd_variant(warmup_type: str, decay_type: str, stable: str, given: Mapping[str, Value]) -> Variant:
    up = "(epoch / max(1, {num_warmup_steps}))"
    down = "((epoch - {num_warmup_steps} - " + stable + ") / max(1, {num_decay_steps}))"
    climb = {
        "linear": up,
        "cosine": f"0.5 * (1.0 - cos(pi * {up}))",
        "1-sqrt": f"(1.0 - sqrt(1.0 - {up}))",
    }[warmup_type]
    fall = {
        "linear": f"(1.0 - {down})",
        "cosine": "0.5 * (1.0 + cos(pi * {num_cycles} * 2.0 * " + down + "))",
        "1-sqrt": f"(1.0 - sqrt({down}))",
    }[decay_type]
    text = (
        ("max(0.0, " + _raised(climb, "{min_lr_ratio}") + ") if epoch < {num_warmup_steps} else ")
        + ("1.0 if epoch < {num_warmup_steps} + " + stable + " else ")
        + ("max(0.0, " + _raised(fall, "{min_lr_ratio}") + ")")
        + (" if epoch < {num_warmup_steps} + " + stable + " + {num_decay_steps} else {min_lr_ratio}")
    )
    return _variant(text, {"warmup_type": warmup_type, "decay_type": decay_type, **given})


_STABLE_STEPS: tuple[tuple[str, dict[str, Value]], ...] = (
    ("({num_training_steps} - {num_warmup_steps} - {num_decay_steps})", {"num_stable_steps": None}),
    ("{num_stable_steps}", {}),
)

_WSD_START = _start(
    "warmup_stable_decay",
    "Warm-up, the full learning rate, then a fall at the end.",
    _WSD_FIELDS,
    *(
        _wsd_variant(warmup_type, decay_type, stable, given)
        for warmup_type in _SHAPES
        for decay_type in _SHAPES
        for stable, given in _STABLE_STEPS
    ),
)

HUGGING_FACE = (
    _LINEAR_START,
    _COSINE_START,
    _COSINE_RESTARTS_START,
    _POLYNOMIAL_START,
    _CONSTANT_START,
    _CONSTANT_WARMUP_START,
    _INVERSE_SQRT_START,
    _COSINE_MIN_LR_START,
    _COSINE_WARMUP_MIN_LR_START,
    _WSD_START,
)
