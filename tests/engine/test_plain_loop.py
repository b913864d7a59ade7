"""What is recorded equals, bit for bit, what a plain torch loop reads just before `optimizer.step()`."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from torch.optim import Optimizer
from torch.optim import lr_scheduler as torch_schedulers
from torch.optim.swa_utils import SWALR

from lrgui.core.catalog import KNOWN_SCHEDULERS
from lrgui.core.recipe import Choice, Group, Options, Recipe, Run, Scheduler
from lrgui.engine.driving import sets_rates_alone
from lrgui.engine.stepper import Stepper

STEPS = 40

OPTIMIZERS: dict[str, dict[str, Any]] = {
    "SGD": {"momentum": 0.9, "nesterov": True},
    "Adam": {"betas": (0.8, 0.99)},
    "AdamW": {},
    "Adamax": {},
    "NAdam": {},
    "RAdam": {},
    "Adagrad": {"weight_decay": 0.25},
    "Adadelta": {},
    "RMSprop": {"momentum": 0.5},
    "Rprop": {"etas": (0.4, 1.3)},
    "ASGD": {},
    "Adafactor": {"eps": (None, 0.002)},
    "SparseAdam": {},
}

METRIC = (1.0, 0.9, 0.9, 0.95)


def exponential(rate: float) -> tuple[Scheduler, Callable[[Optimizer], Any]]:
    return (
        Scheduler("ExponentialLR", Options(gamma=rate)),
        lambda optimizer: torch_schedulers.ExponentialLR(optimizer, rate),
    )


def sequential(optimizer: Optimizer) -> Any:
    warm_up = torch_schedulers.LinearLR(optimizer, start_factor=0.01, total_iters=10)
    cosine = torch_schedulers.CosineAnnealingLR(optimizer, T_max=20, eta_min=1e-5)
    return torch_schedulers.SequentialLR(optimizer, [warm_up, cosine], milestones=[10])


def chained(optimizer: Optimizer) -> Any:
    constant = torch_schedulers.ConstantLR(optimizer, factor=0.1, total_iters=7)
    decay = torch_schedulers.StepLR(optimizer, step_size=5)
    return torch_schedulers.ChainedScheduler([constant, decay], optimizer)


SCHEDULERS: dict[str, tuple[Scheduler | None, Callable[[Optimizer], Any]]] = {
    "none": (None, lambda optimizer: None),
    "exponential": exponential(0.93),
    "milestones": (
        Scheduler("MultiStepLR", Options(milestones=(3, 3, 20), gamma=0.3)),
        lambda optimizer: torch_schedulers.MultiStepLR(optimizer, [3, 3, 20], gamma=0.3),
    ),
    "lambda": (
        Scheduler("LambdaLR", Options(lr_lambda="0.95**epoch if epoch < 20 else 0.5 * cos(pi * epoch / 40)")),
        lambda optimizer: torch_schedulers.LambdaLR(
            optimizer, lambda epoch: 0.95**epoch if epoch < 20 else 0.5 * math.cos(math.pi * epoch / 40)
        ),
    ),
    "restarts": (
        Scheduler("CosineAnnealingWarmRestarts", Options(T_0=5, T_mult=2)),
        lambda optimizer: torch_schedulers.CosineAnnealingWarmRestarts(optimizer, 5, T_mult=2),
    ),
    "cyclic": (
        Scheduler("CyclicLR", Options(base_lr=0.01, max_lr=0.3, step_size_up=6, cycle_momentum=False)),
        lambda optimizer: torch_schedulers.CyclicLR(optimizer, 0.01, 0.3, step_size_up=6, cycle_momentum=False),
    ),
    "one cycle": (
        Scheduler("OneCycleLR", Options(max_lr=0.3, total_steps=STEPS, cycle_momentum=False)),
        lambda optimizer: torch_schedulers.OneCycleLR(optimizer, 0.3, total_steps=STEPS, cycle_momentum=False),
    ),
    "plateau": (
        Scheduler("ReduceLROnPlateau", Options(patience=2, cooldown=1)),
        lambda optimizer: torch_schedulers.ReduceLROnPlateau(optimizer, patience=2, cooldown=1),
    ),
    "averaging": (
        Scheduler("SWALR", Options(swa_lr=0.05, anneal_epochs=8)),
        lambda optimizer: SWALR(optimizer, swa_lr=0.05, anneal_epochs=8),
    ),
    "sequential": (
        Scheduler(
            "SequentialLR",
            Options(milestones=(10,)),
            (
                Scheduler("LinearLR", Options(start_factor=0.01, total_iters=10)),
                Scheduler("CosineAnnealingLR", Options(T_max=20, eta_min=1e-5)),
            ),
        ),
        sequential,
    ),
    "chained": (
        Scheduler(
            "ChainedScheduler",
            schedulers=(
                Scheduler("ConstantLR", Options(factor=0.1, total_iters=7)),
                Scheduler("StepLR", Options(step_size=5)),
            ),
        ),
        chained,
    ),
}


def two_groups(**weight_options: Any) -> tuple[Group, ...]:
    return (
        Group("weights", ("weight",), Options(lr=0.2, **weight_options)),
        Group("biases", ("bias",), Options(lr=0.07)),
    )


def plain_loop(optimizer: Optimizer, scheduler: Any, read: Callable[[dict[str, Any]], float], every: int = 1) -> Any:
    metric = iter(METRIC)
    rows, value = [], METRIC[0]
    for step in range(STEPS):
        rows.append([read(group) for group in optimizer.param_groups])
        optimizer.step()
        if scheduler is None or (step + 1) % every:
            continue
        if isinstance(scheduler, torch_schedulers.ReduceLROnPlateau):
            value = next(metric, METRIC[-1])
            scheduler.step(value)
        else:
            scheduler.step()
    return np.array(rows)


def plain_optimizer(name: str, options: dict[str, Any]) -> Optimizer:
    model = torch.nn.Linear(10, 1)
    groups = [{"params": [model.weight], "lr": 0.2}, {"params": [model.bias], "lr": 0.07}]
    optimizer: Optimizer = getattr(torch.optim, name)(groups, **options)
    return optimizer


def record(recipe: Recipe, preview: bool, chunk: int = 7) -> Stepper:
    """Step a recipe to its end in uneven chunks."""
    stepper = Stepper(recipe, preview=preview)
    while stepper.advance(chunk):
        chunk += 1
    assert stepper.finished
    return stepper


def recipe_of(optimizer: Choice, scheduler: Scheduler | None, groups: tuple[Group, ...], **run: Any) -> Recipe:
    metric = Choice("values", Options(values=METRIC))
    return Recipe(groups=groups, optimizer=optimizer, scheduler=scheduler, run=Run(steps=STEPS, metric=metric, **run))


@pytest.mark.parametrize("preview", [False, True], ids=["run", "preview"])
@pytest.mark.parametrize("scheduler", SCHEDULERS)
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_every_optimizer_with_every_scheduler(optimizer: str, scheduler: str, preview: bool) -> None:
    options = OPTIMIZERS[optimizer]
    described, make = SCHEDULERS[scheduler]
    torch_optimizer = plain_optimizer(optimizer, options)
    expected = plain_loop(torch_optimizer, make(torch_optimizer), lambda group: group["lr"])
    recipe = recipe_of(Choice(optimizer, Options(options)), described, two_groups())
    trace = record(recipe, preview).trace
    assert trace["lr"].tolist() == expected.tolist()


@pytest.mark.parametrize("preview", [False, True], ids=["run", "preview"])
@pytest.mark.parametrize("scheduler", SCHEDULERS)
def test_epochs_of_several_steps(scheduler: str, preview: bool) -> None:
    described, make = SCHEDULERS[scheduler]
    torch_optimizer = plain_optimizer("SGD", {})
    expected = plain_loop(torch_optimizer, make(torch_optimizer), lambda group: group["lr"], every=3)
    recipe = recipe_of(Choice("SGD"), described, two_groups(), interval="epoch", steps_per_epoch=3)
    assert record(recipe, preview).trace["lr"].tolist() == expected.tolist()


@pytest.mark.parametrize("scheduler", SCHEDULERS)
def test_what_is_taken_to_set_rates_alone_sets_nothing_else(scheduler: str) -> None:
    described, make = SCHEDULERS[scheduler]
    assert sets_rates_alone(described)
    optimizer = plain_optimizer("SGD", {"momentum": 0.9})
    made = make(optimizer)
    before = [{**group, "lr": None} for group in optimizer.param_groups]
    plain_loop(optimizer, made, lambda group: group["lr"])
    assert [{**group, "lr": None} for group in optimizer.param_groups] == before


def test_only_schedulers_that_were_held_against_torch_are_taken_to_set_rates_alone() -> None:
    held: set[str] = set()
    pending = [described for described, _ in SCHEDULERS.values() if described is not None]
    while pending:
        scheduler = pending.pop()
        held.add(scheduler.class_name)
        pending += scheduler.schedulers
    taken = {name for name in KNOWN_SCHEDULERS if sets_rates_alone(Scheduler(name))}
    # Polynomial and multiplicative decay are what LinearLR and LambdaLR are: a factor of `lr`.
    assert taken - held <= {"PolynomialLR", "MultiplicativeLR"}
    assert not sets_rates_alone(Scheduler("some.library.Scheduler"))
    assert not sets_rates_alone(Scheduler("ChainedScheduler", schedulers=(Scheduler("OneCycleLR"),)))


@pytest.mark.parametrize("preview", [False, True], ids=["run", "preview"])
@pytest.mark.parametrize(
    ("optimizer", "read"),
    [("SGD", lambda group: group["momentum"]), ("AdamW", lambda group: group["betas"][0])],
)
def test_cycled_momentum(optimizer: str, read: Callable[[dict[str, Any]], float], preview: bool) -> None:
    options = {"momentum": 0.9} if optimizer == "SGD" else {}
    torch_optimizer = plain_optimizer(optimizer, options)
    scheduler = torch_schedulers.OneCycleLR(torch_optimizer, [0.3, 0.1], total_steps=STEPS, three_phase=True)
    expected = plain_loop(torch_optimizer, scheduler, read)
    described = Scheduler("OneCycleLR", Options(max_lr=(0.3, 0.1), total_steps=STEPS, three_phase=True))
    trace = record(recipe_of(Choice(optimizer, Options(options)), described, two_groups()), preview).trace
    assert trace["momentum"].tolist() == expected.tolist()
    assert len(set(trace.column("momentum", 0))) > 10


@pytest.mark.parametrize("preview", [False, True], ids=["run", "preview"])
@pytest.mark.parametrize("optimizer", ["LBFGS", "Muon"])
def test_optimizers_that_take_a_single_matrix(optimizer: str, preview: bool) -> None:
    weight = torch.nn.Linear(10, 1, bias=False).weight
    torch_optimizer = getattr(torch.optim, optimizer)([weight], lr=0.2)
    scheduler = torch_schedulers.ExponentialLR(torch_optimizer, 0.93)
    expected = []
    for _ in range(STEPS):
        expected.append([torch_optimizer.param_groups[0]["lr"]])
        torch_optimizer.step(*[lambda: 0.0] * (optimizer == "LBFGS"))
        scheduler.step()
    recipe = Recipe(
        model=Choice("linear", Options(bias=False)),
        optimizer=Choice(optimizer, Options(lr=0.2)),
        scheduler=exponential(0.93)[0],
        run=Run(steps=STEPS),
    )
    assert record(recipe, preview).trace["lr"].tolist() == expected


def test_the_scale_function_of_a_cycle_is_an_expression() -> None:
    torch_optimizer = plain_optimizer("SGD", {})
    scheduler = torch_schedulers.CyclicLR(
        torch_optimizer,
        0.01,
        0.3,
        6,
        scale_fn=lambda x: 1 / (5 ** (x * 0.0001)),
        scale_mode="iterations",
        cycle_momentum=False,
    )
    expected = plain_loop(torch_optimizer, scheduler, lambda group: group["lr"])
    described = Scheduler(
        "CyclicLR",
        Options(
            base_lr=0.01,
            max_lr=0.3,
            step_size_up=6,
            scale_fn="1 / (5 ** (x * 0.0001))",
            scale_mode="iterations",
            cycle_momentum=False,
        ),
    )
    assert record(recipe_of(Choice("SGD"), described, two_groups()), False).trace["lr"].tolist() == expected.tolist()
