"""From the start of the process to the painted window, plot, forms and first curve, beside what no program can avoid.

python -m tests.benchmarks.bench_startup

"Bare" is a process of the same Python that shows an empty window and then an empty plot of pyqtgraph's, and nothing
else; the two kinds of process take turns. Files are cached, and so is Python's bytecode, as it is once lrgui is
installed. Times are those of the monotonic clock, from before the process is started until the paint is over.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import monotonic

REPEATS = 5

_PAINTED = (
    ("window", "the painted window", "0.25"),
    ("plot", "the painted plot, before torch is imported", "0.50"),
    ("forms", "the painted forms, before torch is imported", "-"),
    ("curve", "the first painted curve, torch imported", "-"),
)
_STALLS = (
    ("before", "longest stall until the forms are painted, s"),
    ("after", "longest stall while torch is imported, s"),
    ("long after", "stalls of more than 0.1 s while torch is imported"),
)


def measure(start: str) -> dict[str, float]:
    """Start a process of its own and return its marks, in seconds."""
    script = Path(__file__).with_name(f"start_{start}.py")
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "XDG_CONFIG_HOME": folder}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        environment.setdefault("QT_QPA_PLATFORM", "offscreen")
        command = [sys.executable, str(script), str(monotonic())]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, timeout=120, env=environment)
    marks: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
    return marks


def main() -> None:
    for start in ("bare", "watched"):
        measure(start)
    pairs = [(measure("bare"), measure("watched")) for _ in range(REPEATS)]
    print(f"{'from the start of the process to':50} {'goal s':>7} {'measured s':>11} {'bare s':>7} {'ratio':>6}")
    for name, what, goal in _PAINTED:
        seconds = median(ours[name] for _, ours in pairs)
        limit = median(bare.get(name, 0.0) for bare, _ in pairs)
        beside = f"{limit:7.2f} {seconds / limit:6.2f}" if limit else f"{'-':>7} {'-':>6}"
        print(f"{what:50} {goal:>7} {seconds:11.2f} {beside}")
    for name, what in _STALLS:
        print(f"{what:50} {'-':>7} {median(ours[name] for _, ours in pairs):11.2f} {'-':>7} {'-':>6}")


if __name__ == "__main__":
    main()
