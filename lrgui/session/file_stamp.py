"""What tells a file from itself after another program has written it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class FileStamp:
    """A file's size in bytes and when it was last written, in nanoseconds since 1970."""

    size: int
    mtime_ns: int

    @classmethod
    def of(cls, status: os.stat_result) -> FileStamp:
        """Return the stamp in what `os.stat` or `os.fstat` say of a file."""
        return cls(status.st_size, status.st_mtime_ns)


def stamp_of(path: str | os.PathLike[str]) -> FileStamp | None:
    """Return the stamp of the file at `path`, behind any symbolic links; None where there is none to be seen."""
    try:
        return FileStamp.of(Path(path).stat())
    except (OSError, ValueError):
        return None
