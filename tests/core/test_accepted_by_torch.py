"""Each thing that torch accepts and that is hardly meant: told at its place, with what torch then really does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import inf, isnan
from typing import Any

import pytest
import torch
from torch.optim import lr_scheduler
from torch.optim.swa_utils import SWALR

from lrgui.core.problems import Problem, Severity
from lrgui.core.recipe import Choice, Group, Options, Recipe, Run, Scheduler
from lrgui.core.validate import validate

STEPS = 12
GROUPS = (Group("weights", ("weight",), Options(lr=1.0)), Group("biases", ("bias",), Options(lr=0.1)))


def of(name: str, *schedulers: Scheduler, **options: Any) -> Scheduler:
    return Scheduler(name, Options(options), schedulers)


def build(data: Scheduler, optimizer: torch.optim.Optimizer) -> Any:
    options = {name: list(value) if isinstance(value, tuple) else value for name, value in data.options.items()}
    if data.schedulers:
        options["schedulers"] = [build(child, optimizer) for child in data.schedulers]
    scheduler_class: Any = SWALR if data.class_name == "SWALR" else getattr(lr_scheduler, data.class_name)
    return scheduler_class(optimizer=optimizer, **options)


def learning_rates(scheduler: Scheduler, metrics: Sequence[float] = ()) -> list[float]:
    """The learning rates that torch gives to the first group, until it raises."""
    linear = torch.nn.Linear(10, 1)
    groups = [{"params": [linear.weight], "lr": 1.0}, {"params": [linear.bias], "lr": 0.1}]
    optimizer = torch.optim.SGD(groups, lr=1.0, momentum=0.5)
    built = build(scheduler, optimizer)
    rates = []
    try:
        for step in range(STEPS):
            rates.append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            built.step(*([metrics[step]] if metrics else []))
    except Exception as error:
        rates.append(type(error).__name__)  # type: ignore[arg-type]
    return rates


def warnings_of(scheduler: Scheduler, metric: bool = False) -> list[Problem]:
    run = Run(steps=STEPS, metric=Choice("values", Options(values=(1.0,))) if metric else None)
    optimizer = Choice("SGD", Options(lr=1.0, momentum=0.5))
    problems = validate(Recipe(groups=GROUPS, optimizer=optimizer, scheduler=scheduler, run=run))
    assert not [problem for problem in problems if problem.severity is Severity.ERROR]
    return [problem for problem in problems if problem.severity is Severity.WARNING]


@dataclass(frozen=True)
class Row:
    """A scheduler, where it is warned about, words of the warning, and what torch's rates must be like."""

    scheduler: Scheduler
    place: str
    words: str
    proof: Callable[[list[Any]], bool]


def raises_at(step: int, name: str = "ZeroDivisionError") -> Callable[[list[Any]], bool]:
    """Torch's rates up to the scheduler's step that raises."""
    return lambda rates: len(rates) == step + 1 and rates[-1] == name


def near(*expected: float) -> Callable[[list[Any]], bool]:
    return lambda rates: all(abs(rate - value) < 1e-12 for rate, value in zip(rates, expected, strict=False))


STEP = of("StepLR", step_size=100)
HALVES = of("ExponentialLR", gamma=0.5)

