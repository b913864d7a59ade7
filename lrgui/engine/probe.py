"""Probe: a second optimizer that has gradients, stepped beside one whose parameters have none.

Some optimizers tell the rate that they really apply only in what they keep for parameters with gradients. The probe is
of the same class with the same options, over one number per group whose gradient is always 1.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from copy import deepcopy
from typing import Any, TypeAlias

import torch
from torch.optim import Optimizer

from lrgui.engine.driving import optimizer_step

ParamGroup: TypeAlias = Mapping[str, Any]
State: TypeAlias = Mapping[str, Any]

# They change how a step is computed, not its length, and the probe has nothing to gain from them.
_FLAGS = ("foreach", "fused", "capturable", "differentiable")


class Probe:
    """The probe of one optimizer; `earlier` is that of the optimizer whose state was loaded into this one."""

    def __init__(self, optimizer: Optimizer, earlier: Probe | None = None) -> None:
        self._original = optimizer
        # Every option of a group is in its dictionary, so that the class's own defaults do not matter.
        make: Any = type(optimizer)
        self.optimizer: Optimizer = make([self._twin_of(group) for group in optimizer.param_groups])
        if earlier is not None:
            # A group may have joined since its last step.
            earlier.follow()
            self.optimizer.load_state_dict(deepcopy(earlier.optimizer.state_dict()))
        self._step = optimizer_step(self.optimizer)

    @property
    def groups(self) -> list[dict[str, Any]]:
        """The probe's own groups, in the optimizer's order."""
        return self.optimizer.param_groups

    def state(self, index: int) -> State:
        """Return what the probe keeps for the parameter of a group, nothing before its first step with that group."""
        if index >= len(self.groups):
            return {}
        state: State = self.optimizer.state[self.groups[index]["params"][0]]
        return state

    def follow(self) -> None:
        """Take up the groups that have joined the optimizer."""
        joined = self._original.param_groups[len(self.groups) :]
        for group in joined:
            self.optimizer.add_param_group(self._twin_of(group))
        if joined:
            self._step = optimizer_step(self.optimizer)

    def step(self) -> None:
        """Make one step with the groups that the optimizer has now, and with the options that they have now."""
        self.follow()
        for own, group in zip(self.groups, self._original.param_groups, strict=True):
            own.update(self._options(group))
        self._step()

    def _twin_of(self, group: ParamGroup) -> dict[str, Any]:
        tensor = torch.zeros(1)
        tensor.grad = torch.ones(1)
        return {"params": [tensor], **self._options(group)}

    def _options(self, group: ParamGroup) -> dict[str, Any]:
        """Return the options of a group, without what the optimizer and its scheduler keep there."""
        arguments = inspect.signature(type(self._original)).parameters
        options = {name: value for name, value in group.items() if name in arguments and name != "params"}
        return {**options, **{name: False for name in _FLAGS if name in options}}
