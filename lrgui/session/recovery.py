"""What windows whose process is gone have left behind: found at the start, shown, read back and removed."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from lrgui.core.errors import FileError
from lrgui.core.pace import recorded_steps
from lrgui.core.recipe import Recipe
from lrgui.session.claims import write_claim
from lrgui.session.file_stamp import stamp_of
from lrgui.session.journal import CRASH_LOG, DOCUMENT
from lrgui.session.progress import Progress
from lrgui.session.recovered import Recovered, is_saved, read_kept, rows_in_file
from lrgui.session.recovery_document import Kept, read_document
from lrgui.session.recovery_folder import RecoveryFolder, recovery_root, window_folders

_MOST_OF_A_CRASH_LOG = 2**18


@dataclass(frozen=True, slots=True)
class LeftoverRun:
    """A run that can be recovered: `rows` of the `planned` ones are there."""

    name: str
    rows: int
    planned: int


class Leftover:
    """The unsaved work of a window whose process is gone, or its crash log, locked until it is released or discarded.

    For one thread at a time. `written_at` is when anything of it was last written, `recipe` is None and there are no
    `runs` where there is a `complaint`: why it cannot be read. `crash` is the crash log, empty where there is none.
    """

    def __init__(self, folder: RecoveryFolder) -> None:
        self._folder = folder
        self._kept: Kept | None = None
        self.complaint = ""
        with suppress(FileError):
            # Locked by this window, it would say that the dead one has its file open still.
            write_claim(folder.path, None)
        document = folder.path / DOCUMENT
        if os.path.lexists(document):
            try:
                kept = read_document(document)
                self._kept = None if is_saved(folder.path, kept) else kept
            except FileError as error:
                self.complaint = str(error)
        self.crash = _read_crash_log(folder.path / CRASH_LOG)
        self.written_at = _last_change(folder.path)
        self.runs = () if self._kept is None else tuple(_sketched(folder.path, self._kept))

    @property
    def folder(self) -> Path:
        """Where it lies."""
        return self._folder.path

    @property
    def has_work(self) -> bool:
        """True when there is unsaved work that can be read."""
        return self._kept is not None

    @property
    def path(self) -> Path | None:
        """The file of its session, None where it had none."""
        return None if self._kept is None else self._kept.path

    @property
    def recipe(self) -> Recipe | None:
        """The recipe as it was edited last."""
        return None if self._kept is None else self._kept.session.recipe

    @property
    def is_empty(self) -> bool:
        """True when there is nothing to tell of."""
        return not (self.has_work or self.complaint or self.crash)

    def read(self, progress: Progress | None = None) -> Recovered:
        """Return the work with all rows that are there; nothing is removed.

        `progress` is told how much is done, from 0 to 1, and may raise StoppedError.

        Raises:
            FileError: when it cannot be read at all, in one sentence; what is lost of single runs is told in `losses`.
        """
        if self._kept is None:
            raise FileError(self.complaint or f"{self.folder}: there is no unsaved work")
        return read_kept(self.folder, self._kept, progress)

    def release(self) -> None:
        """Leave it to the next start."""
        self._folder.release()

    def discard(self) -> None:
        """Remove it for good."""
        self._folder.remove()


def find_leftovers(root: Path | None = None) -> tuple[Leftover, ...]:
    """Return what windows whose process is gone have left in `root`, the newest first, each locked.

    Folders in which there is nothing are removed. What cannot be read is returned too: it is for the user to discard.
    """
    found = []
    for path in window_folders(root or recovery_root()):
        folder = RecoveryFolder.take(path)
        if folder is None:
            continue
        leftover = Leftover(folder)
        if leftover.is_empty:
            leftover.discard()
        else:
            found.append(leftover)
    return tuple(sorted(found, key=lambda leftover: leftover.written_at, reverse=True))


def _sketched(folder: Path, kept: Kept) -> Iterator[LeftoverRun]:
    """Yield the runs with the rows that can be expected back, without reading any."""
    is_saved = kept.saved is not None and stamp_of(kept.saved.path) is not None
    for run, source, expected in zip(kept.session.runs, kept.sources, kept.rows, strict=True):
        in_saved = source.saved or 0 if is_saved else 0
        rows = max(rows_in_file(folder, run, source, expected), in_saved)
        yield LeftoverRun(run.name, rows, max(rows, recorded_steps(run.recipe.run)))


def _read_crash_log(path: Path) -> str:
    """Return the text of a crash log, its beginning where it is long; a broken one is as good as none."""
    try:
        if not stat.S_ISREG(path.lstat().st_mode):
            return ""
        with path.open("rb") as stream:
            return stream.read(_MOST_OF_A_CRASH_LOG).decode("utf-8", "replace").strip()
    except OSError:
        return ""


def _last_change(folder: Path) -> datetime:
    """Return when a file in a folder was last written."""
    times = [0.0]
    with suppress(OSError):
        times += [path.lstat().st_mtime for path in folder.iterdir() if path.name in (DOCUMENT, CRASH_LOG)]
        times += [path.lstat().st_mtime for path in folder.glob("*.rows")]
    return datetime.fromtimestamp(max(times)).astimezone()
