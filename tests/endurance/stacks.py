"""Where the threads of the process are, asked from another thread and without holding on to anything of theirs."""

from __future__ import annotations

import faulthandler
import tempfile
import threading

_FRAMES = 8


class Stacks:
    """Stacks as faulthandler writes them.

    Frames in Python's own hands would keep what is in them alive: a painter in a paint that is over by then, of which
    Qt complains.
    """

    def __init__(self) -> None:
        self._main = threading.get_ident()
        self._file = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115 - open as long as this

    def read(self) -> str:
        """Return the innermost frames of the thread that made this, and the innermost one of each other."""
        self._file.seek(0)
        self._file.truncate()
        faulthandler.dump_traceback(self._file, all_threads=True)
        self._file.seek(0)
        own, beside = "", ""
        for text in self._file.read().split("\n\n"):
            title, *frames = text.splitlines()
            if f"{self._main:#018x}" in title:
                own = "\n".join(frames[:_FRAMES])
            elif frames and not title.startswith("Current"):
                beside += f"\n  beside{frames[0].removeprefix('  File')}"
        return own + beside

    def close(self) -> None:
        """Give the file back."""
        self._file.close()
