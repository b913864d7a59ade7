"""Strategies of every scheduler, and of trees of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from hypothesis import strategies as st

from tests.engine.drawn.optimizers import WITHOUT_MOMENTUM
from tests.engine.drawn.values import (
    ODD_ONE_IN,
    REFUSED_ONE_IN,
    Given,
    Strategy,
    Values,
    counts,
    factors,
    one_in,
    options,
    rates,
    shares,
    switches,
)
from tests.engine.plain_torch import FORMULAS

PLATEAU = "ReduceLROnPlateau"

DEPTH = 3
"""The most levels of composites above a leaf."""

_SOUND_FORMULAS = list(FORMULAS)[:-1]
_DIVIDES_BY_ZERO = list(FORMULAS)[-1]

_annealing: Strategy = st.sampled_from(["cos", "linear"])


@dataclass(frozen=True)
class Setting:
    """What a scheduler's options depend on; `reach` is how often it is stepped."""

    optimizer: str
    group_count: int
    reach: int

    def per_group(self, values: Strategy) -> Strategy:
        """Return a strategy of one value for all groups, or a list with one for each."""
        return values | st.lists(values, min_size=self.group_count, max_size=self.group_count)

    def cycling(self) -> tuple[Values, Values]:
        """Return the options about momentum, required and optional; cycling is refused where there is none."""
        momenta = {"base_momentum": self.per_group(shares), "max_momentum": self.per_group(shares)}
        if self.optimizer in WITHOUT_MOMENTUM:
            return {"cycle_momentum": st.sampled_from([False] * 19 + [True])}, momenta
        return {}, {**momenta, "cycle_momentum": switches}


def _formulas(variable: str) -> Strategy:
    return st.sampled_from(_SOUND_FORMULAS).map(lambda text: text.format(n=variable))


def _cyclic(setting: Setting) -> Strategy:
    required, optional = setting.cycling()
    limits = {"base_lr": setting.per_group(rates), "max_lr": setting.per_group(rates)}
    return options(
        {**limits, "step_size_up": counts, **required},
        {
            "step_size_down": st.none() | counts,
            "mode": st.sampled_from(["triangular", "triangular2", "exp_range"]),
            "gamma": factors,
            "scale_fn": st.none() | _formulas("x"),
            "scale_mode": st.sampled_from(["cycle", "iterations"]),
            **optional,
        },
    )


