"""One plot area of the canvas with its y axis: grid, curves, crosshair, and what lies under and over them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import ceil
from typing import Protocol, TypeVar

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFont, QFontMetricsF
from PySide6.QtWidgets import QGraphicsItem

from lrgui.ui.plot.axis import GridItem, PlotAxis
from lrgui.ui.plot.crosshair import CrosshairItem
from lrgui.ui.plot.curves_item import CurvesItem, curve_colour
from lrgui.ui.plot.view_state import PaneState
from lrgui.ui.plot.window import UNSEEN, Range, Window
from lrgui.ui.theme import Theme


class Themed(Protocol):
    """Whatever is painted in the colours of a theme."""

    def set_theme(self, theme: Theme) -> None:
        """Paint in the theme's colours."""


class OverlayItem(Themed, Protocol):
    """A graphics item over or under the curves, in logical pixels from the upper left corner of the plot area."""

    def set_window(self, window: Window) -> None:
        """Paint for this part of the data."""


class UnderlayItem(OverlayItem, Protocol):
    """One that is no child of the plot area, and has to be told where that is."""

    def setPos(self, place: QPointF, /) -> None:
        """Move the item's origin to a place of the canvas."""


_Overlay = TypeVar("_Overlay", bound=OverlayItem)
_Underlay = TypeVar("_Underlay", bound=UnderlayItem)


class Pane:
    """A plot area and its y axis as items of the canvas, under which `bottom` is the one x axis."""

    def __init__(
        self, canvas: QGraphicsItem, bottom: PlotAxis, theme: Theme, font: QFont, *, quick: bool = False
    ) -> None:
        self._font = font
        self._theme = theme
        self.state = PaneState()
        self.window = UNSEEN
        self._x: Range = (0.0, 1.0)
        self._y: Range = (0.0, 1.0)
        self._bottom = bottom
        self._box = pg.ViewBox(canvas, enableMenu=False, enableMouse=False, defaultPadding=0.0)
        self._box.disableAutoRange()
        self.left = PlotAxis("left", theme, font)
        self.left.setParentItem(canvas)
        self.left.linkToView(self._box)
        self._grid = GridItem(canvas, self.left, bottom, theme)
        self.curves = CurvesItem(self._box, theme, quick=quick)
        self._crosshair = CrosshairItem(self._box, theme)
        self._canvas = canvas
        self._overlays: list[OverlayItem] = []
        self._underlays: list[UnderlayItem] = []

    @property
    def box(self) -> pg.ViewBox:
        """The plot area; items over it have it for a parent, and its upper left corner for their origin."""
        return self._box

    @property
    def area(self) -> QRectF:
        """Where the curves are, in the canvas's coordinates."""
        area: QRectF = self._box.geometry()
        return area

    def add_overlay(self, make: Callable[[QGraphicsItem, Theme], _Overlay]) -> _Overlay:
        """Return an item, made of its parent and the theme, that follows theme and window from now on."""
        overlay = make(self._box, self._theme)
        overlay.set_window(self.window)
        self._overlays.append(overlay)
        return overlay

    def add_underlay(self, make: Callable[[QGraphicsItem, Theme], _Underlay]) -> _Underlay:
        """Return such an item that lies behind the grid, if its z value says so: its parent is the canvas."""
        underlay = make(self._canvas, self._theme)
        underlay.setPos(self.area.topLeft())
        underlay.set_window(self.window)
        self._overlays.append(underlay)
        self._underlays.append(underlay)
        return underlay

    def set_theme(self, theme: Theme) -> None:
        """Paint in the theme's colours."""
        self._theme = theme
        parts: list[Themed] = [self.left, self._grid, self.curves, self._crosshair, *self._overlays]
        for part in parts:
            part.set_theme(theme)

    def set_state(self, state: PaneState) -> None:
        """Show what these settings say."""
        self.state = state
        self.curves.set_curves(state.curves)
        self.left.set_scale("log" if state.log_y else "linear", state.title)

    def set_x(self, x: Range) -> bool:
        """Bring the steps `x` into view, and the values that belong to them; return whether any range is another."""
        y = self.state.y_range(x, self.window.width)
        edge_label = self.state.lower_edge_label(x, self.window.width)
        if (x, y, edge_label) == (self._x, self._y, self.left.edge_label):
            return False
        self._x, self._y = x, y
        self._box.setRange(xRange=x, yRange=y, padding=0.0)
        self.left.set_edge_label(edge_label)
        return True

    def needed_width(self) -> float:
        """Return the width that the labels of the y axis need, in whole half lines, so that it seldom changes."""
        line = QFontMetricsF(self._font).height()
        return max(ceil(2 * self.left.needed_width() / line) * line / 2, 5.5 * line)

    def lay_out(self, left: float, area: QRectF) -> bool:
        """Put the plot area at `area`, its axis `left` pixels wide before it; return whether the window is another."""
        self.left.setWidth(left)
        self._box.setGeometry(area)
        self.left.setGeometry(QRectF(area.left() - left, area.top(), left, area.height()))
        self._grid.setPos(area.topLeft())
        self._grid.update()
        for underlay in self._underlays:
            underlay.setPos(area.topLeft())
        window = Window(self._x, self._y, area.width(), area.height(), self.state.log_y)
        if window == self.window:
            return False
        self.window = window
        self.curves.set_window(window)
        self._grid.set_size(area.width(), area.height())
        for overlay in self._overlays:
            overlay.set_window(window)
        return True

    def refresh(self) -> bool:
        """Repaint where new rows of the curves change the picture; return whether they do."""
        changed = False
        for drawn in self.state.curves:
            columns = drawn.changed_columns(self.window)
            if columns is not None:
                changed = True
                self.curves.update_columns(*columns)
        return changed

    def paint_anew(self) -> None:
        """Repaint all curves, with every row that there is."""
        self.curves.update()
        for drawn in self.state.curves:
            drawn.taken_rows = drawn.pyramid.rows

    def place_crosshair(self, step: int | None) -> None:
        """Mark a step, with a dot on every curve; None marks none."""
        window = self.window
        if step is None or not window.x[0] <= step <= window.x[1]:
            self._crosshair.setVisible(False)
            return
        values = [drawn.value_at(drawn.curve.row_at(step)) for drawn in self.state.curves]
        heights: Sequence[float] = window.to_y(np.array(values)).tolist() if values else []
        colours = [curve_colour(drawn.curve, self._theme) for drawn in self.state.curves]
        dots = [(y, colour) for y, colour in zip(heights, colours, strict=True) if 0 <= y <= window.height]
        self._crosshair.show_at(float(window.to_x(np.array([float(step)]))[0]), window.height, dots)

    def value_at(self, x: float, y: float) -> tuple[float, float]:
        """Return step and value (log10 on a logarithmic axis) at a position in the canvas's coordinates."""
        area, window = self.area, self.window
        across = (x - area.left()) / area.width()
        up = (area.bottom() - y) / area.height()
        low, high = window.y
        return window.x[0] + across * (window.x[1] - window.x[0]), low + up * (high - low)

    def set_visible(self, visible: bool) -> None:
        """Show the pane, or hide it with everything in it."""
        for item in (self.left, self._grid, self._box):
            item.setVisible(visible)
