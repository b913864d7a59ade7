"""What validate calls an error must raise in torch, and what it lets pass must not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from torch.optim import lr_scheduler
from torch.optim.swa_utils import SWALR

from lrgui.core.problems import Severity
from lrgui.core.recipe import Choice, Group, Options, Recipe, Run, Scheduler
from lrgui.core.validate import validate
from tests.core.nasty_trees import end_told

FIXTURES = Path(__file__).parents[1] / "fixtures"
REFUSED = json.loads((FIXTURES / "oracle_errors.json").read_text(encoding="utf-8"))
CASES = json.loads((FIXTURES / "oracle_cases.json").read_text(encoding="utf-8"))["cases"]
NAMED_OPTION = {
    "OneCycleLR no total": "total_steps",
    "StepLR last_epoch without initial_lr": "last_epoch",
    "CyclicLR mode CATS": "mode",
    "CyclicLR cycle_momentum on Rprop": "cycle_momentum",
    "SWALR strategy": "anneal_strategy",
    "SWALR anneal_epochs -1": "anneal_epochs",
    "SWALR swa_lr length": "swa_lr",
}


def group(data: dict[str, Any]) -> Group:
    match = data["match"]
    return Group(data["name"], (match,) if isinstance(match, str) else tuple(match), Options(data.get("options", {})))


def scheduler(data: dict[str, Any]) -> Scheduler:
    return Scheduler(data["class"], Options(data["options"]), tuple(map(scheduler, data.get("schedulers", ()))))


def recipe(data: dict[str, Any]) -> Recipe:
    run = dict(data["run"])
    if "metric" in run:
        run["metric"] = Choice(run["metric"]["class"], Options(run["metric"]["options"]))
    return Recipe(
        model=Choice(data["model"]["class"], Options(data["model"]["options"])),
        groups=tuple(map(group, data["groups"])),
        optimizer=Choice(data["optimizer"]["class"], Options(data["optimizer"]["options"])),
        scheduler=scheduler(data["scheduler"]),
        run=Run(**run),
    )


def build(data: Scheduler, optimizer: torch.optim.Optimizer) -> Any:
    options = {name: list(value) if isinstance(value, tuple) else value for name, value in data.options.items()}
    if data.schedulers:
        options["schedulers"] = [build(child, optimizer) for child in data.schedulers]
    scheduler_class: Any = SWALR if data.class_name == "SWALR" else getattr(lr_scheduler, data.class_name)
    return scheduler_class(optimizer=optimizer, **options)


def step_at_which_torch_raises(data: Scheduler, steps: int) -> int | None:
    """The scheduler step at which torch raises, 0 for the construction, None when all `steps` go well."""
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(2, 2))], lr=0.1)
    made = 0
    try:
        built = build(data, optimizer)
        for _ in range(steps):
            made += 1
            optimizer.step()
            built.step()
    except Exception:
        return made
    return None


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_recipes_of_public_test_suites_have_no_error(case: dict[str, Any]) -> None:
    assert [str(one) for one in validate(recipe(case["recipe"]), 10**9) if one.severity is Severity.ERROR] == []


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case["name"])
def test_what_public_test_suites_know_to_raise_is_an_error_at_the_option(case: dict[str, Any]) -> None:
    (first,) = case["schedulers"]
    optimizer = Choice(case["optimizer"]["class"], Options(case["optimizer"]["kwargs"]))
    refused = Recipe(groups=tuple(map(group, case["groups"])), optimizer=optimizer, scheduler=scheduler(first))
    errors = [problem.place for problem in validate(refused) if problem.severity is Severity.ERROR]
    assert errors == [f"scheduler.options.{NAMED_OPTION[case['name']]}"]
    groups = [{"params": [torch.nn.Parameter(torch.zeros(1))], **one["options"]} for one in case["groups"]]
    real = getattr(torch.optim, optimizer.class_name)(groups, **optimizer.options)
    with pytest.raises(Exception, match=r".+") as caught:
        build(refused.scheduler, real)  # type: ignore[arg-type]
    assert type(caught.value).__name__ == case["raises"]


def one_cycle(**options: Any) -> Scheduler:
    return Scheduler("OneCycleLR", Options({"max_lr": 0.1, **options}))


def sequence(*schedulers: Scheduler, milestones: list[int]) -> Scheduler:
    return Scheduler("SequentialLR", Options(milestones=milestones), schedulers)


def chain(*schedulers: Scheduler) -> Scheduler:
    return Scheduler("ChainedScheduler", Options(), schedulers)


def brief(value: Scheduler | int) -> str:
    if isinstance(value, int):
        return str(value)
    options = ",".join(f"{name}={option}" for name, option in value.options.items())
    return f"{value.class_name}({options}{'|' if value.schedulers else ''}{'+'.join(map(brief, value.schedulers))})"


STEP = Scheduler("StepLR", Options(step_size=3))
RESUMED = Scheduler("StepLR", Options(step_size=3, last_epoch=4))


@pytest.mark.parametrize("steps", [9, 10, 11, 15, 16, 20])
@pytest.mark.parametrize(
    "tree",
    [
        one_cycle(total_steps=10),
        one_cycle(epochs=5, steps_per_epoch=2),
        one_cycle(total_steps=10, epochs=7, steps_per_epoch=7),
        one_cycle(total_steps=10, pct_start=1.0),
        one_cycle(total_steps=10, pct_start=1.0, three_phase=True),
        one_cycle(total_steps=20, pct_start=0.05),
        one_cycle(total_steps=20, pct_start=0.05, three_phase=True),
        one_cycle(total_steps=9, pct_start=5 / 9, three_phase=True),
        one_cycle(total_steps=15, pct_start=8 / 15, three_phase=True),
        one_cycle(total_steps=20, pct_start=0.5, three_phase=True),
        one_cycle(total_steps=20, last_epoch=3),
        sequence(one_cycle(total_steps=10), STEP, milestones=[11]),
        sequence(one_cycle(total_steps=10), STEP, milestones=[12]),
        sequence(STEP, one_cycle(total_steps=10), milestones=[5]),
        sequence(STEP, one_cycle(total_steps=3), STEP, milestones=[5, 9]),
        sequence(STEP, one_cycle(total_steps=3), STEP, milestones=[5, 10]),
        sequence(STEP, milestones=[]),
        sequence(STEP, RESUMED, milestones=[5]),
        sequence(RESUMED, STEP, milestones=[5]),
        sequence(chain(STEP), STEP, milestones=[5]),
        sequence(sequence(STEP, STEP, milestones=[2]), STEP, milestones=[5]),
        sequence(STEP, chain(STEP), milestones=[5]),
        sequence(STEP, chain(STEP), milestones=[10]),
        sequence(STEP, chain(STEP), milestones=[0]),
        sequence(STEP, sequence(STEP, STEP, milestones=[2]), STEP, milestones=[5, 5]),
        sequence(STEP, STEP, chain(STEP), milestones=[5, 5]),
        sequence(sequence(STEP, chain(STEP), milestones=[11]), STEP, milestones=[11]),
        sequence(STEP, chain(sequence(STEP, chain(STEP), milestones=[1])), milestones=[16]),
        chain(STEP, one_cycle(total_steps=10)),
        chain(STEP, one_cycle(total_steps=30, last_epoch=2)),
        chain(one_cycle(total_steps=30), one_cycle(total_steps=30, last_epoch=2)),
        chain(sequence(STEP, one_cycle(total_steps=5), milestones=[5]), STEP),
        chain(chain(STEP), STEP),
    ],
    ids=brief,
)
# torch steps a composite that comes first in SequentialLR while it is built, and complains about itself.
@pytest.mark.filterwarnings("ignore:Detected call of:UserWarning")
def test_the_step_at_which_torch_raises_is_told_before_the_run(tree: Scheduler, steps: int) -> None:
    recipe = Recipe(optimizer=Choice("SGD"), scheduler=tree, run=Run(steps=steps))
    told = end_told(recipe)
    assert (told and told[0]) == step_at_which_torch_raises(tree, steps)
