"""Session documents of earlier versions, brought up to the current one by pure steps.

A step takes the parsed `session.json` of one version and returns that of the next; it imports nothing else of
lrgui, so that it keeps meaning what it meant. For each version `tests/fixtures` holds one file that must still open.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from lrgui.core.errors import FileError

Migration: TypeAlias = Callable[[dict[str, Any]], dict[str, Any]]

CURRENT_VERSION = 1

MIGRATIONS: tuple[Migration, ...] = ()
"""The step at index 0 leads from version 1 to version 2, and so on."""


def migrate(document: Any, migrations: Sequence[Migration] = MIGRATIONS) -> dict[str, Any]:
    """Return the parsed `session.json` in the form of the current version, which is one more than the steps.

    Raises:
        FileError: when it is no session, or one of a newer version.
    """
    if not isinstance(document, dict) or document.get("format") != "lrgui-session":
        raise FileError("is not a session of lrgui: its session.json does not say so")
    version = document.get("version")
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise FileError("is not a session of lrgui: its session.json has no version number")
    current = len(migrations) + 1
    if version > current:
        raise FileError(f"was written by a newer lrgui (format {version}); this one reads up to {current}")
    for step in migrations[version - 1 :]:
        document = step(document)
    return {**document, "version": current}
