"""ColumnFiles: asks for a table and reads its columns off the interface thread."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from lrgui.session.csv_column import Column, read_columns
from lrgui.session.progress import Progress
from lrgui.ui.background import Background
from lrgui.ui.settings import Settings

_FILTER = "Tables (*.csv *.tsv *.txt);;All files (*)"


class ColumnFiles(QObject):
    """Reads one file after the other.

    Signals:
        read: a file was read; carries its name and the columns of numbers in it.
        failed: it could not be; one sentence.
    """

    read = Signal(str, object)
    failed = Signal(str)

    def __init__(self, settings: Settings, background: Background, window: QWidget) -> None:
        super().__init__(window)
        self._settings, self._background, self._window = settings, background, window

    @Slot()
    def choose(self) -> None:
        """Ask for a file and read it."""
        folder = str(self._settings.last_folder)
        chosen, _ = QFileDialog.getOpenFileName(self._window, "Read Values", folder, _FILTER)
        if chosen:
            self._settings.last_folder = Path(chosen).absolute().parent
            self.load(Path(chosen))

    def load(self, path: Path) -> None:
        """Read a file."""
        self._background.start(f"Reading {path.name}", partial(_read, path), self._on_read, self.failed.emit)

    def _on_read(self, result: tuple[str, tuple[Column, ...]]) -> None:
        self.read.emit(*result)


def _read(path: Path, progress: Progress) -> tuple[str, tuple[Column, ...]]:
    return path.name, read_columns(path, progress)
