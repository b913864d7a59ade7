"""The user's own list of trusted libraries: one small file, the same for window, command line and Python."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from platformdirs import user_config_path

from lrgui.core.catalog.libraries import TRUSTED_LIBRARIES, library_complaint
from lrgui.core.errors import FileError
from lrgui.session.atomic import reason, replacing
from lrgui.session.json_text import parse_json
from lrgui.session.set_aside import set_aside

MAX_LIBRARIES = 1000

_LARGEST_FILE = 1 << 16


@dataclass(frozen=True, slots=True)
class LibraryList:
    """The libraries that the user has added, and what is wrong with their file: one sentence, empty if nothing is."""

    own: tuple[str, ...] = ()
    complaint: str = ""

    @property
    def trusted(self) -> frozenset[str]:
        """All libraries of which classes may be imported."""
        return frozenset((*TRUSTED_LIBRARIES, *self.own))


def libraries_file() -> Path:
    """Return where the list is kept, in the platform's folder for settings."""
    return user_config_path("lrgui", appauthor=False) / "libraries.json"


def read_libraries() -> LibraryList:
    """Return the user's list. A file that is damaged counts as empty, and is told of in a sentence."""
    path = libraries_file()
    try:
        if not path.exists():
            return LibraryList()
        if not path.is_file():
            raise FileError("is a folder or a device, not a file")
        with path.open("rb") as stream:
            return LibraryList(_names(stream.read(_LARGEST_FILE)))
    except FileError as error:
        return LibraryList(complaint=f"{path} is ignored: it {error}.")
    except (OSError, ValueError) as error:
        return LibraryList(complaint=f"{path} is ignored: {reason(error)}.")


def write_libraries(own: Iterable[str]) -> Path | None:
    """Make `own` the user's list.

    Returns:
        Where a damaged file is kept that was in its place; None where there was none.

    Raises:
        FileError: when the file cannot be written.
    """
    path = libraries_file()
    text = json.dumps({"libraries": sorted(set(own))}, indent=2) + "\n"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        aside = set_aside(path) if read_libraries().complaint else None
    except OSError as error:
        raise FileError(f"{path}: cannot be written: {reason(error)}") from error
    with replacing(path) as stream:
        stream.write(text.encode())
    return aside


def _names(text: bytes) -> tuple[str, ...]:
    # Of text without an object the parser would say that it is no session.
    data: Any = parse_json(text) if b"{" in text else None
    names = data.get("libraries") if isinstance(data, dict) else None
    if not isinstance(names, list) or len(names) > MAX_LIBRARIES:
        raise FileError('must be {"libraries": [...]} with the names of libraries')
    for name in names:
        if not isinstance(name, str) or library_complaint(name):
            raise FileError(f"names {str(name)[:60]!r}, which cannot be trusted as a library")
    return tuple(dict.fromkeys(names))
