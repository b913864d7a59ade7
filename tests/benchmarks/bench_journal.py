"""What keeping unsaved work costs: the first time, while a run goes on, while nothing happens, and to read it back.

python -m tests.benchmarks.bench_journal
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter

from lrgui.session.journal import Journal
from lrgui.session.recovery import find_leftovers
from tests.session.unsaved import ROW_BYTES, grow, make_run, work_of

RUNS = 8
ROWS = 500_000
NEW_ROWS = 40_000  # half a second of a fast run
REPEATS = 30
GOALS = {"nothing new": 100.0, "new rows of one run": 50_000.0}
"""Microseconds, in a thread that has half a second."""


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        journal = Journal.open(Path(folder))
        runs = [make_run(number + 1, ROWS, ROWS + REPEATS * NEW_ROWS) for number in range(RUNS)]
        megabytes = RUNS * ROWS * ROW_BYTES / 1e6
        begun = perf_counter()
        journal.write(work_of(*runs))
        rates = {"first write": megabytes / (perf_counter() - begun)}
        times: dict[str, list[float]] = {what: [] for what in GOALS}
        for _ in range(REPEATS):
            grow(runs[-1], NEW_ROWS)
            for what in ("new rows of one run", "nothing new"):
                work = work_of(*runs)
                begun = perf_counter()
                journal.write(work)
                times[what].append((perf_counter() - begun) * 1e6)
        journal.close(keep=True)
        begun = perf_counter()
        (leftover,) = find_leftovers(Path(folder))
        rows = sum(run.trace.rows for run in leftover.read().session.runs)
        rates["read back"] = rows * ROW_BYTES / 1e6 / (perf_counter() - begun)
        leftover.discard()
    print(f"{RUNS} runs of {ROWS:,} rows, {megabytes:.0f} MB; then {NEW_ROWS:,} rows at a time")
    for what, rate in rates.items():
        print(f"{what:40} {rate:9.0f} MB/s")
    print(f"{'what':40} {'goal':>10} {'median':>10} {'least':>10}")
    for what, values in times.items():
        print(f"{what:40} {GOALS[what]:7.0f} µs {median(values):7.0f} µs {min(values):7.0f} µs")


if __name__ == "__main__":
    main()
