"""Decides what the plot and the readout show: the visible runs, and the preview where it says something new."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot

from lrgui.core.trace import Trace
from lrgui.session.values import View
from lrgui.ui.curves import build_curves, group_colours
from lrgui.ui.docks.readout import ReadoutPanel, Source
from lrgui.ui.document import Document
from lrgui.ui.plot_panel import PlotPanel
from lrgui.ui.run_controller import RunController
from lrgui.ui.runs import Runs
from lrgui.ui.words import series_name

_PREVIEW_NOTE = "Dashed: preview"
_PREVIEW_TIP = "The preview steps the real scheduler alone, after one optimizer step: the same numbers as a run."


class PlotPresenter(QObject):
    """Keeps plot, readout and the line above the plot in step with document, runs and controller."""

    def __init__(
        self, document: Document, runs: Runs, controller: RunController, panel: PlotPanel, readout: ReadoutPanel
    ) -> None:
        super().__init__(panel)
        self._document, self._runs, self._controller = document, runs, controller
        self._panel, self._readout = panel, readout
        runs.changed.connect(self.refresh)
        document.recipe_changed.connect(self.refresh)
        controller.preview_changed.connect(self.refresh)
        controller.frame.connect(self.draw_frame)
        controller.progressed.connect(readout.refresh)
        panel.view_changed.connect(self.refresh)
        panel.cursor_moved.connect(readout.set_step)

    @property
    def preview(self) -> Trace | None:
        """The preview's trace, unless the selected run shows the very same recipe."""
        selected = self._runs.selected
        if selected is not None and selected.recipe == self._controller.preview_recipe:
            return None
        return self._controller.preview_trace

    @Slot()
    def refresh(self) -> None:
        """Show the present curves."""
        visible, selected, preview = self._runs.visible, self._runs.selected, self.preview
        traces = [run.trace for run in visible] + ([preview] if preview is not None else [])
        recorded = dict.fromkeys(name for trace in traces for name in trace.series)
        self._panel.set_series_choices(tuple(recorded) or ("lr",))
        series = self._panel.view.series
        curves = build_curves(visible, selected, preview, series)
        planned = max((trace.capacity for trace in traces), default=self._document.recipe.run.steps)
        run = selected.recipe.run if selected is not None and preview is None else self._document.recipe.run
        self._panel.show_curves(curves, planned, run.steps_per_epoch)
        if traces and not curves:
            self._panel.set_note(f"No {series_name(series)} was recorded here")
        elif preview is not None:
            self._panel.set_note(_PREVIEW_NOTE, _PREVIEW_TIP)
        else:
            self._panel.set_note("")
        colours = group_colours(traces)
        sources = [Source(selected.trace)] if selected is not None else []
        if preview is not None:
            sources.append(Source(preview, " (preview)"))
        self._readout.set_sources(sources, colours)

    @Slot(object)
    def show_view(self, view: View) -> None:
        """Look at another session as its view says."""
        self._panel.set_view(view)
        self.refresh()
        self._panel.view_all()

    @Slot()
    def draw_frame(self) -> None:
        """Draw what is new; called once per frame."""
        if self._panel.plot is not None:
            self._panel.plot.refresh()
