"""`document.json`: what is kept of unsaved work besides the rows, and where the rows of each run are."""

from __future__ import annotations

import json
import os
import re
import stat
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

import fastjsonschema

import lrgui
from lrgui.core.errors import FileError, LrguiError, RecipeError
from lrgui.session.document import check_document, session_from_json, session_to_json
from lrgui.session.file_stamp import FileStamp
from lrgui.session.json_text import MAX_BYTES, MAX_VALUES, parse_json
from lrgui.session.migrations import migrate
from lrgui.session.recipe_json import recipe_from_json
from lrgui.session.values import Session
from lrgui.session.work import SavedFile

_FORMAT = "lrgui-recovery"
_VERSION = 1
_ROW_FILE_NAME: Final = re.compile(r"[0-9]{1,9}\.rows")

_SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {
        "written_at": {"type": "string", "maxLength": 40},
        "path": {"type": ["string", "null"]},
        "saved": {
            "type": ["object", "null"],
            "properties": {
                "path": {"type": "string"},
                "size": {"type": "integer"},
                "mtime_ns": {"type": "integer"},
            },
            "required": ["path", "size", "mtime_ns"],
        },
        "sources": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "file": {"type": ["string", "null"], "pattern": f"^{_ROW_FILE_NAME.pattern}\\Z"},
                    "saved": {"type": ["integer", "null"], "minimum": 0},
                },
                "required": ["file", "saved"],
            },
        },
        "session": {"type": "object"},
    },
    "required": ["written_at", "path", "saved", "sources", "session"],
}


@dataclass(frozen=True, slots=True)
class RowSource:
    """Where the rows of a run are: in the row file of that name, or the first `saved` of them in the saved file.

    Where both are said, whichever holds more is right; where neither is, the run has no rows.
    """

    file: str | None
    saved: int | None


@dataclass(frozen=True, slots=True)
class Kept:
    """What a `document.json` says.

    The traces of the session's runs are empty, and `rows` says how many rows they had; `sources` are where those are.
    `complaint` is why there are no runs, empty where nothing is wrong. Two that differ in `rows` alone are equal.
    """

    session: Session
    rows: tuple[int, ...] = field(compare=False)
    sources: tuple[RowSource, ...]
    path: Path | None
    saved: SavedFile | None
    complaint: str = ""


def document_text(kept: Kept) -> bytes:
    """Return the text of a `document.json` that can be read back.

    Raises:
        FileError: when it would be refused when it is read.
    """
    try:
        session = session_to_json(kept.session, list(kept.rows))
        document = {
            "format": _FORMAT,
            "version": _VERSION,
            "app_version": lrgui.__version__,
            "process": os.getpid(),
            "written_at": datetime.now().astimezone().isoformat(),
            "path": None if kept.path is None else str(kept.path.absolute()),
            "saved": None if kept.saved is None else _saved_to_json(kept.saved),
            "sources": [{"file": source.file, "saved": source.saved} for source in kept.sources],
            "session": session,
        }
        check_document(session)
        recipe_from_json(session["recipe"], "recipe")
        # Piece by piece, so that other threads get their turn, however long a metric is. Text is escaped, so that a
        # path that is none for the system's encoding comes back too.
        text = "".join(json.JSONEncoder(allow_nan=False).iterencode(document)).encode()
    except (LrguiError, ValueError, RecursionError) as error:
        raise FileError(str(error)) from error
    if len(text) > MAX_BYTES or text.count(b",") > MAX_VALUES:
        raise FileError("there is too much of it; delete runs that are done with, or give the metric fewer values")
    return text


def read_document(path: Path) -> Kept:
    """Return what the `document.json` at `path` says. When nothing but its runs is damaged, the others are there.

    Raises:
        FileError: one sentence, when it cannot be read.
    """
    try:
        if not stat.S_ISREG(path.lstat().st_mode):
            raise FileError("is no plain file")
        with path.open("rb") as file:
            document = parse_json(file.read(MAX_BYTES + 1))
        _check(document)
        return _kept(document)
    except LrguiError as error:
        raise FileError(f"{path}: {error}") from error
    except (OSError, ValueError, MemoryError, RecursionError) as error:
        raise FileError(f"{path}: cannot be read: {error}") from error


def _saved_to_json(saved: SavedFile) -> dict[str, Any]:
    return {"path": str(saved.path.absolute()), "size": saved.stamp.size, "mtime_ns": saved.stamp.mtime_ns}


def _check(document: Any) -> None:
    if not isinstance(document, dict) or document.get("format") != _FORMAT:
        raise FileError("is not what lrgui keeps for recovery")
    if document.get("version") != _VERSION:
        raise FileError(
            f"was written by another lrgui (format {document.get('version')!r:.20}); this one reads {_VERSION}"
        )
    try:
        _validator()(document)
    except fastjsonschema.JsonSchemaValueException as error:
        raise FileError(f"is damaged at {str(error.name).removeprefix('data').removeprefix('.')}") from error


@cache
def _validator() -> Callable[[Any], Any]:
    validator: Callable[[Any], Any] = fastjsonschema.compile(_SCHEMA, use_default=False)
    return validator


def _kept(document: Mapping[str, Any]) -> Kept:
    path = None if document["path"] is None else Path(document["path"])
    session = migrate(document["session"])
    try:
        check_document(session)
        runs = session["runs"]
        if len(runs) != len(document["sources"]):
            raise RecipeError("sources", f"are {len(document['sources'])}, for {len(runs)} runs")
        # No memory is taken for rows before their files are looked at.
        empty = session_from_json({**session, "runs": [{**run, "rows": 0} for run in runs]})
    except RecipeError as error:
        recipe = recipe_from_json(session.get("recipe"), "recipe")
        return Kept(Session(recipe), (), (), path, None, str(error))
    sources = tuple(RowSource(source["file"], source["saved"]) for source in document["sources"])
    ids = [run["id"] for run in runs]
    saved = _saved(document["saved"], dict(zip(ids, sources, strict=True)))
    return Kept(empty, tuple(run["rows"] for run in runs), sources, path, saved)


def _saved(data: Mapping[str, Any] | None, sources: Mapping[int, RowSource]) -> SavedFile | None:
    if data is None:
        return None
    rows = {run: source.saved for run, source in sources.items() if source.saved is not None}
    return SavedFile(Path(data["path"]), FileStamp(data["size"], data["mtime_ns"]), rows)
