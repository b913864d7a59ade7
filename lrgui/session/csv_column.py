"""The columns of numbers in a table: a CSV or TSV file out of a logger or a spreadsheet, or cells that were pasted."""

from __future__ import annotations

import codecs
import csv
import io
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Any, BinaryIO

from lrgui.core.errors import FileError
from lrgui.core.number_list import (
    MOST_VALUES,
    Comma,
    NumberListError,
    cut,
    meaning_of_comma,
    number_of,
    why_not_finite,
)
from lrgui.session.atomic import reason
from lrgui.session.progress import Progress

MAX_COLUMNS = 1_000
MAX_CELLS = 5_000_000
_MAX_LINE = 2**20
_SNIFFED_BYTES = 2**16
_SNIFFED_LINES = 50
_DELIMITERS = ("\t", ";", ",")
_ROWS_PER_REPORT = 1_000
_BYTE_ORDER_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column that begins with a number.

    Empty cells are left out of the `values` and counted in `empty`. A column with a `problem`, a sentence that names
    the line and the way out, has no values.
    """

    name: str
    values: tuple[float, ...] = ()
    empty: int = 0
    problem: str = ""


def read_columns(path: Path, progress: Progress | None = None) -> tuple[Column, ...]:
    """Return the columns of a CSV or TSV file whose first cell is a number, in their order.

    A first row without any number is taken for the names. The delimiter is a tab, a semicolon or a comma, whichever
    gives all rows the same number of cells; text is UTF-8, UTF-16 with its mark, or else Windows-1252. `progress` is
    told how much is read, from 0 to 1.

    Raises:
        FileError: when the file cannot be read or holds no such column, with file, line and the way out.
    """
    try:
        if not path.is_file():
            raise FileError("is a folder or a device, not a file" if path.exists() else "there is no such file")
        with path.open("rb") as file, _as_text(file) as text:
            return _columns(_lines(text), _reporter(file, path.stat().st_size, progress))
    except FileError as error:
        raise FileError(f"{path}: {error}") from error
    except OSError as error:
        raise FileError(f"{path}: cannot be read: {reason(error)}") from error


def columns_of_text(text: str) -> tuple[Column, ...]:
    """Return the same of a table that was pasted.

    Raises:
        FileError: when it holds no such column, with line and the way out.
    """
    return _columns(iter(text.splitlines(keepends=True)), _keep_quiet)


def _reporter(file: BinaryIO, size: int, progress: Progress | None) -> Callable[[], None]:
    def report() -> None:
        if progress:
            progress(min(1.0, file.tell() / max(1, size)))

    return report


def _keep_quiet() -> None:
    pass


def _as_text(file: BinaryIO) -> io.TextIOWrapper:
    start = file.read(_SNIFFED_BYTES)
    file.seek(0)
    encoding = _encoding_of(start)
    if encoding != "utf-16" and b"\0" in start:
        raise FileError("is no text, and so no table; a spreadsheet saves one as CSV")
    return io.TextIOWrapper(file, encoding, errors="replace", newline="")


def _lines(text: io.TextIOWrapper) -> Iterator[str]:
    """Yield the lines, of bounded length."""
    while line := text.readline(_MAX_LINE):
        if len(line) == _MAX_LINE:
            raise FileError(f"has a line of more than {_MAX_LINE} characters, which is no row of a table")
        yield line


def _encoding_of(start: bytes) -> str:
    for mark, encoding in _BYTE_ORDER_MARKS.items():
        if start.startswith(mark):
            return encoding
    try:
        codecs.getincrementaldecoder("utf-8")().decode(start)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _columns(lines: Iterator[str], report: Callable[[], None]) -> tuple[Column, ...]:
    head = list(islice(lines, _SNIFFED_LINES))
    if not any(map(str.strip, head)):
        raise FileError("is empty")
    rows = csv.reader(chain(head, lines), delimiter=_delimiter_of(head), skipinitialspace=True)
    try:
        table = _read_table(rows, report)
    except csv.Error as error:
        raise FileError(f"cannot be read at line {rows.line_num}: {error}") from error
    columns = tuple(column for column in map(_column, table) if column is not None)
    if not columns:
        first = next((cell for cells in table for cell in cells.cells if cell), "nothing")
        raise FileError(f"has no column of numbers; the first row below the names begins with {cut(first)!r}")
    return columns


@dataclass(slots=True)
class _Cells:
    """The cells of a column with the lines that they stand in."""

    name: str
    cells: list[str]
    lines: list[int]


def _read_table(rows: Any, report: Callable[[], None]) -> list[_Cells]:
    """Return the table column by column; `rows` is a reader of the csv module, which knows the line."""
    lines: list[int] = []
    table: list[_Cells] = []
    for row in rows:
        if not any(map(str.strip, row)):
            continue
        if not table:
            table = _begin_table(row, lines)
            if not _is_header(row):
                _add_row(table, row, lines, rows.line_num)
            continue
        _add_row(table, row, lines, rows.line_num)
        if len(lines) % _ROWS_PER_REPORT == 0:
            report()
    return table


def _begin_table(row: list[str], lines: list[int]) -> list[_Cells]:
    if len(row) > MAX_COLUMNS:
        raise FileError(f"has {len(row)} columns; {MAX_COLUMNS} are the most")
    header = _is_header(row)
    names = (name.strip().lstrip("#").strip() if header else "" for name in row)
    return [_Cells(name or f"column {number}", [], lines) for number, name in enumerate(names, 1)]


def _add_row(table: list[_Cells], row: list[str], lines: list[int], line: int) -> None:
    if any(map(str.strip, row[len(table) :])):
        raise FileError(f"has {len(row)} cells in line {line}, more than the {len(table)} of its first row")
    if len(lines) == MOST_VALUES:
        raise FileError(f"has more than {MOST_VALUES} rows, the most that a metric takes; keep every n-th of them")
    if len(lines) * len(table) > MAX_CELLS:
        raise FileError(f"has more than {MAX_CELLS} cells; keep the columns that are needed")
    lines.append(line)
    for index, column in enumerate(table):
        column.cells.append(row[index].strip() if index < len(row) else "")


def _column(column: _Cells) -> Column | None:
    """Return the column, None where its first cell is no number."""
    filled = [(cell, line) for cell, line in zip(column.cells, column.lines, strict=True) if cell]
    if not filled or not _is_number(filled[0][0]):
        return None
    empty = len(column.cells) - len(filled)
    try:
        comma = meaning_of_comma([cell for cell, _ in filled])
        values = tuple(_value(cell, line, comma) for cell, line in filled)
    except NumberListError as error:
        return Column(column.name, problem=f"{column.name} {error}.")
    return Column(column.name, values, empty)


def _value(cell: str, line: int, comma: Comma) -> float:
    try:
        value = number_of(cell, comma if "," in cell else None)
    except ValueError:
        raise NumberListError(f"has {cut(cell)!r} in line {line}, which is no number; correct or empty it") from None
    if not math.isfinite(value):
        raise NumberListError(f"has {value} in line {line}; {why_not_finite(value)}")
    return value


def _is_header(row: list[str]) -> bool:
    return not any(_is_number(cell) for cell in row)


def _is_number(cell: str) -> bool:
    try:
        number_of(cell, Comma.DECIMAL if "," in cell else None)
    except ValueError:
        return False
    return True


def _delimiter_of(head: Sequence[str]) -> str:
    """Return the delimiter that sets the same number of cells apart in every line, or else is in the first."""
    filled = [line for line in head if line.strip()]
    widths = {delimiter: [len(row) for row in _parsed(filled, delimiter)] for delimiter in _DELIMITERS}
    for delimiter, counts in widths.items():
        if len(set(counts)) == 1 and counts[0] > 1:
            return delimiter
    return max(_DELIMITERS, key=lambda delimiter: widths[delimiter][0])


def _parsed(lines: Sequence[str], delimiter: str) -> list[list[str]]:
    try:
        return [row for row in csv.reader(lines, delimiter=delimiter, skipinitialspace=True) if row]
    except csv.Error:
        return [[]]
