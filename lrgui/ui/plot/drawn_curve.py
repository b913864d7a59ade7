"""A curve with what has been worked out for drawing it, kept until the data or the window change."""

from __future__ import annotations

import numpy as np

from lrgui.core.pyramid import Envelope, MinMaxPyramid
from lrgui.ui.plot.curve import Curve
from lrgui.ui.plot.outline import Outline, part_of, trace_outline
from lrgui.ui.plot.window import Range, Window

_VISIBLE = 0.5  # pixels


class DrawnCurve:
    """One curve on its way to one screen or figure; the pyramid is shared by all curves of the same trace."""

    def __init__(self, curve: Curve, pyramid: MinMaxPyramid, bins_per_pixel: float = 1.5) -> None:
        self.curve = curve
        self.pyramid = pyramid
        self.taken_rows = 0
        self._bins_per_pixel = bins_per_pixel
        self._envelope: Envelope | None = None
        self._envelope_key: tuple[Range, int, int] | None = None
        self._outline = Outline()
        self._outline_of: tuple[Envelope, Window] | None = None

    def envelope(self, x_range: Range, width: float) -> Envelope:
        """Return the visible rows, and one more on either side, in bins as fine as `width` pixels allow."""
        bins = max(2, round(width * self._bins_per_pixel))
        key = (x_range, bins, self.pyramid.rows)
        if self._envelope is None or key != self._envelope_key:
            first, last = int(np.floor(x_range[0])), int(np.ceil(x_range[1]))
            self._envelope = self.pyramid.query(self.curve.column, first, last, bins)
            self._envelope_key = key
        return self._envelope

    def outline(self, window: Window, columns: Range | None = None) -> Outline:
        """Return what to paint in the window; where only some pixel columns are repainted, perhaps no more than those.

        Dashes are always those of the whole curve, since they are counted from its beginning.
        """
        envelope = self.envelope(window.x, window.width)
        if self._outline_of is None or self._outline_of[0] is not envelope or self._outline_of[1] != window:
            narrow = columns is not None and columns[1] - columns[0] < window.width / 4
            if columns is not None and narrow and self.curve.dashes is None:
                return trace_outline(part_of(envelope, window, *columns), window)
            self._outline = trace_outline(envelope, window)
            self._outline_of = (envelope, window)
        return self._outline

    def value_at(self, step: int) -> float:
        """Return the recorded value at a step, NaN where there is none."""
        if not 0 <= step < self.pyramid.rows:
            return float("nan")
        return float(self.curve.trace.buffer[step, self.curve.column])

    def place_of(self, step: int, window: Window) -> tuple[float, float]:
        """Return the pixel position of a recorded row; the height is NaN where there is no value."""
        x = window.to_x(np.array([float(step)]))
        y = window.to_y(np.array([self.value_at(step)]))
        return float(x[0]), float(y[0])

    def changed_columns(self, window: Window) -> tuple[float, float] | None:
        """Return from where to where (in pixels) rows not yet taken over change the picture, None where none does.

        Takes the rows over in the former case only, so that invisible changes add up until they show.
        """
        rows, taken = self.pyramid.rows, self.taken_rows
        if rows == taken:
            return None
        left, right = window.to_x(np.array([max(taken - 1, 0), rows - 1], dtype=np.float64)).tolist()
        if taken and right - left < _VISIBLE:
            _, before = self.place_of(taken - 1, window)
            heights = window.to_y(np.array(self.pyramid.bounds(self.curve.column, taken, rows - 1)))
            nothing = np.isnan(before) & np.isnan(heights)
            if np.all(nothing | (np.abs(heights - before) < _VISIBLE)):
                return None
        self.taken_rows = rows
        return left, right