ROWS = [
    Row(of("StepLR", step_size=0), "step_size", "raises a ZeroDivisionError at the scheduler's step 1", raises_at(1)),
    Row(of("StepLR", step_size=2.5, gamma=0.5), "step_size", "multiple", near(*[1] * 5, *[0.5] * 5, 0.25)),
    Row(of("StepLR", step_size=-3, gamma=0.5), "step_size", "negative one for positive", near(1, 1, 1, 0.5, 0.5, 0.5)),
    Row(of("StepLR", step_size=2, gamma=-0.5), "gamma", "changes its sign", near(1, 1, -0.5, -0.5, 0.25)),
    Row(of("MultiStepLR", milestones=[0, 3]), "milestones", "before the first step", near(0.1, 0.1, 0.1, 0.01)),
    Row(of("MultiStepLR", milestones=[-3]), "milestones", "negative step never", near(*[1] * STEPS)),
    Row(of("MultiStepLR", milestones=[2.5]), "milestones", "never decays", near(*[1] * STEPS)),
    Row(of("MultiStepLR", milestones=[2, 2]), "milestones", "decays twice", near(1, 1, 0.01, 0.01)),
    Row(of("ConstantLR", factor=0, total_iters=4), "factor", "step 4", raises_at(4)),
    Row(of("ConstantLR", factor=0.5, total_iters=0), "total_iters", "never returns", near(*[0.5] * STEPS)),
    Row(of("ConstantLR", factor=0.5, total_iters=2.5), "total_iters", "never returns", near(*[0.5] * STEPS)),
    Row(of("LinearLR", start_factor=0.5, total_iters=0), "total_iters", "stays for ever", near(*[0.5] * STEPS)),
    Row(of("LinearLR", start_factor=0.5, total_iters=2.5), "total_iters", "short of", near(0.5, 0.7, *[0.9] * 9)),
    Row(of("ExponentialLR", gamma=-0.5), "gamma", "changes its sign", near(1, -0.5, 0.25, -0.125)),
    Row(of("PolynomialLR", total_iters=4, power=-1), "power", "step 4", raises_at(4)),
    Row(of("PolynomialLR", total_iters=0), "total_iters", "stays as it is", near(*[1] * STEPS)),
    Row(of("PolynomialLR", total_iters=2.5), "total_iters", "short of zero", near(1, 0.6, *[0.2] * 9)),
    Row(of("CosineAnnealingLR", T_max=0), "T_max", "step 1", raises_at(1)),
    Row(of("CosineAnnealingLR", T_max=-20), "T_max", "negative one for positive", lambda rates: rates[5] < rates[4]),
    Row(of("CosineAnnealingLR", T_max=20, eta_min=-2), "eta_min", "becomes negative", lambda rates: rates[11] < 0),
    Row(of("CosineAnnealingLR", T_max=20, eta_min=0.5), "eta_min", "of biases", lambda rates: rates[5] < rates[4]),
    Row(of("CosineAnnealingLR", T_max=5), "T_max", "rises again", lambda rates: rates[5] < rates[4] and rates[7] > 0.1),
    Row(of("CosineAnnealingLR", T_max=12.5), "T_max", "between two steps", lambda rates: rates[11] < rates[10]),
    Row(of("CosineAnnealingLR", T_max=7 / 3), "T_max", "step 8", raises_at(8)),
    Row(of("CyclicLR", base_lr=0.3, max_lr=0.2, step_size_up=3), "base_lr", "upside down", near(0.3, 0.8 / 3)),
    Row(
        of("CyclicLR", base_lr=0.1, max_lr=0.4, step_size_up=3, step_size_down=0),
        "step_size_down",
        "drops from the peak at once",
        near(0.1, 0.2, 0.3, 0.1, 0.2),
    ),
    Row(
        of("CyclicLR", base_lr=0.1, max_lr=0.4, step_size_up=3, step_size_down=-1),
        "step_size_down",
        "cuts the way up short",
        near(0.1, 0.2, 0.1, 0.2),
    ),
    Row(
        of("CyclicLR", base_lr=0, max_lr=1, step_size_up=0.004, mode="triangular2"),
        "mode",
        "OverflowError at the scheduler's step 9",
        raises_at(9, "OverflowError"),
    ),
    Row(
        of("CyclicLR", base_lr=0, max_lr=1, step_size_up=20, mode="exp_range", gamma=1e40),
        "gamma",
        "OverflowError at the scheduler's step 8",
        raises_at(8, "OverflowError"),
    ),
    Row(
        of("OneCycleLR", max_lr=1, total_steps=10),
        "total_steps",
        "ValueError at the scheduler's step 11",
        raises_at(11, "ValueError"),
    ),
    Row(of("OneCycleLR", max_lr=1, total_steps=6, pct_start=1.0), "pct_start", "step 6", raises_at(6)),
    Row(
        of("OneCycleLR", max_lr=1, total_steps=40, pct_start=0.0),
        "pct_start",
        "a little below max_lr",
        lambda rates: 0.98 < rates[0] < 1 and rates[1] < rates[0],
    ),
    Row(of("OneCycleLR", max_lr=1, total_steps=40, div_factor=-4), "div_factor", "negative", near(-0.25)),
    Row(of("OneCycleLR", max_lr=-1, total_steps=40), "max_lr", "negative", near(-0.04)),
    Row(of("LambdaLR", lr_lambda="1-epoch"), "lr_lambda", "negative at the scheduler's step 2", lambda _: True),
    Row(of("LambdaLR", lr_lambda="1/(epoch-7)"), "lr_lambda", "the run ends at the scheduler's step 7", lambda _: True),
    Row(of("SWALR", swa_lr=-1, anneal_epochs=3), "swa_lr", "becomes negative", lambda rates: rates[5] == -1),
]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.scheduler.class_name} {row.words}")
def test_each_is_told_where_it_stands_and_torch_does_what_is_told(row: Row) -> None:
    told = [problem for problem in warnings_of(row.scheduler) if row.words in problem.message]
    assert [problem.place for problem in told] == [f"scheduler.options.{row.place}"]
    if row.scheduler.class_name != "LambdaLR":
        assert row.proof(learning_rates(row.scheduler))


