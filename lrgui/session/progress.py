"""How far reading or writing has come."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

Progress: TypeAlias = Callable[[float], None]
"""Told how much of the work is done, from 0 to 1; ends the work by raising StoppedError."""


class CellCounter:
    """Counts the cells of columns that are done and tells a `Progress` about them."""

    def __init__(self, cells: int, progress: Progress | None) -> None:
        self._cells = cells
        self._done = 0
        self._progress = progress

    def add(self, cells: int) -> None:
        """Count `cells` more as done."""
        self._done += cells
        if self._progress:
            self._progress(self._done / self._cells)
