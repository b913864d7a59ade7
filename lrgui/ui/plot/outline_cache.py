"""The outlines of curves on one paper, kept until the data or the window change."""

from __future__ import annotations

from collections.abc import Sequence

from lrgui.core.pyramid import Envelope
from lrgui.ui.plot.drawn_curve import DrawnCurve
from lrgui.ui.plot.outline import Outline, parts_of, trace_outlines
from lrgui.ui.plot.window import Range, Window

_NARROW = 0.25  # of the width: a part that is worth being worked out for itself

_Made = tuple[Envelope, Window, Outline]


class OutlineCache:
    """Works the outlines of all curves over the same rows out together, which takes hardly longer than one of them."""

    def __init__(self) -> None:
        self._made: dict[DrawnCurve, _Made] = {}

    def forget_all_but(self, curves: Sequence[DrawnCurve]) -> None:
        """Let go of all other curves."""
        self._made = {drawn: self._made[drawn] for drawn in curves if drawn in self._made}

    def outlines(self, curves: Sequence[DrawnCurve], window: Window, columns: Range) -> list[Outline]:
        """Return what to paint in the window; where only some pixel columns are repainted, perhaps no more than those.

        Dashes are always those of the whole curve, since they are counted from its beginning.
        """
        narrow = columns[1] - columns[0] < _NARROW * window.width
        made: dict[DrawnCurve, _Made] = {}
        parts: dict[DrawnCurve, Outline] = {}
        missing: dict[tuple[int, Window, bool], list[DrawnCurve]] = {}
        for drawn in curves:
            envelope, own = drawn.envelope(window.x, window.width), drawn.own_window(window)
            known = self._made.get(drawn)
            if known is not None and known[0] is envelope and known[1] == own:
                made[drawn] = known
            else:
                partial = narrow and drawn.curve.dashes is None
                missing.setdefault((id(envelope.rows), own, partial), []).append(drawn)
        for (_, own, partial), group in missing.items():
            envelopes = [drawn.envelope(window.x, window.width) for drawn in group]
            if partial:
                parts |= zip(group, trace_outlines(parts_of(envelopes, own, *columns), own), strict=True)
            else:
                found = trace_outlines(envelopes, own)
                made |= zip(group, zip(envelopes, [own] * len(group), found, strict=True), strict=True)
        self._made = made
        return [made[drawn][2] if drawn in made else parts[drawn] for drawn in curves]
