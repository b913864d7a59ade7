"""Conditions that bend a schedule: what is refused, and what torch makes of the rest, held against torch itself."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest
import torch

from lrgui.core.problems import Problem, Severity
from lrgui.core.recipe import Choice, EveryNth, Group, Options, Recipe, Resume, Run, Scheduler, Unfreeze
from lrgui.core.validate import validate
from tests.core.nasty_trees import build

STEPS = 24
WEIGHTS, BIASES = Group("weights", ("weight",)), Group("biases", ("bias",), Options(lr=7.0), frozen=True)
FROZEN = Recipe(groups=(WEIGHTS, BIASES), optimizer=Choice("SGD", Options(lr=1.0, momentum=0.5)))


def of(name: str, *schedulers: Scheduler, **options: Any) -> Scheduler:
    return Scheduler(name, Options(options), schedulers)


def told(recipe: Recipe, place: str = "run") -> list[Problem]:
    return [problem for problem in validate(recipe) if problem.place.startswith(place)]


HALVES = of("ExponentialLR", gamma=0.5)


@pytest.mark.parametrize(
    ("run", "place"),
    [
        ({"frequency": 0}, "run.frequency"),
        ({"frequency": 1.5}, "run.frequency"),
        ({"calls": 0}, "run.calls"),
        ({"calls": True}, "run.calls"),
        ({"order": "both"}, "run.order"),
        ({"skipped_steps": EveryNth(0)}, "run.skipped_steps.every"),
        ({"skipped_steps": EveryNth(1)}, "run.skipped_steps.every"),
        ({"skipped_steps": (-1,)}, "run.skipped_steps"),
        ({"skipped_steps": (1.5,)}, "run.skipped_steps"),
        ({"skipped_steps": tuple(range(STEPS))}, "run.skipped_steps"),
        ({"unfreeze": (Unfreeze("head", 3),)}, "run.unfreeze[0].group"),
        ({"unfreeze": (Unfreeze("weights", 3),)}, "run.unfreeze[0].group"),
        ({"unfreeze": (Unfreeze("biases", 3), Unfreeze("biases", 5))}, "run.unfreeze[1].group"),
        ({"unfreeze": (Unfreeze("biases", -3),)}, "run.unfreeze[0].step"),
        ({"resume": Resume(-1)}, "run.resume.step"),
        ({"resume": Resume(3, "sideways")}, "run.resume.order"),
    ],
)
@pytest.mark.parametrize("scheduler", [None, HALVES], ids=["none", "exponential"])
def test_what_cannot_be_run_is_an_error_at_its_place(run: Any, place: str, scheduler: Scheduler | None) -> None:
    recipe = replace(FROZEN, scheduler=scheduler, run=Run(steps=STEPS, **run))
    errors = [problem for problem in validate(recipe) if problem.severity is Severity.ERROR]
    assert [problem.place for problem in errors] == [place]


@pytest.mark.parametrize(
    ("run", "place"),
    [
        ({"skipped_steps": (3, STEPS)}, "run.skipped_steps"),
        ({"skipped_steps": EveryNth(STEPS + 1)}, "run.skipped_steps"),
        ({"unfreeze": (Unfreeze("biases", STEPS),)}, "run.unfreeze[0].step"),
        ({"resume": Resume(STEPS, "scheduler_only")}, "run.resume.step"),
    ],
)
def test_what_never_happens_is_a_warning(run: Any, place: str) -> None:
    recipe = replace(FROZEN, scheduler=HALVES, run=Run(steps=STEPS, **run))
    (problem,) = told(recipe)
    assert (problem.severity, problem.place) == (Severity.WARNING, place)


@pytest.mark.parametrize(
    ("run", "place", "severity", "words"),
    [
        (
            {"frequency": 3},
            "run.frequency",
            Severity.NOTE,
            "3 times as slowly; in all, the scheduler is stepped 8",
        ),
        ({"calls": 2}, "run.calls", Severity.NOTE, "2 times as fast; in all, the scheduler is stepped 48"),
        ({"order": "scheduler_first"}, "run.order", Severity.WARNING, "The first value of the schedule is never used"),
    ],
)
def test_another_pace_is_told_with_the_number_of_scheduler_steps(
    run: Any, place: str, severity: Severity, words: str
) -> None:
    recipe = replace(FROZEN, scheduler=HALVES, run=Run(steps=STEPS, **run))
    (problem,) = told(recipe)
    assert (problem.severity, problem.place) == (severity, place)
    assert words in problem.message
    assert told(replace(recipe, scheduler=None)) == []


def test_the_reach_of_a_schedule_counts_every_call() -> None:
    cycle = replace(FROZEN, scheduler=of("OneCycleLR", max_lr=1, total_steps=STEPS))
    assert told(cycle.with_run(steps=STEPS), "scheduler") == []
    (problem,) = told(cycle.with_run(steps=STEPS, calls=2), "scheduler")
    assert "at the scheduler's step 25, after 13 optimizer steps" in problem.message


def sgd() -> torch.optim.Optimizer:
    return torch.optim.SGD([torch.nn.Parameter(torch.zeros(2, 2))], lr=1.0, momentum=0.5)


JOINED = {
    "none raises, scaled from there on": (HALVES, 7.0 * 0.5**19),
    "step": (of("StepLR", step_size=10, gamma=0.5), 7.0 / 4),
    "constant": (of("ConstantLR", factor=0.3, total_iters=20), 7.0 / 0.3),
    "linear": (of("LinearLR", start_factor=0.5, total_iters=10), 7.0 / 0.7),
    "polynomial": (of("PolynomialLR", total_iters=60), 7.0 * (1 - 23 / 60) / (1 - 4 / 60)),
    "chained": (of("ChainedScheduler", HALVES, of("StepLR", step_size=10, gamma=0.5)), 7.0 * 0.5**19 / 4),
}


@pytest.mark.parametrize("name", JOINED)
def test_a_group_that_joins_is_told_how_it_goes_on(name: str) -> None:
    scheduler, end = JOINED[name]
    optimizer = sgd()
    built = build(scheduler, optimizer)
    for step in range(STEPS):
        if step == 4:
            optimizer.add_param_group({"params": [torch.nn.Parameter(torch.zeros(2))], "lr": 7.0})
        optimizer.step()
        if step < STEPS - 1:
            built.step()
    assert optimizer.param_groups[1]["lr"] == pytest.approx(end)
    (problem,) = told(replace(FROZEN, scheduler=scheduler, run=Run(steps=STEPS, unfreeze=(Unfreeze("biases", 4),))))
    assert problem.place == "run.unfreeze[0].step"
    if end > 7:
        assert problem.severity is Severity.WARNING
        assert f"ends at {end / 7:.3g} times its own learning rate" in problem.message
    else:
        assert problem.severity is Severity.NOTE
        assert "begins at its own learning rate of 7" in problem.message


@pytest.mark.parametrize(
    ("scheduler", "exception", "step"),
    [
        (of("LambdaLR", lr_lambda="0.9**epoch"), ValueError, 5),
        (of("MultiplicativeLR", lr_lambda="0.9**epoch"), ValueError, 5),
        (of("CosineAnnealingWarmRestarts", T_0=50), ValueError, 5),
        (of("CyclicLR", base_lr=0.1, max_lr=0.2), ValueError, 5),
        (of("OneCycleLR", max_lr=1, total_steps=50), KeyError, 5),
        (of("CosineAnnealingLR", T_max=10), ValueError, 11),
        (of("SequentialLR", HALVES, HALVES, milestones=[15]), ValueError, 15),
        (of("SequentialLR", HALVES, of("OneCycleLR", max_lr=1, total_steps=50), milestones=[15]), KeyError, 15),
        (of("ChainedScheduler", HALVES, of("CosineAnnealingLR", T_max=6)), ValueError, 7),
    ],
)
def test_a_scheduler_that_fails_over_a_new_group_is_told_with_its_exception(
    scheduler: Scheduler, exception: type[Exception], step: int
) -> None:
    optimizer = sgd()
    built = build(scheduler, optimizer)
    for _ in range(4):
        optimizer.step()
        built.step()
    optimizer.add_param_group({"params": [torch.nn.Parameter(torch.zeros(2))], "lr": 7.0})
    for _ in range(5, step):
        optimizer.step()
        built.step()
    optimizer.step()
    with pytest.raises(exception):
        built.step()
    (problem,) = told(replace(FROZEN, scheduler=scheduler, run=Run(steps=STEPS, unfreeze=(Unfreeze("biases", 4),))))
    assert (problem.severity, problem.place) == (Severity.WARNING, "run.unfreeze[0].step")
    assert f"torch raises a {exception.__name__} at the scheduler's step {step}." in problem.message
    assert "Thaw" in problem.way_out


def test_a_plateau_takes_a_new_group_unless_each_group_has_its_min_lr() -> None:
    metric = Choice("values", Options(values=(1.0,)))
    run = Run(steps=STEPS, metric=metric, unfreeze=(Unfreeze("biases", 4),))
    for lowest, expected in ((0.01, None), ((0.01,), RuntimeError)):
        optimizer = sgd()
        built = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, patience=0, min_lr=lowest)  # type: ignore[arg-type]
        built.step(1.0)
        optimizer.add_param_group({"params": [torch.nn.Parameter(torch.zeros(2))], "lr": 7.0})
        (problem,) = told(replace(FROZEN, scheduler=of("ReduceLROnPlateau", patience=0, min_lr=lowest), run=run))
        if expected is None:
            built.step(1.0)
            assert problem.severity is Severity.NOTE
        else:
            with pytest.raises(expected):
                built.step(1.0)
            assert "RuntimeError at the next reduction" in problem.message


def test_optimizers_are_told_what_they_make_of_a_new_group() -> None:
    run = Run(steps=STEPS, unfreeze=(Unfreeze("biases", 4),))
    (problem,) = told(replace(FROZEN, optimizer=Choice("LBFGS"), run=run))
    assert "AssertionError at optimizer step 4" in problem.message
    lbfgs = torch.optim.LBFGS([torch.nn.Parameter(torch.zeros(2))])
    lbfgs.add_param_group({"params": [torch.nn.Parameter(torch.zeros(2))]})
    with pytest.raises(AssertionError):
        lbfgs.step(lambda: 0.0)
    (problem,) = told(replace(FROZEN, optimizer=Choice("Muon"), run=run))
    assert "but the first step with gradients raises a ValueError" in problem.message
    bias = torch.nn.Parameter(torch.zeros(2))
    muon = torch.optim.Muon([torch.nn.Parameter(torch.zeros(2, 2))])
    muon.add_param_group({"params": [bias]})
    muon.step()
    bias.grad = torch.ones(2)
    with pytest.raises(ValueError, match="2D"):
        muon.step()


RESUMED = {
    "lambda": of("LambdaLR", lr_lambda="0.9**epoch"),
    "multiplicative": of("MultiplicativeLR", lr_lambda="0.9**epoch"),
    "step": of("StepLR", step_size=4, gamma=0.5),
    "milestones": of("MultiStepLR", milestones=[4, 13], gamma=0.5),
    "constant": of("ConstantLR", factor=0.5, total_iters=9),
    "linear": of("LinearLR", start_factor=0.25, total_iters=20),
    "exponential": HALVES,
    "polynomial": of("PolynomialLR", total_iters=40),
    "cosine": of("CosineAnnealingLR", T_max=30),
    "restarts": of("CosineAnnealingWarmRestarts", T_0=7, T_mult=2),
    "cyclic": of("CyclicLR", base_lr=0.1, max_lr=0.7, step_size_up=4),
    "one cycle": of("OneCycleLR", max_lr=1, total_steps=60),
    "milestone at 0": of("MultiStepLR", milestones=[0, 8, 13], gamma=0.5),
    "sequence": of("SequentialLR", of("LinearLR", start_factor=0.25, total_iters=12), HALVES, milestones=[15]),
    "sequence of formulas": of("SequentialLR", HALVES, of("LambdaLR", lr_lambda="0.9**epoch"), milestones=[6]),
    "chain with a line": of("ChainedScheduler", of("LinearLR", start_factor=0.25, total_iters=20), HALVES),
    "chain with a formula": of("ChainedScheduler", HALVES, of("LambdaLR", lr_lambda="0.9**epoch")),
    "chain of factors": of("ChainedScheduler", HALVES, of("StepLR", step_size=3)),
}
RESUME_STEP = 10


def rates(scheduler: Scheduler, order: str | None) -> list[float]:
    """The learning rates of a plain loop that is saved, rebuilt and loaded before step 10, in an order."""
    optimizer: Any = sgd()
    built = build(scheduler, optimizer)
    recorded = []
    for step in range(STEPS):
        if order is not None and step == RESUME_STEP:
            states = deepcopy(optimizer.state_dict()), deepcopy(built.state_dict())
            optimizer = sgd()
            if order == "load_then_build":
                optimizer.load_state_dict(states[0])
            built = build(scheduler, optimizer)
            if order in ("build_then_load", "optimizer_only"):
                optimizer.load_state_dict(states[0])
            if order != "optimizer_only":
                built.load_state_dict(states[1])
        recorded.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        built.step()
    return recorded


def wrong_steps(scheduler: Scheduler, order: str) -> list[int]:
    intended = rates(scheduler, None)
    pairs = zip(intended, rates(scheduler, order), strict=True)
    return [step for step, (one, other) in enumerate(pairs) if one != pytest.approx(other, rel=1e-9)]


# torch steps a composite that comes first in SequentialLR while it is built, and complains about itself.
@pytest.mark.filterwarnings("ignore:Detected call of:UserWarning")
@pytest.mark.parametrize("order", ["build_then_load", "load_then_build", "scheduler_only", "optimizer_only"])
@pytest.mark.parametrize("name", RESUMED)
def test_what_an_order_does_to_a_schedule_is_what_it_does_in_torch(name: str, order: Any) -> None:
    scheduler = RESUMED[name]
    wrong = wrong_steps(scheduler, order)
    problems = told(replace(FROZEN, scheduler=scheduler, run=Run(steps=STEPS, resume=Resume(RESUME_STEP, order))))
    if order == "build_then_load":
        assert (problems, wrong) == ([], [])
        return
    (problem,) = problems
    assert problem.place == "run.resume.order"
    assert (problem.severity is Severity.NOTE) == (not wrong)
    if wrong and order != "optimizer_only":
        assert words_for(wrong) in problem.message
    if wrong and order == "optimizer_only":
        assert_begins_anew(scheduler, back="starts over at its first learning rate" in problem.message)


def assert_begins_anew(scheduler: Scheduler, *, back: bool) -> None:
    """Hold what follows a loss of the scheduler's state against the beginning of the same schedule."""
    fresh, resumed = rates(scheduler, None), rates(scheduler, "optimizer_only")
    first = 1.0 if back else resumed[RESUME_STEP] / fresh[0]
    if not scheduler.schedulers:
        expected = [first * rate for rate in fresh[1 : STEPS - RESUME_STEP]]
        assert resumed[RESUME_STEP + 1 :] == pytest.approx(expected)


def words_for(wrong: list[int]) -> str:
    if wrong == [RESUME_STEP]:
        return (
            "After the resume at optimizer step 10 the learning rate is wrong until the scheduler's next step, because"
        )
    if wrong[-1] == STEPS - 1:
        return "to the end of the run"
    return f"until the milestone at the scheduler's step {wrong[-1] + 1}"


def test_nothing_is_lost_before_the_scheduler_has_been_stepped() -> None:
    for order in ("scheduler_only", "optimizer_only"):
        run = Run(steps=STEPS, interval="epoch", steps_per_epoch=12, resume=Resume(10, order))  # type: ignore[arg-type]
        (problem,) = told(replace(FROZEN, scheduler=of("StepLR", step_size=1), run=run))
        assert problem.severity is Severity.NOTE


def test_without_a_scheduler_the_order_is_a_note() -> None:
    (problem,) = told(replace(FROZEN, run=Run(steps=STEPS, resume=Resume(3, "scheduler_only"))))
    assert (problem.severity, problem.place) == (Severity.NOTE, "run.resume.order")
