"""The rows of one trace in a file: raw little-endian float64, row after row, exactly as in its buffer.

Such a file is only ever appended to. How many rows it holds follows from its size alone, so that nothing else need be
written with them: a row that a kill has torn is passed over by who reads, and written once more by who appends.
"""

from __future__ import annotations

import errno
import os
import shutil
import stat
import sys
from collections.abc import Callable
from pathlib import Path
from threading import Lock

import numpy as np

from lrgui.core.trace import FloatArray, Trace
from lrgui.session.atomic import sync_folder

_DTYPE = np.dtype("<f8")
_CHUNK_BYTES = 8 * 2**20
_LEAST_FREE_BYTES, _LEAST_FREE_SHARE = 2**30, 0.05


class RowFile:
    """The file at `path` as the one process sees it that writes it; any thread of it may append.

    `rows` rows of its trace are in it, and when it `is_mapped` the trace reads them there.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.rows = 0
        self.is_mapped = False
        self._flushed = 0
        self._appending = Lock()

    def append(self, trace: Trace, rows: int) -> None:
        """Write those of the first `rows` rows that are not in the file yet; no end of this process can undo that.

        Raises:
            OSError: when not all of them are, or too little of the disk would stay free; what is in the file stays.
        """
        with self._appending:
            if rows > self.rows:
                self._append(trace, rows)

    def flush(self) -> None:
        """Flush what was appended to the disk, however long that takes, so that a power cut cannot undo it either.

        Raises:
            OSError: when the disk refuses.
        """
        rows, is_new = self.rows, self._flushed == 0
        if rows == self._flushed:
            return
        with self.path.open("r+b", buffering=0) as file:
            os.fsync(file.fileno())
        if is_new:
            sync_folder(self.path.parent)
        self._flushed = rows

    def _append(self, trace: Trace, rows: int) -> None:
        size = row_bytes(trace)
        _check_room(self.path, (rows - self.rows) * size)
        with self.path.open("r+b" if self.rows else "wb", buffering=0) as file:
            file.seek(self.rows * size)
            chunk_rows = max(1, _CHUNK_BYTES // size)
            while self.rows < rows:
                stop = min(self.rows + chunk_rows, rows)
                chunk = np.ascontiguousarray(trace.buffer[self.rows : stop], dtype=_DTYPE)
                _write_all(file.write, chunk.data.cast("B"))
                self.rows = stop

    def take_over(self, trace: Trace) -> None:
        """Let a trace that grows no more, and is in the file as a whole, read its rows there and give back its memory.

        Raises:
            OSError: when the file cannot be mapped; the trace stays as it is.
        """
        mapped = np.memmap(self.path, dtype=_DTYPE, mode="r", shape=(self.rows, trace.buffer.shape[1]))
        # A plain array: every slice of a memmap costs more, and is one.
        trace.move_to(np.asarray(mapped))
        self.is_mapped = True


def row_bytes(trace: Trace) -> int:
    """Return how many bytes a row of a trace takes in its file."""
    return len(trace.series) * len(trace.groups) * _DTYPE.itemsize


def rows_in(path: Path, size: int) -> int:
    """Return how many whole rows of `size` bytes the file at `path` holds, none when it is no plain file."""
    try:
        status = path.lstat()
    except OSError:
        return 0
    return status.st_size // size if stat.S_ISREG(status.st_mode) else 0


def read_rows(path: Path, trace: Trace, rows: int, advanced: Callable[[int], None]) -> None:
    """Fill an empty trace that has room for them with the first `rows` rows of a file; tell how many bytes were read.

    Raises:
        OSError: when they cannot all be read; the trace has those before.
    """
    if not rows:
        return
    chunk_rows = max(1, _CHUNK_BYTES // row_bytes(trace))
    with path.open("rb", buffering=0) as file:
        while trace.rows < rows:
            part = trace.buffer[trace.rows : min(trace.rows + chunk_rows, rows)]
            _read_all(file.readinto, part)
            trace.rows += len(part)
            advanced(part.nbytes)


def _write_all(write: Callable[[memoryview], int | None], data: memoryview) -> None:
    while data:
        data = data[write(data) or 0 :]


def _read_all(readinto: Callable[[memoryview], int | None], values: FloatArray) -> None:
    data = values.data.cast("B")
    while data:
        count = readinto(data)
        if not count:
            raise OSError(errno.EIO, "it ends before its rows do")
        data = data[count:]
    if sys.byteorder == "big":
        values.byteswap(inplace=True)


def _check_room(path: Path, size: int) -> None:
    """Leave the user room: what is kept for recovery must never be what fills the disk."""
    usage = shutil.disk_usage(path.parent)
    least = min(_LEAST_FREE_BYTES, int(usage.total * _LEAST_FREE_SHARE))
    if usage.free - size < least:
        raise OSError(errno.ENOSPC, f"less than {max(1, least // 2**20)} MiB of the disk would stay free", str(path))
