"""What a training script would do: torch's own objects made from a recipe's JSON, and what the optimizer reads.

It is written from the README and from torch's documentation, and imports nothing of lrgui, so that lrgui can be held
against it.
"""

from __future__ import annotations

import copy
import inspect
import math
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from itertools import pairwise
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.optim import Optimizer, lr_scheduler, swa_utils

Json = Mapping[str, Any]

FORMULAS: Mapping[str, Callable[[Any], Any]] = {
    "0.9": lambda n: 0.9,
    "0.95 ** {n}": lambda n: 0.95**n,
    "1 / (1 + 0.3 * {n})": lambda n: 1 / (1 + 0.3 * n),
    "exp(-0.07 * {n})": lambda n: math.exp(-0.07 * n),
    "0.5 * (1 + cos(pi * {n} / 17))": lambda n: 0.5 * (1 + math.cos(math.pi * n / 17)),
    "min(({n} + 1) ** -0.5, ({n} + 1) * 7 ** -1.5)": lambda n: min((n + 1) ** -0.5, (n + 1) * 7**-1.5),
    "0.5 ** ({n} // 4)": lambda n: 0.5 ** (n // 4),
    "{n} / 9 if {n} < 9 else max(0, 1 - ({n} - 9) / 30)": lambda n: n / 9 if n < 9 else max(0, 1 - (n - 9) / 30),
    "1 + 0.3 * sin({n}) - abs(0.2 * tan({n} / 50))": lambda n: 1 + 0.3 * math.sin(n) - abs(0.2 * math.tan(n / 50)),
    "sqrt(log({n} + e)) / pow(2, {n} % 3)": lambda n: math.sqrt(math.log(n + math.e)) / pow(2, n % 3),
    "floor({n} / 3) - ceil({n} / 5)": lambda n: math.floor(n / 3) - math.ceil(n / 5),
    "2": lambda n: 2,
    "1 / (6 - {n})": lambda n: 1 / (6 - n),
}
"""Expressions over a variable `{n}` and the same arithmetic in Python; the last one divides by zero in the end."""

_VARIABLES = ("epoch", "x", "step")
_FUNCTIONS = {text.format(n=name): function for text, function in FORMULAS.items() for name in _VARIABLES}

_READERS: Mapping[str, Callable[[Json], float]] = {
    "lr": lambda group: float(group["lr"]),
    "momentum": lambda group: float(group["momentum"] if "momentum" in group else group["betas"][0]),
    "weight_decay": lambda group: float(group["weight_decay"]),
}

_RUN = {"interval": "step", "frequency": 1, "calls": 1, "skipped_steps": [], "order": "optimizer_first"}


@dataclass
class Group:
    """A group of the recipe with the parameters that join it."""

    name: str
    parameters: list[nn.Parameter]
    options: dict[str, Any] = field(default_factory=dict)
    frozen: bool = False


@dataclass(frozen=True)
class Outcome:
    """What the optimizer read at each of its steps, by series in arrays of shape (rows, groups), and how it ended.

    `error` is what torch raised, if it did; `step` is then the iteration that could not be made, None while the
    objects were built.
    """

    groups: tuple[str, ...] = ()
    series: Mapping[str, np.ndarray] = field(default_factory=dict)
    error: Exception | None = None
    step: int | None = None


def train(recipe: Json) -> Outcome:
    """Make the iterations of a recipe, as many as torch makes."""
    with warnings.catch_warnings():
        # torch complains about the wrong order of steps, which is what some recipes ask for.
        warnings.simplefilter("ignore", UserWarning)
        training = None
        try:
            training = _Training(recipe)
            training.make_iterations()
        except Exception as error:
            if training is None:
                return Outcome(error=error)
            return Outcome(training.names(), training.series(), error, training.reached)
        return Outcome(training.names(), training.series())


def groups_of(recipe: Json) -> list[Group]:
    """Return the groups in order, each with the parameters that fit it first; those that fit none are `rest`."""
    remaining = dict(_model(recipe["model"]).named_parameters())
    groups = []
    for described in recipe["groups"]:
        match = described["match"]
        patterns = [match] if isinstance(match, str) else match
        names = [name for name in remaining if any(fnmatchcase(name, pattern) for pattern in patterns)]
        own = [remaining.pop(name) for name in names]
        groups.append(Group(described["name"], own, described.get("options", {}), described.get("frozen", False)))
    if remaining:
        groups.append(Group("rest", list(remaining.values())))
    return groups


class _Training:
    def __init__(self, recipe: Json) -> None:
        self._recipe = recipe
        self._run = {**_RUN, **recipe["run"]}
        groups = groups_of(recipe)
        frozen = {group.name: group for group in groups if group.frozen}
        joining = sorted(self._run.get("unfreeze", []), key=lambda entry: entry["step"])
        self._joining = [(entry["step"], frozen[entry["group"]]) for entry in joining]
        self._groups = [group for group in groups if not group.frozen]
        self._scheduler_steps = 0
        self._rows: dict[str, list[list[float]]] = {}
        self.reached = 0
        self._optimizer = self._build_optimizer()
        self._scheduler = self._build_scheduler()
        self._rows = {name: [] for name in _READERS if self._is_readable(name)}

    def names(self) -> tuple[str, ...]:
        return tuple(group.name for group in self._groups) + tuple(group.name for _, group in self._joining)

    def series(self) -> dict[str, np.ndarray]:
        shape = (-1, len(self.names()))
        return {name: np.array(rows, dtype=np.float64).reshape(shape) for name, rows in self._rows.items()}

    def make_iterations(self) -> None:
        run = self._run
        interval = run["frequency"] * (run["steps_per_epoch"] if run["interval"] == "epoch" else 1)
        scheduler_first = run["order"] == "scheduler_first"
        for step in range(run["steps"]):
            self._prepare(step)
            if scheduler_first and step % interval == 0:
                self._step_scheduler()
            if not self._is_skipped(step):
                self._step_optimizer()
            # Whatever fails from here on keeps the next iteration from being made.
            self.reached = step + 1
            if not scheduler_first and (step + 1) % interval == 0:
                self._step_scheduler()

    def _prepare(self, step: int) -> None:
        while self._joining and self._joining[0][0] == step:
            _, group = self._joining[0]
            self._optimizer.add_param_group(_group_arguments(group, self._recipe["optimizer"]))
            self._groups.append(group)
            del self._joining[0]
        resume = self._run.get("resume")
        if resume and resume["step"] == step:
            self._resume(resume["order"])

    def _resume(self, order: str) -> None:
        optimizer_state = copy.deepcopy(self._optimizer.state_dict())
        scheduler_state = copy.deepcopy(self._scheduler.state_dict()) if self._scheduler else None
        self._optimizer = self._build_optimizer()
        if order == "load_then_build":
            self._optimizer.load_state_dict(optimizer_state)
        self._scheduler = self._build_scheduler()
        if order in ("build_then_load", "optimizer_only"):
            self._optimizer.load_state_dict(optimizer_state)
        if self._scheduler and order != "optimizer_only":
            self._scheduler.load_state_dict(scheduler_state)

    def _build_optimizer(self) -> Any:
        described = self._recipe["optimizer"]
        groups = [_group_arguments(group, described) for group in self._groups]
        optimizer = _optimizer_class(described)(groups, **_optimizer_arguments(described))
        optimizer.register_step_pre_hook(self._record)
        return optimizer

    def _build_scheduler(self) -> Any:
        described = self._recipe["scheduler"]
        return None if described is None else build_scheduler(described, self._optimizer)

    def _record(self, optimizer: Optimizer, args: Any, kwargs: Any) -> None:
        absent = [math.nan] * len(self._joining)
        for name, rows in self._rows.items():
            rows.append([_READERS[name](group) for group in optimizer.param_groups] + absent)

    def _is_readable(self, series: str) -> bool:
        try:
            for group in self._optimizer.param_groups:
                _READERS[series](group)
        except KeyError:
            return False
        return True

    def _is_skipped(self, step: int) -> bool:
        skipped = self._run["skipped_steps"]
        if isinstance(skipped, Mapping):
            return bool((step + 1) % skipped["every"] == 0)
        return step in skipped

    def _step_optimizer(self) -> None:
        closure = [lambda: 0.0] if isinstance(self._optimizer, torch.optim.LBFGS) else []
        self._optimizer.step(*closure)

    def _step_scheduler(self) -> None:
        for _ in range(self._run["calls"]):
            if isinstance(self._scheduler, lr_scheduler.ReduceLROnPlateau):
                self._scheduler.step(self._metric(self._scheduler_steps))
            elif self._scheduler:
                self._scheduler.step()
            self._scheduler_steps += 1

    def _metric(self, count: int) -> float:
        metric = self._run["metric"]
        if metric["class"] == "expression":
            return float(_FUNCTIONS[metric["options"]["expression"]](count))
        values = metric["options"]["values"]
        return float(values[min(count, len(values) - 1)])


def build_scheduler(described: Json, optimizer: Optimizer) -> Any:
    """Build a scheduler on the optimizer; children first, in the listed order."""
    name = described["class"]
    options = {
        key: _as_function(value) if key in ("lr_lambda", "scale_fn") else value
        for key, value in described["options"].items()
    }
    if "schedulers" in described:
        options["schedulers"] = [build_scheduler(child, optimizer) for child in described["schedulers"]]
    owner: Any = swa_utils if name == "SWALR" else lr_scheduler
    return getattr(owner, name)(optimizer=optimizer, **options)


def _as_function(text: str | list[str] | None) -> Any:
    """Return a function that gives doubles, as an expression does: the sign of a zero depends on it."""
    if isinstance(text, list):
        return [_as_function(one) for one in text]
    return None if text is None else lambda n: float(_FUNCTIONS[text](n))


def _model(described: Json) -> nn.Module:
    options = described["options"]
    if described["class"] == "linear":
        return nn.Linear(**options)
    widths = [options["in_features"], *options["hidden"], options["out_features"]]
    module = nn.Module()
    module.layers = nn.ModuleList(nn.Linear(*pair) for pair in pairwise(widths))
    return module


def _optimizer_class(described: Json) -> Any:
    return getattr(torch.optim, described["class"])


def _optimizer_arguments(described: Json) -> dict[str, Any]:
    options = dict(described["options"])
    if options.pop("lr_is_tensor", False):
        options["lr"] = torch.tensor(float(_rate(described)))
    return options


def _rate(described: Json) -> Any:
    """Return the optimizer's own learning rate, torch's where the recipe gives none."""
    default = inspect.signature(_optimizer_class(described)).parameters["lr"].default
    return described["options"].get("lr", default)


def _group_arguments(group: Group, optimizer: Json) -> dict[str, Any]:
    """Return the group as torch takes it; without a rate or a flag of its own it shares the optimizer's rate."""
    options = dict(group.options)
    flagged = "lr_is_tensor" in options
    as_tensor = options.pop("lr_is_tensor", optimizer["options"].get("lr_is_tensor", False))
    if flagged or "lr" in options:
        rate = options.get("lr", _rate(optimizer))
        options["lr"] = torch.tensor(float(rate)) if as_tensor else rate
    return {"params": group.parameters, **options}
