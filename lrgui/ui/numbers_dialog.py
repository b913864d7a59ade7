"""The dialog before numbers are exported: in which format, of which runs, and which rows."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Slot
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from lrgui.core.numbers import group_digits
from lrgui.session.table import RowChoice, Table, table_of, table_of_runs
from lrgui.session.values import RecordedRun
from lrgui.ui.export_choices import NumbersChoice
from lrgui.ui.words import counted

_FORMATS = (("CSV, for spreadsheets and scripts", "csv"), ("NPZ, for numpy.load", "npz"))
_CSV_BYTES, _NPZ_BYTES = 20, 8  # a number in full, more or less; exactly
_MOST = 10**8


class NumbersDialog(QDialog):
    """Asks what of `selected` or of all `visible` runs is exported; `shown` are the selected run's rows in view."""

    def __init__(
        self,
        choice: NumbersChoice,
        selected: RecordedRun,
        visible: Sequence[RecordedRun],
        shown: tuple[int, int] | None,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Export Numbers")
        self._selected, self._visible, self._shown = selected, tuple(visible), shown
        self.format = _combo("format", "Both hold every digit; NPZ is smaller and read faster")
        for text, data in _FORMATS:
            self.format.addItem(text, data)
        self.runs = _combo("runs", "One run, or every run that is drawn, its columns beside those of the others")
        self.runs.addItem(f"{selected.name} (selected)", "selected")
        if len(visible) > 1:
            self.runs.addItem(f"All {len(visible)} visible runs, side by side", "visible")
        self.rows = _combo("rows", "All optimizer steps, or those that the plot shows at the moment")
        self.rows.addItem("All steps", "all")
        if shown is not None:
            self.rows.addItem(f"Steps in view: {group_digits(shown[0])} to {group_digits(shown[1])}", "shown")
        self.every = QSpinBox()
        self.every.setRange(1, _MOST)
        self.every.setAccessibleName("every n-th row")
        self.every.setToolTip("1 writes each row, 10 every tenth; the column `step` tells which")
        self.summary = QLabel()
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel)
        self.buttons.button(QDialogButtonBox.StandardButton.Save).setText("&Export…")
        for combo, data in ((self.format, choice.format), (self.runs, choice.runs), (self.rows, choice.rows)):
            combo.setCurrentIndex(max(0, combo.findData(data)))
        self.every.setValue(choice.every)
        self._lay_out()
        for combo in (self.format, self.runs, self.rows):
            combo.currentIndexChanged.connect(self._tell_size)
        self.every.valueChanged.connect(self._tell_size)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self._tell_size()

    @property
    def choice(self) -> NumbersChoice:
        """What is chosen."""
        return NumbersChoice(
            self.format.currentData(), self.runs.currentData(), self.rows.currentData(), self.every.value()
        )

    def table(self) -> Table:
        """Return the numbers that are chosen, as far as they are recorded now."""
        choice = self.choice
        first, last = self._shown if choice.rows == "shown" and self._shown else (0, None)
        rows = RowChoice(first, last, choice.every)
        if choice.runs == "selected":
            return table_of(self._selected.trace, rows)
        return table_of_runs(((run.name or f"run {run.id}", run.trace) for run in self._visible), rows)

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.addRow("&Format", self.format)
        form.addRow("&Runs", self.runs)
        form.addRow("&Steps", self.rows)
        form.addRow("E&very n-th row", self.every)
        form.addRow("", self.summary)
        layout = QVBoxLayout(self)
        layout.addLayout(form)
        layout.addWidget(self.buttons)

    @Slot()
    def _tell_size(self) -> None:
        """Say how much it is."""
        table = self.table()
        cells = sum(
            len(table.rows.of(part.trace.rows)) * (2 + len(part.trace.series) * len(part.trace.groups))
            for part in table.parts
        )
        size = cells * (_NPZ_BYTES if self.choice.format == "npz" else _CSV_BYTES)
        self.summary.setText(f"{counted(len(table.steps), 'row')}, about {_bytes(size)}")


def _combo(name: str, tip: str) -> QComboBox:
    combo = QComboBox()
    combo.setAccessibleName(name)
    combo.setToolTip(tip)
    return combo


def _bytes(count: int) -> str:
    for unit, size in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if count >= size:
            return f"{count / size:.2g} {unit}" if count < 10 * size else f"{group_digits(round(count / size))} {unit}"
    return counted(count, "byte")
