"""Which parameter joins which group, decided by name alone, so that a form can show it without torch."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import lru_cache
from math import prod
from typing import NamedTuple

from lrgui.core.recipe import REST, Options, Recipe


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter tensor of a model: its dotted name and shape."""

    name: str
    shape: tuple[int, ...]

    @property
    def count(self) -> int:
        """The number of elements."""
        return prod(self.shape)


@dataclass(frozen=True, slots=True)
class ResolvedGroup:
    """A group with the parameters that join it.

    `taken` are parameters that fit its patterns too but joined an earlier group; `idle_patterns` fit no name at all.
    The group formed by the unmatched parameters has no patterns and the name `rest`.
    """

    name: str
    parameters: tuple[Parameter, ...]
    options: Options = Options()
    frozen: bool = False
    taken: tuple[Parameter, ...] = ()
    idle_patterns: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """The number of elements of all its parameters."""
        return sum(parameter.count for parameter in self.parameters)


def resolve_groups(recipe: Recipe, parameters: tuple[Parameter, ...]) -> tuple[ResolvedGroup, ...]:
    """Return the recipe's groups in order, with their parameters, and `rest` where some parameters fit none.

    A recipe without groups has the single group `rest`.
    """
    members, remaining = _memberships(tuple(group.match for group in recipe.groups), parameters)
    resolved = [
        ResolvedGroup(
            name=group.name,
            parameters=joined.own,
            options=group.options,
            frozen=group.frozen,
            taken=joined.taken,
            idle_patterns=joined.idle_patterns,
        )
        for group, joined in zip(recipe.groups, members, strict=True)
    ]
    if remaining:
        resolved.append(ResolvedGroup(REST, remaining))
    return tuple(resolved)


class _Membership(NamedTuple):
    own: tuple[Parameter, ...]
    taken: tuple[Parameter, ...]
    idle_patterns: tuple[str, ...]


# Most edits of a recipe leave model and patterns as they are.
@lru_cache(maxsize=8)
def _memberships(
    matches: tuple[tuple[str, ...], ...], parameters: tuple[Parameter, ...]
) -> tuple[tuple[_Membership, ...], tuple[Parameter, ...]]:
    """Return what joins each group, given the groups' patterns, and the parameters that fit none."""
    remaining = {parameter.name: parameter for parameter in parameters}
    members = []
    for patterns in matches:
        fitting = {
            pattern: [parameter for parameter in parameters if fnmatchcase(parameter.name, pattern)]
            for pattern in patterns
        }
        names = {parameter.name for fits in fitting.values() for parameter in fits}
        own = tuple(parameter for name, parameter in remaining.items() if name in names)
        taken = tuple(one for one in parameters if one.name in names and one.name not in remaining)
        for parameter in own:
            del remaining[parameter.name]
        members.append(_Membership(own, taken, tuple(pattern for pattern, fits in fitting.items() if not fits)))
    return tuple(members), tuple(remaining.values())


def trained_groups(groups: tuple[ResolvedGroup, ...]) -> tuple[ResolvedGroup, ...]:
    """Return the groups that the optimizer gets: all but the frozen ones."""
    return tuple(group for group in groups if not group.frozen)
