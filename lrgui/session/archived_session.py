"""The session in an open archive: all of it, or as much as is whole."""

from __future__ import annotations

import zipfile
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain, compress
from typing import Any

import numpy as np

from lrgui.core.errors import FileError
from lrgui.session.archive import MAX_MEMBERS, DamageError, find_member, reporting
from lrgui.session.columns import Column, check_size, declared_size, described_columns, read_column, read_columns
from lrgui.session.document import check_document, session_from_json
from lrgui.session.json_text import MAX_BYTES, parse_json
from lrgui.session.migrations import migrate
from lrgui.session.progress import CellCounter, Progress
from lrgui.session.schema import show_key
from lrgui.session.values import Session

DOCUMENT = "session.json"

_MOST_NAMES = 3


def read_document(archive: zipfile.ZipFile) -> dict[str, Any]:
    """Return the checked `session.json` in the form of the current version.

    Raises:
        DamageError: when there is none, or it cannot be unpacked.
        FileError: when it is none of lrgui, or of a newer version.
        RecipeError: with the place of what is wrong in it.
    """
    member = find_member(archive, DOCUMENT)
    if member is None:
        raise DamageError(f"is a zip archive, but no session of lrgui: it holds no {DOCUMENT}")
    with reporting(f"is damaged: its {DOCUMENT} cannot be read"), archive.open(member) as stream:
        text = stream.read(MAX_BYTES + 1)
    document = migrate(parse_json(text))
    check_document(document)
    if sum(len(run["series"]) * len(run["groups"]) for run in document["runs"]) > MAX_MEMBERS:
        raise FileError("is refused: it describes more columns than any session that lrgui writes")
    return document


def read_session(archive: zipfile.ZipFile, file_bytes: int, progress: Progress | None) -> Session:
    """Return the session in the archive of a file of this size.

    Raises:
        DamageError: when part of it is missing or cannot be read.
        FileError, RecipeError: when it is no session, or more than fits in a file of this size.
    """
    document = read_document(archive)
    columns = [described_columns(index, run) for index, run in enumerate(document["runs"])]
    check_size(sum(declared_size(archive, column) for column in chain(*columns)), file_bytes)
    return _filled(archive, document, columns, progress)


@dataclass(frozen=True, slots=True)
class Survey:
    """What a damaged session describes, run by run, and which of its columns are whole in this archive."""

    archive: zipfile.ZipFile
    document: Mapping[str, Any]
    columns: Sequence[Sequence[Column]]
    whole: Collection[Column]


def survey(archive: zipfile.ZipFile, file_bytes: int, progress: Progress | None) -> Survey:
    """Return what is whole in the archive of a file of this size, after reading each column to its end.

    Raises:
        DamageError: when its `session.json` is missing or cannot be read.
        FileError, RecipeError: as `read_session` does.
    """
    document = read_document(archive)
    columns = [described_columns(index, run) for index, run in enumerate(document["runs"])]
    sizes = {column: size for column in chain(*columns) if (size := _size_if_sound(archive, column))}
    check_size(sum(sizes.values()), file_bytes)
    counter = CellCounter(sum(column.rows for column in sizes), progress)
    whole = set()
    for column in sizes:
        with suppress(DamageError):
            for values in read_column(archive, column):
                counter.add(len(values))
            whole.add(column)
    return Survey(archive, document, columns, whole)


def salvage(found: Survey, progress: Progress | None) -> tuple[Session, tuple[str, ...]]:
    """Return the session with what is whole of its runs, and a sentence for each that lost something.

    A run keeps the series or the groups all of whose columns are whole. One of which nothing is left has no rows.

    Raises:
        RecipeError: when a recipe in it is none.
    """
    parts = [_whole_part(*run, found.whole) for run in zip(found.document["runs"], found.columns, strict=True)]
    document = {**found.document, "runs": [part.run for part in parts]}
    session = _filled(found.archive, document, [part.columns for part in parts], progress)
    return session, tuple(part.loss for part in parts if part.loss)


def _filled(
    archive: zipfile.ZipFile,
    document: Mapping[str, Any],
    columns: Sequence[Sequence[Column]],
    progress: Progress | None,
) -> Session:
    """Return the session that a document describes, with the numbers from the columns of each run."""
    session = session_from_json(document)
    counter = CellCounter(sum(run.trace.buffer.size for run in session.runs), progress)
    for run, described in zip(session.runs, columns, strict=True):
        for cells in read_columns(archive, described, run.trace.buffer):
            counter.add(cells)
        run.trace.rows = run.trace.capacity
    if progress:
        progress(1.0)
    return session


def _size_if_sound(archive: zipfile.ZipFile, column: Column) -> int:
    try:
        return declared_size(archive, column)
    except DamageError:
        return 0


@dataclass(frozen=True, slots=True)
class _Part:
    """What is left of a run: its description, its columns, and what was lost, an empty text where nothing was."""

    run: Mapping[str, Any]
    columns: Sequence[Column]
    loss: str = ""


def _whole_part(run: Mapping[str, Any], columns: Sequence[Column], whole: Collection[Column]) -> _Part:
    """Return the series or the groups of a run all of whose columns are whole, whichever are more columns.

    A run without rows has nothing to lose.
    """
    if not run["rows"]:
        return _Part(run, ())
    if all(column in whole for column in columns):
        return _Part(run, columns)
    series, groups = run["series"], run["groups"]
    grid = np.array([column in whole for column in columns]).reshape(len(series), len(groups))
    whole_series = [bool(row.all()) for row in grid]
    whole_groups = [bool(column.all()) for column in grid.T]
    if sum(whole_series) * len(groups) >= sum(whole_groups) * len(series):
        kept = {**run, "series": list(compress(series, whole_series))}
        left = list(compress(columns, np.repeat(whole_series, len(groups))))
        lost = f"the series {_listed(series, whole_series)}"
    else:
        kept = {**run, "groups": list(compress(groups, whole_groups))}
        left = list(compress(columns, np.tile(whole_groups, len(series))))
        lost = f"{'the group' if whole_groups.count(False) == 1 else 'the groups'} {_listed(groups, whole_groups)}"
    if not left:
        kept, lost = {**run, "rows": 0}, "all that it recorded"
    return _Part(kept, left, f"The run {show_key(run['name'])!r} has lost {lost}.")


def _listed(names: Sequence[str], whole: Sequence[bool]) -> str:
    """Return the names of what is not whole, the first of them where there are many."""
    lost = [show_key(name) for name, is_whole in zip(names, whole, strict=True) if not is_whole]
    shown = ", ".join(lost[:_MOST_NAMES])
    return f"{shown} and {len(lost) - _MOST_NAMES} more" if len(lost) > _MOST_NAMES else shown
