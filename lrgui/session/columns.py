"""The recorded columns of a session: one `.npy` member each, float64, restored bit for bit."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import IO, Any

import numpy as np
from numpy.lib import format as npy

from lrgui.core.errors import FileError
from lrgui.core.trace import FloatArray, Trace
from lrgui.session.archive import DamageError, find_member, read_exactly, reporting
from lrgui.session.schema import show_key

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


@dataclass(frozen=True, slots=True)
class Column:
    """A column that a session describes: the member that holds it, and its and its run's names for people, and rows."""

    member: str
    name: str
    run: str
    rows: int


def described_columns(index: int, run: Mapping[str, Any]) -> list[Column]:
    """Return the columns of the run at `index` of a checked `session.json`, in the order of its trace's buffer."""
    names = column_names(index, run["series"], run["groups"])
    return [Column(member, show_key(name), show_key(run["name"]), run["rows"]) for member, name in names]


def declared_size(archive: zipfile.ZipFile, column: Column) -> int:
    """Return how many bytes a column takes by the archive's directory.

    Raises:
        DamageError: when it is missing, or too short or long for the rows of its run.
    """
    member = find_member(archive, column.member)
    if member is None:
        raise DamageError(f"is damaged: run {column.run!r} has no column {column.name}")
    excess = member.file_size - column.rows * _ROW_BYTES
    if not 0 < excess <= _MAX_HEADER_BYTES:
        raise DamageError(f"is damaged: column {column.name} of run {column.run!r} does not hold {column.rows} rows")
    return member.file_size


def check_size(declared: int, file_bytes: int) -> None:
    """Check what all columns declare against the size of the file, before memory is taken for them.

    Raises:
        FileError: when it is more than any session of that size unpacks to.
    """
    if declared > file_bytes + MAX_DEFLATED_BYTES:
        raise FileError("is refused: it unpacks to far more than any session that lrgui writes")


def read_columns(archive: zipfile.ZipFile, columns: Sequence[Column], target: FloatArray) -> Iterator[int]:
    """Fill `target`, shape `(rows, columns)`, and yield the number of cells after each part.

    Raises:
        DamageError: naming the run and the column that is damaged.
    """
    for first in range(0, len(columns), _SIDE_BY_SIDE):
        beside = slice(first, first + _SIDE_BY_SIDE)
        yield from _read_side_by_side(archive, columns[beside], target[:, beside])


def read_column(archive: zipfile.ZipFile, column: Column) -> Iterator[FloatArray]:
    """Yield the rows of a column part by part; only after the last part is it sure that they are right.

    Raises:
        DamageError: naming the run and the column, when it is damaged.
    """
    damage = f"is damaged: column {column.name} of run {column.run!r} cannot be read"
    with reporting(damage), archive.open(column.member) as stream:
        _check_header(stream, column.rows)
        for start in range(0, column.rows, _PART_ROWS):
            rows = min(_PART_ROWS, column.rows - start)
            yield np.frombuffer(read_exactly(stream, rows * _ROW_BYTES), dtype=_DTYPE)
        # Reading on to the end is what makes the zip module compare the checksum.
        if stream.read(1):
            raise ValueError("more than the rows that the session describes")


def _read_side_by_side(archive: zipfile.ZipFile, columns: Sequence[Column], target: FloatArray) -> Iterator[int]:
    """Read columns into those of `target`, and yield the number of cells after each part.

    A few columns at a time, part by part through a block of memory that stays in the processor's cache: a row of the
    target is one or two of its cache lines, and to fill them a column at a time takes three times as long.
    """
    block = np.empty((len(columns), min(_PART_ROWS, len(target))), dtype=_DTYPE)
    start = 0
    for parts in zip(*(read_column(archive, column) for column in columns), strict=True):
        part = block[:, : len(parts[0])]
        for values, read in zip(part, parts, strict=True):
            values[:] = read
        target[start : start + _PART_ROWS] = part.T
        start += _PART_ROWS
        yield part.size


def _check_header(stream: IO[bytes], rows: int) -> None:
    magic = read_exactly(stream, len(_MAGIC) + 2)
    header = read_exactly(stream, int.from_bytes(magic[len(_MAGIC) :], "little"))
    described = _HEADER.fullmatch(header)
    if not magic.startswith(_MAGIC) or described is None or int(described[1]) != rows:
        raise ValueError("no one-dimensional column of doubles")


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