@pytest.mark.parametrize(
    ("options", "place", "words", "metrics", "proof"),
    [
        ({"factor": 0, "patience": 0}, "factor", "straight to min_lr", [1.0] * STEPS, lambda rates: rates[-1] == 0.0),
        ({"patience": -1}, "patience", "even where the metric improves", range(STEPS, 0, -1), near(1, 0.1, 0.01)),
        ({"patience": 1.5}, "patience", "whole number below", [1.0] * STEPS, near(1, 1, 1, 0.1, 0.1, 0.01)),
        ({"patience": 0, "cooldown": 0.5}, "cooldown", "above it", [1.0] * STEPS, near(1, 1, 0.1, 0.1, 0.01)),
        ({"patience": 0, "cooldown": -3}, "cooldown", "counts as 0", [1.0] * STEPS, near(1, 1, 0.1, 0.01)),
        (
            {"patience": 0, "threshold": -0.1},
            "threshold",
            "a little worse",
            [1 + step / 100 for step in range(STEPS)],
            near(*[1] * STEPS),
        ),
        ({"patience": 0, "min_lr": -1}, "min_lr", "counts as 0", [1.0] * STEPS, near(1, 1, 0.1, 0.01)),
        ({"patience": 0, "min_lr": 2}, "min_lr", "never reduced", [1.0] * STEPS, near(*[1] * STEPS)),
        ({"patience": 0, "min_lr": 2, "eps": -3}, "eps", "raised to it", [1.0] * STEPS, near(1, 1, 2, 2)),
    ],
)
def test_a_plateau_is_told_what_torch_makes_of_it(
    options: Any, place: str, words: str, metrics: Any, proof: Callable[[list[Any]], bool]
) -> None:
    scheduler = of("ReduceLROnPlateau", **options)
    told = [problem for problem in warnings_of(scheduler, metric=True) if words in problem.message]
    assert [problem.place for problem in told] == [f"scheduler.options.{place}"]
    assert proof(learning_rates(scheduler, list(metrics)))


TREES = [
    Row(
        of("SequentialLR", of("ConstantLR", factor=0.5, total_iters=99), HALVES, milestones=[2.5]),
        "options.milestones",
        "goes on from the present learning rate",
        near(0.5, 0.5, 0.5, 0.25, 0.125),
    ),
    Row(
        of("SequentialLR", of("ConstantLR", factor=0.5, total_iters=99), HALVES, milestones=[3]),
        "",
        "",
        near(0.5, 0.5, 0.5, 1, 0.5),
    ),
    Row(
        of("SequentialLR", STEP, HALVES, of("ConstantLR", factor=0.7, total_iters=99), milestones=[5, 3]),
        "options.milestones",
        "in this order: 1, 3.",
        near(1, 1, 1, 0.7, 0.7, 0.7, 0.7),
    ),
    Row(
        of("SequentialLR", HALVES, STEP, milestones=[0]),
        "options.milestones",
        "the first scheduler never takes its turn",
        near(*[1] * STEPS),
    ),
    Row(
        of("SequentialLR", HALVES, STEP, milestones=[-4]),
        "options.milestones",
        "never takes its turn, as with 0",
        near(*[1] * STEPS),
    ),
    Row(
        of("SequentialLR", STEP, of("ChainedScheduler", HALVES), milestones=[4]),
        "schedulers[1].class",
        "NotImplementedError at the scheduler's step 4",
        raises_at(4, "NotImplementedError"),
    ),
    Row(
        of("SequentialLR", of("ChainedScheduler", HALVES), STEP, milestones=[4]),
        "schedulers[0].class",
        "once too often",
        near(0.5, 0.25, 0.125, 0.0625, 1),
    ),
    Row(
        of("SequentialLR", of("SequentialLR", STEP, HALVES, milestones=[3]), STEP, milestones=[9]),
        "schedulers[0].class",
        "a step early",
        near(1, 1, 1, 0.5),
    ),
    Row(
        of("SequentialLR", STEP, of("LinearLR", total_iters=0), milestones=[4]),
        "schedulers[1].options.total_iters",
        "ZeroDivisionError at the scheduler's step 4",
        raises_at(4),
    ),
    Row(
        of("SequentialLR", STEP, of("OneCycleLR", max_lr=1, total_steps=20), milestones=[2]),
        "schedulers[1].class",
        "from which the schedulers before it start too",
        near(0.04, 0.04, 0.04),
    ),
    Row(
        of("SequentialLR", STEP, of("OneCycleLR", max_lr=1, total_steps=3), milestones=[2]),
        "schedulers[1].options.total_steps",
        "ValueError at the scheduler's step 6",
        raises_at(6, "ValueError"),
    ),
]


