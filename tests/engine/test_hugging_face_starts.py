"""The Hugging Face family, held against the numbers and the arithmetic of transformers.

Source: huggingface/transformers 5.23, src/transformers/optimization.py. The arithmetic is written down here once more,
on Python's own whole numbers, and driven by torch's LambdaLR in a plain loop.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from math import cos, pi, sqrt
from typing import Any

import numpy as np
import pytest
import torch
from torch.optim.lr_scheduler import LambdaLR

from lrgui.core.recipe import Choice, Group, Options, Recipe, Run
from lrgui.core.starts import STARTS
from lrgui.engine.stepper import Stepper
from lrgui.session.recipe_json import recipe_from_json
from tests.engine.test_oracle import CASES, assert_points

Factor = Callable[[int], float]

STATED: dict[str, tuple[str, dict[str, Any]]] = {
    "hf_constant_58": ("hf_constant", {}),
    "hf_cosine_warmup_with_min_lr_68": (
        "hf_cosine_warmup_with_min_lr",
        {"num_warmup_steps": 2, "num_training_steps": 10, "min_lr": 1e-5, "lr_init": 0.2},
    ),
    "hf_cosine_with_min_lr_67": (
        "hf_cosine_with_min_lr",
        {"num_warmup_steps": 2, "num_training_steps": 10, "min_lr": 1e-5, "lr_init": 0.2},
    ),
    "hf_inverse_sqrt_64": ("hf_inverse_sqrt", {"num_warmup_steps": 2}),
    "hf_polynomial_63": (
        "hf_polynomial",
        {"num_warmup_steps": 2, "num_training_steps": 10, "power": 2.0, "lr_end": 1e-7, "lr_init": 10.0},
    ),
}
"""The start and its parameters for each case of transformers' own tests."""

RATES = (0.003, 0.1)
"""The optimizer's learning rate, and that of the second group."""


def complete(key: str, given: Mapping[str, Any]) -> Options:
    return Options({**{field.name: field.initial for field in STARTS[key].fields}, **given})


def linear(num_warmup_steps: int, num_training_steps: int) -> Factor:
    def factor(step: int) -> float:
        if step < num_warmup_steps:
            return step / max(1, num_warmup_steps)
        return max(0.0, (num_training_steps - step) / max(1, num_training_steps - num_warmup_steps))

    return factor


def cosine(num_warmup_steps: int, num_training_steps: int, num_cycles: float = 0.5, floor: float = 0.0) -> Factor:
    def factor(step: int) -> float:
        if step < num_warmup_steps:
            return step / max(1, num_warmup_steps)
        progress = (step - num_warmup_steps) / max(1, num_training_steps - num_warmup_steps)
        fallen = 0.5 * (1.0 + cos(pi * float(num_cycles) * 2.0 * progress))
        return max(0, fallen * (1 - floor) + floor)

    return factor


def cosine_with_restarts(num_warmup_steps: int, num_training_steps: int, num_cycles: int = 1) -> Factor:
    def factor(step: int) -> float:
        if step < num_warmup_steps:
            return step / max(1, num_warmup_steps)
        progress = (step - num_warmup_steps) / max(1, num_training_steps - num_warmup_steps)
        if progress >= 1.0:
            return 0.0
        return max(0.0, 0.5 * (1.0 + cos(pi * ((num_cycles * progress) % 1.0))))

    return factor


def polynomial(
    num_warmup_steps: int, num_training_steps: int, lr_init: float, lr_end: float = 1e-7, power: float = 1.0
) -> Factor:
    def factor(step: int) -> float:
        if step < num_warmup_steps:
            return step / max(1, num_warmup_steps)
        if step > num_training_steps:
            return lr_end / lr_init
        remaining = 1 - (step - num_warmup_steps) / (num_training_steps - num_warmup_steps)
        rate: float = (lr_init - lr_end) * remaining**power + lr_end
        return rate / lr_init

    return factor


def constant() -> Factor:
    return lambda step: 1


def constant_with_warmup(num_warmup_steps: int) -> Factor:
    return lambda step: step / max(1.0, num_warmup_steps) if step < num_warmup_steps else 1.0


def inverse_sqrt(num_warmup_steps: int, timescale: int | None = None) -> Factor:
    scale = (num_warmup_steps or 10_000) if timescale is None else timescale

    def factor(step: int) -> float:
        if step < num_warmup_steps:
            return step / max(1, num_warmup_steps)
        return 1.0 / sqrt((step + (scale - num_warmup_steps)) / scale)

    return factor


