"""Decides what the plot and the readout show: the visible runs, and the previews where they say something new."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Slot

from lrgui.core.catalog.applied import APPLIED_RATE
from lrgui.core.trace import Trace
from lrgui.session.values import View
from lrgui.ui.curves import assign_colours, build_curves
from lrgui.ui.docks.readout import ReadoutPanel, Source
from lrgui.ui.document import Document
from lrgui.ui.plot.curve import Style
from lrgui.ui.plot_panel import PlotPanel
from lrgui.ui.run_controller import RunController
from lrgui.ui.runs import Runs
from lrgui.ui.words import APPLIED, in_reading_order, series_name

_PREVIEW_NOTE = "dashed: preview"
_PREVIEW_TIP = (
    "The preview steps the real scheduler alone, after one optimizer step: the same learning rates as those of a run."
)
_OLD_PREVIEW_NOTE = "dashed: preview before the error"
_OLD_PREVIEW_TIP = "The recipe has an error, so that it cannot be previewed; this is what it was before."
_INTENDED_NOTE = "dotted: intended"
_INTENDED_TIP = "What is intended is the same recipe without the conditions under What if."


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
        controller.intended.failed.connect(self.refresh)
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

    @property
    def intended(self) -> Trace | None:
        """The trace of what is intended, where conditions bend it and the run in front does not show it."""
        front, intended = self._runs.front, self._controller.intended
        if self._lacks_intended or (front is not None and front.recipe == intended.recipe):
            return None
        return intended.trace

    @property
    def _lacks_intended(self) -> bool:
        """True when what is intended cannot even be built, so that an older one would be shown."""
        intended = self._controller.intended
        return bool(intended.failure) and intended.recipe != intended.wanted

    @Slot()
    def refresh(self) -> None:
        """Show the present curves."""
        visible, front, preview = self._runs.visible, self._runs.front, self.preview
        candidates: dict[Style, Trace | None] = {"preview": preview, "intended": self.intended}
        previews = {style: trace for style, trace in candidates.items() if trace is not None}
        traces = [*(run.trace for run in visible), *previews.values()]
        self._panel.set_series_choices(self._series_of(traces))
        present = [*(run.trace for run in self._runs.all), *previews.values()]
        self.colours = assign_colours((name for trace in present for name in trace.groups), self.colours)
        curves = build_curves(visible, front, previews, self._panel.view.series, self.colours)
        planned = max((trace.capacity for trace in traces), default=self._document.recipe.run.steps)
        run = front.recipe.run if front is not None and preview is None else self._document.recipe.run
        self._panel.show_curves(curves, planned, run.steps_per_epoch)
        self._panel.set_note(*self._explain({curve.style for curve in curves}))
        self._panel.set_message("" if curves else self._excuse(traces))
        sources = [Source(front.trace)] if front is not None else []
        sources += [Source(trace, style) for style, trace in previews.items()]
        self._readout.set_sources(sources, self.colours)

    def _series_of(self, traces: Sequence[Trace]) -> tuple[str, ...]:
        """Return what can be looked at: what the traces have, and the applied rate where a run would record one."""
        recorded = [name for trace in traces for name in trace.series]
        applied = [APPLIED] if self._document.recipe.optimizer.class_name in APPLIED_RATE else []
        return in_reading_order(["lr", *recorded, *applied])

    def _excuse(self, traces: Sequence[Trace]) -> str:
        """Say why there is no curve."""
        series, optimizer = self._panel.view.series, self._document.recipe.optimizer.class_name
        if series == APPLIED and optimizer in APPLIED_RATE:
            return f"Run (F5) to record the {series_name(series)}.\n{optimizer}: {APPLIED_RATE[optimizer]}"
        if traces:
            return f"No {series_name(series)} was recorded here."
        return "" if self._document.buildable else "No preview: the recipe has an error."

    def _explain(self, styles: set[Style]) -> tuple[str, str]:
        """Say in a few words what the broken lines are, and more for the tool tip."""
        notes, tips = [], []
        if "preview" in styles:
            buildable = self._document.buildable
            notes.append(_PREVIEW_NOTE if buildable else _OLD_PREVIEW_NOTE)
            tips.append(_PREVIEW_TIP if buildable else _OLD_PREVIEW_TIP)
        failure = self._controller.intended.failure
        if "intended" in styles:
            notes.append(f"{_INTENDED_NOTE} (ends early)" if failure else _INTENDED_NOTE)
            tips.append(_INTENDED_TIP)
        elif self._lacks_intended:
            notes.append("no intended curve")
        if failure:
            tips.append(f"Without the conditions the schedule fails: {failure}")
        note = ", ".join(notes)
        return note[:1].upper() + note[1:], "\n".join(tips)

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
