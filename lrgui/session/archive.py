"""Reading a zip archive that may be damaged or hostile.

Names are looked up, never extracted, and every size is bounded before anything is read.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, BinaryIO

from lrgui.core.errors import FileError

ZIP_MAGIC = b"PK\x03\x04"

MAX_DIRECTORY_BYTES = 8 * 2**20
ENTRY_BYTES = 46
FAR_ENTRY_BYTES = 12
"""What a member takes in the directory besides its name, and what more where it lies beyond 4 GiB."""
MAX_MEMBERS = MAX_DIRECTORY_BYTES // ENTRY_BYTES

# The records at the end of an archive, the last of them last.
END_64 = struct.Struct("<4sQ2H2L4Q")
END_64_LOCATOR = struct.Struct("<4sLQL")
END = struct.Struct("<4s4H2LH")

_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    OSError,
    OverflowError,
    RuntimeError,  # an encrypted member
    ValueError,
)


class DamageError(FileError):
    """Part of an archive that is missing or cannot be read; the rest of it may be whole."""


@contextmanager
def opened_archive(file: BinaryIO) -> Iterator[zipfile.ZipFile]:
    """Open the archive in `file`.

    Raises:
        DamageError: when it is no whole archive.
        FileError: when it holds a name twice.
    """
    if not file.seekable():
        raise FileError("is a pipe; a session can only be read from a file")
    with reporting("is damaged: it is not a whole zip archive"):
        _check_directory(file)
        archive = zipfile.ZipFile(file)
    with archive:
        names = archive.namelist()
        if len(set(names)) < len(names):
            raise FileError("is damaged: it holds the same name twice")
        yield archive


@contextmanager
def reporting(sentence: str) -> Iterator[None]:
    """Turn whatever a damaged archive makes the zip module raise into a FileError with `sentence`."""
    try:
        yield
    except _DAMAGE as error:
        raise DamageError(sentence) from error


def find_member(archive: zipfile.ZipFile, name: str) -> zipfile.ZipInfo | None:
    """Return the member called exactly `name` when it can be read without running into a bomb or a password."""
    try:
        member = archive.getinfo(name)
    except KeyError:
        return None
    # Other methods (bzip2, lzma) are nothing that lrgui writes, and lzma takes what memory its header asks for.
    plain = member.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
    return member if plain and not member.is_dir() else None


def read_exactly(stream: IO[bytes], size: int) -> bytes:
    """Return the next `size` bytes.

    Raises:
        EOFError: when there are fewer.
    """
    data = stream.read(size)
    if len(data) < size:
        raise EOFError
    return data


def _check_directory(file: BinaryIO) -> None:
    """Refuse an archive whose directory is larger than any session's before the zip module reads all of it."""
    length = file.seek(0, 2)
    if _directory_size(file, length) > MAX_DIRECTORY_BYTES:
        raise zipfile.BadZipFile
    file.seek(0)


def _directory_size(file: BinaryIO, length: int) -> int:
    tail = END.size + END_64_LOCATOR.size + END_64.size
    file.seek(max(0, length - tail))
    end = file.read(tail)
    # A session has no archive comment, so the end record is the last thing in the file.
    signature, *_, size, _offset, _comment = END.unpack(end[-END.size :])
    if signature != b"PK\x05\x06":
        raise zipfile.BadZipFile
    if len(end) == tail and end[END_64.size :].startswith(b"PK\x06\x07"):
        size = max(size, END_64.unpack_from(end)[-2])
    return int(size)
