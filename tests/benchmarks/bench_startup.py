"""Time from the start of the process to the first painted window, to the painted plot, and to the first curve."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile

REPEATS = 7

_PROBE = """
import json, sys, time
import psutil
born = psutil.Process().create_time()
marks = {}
def mark(name):
    marks.setdefault(name, time.time() - born)
from PySide6.QtCore import QTimer
from lrgui.app import Application, make_application
qt = make_application(["lrgui"])
application = Application(qt, None)
window = application.window
def painted():
    mark("window")
    assert "torch" not in sys.modules, "torch was imported before the first paint"
window.painted.disconnect()
window.painted.connect(painted)
window.painted.connect(application._after_first_paint)
def look():
    plot = window._panel.plot
    if plot is not None and "plot" not in marks:
        QTimer.singleShot(0, lambda: mark("plot"))
    trace = window.controller.preview_trace
    if trace is not None and trace.rows:
        QTimer.singleShot(0, curve)
def curve():
    mark("curve")
    print(json.dumps(marks), flush=True)
    window._end()
    qt.quit()
watch = QTimer()
watch.timeout.connect(look)
watch.start(2)
window.show()
qt.exec()
"""


def measure() -> dict[str, float]:
    """Start the application once in a process of its own and return its marks in seconds."""
    environment = {**os.environ, "XDG_CONFIG_HOME": tempfile.mkdtemp()}
    environment.setdefault("QT_QPA_PLATFORM", "offscreen")
    done = subprocess.run(
        [sys.executable, "-c", _PROBE], capture_output=True, text=True, check=True, timeout=120, env=environment
    )
    marks: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
    return marks


def rows() -> list[tuple[str, str, str]]:
    """Return lines of the table: what, goal, measured (the median of several starts, files cached)."""
    measure()
    starts = [measure() for _ in range(REPEATS)]
    goals = {"window": "0.25 s", "plot": "0.5 s", "curve": "as soon as torch is there"}
    return [
        (f"process start to the first {name}", goal, f"{statistics.median(start[name] for start in starts):.2f} s")
        for name, goal in goals.items()
    ]


if __name__ == "__main__":
    for line in rows():
        print("{:<44} {:<28} {}".format(*line))
