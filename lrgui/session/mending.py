"""A zip archive whose directory is damaged or cut off, read by what stands in front of each member.

A directory made from that is set behind the file, for the zip module to read; what it says is believed as little as
that of any other archive.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO

from lrgui.session.archive import END, END_64, END_64_LOCATOR, MAX_DIRECTORY_BYTES, ZIP_MAGIC

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_LOCAL = struct.Struct("<4s5H3L2H")
_ENTRY = struct.Struct("<4s6H3L5H2L")
_OFFSET = struct.Struct("<2HQ")
_ZIP64_VERSION = 45
_NOT_HERE = 0xFFFFFFFF
_SIZES_FOLLOW = 0x08
_LONGEST_NAME = 255


def mended(file: BinaryIO) -> BinaryIO:
    """Return `file` as an archive of the members that it holds up to the first that is cut short or has no header."""
    length = file.seek(0, io.SEEK_END)
    directory, count = bytearray(), 0
    for entry in _entries(file, length):
        if len(directory) + len(entry) > MAX_DIRECTORY_BYTES:
            break
        directory += entry
        count += 1
    end = length + len(directory)
    tail = (
        bytes(directory)
        + END_64.pack(
            b"PK\x06\x06", END_64.size - 12, *[_ZIP64_VERSION] * 2, 0, 0, count, count, len(directory), length
        )
        + END_64_LOCATOR.pack(b"PK\x06\x07", 0, end, 1)
        + END.pack(b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, len(directory), _NOT_HERE, 0)
    )
    return io.BufferedReader(_Extended(file, length, tail))


def _entries(file: BinaryIO, length: int) -> Iterator[bytes]:
    """Yield an entry of a directory for each member, by the header in front of it."""
    start = 0
    while True:
        file.seek(start)
        header = file.read(_LOCAL.size)
        if len(header) < _LOCAL.size or not header.startswith(ZIP_MAGIC):
            return
        _, _, flags, method, time, date, checksum, packed, unpacked, name_size, extra_size = _LOCAL.unpack(header)
        name = file.read(min(name_size, _LONGEST_NAME))
        end = start + _LOCAL.size + name_size + extra_size + packed
        # No member of a session has another name, or sizes elsewhere than here.
        if len(name) < name_size or not name.isascii() or flags & _SIZES_FOLLOW or end > length:
            return
        versions = (_ZIP64_VERSION, _ZIP64_VERSION)
        yield (
            _ENTRY.pack(
                b"PK\x01\x02", *versions, flags, method, time, date, checksum, packed, unpacked, name_size,
                _OFFSET.size, 0, 0, 0, 0, _NOT_HERE,
            )
            + name
            + _OFFSET.pack(1, 8, start)
        )  # fmt: skip
        start = end


class _Extended(io.RawIOBase):
    """The first `length` bytes of a file, with a tail behind them."""

    def __init__(self, file: BinaryIO, length: int, tail: bytes) -> None:
        super().__init__()
        self._file, self._length, self._tail = file, length, tail
        self._position = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        base = (0, self._position, self._length + len(self._tail))[whence]
        if base + offset < 0:
            raise OSError("before the start of the file")
        self._position = base + offset
        return self._position

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """Fill `buffer` from one side of the seam, and return the number of bytes."""
        target = memoryview(buffer)
        if self._position < self._length:
            self._file.seek(self._position)
            data = self._file.read(min(len(target), self._length - self._position))
        else:
            start = self._position - self._length
            data = self._tail[start : start + len(target)]
        target[: len(data)] = data
        self._position += len(data)
        return len(data)
