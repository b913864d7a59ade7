"""Session documents of earlier versions, brought up to the current one by pure steps.

A step takes the parsed `session.json` of one version and returns that of the next; it imports nothing else of
lrgui, so that it keeps meaning what it meant. For each version `tests/fixtures` holds one file that must still open.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from lrgui.core.errors import FileError

Migration: TypeAlias = Callable[[dict[str, Any]], dict[str, Any]]


def _from_1_to_2(document: dict[str, Any]) -> dict[str, Any]:
    """Give every run a place for notes and pins, the view a second panel, and each series a y axis of its own kind.

    A y axis of which nothing sensible is said is linear; whatever else is not as version 1 has it is left alone, for
    the check that follows to tell.
    """
    changed = dict(document)
    runs, view = document.get("runs"), document.get("view")
    if isinstance(runs, list):
        changed["runs"] = [{"pinned": False, "notes": "", **run} if isinstance(run, dict) else run for run in runs]
    if isinstance(view, dict):
        view = {"second": "", "comparison": None, **view}
        log_y = view.pop("log_y", None)
        changed["view"] = {**view, "log": [view.get("series")] if log_y is True else []}
    return changed


def _from_2_to_3(document: dict[str, Any]) -> dict[str, Any]:
    """Give every run a place for the traceback of its failure, and the view one for the curves that are hidden."""
    changed = dict(document)
    runs, view = document.get("runs"), document.get("view")
    if isinstance(runs, list):
        changed["runs"] = [{"details": "", **run} if isinstance(run, dict) else run for run in runs]
    if isinstance(view, dict):
        changed["view"] = {"hidden": [], **view}
    return changed


MIGRATIONS: tuple[Migration, ...] = (_from_1_to_2, _from_2_to_3)
"""The step at index 0 leads from version 1 to version 2, and so on."""

CURRENT_VERSION = len(MIGRATIONS) + 1


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
