"""Min-max pyramid: every peak of a long trace at any zoom, at a cost that depends on the pixels alone.

Level k holds the minimum and the maximum of every complete bin of `64 * 2**k` rows, for all columns at once.
Bins are aligned to row 0, so that panning never regroups rows (no shimmer), and rows that do not fill a bin yet
are added at query time, so that the newest row is never missing. Both tables together take 1/16 of the buffer.
"""

from __future__ import annotations

import weakref
from dataclasses import dataclass

import numpy as np

from lrgui.core.trace import Block, Columns, FloatArray

BASE = 64
"""Rows per bin of the finest level; a power of two."""

_CHUNK = 256  # bins built at once: the temporaries stay in the processor's cache
_BLOCK = 8  # neighbouring columns reduced together: one cache line of a row


@dataclass(frozen=True, slots=True, eq=False)
class Envelope:
    """What to draw of one column: per bin its middle row and its extremes, shape `(bins,)` each, in time order.

    With `rows_per_bin` 1 these are the recorded rows themselves, and `minima` is `maxima`.
    A value is NaN only where the whole bin is. The bins cover the rows `first` to `stop - 1`.
    """

    rows: FloatArray
    minima: FloatArray
    maxima: FloatArray
    rows_per_bin: int
    first: int
    stop: int

    def __len__(self) -> int:
        return len(self.rows)


