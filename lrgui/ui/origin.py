"""Where the session in the window comes from: what it is called, and where it is saved."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

SUFFIX = ".lrgui"

UNTITLED = "untitled"


@dataclass(frozen=True, slots=True)
class Origin:
    """What the window is called by, and how saving begins.

    Attributes:
        path: the file that the session was opened from or saved in, None where it has none of its own.
        title: what the session is called.
        suggestion: the name that saving under another name begins with.
        folder: the folder that it begins in, None for the one that was used last.
        reason: why saving asks for another name, in a sentence; empty where it does not, or the reason is plain.
    """

    path: Path | None = None
    title: str = UNTITLED
    suggestion: str = f"{UNTITLED}{SUFFIX}"
    folder: Path | None = None
    reason: str = ""


def is_session_name(path: Path) -> bool:
    """Return whether sessions are saved under such a name; a bare recipe, for one, has another."""
    return path.suffix.lower() == SUFFIX


def with_suffix(path: Path) -> Path:
    """Return the name under which a session is saved when the user has chosen `path`; `lr 0.001` has no suffix."""
    return path if is_session_name(path) else path.with_name(f"{path.name}{SUFFIX}")


def own_file(path: Path) -> Origin:
    """Return the origin of a session that is saved in `path`, or that was read from the bare recipe there."""
    reason = "" if is_session_name(path) else f"{path.name} holds a recipe alone; the session is saved beside it"
    return Origin(path, path.name, f"{path.stem}{SUFFIX}", path.parent, reason)


def read_only(path: Path, why: str) -> Origin:
    """Return the origin of a session whose file is not to be replaced, `why` in words."""
    reason = f"{path.name} is open read-only, since {why}; save under another name"
    return Origin(None, f"{path.name} (read-only)", f"Copy of {path.stem}{SUFFIX}", path.parent, reason)


def copy_of(path: Path, folder: Path | None) -> Origin:
    """Return the origin of a copy, which has no file of its own yet."""
    title = f"Copy of {path.stem}{SUFFIX}"
    return Origin(None, title, title, folder)


def repaired(path: Path) -> Origin:
    """Return the origin of what could be read of a damaged file, which saving leaves as it is."""
    title = f"{path.stem} (repaired){SUFFIX}"
    return Origin(None, title, title, path.parent, f"{path.name} is damaged and stays as it is; save beside it")
