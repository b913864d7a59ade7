"""A table as an archive of arrays that `numpy.load` opens."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from numpy.lib import format as npy

from lrgui.session.atomic import replacing
from lrgui.session.progress import CellCounter, Progress
from lrgui.session.table import Table, TablePart

_BLOCK_ROWS = 2**17

_Array = npt.NDArray[Any]


def write_npz(path: str | os.PathLike[str], table: Table, progress: Progress | None = None) -> None:
    """Write a table as arrays, without pickles: `step`, `epoch` (int64, shape `(rows,)`) and `groups` (text).

    Every recorded series is a float64 array of shape `(rows, groups)`. Of several runs each has its own arrays, named
    `<run>/…`. The arrays are written piece by piece. `progress` is told how much is done, from 0 to 1; when it raises,
    what lay at `path` stays as it was.

    Raises:
        FileError: when the file cannot be written.
    """
    cells = sum(
        len(table.rows.of(part.trace.rows)) * (2 + len(part.series) * len(part.trace.groups)) for part in table.parts
    )
    counter = CellCounter(max(cells, 1), progress)
    with replacing(Path(path)) as file, zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for part in table.parts:
            _write_part(archive, part, table.rows.of(part.trace.rows), counter.add)


def _write_part(archive: zipfile.ZipFile, part: TablePart, steps: range, written: Callable[[int], None]) -> None:
    trace, groups = part.trace, len(part.trace.groups)

    def values_of(series: str) -> Callable[[range], _Array]:
        column = trace.column_index(series, 0)
        return lambda block: trace.buffer[block.start : block.stop : block.step, column : column + groups]

    rows, whole, double = len(steps), np.dtype("<i8"), np.dtype("<f8")
    arrays: list[tuple[str, np.dtype[Any], tuple[int, ...], Callable[[range], _Array]]] = [
        ("step", whole, (rows,), np.array),
        ("epoch", whole, (rows,), lambda block: np.array(block) // trace.steps_per_epoch),
        *((name, double, (rows, groups), values_of(name)) for name in part.series),
    ]
    for name, dtype, shape, values in arrays:
        with _member(archive, part.prefix + name, rows * dtype.itemsize * max(1, groups)) as stream:
            npy.write_array_header_1_0(stream, {"descr": dtype.str, "fortran_order": False, "shape": shape})
            for start in range(0, rows, _BLOCK_ROWS):
                block = np.ascontiguousarray(values(steps[start : start + _BLOCK_ROWS]), dtype=dtype)
                stream.write(block.tobytes())
                written(block.size)
    with _member(archive, f"{part.prefix}groups", 0) as stream:
        npy.write_array(stream, np.array(trace.groups, dtype=np.str_), allow_pickle=False)


def _member(archive: zipfile.ZipFile, name: str, size: int) -> Any:
    """Open a member for writing, by the format for large ones only where it takes that."""
    return archive.open(zipfile.ZipInfo(f"{name}.npy"), "w", force_zip64=size >= 2**31)
