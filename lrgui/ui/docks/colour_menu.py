"""ColourMenu: the theme's curve colours to choose from."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from lrgui.ui.icons import icon
from lrgui.ui.swatches import run_swatch
from lrgui.ui.theme import LIGHT, Theme

COLOUR_NAMES = ("&Blue", "&Orange", "&Green", "&Pink", "&Yellow", "&Light Blue", "&Violet", "G&rey")
"""What the curve colours of either theme are called, in their order."""


class ColourMenu(QMenu):
    """A colour can be chosen by a sample and its name.

    Signals:
        chosen: the user wants this colour, an index into the theme's curve colours.
    """

    chosen = Signal(int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__("&Colour", parent)
        self.setIcon(icon("palette"))
        action = self.menuAction()
        action.setToolTip("Change the colour of the selected runs")
        action.setStatusTip(action.toolTip())
        self._group = QActionGroup(self)
        for index, name in enumerate(COLOUR_NAMES):
            action = self._group.addAction(name)
            action.setData(index)
            action.setCheckable(True)
            self.addAction(action)
        self._group.triggered.connect(self._on_triggered)
        self.set_theme(LIGHT)

    def set_theme(self, theme: Theme) -> None:
        """Show the colours of `theme`."""
        for index, action in enumerate(self._group.actions()):
            action.setIcon(run_swatch(theme.curve_colour(index)))

    def set_current(self, colour: int) -> None:
        """Mark the colour that there is now."""
        self._group.actions()[colour % len(COLOUR_NAMES)].setChecked(True)

    @Slot(QAction)
    def _on_triggered(self, action: QAction) -> None:
        self.chosen.emit(action.data())
