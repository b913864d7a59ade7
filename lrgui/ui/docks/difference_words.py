"""What differs between two recipes in the words of the window: `lr 0.001 → 3e-4, T_max 900 → 800`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from lrgui.core.numbers import format_number, group_digits, round_number
from lrgui.core.recipe import Choice, EveryNth, Group, Recipe, Resume, Scheduler, Unfreeze
from lrgui.core.recipe_diff import ABSENT, Absent, Difference, Part, differences
from lrgui.ui.docks.places import BETWEEN, places_in_words

SAME = "same recipe"

_DIGITS = 6
_MOST_ITEMS = 6
_MOST_CHARACTERS = 60
_MOST_LINES = 20


@dataclass(frozen=True, slots=True)
class _Told:
    """A difference with the words for its place, from the outermost on."""

    words: tuple[str, ...]
    sign: str
    values: str
    names_itself: bool


@dataclass(frozen=True, slots=True)
class Changes:
    """What has become of a recipe: in one `line` for a list, and in `full`, one line for each difference."""

    line: str
    full: str


def changes_since(before: Recipe, after: Recipe) -> Changes:
    """Tell how `after` differs from `before`."""
    told = [_tell(difference, before, after) for difference in differences(before, after)]
    if not told:
        return Changes(SAME, SAME.capitalize())
    lines = [f"{BETWEEN.join(one.words)}: {one.sign}{one.values}" for one in told[:_MOST_LINES]]
    more = len(told) - len(lines)
    return Changes(", ".join(_in_short(told)), "\n".join([*lines, *([f"and {more} more"] if more else [])]))


def _tell(difference: Difference, before: Recipe, after: Recipe) -> _Told:
    place = difference.place
    words = places_in_words(place, before if difference.after is ABSENT else after)
    named = isinstance(difference.before, Scheduler | Group) or isinstance(difference.after, Scheduler | Group)
    names_itself = named or place.endswith(".class")
    return _Told(words, *_sign_and_values(difference), names_itself)


def _in_short(told: Sequence[_Told]) -> list[str]:
    """Return the differences with as little of their places as tells them apart."""
    times = Counter(one.words[-1] for one in told if not one.names_itself)
    texts = []
    for one in told:
        *around, last = one.words
        if one.names_itself:
            texts.append(f"{one.sign}{one.values}")
        elif around and (times[last] > 1 or around[0].startswith("Group ")):
            texts.append(f"{one.sign}{around[-1].removeprefix('Group ')} {last} {one.values}")
        else:
            texts.append(f"{one.sign}{last} {one.values}")
    return texts


def _sign_and_values(difference: Difference) -> tuple[str, str]:
    match difference.before, difference.after:
        case Absent(), after:
            return "+ ", part_in_words(after)
        case before, Absent():
            return "\u2212 ", part_in_words(before)
        case before, after:
            return "", _write_both(before, after)


def _write_both(before: Part, after: Part) -> str:
    """Round long numbers, unless they are the same then."""
    rounded, exact = ([part_in_words(part, digits) for part in (before, after)] for digits in (_DIGITS, None))
    return " → ".join(exact if rounded[0] == rounded[1] else rounded)


def part_in_words(part: Part, digits: int | None = _DIGITS) -> str:
    """Return a part of a recipe in a few words; numbers have `digits` significant digits, all of them with None."""
    match part:
        case bool():
            return "on" if part else "off"
        case float() if digits is not None:
            return round_number(part, digits)
        case int():
            return group_digits(part)
        case float():
            return format_number(part)
        case tuple():
            return _write_items(part, digits)
        case Scheduler():
            children = ", ".join(child.class_name for child in part.schedulers)
            return _cut(f"{part.class_name} ({children})" if children else part.class_name)
        case Choice():
            return _cut(part.class_name)
        case Group():
            return _cut(part.name)
        case EveryNth():
            return f"every {group_digits(part.every)}"
        case Unfreeze() | Resume():
            return f"step {group_digits(part.step)}"
        case _:
            return "none" if part is None or part == "" else _cut(str(part))


def _write_items(items: Sequence[Part], digits: int | None) -> str:
    shown = ", ".join(part_in_words(item, digits) for item in items[:_MOST_ITEMS])
    left = len(items) - _MOST_ITEMS
    if not items:
        return "none"
    return f"({shown}, … {group_digits(left)} more)" if left > 0 else f"({shown})"


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _MOST_CHARACTERS else f"{line[:_MOST_CHARACTERS]}…"
