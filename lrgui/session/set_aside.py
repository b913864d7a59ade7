"""Damaged files of lrgui's own: kept under another name, so that a good one can be written and nothing is lost."""

from __future__ import annotations

import os
from itertools import chain, count
from pathlib import Path


def set_aside(path: Path) -> Path:
    """Rename a file (or whatever else is in its place) to NAME.broken, or the next free name, and return the new path.

    Raises:
        OSError: when it cannot be renamed.
    """
    names = chain((f"{path.name}.broken",), (f"{path.name}.broken{number}" for number in count(2)))
    free = next(aside for aside in map(path.with_name, names) if not os.path.lexists(aside))
    return path.rename(free)
