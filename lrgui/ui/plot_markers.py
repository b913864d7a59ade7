"""Keeps the markers on the plot in step with the run that they belong to."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Slot

from lrgui.core.jumps import JumpFinder, jump_finder_of
from lrgui.core.markers import Marker, planned_markers, with_jumps
from lrgui.ui.actions import Actions
from lrgui.ui.curves import DrawnSource
from lrgui.ui.plot_panel import PlotPanel
from lrgui.ui.settings import Settings

_PAUSE_MS = 16  # between two looks at a long trace, in which the window does everything else


class PlotMarkers(QObject):
    """Shows what happens on the way of one run or preview: what its recipe says at once, jumps as they are found."""

    def __init__(self, panel: PlotPanel, actions: Actions, settings: Settings) -> None:
        super().__init__(panel)
        self._panel, self._settings = panel, settings
        self._action = actions["show_markers"]
        self._action.setChecked(settings.show_markers)
        self._action.toggled.connect(self._on_toggled)
        self._source: DrawnSource | None = None
        self._finder: JumpFinder | None = None
        self._jumps: tuple[Marker, ...] = ()
        self._again = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._again.timeout.connect(self.look)

    def follow(self, source: DrawnSource | None) -> None:
        """Show the markers of this one from now on."""
        if self._panel.plot is None:
            return
        if source != self._source:
            self._source = source
            has_rates = source is not None and "lr" in source.trace.series
            self._finder = jump_finder_of(source.trace, source.recipe.run) if source and has_rates else None
            self._show()
        self.look()

    @Slot()
    def look(self) -> None:
        """Look for jumps in rows that are new, or in some of them where there are many."""
        if self._finder is None:
            return
        if self._finder.advance():
            self._again.start()
        if self._finder.markers is not self._jumps:
            self._show()

    @Slot(bool)
    def _on_toggled(self, shown: bool) -> None:
        self._settings.show_markers = shown
        self._show()

    def _show(self) -> None:
        if self._panel.plot is None:
            return
        source, self._jumps = self._source, () if self._finder is None else self._finder.markers
        if source is None or not self._action.isChecked():
            self._panel.plot.set_markers(())
            return
        markers = with_jumps(planned_markers(source.recipe), self._jumps)
        self._panel.plot.set_markers(markers, source.recipe.run.steps_per_epoch, source.stretch)
