"""Decides what the plot and the readout show: the visible runs, and the preview where it says something new."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot

from lrgui.core.trace import Trace
from lrgui.session.values import View
from lrgui.ui.curves import assign_colours, build_curves
from lrgui.ui.docks.readout import ReadoutPanel, Source
from lrgui.ui.document import Document
from lrgui.ui.plot_panel import PlotPanel
from lrgui.ui.run_controller import RunController
from lrgui.ui.runs import Runs
from lrgui.ui.words import series_name

_PREVIEW_NOTE = "Dashed: preview"
_OLD_PREVIEW_NOTE = "Dashed: preview before the error"
_OLD_PREVIEW_TIP = "The recipe has an error, so that it cannot be previewed; this is what it was before."
_PREVIEW_TIP = "The preview steps the real scheduler alone, after one optimizer step: the same numbers as a run."


class PlotPresenter(QObject):
    """Keeps plot, readout and the line above the plot in step with document, runs and controller."""

    def __init__(
        self, document: Document, runs: Runs, controller: RunController, panel: PlotPanel, readout: ReadoutPanel
    ) -> None:
        super().__init__(panel)
        self._document, self._runs, self._controller = document, runs, controller
        self._panel, self._readout = panel, readout
        self.colours: dict[str, int] = {}
        runs.changed.connect(self.refresh)
        document.recipe_changed.connect(self.refresh)
        document.opened.connect(self._on_opened)
        controller.preview_changed.connect(self.refresh)
        controller.frame.connect(self.draw_frame)
        controller.progressed.connect(readout.refresh)
        panel.view_changed.connect(self.refresh)
        panel.cursor_moved.connect(readout.set_step)

    @property
    def preview(self) -> Trace | None:
        """The preview's trace, unless the run in front shows the very same recipe."""
        front = self._runs.front
        if front is not None and front.recipe == self._controller.preview_recipe:
            return None
        return self._controller.preview_trace

    @Slot()
    def refresh(self) -> None:
        """Show the present curves."""
        visible, front, preview = self._runs.visible, self._runs.front, self.preview
        traces = [run.trace for run in visible] + ([preview] if preview is not None else [])
        recorded = dict.fromkeys(name for trace in traces for name in trace.series)
        self._panel.set_series_choices(tuple(recorded) or ("lr",))
        series = self._panel.view.series
        present = [run.trace for run in self._runs.all] + [one for one in (preview,) if one is not None]
        self.colours = assign_colours((name for trace in present for name in trace.groups), self.colours)
        curves = build_curves(visible, front, preview, series, self.colours)
        planned = max((trace.capacity for trace in traces), default=self._document.recipe.run.steps)
        run = front.recipe.run if front is not None and preview is None else self._document.recipe.run
        self._panel.show_curves(curves, planned, run.steps_per_epoch)
        if traces and not curves:
            self._panel.set_note(f"No {series_name(series)} was recorded here")
        elif preview is not None:
            buildable = self._document.buildable
            self._panel.set_note(
                _PREVIEW_NOTE if buildable else _OLD_PREVIEW_NOTE, _PREVIEW_TIP if buildable else _OLD_PREVIEW_TIP
            )
        elif not traces and not self._document.buildable:
            self._panel.set_note("No preview: the recipe has an error")
        else:
            self._panel.set_note("")
        sources = [Source(front.trace)] if front is not None else []
        if preview is not None:
            sources.append(Source(preview, " (preview)"))
        self._readout.set_sources(sources, self.colours)

    @Slot(object)
    def show_view(self, view: View) -> None:
        """Look at another session as its view says."""
        self.colours = {}
        self._panel.set_view(view)
        self.refresh()
        self._panel.view_all()

    @Slot()
    def _on_opened(self) -> None:
        """Drop the preview of what was there before, where the opened recipe has none of its own."""
        if not self._document.buildable:
            self._controller.preview(None)

    @Slot()
    def draw_frame(self) -> None:
        """Draw what is new; called once per frame."""
        if self._panel.plot is not None:
            self._panel.plot.refresh()