def cosine_with_min_lr(
    num_warmup_steps: int,
    num_training_steps: int,
    num_cycles: float = 0.5,
    min_lr: float | None = None,
    lr_init: float | None = None,
    min_lr_rate: float | None = None,
) -> Factor:
    return cosine(num_warmup_steps, num_training_steps, num_cycles, floor_of(min_lr, lr_init, min_lr_rate))


def cosine_warmup_with_min_lr(
    num_warmup_steps: int,
    num_training_steps: int,
    num_cycles: float = 0.5,
    min_lr: float | None = None,
    lr_init: float | None = None,
    min_lr_rate: float | None = None,
    warmup_lr_rate: float | None = None,
) -> Factor:
    floor = floor_of(min_lr, lr_init, min_lr_rate)

    def factor(step: int) -> float:
        if step < num_warmup_steps:
            if warmup_lr_rate is None:
                return (step + 1.0) / max(1.0, num_warmup_steps)
            return warmup_lr_rate + (1.0 - warmup_lr_rate) * step / max(1, num_warmup_steps - 1)
        progress = (step - num_warmup_steps + 1.0) / max(1.0, num_training_steps - num_warmup_steps)
        fallen = 0.5 * (1.0 + cos(pi * num_cycles * 2.0 * progress))
        return max(0, fallen * (1 - floor) + floor)

    return factor


def floor_of(min_lr: float | None, lr_init: float | None, min_lr_rate: float | None) -> float:
    if min_lr is not None and lr_init is not None:
        return min_lr / lr_init
    assert min_lr_rate is not None
    return min_lr_rate


def warmup_stable_decay(
    num_warmup_steps: int,
    num_decay_steps: int,
    num_training_steps: int | None = None,
    num_stable_steps: int | None = None,
    warmup_type: str = "linear",
    decay_type: str = "cosine",
    min_lr_ratio: float = 0,
    num_cycles: float = 0.5,
) -> Factor:
    if num_stable_steps is None:
        assert num_training_steps is not None
        num_stable_steps = num_training_steps - num_warmup_steps - num_decay_steps
    climbs: dict[str, Callable[[float], float]] = {
        "linear": lambda progress: progress,
        "cosine": lambda progress: 0.5 * (1.0 - cos(pi * progress)),
        "1-sqrt": lambda progress: 1.0 - sqrt(1.0 - progress),
    }
    falls: dict[str, Callable[[float], float]] = {
        "linear": lambda progress: 1.0 - progress,
        "cosine": lambda progress: 0.5 * (1.0 + cos(pi * float(num_cycles) * 2.0 * progress)),
        "1-sqrt": lambda progress: 1.0 - sqrt(progress),
    }

    def factor(step: int) -> float:
        if step < num_warmup_steps:
            climbed = climbs[warmup_type](step / max(1, num_warmup_steps))
            return max(0.0, climbed * (1.0 - min_lr_ratio) + min_lr_ratio)
        if step < num_warmup_steps + num_stable_steps:
            return 1.0
        if step < num_warmup_steps + num_stable_steps + num_decay_steps:
            fallen = falls[decay_type]((step - num_warmup_steps - num_stable_steps) / max(1, num_decay_steps))
            return max(0.0, fallen * (1.0 - min_lr_ratio) + min_lr_ratio)
        return min_lr_ratio

    return factor


REFERENCES: dict[str, Callable[..., Factor]] = {
    "linear": linear,
    "cosine": cosine,
    "cosine_with_restarts": cosine_with_restarts,
    "polynomial": polynomial,
    "constant": constant,
    "constant_with_warmup": constant_with_warmup,
    "inverse_sqrt": inverse_sqrt,
    "cosine_with_min_lr": cosine_with_min_lr,
    "cosine_warmup_with_min_lr": cosine_warmup_with_min_lr,
    "warmup_stable_decay": warmup_stable_decay,
}

_LENGTHS: list[dict[str, Any]] = [
    {"num_warmup_steps": warmup, "num_training_steps": training}
    for warmup, training in ((0, 1), (0, 90), (1, 2), (7, 90), (30, 31), (50, 50), (60, 40))
]
_FLOORS: list[dict[str, Any]] = [
    {"min_lr": 1e-5, "lr_init": 0.003},
    {"min_lr": 0, "lr_init": 1},
    {"min_lr_rate": 0.1},
    {"min_lr_rate": 1},
]

