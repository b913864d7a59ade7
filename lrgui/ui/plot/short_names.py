"""Names of curves, cut to a width in which they can still be told apart."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetricsF

_SEPARATORS = "./ "
_CUT = "…"


def short_names(names: Sequence[str], width: float, metrics: QFontMetricsF) -> list[str]:
    """Return each name on one line of at most `width` pixels.

    One that is too wide is shortened in the middle: both ends tell groups apart. Where they do not, as of the layers of
    one network, what the names begin with in common is left out.
    """
    lines = [" ".join(name.split()) for name in names]
    texts = {line: metrics.elidedText(line, Qt.TextElideMode.ElideMiddle, width) for line in lines}
    for text in set(texts.values()):
        alike = [line for line, other in texts.items() if other == text]
        if len(alike) > 1:
            texts.update(_told_apart(alike, width, metrics) or {})
    return [texts[line] for line in lines]


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
