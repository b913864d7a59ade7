"""New, open, save: the session in the window and the file on the disk, with every question that belongs between."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from lrgui.core.pyramid import pyramid_of
from lrgui.core.recipe import Recipe
from lrgui.session.progress import Progress
from lrgui.session.values import RecordedRun, Session
from lrgui.ui.background import Background
from lrgui.ui.document import Document
from lrgui.ui.runs import Marks, Runs
from lrgui.ui.save_dialog import ask_save_path
from lrgui.ui.settings import Settings
from lrgui.ui.starting_recipe import STARTING_RECIPE

_SUFFIX = "lrgui"
_OPEN_FILTER = "Sessions and recipes (*.lrgui *.json);;All files (*)"


@dataclass(frozen=True, slots=True)
class _Opened:
    """A file that was read, and what was in the window when the reading began."""

    path: Path
    as_copy: bool
    session: Session
    before: tuple[Recipe, tuple[RecordedRun, ...]]


@dataclass(frozen=True, slots=True)
class _Written:
    """A file that was written, and what is in it."""

    path: Path
    session: Session
    marks: Marks


class Files(QObject):
    """Opens and saves sessions off the interface thread, one after the other.

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
        settings: Settings,
        background: Background,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._document, self._runs, self._settings, self._background = document, runs, settings, background
        self._window = window
        self._after_work: Callable[[], None] | None = None
        background.busy_changed.connect(self._go_on)

    @Slot()
    def new(self) -> None:
        """Begin anew with the example recipe, after asking about unsaved changes."""
        self.ask_then(self._begin)

    @Slot()
    def open(self) -> None:
        """Ask for a file and open it."""
        self.ask_then(self._choose_and_open)

    def open_path(self, path: Path) -> None:
        """Open a session or a recipe, after asking about unsaved changes."""
        self.ask_then(partial(self._load, path))

    def open_example(self, path: Path) -> None:
        """Open a copy of an example: it has no file of its own until it is saved."""
        self.ask_then(partial(self._load, path, as_copy=True))

    @Slot()
    def save(self) -> None:
        """Save under the session's own name; ask for one where there is none."""
        path = self._document.path
        if path is None or path.suffix.lower() != f".{_SUFFIX}":
            self.save_as()
        else:
            self._write(path)

    @Slot()
    def save_as(self) -> None:
        """Ask for a name and save."""
        path = self._document.path
        folder = path.parent if path is not None else self._settings.last_folder
        start = folder / f"{Path(self._document.title).stem}.{_SUFFIX}"
        target = ask_save_path(self._window, "Save Session", start, _SUFFIX, "Sessions")
        if target is None:
            self._after_work = None
        else:
            self._write(target)

    def ask_then(self, proceed: Callable[[], None]) -> None:
        """Call `proceed` once nothing unsaved would be lost: at once, after saving, or never if the user cancels.

        While a file is read or written it is called after that, if nothing is unsaved then.
        """
        if self._background.busy:
            self._after_work = proceed
            return
        if not self._document.dirty:
            proceed()
            return
        buttons = QMessageBox.StandardButton
        answer = self._ask()
        if answer == buttons.Discard:
            proceed()
        elif answer == buttons.Save:
            self.leaving.emit()
            self._after_work = proceed
            self.save()

    def _ask(self) -> int:
        buttons = QMessageBox.StandardButton
        box = QMessageBox(self._window)
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle("Unsaved Changes")
        box.setText(f"Save the changes to “{self._document.title}”?")
        box.setInformativeText("They are lost otherwise.")
        box.setStandardButtons(buttons.Save | buttons.Discard | buttons.Cancel)
        box.setDefaultButton(buttons.Save)
        answer = box.exec()
        box.deleteLater()
        return answer

    @Slot()
    def _go_on(self) -> None:
        """Once no file is worked on, do what had to wait for it."""
        if not self._background.busy and self._after_work is not None:
            proceed, self._after_work = self._after_work, None
            self.ask_then(proceed)

    def _begin(self) -> None:
        self.replacing.emit()
        self._runs.load(())
        self._document.open(STARTING_RECIPE, None)

    def _choose_and_open(self) -> None:
        folder = str(self._settings.last_folder)
        chosen, _ = QFileDialog.getOpenFileName(self._window, "Open", folder, _OPEN_FILTER)
        if chosen:
            self._load(Path(chosen))

    def _load(self, path: Path, *, as_copy: bool = False) -> None:
        self.told.emit(f"Opening {path.name}…")
        before = (self._document.recipe, self._runs.all)
        job = partial(_read, path, as_copy, before)
        self._background.start(f"Opening {path.name}", job, self._on_read, self._on_read_failed)

    def _on_read(self, opened: _Opened) -> None:
        if opened.before == (self._document.recipe, self._runs.all):
            self._show(opened)
        else:
            # Something was edited or recorded while the file was read.
            self._after_work = partial(self._show, opened)

    def _show(self, opened: _Opened) -> None:
        session = opened.session
        self.replacing.emit()
        self._runs.load(session.runs)
        self._document.open(session.recipe, None if opened.as_copy else opened.path, session.view)
        if not opened.as_copy:
            self._remember(opened.path)
        self.told.emit(f"Opened {opened.path.name}")

    def _on_read_failed(self, message: str) -> None:
        self._after_work = None
        self.failed.emit(message)

    def _write(self, path: Path) -> None:
        if self._background.busy:
            self.told.emit("A file is still being worked on; try again in a moment")
            return
        recipe, marks = self._document.recipe, self._runs.marks
        runs = tuple(replace(run, trace=run.trace.snapshot(rows)) for run, rows in marks)
        session = Session(recipe, runs, self._document.view)
        self.told.emit(f"Saving {path.name}…")
        job = partial(_write, _Written(path, session, marks))
        self._background.start(f"Saving {path.name}", job, self._on_written, self._on_write_failed)

    def _on_written(self, written: _Written) -> None:
        self._runs.mark_saved(written.marks)
        self._document.mark_saved(written.path, written.session.recipe, written.session.view)
        self._document.set_runs_changed(self._runs.unsaved)
        self._remember(written.path)
        self.told.emit(f"Saved {written.path.name}")

    def _on_write_failed(self, message: str) -> None:
        self._after_work = None
        self.failed.emit(message)

    def _remember(self, path: Path) -> None:
        self._settings.last_folder = path.absolute().parent
        self._settings.add_recent_file(path.absolute())


def _read(path: Path, as_copy: bool, before: tuple[Recipe, tuple[RecordedRun, ...]], progress: Progress) -> _Opened:
    # Here and below, in the thread of the files: the formats are not needed before.
    from lrgui.session.store import read_file

    session = read_file(path, progress)
    for run in session.runs:
        # Built here, since it is a pass over every number of the run.
        pyramid_of(run.trace)
    return _Opened(path, as_copy, session, before)


def _write(written: _Written, progress: Progress) -> _Written:
    from lrgui.session.store import write_session

    write_session(written.path, written.session, progress)
    return written
