"""Skipped steps as people type them, and back: `5, 6, 100-110`, `every 100`."""

from __future__ import annotations

import re

from lrgui.core.recipe import EveryNth, SkippedSteps
from lrgui.ui.forms.value_text import UnreadableError

FORMS = "steps such as 5, 6, 100-110, or every 100"

_MOST_LISTED = 10_000
_SHORTEST_RANGE = 3
_EVERY = re.compile(r"every\s*(\d{1,9})(?:st|nd|rd|th)?", re.IGNORECASE)
_STEPS = re.compile(r"(\d{1,9})(?:\s*[-\u2013]\s*(\d{1,9}))?")


def read_skipped(text: str) -> SkippedSteps:
    """Return the skipped steps that `text` stands for; both ends of a range belong to it.

    Raises:
        UnreadableError: when it stands for none, or lists more steps than fit a form.
    """
    every = _EVERY.fullmatch(text.strip())
    if every is not None:
        return _every(int(every[1]))
    steps: list[int] = []
    for part in text.strip().removesuffix(",").split(","):
        steps += _range(part.strip())
        if len(steps) > _MOST_LISTED:
            raise UnreadableError(f"lists more than {_MOST_LISTED} steps; a rule such as every 100 can skip more")
    return tuple(steps)


def write_skipped(skipped: SkippedSteps) -> str:
    """Return the shortest text that reads back as `skipped`; neighbours in a row become a range."""
    if isinstance(skipped, EveryNth):
        return f"every {skipped.every}"
    ranges: list[list[int]] = []
    for step in skipped:
        if ranges and step == ranges[-1][-1] + 1:
            ranges[-1].append(step)
        else:
            ranges.append([step])
    return ", ".join(map(_write_range, ranges))


def is_unfinished_skipped(text: str) -> bool:
    """Say whether `text`, unreadable now, becomes readable by what is typed next: `ever`, `every 1`, `100-`."""
    text = text.strip().lower()
    if "every".startswith(text) or text == "every 1":
        return bool(text)
    return text.endswith(("-", "\u2013")) and _is_readable(text[:-1])


def _is_readable(text: str) -> bool:
    try:
        read_skipped(text)
    except UnreadableError:
        return False
    return True


def _every(count: int) -> EveryNth:
    if count < 2:
        raise UnreadableError("must leave some steps: every 2 is the most")
    return EveryNth(count)


def _range(text: str) -> range:
    found = _STEPS.fullmatch(text)
    if found is None:
        raise UnreadableError(f"must be {FORMS}")
    first, last = int(found[1]), int(found[2] or found[1])
    if last < first:
        raise UnreadableError(f"has the range {text}, which ends before it begins")
    # No more than are refused anyway: a range of a billion would fill the memory.
    return range(first, min(last, first + _MOST_LISTED) + 1)


def _write_range(steps: list[int]) -> str:
    if len(steps) < _SHORTEST_RANGE:
        return ", ".join(map(str, steps))
    return f"{steps[0]}-{steps[-1]}"
