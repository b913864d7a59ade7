"""What saving and reopening a session of a million steps costs: the files alone, and in the window.

python -m tests.benchmarks.bench_session
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter

import numpy as np
from PySide6.QtCore import QEvent, QObject, QTimer

from lrgui.core.pyramid import pyramid_of
from lrgui.core.recipe import Choice, Group, Options, Recipe, Run, Scheduler
from lrgui.core.trace import Trace
from lrgui.session.store import read_file, write_session
from lrgui.session.values import RecordedRun, Session
from lrgui.ui.plot.plot_view import PlotView

STEPS = 1_000_000
GROUPS = 8
REPEATS = 5
GOAL = 0.5


def session() -> Session:
    """A run of warm-up and cosine, whose momentum and weight decay stay the same."""
    recipe = Recipe(
        model=Choice("mlp", Options(in_features=4, hidden=(4,) * (GROUPS - 1), out_features=4)),
        groups=tuple(Group(f"layer {n}", (f"layers.{n}.*",), Options(lr=1e-3 * (n + 1))) for n in range(GROUPS)),
        optimizer=Choice("AdamW"),
        scheduler=Scheduler("CosineAnnealingLR", Options(T_max=STEPS)),
        run=Run(steps=STEPS, steps_per_epoch=1000),
    )
    steps = np.arange(STEPS)
    shape = np.minimum(1.0, steps / 20_000) * (1 + np.cos(np.pi * steps / STEPS)) / 2
    rates = [1e-3 * (n + 1) * shape for n in range(GROUPS)]
    constant = [np.full(STEPS, value) for value in (0.9, 0.01) for _ in range(GROUPS)]
    series = ("lr", "momentum", "weight_decay")
    trace = Trace.from_columns(rates + constant, series, [group.name for group in recipe.groups], 1000)
    return Session(recipe, (RecordedRun(1, "Run 1", 0, recipe, trace),))


def seconds(act: Callable[[], object]) -> float:
    begun = perf_counter()
    act()
    return perf_counter() - begun


class FirstCurve(QObject):
    """Opens a file in a window, again and again, and takes the time until its curves are painted."""

    def __init__(self, path: Path) -> None:
        from lrgui.app import Application, make_application

        super().__init__()
        self._path = path
        self._application = make_application(["lrgui"])
        self._window = Application(self._application, None).window
        self._begun = 0.0
        self.times: list[float] = []
        self._wait = QTimer(self)
        self._wait.setInterval(100)
        self._wait.timeout.connect(self._begin)

    def measure(self) -> list[float]:
        self._wait.start()
        self._window.show()
        self._application.exec()
        return self.times

    def _begin(self) -> None:
        """Open the file once the window has come to rest."""
        plot = self._window.findChild(PlotView)
        if plot is None or self._begun or self._window._background.busy:
            return
        if self._window.controller.preview_trace is None:
            return
        if len(self.times) == REPEATS:
            self._wait.stop()
            self._window._end()
            self._application.exit()
            return
        self._window._actions["new"].trigger()
        plot.surface.viewport().installEventFilter(self)
        self._begun = perf_counter()
        self._window.open_path(self._path)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and self._begun and self._window.runs.all:
            # From the event loop: after this paint.
            QTimer.singleShot(0, self._painted)
        return False

    def _painted(self) -> None:
        if self._begun:
            self.times.append(perf_counter() - self._begun)
            self._begun = 0.0


def main() -> None:
    os.environ["XDG_CONFIG_HOME"] = tempfile.mkdtemp()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "session.lrgui"
        whole = session()
        columns = [np.ascontiguousarray(column) for column in whole.runs[0].trace.buffer.T]
        plain = Path(folder) / "plain.npy"
        np.save(plain, whole.runs[0].trace.buffer)
        acts: dict[str, Callable[[], object]] = {
            "write the file": lambda: write_session(path, whole),
            "read the file": lambda: read_file(path),
            "  numpy alone: load the same numbers": lambda: np.load(plain),
            "  numpy alone: columns into new rows": lambda: np.column_stack(columns),
            "pyramid of the run": lambda: pyramid_of(whole.runs[0].trace.snapshot()),
        }
        rows = [(what, "", [seconds(act) for _ in range(REPEATS)]) for what, act in acts.items()]
        rows.append(("reopened, to the first curve painted", f"{GOAL:.2f} s", FirstCurve(path).measure()))
        print(f"{STEPS:,} steps x {GROUPS} groups x 3 series, {path.stat().st_size / 1e6:.0f} MB")
    print(f"{'what':40} {'goal':>8} {'median':>9} {'least':>9}")
    for what, goal, times in rows:
        print(f"{what:40} {goal:>8} {median(times):7.3f} s {min(times):7.3f} s")


if __name__ == "__main__":
    main()
