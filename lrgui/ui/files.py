"""New, open, save: the session in the window and the file on the disk, with every question that belongs between."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from lrgui.core.recipe import Recipe
from lrgui.session.store import read_file, write_session
from lrgui.session.values import RecordedRun, Session, View
from lrgui.ui.background import Background
from lrgui.ui.document import Document
from lrgui.ui.plot_panel import PlotPanel
from lrgui.ui.runs import Runs
from lrgui.ui.settings import Settings
from lrgui.ui.starting_recipe import STARTING_RECIPE

SESSION_SUFFIX = ".lrgui"
_OPEN_FILTER = "Sessions and recipes (*.lrgui *.json);;All files (*)"
_SAVE_FILTER = "Sessions (*.lrgui)"


class Files(QObject):
    """Opens and saves sessions off the interface thread.

    Signals:
        replacing: another session is about to take the place of this one.
        opened: another session is in the window; carries its View.
        told: something to say in the status bar for a while.
        failed: something went wrong: one sentence that stays.
    """

    replacing = Signal()
    opened = Signal(object)
    told = Signal(str)
    failed = Signal(str)

    def __init__(
        self,
        document: Document,
        runs: Runs,
        settings: Settings,
        background: Background,
        panel: PlotPanel,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._document, self._runs, self._settings, self._background = document, runs, settings, background
        self._panel, self._window = panel, window
        self._proceed: Callable[[], None] | None = None
        self._opening: Path | None = None
        self._opened_copy = False
        self._saved_state: tuple[Recipe, tuple[RecordedRun, ...]] | None = None

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
        self.ask_then(partial(self.load, path))

    def open_example(self, path: Path) -> None:
        """Open a copy of an example: it has no file of its own until it is saved."""
        self.ask_then(partial(self.load, path, as_copy=True))

    @Slot()
    def save(self) -> None:
        """Save under the session's own name; ask for one where there is none."""
        path = self._document.path
        if path is None or path.suffix != SESSION_SUFFIX:
            self.save_as()
        else:
            self._write(path)

    @Slot()
    def save_as(self) -> None:
        """Ask for a name and save."""
        path = self._document.path
        name = f"{path.stem if path is not None else self._document.title}{SESSION_SUFFIX}"
        folder = path.parent if path is not None else self._settings.last_folder
        chosen, _ = QFileDialog.getSaveFileName(self._window, "Save Session", str(folder / name), _SAVE_FILTER)
        if not chosen:
            self._proceed = None
            return
        target = Path(chosen)
        if target.suffix != SESSION_SUFFIX:
            target = target.with_name(target.name + SESSION_SUFFIX)
        self._write(target)

    def ask_then(self, proceed: Callable[[], None]) -> None:
        """Call `proceed` once nothing unsaved would be lost: at once, after saving, or never if the user cancels."""
        if not self._document.dirty:
            proceed()
            return
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
        if answer == buttons.Discard:
            proceed()
        elif answer == buttons.Save:
            self._proceed = proceed
            self.save()

    def load(self, path: Path, *, as_copy: bool = False) -> None:
        """Read a file in the background and put it into the window."""
        self._opening, self._opened_copy = path, as_copy
        self.told.emit(f"Opening {path.name}…")
        self._background.start(partial(read_file, path), self._on_read, self._on_read_failed)

    def _begin(self) -> None:
        self.replacing.emit()
        self._runs.load(())
        self._document.open(STARTING_RECIPE, None)
        self.opened.emit(View())

    def _choose_and_open(self) -> None:
        chosen, _ = QFileDialog.getOpenFileName(self._window, "Open", str(self._settings.last_folder), _OPEN_FILTER)
        if chosen:
            self.load(Path(chosen))

    def _on_read(self, session: Session) -> None:
        path = self._opening
        assert path is not None
        self.replacing.emit()
        self._runs.load(session.runs)
        self._document.open(session.recipe, None if self._opened_copy else path)
        if not self._opened_copy:
            self._remember(path)
        self.opened.emit(session.view)
        self.told.emit(f"Opened {path.name}")

    def _on_read_failed(self, message: str) -> None:
        if self._opening is not None and not self._opening.exists():
            self._settings.remove_recent_file(self._opening)
        self.failed.emit(message)

    def _write(self, path: Path) -> None:
        recorded = tuple(self._runs.all)
        self._saved_state = (self._document.recipe, recorded)
        session = Session(self._document.recipe, tuple(map(_at_rest, recorded)), self._panel.view)
        self.told.emit(f"Saving {path.name}…")
        self._background.start(partial(_write_session, path, session), self._on_written, self._on_write_failed)

    def _on_written(self, path: Path) -> None:
        assert self._saved_state is not None
        recipe, runs = self._saved_state
        self._document.mark_saved(path, recipe)
        self._document.set_runs_changed(runs != self._runs.all)
        self._remember(path)
        self.told.emit(f"Saved {path.name}")
        proceed, self._proceed = self._proceed, None
        if proceed is not None:
            proceed()

    def _on_write_failed(self, message: str) -> None:
        self._proceed = None
        self.failed.emit(message)

    def _remember(self, path: Path) -> None:
        self._settings.last_folder = path.resolve().parent
        self._settings.add_recent_file(path.resolve())


def _at_rest(run: RecordedRun) -> RecordedRun:
    """Return the run as it is now; rows that arrive later are not part of it."""
    return RecordedRun(
        run.id, run.name, run.colour, run.recipe, run.trace.snapshot(), run.status, run.message, run.visible
    )


def _write_session(path: Path, session: Session) -> Path:
    write_session(path, session)
    return path
