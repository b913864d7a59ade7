"""`applied_lr` against the displacement of real weights under a steady gradient of 1, in double precision."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import torch

from lrgui.core.recipe import Choice, Group, Options, Recipe, Resume, Run, Scheduler, Unfreeze
from lrgui.core.trace import Trace
from lrgui.engine.stepper import Stepper

STEPS = 30
GAMMA = 0.9

OPTIMIZERS: dict[str, dict[str, Any]] = {
    "ASGD": {"lambd": 0.05, "alpha": 0.6},
    "Adagrad": {"lr_decay": 0.1},
    "NAdam": {"momentum_decay": 0.02},
    "RAdam": {"betas": (0.9, 0.99)},
    "Rprop": {"etas": (0.5, 1.3)},
}


def trace_of(recipe: Recipe) -> Trace:
    stepper = Stepper(recipe)
    stepper.advance(stepper.planned)
    return stepper.trace


def displacements(optimizer_class: Any, start: float, options: dict[str, Any], rates: list[float]) -> list[float]:
    """Return how far one weight moves at each step, given the group's `lr` at each step."""
    weight = torch.nn.Parameter(torch.full((1,), start, dtype=torch.float64))
    optimizer = optimizer_class([weight], lr=rates[0], **options)
    moved = []
    for rate in rates:
        optimizer.param_groups[0]["lr"] = rate
        weight.grad = torch.ones_like(weight)
        before = weight.item()
        optimizer.step()
        moved.append(before - weight.item())
        if optimizer_class is torch.optim.ASGD:
            # It also shrinks the weight by lambd * eta; from 0 there is nothing to shrink.
            weight.data.zero_()
    return moved


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_it_is_what_moves_the_weights(name: str) -> None:
    options = OPTIMIZERS[name]
    trace = trace_of(
        Recipe(
            optimizer=Choice(name, Options({"lr": 0.1, **options})),
            scheduler=Scheduler("ExponentialLR", Options(gamma=GAMMA)),
            run=Run(steps=STEPS),
        )
    )
    moved = displacements(getattr(torch.optim, name), 0.0, options, trace.column("lr", 0).tolist())
    if name == "Adagrad":
        # The sum of its squared gradients, t after t steps, adapts each element; it is no part of the rate.
        moved = [distance * math.sqrt(step) for step, distance in enumerate(moved, 1)]
    np.testing.assert_allclose(trace.column("applied_lr", 0), moved, rtol=2e-6)
    assert not np.allclose(trace.column("applied_lr", 0), trace.column("lr", 0), rtol=0.01)


def test_adafactor_is_capped_and_follows_the_size_of_the_real_weights() -> None:
    recipe = Recipe(
        groups=(Group("all", ("*",)), Group("none", ("x",))),
        optimizer=Choice("Adafactor", Options(lr=0.3)),
        run=Run(steps=40, seed=3),
    )
    trace = trace_of(recipe)
    torch.manual_seed(3)
    linear = torch.nn.Linear(10, 1)
    expected = []
    for t in range(1, 41):
        scale = sum(one.numel() * max(1e-3, one.square().mean().sqrt().item()) for one in linear.parameters()) / 11
        expected.append(scale * min(0.3, t**-0.5))
    np.testing.assert_allclose(trace.column("applied_lr", 0), expected, rtol=1e-6)
    assert np.isnan(trace.column("applied_lr", 1)).all()


@pytest.mark.parametrize("shape", [(12, 3), (3, 12)])
def test_muon_is_adjusted_to_the_shape_of_the_matrix(shape: tuple[int, int]) -> None:
    out_features, in_features = shape
    applied = {}
    for adjust in ("original", "match_rms_adamw"):
        trace = trace_of(
            Recipe(
                model=Choice("linear", Options(in_features=in_features, out_features=out_features, bias=False)),
                optimizer=Choice("Muon", Options(lr=0.2, adjust_lr_fn=adjust)),
                run=Run(steps=1),
            )
        )
        applied[adjust] = trace.column("applied_lr", 0)[0]
        matrix = torch.nn.Parameter(torch.zeros(shape))
        matrix.grad = torch.rand(shape, generator=torch.Generator().manual_seed(0))
        torch.optim.Muon([matrix], lr=0.2, adjust_lr_fn=adjust).step()
        applied[f"moved {adjust}"] = matrix.detach().norm().item()
    # The update itself is the same, so that the distances stand to each other as the rates do.
    ratio = applied["moved match_rms_adamw"] / applied["moved original"]
    assert applied["match_rms_adamw"] / applied["original"] == pytest.approx(ratio, rel=1e-5)
    assert applied["original"] == pytest.approx(0.4 if shape == (12, 3) else 0.2)


