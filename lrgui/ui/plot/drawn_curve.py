"""A curve with what has been worked out for drawing it, kept until the data or the window change."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from lrgui.core.pyramid import Envelope, MinMaxPyramid
from lrgui.ui.plot.curve import Curve
from lrgui.ui.plot.window import Range, Window

_VISIBLE = 0.5  # pixels


class DrawnCurve:
    """One curve on its way to one screen or figure; the pyramid is shared by all curves of the same trace.

    Ranges and windows that are passed in count the steps of the x axis, of which a row takes `curve.stretch`.
    """

    def __init__(self, curve: Curve, pyramid: MinMaxPyramid, bins_per_pixel: float = 1.5) -> None:
        self.curve = curve
        self.pyramid = pyramid
        self.taken_rows = 0
        self._bins_per_pixel = bins_per_pixel
        self._envelope: Envelope | None = None
        self._envelope_key: tuple[Range, int, int] | None = None

    def envelope(self, x_range: Range, width: float) -> Envelope:
        """Return the visible rows, and one more on either side, in bins as fine as `width` pixels allow."""
        bins = max(2, round(width * self._bins_per_pixel))
        key = (x_range, bins, self.pyramid.rows)
        if self._envelope is None or key != self._envelope_key:
            low, high = self._in_rows(x_range)
            first, last = int(np.floor(low)), int(np.ceil(high))
            self._envelope = self.pyramid.query(self.curve.column, first, last, bins)
            self._envelope_key = key
        return self._envelope

    def envelope_in_steps(self, window: Window) -> Envelope:
        """Return what is in view in a window, its rows as steps of the x axis."""
        envelope, stretch = self.envelope(window.x, window.width), self.curve.stretch
        return envelope if stretch == 1.0 else replace(envelope, rows=envelope.rows * stretch)

    def own_window(self, window: Window) -> Window:
        """Return the window with its x range in rows of the curve."""
        return window if self.curve.stretch == 1.0 else replace(window, x=self._in_rows(window.x))

    def value_at(self, row: int) -> float:
        """Return the recorded value of a row, NaN where there is none."""
        if not 0 <= row < self.pyramid.rows:
            return float("nan")
        return float(self.curve.trace.buffer[row, self.curve.column])

    def place_of(self, row: int, window: Window) -> tuple[float, float]:
        """Return the pixel position of a recorded row; the height is NaN where there is no value."""
        x = self.own_window(window).to_x(np.array([float(row)]))
        y = window.to_y(np.array([self.value_at(row)]))
        return float(x[0]), float(y[0])

    def changed_columns(self, window: Window) -> tuple[float, float] | None:
        """Return from where to where (in pixels) rows not yet taken over change the picture, None where none does.

        Takes the rows over in the former case only, so that invisible changes add up until they show.
        """
        rows, taken = self.pyramid.rows, self.taken_rows
        if rows == taken:
            return None
        ends = np.array([max(taken - 1, 0), rows - 1], dtype=np.float64)
        left, right = self.own_window(window).to_x(ends).tolist()
        if taken and right - left < _VISIBLE:
            _, before = self.place_of(taken - 1, window)
            heights = window.to_y(np.array(self.pyramid.bounds(self.curve.column, taken, rows - 1)))
            nothing = np.isnan(before) & np.isnan(heights)
            if np.all(nothing | (np.abs(heights - before) < _VISIBLE)):
                return None
        self.taken_rows = rows
        return left, right

    def _in_rows(self, x_range: Range) -> Range:
        return x_range[0] / self.curve.stretch, x_range[1] / self.curve.stretch
