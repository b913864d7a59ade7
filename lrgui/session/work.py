"""Unsaved work at one moment, as frozen values: what is kept for recovery."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from lrgui.core.trace import Trace
from lrgui.session.file_stamp import FileStamp, stamp_of
from lrgui.session.values import Session


@dataclass(frozen=True, slots=True)
class SavedFile:
    """A session file, as it was when its `stamp` was taken, and how many `rows` it holds of which run, by its id."""

    path: Path
    stamp: FileStamp
    rows: Mapping[int, int]

    @property
    def is_unchanged(self) -> bool:
        """True while nothing else was written at its path."""
        return stamp_of(self.path) == self.stamp


@dataclass(frozen=True, slots=True)
class Work:
    """What a window would lose now.

    `rows` says for each run of `session`, in order, how many rows of its trace are meant; the trace may still grow.
    `path` is the session's own file, None while it has none, and `saved` what a session file holds of it already.
    `deleted` are the traces of runs that were deleted and that undo may bring back; none of them grows.
    """

    session: Session
    rows: tuple[int, ...]
    path: Path | None = None
    saved: SavedFile | None = None
    deleted: tuple[Trace, ...] = ()
