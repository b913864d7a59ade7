"""Many long runs in one window: started, paused, edited beside, stopped, compared, deleted; then what is left over."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic

from PySide6.QtCore import QItemSelectionModel, QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from lrgui.core.recipe import Recipe
from lrgui.core.trace import Trace
from lrgui.ui.docks.runs_model import RUN
from lrgui.ui.main_window import MainWindow
from lrgui.ui.run_state import RunState
from tests.benchmarks.live_window import open_window, recipe_of
from tests.endurance.census import MIB, Census, growing, take_census
from tests.endurance.patience import Patience
from tests.endurance.report import tell
from tests.endurance.watch import Watch

_OPTIMIZERS = ("AdamW", "SGD", "RMSprop")
_STOPPED_EVERY = 4
_ROUNDS = 2
_LET_GO_S = 5.0
_KEY_MS = 30
"""Between two keys; nobody types faster."""

_SECONDS = ("momentum", "", "weight_decay")


@dataclass
class Soak:
    """The scenario, over and over, in one window; `during` is told what goes on; `traces` are all that were made."""

    window: MainWindow
    steps: int
    groups: int
    during: Callable[[str], object] = str
    traces: list[weakref.ref[Trace]] = field(default_factory=list)
    _patience: Patience = field(default_factory=Patience)

    @property
    def made(self) -> int:
        """How many runs were made."""
        return len(self.traces)

    def go_through(self, runs: int) -> None:
        """Make runs, delete them, and begin anew."""
        for number in range(runs):
            self.one_run(number)
        self.delete_all()
        self.begin_anew()

    def one_run(self, number: int) -> None:
        """Run once, and do what users do meanwhile."""
        window, controller = self.window, self.window.controller
        recipe = recipe_of(self.groups, self.steps + number, _OPTIMIZERS[number % len(_OPTIMIZERS)])
        self._tell(number, "shows the recipe")
        window.document.replace(recipe, "soak")
        self._patience.wait_until(lambda: controller.preview_recipe == recipe)
        self._tell(number, "starts")
        before = len(window.runs.all)
        self._trigger("run")
        self._patience.wait_until(lambda: len(window.runs.all) > before)
        trace = window.runs.all[-1].trace
        self.traces.append(weakref.ref(trace))
        self._wait_for_rows(trace, 0.1)
        self._tell(number, "is looked at")
        self._look(number)
        self._tell(number, "is paused")
        if controller.state is RunState.RUNNING:
            self._trigger("pause")
            self._patience.wait_until(lambda: controller.state is not RunState.RUNNING)
        self._tell(number, "is edited beside")
        self._edit(recipe)
        self._tell(number, "goes on")
        if controller.state is RunState.PAUSED:
            self._trigger("run")
        self._wait_for_rows(trace, 0.5)
        self._tell(number, "is edited beside while it goes on")
        self._edit(recipe)
        self._compare()
        self._tell(number, "ends")
        if number % _STOPPED_EVERY == _STOPPED_EVERY - 1 and controller.state is RunState.RUNNING:
            self._trigger("stop")
        self._wait_for_rows(trace, 1.0)
        self._patience.wait_until(lambda: controller.state is RunState.IDLE)
        self._patience.wait_until(lambda: not controller.previewing)

    def delete_all(self) -> None:
        """Delete every run as a user does, undo that, and delete them again."""
        self.during("deletion of all runs")
        for again in (False, True):
            runs = self.window.workbench.runs_panel._list
            runs.setFocus()
            runs.selectAll()
            self._trigger("run_delete")
            if not again:
                self._trigger("undo")
        self._patience.wait_until(lambda: not self.window.runs.all)

    def begin_anew(self) -> None:
        """File > New, with nothing to lose."""
        self.during("File > New")
        document = self.window.document
        document.open(document.recipe, None)
        self._trigger("new")
        self._patience.wait_until(lambda: not self.window.controller.previewing)
        # The recovery copy is of what was there before until it is brought up to date.
        assert not self.window.workbench.autosave.flush()

    def left(self) -> int:
        """Return how many traces are still there once there was time to let go of them, as of a recovery copy."""
        self.during("letting go")
        deadline = monotonic() + _LET_GO_S
        while (left := sum(trace() is not None for trace in self.traces)) and monotonic() < deadline:
            QTest.qWait(100)
            gc.collect()
        return left

    def _tell(self, number: int, what: str) -> None:
        self.during(f"run {number} {what}")

    def _trigger(self, key: str) -> None:
        action = self.window.workbench._frame.actions[key]
        assert action.isEnabled(), f"{key} is not to be had"
        action.trigger()
        QApplication.processEvents()

    def _wait_for_rows(self, trace: Trace, share: float) -> None:
        """Wait until so much of the run is recorded, for as long as it gets on, or until it was stopped."""
        controller = self.window.controller
        while trace.rows < share * trace.capacity and controller.state is not RunState.IDLE:
            rows = trace.rows
            self._patience.wait_until(lambda: trace.rows > rows or controller.state is RunState.IDLE)  # noqa: B023 - called at once

    def _look(self, number: int) -> None:
        """Zoom and pan, and choose another second panel."""
        plot, panel = self.window.workbench.panel.plot, self.window.workbench.panel
        assert plot is not None
        port = plot.surface.viewport()
        centre = port.rect().center()
        for notches in (1, 1, 1, -1):
            place = QPointF(port.mapTo(self.window, centre))
            QTest.wheelEvent(self.window.windowHandle(), place, QPoint(0, 120 * notches))
        QTest.mousePress(port, Qt.MouseButton.LeftButton, pos=centre)
        for offset in range(0, 120, 10):
            QTest.mouseMove(port, centre + QPoint(offset, 0))
            QApplication.processEvents()
        QTest.mouseRelease(port, Qt.MouseButton.LeftButton, pos=centre + QPoint(110, 0))
        panel.view_all()
        wanted = panel._second.findData(_SECONDS[number % len(_SECONDS)])
        if wanted >= 0:
            panel._second.setCurrentIndex(wanted)
            panel._second.activated.emit(wanted)

    def _edit(self, recipe: Recipe) -> None:
        """Type into fields of the forms, wait for the preview, and undo it all."""
        for editor in self.window.workbench.recipe_panel.optimizer.findChildren(QLineEdit)[:3]:
            editor.setFocus(Qt.FocusReason.TabFocusReason)
            QTest.keyClick(editor, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
            QApplication.processEvents()
            for letter in "0.0125\r":
                QTest.keyClicks(editor, letter)
                QTest.qWait(_KEY_MS)
        assert self.window.document.recipe != recipe, "nothing was typed"
        while self.window.document.recipe != recipe:
            self._trigger("undo")

    def _compare(self) -> None:
        """Choose the two newest runs and plot the ratio."""
        if len(self.window.runs.all) > 1:
            chosen = self.window.workbench.runs_panel._list.selectionModel()
            index = chosen.model().index
            flags = QItemSelectionModel.SelectionFlag
            chosen.setCurrentIndex(index(1, RUN), flags.ClearAndSelect | flags.Rows)
            chosen.setCurrentIndex(index(0, RUN), flags.Select | flags.Rows)
            self._trigger("run_ratio")


def soak(runs: int, steps: int, groups: int) -> int:
    """Soak, and return 0 when nothing is left over of the runs."""
    with open_window() as window, Watch(ends_hangs=True).on() as watch:

        def during(words: str) -> None:
            watch.during = words

        Soak(window, max(1000, steps // 20), groups, during).go_through(_STOPPED_EVERY)
        counted = [_counted(watch, "after a warm-up")]
        begun = monotonic()
        soaked = Soak(window, steps, groups, during)
        for part in range(_ROUNDS):
            for number in range(part * runs // _ROUNDS, (part + 1) * runs // _ROUNDS):
                soaked.one_run(number)
                rows = window.runs.all[-1].trace.rows
                print(f"run {number}: {rows} rows, {_counted(watch, '').memory / MIB:.0f} MiB", flush=True)
            _counted(watch, f"after {soaked.made} runs in {monotonic() - begun:.0f} s")
            soaked.delete_all()
            _counted(watch, "after their deletion, which can be undone")
            soaked.begin_anew()
            left = soaked.left()
            counted.append(_counted(watch, "after File > New"))
        watch.pause()
        window.document.open(window.document.recipe, None)
    grown = growing(counted)
    memory = (counted[-1].memory - counted[0].memory) / MIB
    print(f"\nmemory against that after the warm-up: {memory:+.1f} MiB; traces still there: {left} of {runs}")
    print("\n".join(f"growing: {name}: {row}" for name, row in grown.items()) or "there is not more of anything")
    tell(watch.record)
    return 1 if watch.record.complaints or left or grown else 0


def _counted(watch: Watch, words: str) -> Census:
    watch.pause()
    census = take_census()
    watch.go_on()
    if words:
        print(f"{words:45} {census.line()}", flush=True)
    return census
