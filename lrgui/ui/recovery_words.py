"""What can be recovered, in words: what it is called, when it was written, how it came about."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path

from lrgui.core.numbers import group_digits
from lrgui.ui.origin import UNTITLED
from lrgui.ui.words import counted

_FATAL = re.compile(r"^(?:Fatal Python error|Windows fatal exception): (.+)$", re.MULTILINE)
"""The line with which faulthandler says what ended a process."""

_MOST_CHARACTERS = 120


def name_of(path: Path | None, complaint: str = "") -> str:
    """Return what a session with that file is called; nobody knows where a `complaint` says why it cannot be read."""
    if path is not None:
        return path.name
    return "unknown session" if complaint else UNTITLED


def rows_in_words(rows: int, planned: int) -> str:
    """Return how far a run is: `1 000 steps`, or `412 of 1 000 steps`."""
    return counted(rows, "step") if rows >= planned else f"{group_digits(rows)} of {counted(planned, 'step')}"


def moment_in_words(moment: datetime, now: datetime) -> str:
    """Return when something was, seen from `now`: `today 12:03`, `yesterday 12:03`, `3 Nov 2026, 12:03`."""
    time = f"{moment:%H:%M}"
    if moment.date() == now.date():
        return f"today {time}"
    if moment.date() == now.date() - timedelta(days=1):
        return f"yesterday {time}"
    return f"{moment.day} {moment:%b %Y}, {time}"


def ending_in_words(crash: str) -> str:
    """Return how a window ended that left this crash log: `crashed: Segmentation fault`."""
    return f"crashed: {cause_of_crash(crash)}" if crash else "ended without being closed"


def cause_of_crash(log: str) -> str:
    """Return what ended a process: `Segmentation fault`, or the sentence with which Qt gave up before it."""
    fatal = _FATAL.search(log)
    said = log[: fatal.start()].split("\n") if fatal is not None else log.strip().split("\n")[:1]
    line = next((text for text in reversed(said) if text.strip()), fatal[1] if fatal is not None else "")
    return line.strip()[:_MOST_CHARACTERS]
