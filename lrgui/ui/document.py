"""Document: the one current recipe and how it is looked at, with undo, a clean mark and what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QUndoCommand

from lrgui.core.problems import Problem, Severity
from lrgui.core.recipe import Recipe
from lrgui.core.validate import validate
from lrgui.session.values import View
from lrgui.ui.changes import RecipeChange, ViewChange
from lrgui.ui.undo_stack import UndoStack

MERGE_SECONDS = 0.7
"""Edits of the same field that follow each other this closely are undone together."""

_UNDO_LIMIT = 1000


class Document(QObject):
    """The one truth about recipe and view; widgets show them and change them only through `replace` and `look`.

    Signals:
        recipe_changed: the recipe is another one, or what is known of it is (carries it).
        view_changed: the plot is looked at in another way (carries the View).
        state_changed: the path, the dirty mark or what can be undone may be another.
        opened: another recipe took the place of the whole document; text that was never committed has no home now.
    """

    recipe_changed = Signal(object)
    view_changed = Signal(object)
    state_changed = Signal()
    opened = Signal()

    def __init__(
        self, recipe: Recipe | None = None, parent: QObject | None = None, clock: Callable[[], float] = monotonic
    ) -> None:
        super().__init__(parent)
        self._recipe = recipe if recipe is not None else Recipe()
        self._problems = tuple(validate(self._recipe))
        self._view = View()
        self._announced = self._recipe, self._view
        self._saved: tuple[Recipe, View] | None = (self._recipe, self._view)
        self._compared = self._recipe, self._recipe, False
        self._runs_changed = False
        self._path: Path | None = None
        self._title = ""
        self._clock = clock
        self._merge: str | None = None
        self._merge_time = 0.0
        self._pushing = False
        self._gesture: _Gesture | None = None
        self.undo_stack = UndoStack(self)
        self.undo_stack.setUndoLimit(_UNDO_LIMIT)
        self.undo_stack.indexChanged.connect(self._on_index_changed)

    @property
    def recipe(self) -> Recipe:
        """The current recipe."""
        return self._recipe

    @property
    def view(self) -> View:
        """How the plot is looked at."""
        return self._view

    @property
    def path(self) -> Path | None:
        """The file that the document was opened from or saved to last."""
        return self._path

    @property
    def title(self) -> str:
        """What the document is called: by the name of its file, if it was not opened under another one."""
        if self._title:
            return self._title
        return self._path.name if self._path is not None else "untitled"

    @property
    def dirty(self) -> bool:
        """True when something would be lost by closing: the recipe, the runs or the view differ from what was saved.

        What nobody has saved yet is not worth a question for its view alone.
        """
        return self._runs_changed or self.recipe_unsaved or (self._path is not None and self.view_unsaved)

    @property
    def recipe_unsaved(self) -> bool:
        """True when the recipe differs from what was saved."""
        if self._saved is None:
            return True
        saved, recipe = self._saved[0], self._recipe
        if self._compared[0] is not saved or self._compared[1] is not recipe:
            # Once for both: with a metric of a million values it takes long, and is asked for several times a second.
            self._compared = saved, recipe, saved != recipe
        return self._compared[2]

    @property
    def view_unsaved(self) -> bool:
        """True when the view differs from what was saved."""
        return self._saved is None or self._saved[1] != self._view

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What makes the current recipe unbuildable, or is hardly meant."""
        return self._problems

    @property
    def buildable(self) -> bool:
        """True when no problem is an error, so that the recipe can be previewed and run."""
        return not any(problem.severity is Severity.ERROR for problem in self._problems)

    def problems_for(self, prefix: str) -> tuple[Problem, ...]:
        """Return the problems at the place `prefix` and below it."""
        return tuple(problem for problem in self._problems if _is_within(problem.place, prefix))

    def replace(self, recipe: Recipe, text: str, merge: str | None = None) -> None:
        """Make `recipe` the current one; an equal recipe is no change.

        Args:
            recipe: the new recipe.
            text: what undo calls the change, such as `change of gamma`.
            merge: the field that was edited; edits of one field in quick succession form one undo step.
        """
        if recipe == self._recipe:
            return
        if self._gesture is not None:
            self._apply(recipe)
            self._announce()
            return
        self._push_change(RecipeChange(self._apply, self._recipe, recipe, text, joins=self._joins(merge)), merge)

    def look(self, view: View, text: str, merge: str | None = None) -> None:
        """Look at the plot in another way; an equal view is no change. The arguments are as those of `replace`."""
        if view != self._view:
            self._push_change(ViewChange(self._apply_view, self._view, view, text, joins=self._joins(merge)), merge)

    @property
    def in_gesture(self) -> bool:
        """True from `begin_gesture` until the gesture ends; undo, redo and another document end it too."""
        return self._gesture is not None

    def begin_gesture(self, text: str, merge: str | None = None) -> None:
        """Make one undo step, called `text`, of all changes until `end_gesture`, however long they take.

        Undo or redo on the way drops what the gesture has changed. Gestures with the same `merge` in quick succession
        form one undo step, as edits of one field do.
        """
        self.end_gesture()
        self._gesture = _Gesture(text, self._recipe, merge, joins=self._joins(merge))
        self._merge = None

    def end_gesture(self) -> None:
        """Keep what the gesture has changed."""
        gesture, self._gesture = self._gesture, None
        if gesture is not None and gesture.before != self._recipe:
            change = RecipeChange(self._apply, gesture.before, self._recipe, gesture.text, joins=gesture.joins)
            self._push_change(change, gesture.merge)

    def cancel_gesture(self) -> None:
        """Take back what the gesture has changed; undo and redo are as they were."""
        gesture, self._gesture = self._gesture, None
        if gesture is not None and gesture.before != self._recipe:
            self._apply(gesture.before)
            self._announce()

    def revalidate(self) -> None:
        """Look at the recipe anew: something else is known of its classes now. All follow as if it were another one."""
        self._apply(self._recipe)
        self.recipe_changed.emit(self._recipe)
        self.state_changed.emit()

    def keep_merging(self, merge: str) -> None:
        """Hold the undo step of `merge` open: the user is typing something that cannot be used yet."""
        if self._may_merge(merge):
            self._merge_time = self._clock()

    @Slot()
    def undo(self) -> None:
        """Take the last change back."""
        self.undo_stack.undo()

    @Slot()
    def redo(self) -> None:
        """Make the change again that was taken back."""
        self.undo_stack.redo()

    def open(
        self, recipe: Recipe, path: Path | None, view: View | None = None, title: str = "", *, saved: bool = True
    ) -> None:
        """Begin anew with `recipe`. Nothing before it can be undone.

        Args:
            recipe: the new recipe.
            path: the file that it is saved in, None for nowhere yet.
            view: how the plot is looked at.
            title: what the document is called until it is saved, where that is not the name of its file.
            saved: whether recipe and view are what the file holds; what was recovered is not.
        """
        view = view if view is not None else View()
        self._pushing = True
        try:
            self.undo_stack.clear()
        finally:
            self._pushing = False
        self._merge, self._gesture = None, None
        self._path, self._title, self._runs_changed = path, title, False
        self._saved = (recipe, view) if saved else None
        self._apply(recipe)
        self._apply_view(view)
        self._announce()
        self.opened.emit()

    def mark_saved(self, path: Path, recipe: Recipe | None = None, view: View | None = None) -> None:
        """Record that `recipe` and `view` (the current ones by default) and the runs are in `path` now."""
        self._merge = None
        saved = recipe if recipe is not None else self._recipe, view if view is not None else self._view
        self._path, self._title, self._saved, self._runs_changed = path, "", saved, False
        self.state_changed.emit()

    def set_runs_changed(self, changed: bool) -> None:
        """Say whether the recorded runs differ from what was saved."""
        if changed != self._runs_changed:
            self._runs_changed = changed
            self.state_changed.emit()

    def _joins(self, merge: str | None) -> bool:
        return merge is not None and self._may_merge(merge)

    def _may_merge(self, merge: str) -> bool:
        return merge == self._merge and self._clock() - self._merge_time < MERGE_SECONDS

    def _apply(self, recipe: Recipe) -> None:
        self._recipe = recipe
        self._problems = tuple(validate(recipe))

    def _apply_view(self, view: View) -> None:
        self._view = view

    def _announce(self) -> None:
        recipe, view = self._announced
        self._announced = self._recipe, self._view
        if self._recipe != recipe:
            self.recipe_changed.emit(self._recipe)
        if self._view != view:
            self.view_changed.emit(self._view)
        self.state_changed.emit()

    @Slot()
    def _on_index_changed(self) -> None:
        """Follow undo and redo, also through the stack's own actions; `replace` and `open` announce by themselves."""
        if not self._pushing:
            self._merge, self._gesture = None, None
            self._announce()

    def _push_change(self, change: QUndoCommand, merge: str | None) -> None:
        self._push(change)
        self._merge, self._merge_time = merge, self._clock()
        self._announce()

    def _push(self, change: QUndoCommand) -> None:
        self._pushing = True
        try:
            self.undo_stack.push(change)
        finally:
            self._pushing = False


@dataclass(frozen=True, slots=True)
class _Gesture:
    """A change that is going on: what undo calls it, the recipe before it, and whether it `joins` the change before."""

    text: str
    before: Recipe
    merge: str | None
    joins: bool


def _is_within(place: str, prefix: str) -> bool:
    return place == prefix or (place.startswith(prefix) and place[len(prefix)] in ".[")
