"""Files replaced as a whole or not at all."""

from __future__ import annotations

import os
import re
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import BinaryIO

from lrgui.core.errors import FileError

_MOST_LINKS = 40

_PART_NAME = re.compile(r"\.lrgui-[0-9a-f]{16}\.part")
_STALE_SECONDS = 24 * 60 * 60
"""For so long no writer leaves its part untouched: what is older was left behind by one that was killed."""


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """Yield a file whose content takes the place of `path` when the block ends, and only then.

    Whatever lay at `path` stays whole until the new content is on the disk, and for good when the block raises.
    Owner and permissions are kept, and behind a symbolic link it is the target that is replaced; another hard link
    keeps the old content. A pipe or device is written straight into, and so is what /dev/stdout stands for.

    Raises:
        FileError: when the file cannot be written.
    """
    check_writable(path)
    try:
        descriptor = _descriptor(path)
        if descriptor is not None:
            with os.fdopen(os.dup(descriptor), "wb") as stream:
                yield stream
        elif _is_stream(path):
            with path.open("wb") as stream:
                yield stream
        else:
            with _part_of(Path(os.path.realpath(path))) as part:
                yield part
    except OSError as error:
        raise FileError(f"{path}: cannot be written: {reason(error)}") from error


@contextmanager
def _part_of(target: Path) -> Iterator[BinaryIO]:
    """Yield a file in the folder of `target` that takes its place once it is on the disk, and is gone otherwise."""
    # A short name, that fits wherever the target's does, and one that no second writer has.
    path = target.with_name(f".lrgui-{secrets.token_hex(8)}.part")
    mode = stat.S_IMODE(target.stat().st_mode) if target.exists() else 0o666
    try:
        with open(path, "xb", opener=partial(os.open, mode=mode)) as part:
            _take_over_rights(target, path)
            yield part
            part.flush()
            os.fsync(part.fileno())
            written_at = os.fstat(part.fileno()).st_mtime
        path.replace(target)
    except BaseException:
        with suppress(OSError):
            path.unlink()
        raise
    sync_folder(target.parent)
    _remove_stale_parts(target.parent, written_at - _STALE_SECONDS)


def check_writable(path: Path) -> None:
    """Check, without touching anything, that a file can be made or replaced at `path`.

    Raises:
        FileError: with the reason why not.
    """
    try:
        problem = _problem(path)
    except (OSError, ValueError) as error:
        problem = reason(error)
    if problem:
        raise FileError(f"{path}: cannot be written: {problem}")


def reason(error: OSError | ValueError) -> str:
    """Return why the system refused, in its own words without number and file name."""
    text = (isinstance(error, OSError) and error.strerror) or str(error)
    return text[:1].lower() + text[1:]


def _problem(path: Path) -> str:
    """Return why nothing can be written at `path`, or an empty text."""
    if path.is_dir():
        return "it is a folder"
    if path.exists() and not os.access(path, os.W_OK):
        return "it is write-protected"
    if _is_stream(path) or _descriptor(path) is not None:
        return ""
    target = Path(os.path.realpath(path))
    if target.is_symlink():
        return "its symbolic links lead in a circle"
    folder = target.parent
    if not folder.is_dir():
        return f"there is no folder {folder}"
    return "" if os.access(folder, os.W_OK | os.X_OK) else f"the folder {folder} is write-protected"


def _is_stream(path: Path) -> bool:
    """True for what exists and is no plain file, such as /dev/stdout."""
    return path.exists() and not stat.S_ISREG(path.stat().st_mode)


def _descriptor(path: Path) -> int | None:
    """Return the number of the open file that `path` stands for, as /dev/stdout does for 1."""
    folders = (f"/proc/{os.getpid()}/fd", "/dev/fd")
    # One link at a time: the last would lead to the file itself, of which the shell's `>>` keeps what it holds.
    for _ in range(_MOST_LINKS):
        if path.name.isdecimal() and os.path.realpath(path.parent) in folders:
            return int(path.name)
        if not path.is_symlink():
            return None
        path = path.parent / path.readlink()
    return None


def _take_over_rights(target: Path, part: Path) -> None:
    """Give `part` the owner and the permissions of `target`, as far as the file system has such a thing."""
    with suppress(OSError):
        before = target.stat()
        if hasattr(os, "chown"):
            with suppress(OSError):
                os.chown(part, before.st_uid, before.st_gid)
        part.chmod(stat.S_IMODE(before.st_mode))


def sync_folder(folder: Path) -> None:
    """Make the new name itself durable where the system allows it (POSIX)."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _remove_stale_parts(folder: Path, before: float) -> None:
    """Remove what killed writers have left in `folder` and not touched since `before`, in the time of its disk."""
    with suppress(OSError), os.scandir(folder) as entries:
        stale = (entry for entry in entries if _PART_NAME.fullmatch(entry.name) and _is_older(entry, before))
        for entry in stale:
            with suppress(OSError):
                Path(entry.path).unlink()


def _is_older(entry: os.DirEntry[str], time: float) -> bool:
    return entry.is_file(follow_symlinks=False) and entry.stat(follow_symlinks=False).st_mtime < time