PARAMETERS: dict[str, list[dict[str, Any]]] = {
    "linear": _LENGTHS,
    "cosine": [{**lengths, "num_cycles": cycles} for lengths in _LENGTHS for cycles in (0.5, 1, 0.37)],
    "cosine_with_restarts": [{**lengths, "num_cycles": cycles} for lengths in _LENGTHS for cycles in (1, 3, 7)],
    "polynomial": [
        {**lengths, "lr_init": 0.003, **end}
        for lengths in _LENGTHS
        # transformers divides by their difference.
        if lengths["num_warmup_steps"] != lengths["num_training_steps"]
        for end in ({}, {"power": 2}, {"power": 0.5, "lr_end": 1e-3}, {"power": 2.7, "lr_end": 0}, {"power": 0.0})
    ],
    "constant": [{}],
    "constant_with_warmup": [{"num_warmup_steps": steps} for steps in (0, 1, 7, 97, 500)],
    "inverse_sqrt": [
        {"num_warmup_steps": steps, "timescale": timescale}
        for steps in (0, 1, 7, 97)
        for timescale in (None, 1, 7, 1000)
    ],
    "cosine_with_min_lr": [
        {**lengths, **floor, "num_cycles": cycles} for lengths in _LENGTHS for floor in _FLOORS for cycles in (0.5, 1.3)
    ],
    "cosine_warmup_with_min_lr": [
        {**lengths, **floor, "warmup_lr_rate": first}
        for lengths in _LENGTHS
        for floor in _FLOORS
        for first in (None, 0.2, 1)
    ],
    "warmup_stable_decay": [
        {**lengths, "warmup_type": up, "decay_type": down, "min_lr_ratio": ratio, "num_cycles": 0.5}
        for lengths in (
            {"num_warmup_steps": 7, "num_decay_steps": 30, "num_training_steps": 90},
            {"num_warmup_steps": 0, "num_decay_steps": 30, "num_stable_steps": 11},
            {"num_warmup_steps": 13, "num_decay_steps": 0, "num_stable_steps": 0},
            {"num_warmup_steps": 20, "num_decay_steps": 30, "num_training_steps": 40},
        )
        for up in ("linear", "cosine", "1-sqrt")
        for down in ("linear", "cosine", "1-sqrt")
        for ratio in (0.0, 0.1)
    ]
    + [{"num_warmup_steps": 3, "num_decay_steps": 40, "num_training_steps": 60, "num_cycles": 1.7}],
}


def rates_of_a_plain_loop(factor: Factor, steps: int) -> np.ndarray:
    model = torch.nn.Linear(10, 1)
    groups = [{"params": [model.weight]}, {"params": [model.bias], "lr": RATES[1]}]
    optimizer = torch.optim.AdamW(groups, lr=RATES[0])
    scheduler = LambdaLR(optimizer, factor)
    rows = []
    for _ in range(steps):
        rows.append([group["lr"] for group in optimizer.param_groups])
        optimizer.step()
        scheduler.step()
    return np.array(rows, dtype=np.float64)


@pytest.mark.parametrize("title", REFERENCES)
def test_every_member_gives_the_doubles_of_transformers_past_the_end_too(title: str) -> None:
    start, steps = STARTS[f"hf_{title}"], 120
    recipe = Recipe(
        groups=(Group("weights", ("weight",)), Group("biases", ("bias",), Options(lr=RATES[1]))),
        optimizer=Choice("AdamW", Options(lr=RATES[0])),
        run=Run(steps=steps),
    )
    for parameters in PARAMETERS[title]:
        scheduler = start.build(complete(start.key, parameters))
        stepper = Stepper(replace(recipe, scheduler=scheduler))
        stepper.advance(steps)
        expected = rates_of_a_plain_loop(REFERENCES[title](**parameters), steps)
        assert stepper.trace["lr"].tobytes() == expected.tobytes(), parameters


def test_every_member_is_held_against_a_reference() -> None:
    assert [start.title for start in STARTS.values() if start.family == "Hugging Face"] == list(REFERENCES)


def test_every_case_that_transformers_states_has_a_start() -> None:
    assert set(STATED) == {name for name in CASES if name.startswith("hf_")}


@pytest.mark.parametrize("name", STATED)
def test_the_numbers_that_transformers_states_are_recorded(name: str) -> None:
    case, (key, parameters) = CASES[name], STATED[name]
    recipe = replace(recipe_from_json(case["recipe"]), scheduler=STARTS[key].build(complete(key, parameters)))
    stepper = Stepper(recipe)
    stepper.advance(stepper.planned)
    assert_points(stepper.trace, "lr", case["expected_lr"], case["tolerance"])
