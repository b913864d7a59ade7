"""Which points of a line can be left out, since nobody would see the difference."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from lrgui.core.trace import FloatArray

_TOLERANCE = 0.2  # pixels that a point may be above or below the line that replaces it
_FEW = 32  # points of which none is worth the search


def needed_points(x: FloatArray, y: FloatArray) -> npt.NDArray[np.bool_]:
    """Say which points the lines through `x` and every row of `y` cannot do without, in the shape of `y`.

    Every two neighbouring pieces of a line become one where the point between them is hardly off it, then every two of
    those, and so on: what has been given up adds up, and stays below the tolerance. The ends are always needed, and so
    is every point where `x`, which is to be in order, does not grow or a value is not finite.
    """
    needed = np.ones(y.shape, dtype=np.bool_)
    pieces = y.shape[1] - 1
    if pieces < _FEW:
        return needed
    given_up = np.zeros((len(y), pieces))
    size = 2
    while size <= pieces:
        count = pieces // size
        starts, middles = slice(0, count * size, size), slice(size // 2, count * size, size)
        stops = slice(size, count * size + 1, size)
        with np.errstate(invalid="ignore", divide="ignore"):
            share = (x[middles] - x[starts]) / (x[stops] - x[starts])
            start = y[:, starts]
            off = np.abs(start + (y[:, stops] - start) * share - y[:, middles])
            given_up = np.maximum(given_up[:, : 2 * count : 2], given_up[:, 1 : 2 * count : 2]) + off
        needed[:, middles] = ~(given_up <= _TOLERANCE)
        size *= 2
    return needed
