"""FiniteWatch: finds where recorded values stop being numbers to go on with."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lrgui.core.trace import Trace


class FiniteWatch:
    """Looks through the rows of `trace` as they come, in some `columns`, for a value that is NaN or infinite."""

    def __init__(self, trace: Trace, columns: Sequence[int]) -> None:
        self._trace = trace
        self._columns = list(columns)
        # A slice is read where it is, a list of columns is copied first.
        self._chosen = slice(None) if len(columns) == trace.buffer.shape[1] else self._columns
        self._looked_at = 0
        self._found = False

    def find(self) -> tuple[int, str] | None:
        """Look at the rows that are new; return the row of the first such value, and `lr of group 'weights' is nan`.

        There is one answer only: None from then on.
        """
        if self._found:
            return None
        rows = self._trace.rows
        new = self._trace.buffer[self._looked_at : rows, self._chosen]
        if np.isfinite(new).all():
            self._looked_at = rows
            return None
        self._found = True
        row, place = map(int, np.argwhere(~np.isfinite(new))[0])
        series, group = divmod(self._columns[place], len(self._trace.groups))
        value = float(new[row, place])
        return self._looked_at + row, f"{self._trace.series[series]} of group {self._trace.groups[group]!r} is {value}"
