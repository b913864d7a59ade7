"""The rate that an optimizer of torch really applies where its `lr` is not it: the series `applied_lr`.

ASGD, Adagrad, NAdam, RAdam and Rprop keep what they need in their state, which they make only for parameters that have
gradients: a probe has one, and its public state is read. Adafactor also looks at the size of the real weights, and
Muon at the shape of the real matrices alone.

The rate is the length of the step that a steady gradient of 1 gives, without momentum still to build up, weight decay,
and what an optimizer adapts to each element's own gradients.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

import torch
from torch import Tensor
from torch.optim import Optimizer

from lrgui.engine.probe import ParamGroup, Probe, State


class AppliedRates:
    """Measures, for each group of one optimizer, the rate of the step that is about to be made.

    `earlier` are those of the optimizer whose state was loaded into this one.
    """

    def __init__(self, optimizer: Optimizer, earlier: AppliedRates | None = None) -> None:
        self._optimizer = optimizer
        self._rule = _RULES[type(optimizer).__name__]
        self.probe: Probe | None = None
        if self._rule is not _muon:
            self.probe = Probe(optimizer, None if earlier is None else earlier.probe)

    def measure(self) -> list[float]:
        """Step the probe once and return the rate of each group, in the optimizer's order; NaN where there is none."""
        groups, probe = self._optimizer.param_groups, self.probe
        if probe is None:
            return [_muon(group, {}, {}) for group in groups]
        # The state's tensors are updated in place.
        before = [_numbers(probe.state(index)) if self._rule is _asgd else {} for index in range(len(groups))]
        try:
            probe.step()
            return [self._rule(group, before[index], probe.state(index)) for index, group in enumerate(groups)]
        except (ArithmeticError, RuntimeError):
            # Options that no step with gradients can be made with, such as a group's beta of 1. The run has none.
            return [math.nan] * len(groups)


def has_applied_rate(optimizer: Optimizer) -> bool:
    """Say whether the optimizer is one of torch's whose `lr` is not the rate that it applies."""
    name = type(optimizer).__name__
    return name in _RULES and type(optimizer) is getattr(torch.optim, name, None)


def _adafactor(group: ParamGroup, _: State, after: State) -> float:
    """`max(eps2, RMS(weights)) * min(lr, 1 / sqrt(t))`, the mean over the group's elements."""
    cap = min(float(group["lr"]), 1 / math.sqrt(_steps(after)))
    smallest = group["eps"][1]
    return cap * _mean(group, lambda weights: max(smallest, float(weights.norm()) / math.sqrt(weights.numel())))


def _adagrad(group: ParamGroup, _: State, after: State) -> float:
    """`lr / (1 + (t - 1) * lr_decay)`."""
    return float(group["lr"]) / (1 + (_steps(after) - 1) * float(group["lr_decay"]))


def _asgd(group: ParamGroup, before: State, _: State) -> float:
    """`eta` as it was before the step, which is `lr` on the first one."""
    return float(before.get("eta", group["lr"]))


def _muon(group: ParamGroup, _: State, __: State) -> float:
    """`lr` adjusted to the shape, the mean over the group's elements; see `adjust_lr_fn` of torch.optim.Muon.

    A group that joins late may have what is no matrix; torch lets it in and has no rate for it.
    """
    if any(tensor.ndim != 2 for tensor in group["params"]):
        return math.nan
    if group["adjust_lr_fn"] == "match_rms_adamw":
        return float(group["lr"]) * _mean(group, lambda matrix: 0.2 * math.sqrt(max(matrix.shape)))
    return float(group["lr"]) * _mean(group, lambda matrix: math.sqrt(max(1, matrix.shape[0] / matrix.shape[1])))


def _nadam(group: ParamGroup, _: State, after: State) -> float:
    """The shares of the gradient and of its average, which for a steady gradient is `1 - beta1**t` of it."""
    steps, beta, decay = _steps(after), float(group["betas"][0]), float(group["momentum_decay"])
    product = float(after["mu_product"])
    now, following = (beta * (1 - 0.5 * 0.96 ** (count * decay)) for count in (steps, steps + 1))
    shares: float = (1 - now) / (1 - product) + following / (1 - product * following) * (1 - beta**steps)
    return float(group["lr"]) * shares


def _radam(group: ParamGroup, _: State, after: State) -> float:
    """`lr` until the variance of the adaptive rate is tractable (rho > 5), then `lr` times the rectification."""
    steps, beta = _steps(after), float(group["betas"][1])
    longest = 2 / (1 - beta) - 1
    length = longest - 2 * steps * beta**steps / (1 - beta**steps)
    if length <= 5:
        return float(group["lr"])
    share = (length - 4) * (length - 2) * longest / ((longest - 4) * (longest - 2) * length)
    return float(group["lr"]) * math.sqrt(share)


def _rprop(_: ParamGroup, __: State, after: State) -> float:
    """The size of the step, which grows while the gradient keeps its sign; `lr` is only the first one."""
    return float(after["step_size"])


_Rule: TypeAlias = Callable[[ParamGroup, State, State], float]

_RULES: Mapping[str, _Rule] = {
    "ASGD": _asgd,
    "Adafactor": _adafactor,
    "Adagrad": _adagrad,
    "Muon": _muon,
    "NAdam": _nadam,
    "RAdam": _radam,
    "Rprop": _rprop,
}
"""By class: its group, and the state of the probe before and after the step -> the rate."""


def _numbers(state: State) -> dict[str, float]:
    return {name: float(value) for name, value in state.items()}


def _steps(state: State) -> float:
    return float(state["step"])


def _mean(group: ParamGroup, measure: Callable[[Tensor], float]) -> float:
    """Return the mean of a measure of each tensor over all elements of the group; NaN for an empty group."""
    tensors: Sequence[Tensor] = group["params"]
    count = sum(tensor.numel() for tensor in tensors)
    with torch.no_grad():
        return sum(measure(tensor) * tensor.numel() for tensor in tensors) / count if count else math.nan
