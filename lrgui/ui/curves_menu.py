"""Hides and shows single curves by the keyboard, as a click in the legend does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

if TYPE_CHECKING:
    from lrgui.ui.plot.plot_view import PlotView


class CurvesMenu(QMenu):
    """What the legend lists, ticked where it is drawn; to be made anew for each use."""

    def __init__(self, plot: PlotView, parent: QWidget) -> None:
        super().__init__("&Curves", parent)
        self._plot = plot
        everything = self.addAction("Show &All")
        everything.setEnabled(any(one.hidden for one in plot.listed))
        everything.triggered.connect(self._show_all)
        self.addSeparator()
        for one in plot.listed:
            action = self.addAction(one.label.replace("&", "&&"))
            action.setCheckable(True)
            action.setChecked(not one.hidden)
            action.setData(one.keys)
        self.triggered.connect(self._on_triggered)

    @Slot()
    def _show_all(self) -> None:
        self._plot.hiding_wanted.emit(frozenset())

    @Slot(QAction)
    def _on_triggered(self, action: QAction) -> None:
        keys = action.data()
        if keys is not None:
            hidden = self._plot.hidden - keys if action.isChecked() else self._plot.hidden | keys
            self._plot.hiding_wanted.emit(hidden)
