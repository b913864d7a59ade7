"""Where the legend of a canvas is: inside the plot area, beside it, or nowhere."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSizeF
from PySide6.QtGui import QFont, QFontMetricsF
from PySide6.QtWidgets import QGraphicsItem

from lrgui.core.figure_options import Legend
from lrgui.ui.plot.curve import Curve
from lrgui.ui.plot.legend import LegendItem
from lrgui.ui.plot.pane import Pane
from lrgui.ui.theme import Theme

_SHARE = 0.38  # of the width, at most, where the legend is beside the plot


class PlacedLegend:
    """The legend of a canvas, which lists the curves of its `main` pane."""

    def __init__(self, canvas: QGraphicsItem, main: Pane, theme: Theme, font: QFont, *, quick: bool = False) -> None:
        self._canvas, self._main = canvas, main
        self._line = QFontMetricsF(font).height()
        self._mode: Legend = "inside"
        self.item = LegendItem(main.box, theme, font)
        if quick:
            # Painted once for all frames; in a figure it would be pixels among shapes.
            self.item.setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)

    @property
    def rect(self) -> QRectF:
        """Where the legend is, in the canvas's coordinates; not valid without one."""
        if not self.item.texts or not self.item.isVisible():
            return QRectF()
        return self.item.sceneBoundingRect()

    def set_theme(self, theme: Theme) -> None:
        """Paint in the theme's colours."""
        self.item.set_theme(theme)

    def set_mode(self, mode: Legend) -> None:
        """Have the legend inside the plot area, beside it, or not at all."""
        self._mode = mode
        # The plot area cuts off what is beyond it.
        self.item.setParentItem(self._canvas if mode == "outside" else self._main.box)

    def set_curves(self, curves: Sequence[Curve], hidden: frozenset[str]) -> None:
        """List these curves, some of which are `hidden`."""
        self.item.set_curves(() if self._mode == "none" else curves, hidden)

    def margin(self, size: QSizeF, bottom: float) -> int:
        """Return the room to the right of the plot on a canvas of this size; `bottom` is that of the x axis.

        The last label of the x axis reaches a little beyond the plot.
        """
        least = 1.6 * self._line
        if self._mode != "outside":
            return round(least)
        self.item.set_area(_SHARE * size.width(), size.height() - bottom - 2.6 * self._line, beside=True)
        return round(max(least, self.item.size.width() + 1.2 * self._line))

    def fit(self) -> None:
        """Take note of the size of the plot area."""
        if self._mode == "inside":
            self.item.set_area(self._main.area.width(), self._main.area.height())

    def settle(self, *, stays: bool = False) -> None:
        """Go where the least of the curves is hidden, unless it `stays` or the user has chosen a place."""
        if self._mode == "outside":
            self.item.setPos(self._main.area.topRight() + QPointF(0.6 * self._line, 0.0))
            return
        if stays:
            self.item.set_place(self.item.place)
            return
        window = self._main.window
        envelopes = [drawn.envelope_in_steps(window) for drawn in self._main.state.curves]
        self.item.choose_corner(envelopes, window)
