"""lrgui as its command starts it, with a watch on what is painted when.

It is run by its path, with the time of its birth; it prints its marks, and how long the event loop stood still.
"""

from __future__ import annotations

import json
import sys
from itertools import pairwise
from pathlib import Path
from time import monotonic

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget

from lrgui import app, cli

BORN = float(sys.argv[1])
SECONDS = 4.0
"""For how long the window is watched at least."""

_TICK_MS = 10

marks: dict[str, float] = {}
ticks: list[float] = []


def mark(name: str) -> None:
    marks.setdefault(name, monotonic() - BORN)


def mark_without_torch(name: str) -> None:
    assert name in marks or "torch" not in sys.modules, f"torch was imported before the {name} was painted"
    mark(name)


class Watched(app.Application):
    """The application, and the time of the first paint of each of its parts."""

    def __init__(self, qt_application: QApplication, path: Path | None) -> None:
        super().__init__(qt_application, path)
        self._plot: QWidget | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self._on_tick)
        self.window.painted.disconnect()
        self.window.painted.connect(self._on_window)

    def _on_window(self) -> None:
        mark("window")
        self._timer.start()
        from lrgui.ui.docks.arrangement import DockArrangement
        from lrgui.ui.plot_panel import PlotPanel

        load, fill = PlotPanel.load, DockArrangement.fill

        def watched_load(panel: PlotPanel) -> object:
            plot = load(panel)
            self._plot = plot.surface.viewport()
            self._plot.installEventFilter(self)
            return plot

        def watched_fill(docks: DockArrangement, name: str, widget: QWidget) -> None:
            fill(docks, name, widget)
            if isinstance(widget, QScrollArea):
                widget.widget().installEventFilter(self)

        PlotPanel.load, DockArrangement.fill = watched_load, watched_fill
        self._go_on()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() != QEvent.Type.Paint:
            return False
        # Paint here, to take the time once that is done.
        watched.removeEventFilter(self)
        QApplication.sendEvent(watched, event)
        if watched is not self._plot:
            mark_without_torch("forms")
            return True
        mark_without_torch("plot")
        # The plot is painted first while its window is being filled.
        trace = self.window.controller.preview_trace if "forms" in marks else None
        if trace is not None and trace.rows:
            mark("curve")
        else:
            watched.installEventFilter(self)
        return True

    def _on_tick(self) -> None:
        ticks.append(monotonic() - BORN)
        if "curve" in marks and ticks[-1] > SECONDS:
            self.window.close()


if __name__ == "__main__":
    app.Application = Watched
    assert cli.main([]) == 0
    gaps = [(later, later - earlier) for earlier, later in pairwise([marks["window"], *ticks])]
    # The first look after the start's stages, which follow each other without a pause, is where the forms are painted.
    after = [gap for at, gap in gaps if at > ticks[0]]
    stalls = {"before": gaps[0][1], "after": max(after), "long after": sum(gap > 0.1 for gap in after)}
    print(json.dumps(marks | stalls))
