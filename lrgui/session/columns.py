"""The recorded columns of a session: one `.npy` member each, float64, restored bit for bit."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import IO, Any

import numpy as np
from numpy.lib import format as npy

from lrgui.core.errors import FileError
from lrgui.core.trace import FloatArray, Trace
from lrgui.session.archive import find_member, read_exactly, reporting
from lrgui.session.values import RecordedRun

MAX_DEFLATED_BYTES = 256 * 2**20
"""How much more a session may hold than its file is large. The writer deflates no more than this, so that the
reader can tell a large recording from a small file made to fill the memory."""

_CHUNK_ROWS = 2**17
_SIDE_BY_SIDE = 8  # columns read at a time: a row of them is 64 bytes
_PART_ROWS = 2**15
_ROW_BYTES = 8
_MAX_HEADER_BYTES = 256
_DTYPE = np.dtype("<f8")

_MAGIC = b"\x93NUMPY\x01\x00"
# numpy's own reader evaluates the header as a Python literal; there is only one that a column may have.
_HEADER = re.compile(rb"\{'descr': '<f8', 'fortran_order': (?:False|True), 'shape': \((\d+),\), \}\s*")


def column_names(run: int, series: Sequence[str], groups: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield for each column of a run, in the order of its trace's buffer, its member's name and one for people."""
    for name in series:
        for group, group_name in enumerate(groups):
            yield f"runs/{run}/{name}/{group}.npy", f"{name}/{group_name}"


class ColumnWriter:
    """Writes columns into an archive opened for writing, whose own compression is ZIP_DEFLATED.

    A column that mostly repeats itself (a constant momentum, a rate that changes once an epoch) is deflated, a
    hundredfold smaller. Others are stored: they would shrink by a quarter at best, and take ten times as long.
    """

    def __init__(self, archive: zipfile.ZipFile, written: Callable[[int], None]) -> None:
        self._archive = archive
        self._written = written
        self._may_deflate = MAX_DEFLATED_BYTES

    def write(self, name: str, trace: Trace, column: int, rows: int) -> None:
        """Write the first `rows` rows of one column of the buffer as the member `name`."""
        values = trace.buffer[:rows, column]
        header = _header(rows)
        size = len(header) + rows * _ROW_BYTES
        deflated = size <= self._may_deflate and _repeats(values)
        if deflated:
            self._may_deflate -= size
        # Opened by its name, a member takes the archive's own method; a ZipInfo is stored.
        member = name if deflated else zipfile.ZipInfo(name)
        with self._archive.open(member, "w", force_zip64=size >= 2**31) as stream:
            stream.write(header)
            for start in range(0, rows, _CHUNK_ROWS):
                chunk = np.ascontiguousarray(values[start : start + _CHUNK_ROWS], dtype=_DTYPE)
                stream.write(chunk.tobytes())
                self._written(len(chunk))


def check_columns(archive: zipfile.ZipFile, file_bytes: int, runs: Sequence[Mapping[str, Any]]) -> None:
    """Check every column's declared size against its run's rows, and all of them against the size of the file.

    Args:
        archive: the session's archive.
        file_bytes: how large the file is.
        runs: the recorded runs as `session.json` describes them, already checked.

    Raises:
        FileError: naming the run and the column.
    """
    total = 0
    for index, run in enumerate(runs):
        rows = run["rows"]
        for name, column in column_names(index, run["series"], run["groups"]):
            member = find_member(archive, name)
            if member is None:
                raise FileError(f"is damaged: run {run['name']!r} has no column {column}")
            excess = member.file_size - rows * _ROW_BYTES
            if not 0 < excess <= _MAX_HEADER_BYTES:
                raise FileError(f"is damaged: column {column} of run {run['name']!r} does not hold {rows} rows")
            total += member.file_size
    if total > file_bytes + MAX_DEFLATED_BYTES:
        raise FileError("is refused: it unpacks to far more than any session that lrgui writes")


def read_columns(archive: zipfile.ZipFile, index: int, run: RecordedRun) -> Iterator[int]:
    """Fill the trace of the run at `index`, and yield the number of cells after each part.

    Its columns are checked, and its capacity is its number of rows.

    Raises:
        FileError: naming the run and the column that is damaged.
    """
    trace = run.trace
    columns = [
        _Column(name, f"is damaged: column {column} of run {run.name!r} cannot be read")
        for name, column in column_names(index, trace.series, trace.groups)
    ]
    for first in range(0, len(columns), _SIDE_BY_SIDE):
        beside = slice(first, first + _SIDE_BY_SIDE)
        yield from _read_side_by_side(archive, columns[beside], trace.buffer[:, beside])
    trace.rows = trace.capacity


@dataclass(frozen=True, slots=True)
class _Column:
    """A member to read, and the sentence for the user when that goes wrong."""

    name: str
    damage: str


def _read_side_by_side(archive: zipfile.ZipFile, columns: Sequence[_Column], target: FloatArray) -> Iterator[int]:
    """Read columns into those of `target`, and yield the number of cells after each part.

    A few columns at a time, part by part through a block of memory that stays in the processor's cache: a row of the
    target is one or two of its cache lines, and to fill them a column at a time takes three times as long.
    """
    with ExitStack() as opened:
        streams = [_open_column(archive, column, len(target), opened) for column in columns]
        block = np.empty((len(columns), min(_PART_ROWS, len(target))), dtype=_DTYPE)
        for start in range(0, len(target), _PART_ROWS):
            part = block[:, : len(target) - start]
            for column, stream, values in zip(columns, streams, part, strict=True):
                with reporting(column.damage):
                    values[:] = np.frombuffer(read_exactly(stream, values.nbytes), dtype=_DTYPE)
            target[start : start + _PART_ROWS] = part.T
            yield part.size
        for column, stream in zip(columns, streams, strict=True):
            with reporting(column.damage):
                _end_column(stream)


def _open_column(archive: zipfile.ZipFile, column: _Column, rows: int, opened: ExitStack) -> IO[bytes]:
    """Return the stream of a column at its first row; `opened` closes it."""
    with reporting(column.damage):
        stream = opened.enter_context(archive.open(column.name))
        magic = read_exactly(stream, len(_MAGIC) + 2)
        header = read_exactly(stream, int.from_bytes(magic[len(_MAGIC) :], "little"))
        described = _HEADER.fullmatch(header)
        if not magic.startswith(_MAGIC) or described is None or int(described[1]) != rows:
            raise ValueError("no one-dimensional column of doubles")
    return stream


def _end_column(stream: IO[bytes]) -> None:
    # Reading on to the end is what makes the zip module compare the checksum.
    if stream.read(1):
        raise ValueError("more than the rows that the session describes")


def _header(rows: int) -> bytes:
    stream = io.BytesIO()
    npy.write_array_header_1_0(stream, {"descr": _DTYPE.str, "fortran_order": False, "shape": (rows,)})
    return stream.getvalue()


def _repeats(values: FloatArray) -> bool:
    """True when at least three rows of four have the same bits as the row before."""
    changes = 0
    for start in range(0, len(values), _CHUNK_ROWS):
        bits = np.ascontiguousarray(values[start : start + _CHUNK_ROWS]).view(np.uint64)
        changes += int(np.count_nonzero(bits[1:] != bits[:-1]))
    return changes * 4 <= len(values)
