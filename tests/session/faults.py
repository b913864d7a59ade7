"""A layer of faults under a save: its n-th operation on the file does not happen, and something else does."""

from __future__ import annotations

import builtins
import errno
import io
import os
import resource
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

Happening = Callable[[], None]


@contextmanager
def files_no_larger_than(size: int) -> Iterator[None]:
    """Let no file grow beyond so many bytes, as a full disk or a quota does."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def full_disk() -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def broken_disk() -> None:
    raise OSError(errno.EIO, "Input/output error")


def killed() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class Faults:
    """Counts the operations of a save, and lets `happening` happen in place of the one at index `at`."""

    def __init__(self, at: int, happening: Happening, *, ever_after: bool) -> None:
        self.done: list[str] = []
        self._at, self._happening, self._ever_after = at, happening, ever_after

    def do(self, name: str, operation: Callable[[], Any]) -> Any:
        """Do an operation, or have something happen instead."""
        index = len(self.done)
        self.done.append(name)
        if index == self._at or (self._ever_after and index > self._at):
            self._happening()
        return operation()


class _File(io.FileIO):
    def __init__(self, faults: Faults, path: Any, opener: Any) -> None:
        super().__init__(path, "x", opener=opener)
        self._faults = faults

    def write(self, data: Any, /) -> int:
        # Half of it first: a disk is full in the middle of something.
        half = memoryview(data)[: max(1, len(data) // 2)]
        return int(self._faults.do("write", lambda: super(_File, self).write(half)))

    def close(self) -> None:
        if self.closed:
            return
        try:
            self._faults.do("close", lambda: None)
        finally:
            super().close()


@contextmanager
def fault(at: int, happening: Happening, *, ever_after: bool = True) -> Iterator[Faults]:
    """Let `happening` happen in place of the operation at index `at` of a save in the block, and of all that follow."""
    faults = Faults(at, happening, ever_after=ever_after)
    real_open, real_fsync, real_replace, real_chmod = builtins.open, os.fsync, os.replace, os.chmod

    def faulty_open(path: Any, mode: str = "r", *rest: Any, **more: Any) -> Any:
        if mode != "xb":
            return real_open(path, mode, *rest, **more)
        return faults.do("open", lambda: io.BufferedWriter(_File(faults, path, more["opener"]), 2048))

    with (
        patch.object(builtins, "open", faulty_open),
        patch.object(os, "fsync", lambda number: faults.do("fsync", lambda: real_fsync(number))),
        patch.object(os, "replace", lambda old, new: faults.do("replace", lambda: real_replace(old, new))),
        patch.object(
            os, "chmod", lambda path, mode, **more: faults.do("chmod", lambda: real_chmod(path, mode, **more))
        ),
    ):
        yield faults


def leftovers(folder: Path, *expected: str) -> set[str]:
    """Return the names in `folder` that are not expected."""
    return {entry.name for entry in folder.iterdir()} - set(expected)
