"""Window: the part of the data in view, and where on the paper it falls. Pure numbers, no Qt."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from lrgui.core.trace import FloatArray

Range = tuple[float, float]

_MARGIN = 0.05  # of the range, left free beyond the data
_MOST_DECADES = 12.0  # what lies further below the top is rounding noise of a schedule that ends at zero
_LARGEST = 1e307  # what has a place on the axis: the span of a range, margins included, must be finite
_SMALLEST = 1e-300  # what is told from zero: pixels per unit must be finite
_FLAT = 1e-9  # a relative span below this is a constant with rounding noise


@dataclass(frozen=True, slots=True)
class Window:
    """The ranges in view and the size of the plot area in logical pixels.

    `x` is in steps. `y` is in the unit of the series, or its log10 when `log_y`.
    """

    x: Range
    y: Range
    width: float
    height: float
    log_y: bool = False

    @property
    def pixels_per_step(self) -> float:
        """The width of one step in logical pixels."""
        return self.width / (self.x[1] - self.x[0])

    def to_x(self, rows: FloatArray) -> FloatArray:
        """Return the pixel columns of rows, counted from the left edge."""
        return (rows - self.x[0]) * self.pixels_per_step

    def to_y(self, values: FloatArray) -> FloatArray:
        """Return the pixel rows of values, counted from the top edge; NaN stays NaN.

        On a logarithmic axis zero and negative values have no place: they are put at the lower edge.
        """
        scale = self.height / (self.y[1] - self.y[0])
        if not self.log_y:
            return (self.y[1] - values) * scale
        with np.errstate(divide="ignore", invalid="ignore"):
            pixels: FloatArray = (self.y[1] - np.log10(values)) * scale
        pixels[values <= 0] = self.height - 1
        return pixels


UNSEEN = Window((0.0, 1.0), (0.0, 1.0), 1.0, 1.0)
"""What is in view before anything was laid out."""


def linear_range(low: float, high: float) -> Range:
    """Return the y range in which data from `low` to `high` read well on a linear axis.

    Zero is in view when the data come near it; a constant gets an axis from zero to a little above it.
    """
    if not (math.isfinite(low) and math.isfinite(high)):
        return 0.0, 1.0
    low, high = (min(max(end, -_LARGEST), _LARGEST) for end in (low, high))
    span = high - low
    if max(abs(low), abs(high)) < _SMALLEST:
        return _constant_range(0.0)
    if span <= _FLAT * max(abs(low), abs(high)):
        return _constant_range((low + high) / 2)
    if 0 < low <= high / 2:
        low = 0.0
    if 0 > high >= low / 2:
        high = 0.0
    margin = (high - low) * _MARGIN
    return low - margin, high + margin


def log_range(low: float, high: float) -> Range:
    """Return the y range, as log10, for positive data from `low` to `high`; NaN where nothing is positive."""
    if not (math.isfinite(low) and math.isfinite(high)):
        return -4.0, 0.0
    bottom, top = math.log10(low), math.log10(high)
    bottom = max(bottom, top - _MOST_DECADES)
    missing = max(0.0, 1.0 - (top - bottom))  # at least a decade, so that a constant has neighbours to compare with
    bottom, top = bottom - missing / 2, top + missing / 2
    margin = (top - bottom) * _MARGIN
    return bottom - margin, top + margin


def step_range(steps: int) -> Range:
    """Return the x range that shows all steps of a run, with a little air for the first and the last."""
    last = max(steps - 1, 1)
    return -0.015 * last, 1.015 * last


def zoomed(current: Range, at: float, factor: float) -> Range:
    """Return the range scaled by `factor` around the point `at`, which stays where it is."""
    return at + (current[0] - at) * factor, at + (current[1] - at) * factor


def limited(wanted: Range, home: Range, least: float, most: float = 4.0) -> Range:
    """Return `wanted` held to a span from `least` to `most` times that of `home`, and in touch with `home`."""
    span = wanted[1] - wanted[0]
    allowed = min(max(span, least), most * (home[1] - home[0]))
    middle = (wanted[0] + wanted[1]) / 2
    middle = min(max(middle, home[0]), home[1])
    if allowed == span and middle == (wanted[0] + wanted[1]) / 2:
        return wanted
    return middle - allowed / 2, middle + allowed / 2


def _constant_range(value: float) -> Range:
    if value == 0:
        return -0.05, 1.0
    ends = sorted((-0.05 * value, 1.25 * value))
    return ends[0], ends[1]
