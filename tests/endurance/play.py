"""A monkey plays with the real window until it has made its moves; then what it found is told."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from pathlib import Path
from time import monotonic

from PySide6.QtCore import QEventLoop

from tests.benchmarks.live_window import open_window
from tests.endurance.monkey import Monkey
from tests.endurance.report import tell
from tests.endurance.watch import Watch
from tests.endurance.words import make_files


def play(seed: int, actions: int, folder: Path, log: Path | None) -> int:
    """Play, and return 0 when nothing was wrong. The same seed makes the same moves as far as threads allow."""
    files = folder / "files"
    files.mkdir()
    with (
        log.open("w", encoding="utf-8") if log is not None else nullcontext(sys.stdout) as stream,
        open_window() as window,
    ):
        begun = monotonic()

        def note(words: str) -> None:
            print(words, file=stream, flush=True)

        with Watch(ends_hangs=True).on() as watch:
            monkey = Monkey(window, watch, seed, actions, make_files(files), files, note)
            loop = QEventLoop()
            monkey.over.connect(loop.quit)
            monkey.start()
            loop.exec()
            watch.pause()
        window.document.open(window.document.recipe, None)
        window.runs.load(())
    kinds = ", ".join(f"{kind} {count}" for kind, count in monkey.kinds.most_common())
    print(f"seed {seed}: {monkey.made} actions in {monotonic() - begun:.0f} s: {kinds}")
    print(f"saved and read {monkey.saved} times, undone and redone {monkey.undone} times")
    tell(watch.record)
    return 1 if watch.record.complaints else 0
