"""Numbers from the clipboard: a list, or a table with columns to choose from."""

from __future__ import annotations

from dataclasses import dataclass

from lrgui.core.errors import FileError
from lrgui.core.number_list import NumberListError, read_pasted
from lrgui.session.csv_column import Column, columns_of_text

MOST_CHARACTERS = 4 * 2**20
"""Longer texts would hold the window up; as a file they are read beside it."""


@dataclass(frozen=True, slots=True)
class Pasted:
    """What was pasted: the values of a list, or the columns of a table."""

    values: tuple[float, ...] = ()
    columns: tuple[Column, ...] = ()


def read_clipboard_text(text: str) -> Pasted:
    """Return the numbers in a text out of another program.

    Cells in several rows and columns are a table, and so is what has names above its numbers; all else is a list, read
    in order.

    Raises:
        NumberListError: when there is neither; a sentence without its subject.
    """
    if len(text) > MOST_CHARACTERS:
        raise NumberListError("is too long to paste; save it as a CSV file and read that")
    rows = [row for row in text.splitlines() if row.strip()]
    if len(rows) > 1 and all("\t" in row.strip() for row in rows):
        return _table(text)
    try:
        values = read_pasted(text)
    except NumberListError:
        if len(rows) < 2:
            raise
        try:
            return _table(text)
        except NumberListError:
            # What is wrong with the list is nearer to the mark than that it is no table either.
            pass
        raise
    if not values:
        raise NumberListError("holds no number")
    return Pasted(values)


def _table(text: str) -> Pasted:
    try:
        columns = columns_of_text(text)
    except FileError as error:
        raise NumberListError(str(error)) from None
    only = columns[0]
    return Pasted(only.values) if len(columns) == 1 and not only.problem and not only.empty else Pasted(columns=columns)
