"""Steps per second of a run that is watched in the window, against the bare loop of the same torch objects.

python -m tests.benchmarks.bench_window
"""

from __future__ import annotations

import os
import tempfile
from statistics import median
from time import perf_counter

from PySide6.QtCore import QTimer

from lrgui.core.recipe import Choice, Group, Options, Recipe, Run, Scheduler
from lrgui.ui.run_controller import RunState

STEPS = 100_000
REPEATS = 3
GOAL = 0.9


def recipe_of(groups: int) -> Recipe:
    """One group per layer of a chain of small layers."""
    return Recipe(
        model=Choice("mlp", Options(in_features=4, hidden=(4,) * (groups - 1), out_features=4)),
        groups=tuple(Group(f"layer {n}", (f"layers.{n}.*",), Options(lr=1e-3 * (n + 1))) for n in range(groups)),
        optimizer=Choice("AdamW"),
        scheduler=Scheduler("CosineAnnealingLR", Options(T_max=STEPS)),
        run=Run(steps=STEPS),
    )


def watched_rates(recipes: list[Recipe]) -> list[float]:
    """Run each recipe in one window, one after the other; return steps per second by the wall clock."""
    from lrgui.app import Application, make_application

    qt_application = make_application(["lrgui"])
    window = Application(qt_application, None).window
    waiting, rates, begun = list(recipes), [], 0.0

    def look() -> None:
        nonlocal begun
        controller = window.controller
        if controller.state is RunState.RUNNING and not begun:
            begun = perf_counter()
        if controller.state is not RunState.IDLE or controller.preview_trace is None:
            return
        if begun:
            rates.append(STEPS / (perf_counter() - begun))
            begun = 0.0
        if waiting:
            controller.run(waiting.pop(0))
        else:
            watch.stop()
            window._end()
            qt_application.exit()

    watch = QTimer()
    watch.timeout.connect(look)
    # Seldom, since each look takes the interpreter away from the run.
    watch.start(50)
    window.show()
    qt_application.exec()
    return rates


def bare_rate(recipe: Recipe) -> float:
    """Return steps per second of the plain loop, in the thread and process of the window."""
    import torch

    from lrgui.engine.build import build

    torch.set_num_threads(1)
    training = build(recipe)
    assert training.scheduler is not None
    begun = perf_counter()
    for _ in range(STEPS):
        training.optimizer.step()
        training.scheduler.step()
    return STEPS / (perf_counter() - begun)


def main() -> None:
    os.environ["XDG_CONFIG_HOME"] = tempfile.mkdtemp()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    recipes = [recipe_of(groups) for groups in (2, 8)]
    rates = watched_rates([recipe for recipe in recipes for _ in range(REPEATS)])
    print(f"{'what':34} {'goal':>6} {'ratio':>6} {'bare steps/s':>13} {'watched steps/s':>16}")
    for index, recipe in enumerate(recipes):
        watched = median(rates[index * REPEATS : (index + 1) * REPEATS])
        bare = median(bare_rate(recipe) for _ in range(REPEATS))
        what = f"run watched in the window, {len(recipe.groups)} groups"
        print(f"{what:34} {GOAL:6.2f} {watched / bare:6.2f} {bare:13,.0f} {watched:16,.0f}")


if __name__ == "__main__":
    main()
