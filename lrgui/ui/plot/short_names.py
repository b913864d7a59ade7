"""Names of curves, cut to a width in which they can still be told apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetricsF

_SEPARATORS = "./ "
_CUT = "…"
_ROUNDS = 3


def short_names(names: Sequence[str], width: float, metrics: QFontMetricsF) -> list[str]:
    """Return each name on one line of at most `width` pixels.

    One that is too wide is shortened in the middle: both ends tell groups apart. Where they do not, as of the layers of
    one network, what the names begin with in common is left out.
    """
    lines = [" ".join(name.split()) for name in names]
    texts = {line: metrics.elidedText(line, Qt.TextElideMode.ElideMiddle, width) for line in lines}
    # What tells names apart within one group may be what those of two groups have in common.
    for _ in range(_ROUNDS):
        groups = _cut_alike(texts)
        for alike in groups:
            texts.update(_told_apart(alike, width, metrics) or {})
        if not groups:
            break
    return [texts[line] for line in lines]


def _cut_alike(texts: Mapping[str, str]) -> list[list[str]]:
    """Return the different names that have the same text, group by group."""
    groups: dict[str, list[str]] = {}
    for line, text in texts.items():
        groups.setdefault(text, []).append(line)
    return [group for group in groups.values() if len(group) > 1]


def _told_apart(lines: Sequence[str], width: float, metrics: QFontMetricsF) -> dict[str, str] | None:
    """Return texts for different names that are cut alike, None where there is no room for what differs."""
    first, last = min(lines), max(lines)
    shared = next(
        (place for place, (one, other) in enumerate(zip(first, last, strict=False)) if one != other), len(first)
    )
    # The word before the difference says what it counts: `layers.3`.
    word = max(lines[0].rfind(one, 0, max(shared - 1, 0)) for one in _SEPARATORS) + 1
    for start in (word, shared):
        rests = {line: (_CUT if start else "") + line[start:] for line in lines}
        texts = {line: metrics.elidedText(rest, Qt.TextElideMode.ElideRight, width) for line, rest in rests.items()}
        if len(set(texts.values())) == len(lines):
            return texts
    return None
