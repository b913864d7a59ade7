"""What a pane is asked to show, and how that becomes its state."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lrgui.core.pyramid import pyramid_of
from lrgui.ui.plot.curve import Curve
from lrgui.ui.plot.drawn_curve import DrawnCurve
from lrgui.ui.plot.view_state import PaneState


@dataclass(frozen=True, slots=True)
class PaneContent:
    """What a pane is to show: curves, the first one lowest, over a y axis with a title."""

    title: str
    curves: tuple[Curve, ...] = ()
    log_y: bool = False


def pane_states(
    contents: Sequence[PaneContent], before: Sequence[PaneState], hidden: frozenset[str]
) -> tuple[PaneState, ...]:
    """Return the states of panes that were in the states `before`, without the curves whose keys are `hidden`.

    What is already worked out for a curve that was there is kept. A pane that shows another thing, or over another kind
    of axis, is looked at in its whole height.
    """
    panes = []
    for index, content in enumerate(contents):
        old = before[index] if index < len(before) else PaneState()
        kept = {drawn.curve: drawn for drawn in old.curves}
        shown = (curve for curve in content.curves if curve.key not in hidden)
        curves = tuple(kept.get(curve) or DrawnCurve(curve, pyramid_of(curve.trace)) for curve in shown)
        for drawn in curves:
            drawn.pyramid.extend()
        same = (content.title, content.log_y) == (old.title, old.log_y)
        y, values = (old.y, old.kept) if same else (None, None)
        panes.append(PaneState(curves, content.title, content.log_y, y, values))
    return tuple(panes)
