"""The real application, to be killed: it runs, edits and saves by itself, and says on standard output what it has.

`python -m tests.endurance.victim [FILE]`; with a FILE it saves there again and again. Each line is a JSON object: `at`,
the time of the monotonic clock, `mark`, the number of the edit that the recipe holds, `rows`, how many rows each run
has by its id, and `saving`. Whoever reads a line knows that all of this was in the window by then.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from time import monotonic

import numpy as np
from PySide6.QtCore import QObject, Qt, QTimer, Slot

from lrgui.app import Application, make_application
from lrgui.core.recipe import Choice, Group, Options, Recipe, Run, Scheduler
from lrgui.core.trace import Trace
from lrgui.session.values import RecordedRun
from lrgui.ui.run_state import RunState

GROUPS = 8
STEPS = 400_000
RUN_BEFORE = 100
"""The id of the run that a file holds from the start."""

_REPORT_MS, _EDIT_MS, _SAVE_MS, _RUN_MS = 50, 300, 400, 1700


def recipe_to_run(steps: int = STEPS) -> Recipe:
    """Return a recipe whose learning rate in row k is k times the group's own, which every row can be told by."""
    names = [f"layers.{layer}.{kind}" for layer in range(GROUPS // 2) for kind in ("weight", "bias")]
    return Recipe(
        model=Choice("mlp", Options(hidden=(4,) * (GROUPS // 2 - 1))),
        groups=tuple(Group(name, (name,), Options(lr=2.0**-index)) for index, name in enumerate(names)),
        optimizer=Choice("SGD", Options(lr=1.0, momentum=0.5)),
        scheduler=Scheduler("LambdaLR", Options(lr_lambda="epoch")),
        run=Run(steps=steps),
    )


def recorded(rows: int) -> RecordedRun:
    """Return a run of that recipe with so many rows, as if it had been recorded."""
    rates = [np.arange(rows) * 2.0**-group for group in range(GROUPS)]
    columns = [*rates, *[np.full(rows, 0.5)] * GROUPS, *[np.zeros(rows)] * GROUPS]
    recipe = recipe_to_run()
    trace = Trace.from_columns(
        columns, ("lr", "momentum", "weight_decay"), [group.name for group in recipe.groups], 100
    )
    return RecordedRun(RUN_BEFORE, "Run 100", 0, recipe, trace, status="stopped")


def wrong_rows(trace: Trace) -> int:
    """Return in how many rows of a run of that recipe something else stands than was recorded."""
    rates = np.arange(trace.rows)[:, None] * 2.0 ** -np.arange(len(trace.groups))
    wrong = (trace["lr"] != rates) | (trace["momentum"] != 0.5) | (trace["weight_decay"] != 0.0)
    return int(np.count_nonzero(wrong.any(axis=1)))


class Victim(QObject):
    """Works in a window until it is killed."""

    def __init__(self, application: Application, *, saves: bool) -> None:
        super().__init__(application)
        self._window = application.window
        self._saves = saves
        self._mark = 0
        self._window.ready.connect(self._begin_with_file)

    @Slot()
    def _begin_with_file(self) -> None:
        """Begin, but not before the file is in the window: what was edited before would be asked about."""
        document = self._window.document
        if self._saves and document.path is None:
            document.opened.connect(self._begin, Qt.ConnectionType.SingleShotConnection)
        else:
            self._begin()

    @Slot()
    def _begin(self) -> None:
        acts = [(_REPORT_MS, self._report), (_EDIT_MS, self._edit), (_RUN_MS, self._run)]
        if self._saves:
            acts.append((_SAVE_MS, self._window._actions["save"].trigger))
            self._window._background.busy_changed.connect(self._report)
        for interval, act in acts:
            timer = QTimer(self)
            timer.setInterval(interval)
            timer.timeout.connect(act)
            timer.start()
        self._run()

    @Slot()
    def _run(self) -> None:
        """End the run that goes on and begin another, as somebody who compares does."""
        controller = self._window.controller
        if controller.state is RunState.IDLE:
            controller.run(recipe_to_run())
        elif controller.state is RunState.RUNNING:
            controller.stop()

    @Slot()
    def _edit(self) -> None:
        self._mark += 1
        self._window.document.replace(recipe_to_run(100).with_run(seed=self._mark), "change of seed")

    @Slot()
    def _report(self) -> None:
        line = {
            "at": monotonic(),
            "mark": self._window.document.recipe.run.seed,
            "rows": {run.id: run.trace.rows for run in self._window.runs.all},
            "saving": self._window._background.busy,
        }
        print(json.dumps(line), flush=True)


def main() -> int:
    qt_application = make_application(["lrgui"])
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    application = Application(qt_application, path)
    victim = Victim(application, saves=path is not None)
    application.window.show()
    status = qt_application.exec()
    del victim
    return status


if __name__ == "__main__":
    sys.exit(main())
