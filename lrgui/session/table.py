"""A trace as comma-separated values, for a spreadsheet or a script."""

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

_BLOCK_ROWS = 16_384


def write_csv(path: str | os.PathLike[str], trace: Trace, progress: Progress | None = None) -> None:
    """Write a trace as UTF-8 text, one row per optimizer step.

    Columns are `step`, `epoch`, `lr/<group>` for every group, then `<series>/<group>` for the other series.
    Numbers are written in full (`repr`), so that reading them gives the same doubles. `progress` is told how much is
    done, from 0 to 1; when it raises, what lay at `path` stays as it was.

    Raises:
        FileError: when the file cannot be written.
    """
    rows = trace.rows
    written = 0
    with replacing(Path(path)) as file:
        for block in csv_blocks(trace, rows):
            file.write(block)
            if progress:
                progress(min(1.0, written / rows) if rows else 1.0)
            written += _BLOCK_ROWS


def csv_blocks(trace: Trace, rows: int | None = None) -> Iterator[bytes]:
    """Yield the text of a trace: first the header, then some thousands of rows at a time, `rows` (or all) in total."""
    rows = trace.rows if rows is None else rows
    series = sorted(trace.series, key=lambda name: name != "lr")
    yield _header(series, trace.groups)
    columns = [trace.column_index(name, group) for name in series for group in range(len(trace.groups))]
    for start in range(0, rows, _BLOCK_ROWS):
        stop = min(start + _BLOCK_ROWS, rows)
        steps = range(start, stop)
        epochs = (step // trace.steps_per_epoch for step in steps)
        numbers = (_texts(trace.buffer[start:stop, column]) for column in columns)
        lines = map(",".join, zip(map(str, steps), map(str, epochs), *numbers, strict=True))
        yield ("\n".join(lines) + "\n").encode()


def _header(series: list[str], groups: tuple[str, ...]) -> bytes:
    """Return the first line; a group's name is quoted where it holds a comma, a quote or a line break."""
    line = io.StringIO()
    names = (f"{name}/{group}" for name in series for group in groups)
    # The module quotes the characters of its own line end: readers take a lone carriage return for one too.
    csv.writer(line, lineterminator="\r\n").writerow(["step", "epoch", *names])
    return (line.getvalue().removesuffix("\r\n") + "\n").encode()


def _texts(values: FloatArray) -> list[str]:
    """Return each double's shortest exact text, made once where all of them are the same."""
    bits = np.ascontiguousarray(values).view(np.uint64)
    if (bits == bits[0]).all():
        return [repr(float(values[0]))] * len(values)
    return [repr(value) for value in values.tolist()]
