"""PlotCanvas: axes, grid, curves, legend and cursor as one graphics widget, on a window's surface or on a figure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import ceil

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontInfo, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QGraphicsRectItem, QGraphicsSceneResizeEvent, QStyleOptionGraphicsItem, QWidget

from lrgui.core.pyramid import pyramid_of
from lrgui.session.values import XAxis
from lrgui.ui.plot.axis import GridItem, PlotAxis
from lrgui.ui.plot.crosshair import CrosshairItem
from lrgui.ui.plot.curve import Curve
from lrgui.ui.plot.curves_item import CurvesItem, curve_colour
from lrgui.ui.plot.drawn_curve import DrawnCurve
from lrgui.ui.plot.legend import LegendItem
from lrgui.ui.plot.view_state import ViewState
from lrgui.ui.plot.window import Range, Window
from lrgui.ui.theme import Theme
from lrgui.ui.words import counted, series_name


class PlotCanvas(pg.GraphicsWidget):  # type: ignore[misc]  # pyqtgraph has no types
    """Everything that is drawn, and which part of the data is in view.

    Signals:
        view_changed: other ranges are in view.
    """

    view_changed = Signal()

    def __init__(self, theme: Theme, font: QFont, *, quick: bool = False) -> None:
        super().__init__()
        self.theme = theme
        self.title = ""
        self._font = font
        self._state = ViewState()
        self._window = Window((0.0, 1.0), (0.0, 1.0), 1.0, 1.0)
        self._label_width = 0.0
        self._cursor: int | None = None
        self._legend_placed_at = -1
        self._box = pg.ViewBox(self, enableMenu=False, enableMouse=False, defaultPadding=0.0)
        self._box.disableAutoRange()
        self._left = PlotAxis("left", theme, font)
        self._bottom = PlotAxis("bottom", theme, font)
        for axis in (self._left, self._bottom):
            axis.setParentItem(self)
            axis.linkToView(self._box)
        self._grid = GridItem(self, self._left, self._bottom, theme)
        self._curves_item = CurvesItem(self._box, self._window, theme, quick=quick)
        self._crosshair = CrosshairItem(self._box, theme)
        self._legend = LegendItem(self._box, theme, font)
        self._rubber_band = QGraphicsRectItem(self._box)
        self._rubber_band.setZValue(600.0)
        self._rubber_band.setVisible(False)
        self.set_theme(theme)

    @property
    def state(self) -> ViewState:
        """A copy of the settings behind the picture."""
        return replace(self._state)

    @property
    def window(self) -> Window:
        """The part of the data in view."""
        return self._window

    @property
    def plot_area(self) -> QRectF:
        """Where the curves are, in the canvas's coordinates."""
        area: QRectF = self._box.geometry()
        return area

    @property
    def legend_texts(self) -> tuple[str, ...]:
        """What the legend says, row by row."""
        return self._legend.texts

    @property
    def legend_rect(self) -> QRectF:
        """Where the legend is, in the canvas's coordinates; not valid without one."""
        if not self._legend.texts:
            return QRectF()
        return self._legend.sceneBoundingRect()

    def set_theme(self, theme: Theme) -> None:
        """Draw in the theme's colours."""
        self.theme = theme
        for part in (self._left, self._bottom, self._grid, self._curves_item, self._crosshair, self._legend):
            part.set_theme(theme)
        accent = QColor(theme.accent)
        self._rubber_band.setPen(QPen(accent, 1.0))
        accent.setAlphaF(0.15)
        self._rubber_band.setBrush(accent)
        self._place_crosshair()
        self.update()

    def set_state(self, state: ViewState) -> None:
        """Show what these settings say."""
        self._state = state
        self._curves_item.set_curves(state.curves)
        self._legend.set_curves([drawn.curve for drawn in state.curves])
        self.settle()

    def set_curves(self, curves: Sequence[Curve]) -> None:
        """Draw these curves; what is already worked out for one that was there is kept."""
        kept = {drawn.curve: drawn for drawn in self._state.curves}
        drawn_curves = tuple(kept.get(curve) or DrawnCurve(curve, pyramid_of(curve.trace)) for curve in curves)
        for drawn in drawn_curves:
            drawn.pyramid.extend()
        self.set_state(replace(self._state, curves=drawn_curves))

    def set_series(self, series: str) -> None:
        """Name the y axis after a recorded series; another one is looked at in its whole height."""
        if series != self._state.series:
            self.set_state(replace(self._state, series=series, y=None))

    def set_x_axis(self, x_axis: XAxis) -> None:
        """Count the x axis in steps or in epochs."""
        if x_axis != self._state.x_axis:
            self.set_state(replace(self._state, x_axis=x_axis))

    def set_log_y(self, log_y: bool) -> None:
        """Make the y axis logarithmic or linear; what is in view along y is chosen anew."""
        if log_y != self._state.log_y:
            self.set_state(replace(self._state, log_y=log_y, y=None))

    def set_planned(self, steps: int, steps_per_epoch: int) -> None:
        """Show this many steps while the user has not zoomed."""
        steps_per_epoch = max(1, steps_per_epoch)
        if (steps, steps_per_epoch) != (self._state.planned, self._state.steps_per_epoch):
            self.set_state(replace(self._state, planned=steps, steps_per_epoch=steps_per_epoch))

    def view_all(self) -> None:
        """Show every planned step, and all values."""
        self.set_state(replace(self._state, x=None, y=None))

    def show_range(self, x: Range | None = None, y: Range | None = None) -> None:
        """Show these ranges (y as log10 on a logarithmic axis) from now on, as near as sense allows."""
        if x is not None:
            self._state.choose_x(x)
        if y is not None:
            self._state.choose_y(y, self._window.width)
        self._show()

    def set_cursor(self, step: int | None) -> None:
        """Mark a step, or none."""
        if step != self._cursor:
            self._cursor = step
            self._place_crosshair()

    def show_rubber_band(self, rectangle: QRectF | None) -> None:
        """Show the rectangle that the user is drawing, in the canvas's coordinates."""
        self._rubber_band.setVisible(rectangle is not None)
        if rectangle is not None:
            self._rubber_band.setRect(rectangle.translated(-self.plot_area.topLeft()))

    def value_at(self, position: QPointF) -> tuple[float, float]:
        """Return step and y (log10 on a logarithmic axis) at a position in the canvas's coordinates."""
        area, (x, y) = self.plot_area, (self._window.x, self._window.y)
        across = (position.x() - area.left()) / area.width()
        up = (area.bottom() - position.y()) / area.height()
        return x[0] + across * (x[1] - x[0]), y[0] + up * (y[1] - y[0])

    def step_at(self, position: QPointF) -> int | None:
        """Return the recorded step nearest to a position, None beside the plot area or where nothing is recorded."""
        if self._state.rows == 0 or not self.plot_area.contains(position):
            return None
        return min(max(round(self.value_at(position)[0]), 0), self._state.rows - 1)

    def refresh(self) -> bool:
        """Take over what the traces have recorded since; return whether the picture changed."""
        curves = self._state.curves
        for drawn in curves:
            drawn.pyramid.extend()
        if all(drawn.taken_rows == drawn.pyramid.rows for drawn in curves):
            return False
        changed = self._show()
        for drawn in curves:
            columns = drawn.changed_columns(self._window)
            if columns is not None:
                changed = True
                self._curves_item.update_columns(*columns)
        if changed and self._progress() != self._legend_placed_at:
            self._place_legend()
        return changed

    def settle(self) -> None:
        """Choose ranges, the width of the axis and the place of the legend anew, and paint everything."""
        state = self._state
        self._left.set_scale("log" if state.log_y else "linear", series_name(state.series))
        title = (
            f"epoch ({counted(state.steps_per_epoch, 'step')} each)" if state.x_axis == "epoch" else "optimizer step"
        )
        self._bottom.set_scale(state.x_axis, title, state.steps_per_epoch)
        self._label_width = 0.0
        self._show(anew=True)
        self._curves_item.update()
        for drawn in state.curves:
            drawn.taken_rows = drawn.pyramid.rows
        self._place_legend()
        self._place_crosshair()

    def resizeEvent(self, event: QGraphicsSceneResizeEvent) -> None:
        """Lay the parts out anew."""
        self.settle()

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Paint the background and the title."""
        painter.fillRect(self.rect(), QColor(self.theme.base))
        if not self.title:
            return
        font = QFont(self._font)
        font.setBold(True)
        metrics, area = QFontMetricsF(font), self.plot_area
        painter.setFont(font)
        painter.setPen(QColor(self.theme.text))
        room = QRectF(area.left(), 0.6 * metrics.height(), area.width(), metrics.height())
        title = metrics.elidedText(self.title, Qt.TextElideMode.ElideRight, area.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignCenter, title)

    def _show(self, *, anew: bool = False) -> bool:
        """Bring the ranges of the state into view; return whether they differ from those shown before.

        `anew` where something else than ranges may have changed: names, sizes, ticks.
        """
        if self.size().width() < 1 or self.size().height() < 1:
            return False
        before, state = self._window, self._state
        x, y = state.x_range(), state.y_range(before.width)
        edge_label = state.lower_edge_label(before.width)
        if not anew and (before.x, before.y) == (x, y) and edge_label == self._left.edge_label:
            return False
        self._box.setRange(xRange=x, yRange=y, padding=0.0)
        self._left.set_edge_label(edge_label)
        self._lay_out()
        area = self.plot_area
        self._window = Window(x, y, area.width(), area.height(), state.log_y)
        if self._window == before:
            return False
        if self.scene() is not None:
            self.scene().prepareForPaint()  # else the new range is painted twice, now and when the scene notices
        self._curves_item.set_window(self._window)
        self._grid.set_size(area.width(), area.height())
        self._legend.set_area(area.width(), area.height())
        self._place_crosshair()
        self.view_changed.emit()
        return True

    def _lay_out(self) -> None:
        """Give every part its place; the y axis widens when its labels need it, and narrows only in `settle`."""
        line = QFontMetricsF(self._font).height()
        needed = ceil(2 * self._left.needed_width() / line) * line / 2
        self._label_width = max(self._label_width, needed, 5.5 * line)
        left, bottom = round(self._label_width), round(self._bottom.needed_height())
        top = round((1.8 if self.title else 0.0) * line + (1.7 if self._left.current_ticks().offset else 0.8) * line)
        free = self.size() - QSizeF(left + round(1.6 * line), top + bottom)
        area = QRectF(QPointF(left, top), free.expandedTo(QSizeF(4 * line, 2 * line)))
        self._left.setWidth(left)
        self._bottom.setHeight(bottom)
        self._box.setGeometry(area)
        self._left.setGeometry(QRectF(0.0, area.top(), left, area.height()))
        self._bottom.setGeometry(QRectF(area.left(), area.bottom(), area.width(), bottom))
        self._grid.setPos(area.topLeft())
        self._grid.update()

    def _place_crosshair(self) -> None:
        step, window = self._cursor, self._window
        if step is None or not window.x[0] <= step <= window.x[1]:
            self._crosshair.setVisible(False)
            return
        places = [
            (drawn.place_of(step, window)[1], curve_colour(drawn.curve, self.theme)) for drawn in self._state.curves
        ]
        dots = [(y, colour) for y, colour in places if 0 <= y <= window.height]
        self._crosshair.show_at(float(window.to_x(np.array([float(step)]))[0]), window.height, dots)

    def _place_legend(self) -> None:
        envelopes = self._state.envelopes(self._window.width)
        self._legend.choose_corner(envelopes, self._window)
        self._legend_placed_at = self._progress()

    def _progress(self) -> int:
        """Return how many eighths of the planned steps are recorded."""
        return 8 * self._state.rows // max(self._state.planned, self._state.rows, 1)


def device_font(font: QFont) -> QFont:
    """Return a font measured in pixels, so that it is as large on a figure's paper as on the screen."""
    fixed = QFont(font)
    fixed.setPixelSize(max(1, QFontInfo(font).pixelSize()))
    return fixed