def _one_cycle(setting: Setting) -> Strategy:
    """Return OneCycleLR's options; a cycle shorter than the run raises at its end."""
    required, optional = setting.cycling()
    shape = {
        "pct_start": st.floats(0.05, 0.95),
        "anneal_strategy": _annealing,
        "div_factor": st.floats(0.5, 50.0),
        "final_div_factor": st.floats(1.0, 1e4),
        "three_phase": switches,
        **optional,
    }
    least, per_epoch = max(1, setting.reach - 1), st.integers(setting.reach // 3 + 1, setting.reach + 5)
    lengths: Sequence[Values] = (
        {"total_steps": st.integers(least, least + 30)},
        {"epochs": st.integers(1, 5), "steps_per_epoch": per_epoch},
    )
    max_lr = setting.per_group(rates)
    return st.one_of(*(options({"max_lr": max_lr, **length, **required}, shape) for length in lengths))


def _plateau(setting: Setting) -> Strategy:
    return options(
        {},
        {
            "mode": st.sampled_from(["min", "max"]),
            "factor": shares,
            "patience": st.integers(0, 4),
            "threshold": st.floats(0.0, 0.5),
            "threshold_mode": st.sampled_from(["rel", "abs"]),
            "cooldown": st.integers(0, 4),
            "min_lr": setting.per_group(rates),
            "eps": st.floats(0.0, 0.01),
        },
    )


_decay: Values = {"gamma": factors}
_floor: Values = {"eta_min": st.floats(0.0, 0.1)}

_OPTIONS: Mapping[str, Callable[[Setting], Strategy]] = {
    "StepLR": lambda setting: options({"step_size": counts}, _decay),
    "ExponentialLR": lambda setting: options(_decay, {}),
    "MultiStepLR": lambda setting: options(
        {"milestones": st.lists(st.integers(0, setting.reach + 5), max_size=4)}, _decay
    ),
    "ConstantLR": lambda setting: options({}, {"factor": factors, "total_iters": counts}),
    "LinearLR": lambda setting: options({}, {"start_factor": factors, "end_factor": factors, "total_iters": counts}),
    "PolynomialLR": lambda setting: options({}, {"total_iters": counts, "power": st.floats(0.1, 4.0)}),
    "CosineAnnealingLR": lambda setting: options({"T_max": counts}, _floor),
    "CosineAnnealingWarmRestarts": lambda setting: options({"T_0": counts}, {"T_mult": st.integers(1, 3), **_floor}),
    "LambdaLR": lambda setting: options({"lr_lambda": setting.per_group(_formulas("epoch"))}, {}),
    "MultiplicativeLR": lambda setting: options({"lr_lambda": setting.per_group(_formulas("epoch"))}, {}),
    "CyclicLR": _cyclic,
    "OneCycleLR": _one_cycle,
    "SWALR": lambda setting: options(
        {"swa_lr": setting.per_group(rates)}, {"anneal_epochs": counts, "anneal_strategy": _annealing}
    ),
    PLATEAU: _plateau,
}

_ODD: Mapping[str, Sequence[Given]] = {
    "StepLR": [{"step_size": 0}, {"step_size": -3}, {"step_size": 2.5}, {"gamma": -0.5}],
    "ExponentialLR": [{"gamma": -0.5}, {"gamma": 0}, {"gamma": 1.5}],
    "MultiStepLR": [{"milestones": [0, 0, 3]}, {"milestones": []}, {"milestones": [-2, 9, 4, 2.5]}, {"gamma": -1}],
    "ConstantLR": [{"factor": 0}, {"total_iters": 0}, {"total_iters": -1}, {"total_iters": 2.5}],
    "LinearLR": [{"total_iters": 0}, {"end_factor": 0.0}, {"total_iters": -4}, {"total_iters": 2.5}],
    "PolynomialLR": [{"power": -1.0}, {"total_iters": 0}, {"total_iters": -1}, {"total_iters": 4.5}, {"power": 0}],
    "CosineAnnealingLR": [{"T_max": 0}, {"T_max": -7}, {"T_max": 7.5}, {"eta_min": 5.0}, {"eta_min": -0.1}],
    "CosineAnnealingWarmRestarts": [{"eta_min": -0.1}, {"eta_min": 5}],
    "LambdaLR": [{"lr_lambda": _DIVIDES_BY_ZERO.format(n="epoch")}],
    "MultiplicativeLR": [{"lr_lambda": _DIVIDES_BY_ZERO.format(n="epoch")}],
    "CyclicLR": [
        {"step_size_down": 0},
        {"base_lr": 0.9, "max_lr": 0.1},
        {"base_lr": -0.1},
        {"step_size_up": -3},
        {"step_size_up": 2.5},
        {"step_size_up": 3, "step_size_down": -3},
        {"base_momentum": 0.9, "max_momentum": 0.1},
        {"mode": "exp_range", "gamma": 1.5},
        {"scale_mode": "iterations", "scale_fn": _DIVIDES_BY_ZERO.format(n="x")},
    ],
    "OneCycleLR": [
        {"pct_start": 1.0},
        {"pct_start": 0.0},
        {"total_steps": 1},
        {"total_steps": 7},
        {"pct_start": 0.5, "three_phase": True},
        {"div_factor": 0},
        {"div_factor": -2.0},
        {"final_div_factor": 0},
        {"max_lr": -0.1},
    ],
    "SWALR": [{"anneal_epochs": 0}, {"swa_lr": -0.1}],
    PLATEAU: [
        {"patience": -1},
        {"patience": 1.5, "cooldown": 0.5},
        {"factor": -0.5},
        {"factor": 0},
        {"threshold": -0.5},
        {"cooldown": -2},
        {"min_lr": -1.0},
        {"eps": 1},
    ],
}

_REFUSED: Mapping[str, Sequence[Given]] = {
    "StepLR": [{"last_epoch": 0}],
    "ExponentialLR": [{"last_epoch": 3}],
    "MultiStepLR": [{"last_epoch": 3}],
    "ConstantLR": [{"factor": 1.5}, {"factor": -0.5}],
    "LinearLR": [{"start_factor": 0}, {"end_factor": 1.5}],
    "PolynomialLR": [{"last_epoch": 4}],
    "CosineAnnealingLR": [{"last_epoch": 2}],
    "CosineAnnealingWarmRestarts": [{"T_0": 0}, {"T_0": 2.5}, {"T_mult": 0}, {"last_epoch": 5}],
    "LambdaLR": [{"lr_lambda": ["0.9"] * 7}, {"last_epoch": 7}],
    "MultiplicativeLR": [{"lr_lambda": ["0.9"] * 7}],
    "CyclicLR": [{"step_size_up": 0}, {"max_lr": [0.1] * 7}, {"mode": "square", "scale_fn": None}],
    "OneCycleLR": [
        {"total_steps": 20.5},
        {"total_steps": None},
        {"pct_start": 1},
        {"anneal_strategy": "poly"},
        {"max_lr": [0.1] * 7},
    ],
    "SWALR": [{"swa_lr": [0.1] * 7}, {"anneal_epochs": -1}],
    PLATEAU: [{"factor": 1.0}, {"min_lr": [0.1] * 7}, {"mode": "best"}],
}


@st.composite
def schedulers(draw: st.DrawFn, setting: Setting) -> dict[str, Any] | None:
    """Draw a tree of schedulers, ReduceLROnPlateau, which stands alone, or none."""
    kind = draw(st.integers(0, 9))
    if kind == 0:
        return None
    return draw(_leaves(setting, PLATEAU)) if kind == 1 else draw(_trees(setting, DEPTH))


@st.composite
def _trees(draw: st.DrawFn, setting: Setting, depth: int) -> dict[str, Any]:
    """Draw a scheduler with at most `depth` levels of composites above its leaves."""
    if depth == 0 or draw(st.integers(0, 9)) < 3:
        # A composite refuses ReduceLROnPlateau.
        refused = one_in(draw, 3 * REFUSED_ONE_IN)
        names = [name for name in _OPTIONS if name != PLATEAU]
        return draw(_leaves(setting, PLATEAU if refused else draw(st.sampled_from(names))))
    count = 0 if one_in(draw, 3 * REFUSED_ONE_IN) else draw(st.integers(1, 3))
    if draw(st.booleans()):
        children = [draw(_trees(setting, depth - 1)) for _ in range(count)]
        return {"class": "ChainedScheduler", "options": {}, "schedulers": children}
    return draw(_sequences(setting, depth, count))


@st.composite
def _sequences(draw: st.DrawFn, setting: Setting, depth: int, count: int) -> dict[str, Any]:
    children = []
    for index in range(count):
        # torch breaks at the milestone of a composite that is not the first child.
        below = depth - 1 if index == 0 or one_in(draw, ODD_ONE_IN) else 0
        children.append(draw(_trees(setting, below)))
    milestones: list[float] = [draw(st.integers(0, setting.reach + 3)) for _ in range(1, count)]
    if not one_in(draw, ODD_ONE_IN):
        milestones.sort()
    if milestones and one_in(draw, ODD_ONE_IN):
        milestones[0] += 0.5
    if one_in(draw, 2 * REFUSED_ONE_IN):
        milestones.append(setting.reach + 4)
    return {"class": "SequentialLR", "options": {"milestones": milestones}, "schedulers": children}


@st.composite
def _leaves(draw: st.DrawFn, setting: Setting, name: str) -> dict[str, Any]:
    drawn = dict(draw(_leaf_options(setting, name)))
    if one_in(draw, ODD_ONE_IN):
        drawn.update(draw(st.sampled_from(_ODD[name])))
    if one_in(draw, REFUSED_ONE_IN):
        drawn.update(draw(st.sampled_from(_REFUSED[name])))
    return {"class": name, "options": drawn}


@cache
def _leaf_options(setting: Setting, name: str) -> Strategy:
    return _OPTIONS[name](setting)
