"""From the last keystroke to the first rows of the new preview on the screen, in the real window.

python -m tests.benchmarks.bench_preview
"""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from lrgui.ui.main_window import MainWindow
from tests.benchmarks.live_window import Paints, open_window, percentile, recipe_of, show_recipe, wait_until

GOAL_MS = 100
KEYS = 40
BURST = 5
BURST_PAUSE_MS = 25
"""Some forty keys in a second: faster than anyone types."""


def rate_field(window: MainWindow) -> QWidget:
    """Give the optimizer's learning rate the focus, with the cursor behind its text."""
    window.workbench.recipe_panel.optimizer.form.row("lr").editor.setFocus(Qt.FocusReason.TabFocusReason)
    field = QApplication.focusWidget()
    assert field is not None
    QTest.keyClick(field, Qt.Key.Key_End)
    return field


def to_paint(window: MainWindow, paints: Paints, field: QWidget, count: int) -> float:
    """Press a key, which makes the rate another one; return the seconds to the first paint that shows its preview."""
    paints.clear()
    begun = perf_counter()
    # A digit is added, and taken away the next time.
    QTest.keyClick(field, Qt.Key.Key_Backspace if count % 2 else Qt.Key.Key_5)
    wait_until(lambda: paints.preview_shown is not None)
    assert paints.preview_shown is not None
    return paints.preview_shown - begun


def settled(window: MainWindow) -> None:
    wait_until(lambda: not window.controller.previewing)


def one_by_one(window: MainWindow, paints: Paints) -> list[float]:
    """Each key once the preview before is complete."""
    field, seconds = rate_field(window), []
    for count in range(KEYS):
        settled(window)
        seconds.append(to_paint(window, paints, field, count))
    return seconds


def in_bursts(window: MainWindow, paints: Paints) -> list[float]:
    """The last key of a quick succession, each of which cancels the preview before."""
    field, seconds = rate_field(window), []
    for _ in range(KEYS // 2):
        settled(window)
        for count in range(BURST - 1):
            QTest.keyClick(field, Qt.Key.Key_Backspace if count % 2 else Qt.Key.Key_7)
            QTest.qWait(BURST_PAUSE_MS)
        seconds.append(to_paint(window, paints, field, 0))
        QTest.keyClick(field, Qt.Key.Key_Backspace)
    return seconds


def while_previewing(window: MainWindow, paints: Paints) -> list[float]:
    """A key while a long preview goes on, which has to be cancelled first."""
    field, seconds = rate_field(window), []
    for count in range(KEYS):
        # Not always at the same moment between two frames.
        QTest.qWait(40 + 7 * count % 33)
        assert window.controller.previewing
        seconds.append(to_paint(window, paints, field, count))
    return seconds


def main() -> None:
    rows: list[tuple[str, int, Callable[[MainWindow, Paints], list[float]]]] = [
        ("key to first rows", 10_000, one_by_one),
        ("last of 5 quick keys to first rows", 10_000, in_bursts),
        ("key while the preview goes on", 1_000_000, while_previewing),
    ]
    print(f"{'what (4 groups)':36} {'steps':>10} {'goal':>8} {'p50':>8} {'p95':>8} {'p95/goal':>9}")
    with open_window() as window:
        paints = Paints(window)
        for what, steps, measure in rows:
            recipe = recipe_of(4, steps)
            if steps > 10_000:
                window.document.replace(recipe, "benchmark")
            else:
                show_recipe(window, recipe)
            seconds = measure(window, paints)
            p50, p95 = percentile(seconds, 50), percentile(seconds, 95)
            print(f"{what:36} {steps:10,} {GOAL_MS:5} ms {p50:5.1f} ms {p95:5.1f} ms {p95 / GOAL_MS:9.2f}")


if __name__ == "__main__":
    main()
