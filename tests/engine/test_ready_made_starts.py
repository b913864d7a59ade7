"""The ready-made schedules, held against torch's own objects put together by hand, and every start run to its end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from math import cos, pi, sqrt
from typing import Any

import numpy as np
import pytest
import torch
from torch.optim.lr_scheduler import (
    ConstantLR,
    CosineAnnealingLR,
    CosineAnnealingWarmRestarts,
    LambdaLR,
    LinearLR,
    OneCycleLR,
    SequentialLR,
    StepLR,
)

from lrgui.core.recipe import Choice, Group, Options, Recipe, Run
from lrgui.core.starts import STARTS, starting_values
from lrgui.engine.stepper import Stepper

RATES = (0.003, 0.1)
RECIPE = Recipe(
    groups=(Group("weights", ("weight",)), Group("biases", ("bias",), Options(lr=RATES[1]))),
    optimizer=Choice("SGD", Options(lr=RATES[0], momentum=0.9)),
)

WARM_UP = {"warmup_steps": 20, "total_steps": 100, "start_factor": 0.05}
STABLE = {**WARM_UP, "decay_steps": 30, "end_factor": 0.1}
ONE_CYCLE = {
    "total_steps": 100,
    "pct_start": 0.25,
    "anneal_strategy": "linear",
    "div_factor": 10.0,
    "final_div_factor": 100.0,
    "three_phase": True,
    "cycle_momentum": True,
    "base_momentum": 0.8,
    "max_momentum": 0.99,
}


def warm_up_then(optimizer: Any, milestones: list[int], *after: Any) -> SequentialLR:
    climb, *others = LinearLR(optimizer, start_factor=0.05, total_iters=20), *(make() for make in after)
    return SequentialLR(optimizer, [climb, *others], milestones)


def stable_then(optimizer: Any, decay: Callable[[], Any]) -> SequentialLR:
    return warm_up_then(optimizer, [20, 70], lambda: ConstantLR(optimizer, factor=1.0, total_iters=50), decay)


def cosine_factor(epoch: int) -> float:
    return 0.1 + (1.0 - 0.1) * 0.5 * (1.0 + cos(pi * min(epoch, 30) / 30))


def sqrt_factor(epoch: int) -> float:
    return 0.1 + (1.0 - 0.1) * (1.0 - sqrt(min(epoch, 30) / 30))


BY_HAND: list[tuple[str, dict[str, Any], Callable[[Any], Any]]] = [
    (
        "warm_up_cosine",
        {**WARM_UP, "eta_min": 1e-4},
        lambda o: warm_up_then(o, [20], lambda: CosineAnnealingLR(o, T_max=80, eta_min=1e-4)),
    ),
    (
        "warm_up_linear",
        {**WARM_UP, "end_factor": 0.1},
        lambda o: warm_up_then(o, [20], lambda: LinearLR(o, start_factor=1.0, end_factor=0.1, total_iters=80)),
    ),
    (
        "warm_up_stable_decay",
        {**STABLE, "decay_type": "linear"},
        lambda o: stable_then(o, lambda: LinearLR(o, start_factor=1.0, end_factor=0.1, total_iters=30)),
    ),
    (
        "warm_up_stable_decay",
        {**STABLE, "decay_type": "cosine"},
        lambda o: stable_then(o, lambda: LambdaLR(o, cosine_factor)),
    ),
    (
        "warm_up_stable_decay",
        {**STABLE, "decay_type": "1-sqrt"},
        lambda o: stable_then(o, lambda: LambdaLR(o, sqrt_factor)),
    ),
    (
        "inverse_square_root",
        {"warmup_steps": 20},
        lambda o: LambdaLR(o, lambda epoch: min((epoch + 1) / 20, sqrt(20 / (epoch + 1)))),
    ),
    ("one_cycle", {**ONE_CYCLE, "max_lr": (0.1, 0.2)}, lambda o: OneCycleLR(o, max_lr=[0.1, 0.2], **ONE_CYCLE)),
    (
        "cosine_restarts",
        {"T_0": 15, "T_mult": 2, "eta_min": 1e-4},
        lambda o: CosineAnnealingWarmRestarts(o, T_0=15, T_mult=2, eta_min=1e-4),
    ),
    ("step_decay", {"step_size": 30, "gamma": 0.3}, lambda o: StepLR(o, step_size=30, gamma=0.3)),
    ("constant", {}, lambda o: ConstantLR(o, factor=1.0, total_iters=1)),
]


def run(key: str, values: dict[str, Any], steps: int = 100) -> np.ndarray:
    """Return the learning rates of both groups at each step."""
    stepper = Stepper(replace(RECIPE, scheduler=STARTS[key].build(values), run=Run(steps=steps)))
    stepper.advance(steps)
    return np.array(stepper.trace["lr"])


def rows_of_a_plain_loop(make: Callable[[Any], Any], steps: int) -> np.ndarray:
    model = torch.nn.Linear(10, 1)
    groups = [{"params": [model.weight]}, {"params": [model.bias], "lr": RATES[1]}]
    optimizer = torch.optim.SGD(groups, lr=RATES[0], momentum=0.9)
    scheduler = make(optimizer)
    rows = []
    for _ in range(steps):
        rows.append([group["lr"] for group in optimizer.param_groups])
        optimizer.step()
        scheduler.step()
    return np.array(rows, dtype=np.float64)


@pytest.mark.parametrize(("key", "values", "make"), BY_HAND)
def test_a_schedule_gives_the_bits_of_torchs_objects(
    key: str, values: dict[str, Any], make: Callable[[Any], Any]
) -> None:
    # One cycle is not made to go on; the others are.
    steps = 100 if key == "one_cycle" else 230
    assert run(key, values, steps).tobytes() == rows_of_a_plain_loop(make, steps).tobytes()


def test_every_ready_made_schedule_is_made_by_hand_too() -> None:
    assert {key for key, _, _ in BY_HAND} == {key for key, start in STARTS.items() if start.family == "Ready-made"}


@pytest.mark.parametrize(("key", "values"), [case[:2] for case in BY_HAND if "warmup_steps" in case[1]])
def test_the_climb_ends_at_the_full_rate(key: str, values: dict[str, Any]) -> None:
    rates = run(key, values)
    # Noam counts its steps from 1, and so begins above 0.
    peak, first = (19, 1 / 20) if key == "inverse_square_root" else (20, 0.05)
    assert tuple(rates[peak]) == RATES
    np.testing.assert_allclose(rates[0], np.multiply(RATES, first), rtol=1e-15)
    assert (np.diff(rates[: peak + 1], axis=0) > 0).all()


@pytest.mark.parametrize("decay_type", ["linear", "cosine", "1-sqrt"])
def test_a_stable_schedule_stays_and_then_falls_to_its_end(decay_type: str) -> None:
    rates = run("warm_up_stable_decay", {**STABLE, "decay_type": decay_type}, steps=120)
    assert (rates[20:71] == RATES).all()
    assert (np.diff(rates[70:101], axis=0) < 0).all()
    halfway = {"linear": 0.55, "cosine": 0.55, "1-sqrt": 0.1 + 0.9 * (1 - sqrt(0.5))}[decay_type]
    np.testing.assert_allclose(rates[85], np.multiply(RATES, halfway), rtol=1e-13)
    np.testing.assert_allclose(rates[100:], np.tile(np.multiply(RATES, 0.1), (20, 1)), rtol=1e-13)


def test_a_schedule_is_at_its_end_after_its_total_steps() -> None:
    assert (run("warm_up_cosine", {**WARM_UP, "eta_min": 1e-4}, steps=101)[100] == 1e-4).all()
    assert (run("warm_up_linear", {**WARM_UP, "end_factor": 0.0}, steps=110)[100:] == 0).all()
    np.testing.assert_allclose(
        run("warm_up_linear", {**WARM_UP, "end_factor": 0.1}, steps=101)[100], np.multiply(RATES, 0.1), rtol=1e-13
    )


def test_one_cycle_peaks_where_it_says_and_ends_at_almost_nothing() -> None:
    rates = run("one_cycle", {**ONE_CYCLE, "three_phase": False, "max_lr": 0.5})
    assert (rates[24] == 0.5).all()
    np.testing.assert_allclose(rates[0], 0.05, rtol=1e-15)
    np.testing.assert_allclose(rates[99], 0.0005, rtol=1e-12)


def test_the_inverse_square_root_halves_when_the_steps_are_four_times_as_many() -> None:
    np.testing.assert_allclose(
        run("inverse_square_root", {"warmup_steps": 20})[79], np.multiply(RATES, 0.5), rtol=1e-15
    )


def test_restarts_begin_at_the_top() -> None:
    rates = run("cosine_restarts", {"T_0": 15, "T_mult": 2, "eta_min": 0.0}, steps=110)
    assert (rates[[0, 15, 45, 105]] == RATES).all()
    assert (rates[[14, 44, 104]] < np.multiply(RATES, 0.02)).all()


@pytest.mark.parametrize("interval", ["step", "epoch"])
@pytest.mark.parametrize("steps", [1, 2, 10, 1000, 100_000])
@pytest.mark.parametrize("key", STARTS)
def test_every_start_runs_to_the_end(key: str, steps: int, interval: Any) -> None:
    recipe = replace(RECIPE, run=Run(steps=steps, interval=interval))
    recipe = replace(recipe, scheduler=STARTS[key].build(starting_values(STARTS[key], recipe)))
    stepper = Stepper(recipe, preview=steps > 1000)
    stepper.advance(steps)
    assert stepper.finished
    rates = stepper.trace["lr"]
    assert np.isfinite(rates).all()
    assert (rates >= 0).all()
    assert (rates <= RATES).all()
