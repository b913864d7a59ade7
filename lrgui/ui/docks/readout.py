"""The dock "At the cursor": the exact value of every visible curve at one step, to be read and to be copied."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QApplication, QLabel, QVBoxLayout, QWidget

from lrgui.core.numbers import round_number
from lrgui.core.readout import Source
from lrgui.ui.actions import Actions
from lrgui.ui.docks.readout_model import ReadoutModel, in_brackets
from lrgui.ui.docks.readout_view import ReadoutView
from lrgui.ui.icons import icon
from lrgui.ui.settings import Settings
from lrgui.ui.theme import Theme
from lrgui.ui.words import place

__all__ = ["ReadoutPanel", "Source"]

_FEWEST_CHARACTERS = 24
_REMEMBERED = "readout"
_FULL_PRECISION = "full_precision"


class ReadoutPanel(QWidget):
    """The values under the plot's cursor; those of the first source's newest step while the cursor is elsewhere."""

    def __init__(self, actions: Actions, settings: Settings) -> None:
        super().__init__()
        self._settings = settings
        self._sources: tuple[Source, ...] = ()
        self._colours: dict[str, int] = {}
        self._planned, self._steps_per_epoch = 0, 0
        self._step: int | None = None
        self._heading = QLabel()
        self._heading.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._heading.setTextFormat(Qt.TextFormat.PlainText)
        self._model = ReadoutModel(self)
        self._view = ReadoutView(self._model)
        gap = self.fontMetrics().height() // 3
        self._heading.setIndent(gap)
        self.setMinimumWidth(self.fontMetrics().averageCharWidth() * _FEWEST_CHARACTERS)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, gap, 0, 0)
        layout.setSpacing(gap)
        layout.addWidget(self._heading)
        layout.addWidget(self._view)
        self._add_actions(actions)

    def set_sources(
        self, sources: Sequence[Source], colours: dict[str, int], planned: int = 0, steps_per_epoch: int = 0
    ) -> None:
        """Read from these traces, with a colour index per group name.

        `planned` and `steps_per_epoch` are those of the run whose steps the x axis counts; 0 takes the first source's.
        """
        self._sources, self._colours = tuple(sources), colours
        self._planned, self._steps_per_epoch = planned, steps_per_epoch
        self.refresh()

    def set_step(self, step: int | None) -> None:
        """Show `step`; None shows the newest."""
        if step != self._step:
            self._step = step
            self.refresh()

    def set_theme(self, theme: Theme) -> None:
        """Take the groups' colours from `theme`."""
        self._model.theme = theme
        self._view.viewport().update()

    @Slot()
    def refresh(self) -> None:
        """Show the values anew; called a few times per second while rows arrive."""
        recorded = [source for source in self._sources if source.trace.rows]
        self._view.setHeaderHidden(not recorded)
        if not recorded:
            self._heading.setText("Nothing recorded yet")
            self._model.show_step((), {}, 0)
            return
        furthest = max(source.reach for source in recorded)
        step = recorded[0].reach if self._step is None else min(self._step, furthest)
        heading = self._describe(step, recorded[0])
        if len(recorded) == 1:
            # What holds for every row is said once, so that the names have the room.
            heading += in_brackets(recorded[0].title)
            recorded = [replace(recorded[0], title="")]
        if heading != self._heading.text():
            self._heading.setText(heading)
        self._model.show_step(recorded, self._colours, step)

    @Slot()
    def copy(self) -> None:
        """Copy the selected rows, all where none is, to the clipboard."""
        self._copy(self._view.selected_rows())

    @Slot()
    def copy_table(self) -> None:
        """Copy all rows to the clipboard."""
        self._copy(frozenset())

    def _copy(self, rows: frozenset[int]) -> None:
        QApplication.clipboard().setText(self._model.table_text(rows))

    def _describe(self, step: float, first: Source) -> str:
        """Say where a step of the x axis is."""
        planned = self._planned or first.trace.capacity
        percent = round_number(100 * step / max(planned, 1), 3)
        where = place(int(step + 1e-6), self._steps_per_epoch or first.trace.steps_per_epoch)
        return f"{where.capitalize()} · {percent} %"

    def _add_actions(self, actions: Actions) -> None:
        copy = QAction(icon("copy"), "&Copy", self)
        copy.setShortcut(QKeySequence.StandardKey.Copy)
        copy.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        copy.setToolTip("Copy the selected rows, all where none is selected")
        copy_table, full = actions["copy_table"], actions[_FULL_PRECISION]
        self._view.addActions([copy, copy_table, full])
        full.setChecked(self._settings.remembered(_REMEMBERED).get(_FULL_PRECISION) is True)
        self._model.set_full_precision(full.isChecked())
        copy.triggered.connect(self.copy)
        copy_table.triggered.connect(self.copy_table)
        full.toggled.connect(self._set_full_precision)

    @Slot(bool)
    def _set_full_precision(self, full: bool) -> None:
        self._settings.remember(_REMEMBERED, {_FULL_PRECISION: full})
        self._model.set_full_precision(full)
        self.refresh()
        self._view.fit_columns()
