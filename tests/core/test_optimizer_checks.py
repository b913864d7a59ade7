"""What an optimizer makes of its switches, of an lr that is a tensor and of its parameters, held against torch."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
import torch

from lrgui.core.catalog import OPTIMIZERS
from lrgui.core.catalog.applied import APPLIED_RATE
from lrgui.core.problems import Problem, Severity
from lrgui.core.recipe import Choice, Group, Options, Recipe, Run, Scheduler
from lrgui.core.validate import validate
from lrgui.engine.stepper import Stepper

TWO = (Group("weights", ("weight",)), Group("biases", ("bias",)))
FLAGS = ("foreach", "fused", "capturable", "differentiable")
MATRIX = Choice("linear", Options(bias=False))
TABLE = Choice("embedding")


def worst(problems: tuple[Problem, ...]) -> Severity | None:
    return min((problem.severity for problem in problems), key=list(Severity).index, default=None)


def model_for(name: str) -> Choice:
    return TABLE if name == "SparseAdam" else MATRIX


def outcome(make: Any, sparse: bool) -> str:
    """What torch does: refuses, raises at a step without or with gradients, or goes on."""
    parameter = torch.nn.Parameter(torch.ones(2, 2))
    try:
        optimizer = make(parameter)
    except Exception:
        return "refuses"
    closure = (lambda: 1.0,) if isinstance(optimizer, torch.optim.LBFGS) else ()
    try:
        optimizer.step(*closure)
    except Exception:
        return "raises at once"
    parameter.grad = torch.ones(2, 2).to_sparse() if sparse else torch.ones(2, 2)
    try:
        optimizer.step(*closure)
    except Exception:
        return "raises with gradients"
    return "goes on"


SEVERITIES = {
    "refuses": Severity.ERROR,
    "raises at once": Severity.WARNING,
    "raises with gradients": Severity.WARNING,
    "goes on": None,
}


@pytest.mark.parametrize("pair", [(one, other) for one in FLAGS for other in FLAGS if one <= other], ids="+".join)
@pytest.mark.parametrize("tensor", [False, True], ids=["float", "tensor"])
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_switches_are_told_as_torch_takes_them(name: str, tensor: bool, pair: tuple[str, str]) -> None:
    flags = {flag: True for flag in pair if OPTIMIZERS[name].field(flag)}
    described = Recipe(model=model_for(name), optimizer=Choice(name, Options(flags, lr=0.1, lr_is_tensor=tensor)))
    rate: Any = torch.tensor(0.1) if tensor else 0.1
    done = outcome(lambda one: getattr(torch.optim, name)([one], lr=rate, **flags), name == "SparseAdam")
    problems = validate(described)
    assert worst(problems) is SEVERITIES[done]
    if done == "raises at once":
        assert any("the first step raises" in problem.message for problem in problems)
    if done == "raises with gradients":
        assert any("the first step with gradients raises" in problem.message for problem in problems)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_a_tensor_in_a_group_is_told_as_torch_takes_it(name: str) -> None:
    flags = {"foreach": True} if OPTIMIZERS[name].field("foreach") else {}
    groups = (Group("all", ("*",), Options(lr_is_tensor=True)),)
    described = Recipe(model=model_for(name), groups=groups, optimizer=Choice(name, Options(flags)))

    def make(parameter: torch.nn.Parameter) -> Any:
        return getattr(torch.optim, name)([{"params": [parameter], "lr": torch.tensor(0.1)}], **flags)

    problems = validate(described)
    assert worst(problems) is SEVERITIES[outcome(make, name == "SparseAdam")]
    assert {problem.place for problem in problems} <= {"groups[0].options.lr_is_tensor"}


def test_groups_that_share_a_tensor_are_told_to_get_the_same_schedule() -> None:
    formulas = Scheduler("LambdaLR", Options(lr_lambda=["0.5**epoch", "0.9**epoch"]))
    shared = Recipe(
        groups=TWO, optimizer=Choice("SGD", Options(lr=1.0, lr_is_tensor=True)), scheduler=formulas, run=Run(steps=5)
    )
    (problem,) = validate(shared)
    assert (problem.severity, problem.place) == (Severity.WARNING, "optimizer.options.lr_is_tensor")
    assert "weights and biases share one lr tensor" in problem.message
    stepper = Stepper(shared)
    stepper.advance(5)
    assert stepper.trace.column("lr", 0).tolist() == pytest.approx([0.9**step for step in range(5)])
    own = replace(shared, groups=tuple(replace(group, options=Options(lr=1.0)) for group in TWO))
    assert validate(own) == ()
    assert validate(replace(shared, scheduler=None)) == ()


# torch says, once in a process, that it does not look for holes in a sparse tensor.
@pytest.mark.filterwarnings("ignore:Sparse invariant checks:UserWarning")
@pytest.mark.parametrize(
    ("model", "optimizer", "warned"),
    [
        *((TABLE, name, name not in ("SGD", "Adagrad", "LBFGS", "SparseAdam")) for name in OPTIMIZERS),
        (Choice("embedding", Options(sparse=False)), "SparseAdam", True),
        (Choice("embedding", Options(sparse=False)), "Adam", False),
        (MATRIX, "SparseAdam", True),
    ],
)
def test_gradients_that_an_optimizer_refuses_are_told(model: Choice, optimizer: str, warned: bool) -> None:
    problems = validate(Recipe(model=model, optimizer=Choice(optimizer)))
    assert [problem.place for problem in problems] == ["optimizer.class"] * warned
    sparse = model.class_name == "embedding" and model.options.get("sparse", True)
    table = torch.nn.Embedding(10, 4, sparse=bool(sparse))
    real = getattr(torch.optim, optimizer)(table.parameters())

    def closure() -> Any:
        loss = (table(torch.tensor([1, 2])) ** 2).sum()
        real.zero_grad()
        loss.backward()
        return loss

    if warned:
        with pytest.raises(RuntimeError, match=r"(?i)sparse|dense"):
            real.step(closure)
    else:
        real.step(closure)


MODELS_OF_MUON = ["linear", "mlp", "convnet", "transformer"]


@pytest.mark.parametrize("model", MODELS_OF_MUON)
def test_the_way_out_that_muon_is_told_works(model: str) -> None:
    refused = Recipe(model=Choice(model), optimizer=Choice("Muon"), run=Run(steps=3))
    (problem,) = validate(refused)
    assert (problem.severity, problem.place) == (Severity.ERROR, "groups")
    assert "AdamW" in problem.way_out
    found = re.search(r"a frozen group with the patterns (.+) before the others\.", problem.way_out)
    assert found is not None
    frozen = Group("others", tuple(found[1].split(", ")), frozen=True)
    taken = replace(refused, groups=(frozen,))
    assert [one for one in validate(taken) if one.severity is Severity.ERROR] == []
    stepper = Stepper(taken)
    stepper.advance(3)
    assert stepper.finished


def test_a_group_of_nothing_but_what_muon_refuses_is_to_be_frozen() -> None:
    (problem,) = validate(Recipe(optimizer=Choice("Muon"), groups=TWO))
    assert problem.place == "groups[1].match"
    assert problem.way_out.startswith("Freeze this group.")


def test_every_applied_rate_is_of_an_optimizer_that_exists() -> None:
    assert set(APPLIED_RATE) == {"Adafactor", "ASGD", "Adagrad", "Muon", "NAdam", "RAdam", "Rprop"}
    assert set(APPLIED_RATE) <= set(OPTIMIZERS)
    assert all(explanation.endswith(".") for explanation in APPLIED_RATE.values())
