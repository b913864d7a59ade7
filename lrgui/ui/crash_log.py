"""The log of a native crash: where each thread was when the process died, and what Qt said last."""

from __future__ import annotations

import faulthandler
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from PySide6.QtCore import QMessageLogContext, QtMsgType, qFormatLogMessage, qInstallMessageHandler


class CrashLog:
    """Stays empty as long as nothing crashes. One per process, since the process has a single fault handler."""

    def __init__(self) -> None:
        self._file: BinaryIO | None = None

    def open(self, path: Path) -> None:
        """Let a crash from now on be written to `path`; where that is impossible, it goes to standard error alone."""
        self.close()
        with suppress(OSError):
            # Held open: a process that crashes can open nothing any more.
            self._file = path.open("wb", buffering=0)
            faulthandler.enable(self._file, all_threads=True)
            qInstallMessageHandler(self._hear)

    def close(self) -> None:
        """Let go of the file, so that it can be deleted."""
        if self._file is not None:
            qInstallMessageHandler(None)
            faulthandler.disable()
            self._file.close()
            self._file = None

    def _hear(self, kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
        """Say what Qt says, as it would itself; before a fatal message, after which it aborts, note that in the log."""
        line = f"{qFormatLogMessage(kind, context, message)}\n"
        with suppress(OSError, ValueError, AttributeError):
            sys.stderr.write(line)
            sys.stderr.flush()
        if kind is QtMsgType.QtFatalMsg and self._file is not None:
            with suppress(OSError):
                os.write(self._file.fileno(), line.encode(errors="replace"))