def test_flags_that_need_a_gpu_or_a_graph_do_not_matter() -> None:
    plain, flagged = (
        trace_of(Recipe(optimizer=Choice("NAdam", Options(options)), run=Run(steps=5)))
        for options in ({}, {"capturable": True, "differentiable": False})
    )
    assert plain["applied_lr"].tolist() == flagged["applied_lr"].tolist()


@pytest.mark.parametrize(
    ("name", "options", "scheduler"),
    [
        ("NAdam", {"lr": 1.0}, Scheduler("ExponentialLR", Options(gamma=1e20))),
        ("Rprop", {"etas": (0.5, 1e40)}, None),
    ],
)
def test_what_no_step_with_gradients_could_be_made_with_does_not_end_the_run(
    name: str, options: dict[str, Any], scheduler: Scheduler | None
) -> None:
    recipe = Recipe(optimizer=Choice(name, Options(options)), scheduler=scheduler, run=Run(steps=4))
    trace = trace_of(recipe)
    assert trace.rows == 4
    assert np.isnan(trace["applied_lr"][-1]).all()


def test_what_is_no_matrix_has_no_rate_in_muon() -> None:
    recipe = Recipe(
        groups=(Group("bias", ("bias",), frozen=True),),
        optimizer=Choice("Muon", Options(lr=0.5)),
        run=Run(steps=3, unfreeze=(Unfreeze("bias", 1),)),
    )
    trace = trace_of(recipe)
    assert trace.column("applied_lr", 0).tolist() == [0.5] * 3
    assert np.isnan(trace.column("applied_lr", 1)).all()


def test_skipped_steps_do_not_count() -> None:
    recipe = Recipe(optimizer=Choice("Adagrad", Options(lr=1.0, lr_decay=1.0)), run=Run(steps=6, skipped_steps=(1, 2)))
    assert trace_of(recipe).column("applied_lr", 0).tolist() == [1.0, 0.5, 1 / 3, 0.25]


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("build_then_load", [1.0, 0.5, 1 / 3, 0.25]),
        ("optimizer_only", [1.0, 0.5, 1 / 3, 0.25]),
        ("scheduler_only", [1.0, 0.5, 1.0, 0.5]),
    ],
)
def test_a_resume_continues_the_count_where_the_optimizers_state_is_loaded(order: Any, expected: list[float]) -> None:
    recipe = Recipe(
        optimizer=Choice("Adagrad", Options(lr=1.0, lr_decay=1.0)),
        run=Run(steps=4, resume=Resume(2, order)),
    )
    assert trace_of(recipe).column("applied_lr", 0).tolist() == expected


@pytest.mark.parametrize("resume", [None, Resume(2), Resume(3)])
def test_a_group_that_joins_begins_its_own_count(resume: Resume | None) -> None:
    recipe = Recipe(
        groups=(Group("weights", ("weight",), frozen=True),),
        optimizer=Choice("Adagrad", Options(lr=1.0, lr_decay=1.0)),
        run=Run(steps=4, unfreeze=(Unfreeze("weights", 2),), resume=resume),
    )
    trace = trace_of(recipe)
    assert trace.groups == ("rest", "weights")
    assert trace.column("applied_lr", 0).tolist() == [1.0, 0.5, 1 / 3, 0.25]
    np.testing.assert_array_equal(trace.column("applied_lr", 1), [math.nan, math.nan, 1.0, 0.5])


def test_a_preview_makes_no_optimizer_steps_and_records_none() -> None:
    stepper = Stepper(Recipe(optimizer=Choice("RAdam"), run=Run(steps=3)), preview=True)
    stepper.advance(3)
    assert stepper.trace.series == ("lr", "momentum", "weight_decay")
