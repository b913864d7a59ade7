"""Files replaced as a whole or not at all."""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from boltons.fileutils import atomic_save

from lrgui.core.errors import FileError

_MOST_LINKS = 40


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """Yield a file whose content takes the place of `path` when the block ends, and only then.

    Whatever lay at `path` stays whole until the new content is on the disk, and for good when the block raises.
    Permissions are kept, and behind a symbolic link it is the target that is replaced. A pipe or device is
    written straight into, and so is what /dev/stdout stands for.

    Raises:
        FileError: when the file cannot be written.
    """
    check_writable(path)
    try:
        descriptor = _descriptor(path)
        if descriptor is not None:
            with os.fdopen(os.dup(descriptor), "wb") as stream:
                yield stream
            return
        if _is_stream(path):
            with path.open("wb") as stream:
                yield stream
            return
        target = Path(os.path.realpath(path))
        # A name of our own: boltons' own one would collide with what a crash left behind, and with a second writer.
        part = target.with_name(f".lrgui-{secrets.token_hex(8)}.part")
        saver = atomic_save(str(target), part_file=part.name)
        try:
            with saver as file:
                yield file
        except BaseException:
            # On a full disk boltons fails once more while flushing, and leaves the part open and behind.
            with suppress(OSError):
                if saver.part_file is not None:
                    saver.part_file.close()
            with suppress(OSError):
                part.unlink(missing_ok=True)
            raise
        _sync_folder(target.parent)
    except OSError as error:
        raise FileError(f"{path}: cannot be written: {reason(error)}") from error


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
    folder = Path(os.path.realpath(path)).parent
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


def _sync_folder(folder: Path) -> None:
    """Make the new name itself durable where the system allows it (POSIX)."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
