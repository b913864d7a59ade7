"""From an envelope to what a painter draws: lines where a curve can be followed, bands where it cannot.

All in logical pixels of the plot area. A curve that turns more often than every few pixels is a solid band at this
zoom; stroking it line by line would take a thousand times longer and look the same.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from lrgui.core.pyramid import Envelope
from lrgui.core.trace import FloatArray
from lrgui.ui.plot.window import Window

_DENSE_WINDOW = 12  # pixels
REACH = 16.0  # pixels that new rows may change to the left of them: what was a line may turn out to be a band
_DENSE_CROSSINGS = 4  # of the window's own height: two full cycles in the window, one every six pixels
_FILLED = 3  # pixels to either side over which a band is solid
_TOLERANCE = 0.05  # pixels that a point may be off the line that replaces it, each time
_BLOCKS = (16, 16, 8, 4, 2)  # points replaced by one line, one after the other
_FEW_POINTS = 64
_OUTSIDE = 64.0  # pixels beyond the plot area to which lines are cut
_POINT_DISTANCE = 6.0  # pixels per step from which the rows themselves are shown


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

    def edges(self) -> tuple[Line, Line]:
        """Return the upper and the lower edge as lines through the middles of the columns."""
        x: FloatArray = self.left + 0.5 + np.arange(len(self.top), dtype=np.float64)
        return _simplify(Line(x, self.top)), _simplify(Line(x, self.bottom))


@dataclass(frozen=True, slots=True, eq=False)
class Outline:
    """Everything to draw of one curve; `points` are rows shown one by one."""

    lines: tuple[Line, ...] = ()
    bands: tuple[Band, ...] = ()
    points: Line | None = None


def part_of(envelope: Envelope, window: Window, left: float, right: float) -> Envelope:
    """Return the part of an envelope with which the pixel columns `left` to `right` look as with the whole."""
    reach = 2 * REACH + 1 / window.pixels_per_step
    columns = np.array([left - reach, right + reach]) / window.pixels_per_step + window.x[0]
    start, stop = (int(index) for index in np.searchsorted(envelope.rows, columns))
    start, stop = max(start - 1, 0), min(stop + 1, len(envelope))
    first = envelope.first if start == 0 else int(envelope.rows[start])
    end = envelope.stop if stop == len(envelope) else int(envelope.rows[stop - 1] + (envelope.rows_per_bin + 1) / 2)
    bins = slice(start, stop)
    return replace(
        envelope,
        rows=envelope.rows[bins],
        minima=envelope.minima[bins],
        maxima=envelope.maxima[bins],
        first=first,
        stop=end,
    )


def trace_outline(envelope: Envelope, window: Window) -> Outline:
    """Return the outline of one curve in the window."""
    if len(envelope) == 0:
        return Outline()
    low = window.to_y(envelope.minima)
    points = None
    if envelope.rows_per_bin == 1:
        x, y = window.to_x(envelope.rows), low
        if window.pixels_per_step >= _POINT_DISTANCE:
            inside = np.isfinite(y) & (y >= -_OUTSIDE) & (y <= window.height + _OUTSIDE)
            points = Line(x[inside], y[inside])
    else:
        x = window.to_x(_first_and_last_rows(envelope))
        y = _in_time_order(low, window.to_y(envelope.maxima))
    lines: list[Line] = []
    bands: list[Band] = []
    for start, stop in _runs(np.isfinite(y)):
        line = _cut(x[start:stop], y[start:stop], -_OUTSIDE, window.height + _OUTSIDE)
        _split_dense(line, lines, bands)
    return Outline(tuple(_simplify(line) for line in lines), tuple(bands), points)


def _first_and_last_rows(envelope: Envelope) -> FloatArray:
    """Return the first and the last row of every bin, where a rising or falling curve has its extremes."""
    half = (envelope.rows_per_bin - 1) / 2
    ends: FloatArray = np.column_stack([envelope.rows - half, envelope.rows + half]).reshape(-1)
    ends[-2:] = envelope.stop - 1 - 2 * (envelope.stop - 1 - envelope.rows[-1]), envelope.stop - 1
    return ends


def _in_time_order(low: FloatArray, high: FloatArray) -> FloatArray:
    """Return both extremes of every bin, the one nearer to the bin before first, shape `(2 * bins,)`."""
    middle = low + high
    before = np.empty_like(middle)
    before[1:] = middle[:-1]
    before[0] = 2 * middle[0] - middle[1] if len(middle) > 1 else middle[0]
    low_first = ~(middle > before)  # pixel rows count downwards: the curve rises, or begins after a gap
    pairs = np.empty((len(low), 2))
    pairs[:, 0] = np.where(low_first, low, high)
    pairs[:, 1] = np.where(low_first, high, low)
    return pairs.reshape(-1)


def _runs(wanted: npt.NDArray[np.bool_]) -> list[tuple[int, int]]:
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


def _split_dense(line: Line, lines: list[Line], bands: list[Band]) -> None:
    """Sort the parts of a line into lines and bands."""
    dense = _dense_columns(line)
    if dense is None:
        lines.append(line)
        return
    left, is_dense = dense
    columns = np.floor(line.x).astype(np.int64) - left
    for start, stop in _runs(~is_dense[columns]):
        part = slice(max(start - 1, 0), stop + 1)  # one point into the bands, so that no gap shows
        lines.append(Line(line.x[part], line.y[part]))
    low, high = _column_extremes(line, columns, len(is_dense))
    for start, stop in _runs(is_dense):
        top = -_widened(-low[start:stop], _FILLED)
        bands.append(Band(left + start, top, _widened(high[start:stop], _FILLED)))


def _dense_columns(line: Line) -> tuple[int, npt.NDArray[np.bool_]] | None:
    """Say of every pixel column whether the line turns too often there to be followed; None where it never does."""
    if len(line.x) < 2 * _DENSE_CROSSINGS:
        return None
    travel = np.abs(np.diff(line.y))
    if travel.sum() < _DENSE_CROSSINGS * np.ptp(line.y) + 1:
        return None
    left = int(np.floor(line.x[0]))
    columns = np.floor(line.x).astype(np.int64) - left
    count = int(columns[-1]) + 1
    if count < _DENSE_WINDOW:
        return None
    ink = np.bincount(columns[1:], weights=travel, minlength=count)
    low, high = _column_extremes(line, columns, count)
    height = _running_maximum(high, _DENSE_WINDOW) + _running_maximum(-low, _DENSE_WINDOW)
    crowded = np.convolve(ink, np.ones(_DENSE_WINDOW), "valid") > _DENSE_CROSSINGS * np.maximum(height, 2.0)
    is_dense = np.convolve(crowded, np.ones(_DENSE_WINDOW)) > 0
    return (left, is_dense) if is_dense.any() else None


def _widened(values: FloatArray, reach: int) -> FloatArray:
    """Return the maximum within `reach` columns of each, which fills the gaps between the strokes of a cycle."""
    return _running_maximum(np.pad(values, reach, mode="edge"), 2 * reach + 1)


def _running_maximum(values: FloatArray, size: int) -> FloatArray:
    """Return the maximum of every `size` values in a row, by doubling."""
    count = len(values) - size + 1
    reached = 1
    while 2 * reached <= size:
        values = np.maximum(values[:-reached], values[reached:])
        reached *= 2
    rest = size - reached
    return np.maximum(values[:count], values[rest : rest + count])


def _column_extremes(line: Line, columns: npt.NDArray[np.int64], count: int) -> tuple[FloatArray, FloatArray]:
    """Return the upper and lower end of the line in every pixel column, joined to the column before it."""
    starts = np.flatnonzero(np.diff(columns, prepend=-1))
    joined_low = np.minimum(line.y, np.concatenate([line.y[:1], line.y[:-1]]))
    joined_high = np.maximum(line.y, np.concatenate([line.y[:1], line.y[:-1]]))
    filled = columns[starts]
    where = np.searchsorted(filled, np.arange(count), side="right") - 1
    return np.minimum.reduceat(joined_low, starts)[where], np.maximum.reduceat(joined_high, starts)[where]


def _simplify(line: Line) -> Line:
    """Leave out points that lie on the line between their neighbours, as far as can be seen."""
    x, y = line.x, line.y
    if len(x) < _FEW_POINTS:
        return line
    for block in _BLOCKS:
        count = (len(x) - 1) // block
        if count < 1:
            continue
        start_x, start_y = x[: count * block : block], y[: count * block : block]
        across, up = x[block::block][:count] - start_x, y[block::block][:count] - start_y
        to_x = x[: count * block].reshape(count, block) - start_x[:, np.newaxis]
        to_y = y[: count * block].reshape(count, block) - start_y[:, np.newaxis]
        length = (across * across + up * up)[:, np.newaxis]
        along = to_x * across[:, np.newaxis] + to_y * up[:, np.newaxis]
        off = to_y * across[:, np.newaxis] - to_x * up[:, np.newaxis]
        # Not beyond the ends either: a spike lies on the line through them, but must stay.
        straight = ((off * off <= _TOLERANCE * _TOLERANCE * length) & (along >= 0.0) & (along <= length)).all(axis=1)
        keep = np.ones(len(x), dtype=np.bool_)
        keep[: count * block].reshape(count, block)[straight, 1:] = False
        x, y = x[keep], y[keep]
    return Line(x, y)
