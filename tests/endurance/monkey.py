"""A monkey at the window: random moves with a seed, and what must hold after each of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from time import monotonic

from PySide6.QtCore import QEvent, QObject, Qt, QThread, QTimer, Signal, Slot
from PySide6.QtWidgets import QApplication, QFileDialog, QPushButton, QWidget
from shiboken6 import isValid

from lrgui.core.recipe import Recipe
from lrgui.ui.main_window import MainWindow
from lrgui.ui.starting_recipe import STARTING_RECIPE
from tests.endurance.hand import Hand
from tests.endurance.moves import MOVES, Moments, Move, finish_drag
from tests.endurance.round_trip import differences_when_saved, differences_when_undone
from tests.endurance.scene import Scene
from tests.endurance.watch import Watch

SAVED_EVERY, UNDONE_EVERY = 50, 500
MOST_STEPS, MOST_PARAMETERS, MOST_PARTS, MOST_RUNS = 60_000, 100_000, 40, 12
_UNDO_LIMIT = 250
"""Undoing and redoing more changes than this takes longer than it is worth."""

_PATIENCE = 25
"""After so many moves in one dialog, Escape; after as many again it is closed."""


@dataclass
class _Playing:
    """A move under way, in which loop of events and under which dialog it began."""

    level: int
    modal: QWidget | None
    move: Move


class Monkey(QObject):
    """Makes `actions` moves and then says `over`; `log` gets one line for each before it is made.

    Dialogs and drags have loops of events of their own, so that each moment is a turn of whatever loop goes on, and
    a move that opened a dialog goes on when that is closed.
    """

    over = Signal()

    def __init__(
        self,
        window: MainWindow,
        watch: Watch,
        seed: int,
        actions: int,
        files: tuple[Path, ...],
        folder: Path,
        log: Callable[[str], object],
    ) -> None:
        super().__init__()
        self._window, self._watch, self._seed, self._actions = window, watch, seed, actions
        self._files, self._folder, self._log = files, folder, log
        self.made = 0
        self.kinds: Counter[str] = Counter()
        self.saved = self.undone = 0
        self._hand = Hand()
        self._playing: list[_Playing] = []
        self._busy_level = 0
        self._not_before = 0.0
        self._modal: QWidget | None = None
        self._modal_moves = 0
        self._ended = False
        window.installEventFilter(self)

    def start(self) -> None:
        """Begin; it goes on by itself."""
        QTimer.singleShot(0, self._tick)

    @property
    def scene(self) -> Scene:
        """What the next move is chosen from; the choice depends on the seed and the number of the move alone."""
        return Scene(self._window, self._hand, Random(f"{self._seed}:{self.made}"), self._files)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Close and not self._ended:
            event.ignore()
            return True
        return False

    @Slot()
    def _tick(self) -> None:
        if self._ended:
            return
        QTimer.singleShot(1, self._tick)
        level = QThread.currentThread().loopLevel()
        # Events are sent within a loop; those that it handles meanwhile are no time for the next.
        if self._busy_level >= level or monotonic() < self._not_before:
            return
        outer, self._busy_level = self._busy_level, level
        try:
            self._act(level)
        finally:
            self._busy_level = outer

    def _act(self, level: int) -> None:
        modal = QApplication.activeModalWidget()
        self._drop_stale(level, modal)
        if not self._playing or self._playing[-1].level < level:
            if not self._playing:
                self._between()
            if self.made >= self._actions:
                self._finish(modal)
                return
            self._playing.append(_Playing(level, modal, self._choose(modal)))
        playing = self._playing[-1]
        try:
            self._not_before = monotonic() + next(playing.move.moments)
        except StopIteration:
            self._playing.remove(playing)

    def _drop_stale(self, level: int, modal: QWidget | None) -> None:
        """Give up moves of a loop of events that is over, and such as a dialog came in the way of."""
        while self._playing:
            playing = self._playing[-1]
            if playing.level < level or (playing.level == level and playing.modal is modal):
                return
            self._playing.pop()
            self._hand.release()

    def _choose(self, modal: QWidget | None) -> Move:
        if modal is not self._modal:
            self._modal, self._modal_moves = modal, 0
        self._modal_moves += 1
        scene = self.scene
        if modal is None and self._hand.held is not None:
            move, kind = finish_drag(scene), "finish_drag"
        elif isinstance(modal, QFileDialog):
            move, kind = self._answer(modal, scene), "answer"
        elif modal is not None and self._modal_moves > _PATIENCE:
            move, kind = self._leave(modal), "leave"
        else:
            make = scene.random.choices([make for make, _ in MOVES], [weight for _, weight in MOVES])[0]
            move, kind = make(scene), make.__name__
        self.made += 1
        self.kinds[kind] += 1
        words = f"{self.made} {'  ' * (len(self._playing))}{move.words}"
        self._watch.during = words
        self._log(words)
        return move

    def _answer(self, dialog: QFileDialog, scene: Scene) -> Move:
        """Answer a file dialog with a file of the monkey's own folder: it must never roam about the disk."""
        saving = dialog.acceptMode() is QFileDialog.AcceptMode.AcceptSave
        names = [f"{stem}{suffix}" for stem in ("one", "two", "größe λ") for suffix in ("", ".lrgui", ".json", ".png")]
        path = self._folder / scene.random.choice(names) if saving else scene.random.choice(scene.files)
        cancelled = path.is_dir() or scene.random.random() < 0.2

        def moments() -> Moments:
            if not cancelled:
                dialog.setDirectory(str(self._folder))
                dialog.selectFile(str(path))
                yield 0
                buttons = [button for button in dialog.findChildren(QPushButton) if button.isDefault()]
                if buttons and buttons[0].isEnabled():
                    buttons[0].click()
                yield 0
            if isValid(dialog) and dialog.isVisible():
                dialog.reject()
            yield 0

        return Move(f"{'cancel' if cancelled else 'choose'} {path.name} in {dialog.windowTitle()}", moments())

    def _leave(self, dialog: QWidget) -> Move:
        patient = self._modal_moves < 2 * _PATIENCE

        def moments() -> Moments:
            if patient:
                self._hand.key(Qt.Key.Key_Escape)
            else:
                dialog.close()
            yield 0

        return Move(f"{'Escape from' if patient else 'close'} {dialog.windowTitle()}", moments())

    def _between(self) -> None:
        """Check, and tame the recipe, when nothing is under way."""
        if QApplication.activeModalWidget() is not None or self._hand.held is not None:
            return
        self._watch.pause()
        try:
            self._tame()
            self._check()
        finally:
            self._watch.go_on()

    def _check(self) -> None:
        document = self._window.document
        if self._window.isWindowModified() != document.dirty:
            self._watch.complain(f"the title says modified {self._window.isWindowModified()}")
        if self.made // SAVED_EVERY > self.saved:
            self.saved = self.made // SAVED_EVERY
            self._complain_of("saved", differences_when_saved(self._window, self._folder / "check.lrgui"))
        if self.made // UNDONE_EVERY > self.undone and not document.in_gesture:
            self.undone = self.made // UNDONE_EVERY
            if document.undo_stack.count() < _UNDO_LIMIT:
                self._complain_of("undone", differences_when_undone(self._window))

    def _complain_of(self, what: str, differences: Iterator[str]) -> None:
        try:
            for difference in differences:
                self._watch.complain(f"when {what}: {difference}")
        except Exception as error:
            self._watch.complain(f"when {what}: {type(error).__name__}: {error}")

    def _tame(self) -> None:
        """Keep recipe and runs at a size that leaves the window lively."""
        document = self._window.document
        recipe = document.recipe
        if recipe.run.steps > MOST_STEPS:
            recipe = replace(recipe, run=replace(recipe.run, steps=MOST_STEPS))
        if _is_absurd(recipe):
            recipe = replace(STARTING_RECIPE, run=replace(STARTING_RECIPE.run, seed=self.made))
        document.replace(recipe, "taming")
        surplus = self._window.runs.all[:-MOST_RUNS]
        if surplus:
            self._window.workbench.runs_panel.commands._edits.remove(surplus)

    def _finish(self, modal: QWidget | None) -> None:
        if modal is not None:
            modal.close()
            return
        popup = QApplication.activePopupWidget()
        if popup is not None:
            popup.close()
            return
        if self._playing:
            return
        self._ended = True
        self._hand.release()
        self._window.removeEventFilter(self)
        self.over.emit()


def _is_absurd(recipe: Recipe) -> bool:
    numbers = 0.0
    for value in recipe.model.options.values():
        for number in value if isinstance(value, tuple) else (value,):
            if isinstance(number, int | float):
                numbers += abs(number)
    parts = len(recipe.groups) + sum(1 for _ in recipe.scheduler.walk()) if recipe.scheduler is not None else 0
    return numbers > MOST_PARAMETERS**0.5 or parts > MOST_PARTS
