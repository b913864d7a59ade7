"""Strategies of the options of every optimizer, for the optimizer itself and for a group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hypothesis import strategies as st

from tests.engine.drawn.values import (
    ODD_ONE_IN,
    REFUSED_ONE_IN,
    Given,
    Values,
    counts,
    one_in,
    options,
    rates,
    shares,
    switches,
)

_betas = st.lists(shares, min_size=2, max_size=2)

_COMMON: Values = {"lr": rates, "maximize": switches, "lr_is_tensor": st.sampled_from([False, False, True])}
_DECAYED: Values = {**_COMMON, "weight_decay": st.floats(0.0, 0.5)}
_PLAIN_ADAM: Values = {**_DECAYED, "betas": _betas, "eps": st.floats(1e-10, 1e-3), "capturable": switches}
_ADAM: Values = {**_PLAIN_ADAM, "amsgrad": switches, "fused": st.sampled_from([None, True])}

_OPTIONS: Mapping[str, Values] = {
    "SGD": {
        **_DECAYED,
        "momentum": shares,
        "dampening": st.sampled_from([0, 0.5]),
        "differentiable": switches,
    },
    "Adam": {**_ADAM, "decoupled_weight_decay": switches},
    "AdamW": _ADAM,
    "Adamax": _PLAIN_ADAM,
    "NAdam": {**_PLAIN_ADAM, "momentum_decay": st.floats(0.0, 0.1), "decoupled_weight_decay": switches},
    "RAdam": {**_PLAIN_ADAM, "decoupled_weight_decay": switches},
    "Adagrad": {**_DECAYED, "lr_decay": st.floats(0.0, 1.0), "initial_accumulator_value": st.floats(0.0, 1.0)},
    "Adadelta": {**_DECAYED, "rho": st.floats(0.0, 1.0), "capturable": switches},
    "RMSprop": {**_DECAYED, "alpha": shares, "momentum": shares, "centered": switches},
    "Rprop": {
        **_COMMON,
        "etas": st.tuples(st.floats(0.1, 0.9), st.floats(1.1, 3.0)).map(list),
        "step_sizes": st.just([1e-5, 10]),
    },
    "ASGD": {**_DECAYED, "lambd": st.floats(0.0, 0.1), "alpha": shares, "t0": st.floats(0.0, 50.0)},
    "Adafactor": {**_DECAYED, "beta2_decay": st.floats(-1.0, 0.0), "d": st.floats(1.0, 3.0)},
    "SparseAdam": {**_COMMON, "betas": _betas},
    "LBFGS": {
        "lr": rates,
        "lr_is_tensor": switches,
        "max_iter": counts,
        "history_size": counts,
        "line_search_fn": st.sampled_from([None, "strong_wolfe"]),
    },
    "Muon": {
        "lr": rates,
        "lr_is_tensor": switches,
        "weight_decay": shares,
        "momentum": shares,
        "nesterov": switches,
        "ns_steps": st.integers(1, 9),
        "adjust_lr_fn": st.sampled_from([None, "original", "match_rms_adamw"]),
    },
}

OPTIMIZERS = tuple(sorted(_OPTIONS))

WITHOUT_MOMENTUM = ("Adagrad", "Adadelta", "Rprop", "ASGD", "Adafactor", "LBFGS")

_ODD: Mapping[str, Sequence[Given]] = {
    "SGD": [{"momentum": 1.5}, {"dampening": -0.5}, {"lr": 0}],
    "RMSprop": [{"alpha": 1.5}],
    "Rprop": [{"step_sizes": [-1.0, 1e-9]}],
    "ASGD": [{"lambd": -1.0}, {"alpha": -1.0}, {"t0": -5.0}],
    "Adafactor": [{"eps": [None, 0.5]}, {"eps": [0.1, 0.5]}],
    "LBFGS": [{"max_iter": 0}, {"max_eval": 0}, {"history_size": 0}, {"tolerance_grad": -1.0}],
    "Muon": [{"momentum": 1.5}, {"ns_steps": 0}],
}

_ODD_FOR_A_GROUP: Sequence[Given] = [
    {"lr": -0.5},
    {"lr": 0},
    {"weight_decay": -1.0},
    {"momentum": -0.5},
    {"betas": [2.0, 3.0]},
    {"betas": [0, 0]},
    {"eps": -1.0},
]

_REFUSED_BY_ADAM: list[Given] = [{"betas": [0.9, 1.0]}, {"eps": -1e-8}]
_TENSOR_WITH_FOREACH: Given = {"lr_is_tensor": True, "foreach": True, "capturable": False}

_REFUSED: Mapping[str, Sequence[Given]] = {
    "SGD": [{"momentum": -0.5}, {"nesterov": True, "momentum": 0}, {"foreach": True, "fused": True}],
    "Adam": [*_REFUSED_BY_ADAM, {"betas": [0, 0.5]}, _TENSOR_WITH_FOREACH],
    "AdamW": [*_REFUSED_BY_ADAM, {"fused": True, "differentiable": True}, _TENSOR_WITH_FOREACH],
    "Adamax": _REFUSED_BY_ADAM,
    "NAdam": [*_REFUSED_BY_ADAM, {"momentum_decay": -1.0}],
    "RAdam": _REFUSED_BY_ADAM,
    "Adagrad": [{"lr_decay": -0.1}, {"initial_accumulator_value": -1.0}],
    "Adadelta": [{"rho": 1.5}],
    "RMSprop": [{"alpha": -0.1}],
    "Rprop": [{"etas": [0.5, 0.9]}],
    "ASGD": [{"weight_decay": -0.1}],
    "Adafactor": [{"d": 0.5}, {"beta2_decay": 0.5}],
    "SparseAdam": [{"lr": 0}, {"eps": 0}],
    "LBFGS": [{"lr": -1}],
    "Muon": [{"weight_decay": -0.1}],
}


@st.composite
def optimizer_options(draw: st.DrawFn, name: str) -> dict[str, Any]:
    """Draw the options of an optimizer."""
    drawn: dict[str, Any] = draw(options({}, _OPTIONS[name]))
    if name in _ODD and one_in(draw, ODD_ONE_IN):
        drawn.update(draw(st.sampled_from(_ODD[name])))
    if one_in(draw, REFUSED_ONE_IN):
        drawn.update(draw(st.sampled_from(_REFUSED[name])))
    return drawn


@st.composite
def group_options(draw: st.DrawFn, name: str) -> dict[str, Any]:
    """Draw the options of a group, which torch does not look at when it builds the optimizer."""
    drawn: dict[str, Any] = draw(options({}, _OPTIONS[name]))
    if one_in(draw, ODD_ONE_IN):
        odd = draw(st.sampled_from(_ODD_FOR_A_GROUP))
        drawn.update({key: value for key, value in odd.items() if key in _OPTIONS[name]})
    return drawn
