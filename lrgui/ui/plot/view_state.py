"""What the plot shows and which ranges it chooses: the settings behind the picture, without graphics."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from PySide6.QtCore import QPointF

from lrgui.core.bands import Band
from lrgui.core.markers import Marker
from lrgui.core.pyramid import Envelope
from lrgui.core.trace import FloatArray
from lrgui.session.values import XAxis
from lrgui.ui.plot.drawn_curve import DrawnCurve
from lrgui.ui.plot.window import Range, limited, linear_range, log_range, step_range

_LEAST_STEPS = 4.0  # in view at the deepest zoom
_LEAST_RELATIVE = 1e-12  # of the value: beyond, doubles have no digits left


@dataclass
class PaneState:
    """The curves over one y axis; `y` is None until the user zooms: all values in view, and `kept` ones too.

    Ranges along y are log10 of the values when `log_y`. `title` is what the y axis is named by.
    """

    curves: tuple[DrawnCurve, ...] = ()
    title: str = ""
    log_y: bool = False
    y: Range | None = None
    kept: Range | None = None

    def y_range(self, x: Range, width: float) -> Range:
        """Return the values in view on a plot area `width` pixels wide that shows the steps `x`."""
        if self.y is not None:
            return self.y
        home = self._home_y(x, width)
        return home if self.kept is None else (min(home[0], self.kept[0]), max(home[1], self.kept[1]))

    def choose_y(self, wanted: Range, x: Range, width: float) -> None:
        """Keep to these values, as near as sense allows."""
        home = self._home_y(x, width)
        magnitude = 1.0 if self.log_y else max(abs(wanted[0]), abs(wanted[1]), abs(home[1]))
        self.y = limited(wanted, home, _LEAST_RELATIVE * magnitude)

    def envelopes(self, x: Range, width: float) -> list[Envelope]:
        """Return what is in view of every curve."""
        return [drawn.envelope(x, width) for drawn in self.curves]

    def lower_edge_label(self, x: Range, width: float) -> str:
        """Return the name of what a logarithmic axis shows at its lower end because it has no place for it."""
        if not self.log_y:
            return ""
        lowest = [float(np.fmin.reduce(envelope.minima)) for envelope in self.envelopes(x, width) if len(envelope)]
        # A group that has not joined yet has no value at all, and min() would go by the order.
        least = min((value for value in lowest if not np.isnan(value)), default=1.0)
        if least < 0:
            return "\u2264 0"
        return "0" if least == 0 else ""

    def _home_y(self, x: Range, width: float) -> Range:
        envelopes = self.envelopes(x, width)
        if self.log_y:
            return log_range(*_positive_extent(envelopes))
        return linear_range(*_extent(envelopes))


@dataclass(frozen=True, slots=True)
class ShownMarkers:
    """What happens on the way of a run, each row of which takes `stretch` steps of the x axis."""

    markers: tuple[Marker, ...] = ()
    steps_per_epoch: int = 1
    stretch: float = 1.0


@dataclass
class ViewState:
    """One or two panes over one x axis, which counts the steps of the run that is worked on.

    `x` is None until the user zooms: all planned steps in view. `second_share` is the part of the height that the lower
    pane has, `legend_place` where the user has put the legend (see `LegendItem.place`). `bands` are the phases behind
    the curves of the upper pane, `markers` what happens along its lower edge.
    """

    panes: tuple[PaneState, ...] = field(default_factory=lambda: (PaneState(),))
    x_axis: XAxis = "step"
    planned: int = 0
    steps_per_epoch: int = 1
    x: Range | None = None
    second_share: float = 0.34
    legend_place: QPointF | None = None
    markers: ShownMarkers = ShownMarkers()
    bands: tuple[Band, ...] = ()

    @property
    def curves(self) -> tuple[DrawnCurve, ...]:
        """The curves of all panes."""
        return tuple(drawn for pane in self.panes for drawn in pane.curves)

    @property
    def end(self) -> int:
        """How far the longest curve reaches, in steps of the x axis."""
        return max((round(drawn.pyramid.rows * drawn.curve.stretch) for drawn in self.curves), default=0)

    @property
    def is_zoomed(self) -> bool:
        """True once the user has chosen a range."""
        return self.x is not None or any(pane.y is not None for pane in self.panes)

    def copy(self) -> ViewState:
        """Return a state of its own that can be changed without this one."""
        return replace(self, panes=tuple(replace(pane) for pane in self.panes))

    def x_range(self) -> Range:
        """Return the steps in view."""
        return self.x or self._home_x()

    def choose_x(self, wanted: Range) -> None:
        """Keep to these steps, as near as sense allows."""
        self.x = limited(wanted, self._home_x(), _LEAST_STEPS)

    def _home_x(self) -> Range:
        return step_range(max(self.planned, self.end))


def _extent(envelopes: list[Envelope]) -> tuple[float, float]:
    """Return the smallest and the largest finite value, NaN twice where there is none."""
    drawn = [envelope for envelope in envelopes if len(envelope)]
    low = min((float(np.fmin.reduce(envelope.minima)) for envelope in drawn), default=float("nan"))
    high = max((float(np.fmax.reduce(envelope.maxima)) for envelope in drawn), default=float("nan"))
    if np.isfinite(low) and np.isfinite(high):
        return low, high
    # One curve is empty or has diverged: go by the others, and by what is finite of it.
    low = _smallest([envelope.minima for envelope in drawn])
    return low, -_smallest([-envelope.maxima for envelope in drawn])


def _positive_extent(envelopes: list[Envelope]) -> tuple[float, float]:
    """Return the smallest and the largest positive value; a bin that reaches down to zero counts with its top."""
    bottoms = [np.where(envelope.minima > 0, envelope.minima, envelope.maxima) for envelope in envelopes]
    low = _smallest([values[values > 0] for values in bottoms])
    return low, -_smallest([-envelope.maxima[envelope.maxima > 0] for envelope in envelopes])


def _smallest(arrays: list[FloatArray]) -> float:
    finite = [values[np.isfinite(values)] for values in arrays]
    return min((float(values.min()) for values in finite if len(values)), default=float("nan"))
