"""Joins document and plot: shows the recipe's phases and handles, and edits the recipe as a handle is moved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Slot

from lrgui.core.bands import bands_of
from lrgui.core.handles import Handle, Snap, handles_of, moved, nudged
from lrgui.core.recipe import Recipe
from lrgui.ui.actions import Actions
from lrgui.ui.document import Document
from lrgui.ui.plot_panel import PlotPanel
from lrgui.ui.plot_presenter import PlotPresenter
from lrgui.ui.settings import Settings

if TYPE_CHECKING:
    from lrgui.ui.plot.plot_view import PlotView

_FRAME_MS = 16
_RATE_SERIES = "lr"


class HandlesController(QObject):
    """Phases and handles of the document's recipe in the main pane, as long as it can be built.

    The mouse may move faster than a recipe can be previewed: it is edited once per frame, always from what it was when
    the handle was grabbed, so that the way of the mouse makes no difference.
    """

    def __init__(
        self, document: Document, panel: PlotPanel, presenter: PlotPresenter, actions: Actions, settings: Settings
    ) -> None:
        super().__init__(panel)
        self._document, self._presenter = document, presenter
        self._settings = settings
        self._action = actions["show_handles"]
        self._plot: PlotView | None = None
        self._handle: Handle | None = None
        self._grabbed_from = document.recipe
        self._wanted: tuple[float, bool] | None = None
        self._frame = QTimer(self)
        self._frame.setSingleShot(True)
        self._frame.setInterval(_FRAME_MS)
        self._frame.timeout.connect(self._follow_mouse)
        self._action.setChecked(settings.show_handles)
        self._action.toggled.connect(self._on_toggled)
        document.recipe_changed.connect(self.refresh)
        document.view_changed.connect(self.refresh)

    def attach(self, plot: PlotView) -> None:
        """Show phases and handles in the plot, which has just been built, and follow mouse and keys there."""
        self._plot = plot
        grip, keys = plot.handles_grip, plot.handles_keys
        grip.grabbed.connect(self._on_grabbed)
        grip.dragged.connect(self._on_dragged)
        keys.grabbed.connect(self._on_grabbed_by_key)
        keys.nudged.connect(self._on_nudged)
        for source in (grip, keys):
            source.dropped.connect(self._on_dropped)
            source.cancelled.connect(self._on_cancelled)
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Show what the present recipe has."""
        if self._plot is None:
            return
        recipe = self._document.recipe
        shown = self._action.isChecked() and self._document.buildable
        self._plot.set_bands(bands_of(recipe) if shown else ())
        # Before the first curve the y axis has no scale on which a rate would have its place.
        rates = self._document.view.series == _RATE_SERIES and bool(self._presenter.colours)
        handles = [one for one in handles_of(recipe) if one.axis == "x" or rates] if shown else []
        self._plot.set_handles(handles, self._colours(recipe))

    def _colours(self, recipe: Recipe) -> dict[str, int]:
        """Return the curve colours of the groups' own learning rates, by the places of their handles."""
        known = self._presenter.colours
        groups = enumerate(recipe.groups)
        return {f"groups[{index}].options.lr": known[group.name] for index, group in groups if group.name in known}

    def _snap(self, *, other: bool) -> Snap:
        by_epoch = (self._document.view.x_axis == "epoch") != other
        return "epoch" if by_epoch else "step"

    @Slot(bool)
    def _on_toggled(self, shown: bool) -> None:
        self._settings.show_handles = shown
        self.refresh()

    @Slot(object)
    def _on_grabbed(self, handle: Handle) -> None:
        self._begin(handle, None)

    @Slot(object)
    def _on_grabbed_by_key(self, handle: Handle) -> None:
        self._begin(handle, handle.place)

    def _begin(self, handle: Handle, merge: str | None) -> None:
        self._handle, self._grabbed_from, self._wanted = handle, self._document.recipe, None
        verb = "move" if handle.axis == "x" else "change"
        self._document.begin_gesture(f"{verb} of {handle.label}", merge)

    @Slot(float, bool)
    def _on_dragged(self, position: float, other: bool) -> None:
        self._wanted = (position, other)
        if not self._frame.isActive():
            self._follow_mouse()

    @Slot()
    def _follow_mouse(self) -> None:
        wanted, self._wanted = self._wanted, None
        if wanted is None or self._handle is None:
            return
        self._frame.start()
        position, other = wanted
        self._edit(moved(self._grabbed_from, self._handle, position, self._snap(other=other)))

    @Slot(int, bool)
    def _on_nudged(self, count: int, other: bool) -> None:
        if self._handle is not None:
            self._edit(nudged(self._document.recipe, self._handle, count, self._snap(other=other)))

    def _edit(self, recipe: Recipe) -> None:
        # Undo on the way has ended the gesture.
        if self._document.in_gesture and self._handle is not None:
            self._document.replace(recipe, self._handle.label)

    @Slot()
    def _on_dropped(self) -> None:
        self._follow_mouse()
        self._end()
        self._document.end_gesture()

    @Slot()
    def _on_cancelled(self) -> None:
        self._end()
        self._document.cancel_gesture()

    def _end(self) -> None:
        self._frame.stop()
        self._handle, self._wanted = None, None
