"""The rate that another library's optimizer really applies, as its groups tell it: `applied_lr` beside its `lr`.

Prodigy and D-Adaptation find a factor `d` for `lr`. Their step uses the one that is in the group before it.

Schedule-free optimizers warm up by themselves and leave the rate of the step that they have made in the group, as
`scheduled_lr` (schedulefree) or `effective_lr` (prodigyplus, where `d` comes on top). So that it can be told before
the step, a probe makes it first.
"""

from __future__ import annotations

from torch.optim import Optimizer

from lrgui.core.catalog.libraries import library_of
from lrgui.engine.probe import ParamGroup, Probe

_FACTOR = "d"
_LEFT_BY_STEP = ("scheduled_lr", "effective_lr")


class LibraryRates:
    """Measures, for each group of one optimizer, the rate of the step that is about to be made.

    `earlier` are those of the optimizer whose state was loaded into this one.
    """

    def __init__(self, optimizer: Optimizer, earlier: LibraryRates | None = None) -> None:
        self._optimizer = optimizer
        self.probe: Probe | None = None
        if any(key in group for group in optimizer.param_groups for key in _LEFT_BY_STEP):
            self.probe = Probe(optimizer, None if earlier is None else earlier.probe)

    def measure(self) -> list[float]:
        """Step the probe once and return the rate of each group, in the optimizer's order."""
        groups = self._optimizer.param_groups
        if self.probe is None:
            return [_factor_of(group) * _rate_of(group) for group in groups]
        self.probe.step()
        return [_factor_of(group) * _rate_of(own) for own, group in zip(self.probe.groups, groups, strict=True)]


def has_library_rate(optimizer: Optimizer) -> bool:
    """Say whether the optimizer is another library's and tells of a rate beside `lr`."""
    # torch's own Adafactor has an option d too, which is something else.
    if library_of(type(optimizer).__module__) == "torch":
        return False
    return any(key in group for group in optimizer.param_groups for key in (_FACTOR, *_LEFT_BY_STEP))


def _factor_of(group: ParamGroup) -> float:
    """Return what the next step multiplies the rate by; to be read before the step."""
    return float(group.get(_FACTOR, 1.0))


def _rate_of(group: ParamGroup) -> float:
    """Return the rate without that factor: what the step left in the group, or else `lr`."""
    return float(next((group[key] for key in _LEFT_BY_STEP if key in group), group["lr"]))
