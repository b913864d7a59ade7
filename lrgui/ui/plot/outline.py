"""From envelopes to what a painter draws: lines where a curve can be followed, bands where it cannot.

All in logical pixels of the plot area. A curve that turns more often than every few pixels is a solid band at this
zoom; stroking it line by line would take a thousand times longer and look the same. Curves over the same rows are
worked out together, row by row of one array: that takes hardly longer than one of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from lrgui.core.pyramid import Envelope
from lrgui.core.trace import FloatArray
from lrgui.ui.plot.simplify import needed_points
from lrgui.ui.plot.window import Window

_DENSE_WINDOW = 12  # pixels
_GAP = 16  # pixels between two bands that are not worth a line
_SHORTEST = 48  # pixels that make a band; in less, lines are not many
REACH = 64.0  # pixels that new rows may change to the left of them: what was a line may turn out to be a band
_DENSE_CROSSINGS = 4  # of the window's own height: two full cycles in the window, one every six pixels
_FILLED = 3  # pixels to either side over which a band is solid
_SHORT = 1.0  # pixels: a line that covers less is hardly seen
_FAR = 4000.0  # pixels beyond the plot area at which lines are cut: a painter takes no offence at less
_OUTSIDE = 64.0  # pixels beyond the plot area to which they are cut
_POINT_DISTANCE = 6.0  # pixels per step from which the rows themselves are shown

_Array = TypeVar("_Array", bound=npt.NDArray[Any])
_BoolArray = npt.NDArray[np.bool_]
_IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """An open polyline; arrays of shape `(points,)`."""

    x: FloatArray
    y: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Band:
    """A filled run of pixel columns from `left` on, from `top[i]` to `bottom[i]`."""

    left: int
    top: FloatArray
    bottom: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Outline:
    """Everything to draw of one curve; `lines` include the edges of the bands, `points` are rows shown one by one."""

    lines: tuple[Line, ...] = ()
    bands: tuple[Band, ...] = ()
    points: Line | None = None


def parts_of(envelopes: Sequence[Envelope], window: Window, left: float, right: float) -> list[Envelope]:
    """Return the parts of envelopes over the same bins with which the pixel columns look as with the whole.

    Those from `left` to `right`.
    """
    whole = envelopes[0]
    reach = 2 * REACH + 1 / window.pixels_per_step
    columns = np.array([left - reach, right + reach]) / window.pixels_per_step + window.x[0]
    start, stop = (int(index) for index in np.searchsorted(whole.rows, columns))
    start, stop = max(start - 1, 0), min(stop + 1, len(whole))
    first = whole.first if start == 0 else int(whole.rows[start])
    end = whole.stop if stop == len(whole) else int(whole.rows[stop - 1] + (whole.rows_per_bin + 1) / 2)
    rows = whole.rows[start:stop]
    return [
        replace(
            envelope,
            rows=rows,
            minima=envelope.minima[start:stop],
            maxima=envelope.maxima[start:stop],
            first=first,
            stop=end,
        )
        for envelope in envelopes
    ]


def trace_outlines(envelopes: Sequence[Envelope], window: Window) -> list[Outline]:
    """Return the outlines of curves in the window; the envelopes are over the same bins."""
    bins = envelopes[0]
    if len(bins) == 0:
        return [Outline()] * len(envelopes)
    low = window.to_y(np.stack([envelope.minima for envelope in envelopes]))
    if bins.rows_per_bin == 1:
        x, y = window.to_x(bins.rows), low
    else:
        x = window.to_x(_first_and_last_rows(bins))
        y = _in_time_order(low, window.to_y(np.stack([envelope.maxima for envelope in envelopes])))
    unbroken: _BoolArray = np.all((y >= -_FAR) & (y <= window.height + _FAR), axis=1)
    together = iter(_followed(x, y[unbroken]))
    outlines = [next(together) if whole else _pieced(x, y[i], window) for i, whole in enumerate(unbroken)]
    if bins.rows_per_bin == 1 and window.pixels_per_step >= _POINT_DISTANCE:
        near = (y >= -_OUTSIDE) & (y <= window.height + _OUTSIDE)
        return [replace(outlines[i], points=Line(x[near[i]], y[i, near[i]])) for i in range(len(outlines))]
    return outlines


def _first_and_last_rows(envelope: Envelope) -> FloatArray:
    """Return the first and the last row of every bin, where a rising or falling curve has its extremes."""
    half = (envelope.rows_per_bin - 1) / 2
    ends: FloatArray = np.column_stack([envelope.rows - half, envelope.rows + half]).reshape(-1)
    ends[-2:] = envelope.stop - 1 - 2 * (envelope.stop - 1 - envelope.rows[-1]), envelope.stop - 1
    return ends


def _in_time_order(low: FloatArray, high: FloatArray) -> FloatArray:
    """Return both extremes of every bin, the one nearer to the bin before first, shape `(curves, 2 * bins)`."""
    middle = low + high
    before = np.empty_like(middle)
    before[:, 1:] = middle[:, :-1]
    before[:, 0] = 2 * middle[:, 0] - middle[:, 1] if middle.shape[1] > 1 else middle[:, 0]
    low_first = ~(middle > before)  # pixel rows count downwards: the curve rises, or begins after a gap
    pairs = np.empty((*low.shape, 2))
    pairs[:, :, 0] = np.where(low_first, low, high)
    pairs[:, :, 1] = np.where(low_first, high, low)
    return pairs.reshape(len(low), -1)


def _pieced(x: FloatArray, y: FloatArray, window: Window) -> Outline:
    """Return the outline of one curve that has gaps or runs out of view."""
    pieces = []
    for start, stop in _runs(np.isfinite(y)):
        line = _cut(x[start:stop], y[start:stop], -_OUTSIDE, window.height + _OUTSIDE)
        pieces += _followed(line.x, line.y[np.newaxis])
    lines = tuple(line for piece in pieces for line in piece.lines)
    return Outline(lines, tuple(band for piece in pieces for band in piece.bands))


def _runs(wanted: _BoolArray) -> list[tuple[int, int]]:
    """Return start and stop of every unbroken run of True."""
    if wanted.all():
        return [(0, len(wanted))]
    edges = np.flatnonzero(np.diff(wanted.astype(np.int8), prepend=0, append=0))
    return [(int(start), int(stop)) for start, stop in edges.reshape(-1, 2)]


def _cut(x: FloatArray, y: FloatArray, top: float, bottom: float) -> Line:
    """Hold a line between two heights outside the view, exact where it crosses them."""
    for limit in (top, bottom):
        outside = y < limit if limit == top else y > limit
        if not outside.any():
            continue
        crossing = np.flatnonzero(outside[1:] != outside[:-1])
        share = (limit - y[crossing]) / (y[crossing + 1] - y[crossing])
        crossed_x = x[crossing] + share * (x[crossing + 1] - x[crossing])
        y = np.insert(np.where(outside, limit, y), crossing + 1, limit)
        x = np.insert(x, crossing + 1, crossed_x)
    return Line(x, y)


def _followed(x: FloatArray, y: FloatArray) -> list[Outline]:
    """Return the outlines of unbroken lines: `x` of shape `(points,)`, `y` of shape `(lines, points)`."""
    travel = np.abs(np.diff(y, axis=1)).sum(axis=1)
    restless = travel >= _DENSE_CROSSINGS * np.ptp(y, axis=1) + 1
    if not restless.any() or x[-1] - x[0] < _DENSE_WINDOW:
        return [Outline((line,)) for line in _thinned(x, y)]
    calm, split = iter(_thinned(x, y[~restless])), iter(_split_dense(x, y[restless]))
    return [next(split) if turns else Outline((next(calm),)) for turns in restless]


def _thinned(x: FloatArray, y: FloatArray) -> list[Line]:
    """Return lines without the points that they can do without; one too short to be seen is a single point."""
    if x[-1] - x[0] < _SHORT:
        return [Line(x, line) if np.ptp(line) >= _SHORT else Line(x[-1:], line[-1:]) for line in y]
    return [Line(x[needed], line[needed]) for line, needed in zip(y, needed_points(x, y), strict=True)]


def _split_dense(x: FloatArray, y: FloatArray) -> list[Outline]:
    """Return the outlines of unbroken lines, as bands where they turn too often to be followed."""
    left = int(np.floor(x[0]))
    columns = np.floor(x).astype(np.int64) - left
    low, high = _column_extremes(columns, y)
    dense = _dense_columns(columns, y, low, high)
    top, bottom = -_widened(-low, _FILLED), _widened(high, _FILLED)
    lines: list[list[Line]] = [[] for _ in y]
    bands: list[list[Band]] = [[] for _ in y]
    alike: dict[tuple[int, int], list[int]] = {}
    for index, is_dense in enumerate(dense):
        for start, stop in _runs(~is_dense[columns]):
            part = slice(max(start - 1, 0), stop + 1)  # one point into the bands, so that no gap shows
            lines[index] += _thinned(x[part], y[index : index + 1, part])
        for start, stop in _runs(is_dense):
            bands[index].append(Band(left + start, top[index, start:stop], bottom[index, start:stop]))
            alike.setdefault((start, stop), []).append(index)
    for (start, stop), indices in alike.items():
        middles: FloatArray = left + 0.5 + np.arange(start, stop, dtype=np.float64)
        edges = _thinned(middles, np.concatenate([top[indices, start:stop], bottom[indices, start:stop]]))
        for index, *pair in zip(indices, edges, edges[len(indices) :], strict=False):
            lines[index] += pair
    return [Outline(tuple(own_lines), tuple(own_bands)) for own_lines, own_bands in zip(lines, bands, strict=True)]


def _dense_columns(columns: _IntArray, y: FloatArray, low: FloatArray, high: FloatArray) -> _BoolArray:
    """Say of every pixel column whether a line turns too often there to be followed, shape `(lines, columns)`."""
    ink = np.zeros_like(low)
    starts = np.flatnonzero(np.diff(columns[1:], prepend=-1))
    ink[:, columns[1:][starts]] = np.add.reduceat(np.abs(np.diff(y, axis=1)), starts, axis=1)
    height = _running_maximum(high, _DENSE_WINDOW) + _running_maximum(-low, _DENSE_WINDOW)
    crowded = _running_sum(ink, _DENSE_WINDOW) > _DENSE_CROSSINGS * np.maximum(height, 2.0)
    near = _running_maximum(_padded(crowded, _DENSE_WINDOW - 1 + _GAP), _DENSE_WINDOW + _GAP)
    closed = ~_running_maximum(~near, _GAP + 1)
    # What goes on beyond the end counts as band, so that none dissolves while it leaves the view.
    lasting = ~_running_maximum(~_padded(closed, _SHORTEST - 1, dense=True), _SHORTEST)
    return _running_maximum(lasting, _SHORTEST)


def _padded(values: _BoolArray, columns: int, *, dense: bool = False) -> _BoolArray:
    """Return the values with so many columns beside them on either side."""
    return np.pad(values, ((0, 0), (columns, columns)), constant_values=dense)


def _widened(values: FloatArray, reach: int) -> FloatArray:
    """Return the maximum within `reach` columns of each, which fills the gaps between the strokes of a cycle."""
    return _running_maximum(np.pad(values, ((0, 0), (reach, reach)), mode="edge"), 2 * reach + 1)


def _running_sum(values: FloatArray, size: int) -> FloatArray:
    """Return the sum of every `size` values in a row."""
    sums = np.cumsum(np.pad(values, ((0, 0), (1, 0))), axis=1)
    return sums[:, size:] - sums[:, :-size]


def _running_maximum(values: _Array, size: int) -> _Array:
    """Return the maximum of every `size` values in a row, by doubling."""
    count = values.shape[1] - size + 1
    reached = 1
    while 2 * reached <= size:
        values = np.maximum(values[:, :-reached], values[:, reached:])
        reached *= 2
    rest = size - reached
    maxima: _Array = np.maximum(values[:, :count], values[:, rest : rest + count])
    return maxima


def _column_extremes(columns: _IntArray, y: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return upper and lower ends of lines in every pixel column, joined to the column before it."""
    starts = np.flatnonzero(np.diff(columns, prepend=-1))
    before = np.concatenate([y[:, :1], y[:, :-1]], axis=1)
    where = np.searchsorted(columns[starts], np.arange(columns[-1] + 1), side="right") - 1
    low = np.minimum.reduceat(np.minimum(y, before), starts, axis=1)[:, where]
    return low, np.maximum.reduceat(np.maximum(y, before), starts, axis=1)[:, where]
