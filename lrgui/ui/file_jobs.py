"""What is done with session files in the thread of the files: reading, writing, and what is looked at before."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeAlias

from lrgui.core.errors import FileError
from lrgui.core.pyramid import pyramid_of
from lrgui.session.progress import Progress
from lrgui.session.values import Session
from lrgui.ui.origin import Origin, copy_of, is_session_name, own_file, read_only, repaired
from lrgui.ui.runs import Marks

if TYPE_CHECKING:
    # Imported in the thread of the files: the formats are not needed before.
    from lrgui.session.claims import Elsewhere
    from lrgui.session.file_stamp import FileStamp
    from lrgui.session.work import SavedFile


class FileClaims(Protocol):
    """Which window has which file open, on this machine. Called in the thread of the files."""

    def elsewhere(self, path: Path) -> Elsewhere | None:
        """Return the other window, of any process, that has the file open; None where there is none."""

    def claim(self, path: Path | None) -> None:
        """Say that this window has the file open, and no other one any more.

        Raises:
            FileError: when that cannot be told.
        """


class Way(Enum):
    """How a file is opened: as the session's own, to be looked at, or as the beginning of another session."""

    OWN = auto()
    READ_ONLY = auto()
    COPY = auto()
    EXAMPLE = auto()


@dataclass(frozen=True, slots=True)
class Opened:
    """A file that was read.

    `file` is what the file holds of the session. `claimed` tells whether it is claimed for the window now. `protected`
    says why it cannot be replaced, empty where it can. `losses` are what could not be read, a sentence each.
    """

    path: Path
    way: Way
    session: Session
    file: SavedFile
    claimed: bool
    protected: str
    losses: tuple[str, ...]

    @property
    def origin(self) -> Origin:
        """What the session is called in the window, and where it is saved."""
        path = self.path
        if self.losses:
            return repaired(path)
        if self.protected:
            return read_only(path, self.protected)
        match self.way:
            case Way.READ_ONLY:
                return read_only(path, "another window has it open")
            case Way.COPY:
                return copy_of(path, path.parent)
            case Way.EXAMPLE:
                return copy_of(path, None)
        return own_file(path)

    @property
    def in_words(self) -> str:
        """What was done, for the status bar."""
        if self.losses:
            return f"Opened what could be read of {self.path.name}"
        if self.protected:
            return f"Opened {self.path.name} read-only: {self.protected}"
        return f"Opened {self.origin.title}"


@dataclass(frozen=True, slots=True)
class Task:
    """A session to be written.

    `marks` are its runs as they were taken. The file at `path` may be replaced where its stamp is `known`, or where the
    user has agreed: `may_replace`.
    """

    path: Path
    session: Session
    marks: Marks
    known: FileStamp | None
    may_replace: bool


@dataclass(frozen=True, slots=True)
class Written:
    """A task that is done; `file` is None where somebody else has removed the file already."""

    task: Task
    file: SavedFile | None


@dataclass(frozen=True, slots=True)
class InUse:
    """Nothing was done, since another window has the file open."""

    path: Path
    elsewhere: Elsewhere


@dataclass(frozen=True, slots=True)
class Changed:
    """Nothing was written, since the file there is another one than was known of, or none was known of."""

    path: Path
    was_known: bool


@dataclass(frozen=True, slots=True)
class Failure:
    """The file could not be read or written, and is as it was; or it is `missing`."""

    path: Path
    message: str
    missing: bool = False


Reading: TypeAlias = Opened | InUse | Failure
Writing: TypeAlias = Written | InUse | Changed | Failure


def read(path: Path, way: Way, claims: FileClaims, own: Path | None, progress: Progress) -> Reading:
    """Read a file; where it becomes the session's own, claim it. The claim on `own` stays where nothing comes of it.

    Raises:
        StoppedError: when the user stopped it.
    """
    may_be_saved = way is Way.OWN and is_session_name(path)
    protected = _protection(path) if may_be_saved else ""
    if protected or not may_be_saved:
        return _read(path, way, progress, protected=protected)
    outcome: Reading | None = None
    # Claimed before it is looked for elsewhere, so that of two windows that open it at once one is told at least.
    claim(path, claims)
    try:
        elsewhere = claims.elsewhere(path)
        outcome = InUse(path, elsewhere) if elsewhere is not None else _read(path, way, progress, claimed=True)
        return outcome
    finally:
        if not isinstance(outcome, Opened):
            claim(own, claims)


def write(task: Task, claims: FileClaims, progress: Progress) -> Writing:
    """Write a file and claim it, unless somebody else's work would be lost.

    Raises:
        StoppedError: when the user stopped it.
    """
    from lrgui.session.file_stamp import stamp_of
    from lrgui.session.store import write_session
    from lrgui.session.work import SavedFile

    path = task.path
    elsewhere = claims.elsewhere(path)
    if elsewhere is not None:
        return InUse(path, elsewhere)
    found = stamp_of(path)
    if found is not None and found != task.known and not task.may_replace:
        return Changed(path, task.known is not None)
    try:
        write_session(path, task.session, progress)
    except FileError as error:
        return Failure(path, str(error))
    except MemoryError:
        return Failure(path, "there is not enough memory to write it")
    claim(path, claims)
    stamp = stamp_of(path)
    rows = {run.id: count for run, count in task.marks}
    return Written(task, None if stamp is None else SavedFile(path, stamp, rows))


def claim(path: Path | None, claims: FileClaims, _: Progress | None = None) -> None:
    """Claim a file, None for none. That nobody can be told keeps no one from working."""
    with suppress(FileError):
        claims.claim(path)


def build_pyramids(session: Session) -> None:
    """Make what the plot draws of each run from, in the thread that has read it: a pass over every number."""
    for run in session.runs:
        pyramid_of(run.trace)


def _read(path: Path, way: Way, progress: Progress, *, claimed: bool = False, protected: str = "") -> Opened | Failure:
    from lrgui.session.store import open_session
    from lrgui.session.work import SavedFile

    try:
        opened = open_session(path, progress)
        build_pyramids(opened.session)
    except FileError as error:
        return Failure(path, str(error), missing=not path.exists())
    except MemoryError:
        return Failure(path, "does not fit in memory")
    rows = {run.id: run.trace.rows for run in opened.session.runs}
    file = SavedFile(path, opened.stamp, rows)
    return Opened(path, way, opened.session, file, claimed, protected, opened.losses)


def _protection(path: Path) -> str:
    """Return why a file cannot be replaced, empty where it can or is not there at all."""
    from lrgui.session.atomic import check_writable

    try:
        check_writable(path)
    except FileError as error:
        return str(error).removeprefix(f"{path}: cannot be written: ") if path.is_file() else ""
    return ""
