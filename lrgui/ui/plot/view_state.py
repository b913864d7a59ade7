"""What the plot shows and which ranges it chooses: the settings behind the picture, without graphics."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lrgui.core.pyramid import Envelope
from lrgui.core.trace import FloatArray
from lrgui.session.values import XAxis
from lrgui.ui.plot.drawn_curve import DrawnCurve
from lrgui.ui.plot.window import Range, limited, linear_range, log_range, step_range

_LEAST_STEPS = 4.0  # in view at the deepest zoom
_LEAST_RELATIVE = 1e-12  # of the value: beyond, doubles have no digits left


@dataclass
class ViewState:
    """Curves, axes and ranges; `x` and `y` are None until the user zooms: all planned steps, all values in view.

    Ranges along y are log10 of the values when `log_y`.
    """

    curves: tuple[DrawnCurve, ...] = ()
    series: str = "lr"
    x_axis: XAxis = "step"
    planned: int = 0
    steps_per_epoch: int = 1
    log_y: bool = False
    x: Range | None = None
    y: Range | None = None

    @property
    def rows(self) -> int:
        """The rows of the longest curve."""
        return max((drawn.pyramid.rows for drawn in self.curves), default=0)

    def x_range(self) -> Range:
        """Return the steps in view."""
        return self.x or self._home_x()

    def y_range(self, width: float) -> Range:
        """Return the values in view on a plot area `width` pixels wide."""
        return self.y or self._home_y(width)

    def choose_x(self, wanted: Range) -> None:
        """Keep to these steps, as near as sense allows."""
        self.x = limited(wanted, self._home_x(), _LEAST_STEPS)

    def choose_y(self, wanted: Range, width: float) -> None:
        """Keep to these values, as near as sense allows."""
        home = self._home_y(width)
        magnitude = 1.0 if self.log_y else max(abs(wanted[0]), abs(wanted[1]), abs(home[1]))
        self.y = limited(wanted, home, _LEAST_RELATIVE * magnitude)

    def envelopes(self, width: float) -> list[Envelope]:
        """Return what is in view of every curve."""
        x_range = self.x_range()
        return [drawn.envelope(x_range, width) for drawn in self.curves]

    def lower_edge_label(self, width: float) -> str:
        """Return the name of what a logarithmic axis shows at its lower end because it has no place for it."""
        if not self.log_y:
            return ""
        lowest = [float(np.fmin.reduce(envelope.minima)) for envelope in self.envelopes(width) if len(envelope)]
        # A group that has not joined yet has no value at all, and min() would go by the order.
        least = min((value for value in lowest if not np.isnan(value)), default=1.0)
        if least < 0:
            return "\u2264 0"
        return "0" if least == 0 else ""

    def _home_x(self) -> Range:
        return step_range(max(self.planned, self.rows))

    def _home_y(self, width: float) -> Range:
        envelopes = self.envelopes(width)
        if self.log_y:
            return log_range(*_positive_extent(envelopes))
        return linear_range(*_extent(envelopes))


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
