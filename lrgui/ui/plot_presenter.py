"""Decides what the plot and the readout show: the visible runs, and the previews where they say something new."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil

from PySide6.QtCore import QObject, QTimer, Slot

from lrgui.core.catalog.applied import APPLIED_RATE
from lrgui.core.derived import base_rates, derived_series
from lrgui.core.pace import recorded_steps
from lrgui.core.recipe import Recipe, Run
from lrgui.core.trace import Trace
from lrgui.session.values import RecordedRun
from lrgui.ui.comparison import compared_runs
from lrgui.ui.curves import DrawnSource, assign_colours, curves_of, drawn_sources
from lrgui.ui.docks.readout import ReadoutPanel, Source
from lrgui.ui.document import Document
from lrgui.ui.plot.curve import Curve, Style
from lrgui.ui.plot_markers import PlotMarkers
from lrgui.ui.plot_panel import PlotPanel
from lrgui.ui.run_controller import RunController
from lrgui.ui.runs import Runs
from lrgui.ui.words import APPLIED, in_reading_order, series_name

_STEADY_MS = 1000
"""How long a preview that begins anew keeps the axes of the one before, unless it is complete earlier."""

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
        self,
        document: Document,
        runs: Runs,
        controller: RunController,
        panel: PlotPanel,
        readout: ReadoutPanel,
        markers: PlotMarkers,
    ) -> None:
        super().__init__(panel)
        self._document, self._runs, self._controller = document, runs, controller
        self._panel, self._readout = panel, readout
        self._markers = markers
        self.colours: dict[str, int] = {}
        runs.changed.connect(self.refresh)
        document.recipe_changed.connect(self.refresh)
        document.opened.connect(self._on_opened)
        self._steady = QTimer(self)
        self._steady.setSingleShot(True)
        self._steady.setInterval(_STEADY_MS)
        self._steady.timeout.connect(self._let_values_go)
        controller.preview_changed.connect(self._on_preview_changed)
        controller.intended.failed.connect(self.refresh)
        controller.frame.connect(self.draw_frame)
        controller.progressed.connect(readout.refresh)
        document.view_changed.connect(self.refresh)
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
        view, front, previews = self._document.view, self._runs.front, self._previews()
        run = self._reference(previews)
        sources = drawn_sources(self._runs.visible, front, previews, run, view.x_axis)
        present = [*(run.trace.groups for run in self._runs.all), *(source.trace.groups for source in sources)]
        self.colours = assign_colours((name for groups in present for name in groups), self.colours)
        compared = compared_runs(view.comparison, self._runs)
        self._panel.set_series_choices(self._series_of(sources), compared.name if compared is not None else "")
        curves = curves_of(sources, view.series, self.colours)
        self._show_panes(curves, sources, run)
        self._markers.follow(_marked(sources, front))
        self._panel.set_note(*self._explain({curve.style for curve in curves}))
        self._panel.set_message("" if curves else self._excuse(sources))
        self._readout.set_sources(_readable(sources), self.colours, recorded_steps(run), run.steps_per_epoch)

    def _reference(self, previews: Mapping[Style, tuple[Recipe, Trace]]) -> Run:
        """Return the run whose steps the x axis counts: the one that is worked on, as far as it can be drawn."""
        if "preview" in previews:
            return previews["preview"][0].run
        if self._runs.front is not None:
            return self._runs.front.recipe.run
        return self._document.recipe.run if self._document.buildable else Run()

    def _previews(self) -> dict[Style, tuple[Recipe, Trace]]:
        """Return the previews that say something new, with their recipes."""
        found: dict[Style, tuple[Recipe, Trace]] = {}
        if self.preview is not None and self._controller.preview_recipe is not None:
            found["preview"] = self._controller.preview_recipe, self.preview
        if self.intended is not None and self._controller.intended.recipe is not None:
            found["intended"] = self._controller.intended.recipe, self.intended
        return found

    def _show_panes(self, curves: tuple[Curve, ...], sources: Sequence[DrawnSource], run: Run) -> None:
        """Show the curves over the planned steps of `run`, and below them what the second panel is to show."""
        if self._panel.plot is None:
            return
        from lrgui.ui.plot.pane_content import PaneContent

        view = self._document.view
        planned = recorded_steps(run)
        if view.x_axis != "fraction":
            reaches = (ceil(source.trace.capacity * source.stretch) for source in sources)
            planned = max(reaches, default=planned)
        panes = [PaneContent(series_name(view.series), curves, view.series in view.log)]
        compared = compared_runs(view.comparison, self._runs)
        if compared is not None:
            below = compared.curves(view, run, self.colours)
            panes.append(PaneContent(compared.name, below, compared.kind in view.log))
        elif view.second:
            below = curves_of(sources, view.second, self.colours)
            panes.append(PaneContent(series_name(view.second), below, view.second in view.log))
        self._panel.show_panes(panes, planned, run.steps_per_epoch)

    def _series_of(self, sources: Sequence[DrawnSource]) -> tuple[str, ...]:
        """Return what can be looked at: what traces have, what follows from it, and what a run would record."""
        recorded = [name for source in sources for name in source.trace.series]
        derived = [name for source in sources for name in derived_series(source.trace.series)]
        applied = [APPLIED] if self._document.recipe.optimizer.class_name in APPLIED_RATE else []
        return in_reading_order(["lr", *recorded, *derived, *applied])

    def _excuse(self, sources: Sequence[DrawnSource]) -> str:
        """Say why there is no curve."""
        series, optimizer = self._document.view.series, self._document.recipe.optimizer.class_name
        if series == APPLIED and optimizer in APPLIED_RATE:
            return f"Run (F5) to record the {series_name(series)}.\n{optimizer}: {APPLIED_RATE[optimizer]}"
        if sources:
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

    @Slot()
    def _on_opened(self) -> None:
        """Look at another session, without the preview of what was there before where the recipe has none."""
        if not self._document.buildable:
            self._controller.preview(None)
        self.colours = {}
        self._let_values_go()
        self.refresh()
        self._panel.view_all()

    @Slot()
    def _on_preview_changed(self) -> None:
        """Show another preview; while its rows arrive, and more is typed, the axes do not jump."""
        if self._panel.plot is not None and self._controller.previewing:
            self._panel.plot.canvas.keep_values(True)
            self._steady.start()
        self.refresh()

    @Slot()
    def _let_values_go(self) -> None:
        self._steady.stop()
        if self._panel.plot is not None:
            self._panel.plot.canvas.keep_values(False)

    @Slot()
    def draw_frame(self) -> None:
        """Draw what is new; called once per frame."""
        if self._panel.plot is not None:
            self._panel.plot.refresh()
            self._markers.look()
        if self._steady.isActive() and not self._controller.previewing:
            self._let_values_go()


def _readable(sources: Sequence[DrawnSource]) -> list[Source]:
    """Return what is read at the cursor: the run in front, the other runs from the newest on, the previews."""
    runs = [source for source in reversed(sources) if source.colour is not None]
    previews = [source for source in sources if source.colour is None]
    return [
        Source(
            source.trace,
            source.name if len(runs) > 1 or source.colour is None else "",
            base_rates(source.recipe, source.trace.groups),
            source.stretch,
            source.colour,
        )
        for source in (*runs, *previews)
    ]


def _marked(sources: Sequence[DrawnSource], front: RecordedRun | None) -> DrawnSource | None:
    """Return whose markers are shown: those of the run in front, else the preview's."""
    key = "preview" if front is None else str(front.id)
    return next((source for source in sources if source.key == key), None)
