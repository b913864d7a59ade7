"""Session files (`NAME.lrgui`) and bare recipes (`NAME.json`), read and written.

A session file is a zip archive of `session.json` and one `.npy` member per recorded column. Opening one runs nothing
that it holds.
"""

from __future__ import annotations

import json
import os
import stat
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from lrgui.core.errors import FileError, LrguiError, RecipeError, StoppedError
from lrgui.core.recipe import Recipe
from lrgui.session.archive import (
    ENTRY_BYTES,
    FAR_ENTRY_BYTES,
    MAX_DIRECTORY_BYTES,
    ZIP_MAGIC,
    DamageError,
    opened_archive,
)
from lrgui.session.archived_session import DOCUMENT, read_document, read_session, salvage, survey
from lrgui.session.atomic import reason, replacing
from lrgui.session.columns import ColumnWriter, column_names
from lrgui.session.document import check_document, session_to_json
from lrgui.session.file_stamp import FileStamp
from lrgui.session.json_text import MAX_BYTES, parse_json
from lrgui.session.mending import mended
from lrgui.session.progress import CellCounter, Progress
from lrgui.session.recipe_json import read_recipe_text, recipe_from_json
from lrgui.session.values import Session


@dataclass(frozen=True, slots=True)
class OpenedSession:
    """A session that was opened, what its file was like then, and for each run that lost something a sentence."""

    session: Session
    stamp: FileStamp
    losses: tuple[str, ...] = ()


def read_file(path: str | os.PathLike[str], progress: Progress | None = None) -> Session:
    """Return what a session file holds; a bare recipe is a session without runs. The content decides which it is.

    Raises:
        FileError: one sentence naming the file, the place and what was expected.
    """
    with _opened(Path(path)) as (file, head):
        if head != ZIP_MAGIC:
            return Session(read_recipe_text(head + file.read(MAX_BYTES + 1)))
        with opened_archive(file) as archive:
            return read_session(archive, os.fstat(file.fileno()).st_size, progress)


def open_session(path: str | os.PathLike[str], progress: Progress | None = None) -> OpenedSession:
    """Return what a session file or a bare recipe holds, or what is left of it.

    Of a session whose recorded columns are damaged, or that was cut short, whatever is whole is there as long as its
    `session.json` is; what is not is told in the losses.

    Raises:
        FileError: one sentence naming the file, the place and what was expected.
        StoppedError: out of `progress`.
    """
    place = Path(path)
    with _opened(place, plain=True) as (file, head):
        status = os.fstat(file.fileno())
        stamp = FileStamp.of(status)
        if head != ZIP_MAGIC:
            return OpenedSession(Session(read_recipe_text(head + file.read(MAX_BYTES + 1))), stamp)
        # Nothing of a first attempt is kept while what is whole is read.
        with suppress(DamageError), opened_archive(file) as archive:
            return OpenedSession(read_session(archive, status.st_size, progress), stamp)
        session, losses = _salvaged(file, status.st_size, progress)
        return OpenedSession(session, stamp, losses)


def read_recipe(path: str | os.PathLike[str]) -> Recipe:
    """Return the recipe of a session file or of a bare recipe, without reading what runs recorded.

    Raises:
        FileError: one sentence naming the file, the place and what was expected.
    """
    with _opened(Path(path)) as (file, head):
        if head != ZIP_MAGIC:
            return read_recipe_text(head + file.read(MAX_BYTES + 1))
        with opened_archive(file) as archive:
            document = read_document(archive)
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
    _check_directory(target, session)
    with replacing(target) as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        with archive.open(DOCUMENT, "w") as stream:
            stream.write(text)
        _write_columns(archive, session, rows, progress)
    if progress:
        progress(1.0)


@contextmanager
def _opened(path: Path, *, plain: bool = False) -> Iterator[tuple[BinaryIO, bytes]]:
    """Yield the open file and its first four bytes; every error inside names the file.

    A pipe or a device may keep its reader waiting for ever; with `plain` it is refused.
    """
    try:
        if plain and not stat.S_ISREG(path.stat().st_mode) and not path.is_dir():
            raise FileError("is a pipe or a device, not a file")
        with path.open("rb") as file:
            yield file, file.read(len(ZIP_MAGIC))
    except FileNotFoundError:
        raise FileError(f"{path}: there is no such file") from None
    except IsADirectoryError:
        raise FileError(f"{path}: is a folder, not a file") from None
    except MemoryError:
        raise FileError(f"{path}: does not fit in memory") from None
    except StoppedError:
        raise
    except LrguiError as error:
        raise FileError(f"{path}: {error}") from error
    except (OSError, ValueError) as error:
        raise FileError(f"{path}: cannot be read: {reason(error)}") from error


def _salvaged(file: BinaryIO, file_bytes: int, progress: Progress | None) -> tuple[Session, tuple[str, ...]]:
    """Return what is whole of a damaged session: by its directory or, where more is found so, without."""
    with ExitStack() as opened:
        found = []
        damage = None
        try:
            found.append(survey(opened.enter_context(opened_archive(file)), file_bytes, progress))
        except DamageError as error:
            damage = error
        try:
            found.append(survey(opened.enter_context(opened_archive(mended(file))), file_bytes, progress))
        except DamageError:
            if damage:
                raise damage from None
        except (FileError, RecipeError):
            if damage:
                raise
        return salvage(max(found, key=lambda one: len(one.whole)), progress)


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


def _check_directory(path: Path, session: Session) -> None:
    """Make sure that the directory of the archive will not be larger than is read again."""
    size = sum(
        len(member) + ENTRY_BYTES + FAR_ENTRY_BYTES
        for index, run in enumerate(session.runs)
        for member, _ in column_names(index, run.trace.series, run.trace.groups)
    )
    if size > MAX_DIRECTORY_BYTES:
        raise FileError(f"{path}: cannot be written: its runs have too many columns; delete runs that are done with")
