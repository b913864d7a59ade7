"""Figures and numbers out of the window: files by dialog, the plot to the clipboard."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from lrgui.core.errors import FileError
from lrgui.core.trace import Trace
from lrgui.session.atomic import replacing
from lrgui.session.progress import Progress
from lrgui.session.table import write_csv
from lrgui.ui.background import Background
from lrgui.ui.document import Document
from lrgui.ui.export_dialog import ExportDialog, FigureChoice
from lrgui.ui.plot_panel import PlotPanel
from lrgui.ui.runs import Runs
from lrgui.ui.save_dialog import ask_save_path
from lrgui.ui.settings import Settings

_FIGURES = {"png": "PNG images", "svg": "SVG images", "pdf": "PDF documents"}


class Exports(QObject):
    """Asks where to, and writes there.

    Signals:
        told: something to say in the status bar for a while.
        failed: something went wrong: one sentence that stays.
    """

    told = Signal(str)
    failed = Signal(str)

    def __init__(
        self,
        document: Document,
        runs: Runs,
        settings: Settings,
        background: Background,
        panel: PlotPanel,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._document, self._runs, self._settings, self._background = document, runs, settings, background
        self._panel, self._window = panel, window

    @Slot()
    def export_figure(self) -> None:
        """Ask for format and name, then write the plot as it is looked at."""
        if self._panel.plot is None:
            return
        dialog = ExportDialog(self._panel.plot.size(), self._window)
        accepted = dialog.exec() == QDialog.DialogCode.Accepted
        choice = dialog.choice()
        dialog.deleteLater()
        path = self._ask_path("Export Figure", choice.suffix, _FIGURES[choice.suffix]) if accepted else None
        if path is not None:
            self._write_figure(path, choice)

    @Slot()
    def export_numbers(self) -> None:
        """Ask for a name, then write the selected run's numbers."""
        run = self._runs.selected
        if run is None:
            return
        path = self._ask_path("Export Numbers", "csv", "Tables")
        if path is not None:
            self.told.emit(f"Writing {path.name}…")
            job = partial(_write_numbers, path, run.trace.snapshot())
            self._background.start(f"Writing {path.name}", job, self._on_written, self.failed.emit)

    @Slot()
    def copy_figure(self) -> None:
        """Put the plot on the clipboard."""
        if self._panel.plot is not None:
            QApplication.clipboard().setImage(self._panel.plot.image())
            self.told.emit("Copied the figure")

    def _write_figure(self, path: Path, choice: FigureChoice) -> None:
        # Here, because it brings pyqtgraph, which the window's first paint does not wait for.
        from lrgui.ui.plot.export import ExportOptions

        plot = self._panel.plot
        assert plot is not None
        options = ExportOptions(plot.width(), plot.height(), choice.scale, choice.theme)
        try:
            content = plot.figure(f".{choice.suffix}", options)
        except FileError as error:
            self.failed.emit(str(error))
            return
        job = partial(_write_bytes, path, content)
        self._background.start(f"Writing {path.name}", job, self._on_written, self.failed.emit)

    def _ask_path(self, title: str, suffix: str, description: str) -> Path | None:
        start = self._settings.last_folder / f"{Path(self._document.title).stem}.{suffix}"
        path = ask_save_path(self._window, title, start, suffix, description)
        if path is not None:
            self._settings.last_folder = path.parent
        return path

    def _on_written(self, path: Path) -> None:
        self.told.emit(f"Wrote {path.name}")


def _write_numbers(path: Path, trace: Trace, progress: Progress) -> Path:
    write_csv(path, trace, progress)
    return path


def _write_bytes(path: Path, content: bytes, progress: Progress) -> Path:
    with replacing(path) as file:
        file.write(content)
        progress(1.0)
    return path
