"""Every optimizer and scheduler that can be chosen: torch's own, and those of other libraries that were looked up.

What a library has is found out by importing it, which the core does not do; whoever does tells here what was found.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterator, Mapping, MutableMapping
from dataclasses import dataclass
from typing import Literal

from lrgui.core.catalog.entry import Entry
from lrgui.core.catalog.libraries import is_dotted
from lrgui.core.catalog.optimizers import OPTIMIZERS
from lrgui.core.catalog.schedulers import SCHEDULERS
from lrgui.core.recipe import Recipe

Noun = Literal["optimizer", "scheduler"]

NOUNS: Mapping[str, Noun] = {"optimizer": "optimizer", "scheduler": "scheduler"}
"""What a class of another library can be wanted as."""

KNOWN_OPTIMIZERS: ChainMap[str, Entry] = ChainMap({}, dict(OPTIMIZERS))
KNOWN_SCHEDULERS: ChainMap[str, Entry] = ChainMap({}, dict(SCHEDULERS))


@dataclass(frozen=True, slots=True)
class Wanted:
    """A class of another library by its dotted path, and what it is wanted as."""

    noun: Noun
    class_name: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a class cannot be had, and the way out."""

    message: str
    way_out: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """What came of looking a class up: its entry, or why there is none."""

    wanted: Wanted
    found: Entry | Refusal


_refusals: dict[Wanted, Refusal] = {}


def learn(finding: Finding) -> None:
    """Take note of what was found; it takes the place of what was known of the same class before."""
    forget(finding.wanted)
    if isinstance(finding.found, Refusal):
        _refusals[finding.wanted] = finding.found
    else:
        _learned(finding.wanted.noun)[finding.wanted.class_name] = finding.found


def forget(wanted: Wanted) -> None:
    """Forget what is known of a class of another library, so that it counts as not looked up."""
    _learned(wanted.noun).pop(wanted.class_name, None)
    _refusals.pop(wanted, None)


def forget_all() -> None:
    """Forget all classes of other libraries: another list of libraries is trusted now, or others are installed."""
    KNOWN_OPTIMIZERS.maps[0].clear()
    KNOWN_SCHEDULERS.maps[0].clear()
    _refusals.clear()


def refusal_of(noun: str, class_name: object) -> Refusal | None:
    """Return why a class of another library cannot be had, None for any other class."""
    if noun not in NOUNS or not is_dotted(class_name):
        return None
    waiting = Refusal(f"{class_name:.100} is still to be looked up in its library.")
    return _refusals.get(Wanted(NOUNS[noun], class_name), waiting)


def not_found(recipe: Recipe) -> tuple[Wanted, ...]:
    """Return the classes of other libraries in a recipe that were not found, or not looked up yet, each once."""
    wanted_once = dict.fromkeys(_wanted_by(recipe))
    return tuple(wanted for wanted in wanted_once if wanted.class_name not in _learned(wanted.noun))


def not_looked_up(recipe: Recipe) -> tuple[Wanted, ...]:
    """Return those of them that nobody has looked up yet."""
    return tuple(wanted for wanted in not_found(recipe) if wanted not in _refusals)


def _wanted_by(recipe: Recipe) -> Iterator[Wanted]:
    if is_dotted(recipe.optimizer.class_name):
        yield Wanted("optimizer", recipe.optimizer.class_name)
    # A tree of any depth can come from Python: validation refuses it later.
    waiting = [] if recipe.scheduler is None else [recipe.scheduler]
    while waiting:
        scheduler = waiting.pop()
        waiting.extend(scheduler.schedulers)
        if is_dotted(scheduler.class_name):
            yield Wanted("scheduler", scheduler.class_name)


def _learned(noun: Noun) -> MutableMapping[str, Entry]:
    return (KNOWN_OPTIMIZERS if noun == "optimizer" else KNOWN_SCHEDULERS).maps[0]
