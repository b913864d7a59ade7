"""Journal: what one window would lose is kept on the disk while it works, for the next start to offer.

Its folder holds `document.json` (recipe, view and runs), a row file for each trace whose rows are in no saved file,
`claim.json` (the file that the window has open), `crash.log` and the lock. Rows are only ever appended, and the
document is replaced as a whole, so that what is there can be read back whenever the process is killed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from weakref import WeakKeyDictionary

from lrgui.core.errors import FileError
from lrgui.core.trace import Trace
from lrgui.session.atomic import reason, replacing
from lrgui.session.claims import Elsewhere, claimed_elsewhere, write_claim
from lrgui.session.recovery_document import Kept, RowSource, document_text
from lrgui.session.recovery_folder import RecoveryFolder, recovery_root
from lrgui.session.row_file import RowFile, row_bytes
from lrgui.session.values import RecordedRun
from lrgui.session.work import Work

DOCUMENT = "document.json"
CRASH_LOG = "crash.log"

_LEAST_MAPPED_BYTES = 2**20
"""Traces of deleted runs below this stay in memory: a thousand of them, as many as can be undone, are no burden."""


class Journal:
    """The unsaved work of one window, kept for recovery.

    `write`, `clear` and `claim` are for one thread in the background, `keep_up` for another one, and `close` is for
    whoever comes after them.
    """

    def __init__(self, folder: RecoveryFolder) -> None:
        self._folder = folder
        self._document = folder.path / DOCUMENT
        self._kept: Kept | None = None
        self._refused: tuple[Kept, FileError] | None = None
        self._files: WeakKeyDictionary[Trace, RowFile] = WeakKeyDictionary()
        self._begun: set[Path] = set()
        self._numbers = count(1)
        self._claimed: Path | None = None

    @classmethod
    def open(cls, root: Path | None = None) -> Journal:
        """Make a folder for a window's work in `root`, by default in the platform's place, and lock it.

        Raises:
            FileError: when it cannot be made.
        """
        return cls(RecoveryFolder.make(root or recovery_root()))

    @property
    def folder(self) -> Path:
        """The window's own folder."""
        return self._folder.path

    @property
    def crash_log(self) -> Path:
        """Where a crash may leave a traceback, which the next start tells of; nothing is there by default."""
        return self.folder / CRASH_LOG

    def write(self, work: Work) -> None:
        """Bring the folder up to date; only what has changed is written, and it is flushed to the disk.

        The rows of deleted runs move to the disk as well: their traces read them there from then on, out of memory.

        Raises:
            FileError: when not all of the work is kept; what was kept before still is, and the next call tries again.
        """
        problems: list[str] = []
        with self._noting(problems):
            self._restore_folder()
            # First of all, so that at least the recipe is safe while rows are written.
            self._write_document(self._described(work))
        described = not problems
        for run, rows in zip(work.session.runs, work.rows, strict=True):
            with self._noting(problems):
                self._append(run.trace, rows)
        for trace in work.deleted:
            self._move_to_disk(trace)
        if described:
            self._remove_files_but_those_of({*(run.trace for run in work.session.runs), *work.deleted})
        if problems:
            raise FileError(f"unsaved work cannot be kept for recovery: {problems[0]}")

    def keep_up(self, work: Work) -> None:
        """Write the new rows of runs alone, beside a `write` that waits for the disk; errors are for that to tell."""
        for run, rows in zip(work.session.runs, work.rows, strict=True):
            file = self._files.get(run.trace)
            if file is not None:
                with suppress(OSError):
                    file.append(run.trace, rows)

    def clear(self) -> None:
        """Take note that nothing is unsaved. Deleted runs whose rows have moved to the disk keep them there.

        Raises:
            FileError: when what was kept cannot be removed; it would be offered for recovery.
        """
        if self._kept is not None:
            try:
                self._document.unlink(missing_ok=True)
            except OSError as error:
                raise FileError(f"{self._document}: cannot be removed: {reason(error)}") from error
            self._kept = None
        self._remove_files_but_those_of(set())

    def claim(self, path: Path | None) -> None:
        """Say which file the window has open, for `open_elsewhere` to tell others; None for none.

        Raises:
            FileError: when that cannot be written.
        """
        if path == self._claimed:
            return
        write_claim(self.folder, path)
        self._claimed = path

    def close(self, keep: bool) -> None:
        """Let go of the folder. It is removed unless `keep`: then the next start offers what it holds."""
        if keep:
            self._folder.release()
        else:
            self._folder.remove()

    def _restore_folder(self) -> None:
        """Begin anew when somebody has removed the folder or the document, as programs that tidy up do."""
        if self._folder.is_there and (self._kept is None or self._document.exists()):
            return
        self._folder.restore()
        self._kept = None
        self._files.clear()
        claimed, self._claimed = self._claimed, None
        self.claim(claimed)

    @contextmanager
    def _noting(self, problems: list[str]) -> Iterator[None]:
        """Note what goes wrong inside, for the rest to go on."""
        try:
            yield
        except FileError as error:
            problems.append(str(error))
        except OSError as error:
            problems.append(f"{self.folder}: {reason(error)}")

    def _described(self, work: Work) -> Kept:
        """Say what the document should say of `work`, and begin a row file for each run that needs one."""
        saved = work.saved
        held = {} if saved is None else saved.rows
        # One that has changed is named all the same: right after a save it holds what the row files have yet to get.
        is_relied_on = saved is not None and saved.is_unchanged
        sources = tuple(
            self._source(run, rows, held.get(run.id), is_relied_on)
            for run, rows in zip(work.session.runs, work.rows, strict=True)
        )
        return Kept(work.session, work.rows, sources, work.path, saved)

    def _source(self, run: RecordedRun, rows: int, saved: int | None, is_relied_on: bool) -> RowSource:
        """Say where the rows of a run are to be found, of which a saved file holds the first `saved`, or did so."""
        file = self._files.get(run.trace)
        is_saved = is_relied_on and saved is not None and saved >= rows
        if file is None and not is_saved and row_bytes(run.trace):
            file = self._inherited(run) or self._begin_file(run.trace)
        return RowSource(None if file is None else file.path.name, saved)

    def _inherited(self, run: RecordedRun) -> RowFile | None:
        """Hand on the row file of a run that was left behind: its trace is another one now, with the same rows.

        Copied anew, they would be in no file that the document names until all of them are written.
        """
        kept = () if self._kept is None else self._kept.session.runs
        before = next((one.trace for one in kept if one.id == run.id and one.recipe is run.recipe), None)
        file = None if before is None else self._files.pop(before, None)
        if file is not None:
            self._files[run.trace] = file
        return file

    def _begin_file(self, trace: Trace) -> RowFile:
        file = self._files[trace] = RowFile(self.folder / f"{next(self._numbers)}.rows")
        self._begun.add(file.path)
        return file

    def _write_document(self, kept: Kept) -> None:
        if kept == self._kept:
            # What is the same object next time need not be compared value by value.
            self._kept = kept
            return
        if self._refused is not None and self._refused[0] == kept:
            # To find that out again would take the interpreter from everybody else, each time.
            raise self._refused[1]
        try:
            text = document_text(kept)
        except FileError as error:
            self._refused = kept, error
            raise
        with replacing(self._document) as stream:
            stream.write(text)
        self._kept, self._refused = kept, None

    def _append(self, trace: Trace, rows: int) -> None:
        file = self._files.get(trace)
        if file is None:
            return
        try:
            file.append(trace, rows)
            file.flush()
        except FileNotFoundError:
            # Somebody has removed it; the next call begins another.
            del self._files[trace]
            raise

    def _move_to_disk(self, trace: Trace) -> None:
        """Let a deleted run's trace read its rows from the disk; where the disk refuses, they stay in memory."""
        file = self._files.get(trace)
        if trace.rows * row_bytes(trace) < _LEAST_MAPPED_BYTES or (file is not None and file.is_mapped):
            return
        file = file or self._begin_file(trace)
        with suppress(OSError):
            file.append(trace, trace.rows)
            file.take_over(trace)

    def _remove_files_but_those_of(self, traces: set[Trace]) -> None:
        """Remove the row files that nothing needs; one that a trace reads is needed as long as there is the trace."""
        for trace, file in list(self._files.items()):
            if trace not in traces and not file.is_mapped:
                del self._files[trace]
        for path in self._begun - {file.path for file in self._files.values()}:
            with suppress(OSError):
                path.unlink(missing_ok=True)
                self._begun.discard(path)


def open_elsewhere(path: Path, root: Path | None = None, besides: Journal | None = None) -> Elsewhere | None:
    """Say which other window has the same file open, under whatever name; None when there is none.

    Of several it is the one that has had it longest. Windows whose process is gone do not count.
    """
    return claimed_elsewhere(path, root or recovery_root(), None if besides is None else besides.folder)
