"""A table as comma-separated values, for a spreadsheet or a script."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from lrgui.core.trace import FloatArray, Trace
from lrgui.session.atomic import replacing
from lrgui.session.progress import Progress
from lrgui.session.table import Table, TablePart

_BLOCK_ROWS = 16_384


def write_csv(path: str | os.PathLike[str], table: Table, progress: Progress | None = None) -> None:
    """Write a table as UTF-8 text, one row per optimizer step.

    Columns are `step`, `epoch`, `lr/<group>` for every group, then `<series>/<group>` for the other series. Of several
    runs each has these columns but `step`, under `<run>/…`, and no numbers beyond its end. Numbers are written in full
    (`repr`), so that reading them gives the same doubles. `progress` is told how much is done, from 0 to 1; when it
    raises, what lay at `path` stays as it was.

    Raises:
        FileError: when the file cannot be written.
    """
    rows, written = len(table.steps), 0
    with replacing(Path(path)) as file:
        for block in csv_blocks(table):
            file.write(block)
            if progress:
                progress(min(1.0, written / rows) if rows else 1.0)
            written += _BLOCK_ROWS


def csv_blocks(table: Table) -> Iterator[bytes]:
    """Yield the text of a table: first the header, then some thousands of rows at a time."""
    yield _header(table)
    steps = table.steps
    for start in range(0, len(steps), _BLOCK_ROWS):
        block = steps[start : start + _BLOCK_ROWS]
        columns = [[str(step) for step in block]]
        for part in table.parts:
            columns += _columns(part, block)
        lines = map(",".join, zip(*columns, strict=True))
        yield ("\n".join(lines) + "\n").encode()


def _header(table: Table) -> bytes:
    """Return the first line; a group's name is quoted where it holds a comma, a quote or a line break."""
    names = ["step"]
    for part in table.parts:
        columns = (f"{name}/{group}" for name in part.series for group in part.trace.groups)
        names += [part.prefix + name for name in ("epoch", *columns)]
    line = io.StringIO()
    # The module quotes the characters of its own line end: readers take a lone carriage return for one too.
    csv.writer(line, lineterminator="\r\n").writerow(names)
    return (line.getvalue().removesuffix("\r\n") + "\n").encode()


def _columns(part: TablePart, steps: range) -> Iterator[list[str]]:
    """Yield the texts of a run's columns at these steps, empty beyond its last row."""
    trace = part.trace
    recorded = steps[: len(range(steps.start, trace.rows, steps.step))]
    beyond = [""] * (len(steps) - len(recorded))
    yield [*(str(step // trace.steps_per_epoch) for step in recorded), *beyond]
    for name in part.series:
        for group in range(len(trace.groups)):
            yield [*_texts(_values(trace, recorded, trace.column_index(name, group))), *beyond]


def _values(trace: Trace, steps: range, column: int) -> FloatArray:
    return trace.buffer[steps.start : steps.stop : steps.step, column]


def _texts(values: FloatArray) -> list[str]:
    """Return each double's shortest exact text, made once where all of them are the same."""
    bits = np.ascontiguousarray(values).view(np.uint64)
    if len(bits) and (bits == bits[0]).all():
        return [repr(float(values[0]))] * len(values)
    return [repr(value) for value in values.tolist()]
