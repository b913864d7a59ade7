"""What the words of a command line mean: counts, numbers, ranges of steps."""

from __future__ import annotations

import argparse

Steps = tuple[int, int | None]
"""The first and the last step, both included; to the end where the last is None."""


def count(text: str) -> int:
    """Return a whole number, 1 or more."""
    value = int(text) if text.isascii() and text.isdecimal() and len(text) < 20 else 0
    if value < 1:
        raise argparse.ArgumentTypeError(f"must be a whole number, 1 or more, not {text[:60]!r}")
    return value


def number(text: str) -> float:
    """Return a number."""
    try:
        return float(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"must be a number, not {text[:60]!r}") from error


def steps(text: str) -> Steps:
    """Return the steps of a range such as `100:200`, `100:` or `:200`."""
    first, colon, last = text.partition(":")
    words = (first or "0", last or "0")
    if not colon or not all(word.isascii() and word.isdecimal() and len(word) < 20 for word in words):
        raise argparse.ArgumentTypeError(f"must be two steps such as 100:200, 100: or :200, not {text[:60]!r}")
    begin, end = int(words[0]), int(last) if last else None
    if end is not None and end < begin:
        raise argparse.ArgumentTypeError(f"must not end before it begins: {text[:60]!r}")
    return begin, end
