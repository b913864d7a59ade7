"""Scheduler trees over values sensible and not, and torch's own objects built from them."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

import torch
from hypothesis import strategies as st
from torch.optim import lr_scheduler

from lrgui.core.problems import Severity
from lrgui.core.recipe import Options, Recipe, Scheduler
from lrgui.core.validate import validate

FORMULAS: dict[str, Callable[[float], float]] = {
    "1/(epoch-7)": lambda epoch: 1 / (epoch - 7),
    "0.9**epoch": lambda epoch: 0.9**epoch,
    "log(13-epoch)": lambda epoch: math.log(13 - epoch),
    "1-epoch": lambda epoch: 1 - epoch,
}

# Sensible and not: what torch's constructors refuse, take, and break over later.
COUNTS = [0, 1, 2, 3, 5, 7, -1, -3, 2.5, 0.5, 7 / 3, 1 / 3, 10 / 3, 12.0]
FACTORS = [0, 0.5, 1.0, -0.5, 1.5]
LEAVES: dict[str, dict[str, list[Any]]] = {
    "StepLR": {"step_size": COUNTS, "gamma": FACTORS},
    "MultiStepLR": {"milestones": [(), (0,), (5, 3), (3, 3), (-2,), (2.5,)], "gamma": FACTORS},
    "ConstantLR": {"factor": [0, 0.0, 0.5, 1.5, -1], "total_iters": COUNTS},
    "LinearLR": {"start_factor": [0, 0.5, 1.5], "end_factor": [0, 1, 2], "total_iters": COUNTS},
    "ExponentialLR": {"gamma": FACTORS},
    "PolynomialLR": {"total_iters": COUNTS, "power": [0, 1, 2.5, -1, -0.5]},
    "CosineAnnealingLR": {"T_max": COUNTS, "eta_min": [0, -0.1, 0.5]},
    "CosineAnnealingWarmRestarts": {"T_0": [0, 1, 3, -1, 2.5], "T_mult": [0, 1, 2, 1.5], "eta_min": [0, -0.1, 0.5]},
    "CyclicLR": {
        "base_lr": [0.1, -0.1],
        "max_lr": [0.2, 0.05],
        "step_size_up": [0, 1, 3, -3, 2.5, 0.004],
        "step_size_down": [None, 0, 2, 3, -2, 0.004],
        "mode": ["triangular", "triangular2", "exp_range"],
        "gamma": [0.5, -0.5, 0, 1e30, -1e30],
        "cycle_momentum": [False, True],
    },
    "OneCycleLR": {
        "max_lr": [0.1, -0.1],
        "total_steps": [None, 0, 1, 2, 4, 10, 20, -1, 2.5],
        "epochs": [None, 2],
        "steps_per_epoch": [None, 5],
        "pct_start": [0, 1, 0.0, 0.1, 0.25, 0.3, 0.5, 0.55, 1.0, 1.5],
        "three_phase": [False, True],
        "div_factor": [25, 0, -2],
        "final_div_factor": [10, 0, -2],
        "anneal_strategy": ["cos", "linear"],
    },
    "LambdaLR": {"lr_lambda": list(FORMULAS)},
    "MultiplicativeLR": {"lr_lambda": list(FORMULAS)},
}


def leaf(name: str) -> st.SearchStrategy[Scheduler]:
    options = {option: st.sampled_from(values) for option, values in LEAVES[name].items()}
    return st.builds(lambda drawn: Scheduler(name, Options(drawn)), st.fixed_dictionaries(options))


def tree_over(children: st.SearchStrategy[Scheduler], *, fractions: bool = False) -> st.SearchStrategy[Scheduler]:
    milestone = st.sampled_from([-1, 0, 2, 3, 5, 8, 8, 12, 20, 30, 5.0, *([2.5] if fractions else [])])

    def sequence(drawn: list[Scheduler]) -> st.SearchStrategy[Scheduler]:
        milestones = st.lists(milestone, min_size=len(drawn) - 1, max_size=len(drawn) - 1)
        # Most of them in order, as people write them.
        ordered = st.one_of(milestones.map(sorted), milestones.map(sorted), milestones)
        return ordered.map(lambda given: Scheduler("SequentialLR", Options(milestones=given), tuple(drawn)))

    several = st.lists(children, min_size=1, max_size=3)
    chain = several.map(lambda drawn: Scheduler("ChainedScheduler", Options(), tuple(drawn)))
    return st.one_of(several.flatmap(sequence), chain)


LEAF = st.sampled_from(list(LEAVES)).flatmap(leaf)
TREE = st.one_of(LEAF, tree_over(LEAF, fractions=True), tree_over(st.one_of(LEAF, tree_over(LEAF))))


def build(scheduler: Scheduler, optimizer: torch.optim.Optimizer) -> Any:
    options = {name: list(value) if isinstance(value, tuple) else value for name, value in scheduler.options.items()}
    if "lr_lambda" in options:
        options["lr_lambda"] = FORMULAS[options["lr_lambda"]]
    if scheduler.schedulers:
        options["schedulers"] = [build(child, optimizer) for child in scheduler.schedulers]
    return getattr(lr_scheduler, scheduler.class_name)(optimizer=optimizer, **options)


END = re.compile(r"(?:raises an? \w+|the run ends) at the scheduler's step (\d+)(?:, after (\d+) optimizer steps?)?")


def end_told(recipe: Recipe) -> tuple[int, int] | None:
    """The first scheduler step at which the run is told to end, and the optimizer steps before it.

    Two zeros where there is an error, None without either.
    """
    problems = validate(recipe)
    if any(problem.severity is Severity.ERROR for problem in problems):
        return 0, 0
    ends = [END.search(problem.message) for problem in problems]
    return min(((int(end[1]), int(end[2] or end[1])) for end in ends if end), default=None)
