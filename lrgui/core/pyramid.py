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

_CHUNK = 16_384  # rows reduced at once: the temporaries stay in the processor's cache
_BLOCK = 8  # neighbouring columns reduced together: one cache line of a row

_Extremes = tuple[FloatArray, FloatArray]


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
    """Bins `first` to `last` of `size` rows each, of a trace with `rows` rows."""

    size: int
    first: int
    last: int
    rows: int

    @property
    def complete(self) -> int:
        """The bin after the last complete one within the span."""
        return max(self.first, min(self.last + 1, self.rows // self.size))


@dataclass(frozen=True, slots=True, eq=False)
class _Reduced:
    """The extremes of a span in neighbouring columns, shape `(columns, bins)`."""

    span: _Span
    minima: FloatArray
    maxima: FloatArray


class MinMaxPyramid:
    """The pyramid over all columns of one trace; append-only, like the trace itself, which it does not keep alive."""

    def __init__(self, trace: Columns) -> None:
        self.rows = 0
        self._trace = weakref.ref(trace)
        columns = trace.buffer.shape[1]
        sizes = []
        bins = trace.capacity // BASE
        while bins:
            sizes.append(bins)
            bins //= 2
        self._minima = [np.empty((size, columns)) for size in sizes]
        self._maxima = [np.empty((size, columns)) for size in sizes]
        self._reduced: dict[int, _Reduced] = {}
        self._middles: tuple[_Span, FloatArray] | None = None
        self.extend()

    @property
    def _buffer(self) -> Block:
        """The rows, wherever the trace has them now: they may move to the disk, which is to free their memory."""
        trace = self._trace()
        assert trace is not None
        return trace.buffer

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
        for start in range(done, wanted, _CHUNK // BASE):
            stop = min(start + _CHUNK // BASE, wanted)
            block = self._buffer[start * BASE : stop * BASE]
            self._minima[0][start:stop], self._maxima[0][start:stop] = _fold(block, block, BASE)
        for level in range(1, len(self._minima)):
            start, stop = done >> level, wanted >> level
            below = slice(2 * start, 2 * stop)
            folded = _fold(self._minima[level - 1][below], self._maxima[level - 1][below], 2)
            self._minima[level][start:stop], self._maxima[level][start:stop] = folded
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
        span = _Span(size, first // size, last // size, self.rows)
        reduced = self._reduce(column // _BLOCK, span)
        start, stop = span.first * size, min((span.last + 1) * size, self.rows)
        minima, maxima = reduced.minima[column % _BLOCK], reduced.maxima[column % _BLOCK]
        return Envelope(self._middle_rows(span), minima, maxima, size, start, stop)

    def bounds(self, column: int, first: int, last: int) -> tuple[float, float]:
        """Return the minimum and the maximum of the rows `first` to `last` (inclusive), NaN when there is none."""
        first, last = max(first, 0), min(last, self.rows - 1)
        if first > last:
            return float("nan"), float("nan")
        low, high = self._reduce_rows(first, last + 1, slice(column, column + 1))
        return float(low[0]), float(high[0])

    def _middle_rows(self, span: _Span) -> FloatArray:
        """Return the middle row of every bin, the very same array for all columns."""
        if self._middles is None or self._middles[0] != span:
            rows: FloatArray = np.arange(span.first, span.last + 1, dtype=np.float64) * span.size + (span.size - 1) / 2
            rows[-1] = (span.last * span.size + min((span.last + 1) * span.size, span.rows) - 1) / 2
            self._middles = (span, rows)
        return self._middles[1]

    def _reduce(self, block: int, span: _Span) -> _Reduced:
        """Return the bins of `span` in a block of columns."""
        known = self._reduced.get(block)
        if known is not None and known.span == span:
            return known
        columns = slice(block * _BLOCK, (block + 1) * _BLOCK)
        pieces = self._complete_bins(span, columns, known)
        if span.complete <= span.last:
            low, high = self._reduce_rows(span.last * span.size, span.rows, columns)
            pieces.append((low[:, np.newaxis], high[:, np.newaxis]))
        # One after the other in memory, however the columns lie in the tables.
        minima, maxima = (np.concatenate(parts, axis=1) for parts in zip(*pieces, strict=True))
        reduced = self._reduced[block] = _Reduced(span, minima, maxima)
        return reduced

    def _complete_bins(
        self, span: _Span, columns: slice, known: _Reduced | None
    ) -> list[tuple[FloatArray, FloatArray]]:
        """Return the complete bins of `span` piece by piece; what the tables do not hold is kept from what is known."""
        first, stop = span.first, span.complete
        if first == stop:
            return []
        if span.size >= BASE:
            level, bins = (span.size // BASE).bit_length() - 1, slice(first, stop)
            return [(self._minima[level][bins, columns].T, self._maxima[level][bins, columns].T)]
        if known is None or known.span.size != span.size:
            return [self._fold_rows(span.size, first, stop, columns)]
        kept_first = min(max(first, known.span.first), stop)
        kept_stop = max(kept_first, min(stop, known.span.complete))
        kept = slice(kept_first - known.span.first, kept_stop - known.span.first)
        return [
            self._fold_rows(span.size, first, kept_first, columns),
            (known.minima[:, kept], known.maxima[:, kept]),
            self._fold_rows(span.size, kept_stop, stop, columns),
        ]

    def _fold_rows(self, size: int, first: int, stop: int, columns: slice) -> _Extremes:
        """Return the bins `first` to `stop - 1` of `size` rows each, worked out from the rows."""
        shape = (stop - first, min(columns.stop, self._buffer.shape[1]) - columns.start)
        low, high = np.empty(shape), np.empty(shape)
        for start in range(first, stop, _CHUNK // size):
            end = min(start + _CHUNK // size, stop)
            rows, bins = self._buffer[start * size : end * size, columns], slice(start - first, end - first)
            low[bins], high[bins] = _fold(rows, rows, size)
        return low.T, high.T

    def _reduce_rows(self, start: int, stop: int, columns: slice) -> _Extremes:
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


def _fold(low: FloatArray, high: FloatArray, size: int) -> _Extremes:
    """Reduce every `size` rows (a power of two) to one, by halves: far faster than a reduction along a short axis."""
    shape = (len(low) // size, size, low.shape[1])
    low, high = low.reshape(shape), high.reshape(shape)
    while size > 1:
        size //= 2
        low = np.fmin(low[:, :size], low[:, size:])
        high = np.fmax(high[:, :size], high[:, size:])
    return low[:, 0], high[:, 0]
