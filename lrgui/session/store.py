"""Session files (`NAME.lrgui`) and bare recipes (`NAME.json`), read and written.

A session file is a zip archive of `session.json` and one `.npy` member per recorded column. Opening one runs nothing
that it holds.
"""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from lrgui.core.errors import FileError, LrguiError, RecipeError
from lrgui.core.recipe import Recipe
from lrgui.session.archive import ZIP_MAGIC, find_member, opened_archive, reporting
from lrgui.session.atomic import reason, replacing
from lrgui.session.columns import ColumnWriter, check_columns, column_names, read_columns
from lrgui.session.document import check_document, session_from_json, session_to_json
from lrgui.session.json_text import MAX_BYTES, parse_json
from lrgui.session.migrations import migrate
from lrgui.session.progress import CellCounter, Progress
from lrgui.session.recipe_json import read_recipe_text, recipe_from_json
from lrgui.session.values import Session

_DOCUMENT = "session.json"


def read_file(path: str | os.PathLike[str], progress: Progress | None = None) -> Session:
    """Return what a session file holds; a bare recipe is a session without runs. The content decides which it is.

    Raises:
        FileError: one sentence naming the file, the place and what was expected.
    """
    with _opened(Path(path)) as (file, head):
        if head != ZIP_MAGIC:
            return Session(read_recipe_text(head + file.read(MAX_BYTES + 1)))
        with opened_archive(file) as archive:
            return _read_session(archive, os.fstat(file.fileno()).st_size, progress)


def read_recipe(path: str | os.PathLike[str]) -> Recipe:
    """Return the recipe of a session file or of a bare recipe, without reading what runs recorded.

    Raises:
        FileError: one sentence naming the file, the place and what was expected.
    """
    with _opened(Path(path)) as (file, head):
        if head != ZIP_MAGIC:
            return read_recipe_text(head + file.read(MAX_BYTES + 1))
        with opened_archive(file) as archive:
            document = _read_document(archive)
            return recipe_from_json(document["recipe"], "recipe")


def write_session(path: str | os.PathLike[str], session: Session, progress: Progress | None = None) -> None:
    """Write a session file. What lay at `path` stays whole until the new file is, and the session is not changed.

    A run that is still being recorded is written with the rows that it has now.

    Raises:
        FileError: one sentence naming the file and what is wrong.
    """
    target = Path(path)
    rows = [run.trace.rows for run in session.runs]
    text = _document_text(target, session, rows)
    with replacing(target) as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        with archive.open(_DOCUMENT, "w") as stream:
            stream.write(text)
        _write_columns(archive, session, rows, progress)
    if progress:
        progress(1.0)


@contextmanager
def _opened(path: Path) -> Iterator[tuple[BinaryIO, bytes]]:
    """Yield the open file and its first four bytes; every error inside names the file."""
    try:
        with path.open("rb") as file:
            yield file, file.read(len(ZIP_MAGIC))
    except FileNotFoundError:
        raise FileError(f"{path}: there is no such file") from None
    except IsADirectoryError:
        raise FileError(f"{path}: is a folder, not a file") from None
    except MemoryError:
        raise FileError(f"{path}: does not fit in memory") from None
    except LrguiError as error:
        raise FileError(f"{path}: {error}") from error
    except (OSError, ValueError) as error:
        raise FileError(f"{path}: cannot be read: {reason(error)}") from error


def _read_document(archive: zipfile.ZipFile) -> dict[str, Any]:
    """Return the checked `session.json` in the form of the current version."""
    member = find_member(archive, _DOCUMENT)
    if member is None:
        raise FileError(f"is a zip archive, but no session of lrgui: it holds no {_DOCUMENT}")
    with reporting(f"is damaged: its {_DOCUMENT} cannot be read"), archive.open(member) as stream:
        text = stream.read(MAX_BYTES + 1)
    document = migrate(parse_json(text))
    check_document(document)
    return document


def _read_session(archive: zipfile.ZipFile, file_bytes: int, progress: Progress | None) -> Session:
    document = _read_document(archive)
    check_columns(archive, file_bytes, document["runs"])
    session = session_from_json(document)
    cells = sum(run.trace.buffer.size for run in session.runs)
    counter = CellCounter(cells, progress)
    for index, run in enumerate(session.runs):
        for cells_read in read_columns(archive, index, run):
            counter.add(cells_read)
    if progress:
        progress(1.0)
    return session


def _write_columns(archive: zipfile.ZipFile, session: Session, rows: list[int], progress: Progress | None) -> None:
    cells = sum(run.trace.buffer.shape[1] * count for run, count in zip(session.runs, rows, strict=True))
    writer = ColumnWriter(archive, CellCounter(cells, progress).add)
    for index, (run, count) in enumerate(zip(session.runs, rows, strict=True)):
        for column, (name, _) in enumerate(column_names(index, run.trace.series, run.trace.groups)):
            writer.write(name, run.trace, column, count)


def _document_text(path: Path, session: Session, rows: list[int]) -> bytes:
    """Return `session.json`, and make sure that it can be opened again before anything is replaced."""
    document = session_to_json(session, rows)
    try:
        check_document(document)
        recipe_from_json(document["recipe"], "recipe")
        for index, run in enumerate(document["runs"]):
            recipe_from_json(run["recipe"], f"runs[{index}].recipe")
        text = json.dumps(document, ensure_ascii=False, allow_nan=False).encode()
        parse_json(text)
    except RecipeError as error:
        raise FileError(f"{path}: cannot be written: {error}") from error
    except FileError as error:
        way_out = "delete runs that are done with, or give the metric fewer values"
        raise FileError(f"{path}: cannot be written: session.json {error}; {way_out}") from error
    return text