# torch steps a composite that comes first in SequentialLR while it is built, and complains about itself.
@pytest.mark.filterwarnings("ignore:Detected call of:UserWarning")
@pytest.mark.parametrize("row", TREES, ids=lambda row: row.words or "as it should be")
def test_each_tree_is_told_where_it_stands_and_torch_does_what_is_told(row: Row) -> None:
    told = [problem for problem in warnings_of(row.scheduler) if row.words in problem.message]
    assert [problem.place for problem in told] == [f"scheduler.{row.place}"] * bool(row.place)
    assert row.proof(learning_rates(row.scheduler))


@pytest.mark.parametrize(
    ("strategy", "words", "beyond"),
    [("cos", "rises again", lambda last, rate: rate > last), ("linear", "below zero", lambda last, rate: rate < 0)],
)
def test_one_step_more_than_the_cycle_has_is_told_where_it_is_used_without_raising(
    strategy: str, words: str, beyond: Callable[[float, float], bool]
) -> None:
    scheduler = of("OneCycleLR", max_lr=1, total_steps=4, anneal_strategy=strategy)
    recipe = Recipe(optimizer=Choice("SGD", Options(momentum=0.5)), scheduler=scheduler)
    (told,) = validate(recipe.with_run(steps=18, interval="epoch", steps_per_epoch=4))
    assert (told.severity, told.place) == (Severity.WARNING, "scheduler.options.total_steps")
    assert words in told.message
    rates = learning_rates(scheduler)
    assert beyond(rates[3], rates[4])
    assert validate(recipe.with_run(steps=16, interval="epoch", steps_per_epoch=4)) == ()


def test_a_cycle_of_one_step_is_told_to_be_over() -> None:
    scheduler = of("OneCycleLR", max_lr=1, total_steps=1)
    told = [problem for problem in warnings_of(scheduler) if "over at once" in problem.message]
    assert [problem.place for problem in told] == ["scheduler.options.total_steps"]
    assert learning_rates(scheduler)[0] == pytest.approx(1 / 25 / 1e4)


def step_with_gradients(optimizer: Any, steps: int = 3) -> list[torch.Tensor]:
    tensors = [tensor for group in optimizer.param_groups for tensor in group["params"]]
    for _ in range(steps):
        for tensor in tensors:
            tensor.grad = 0.5 * tensor.detach()
        optimizer.step()
    return tensors


def weights() -> list[torch.nn.Parameter]:
    return [torch.nn.Parameter(torch.full((2, 2), 2.0))]


def size_of(tensor: torch.Tensor) -> float:
    size = tensor.abs().max().item()
    return inf if isnan(size) else size


@pytest.mark.parametrize(
    ("name", "options", "words", "proof"),
    [
        ("SGD", {"momentum": 1.5, "lr": 0.1}, "grow without end", lambda end: abs(end) > 50),
        ("RMSprop", {"alpha": 1.5}, "infinite or nan", lambda end: end == inf),
        ("RMSprop", {"alpha": 1.0}, "infinite or nan", lambda end: abs(end) > 1e5),
        ("ASGD", {"lambd": -1.0, "lr": 0.1}, "grow by themselves", lambda end: end > 2),
    ],
)
def test_an_optimizer_is_told_what_torch_makes_of_it(
    name: str, options: Any, words: str, proof: Callable[[float], bool]
) -> None:
    (told,) = validate(Recipe(optimizer=Choice(name, Options(options))))
    assert told.severity is Severity.WARNING
    assert words in told.message
    (tensor,) = step_with_gradients(getattr(torch.optim, name)(weights(), **options), 40 if name != "ASGD" else 3)
    assert proof(size_of(tensor))


@pytest.mark.parametrize(
    ("optimizer", "options", "option"),
    [
        ("SGD", {"lr": -1.0}, "lr"),
        ("Adam", {"betas": (2.0, 3.0)}, "betas"),
        ("AdamW", {"weight_decay": -0.5}, "weight_decay"),
        ("SparseAdam", {"lr": 0}, "lr"),
        ("Rprop", {"etas": (2.0, 0.5)}, "etas"),
        ("Adafactor", {"eps": (None, None)}, "eps"),
    ],
)
def test_torch_looks_at_the_optimizers_own_options_only(optimizer: str, options: Any, option: str) -> None:
    recipe = Recipe(
        model=Choice("embedding") if optimizer == "SparseAdam" else Choice("linear"),
        optimizer=Choice(optimizer),
        groups=(Group("all", ("*",), Options(options)),),
    )
    (told,) = validate(recipe)
    assert (told.severity, told.place) == (Severity.WARNING, f"groups[0].options.{option}")
    assert "In a group" in told.message or "in a group" in told.message
    make = getattr(torch.optim, optimizer)
    make([{"params": weights(), **options}])
    own = Recipe(optimizer=Choice(optimizer, Options(options)))
    assert Severity.ERROR in [problem.severity for problem in validate(own)]
    with pytest.raises((ValueError, TypeError)):
        make(weights(), **options)
