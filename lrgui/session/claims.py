"""Which file each window has open, told to the other windows of this user. Nothing is laid beside the user's files."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from lrgui.core.errors import FileError
from lrgui.session.atomic import reason, replacing
from lrgui.session.recovery_folder import RecoveryFolder, window_folders

_CLAIM = "claim.json"
_LARGEST_FILE = 2**16


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Another window, of the process `pid`, that has a file open since then."""

    pid: int
    since: datetime


def write_claim(folder: Path, path: Path | None) -> None:
    """Say in a window's folder which file it has open now, None for none.

    Raises:
        FileError: when that cannot be written, or an earlier claim not be taken back.
    """
    claim = folder / _CLAIM
    if path is None:
        try:
            claim.unlink(missing_ok=True)
        except OSError as error:
            raise FileError(f"{claim}: cannot be removed: {reason(error)}") from error
        return
    since = datetime.now().astimezone().isoformat()
    text = json.dumps({"path": os.path.realpath(path), "process": os.getpid(), "since": since})
    with replacing(claim) as stream:
        stream.write(text.encode())


def claimed_elsewhere(path: Path, root: Path, own: Path | None) -> Elsewhere | None:
    """Return the longest of the windows that have the same file open, by whatever name; None where there is none.

    The window of the folder `own` is passed over, and so is one whose process is gone.
    """
    found = [
        other
        for folder, claimed, other in _claims(root)
        if folder != own and _is_same(claimed, path) and RecoveryFolder.is_locked(folder)
    ]
    return min(found, key=lambda other: other.since, default=None)


def _claims(root: Path) -> Iterator[tuple[Path, str, Elsewhere]]:
    for folder in window_folders(root):
        claim = _read(folder / _CLAIM)
        if claim is not None:
            yield folder, *claim


def _read(claim: Path) -> tuple[str, Elsewhere] | None:
    """Return what a claim says; one that cannot be read says nothing."""
    try:
        if not stat.S_ISREG(claim.lstat().st_mode):
            return None
        with claim.open("rb") as stream:
            data: Any = json.loads(stream.read(_LARGEST_FILE))
        path, process, since = data["path"], data["process"], datetime.fromisoformat(data["since"])
    except (OSError, ValueError, LookupError, TypeError, RecursionError):
        return None
    if not isinstance(path, str) or type(process) is not int or since.tzinfo is None:
        return None
    return path, Elsewhere(process, since)


def _is_same(claimed: str, path: Path) -> bool:
    if os.path.normcase(claimed) == os.path.normcase(os.path.realpath(path)):
        return True
    # By another link, or in another case where that makes no difference.
    with suppress(OSError, ValueError):
        return Path(claimed).samefile(path)
    return False
