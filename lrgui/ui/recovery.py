"""Recovery in the window: unsaved work of windows that were never closed is looked for, offered and put back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QApplication, QWidget

from lrgui.session.progress import Progress
from lrgui.ui.autosave import Autosave
from lrgui.ui.background import Background
from lrgui.ui.file_jobs import build_pyramids
from lrgui.ui.file_questions import short
from lrgui.ui.files import Files
from lrgui.ui.recovery_words import cause_of_crash, moment_in_words, name_of
from lrgui.ui.words import counted

if TYPE_CHECKING:
    # Imported where they are needed: most starts find nothing.
    from lrgui.session.recovered import Recovered
    from lrgui.session.recovery import Leftover
    from lrgui.ui.recovery_dialog import RecoveryDialog


class Recovery(QObject):
    """Offers what is left of windows whose process is gone, and puts what the user wants back into this window.

    What was found is locked by this process until it is released, so that no other window offers it too. What is put
    back is deleted by the autosave of this window, once that has written it anew.

    Signals:
        crashed: no work was left, but lrgui crashed: one sentence that stays, and the log of the crash.
        told: something to say in the status bar for a while.
        failed: something went wrong: one sentence that stays.
    """

    crashed = Signal(str, str)
    told = Signal(str)
    failed = Signal(str)

    def __init__(self, files: Files, autosave: Autosave, background: Background, window: QWidget) -> None:
        super().__init__(window)
        self._files, self._autosave, self._background, self._window = files, autosave, background, window
        # Its own thread: looking around must not keep a file from being opened.
        self._aside = Background(self)
        self._held: tuple[Leftover, ...] = ()
        self._dialog: RecoveryDialog | None = None
        self._engaged = False
        self._asked = False
        self._ended = False

    @Slot()
    def look(self) -> None:
        """Offer what there is to recover; say nothing where there is nothing."""
        if not self._engaged:
            self._engaged = True
            self._keep()
            self._aside.start("Looking for unsaved work", _find, self._on_found, self._on_failed)

    @Slot()
    def ask(self) -> None:
        """Offer what there is to recover, or say that there is nothing."""
        self._asked = True
        self.look()

    def shut_down(self) -> None:
        """Close the offer, and release what is still held: the next start offers it again."""
        self._ended = True
        if self._dialog is not None:
            self._dialog.close()
        self._keep()
        self._aside.shut_down()

    def _keep(self, wanted: Leftover | None = None) -> None:
        """Release all that is held but what is wanted."""
        held, self._held = self._held, () if wanted is None else (wanted,)
        for leftover in held:
            if leftover is not wanted:
                leftover.release()

    def _disengage(self) -> None:
        self._engaged = self._asked = False
        self._keep()

    def _on_found(self, found: Sequence[Leftover]) -> None:
        asked, self._held = self._asked, tuple(found)
        if self._ended:
            self._disengage()
            return
        mere_logs = [one for one in found if not (one.has_work or one.complaint)]
        if mere_logs:
            self._discard(mere_logs)
        if self._held:
            self._offer()
            return
        self._disengage()
        if mere_logs:
            # The newest comes first.
            self._tell_crash(mere_logs[0])
        elif asked:
            self.told.emit("There is nothing to recover")

    def _tell_crash(self, leftover: Leftover) -> None:
        when = moment_in_words(leftover.written_at, datetime.now().astimezone())
        self.crashed.emit(f"lrgui crashed last time ({when}): {cause_of_crash(leftover.crash)}", leftover.crash)

    def _offer(self) -> None:
        if QApplication.activeModalWidget() is not None:
            # The user was faster than the disk, and is at another question.
            self._disengage()
            self.failed.emit("There is unsaved work to recover: File › Recover Unsaved Work…")
            return
        from lrgui.ui.recovery_dialog import RecoveryDialog

        self._dialog = dialog = RecoveryDialog(self._held, datetime.now().astimezone(), self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.delete_wanted.connect(self._on_delete_wanted)
        dialog.accepted.connect(self._on_accepted)
        dialog.rejected.connect(self._on_rejected)
        dialog.open()

    @Slot()
    def _on_rejected(self) -> None:
        self._dialog = None
        self._disengage()

    @Slot(object)
    def _on_delete_wanted(self, leftover: Leftover) -> None:
        self._discard((leftover,))

    def _discard(self, leftovers: Sequence[Leftover]) -> None:
        self._held = tuple(one for one in self._held if one not in leftovers)
        job = partial(_discard, leftovers)
        self._aside.start("Deleting what was left", job, self._on_discarded, self.failed.emit)

    def _on_discarded(self, _: None) -> None:
        """Nothing is left to do."""

    @Slot()
    def _on_accepted(self) -> None:
        assert self._dialog is not None
        chosen, self._dialog = self._dialog.chosen, None
        assert chosen is not None
        self._keep(chosen)
        name = name_of(chosen.path)
        self.told.emit(f"Recovering {name}…")
        job = partial(_read, chosen)
        self._background.start(f"Recovering {name}", job, partial(self._on_read, chosen), self._on_failed)

    def _on_failed(self, message: str) -> None:
        self._disengage()
        self.failed.emit(message)

    def _on_read(self, leftover: Leftover, recovered: Recovered) -> None:
        # Where the user keeps what is in the window instead, the next look releases the leftover and offers it again.
        self._engaged = self._asked = False
        if not self._ended:
            self._files.ask_then(partial(self._put_back, leftover, recovered))

    def _put_back(self, leftover: Leftover, recovered: Recovered) -> None:
        if leftover not in self._held:
            # Released while the question was open.
            return
        self._held = ()
        self._files.restore(recovered.session, recovered.path, recovered.saved)
        self._autosave.supersede(leftover)
        self.told.emit(_told_of(recovered))
        if recovered.losses:
            sentence = f"Not all of “{short(name_of(recovered.path))}” could be recovered; this was lost:"
            self._files.tell_losses("Recovered in Part", sentence, recovered.losses)


def _told_of(recovered: Recovered) -> str:
    runs = recovered.session.runs
    steps = counted(sum(run.trace.rows for run in runs), "step")
    what = f"{counted(len(runs), 'run')} with {steps}" if runs else "the recipe"
    lost = " in part" if recovered.losses else ""
    return f"Recovered {name_of(recovered.path)}{lost}: {what}; not saved yet"


def _find(_: Progress) -> tuple[Leftover, ...]:
    from lrgui.session.recovery import find_leftovers

    return find_leftovers()


def _read(leftover: Leftover, progress: Progress) -> Recovered:
    recovered = leftover.read(progress)
    build_pyramids(recovered.session)
    return recovered


def _discard(leftovers: Sequence[Leftover], _: Progress) -> None:
    for leftover in leftovers:
        leftover.discard()
