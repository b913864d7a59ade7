"""Figures and numbers out of the window: files by dialog, the plot to the clipboard."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from math import ceil, floor
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from lrgui.core.errors import FileError
from lrgui.core.figure_options import FigureOptions
from lrgui.session.atomic import replacing
from lrgui.session.progress import Progress
from lrgui.session.values import RecordedRun
from lrgui.ui.background import Background
from lrgui.ui.document import Document
from lrgui.ui.export_choices import OPTION_NAMES, FigureChoice, FigureFormat, NumbersChoice, NumbersFormat
from lrgui.ui.plot_panel import PlotPanel
from lrgui.ui.runs import Runs
from lrgui.ui.save_dialog import ask_save_path
from lrgui.ui.settings import Settings

if TYPE_CHECKING:
    from lrgui.session.table import Table

_FIGURES: Mapping[FigureFormat, str] = {"png": "PNG images", "svg": "SVG images", "pdf": "PDF documents"}
_TABLES: Mapping[NumbersFormat, str] = {"csv": "Tables", "npz": "NumPy archives"}
_FIGURE_MEMORY, _NUMBERS_MEMORY = "export/figure", "export/numbers"
_Format = TypeVar("_Format", FigureFormat, NumbersFormat)


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
        """Ask how and where to, then write the plot."""
        # Here, as in the other methods, because the window's first paint does not wait for dialogs and file formats.
        from lrgui.ui.figure_dialog import FigureDialog

        plot = self._panel.plot
        if plot is None:
            return
        remembered = FigureChoice.from_remembered(self._settings.remembered(_FIGURE_MEMORY))
        dialog = FigureDialog(remembered, plot.screen_preset(), plot.thumbnail, self._window)
        dialog.copy_wanted.connect(self._copy)
        accepted = dialog.exec() == QDialog.DialogCode.Accepted
        choice = dialog.choice
        dialog.deleteLater()
        if not choice.complaints:
            self._settings.remember(_FIGURE_MEMORY, choice.remembered())
        path = self._ask_path("Export Figure", choice.suffix, _FIGURES[choice.suffix]) if accepted else None
        if path is not None:
            self._write_figure(path, replace(choice, suffix=_format_of(path, choice.suffix, _FIGURES)))

    @Slot()
    def export_numbers(self) -> None:
        """Ask what and where to, then write the numbers."""
        from lrgui.ui.numbers_dialog import NumbersDialog

        run = self._runs.selected
        if run is None:
            return
        remembered = NumbersChoice.from_remembered(self._settings.remembered(_NUMBERS_MEMORY))
        dialog = NumbersDialog(remembered, run, self._runs.visible, self._rows_in_view(run), self._window)
        accepted = dialog.exec() == QDialog.DialogCode.Accepted
        choice, table = dialog.choice, dialog.table()
        dialog.deleteLater()
        if not accepted:
            return
        self._settings.remember(_NUMBERS_MEMORY, choice.remembered())
        path = self._ask_path("Export Numbers", choice.format, _TABLES[choice.format])
        if path is not None:
            self.told.emit(f"Writing {path.name}…")
            job = partial(_write_numbers, path, _format_of(path, choice.format, _TABLES), table)
            self._background.start(f"Writing {path.name}", job, self._on_written, self.failed.emit)

    @Slot()
    def copy_figure(self) -> None:
        """Put the plot on the clipboard, as large as on the screen."""
        if self._panel.plot is not None:
            self._copy(self._panel.plot.screen_options())

    @Slot(object)
    def _copy(self, options: FigureOptions) -> None:
        assert self._panel.plot is not None
        try:
            image = self._panel.plot.image(options)
        except FileError as error:
            self.failed.emit(str(error))
            return
        QApplication.clipboard().setImage(image)
        self.told.emit("Copied the figure")

    def _rows_in_view(self, run: RecordedRun) -> tuple[int, int] | None:
        """Return the first and the last row of a run that the plot shows; None where it shows none of them."""
        if self._panel.plot is None:
            return None
        (left, right), _ = self._panel.plot.visible_range()
        stretch = self._panel.plot.stretch_of(run.trace)
        first, last = max(0, ceil(left / stretch)), min(run.trace.rows - 1, floor(right / stretch))
        return (first, last) if first <= last else None

    def _write_figure(self, path: Path, choice: FigureChoice) -> None:
        assert self._panel.plot is not None
        for name, sentence in choice.complaints.items():
            self.failed.emit(f"{path.name}: cannot be drawn: its {OPTION_NAMES[name]} {sentence}")
            return
        try:
            rendered = self._panel.plot.figure(f".{choice.suffix}", choice.options)
        except FileError as error:
            self.failed.emit(str(error))
            return
        self.told.emit(f"Writing {path.name}…")
        job = partial(_write_figure, path, rendered)
        self._background.start(f"Writing {path.name}", job, self._on_written, self.failed.emit)

    def _ask_path(self, title: str, suffix: str, description: str) -> Path | None:
        start = self._settings.last_folder / f"{Path(self._document.title).stem}.{suffix}"
        path = ask_save_path(self._window, title, start, suffix, description)
        if path is not None:
            self._settings.last_folder = path.parent
        return path

    def _on_written(self, path: Path) -> None:
        self.told.emit(f"Wrote {path.name}")


def _format_of(path: Path, chosen: _Format, known: Mapping[_Format, object]) -> _Format:
    """Return the format that a file's name asks for, else the chosen one: a file is what it is called."""
    return next((one for one in known if path.suffix.lower() == f".{one}"), chosen)


def _write_numbers(path: Path, format_name: NumbersFormat, table: Table, progress: Progress) -> Path:
    from lrgui.session.csv_table import write_csv
    from lrgui.session.npz import write_npz

    write = write_npz if format_name == "npz" else write_csv
    write(path, table, progress)
    return path


def _write_figure(path: Path, rendered: Callable[[], bytes], progress: Progress) -> Path:
    content = rendered()
    with replacing(path) as file:
        file.write(content)
        progress(1.0)
    return path
