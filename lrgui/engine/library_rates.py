"""The rate that another library's optimizer really applies, as its groups tell it: `applied_lr` beside its `lr`.

Prodigy and D-Adaptation find a factor `d` for `lr`. Their step uses the one that is in the group before it.

Schedule-free optimizers warm up by themselves and leave the rate of the step that they have made in the group, as
`scheduled_lr` (schedulefree) or `effective_lr` (prodigyplus, where `d` comes on top). So that it can be told before
the step, and in a preview that makes none, a probe is stepped beside the real optimizer: another one with the same
options, over one number per group whose gradient is always 1.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from copy import deepcopy
from typing import Any, TypeAlias

import torch
from torch.optim import Optimizer

from lrgui.core.catalog.libraries import library_of
from lrgui.engine.driving import optimizer_step

ParamGroup: TypeAlias = Mapping[str, Any]

_FACTOR = "d"
_LEFT_BY_STEP = ("scheduled_lr", "effective_lr")


class LibraryRates:
    """Measures, for each group of one optimizer, the rate of the step that is about to be made.

    `earlier` are those of the optimizer whose state was loaded into this one.
    """

    def __init__(self, optimizer: Optimizer, earlier: LibraryRates | None = None) -> None:
        self._optimizer = optimizer
        left_by_step = any(key in group for group in optimizer.param_groups for key in _LEFT_BY_STEP)
        self.probe = _make_probe(optimizer) if left_by_step else None
        if self.probe is not None and earlier is not None and earlier.probe is not None:
            self.probe.load_state_dict(deepcopy(earlier.probe.state_dict()))
        self._step_probe = None if self.probe is None else optimizer_step(self.probe)

    def add_group(self) -> None:
        """Follow a group that has joined the optimizer."""
        if self.probe is not None:
            self.probe.add_param_group(_probe_group(self._optimizer, self._optimizer.param_groups[-1]))
            self._step_probe = optimizer_step(self.probe)

    def measure(self) -> list[float]:
        """Step the probe once and return the rate of each group, in the optimizer's order."""
        groups = self._optimizer.param_groups
        if self.probe is None or self._step_probe is None:
            return [factor_of(group) * rate_of(group) for group in groups]
        for own, group in zip(self.probe.param_groups, groups, strict=True):
            own.update(_options(self._optimizer, group))
        self._step_probe()
        return [factor_of(group) * rate_of(own) for own, group in zip(self.probe.param_groups, groups, strict=True)]


def has_library_rate(optimizer: Optimizer) -> bool:
    """Say whether the optimizer is another library's and tells of a rate beside `lr`."""
    # torch's own Adafactor has an option d too, which is something else.
    if library_of(type(optimizer).__module__) == "torch":
        return False
    return any(key in group for group in optimizer.param_groups for key in (_FACTOR, *_LEFT_BY_STEP))


def factor_of(group: ParamGroup) -> float:
    """Return what the next step multiplies the rate by; to be read before the step."""
    return float(group.get(_FACTOR, 1.0))


def rate_of(group: ParamGroup) -> float:
    """Return the rate without that factor: what the step left in the group, or else `lr`."""
    return float(next((group[key] for key in _LEFT_BY_STEP if key in group), group["lr"]))


def _make_probe(optimizer: Optimizer) -> Optimizer:
    make: Any = type(optimizer)
    probe: Optimizer = make([_probe_group(optimizer, group) for group in optimizer.param_groups])
    return probe


def _probe_group(optimizer: Optimizer, group: ParamGroup) -> dict[str, Any]:
    tensor = torch.zeros(1)
    tensor.grad = torch.ones(1)
    return {"params": [tensor], **_options(optimizer, group)}


def _options(optimizer: Optimizer, group: ParamGroup) -> dict[str, Any]:
    """Return the options of a group, without what the optimizer keeps there between its steps."""
    arguments = inspect.signature(type(optimizer)).parameters
    return {name: value for name, value in group.items() if name in arguments and name != "params"}
