"""Autosave: whatever is unsaved is kept for recovery while one works, off the interface thread."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as StillWritingError
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from lrgui.core.errors import LrguiError
from lrgui.session.values import Session
from lrgui.session.work import SavedFile, Work
from lrgui.ui.document import Document
from lrgui.ui.run_edits import deleted_traces
from lrgui.ui.runs import Runs

if TYPE_CHECKING:
    # The thread imports what it needs: the window is painted before.
    from lrgui.session.claims import Elsewhere
    from lrgui.session.journal import Journal
    from lrgui.session.recovery import Leftover

_INTERVAL_MS = 500
_FLUSH_SECONDS = 3.0
_CLOSE_SECONDS = 10.0
"""How long the window waits for the last rows at its end; there are never more than a second's worth to write."""


class Autosave(QObject):
    """Hands what would be lost to the journal, twice a second and at once where the window may be about to end.

    All that is read here are frozen values and rows that no longer change; the rest happens in a thread of its own.

    Signals:
        opened: the journal is there, its folder too (a Path).
        failed: unsaved work cannot be kept: one sentence. Told once, until it could be kept again.
    """

    opened = Signal(object)
    failed = Signal(str)

    def __init__(
        self, document: Document, runs: Runs, saved: Callable[[], SavedFile | None], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._document, self._runs, self._saved = document, runs, saved
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="lrgui-recovery")
        self._beside = ThreadPoolExecutor(max_workers=1, thread_name_prefix="lrgui-recovery-rows")
        self._keeping_up: Future[None] | None = None
        self._journal: Journal | None = None
        self._told_opened = False
        self._complaint = ""
        self._superseded: list[Leftover] = []
        self._ended = False
        self._future: Future[None] = Future()
        self._future.set_result(None)
        self._timer = QTimer(self)
        self._timer.setInterval(_INTERVAL_MS)
        self._timer.timeout.connect(self.look)

    def begin(self) -> None:
        """Open the journal and look twice a second from now on; what a thread imports for it would slow a paint."""
        self._future = self._executor.submit(self._open)
        self._timer.start()

    @property
    def crash_log(self) -> Path | None:
        """Where a crash is to be written down; None until the journal is there."""
        return self._journal.crash_log if self._journal is not None else None

    @Slot()
    def look(self) -> None:
        """Have what is new written; its rows alone while the thread is still busy with what was new before."""
        if self._future.done():
            self._take_note(self._future)
            self._submit()
        elif self._keeping_up is None or self._keeping_up.done():
            # The disk is slow to take the last of it: new rows are out of danger before that.
            self._keeping_up = self._beside.submit(self._keep_up, self._work())

    def flush(self) -> str:
        """Have all that is unsaved written now and wait for it; return why it could not, or an empty text.

        Once this has ended, nothing is left to write.
        """
        return "" if self._ended else self._flush(_FLUSH_SECONDS)

    def supersede(self, leftover: Leftover) -> None:
        """Delete what was recovered once all of it is written anew, as unsaved work of this window."""
        self._superseded.append(leftover)

    def keep(self) -> str:
        """End, and leave what is unsaved for the next start; return why it could not be kept, or an empty text."""
        if self._ended:
            return ""
        complaint = self._flush(_CLOSE_SECONDS)
        self._end(keep=self._is_unsaved)
        return complaint

    def discard(self) -> None:
        """End, with nothing left to recover."""
        if not self._ended:
            self._end(keep=False)

    def claim(self, path: Path | None) -> None:
        """Tell other windows which file is open here, from the thread of the files.

        Raises:
            FileError: when that cannot be written.
        """
        # A window that has ended has nothing open.
        with suppress(RuntimeError):
            self._executor.submit(self._claim, path).result()

    def elsewhere(self, path: Path) -> Elsewhere | None:
        """Return which other window has a file open, in the thread of the files."""
        from lrgui.session.journal import open_elsewhere

        return open_elsewhere(path, besides=self._journal)

    @property
    def _is_unsaved(self) -> bool:
        # Rows that were recorded since the document was told of changed runs count as well.
        return self._document.dirty or self._runs.unsaved

    def _flush(self, seconds: float) -> str:
        try:
            # Twice: what is under way may have begun before the last edit.
            self._future.exception(seconds)
            self._submit()
            error = self._future.exception(seconds)
        except StillWritingError:
            return "the disk does not answer in time"
        return _sentence(error)

    def _submit(self) -> None:
        # Where nothing is new it costs next to nothing, and the journal sees what others do to the saved file.
        superseded, self._superseded = self._superseded, []
        self._future = self._executor.submit(self._write, self._work(), superseded)

    def _work(self) -> Work | None:
        """Return what would be lost now, None where there is nothing."""
        if not self._is_unsaved:
            return None
        marks = self._runs.marks
        return Work(
            session=Session(self._document.recipe, tuple(run for run, _ in marks), self._document.view),
            rows=tuple(rows for _, rows in marks),
            path=self._document.path,
            saved=self._saved(),
            deleted=deleted_traces(self._document.undo_stack),
        )

    def _take_note(self, future: Future[None]) -> None:
        if self._journal is not None and not self._told_opened:
            self._told_opened = True
            self.opened.emit(self._journal.folder)
        error = future.exception()
        complaint, before = _sentence(error), self._complaint
        self._complaint = complaint
        if error is None or complaint == before:
            return
        if not isinstance(error, LrguiError):
            logging.getLogger(__name__).error("unsaved work could not be kept", exc_info=error)
        self.failed.emit(complaint)

    def _end(self, *, keep: bool) -> None:
        self._ended = True
        self._timer.stop()
        self._future = self._executor.submit(self._close, keep)
        self._executor.shutdown(wait=False)
        self._beside.shutdown(wait=False)
        with suppress(StillWritingError):
            self._future.exception(_FLUSH_SECONDS)

    # in the threads

    def _open(self) -> None:
        self._opened_journal()

    def _opened_journal(self) -> Journal:
        if self._journal is None:
            from lrgui.session.journal import Journal

            self._journal = Journal.open()
        return self._journal

    def _write(self, work: Work | None, superseded: Sequence[Leftover]) -> None:
        try:
            journal = self._opened_journal()
            if work is None:
                journal.clear()
            else:
                journal.write(work)
        except BaseException:
            self._superseded.extend(superseded)
            raise
        for leftover in superseded:
            leftover.discard()

    def _keep_up(self, work: Work | None) -> None:
        if self._journal is not None and work is not None:
            self._journal.keep_up(work)

    def _claim(self, path: Path | None) -> None:
        self._opened_journal().claim(path)

    def _close(self, keep: bool) -> None:
        for leftover in self._superseded:
            leftover.release() if keep else leftover.discard()
        if self._journal is not None:
            self._journal.close(keep)


def _sentence(error: BaseException | None) -> str:
    if error is None:
        return ""
    return str(error) if isinstance(error, LrguiError) else f"{type(error).__name__}: {error}"
