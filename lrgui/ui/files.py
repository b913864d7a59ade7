"""New, open, save: the session in the window and the file on the disk, with every question that belongs between."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QDialog, QFileDialog, QWidget

from lrgui.core.recipe import Recipe
from lrgui.session.values import RecordedRun, Session, View
from lrgui.ui import file_jobs, file_questions
from lrgui.ui.background import Background, Job
from lrgui.ui.document import Document
from lrgui.ui.file_jobs import Changed, Failure, FileClaims, InUse, Opened, Way, Written
from lrgui.ui.origin import SUFFIX, Origin, is_session_name, own_file, with_suffix
from lrgui.ui.questions import Questions
from lrgui.ui.run_controller import RunController
from lrgui.ui.runs import Runs
from lrgui.ui.save_dialog import make_save_dialog
from lrgui.ui.settings import Settings
from lrgui.ui.starting_recipe import STARTING_RECIPE

if TYPE_CHECKING:
    from lrgui.session.work import SavedFile

_OPEN_FILTER = "Sessions and recipes (*.lrgui *.json);;All files (*)"

_Before = tuple[Recipe, View, tuple[RecordedRun, ...]]
"""What was in the window when the reading of a file began."""


class Files(QObject):
    """Opens and saves sessions off the interface thread, one after the other.

    Its questions are answered before anything else happens, and none of them holds the event loop.

    Signals:
        leaving: the user wants this session saved and left; a run that goes on must end now, with all its rows.
        replacing: another session is about to take the place of this one.
        told: something to say in the status bar for a while.
        failed: something went wrong: one sentence that stays.
    """

    leaving = Signal()
    replacing = Signal()
    told = Signal(str)
    failed = Signal(str)

    def __init__(
        self,
        document: Document,
        runs: Runs,
        controller: RunController,
        settings: Settings,
        background: Background,
        window: QWidget,
        claims: FileClaims,
    ) -> None:
        super().__init__(window)
        self._document, self._runs, self._controller = document, runs, controller
        self._settings, self._background, self._window = settings, background, window
        self._claims = claims
        self._claimed: Path | None = None
        self.questions = Questions(window)
        self._origin = Origin()
        self._saved: SavedFile | None = None
        self._next: Callable[[], None] | None = None
        self._ended = False
        background.busy_changed.connect(self._go_on)

    @property
    def saved(self) -> SavedFile | None:
        """What a file holds of the session in the window; None where it has none of its own."""
        return self._saved

    @property
    def _own_file(self) -> Path | None:
        """The file that saving replaces without asking for a name; None where there is none."""
        path = self._document.path
        return path if path is not None and is_session_name(path) else None

    @Slot()
    def new(self) -> None:
        """Begin anew with the example recipe, after asking about unsaved changes."""
        self.ask_then(self._begin)

    @Slot()
    def open(self) -> None:
        """Ask for a file and open it."""
        self.ask_then(self._choose)

    def open_path(self, path: Path) -> None:
        """Open a session or a recipe, after asking about unsaved changes."""
        self.ask_then(partial(self._read, path, Way.OWN))

    def open_example(self, path: Path) -> None:
        """Open a copy of an example: it has no file of its own until it is saved."""
        self.ask_then(partial(self._read, path, Way.EXAMPLE))

    def restore(self, session: Session, path: Path | None, saved: SavedFile | None) -> None:
        """Put recovered work in the place of the session; none of it counts as saved.

        Args:
            session: what was recovered.
            path: the file that it belongs to, None where it was never saved.
            saved: what that file held when the work was kept; where it is another one now, saving asks first.
        """
        self._put(session, Origin() if path is None else own_file(path), saved, is_saved=False)
        self._settle_claim()

    def tell_losses(self, title: str, sentence: str, losses: Sequence[str]) -> None:
        """List what could not be read of what is in the window now, below a sentence that says what has happened."""
        # Here, because next to no start needs it.
        from lrgui.ui.losses_dialog import LossesDialog

        self.questions.show(LossesDialog(self._window, title, sentence, losses), self._on_told)

    @Slot()
    def save(self) -> None:
        """Save in the session's own file; ask for one where there is none."""
        path = self._own_file
        if path is None or self.questions.open:
            self.save_as()
        else:
            self._write(path)

    @Slot()
    def save_as(self) -> None:
        """Ask for a name and save."""
        if self.questions.open:
            self.questions.bring_to_front()
            return
        if self._origin.reason:
            self.told.emit(self._origin.reason)
        folder = self._origin.folder or self._settings.last_folder
        self._ask_name(folder / self._origin.suggestion)

    def ask_then(self, proceed: Callable[[], None]) -> None:
        """Call `proceed` once nothing unsaved would be lost: at once, after saving, or never if the user cancels.

        While a file is read or written it is called after that, if nothing is unsaved then. While another question
        waits for its answer, nothing comes of it.
        """
        # Of a run that goes on, the document is told only a few times per second.
        self._document.set_runs_changed(self._runs.unsaved)
        if self.questions.open:
            self.questions.bring_to_front()
        elif self._background.busy:
            self._next = proceed
        elif not self._document.dirty:
            proceed()
        else:
            save = partial(self._save_then, proceed)
            title, losses = self._document.title, self._unsaved_work()
            self.questions.ask(file_questions.unsaved_changes(title, losses, save, proceed, self._give_up))

    def shut_down(self) -> None:
        """Close any question without an answer and begin nothing more: the window ends."""
        self._ended, self._next = True, None
        self.questions.dismiss()

    def _unsaved_work(self) -> tuple[str, ...]:
        active, progress = self._controller.active_run_id, self._controller.progress
        return file_questions.unsaved_work(
            recipe=self._document.recipe_unsaved,
            view=self._document.view_unsaved,
            runs=len(self._runs.unsaved_ids - {active}),
            other_runs=self._runs.unsaved,
            going_on=None if active is None else (progress.steps, progress.planned),
        )

    def _save_then(self, proceed: Callable[[], None]) -> None:
        self._next = proceed
        self.save()

    def _give_up(self) -> None:
        """The user has cancelled: nothing is done of what had to wait."""
        self._next = None
        self._settle_claim()

    @Slot()
    def _go_on(self) -> None:
        """Once no file is worked on and no question is open, do what had to wait for it."""
        if self._next is not None and not self._background.busy and not self.questions.open:
            proceed, self._next = self._next, None
            self.ask_then(proceed)

    # new and open

    def _begin(self) -> None:
        self._put(Session(STARTING_RECIPE), Origin(), None)
        self._settle_claim()

    def _choose(self) -> None:
        dialog = QFileDialog(self._window, "Open", str(self._settings.last_folder), _OPEN_FILTER)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        self.questions.choose_file(dialog, partial(self._read, way=Way.OWN), self._give_up)

    def _read(self, path: Path, way: Way) -> None:
        self.told.emit(f"Opening {path.name}…")
        before = (self._document.recipe, self._document.view, self._runs.all)
        job = partial(file_jobs.read, path, way, self._claims, self._own_file)
        self._start(f"Opening {path.name}", job, partial(self._on_read, before))

    def _on_read(self, before: _Before, reading: file_jobs.Reading) -> None:
        match reading:
            case Opened():
                self._claimed = reading.path if reading.claimed else self._claimed
                if before == (self._document.recipe, self._document.view, self._runs.all):
                    self._show(reading)
                elif self._next is None:
                    # Something was edited or recorded while the file was read.
                    self._next = partial(self._show, reading)
                else:
                    self._settle_claim()
            case InUse(path, elsewhere):
                self.told.emit(f"{path.name} is not open yet")
                read_only, copy = (partial(self._read, path, way) for way in (Way.READ_ONLY, Way.COPY))
                self.questions.ask(file_questions.open_elsewhere(path, elsewhere, read_only, copy, self._give_up))
            case Failure(path, message, missing):
                self._tell_not_opened(path, message, missing)

    def _tell_not_opened(self, path: Path, message: str, missing: bool) -> None:
        self.failed.emit(message)
        if missing and path in self._settings.recent_files():
            forget = partial(self._forget, path)
            self.questions.ask(file_questions.recent_file_gone(path, forget, self._go_on))
        else:
            self.questions.ask(file_questions.not_opened(path, message, self._go_on))

    def _forget(self, path: Path) -> None:
        self._settings.remove_recent_file(path)
        self._go_on()

    def _show(self, opened: Opened) -> None:
        origin = opened.origin
        self._put(opened.session, origin, opened.file if origin.path is not None else None)
        if opened.way is not Way.EXAMPLE:
            self._remember(opened.path)
        self._settle_claim()
        self.told.emit(opened.in_words)
        if opened.losses:
            sentence = file_questions.losses_in_words(opened.path, opened.origin.title)
            self.tell_losses("Damaged File", sentence, opened.losses)

    def _put(self, session: Session, origin: Origin, saved: SavedFile | None, *, is_saved: bool = True) -> None:
        self.replacing.emit()
        self._origin, self._saved = origin, saved
        self._runs.load(session.runs)
        if not is_saved:
            self._runs.mark_saved(())
        self._document.open(session.recipe, origin.path, session.view, origin.title, saved=is_saved)

    def _on_told(self, dialog: QDialog) -> None:
        self._go_on()

    # save

    def _ask_name(self, start: Path) -> None:
        dialog = make_save_dialog(self._window, "Save Session", start, SUFFIX.removeprefix("."), "Sessions")
        # Asked once the name has its suffix, and in the thread of the files.
        dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)
        self.questions.choose_file(dialog, self._save_under, self._give_up)

    def _save_under(self, chosen: Path) -> None:
        self._write(with_suffix(chosen))

    def _write(self, path: Path, *, may_replace: bool = False) -> None:
        if self._background.busy:
            self.told.emit("A file is still being worked on; try again in a moment")
            return
        if self._next is not None:
            self.leaving.emit()
        marks = self._runs.marks
        runs = tuple(replace(run, trace=run.trace.snapshot(rows)) for run, rows in marks)
        session = Session(self._document.recipe, runs, self._document.view)
        known = self._saved.stamp if self._saved is not None and self._saved.path == path else None
        task = file_jobs.Task(path, session, marks, known, may_replace)
        job = partial(file_jobs.write, task, self._claims)
        self.told.emit(f"Saving {path.name}…")
        self._start(f"Saving {path.name}", job, partial(self._on_written, may_replace))

    def _on_written(self, may_replace: bool, writing: file_jobs.Writing) -> None:
        match writing:
            case Written():
                self._take_note(writing)
            case InUse(path, elsewhere):
                self.told.emit(f"{path.name} is not saved yet")
                rename = partial(self._ask_name, path)
                self.questions.ask(file_questions.taken_elsewhere(path, elsewhere, rename, self._give_up))
            case Changed(path, was_known):
                self.told.emit(f"{path.name} is not saved yet")
                ask = file_questions.changed_outside if was_known else file_questions.exists_already
                replaced = partial(self._write, path, may_replace=True)
                self.questions.ask(ask(path, replaced, partial(self._ask_name, path), self._give_up))
            case Failure(path, message):
                self.failed.emit(message)
                again = partial(self._write, path, may_replace=may_replace)
                self.questions.ask(file_questions.not_saved(path, message, self.save_as, again, self._give_up))

    def _take_note(self, written: Written) -> None:
        task = written.task
        self._origin, self._saved, self._claimed = own_file(task.path), written.file, task.path
        self._runs.mark_saved(task.marks)
        self._document.mark_saved(task.path, task.session.recipe, task.session.view)
        self._document.set_runs_changed(self._runs.unsaved)
        self._remember(task.path)
        self.told.emit(f"Saved {task.path.name}")

    # both

    def _start(self, title: str, job: Job, done: Callable[[Any], None]) -> None:
        if not self._ended:
            self._background.start(title, job, done, self._on_stopped)

    def _on_stopped(self, message: str) -> None:
        self._next = None
        self.failed.emit(message)

    def _settle_claim(self) -> None:
        """Let other windows know which file is open here, where that is not the one that they know of."""
        own = self._own_file
        if own != self._claimed:
            self._claimed = own
            job = partial(file_jobs.claim, own, self._claims)
            self._start("Looking after the file", job, self._on_claimed)

    def _on_claimed(self, _: None) -> None:
        """Nothing is left to do."""

    def _remember(self, path: Path) -> None:
        self._settings.last_folder = path.absolute().parent
        self._settings.add_recent_file(path.absolute())
