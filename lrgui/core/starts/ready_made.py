"""The ready-made schedules: the shapes that trainings use most, made of torch's own schedulers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from lrgui.core.catalog import SCHEDULERS
from lrgui.core.fields import REQUIRED, Field, Kind, Missing
from lrgui.core.starts.start import Start, Variant, make_start
from lrgui.core.starts.tree import Difference, Slot, Tree

FAMILY = "Ready-made"


def _count(name: str, help: str, minimum: int = 1) -> Field:  # noqa: A002 - Field's word
    return Field(name, Kind.INTEGER, REQUIRED, help, unit="steps", minimum=minimum)


def _torch(class_name: str, name: str, **changes: Any) -> Field:
    """Return a field of a torch class, by the same name and with the same bounds."""
    field = SCHEDULERS[class_name].field(name)
    assert field is not None
    return replace(field, **changes)


def _fraction(name: str, help: str, default: float | Missing = REQUIRED, **more: Any) -> Field:  # noqa: A002 - as above
    return Field(name, Kind.FLOAT, default, help, **{"minimum": 0, "maximum": 1, **more})


_WARMUP_STEPS = _count("warmup_steps", "Steps of the climb to the full learning rate.")
_START_FACTOR = _fraction("start_factor", "Fraction of the learning rate at the first step.", 0.01, open_minimum=True)
_END_FACTOR = _fraction("end_factor", "Fraction of the learning rate at the end.", 0.0)
_TOTAL_STEPS = _count("total_steps", "Steps of the whole schedule, warm-up included.", minimum=2)

_WARM_UP = Tree("LinearLR", {"start_factor": Slot("start_factor"), "total_iters": Slot("warmup_steps")})


def _start(key: str, title: str, summary: str, fields: tuple[Field, ...], tree: Tree) -> Start:
    return make_start(key, title, FAMILY, summary, fields, (Variant(tree, {}),))


_WARM_UP_COSINE = _start(
    "warm_up_cosine",
    "Warm-up + cosine",
    "Climbs in a straight line, then falls along half a cosine to the lowest learning rate.",
    (_WARMUP_STEPS, _TOTAL_STEPS, _START_FACTOR, _torch("CosineAnnealingLR", "eta_min")),
    Tree(
        "SequentialLR",
        {"milestones": (Slot("warmup_steps"),)},
        (
            _WARM_UP,
            Tree(
                "CosineAnnealingLR",
                {"T_max": Difference("total_steps", ("warmup_steps",)), "eta_min": Slot("eta_min")},
            ),
        ),
    ),
)

READY_MADE = (_WARM_UP_COSINE,)
