"""The folder in which one window keeps its unsaved work, locked for as long as the window's process lives.

All of them lie in one root, in the platform's place for the user's data. Whoever gets the lock of a folder knows that
its window is gone: the system lets go of a lock when its process ends, however it ends.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from filelock import BaseFileLock, FileLock, Timeout
from platformdirs import user_data_path

from lrgui.core.errors import FileError
from lrgui.session.atomic import reason

_LOCK = "lock"
_ATTEMPTS = 10
_NAME = re.compile(r"[0-9]{8}-[0-9]{6}-[0-9]+-[0-9a-f]{6}")


def recovery_root() -> Path:
    """Return the folder in which every window of this user has a folder of its own."""
    return user_data_path("lrgui", appauthor=False) / "recovery"


def window_folders(root: Path) -> Iterator[Path]:
    """Yield the folders of all windows, live or gone, the oldest first, and nothing else that lies in `root`."""
    with suppress(OSError):
        for path in sorted(root.iterdir()):
            if _NAME.fullmatch(path.name) and path.is_dir() and not path.is_symlink():
                yield path


class RecoveryFolder:
    """A folder whose lock this process holds, until `release` or `remove`."""

    def __init__(self, path: Path, lock: BaseFileLock) -> None:
        self.path = path
        self._lock = lock

    @classmethod
    def make(cls, root: Path) -> RecoveryFolder:
        """Make a new folder and lock it.

        Raises:
            FileError: when it cannot be made.
        """
        # More than one only when another process removes what it takes for left behind at this very moment.
        for _ in range(_ATTEMPTS):
            path = root / f"{datetime.now():%Y%m%d-%H%M%S}-{os.getpid()}-{secrets.token_hex(3)}"
            folder = cls._made(path)
            if folder is not None:
                return folder
        raise FileError(f"{root}: no folder that is made in it stays")

    @classmethod
    def take(cls, path: Path) -> RecoveryFolder | None:
        """Lock a folder that exists; None when its window lives, or it cannot be locked."""
        # The lock is held by the process, not by the thread that took it.
        lock = FileLock(path / _LOCK, blocking=False, thread_local=False)
        try:
            lock.acquire()
        except OSError:  # the library's own Timeout is one too
            return None
        return cls(path, lock)

    @classmethod
    def is_locked(cls, path: Path) -> bool:
        """True when a window that lives has the folder."""
        folder = cls.take(path)
        if folder is None:
            return path.is_dir()
        folder.release()
        return False

    @classmethod
    def _made(cls, path: Path) -> RecoveryFolder | None:
        """Make and lock a folder; None when another process took it for one left behind before it was locked."""
        lock = FileLock(path / _LOCK, blocking=False, thread_local=False)
        try:
            path.mkdir(mode=0o700, parents=True)
            lock.acquire()
        except (Timeout, FileExistsError, FileNotFoundError):
            return None
        except OSError as error:
            raise FileError(f"{path}: cannot be made: {reason(error)}") from error
        if (path / _LOCK).exists():
            return cls(path, lock)
        lock.release()
        return None

    @property
    def is_there(self) -> bool:
        """True while nobody has removed the folder or its lock."""
        return (self.path / _LOCK).exists()

    def restore(self) -> None:
        """Make the folder again, and lock it, if somebody has removed it.

        Raises:
            FileError: when it cannot be made.
        """
        if self.is_there:
            return
        self._lock.release()
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._lock.acquire()
        except OSError as error:
            raise FileError(f"{self.path}: cannot be made again: {reason(error)}") from error

    def release(self) -> None:
        """Let go of the lock; the folder stays."""
        self._lock.release()

    def remove(self) -> None:
        """Remove the folder with all that it holds, as far as the system lets it, and let go of the lock."""
        with suppress(OSError):
            # In this order the document goes before the rows that it tells of, should the process end meanwhile.
            for path in sorted(self.path.iterdir(), reverse=True):
                if path.name != _LOCK:
                    _remove(path)
        # Where a locked file can be removed it is, so that nobody gets a lock on a folder about to go.
        lock = self.path / _LOCK
        with suppress(OSError):
            lock.unlink()
        self._lock.release()
        with suppress(OSError):
            lock.unlink(missing_ok=True)
        with suppress(OSError):
            self.path.rmdir()


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
        return
    with suppress(OSError):
        path.unlink()