@dataclass(frozen=True, slots=True)
class _Span:
    """Bins `first` to `last` of `size` rows each, of a trace with `rows` rows: the key of a cached reduction."""

    size: int
    first: int
    last: int
    rows: int

    @property
    def complete(self) -> int:
        """The bin after the last complete one within the span."""
        return min(self.last + 1, self.rows // self.size)


class MinMaxPyramid:
    """The pyramid over all columns of one trace; append-only, like the trace itself, which it does not keep alive."""

    def __init__(self, trace: Columns) -> None:
        self.rows = 0
        self._trace = weakref.ref(trace)
        self._buffer: Block = trace.buffer
        columns = trace.buffer.shape[1]
        sizes = []
        bins = trace.capacity // BASE
        while bins:
            sizes.append(bins)
            bins //= 2
        self._minima = [np.empty((size, columns)) for size in sizes]
        self._maxima = [np.empty((size, columns)) for size in sizes]
        self._cached: dict[int, tuple[_Span, FloatArray, FloatArray]] = {}
        self.extend()

    @property
    def nbytes(self) -> int:
        """The memory that the tables take."""
        return sum(table.nbytes for table in (*self._minima, *self._maxima))

    def extend(self) -> bool:
        """Take in what the trace has recorded since; return whether there was anything."""
        trace = self._trace()
        if trace is None or trace.rows == self.rows:
            return False
        rows = trace.rows
        done, wanted = self.rows // BASE, rows // BASE
        for start in range(done, wanted, _CHUNK):
            stop = min(start + _CHUNK, wanted)
            block = self._buffer[start * BASE : stop * BASE]
            low, high = _fold(block, block, BASE)
            self._minima[0][start:stop] = low
            self._maxima[0][start:stop] = high
        for level in range(1, len(self._minima)):
            start, stop = done >> level, wanted >> level
            below = slice(2 * start, 2 * stop)
            low, high = _fold(self._minima[level - 1][below], self._maxima[level - 1][below], 2)
            self._minima[level][start:stop] = low
            self._maxima[level][start:stop] = high
        self.rows = rows
        return True

    def query(self, column: int, first: int, last: int, max_bins: int) -> Envelope:
        """Return the rows `first` to `last` (inclusive) of one column in at most `max_bins` bins.

        The first and the last bin may reach beyond the range asked for. Rows not recorded are left out, yet count for
        the size of the bins, which so stays the same while they arrive.
        """
        first = max(first, 0)  # else no bin, however large, would hold both ends
        size = 1
        while max_bins > 0 and last // size - first // size + 1 > max_bins:
            size *= 2
        last = min(last, self.rows - 1)
        if first > last or max_bins < 1:
            nothing = np.empty(0)
            return Envelope(nothing, nothing, nothing, 1, first, first)
        if size == 1:
            values = self._buffer[first : last + 1, column].copy()
            return Envelope(np.arange(first, last + 1, dtype=np.float64), values, values, 1, first, last + 1)
        span = _Span(size, first // size, last // size, self.rows)
        minima, maxima = self._reduce(column, span)
        start, stop = span.first * size, min((span.last + 1) * size, self.rows)
        rows: FloatArray = np.arange(span.first, span.last + 1, dtype=np.float64) * size + (size - 1) / 2
        rows[-1] = (span.last * size + stop - 1) / 2
        return Envelope(rows, minima, maxima, size, start, stop)

    def bounds(self, column: int, first: int, last: int) -> tuple[float, float]:
        """Return the minimum and the maximum of the rows `first` to `last` (inclusive), NaN when there is none."""
        first, last = max(first, 0), min(last, self.rows - 1)
        if first > last:
            return float("nan"), float("nan")
        low, high = self._reduce_rows(first, last + 1, slice(column, column + 1))
        return float(low[0]), float(high[0])

    def _reduce(self, column: int, span: _Span) -> tuple[FloatArray, FloatArray]:
        """Return minima and maxima of the bins of `span` in one column, shape `(bins,)`."""
        if span.size >= BASE:
            level = (span.size // BASE).bit_length() - 1
            columns, offset = slice(column, column + 1), 0
            minima, maxima = self._read_level(level, slice(span.first, max(span.first, span.complete)), columns)
        else:
            minima, maxima = self._reduce_block(column // _BLOCK, span)
            columns = slice(column // _BLOCK * _BLOCK, (column // _BLOCK + 1) * _BLOCK)
            offset = column % _BLOCK
        if span.last >= span.rows // span.size:
            tail_low, tail_high = self._reduce_rows(span.last * span.size, span.rows, columns)
            minima = np.concatenate([minima, tail_low[np.newaxis]])
            maxima = np.concatenate([maxima, tail_high[np.newaxis]])
        return minima[:, offset].copy(), maxima[:, offset].copy()

    def _read_level(self, level: int, bins: slice, columns: slice) -> tuple[FloatArray, FloatArray]:
        """Return stored bins, none where a bin would be larger than the whole capacity."""
        if level >= len(self._minima):
            nothing = np.empty((0, columns.stop - columns.start))
            return nothing, nothing
        return self._minima[level][bins, columns], self._maxima[level][bins, columns]

    def _reduce_block(self, block: int, span: _Span) -> tuple[FloatArray, FloatArray]:
        """Return minima and maxima of the complete bins, smaller than a base bin, in a block of columns."""
        cached = self._cached.get(block)
        if cached is not None and cached[0] == span:
            return cached[1], cached[2]
        rows = self._buffer[span.first * span.size : span.complete * span.size]
        values = rows[:, block * _BLOCK : (block + 1) * _BLOCK]
        low, high = _fold(values, values, span.size)
        self._cached[block] = (span, low, high)
        return low, high

    def _reduce_rows(self, start: int, stop: int, columns: slice) -> tuple[FloatArray, FloatArray]:
        """Return minima and maxima over the rows `start` to `stop - 1`, shape `(columns,)`."""
        buffer = self._buffer
        low_bin, high_bin = -(-start // BASE), stop // BASE
        if low_bin >= high_bin:
            values = buffer[start:stop, columns]
            return np.fmin.reduce(values, axis=0), np.fmax.reduce(values, axis=0)
        ends = (buffer[start : low_bin * BASE, columns], buffer[high_bin * BASE : stop, columns])
        pieces = [(np.fmin.reduce(rows, axis=0), np.fmax.reduce(rows, axis=0)) for rows in ends if len(rows)]
        level = 0
        while low_bin < high_bin:
            for wanted, bin_index in ((low_bin % 2, low_bin), (high_bin % 2, high_bin - 1)):
                if wanted:
                    pieces.append((self._minima[level][bin_index, columns], self._maxima[level][bin_index, columns]))
            low_bin, high_bin, level = (low_bin + 1) // 2, high_bin // 2, level + 1
        return np.fmin.reduce([low for low, _ in pieces]), np.fmax.reduce([high for _, high in pieces])


_PYRAMIDS: weakref.WeakKeyDictionary[Columns, MinMaxPyramid] = weakref.WeakKeyDictionary()


def pyramid_of(trace: Columns) -> MinMaxPyramid:
    """Return the one pyramid of a trace: built when first asked for, dropped with the trace. For one thread."""
    pyramid = _PYRAMIDS.get(trace)
    if pyramid is None:
        pyramid = _PYRAMIDS[trace] = MinMaxPyramid(trace)
    return pyramid


def _fold(low: FloatArray, high: FloatArray, size: int) -> tuple[FloatArray, FloatArray]:
    """Reduce every `size` rows (a power of two) to one, by halves: far faster than a reduction along a short axis."""
    shape = (len(low) // size, size, low.shape[1])
    low, high = low.reshape(shape), high.reshape(shape)
    while size > 1:
        size //= 2
        low = np.fmin(low[:, :size], low[:, size:])
        high = np.fmax(high[:, :size], high[:, size:])
    return low[:, 0], high[:, 0]
