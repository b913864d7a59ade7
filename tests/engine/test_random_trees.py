"""Random scheduler trees over several groups, held against a loop over torch's own objects, bit for bit."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from torch.optim import lr_scheduler

from lrgui.core.errors import RecipeError, RunError
from lrgui.core.recipe import Choice, Group, Options, Recipe, Run, Scheduler
from lrgui.engine.stepper import Stepper

Draw = random.Random

LEAVES: dict[str, Callable[[Draw], dict[str, Any]]] = {
    "StepLR": lambda draw: {"step_size": draw.choice([1, 2, 5, 9, -3, 2.5, 0]), "gamma": draw.uniform(-0.5, 1.2)},
    "MultiStepLR": lambda draw: {"milestones": [draw.randint(0, 30) for _ in range(3)]},
    "ConstantLR": lambda draw: {"factor": draw.uniform(0.1, 1), "total_iters": draw.randint(0, 20)},
    "LinearLR": lambda draw: {"start_factor": draw.uniform(0.01, 1), "total_iters": draw.randint(1, 30)},
    "ExponentialLR": lambda draw: {"gamma": draw.uniform(0.8, 1.01)},
    "PolynomialLR": lambda draw: {"total_iters": draw.randint(1, 40), "power": draw.uniform(-0.5, 3)},
    "CosineAnnealingLR": lambda draw: {"T_max": draw.randint(1, 90) / draw.choice([1, 1, 3, 4]), "eta_min": -0.01},
    "CosineAnnealingWarmRestarts": lambda draw: {"T_0": draw.randint(1, 9), "T_mult": draw.randint(1, 3)},
    "OneCycleLR": lambda draw: {"max_lr": [draw.uniform(0.1, 1), 0.2], "total_steps": draw.randint(20, 90)},
    "CyclicLR": lambda draw: {"base_lr": 0.01, "max_lr": draw.uniform(0.1, 1), "step_size_up": draw.randint(1, 9)},
}


def draw_scheduler(draw: Draw, steps: int, depth: int) -> Scheduler:
    kind = draw.random()
    if depth == 0 or kind < 0.4:
        name = draw.choice(list(LEAVES))
        return Scheduler(name, Options(LEAVES[name](draw)))
    children = tuple(draw_scheduler(draw, steps, depth - 1) for _ in range(draw.randint(1, 3)))
    if kind < 0.6:
        return Scheduler("ChainedScheduler", Options(), children)
    # Some milestones are 0, some the same, some between two steps, some beyond the run, some out of order.
    milestones = draw.choices([*range(steps + 5), 2.5], k=len(children) - 1)
    if draw.random() < 0.8:
        milestones.sort()
    return Scheduler("SequentialLR", Options(milestones=milestones), children)


def build(scheduler: Scheduler, optimizer: torch.optim.Optimizer) -> Any:
    options = {name: list(value) if isinstance(value, tuple) else value for name, value in scheduler.options.items()}
    if scheduler.schedulers:
        options["schedulers"] = [build(child, optimizer) for child in scheduler.schedulers]
    return getattr(lr_scheduler, scheduler.class_name)(optimizer=optimizer, **options)


def rows_of_a_plain_loop(scheduler: Scheduler, run: Run) -> tuple[np.ndarray, Exception | None]:
    """Return learning rate and momentum of both groups at each step until torch raises, and what it raised."""
    linear = torch.nn.Linear(10, 1)
    groups = [{"params": [linear.weight], "lr": 0.3}, {"params": [linear.bias], "momentum": 0.5}]
    optimizer = torch.optim.SGD(groups, lr=0.1, momentum=0.9)
    rows: list[list[float]] = []
    try:
        built = build(scheduler, optimizer)
        for number in range(1, run.steps + 1):
            rows.append([group[name] for name in ("lr", "momentum") for group in optimizer.param_groups])
            optimizer.step()
            if run.interval == "step" or number % run.steps_per_epoch == 0:
                built.step()
    except Exception as error:
        return np.array(rows, dtype=np.float64), error
    return np.array(rows, dtype=np.float64), None


# torch steps a composite that comes first in SequentialLR while it is built, and complains about itself.
@pytest.mark.filterwarnings("ignore:Detected call of:UserWarning")
@pytest.mark.parametrize("preview", [False, True], ids=["run", "preview"])
@pytest.mark.parametrize("seed", range(150))
def test_every_tree_gives_torchs_own_numbers_until_torch_raises(seed: int, preview: bool) -> None:
    draw = random.Random(seed)
    run = Run(
        steps=draw.randint(2, 60),
        steps_per_epoch=draw.randint(1, 7),
        interval="step" if draw.random() < 0.6 else "epoch",
    )
    scheduler = draw_scheduler(draw, run.steps, depth=3)
    recipe = Recipe(
        groups=(Group("weights", ("weight",), Options(lr=0.3)), Group("biases", ("bias",), Options(momentum=0.5))),
        optimizer=Choice("SGD", Options(lr=0.1, momentum=0.9)),
        scheduler=scheduler,
        run=run,
    )
    expected, raised = rows_of_a_plain_loop(scheduler, run)
    if not len(expected):
        with pytest.raises(RecipeError):
            Stepper(recipe, preview=preview)
        return
    stepper = Stepper(recipe, preview=preview)
    if raised is None:
        stepper.advance(run.steps)
    else:
        with pytest.raises(RunError, match=rf"\({type(raised).__name__}\)") as caught:
            stepper.advance(run.steps)
        assert caught.value.step == len(expected)
    assert stepper.trace.rows == len(expected)
    recorded = np.hstack([stepper.trace["lr"], stepper.trace["momentum"]])[: len(expected)]
    assert recorded.tobytes() == expected.tobytes()
