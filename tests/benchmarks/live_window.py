"""The real window, driven and watched by a benchmark: when it paints, and what is in the picture then."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from time import perf_counter

import numpy as np
from PySide6.QtCore import QEvent, QEventLoop, QObject, QTimer, Slot
from PySide6.QtTest import QSignalSpy

from lrgui.core.recipe import Choice, Group, Options, Recipe, Run, Scheduler
from lrgui.ui.main_window import MainWindow

_LOOK_MS = 20
_PATIENCE_S = 120.0


class Paints(QObject):
    """Notes when the plot was painted, and when for the first time with rows of the newest preview; in seconds."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._shows_preview = False
        self.preview_shown: float | None = None
        self.times: list[float] = []
        assert window.workbench.panel.plot is not None
        window.workbench.panel.plot.surface.viewport().installEventFilter(self)

    def clear(self) -> None:
        self.times.clear()
        self.preview_shown = None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Paint:
            self._shows_preview = draws_newest_preview(self._window)
            # The paint itself comes after this; then the event loop.
            QTimer.singleShot(0, self._note)
        return False

    @Slot()
    def _note(self) -> None:
        self.times.append(perf_counter())
        if self._shows_preview and self.preview_shown is None:
            self.preview_shown = self.times[-1]


def draws_newest_preview(window: MainWindow) -> bool:
    """Say whether the plot has taken over rows of the preview of the present recipe."""
    controller, plot = window.controller, window.workbench.panel.plot
    assert plot is not None
    if controller.preview_recipe != window.document.recipe:
        return False
    return any(
        drawn.curve.trace is controller.preview_trace and drawn.taken_rows > 0 for drawn in plot.canvas.state.curves
    )


def recipe_of(groups: int, steps: int, optimizer: str = "AdamW") -> Recipe:
    """One group per layer of a chain of small layers; the first takes the optimizer's own learning rate."""
    return Recipe(
        model=Choice("mlp", Options(in_features=4, hidden=(4,) * (groups - 1), out_features=4)),
        groups=tuple(
            Group(f"layer {n}", (f"layers.{n}.*",), Options(lr=1e-3 * (n + 1)) if n else Options())
            for n in range(groups)
        ),
        optimizer=Choice(optimizer, Options(lr=1e-3)),
        scheduler=Scheduler("CosineAnnealingLR", Options(T_max=steps)),
        run=Run(steps=steps),
    )


def wait_until(condition: Callable[[], bool]) -> None:
    """Let the window live until the condition holds; it is looked at now and then, seldom beside the frames."""
    loop, looks, deadline = QEventLoop(), QTimer(), perf_counter() + _PATIENCE_S

    def look() -> None:
        if condition() or perf_counter() > deadline:
            loop.quit()

    looks.timeout.connect(look)
    looks.start(_LOOK_MS)
    loop.exec()
    assert condition(), "the window did not get there"


def show_recipe(window: MainWindow, recipe: Recipe) -> None:
    """Show a recipe and wait for its whole preview."""
    window.document.replace(recipe, "benchmark")
    wait_until(lambda: draws_newest_preview(window) and not window.controller.previewing)


@contextmanager
def open_window() -> Iterator[MainWindow]:
    """Open the window as the application does, and wait until the first preview is drawn."""
    os.environ["XDG_CONFIG_HOME"] = tempfile.mkdtemp()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from lrgui.app import Application, make_application

    qt_application = make_application(["lrgui"])
    window = Application(qt_application, None).window
    ready = QSignalSpy(window.ready)
    window.show()
    window.activateWindow()
    wait_until(lambda: ready.count() > 0)
    wait_until(lambda: draws_newest_preview(window))
    wait_until(lambda: not window.controller.previewing)
    yield window
    window._end()
    qt_application.processEvents()


def percentile(seconds: Sequence[float], share: float) -> float:
    """Return a percentile in milliseconds."""
    return float(np.percentile(np.asarray(seconds) * 1e3, share))
