"""PlotCanvas: panes over one x axis, legend and cursor as one graphics widget, on a window's surface or on a figure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Signal
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QGraphicsRectItem, QGraphicsSceneResizeEvent, QStyleOptionGraphicsItem, QWidget

from lrgui.core.bands import Band
from lrgui.core.figure_options import Legend
from lrgui.session.values import XAxis
from lrgui.ui.plot.axis import PlotAxis
from lrgui.ui.plot.bands_item import BandLabelsItem, BandsItem
from lrgui.ui.plot.curve import Curve
from lrgui.ui.plot.legend import LegendItem
from lrgui.ui.plot.markers_item import MarkersItem
from lrgui.ui.plot.pane import Pane, Themed
from lrgui.ui.plot.pane_content import PaneContent, pane_states
from lrgui.ui.plot.placed_legend import PlacedLegend
from lrgui.ui.plot.title import paint_title
from lrgui.ui.plot.view_state import PaneState, ShownMarkers, ViewState
from lrgui.ui.plot.window import Range, Window
from lrgui.ui.theme import Theme
from lrgui.ui.words import counted

_SHARES = (0.15, 0.75)  # of the height of both panes: the least and the most that the second one may have


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
        self.transparent = False
        self._font = font
        self._quick = quick
        self._state = ViewState()
        self._label_width = 0.0
        self._cursor: int | None = None
        self._legend_placed_at = -1
        self._contents: tuple[PaneContent, ...] = ()
        self._hidden: frozenset[str] = frozenset()
        self._keeps = False
        self._bottom = PlotAxis("bottom", theme, font)
        self._bottom.setParentItem(self)
        self.panes: tuple[Pane, ...] = ()
        self._made_panes: list[Pane] = []
        self._fit_panes(1)
        self._bottom.linkToView(self.main.box)
        self._bands = self.main.add_underlay(BandsItem)
        self.band_labels = self.main.add_overlay(partial(BandLabelsItem, font=font))
        self.markers = self.main.add_overlay(partial(MarkersItem, font=font))
        self._legend = PlacedLegend(self, self.main, theme, font, quick=quick)
        self._rubber_band = QGraphicsRectItem(self)
        self._rubber_band.setZValue(600.0)
        self._rubber_band.setVisible(False)
        self.set_theme(theme)

    @property
    def main(self) -> Pane:
        """The upper pane, which is always there."""
        return self.panes[0]

    @property
    def state(self) -> ViewState:
        """A copy of the settings behind the picture."""
        return self._state.copy()

    @property
    def window(self) -> Window:
        """The part of the data in view in the main pane."""
        return self.main.window

    @property
    def plot_area(self) -> QRectF:
        """Where the main pane's curves are, in the canvas's coordinates."""
        return self.main.area

    @property
    def legend(self) -> LegendItem:
        """The legend, which lists the curves of the main pane."""
        return self._legend.item

    @property
    def legend_texts(self) -> tuple[str, ...]:
        """What the legend says, row by row."""
        return self._legend.item.texts

    @property
    def legend_rect(self) -> QRectF:
        """Where the legend is, in the canvas's coordinates; not valid without one."""
        return self._legend.rect

    def set_theme(self, theme: Theme) -> None:
        """Draw in the theme's colours."""
        self.theme = theme
        parts: list[Themed] = [*self._made_panes, self._bottom, self._legend]
        for part in parts:
            part.set_theme(theme)
        accent = QColor(theme.accent)
        self._rubber_band.setPen(QPen(accent, 1.0))
        accent.setAlphaF(0.15)
        self._rubber_band.setBrush(accent)
        self._place_crosshair()
        self.update()

    def set_legend_mode(self, mode: Legend) -> None:
        """Have the legend inside the plot area, beside it, or not at all."""
        self._legend.set_mode(mode)
        self.set_state(self._state)

    def set_state(self, state: ViewState) -> None:
        """Show what these settings say."""
        self._state = state
        self._fit_panes(len(state.panes))
        for pane, pane_state in zip(self.panes, state.panes, strict=True):
            pane.set_state(pane_state)
        self._legend.set_curves(self._named_curves(), self._hidden)
        self._legend.item.set_place(state.legend_place)
        self._show_bands()
        self.markers.set_markers(state.markers)
        self.settle()

    def set_panes(self, contents: Sequence[PaneContent]) -> None:
        """Show these panes from the top; what is already worked out for a curve that was there is kept."""
        self._contents = tuple(contents)
        panes = pane_states(contents, self._state.panes, self._hidden)
        self.set_state(replace(self._state, panes=panes))

    def set_bands(self, bands: Sequence[Band]) -> None:
        """Show these phases behind the curves of the main pane."""
        self._state.bands = tuple(bands)
        self._show_bands()

    def set_markers(self, markers: ShownMarkers) -> None:
        """Show what happens on the way of a run along the lower edge of the main pane."""
        self._state.markers = markers
        self.markers.set_markers(markers)

    @property
    def hidden(self) -> frozenset[str]:
        """The keys of curves that are listed in the legend and not drawn."""
        return self._hidden

    def set_hidden(self, hidden: frozenset[str]) -> None:
        """Leave out the curves with these keys, whenever they come, and list them as hidden."""
        if hidden == self._hidden:
            return
        self._hidden = hidden
        place = self._state.legend_place
        # Where it is now, else it might run from the mouse that has just clicked on it.
        self._state.legend_place = self.legend.place_of(self.legend.pos())
        self.set_panes(self._contents)
        self._state.legend_place = place
        self.legend.set_place(place)

    def put_legend(self, place: QPointF | None) -> None:
        """Have the legend at a place of `LegendItem.place_of`, or let it choose its own."""
        self._state.legend_place = place
        self.legend.set_place(place)
        self._place_legend()

    def set_x_axis(self, x_axis: XAxis) -> None:
        """Count the x axis in steps, in epochs or in parts of the run."""
        if x_axis != self._state.x_axis:
            self.set_state(replace(self._state, x_axis=x_axis))

    def set_planned(self, steps: int, steps_per_epoch: int) -> None:
        """Show this many steps while the user has not zoomed."""
        steps_per_epoch = max(1, steps_per_epoch)
        if (steps, steps_per_epoch) != (self._state.planned, self._state.steps_per_epoch):
            self.set_state(replace(self._state, planned=steps, steps_per_epoch=steps_per_epoch))

    def set_second_share(self, share: float) -> None:
        """Give the second pane this part of the height, within reason."""
        least, most = _SHARES
        self.set_state(replace(self._state, second_share=min(max(share, least), most)))

    def view_all(self) -> None:
        """Show every planned step, and all values; the legend chooses its place again."""
        panes = tuple(replace(pane, y=None) for pane in self._state.panes)
        self.set_state(replace(self._state, panes=panes, x=None, legend_place=None))

    def choose_range(self, x: Range | None = None, y: Range | None = None, pane: Pane | None = None) -> None:
        """Show these ranges with the next `refresh` or `show_chosen`, as near as sense allows.

        y is that of one pane, log10 on a logarithmic axis.
        """
        if x is not None:
            self._state.choose_x(x)
        if y is not None:
            chosen = pane or self.main
            chosen.state.choose_y(y, self._state.x_range(), chosen.window.width)

    def show_chosen(self) -> None:
        """Show the ranges that were chosen, unless they are shown already."""
        self._show()

    def show_range(self, x: Range | None = None, y: Range | None = None, pane: Pane | None = None) -> None:
        """Choose these ranges and show them at once."""
        self.choose_range(x, y, pane)
        self._show()

    def keep_values(self, keep: bool) -> None:
        """Keep the values in view, and the legend in its place, while curves begin anew; or no longer.

        Else the first rows of a curve would be drawn over an axis of their own for a moment.
        """
        if keep == self._keeps or (keep and self._state.end == 0):
            return
        self._keeps = keep
        for pane in self.panes:
            pane.state.kept = pane.window.y if keep else None
        if not keep:
            self.settle()

    def set_cursor(self, step: int | None) -> None:
        """Mark a step, or none."""
        if step != self._cursor:
            self._cursor = step
            self._place_crosshair()

    def show_rubber_band(self, rectangle: QRectF | None) -> None:
        """Show the rectangle that the user is drawing, in the canvas's coordinates."""
        self._rubber_band.setVisible(rectangle is not None)
        if rectangle is not None:
            self._rubber_band.setRect(rectangle)

    def pane_at(self, position: QPointF) -> Pane:
        """Return the pane at a position in the canvas's coordinates: beside all of them, the nearest."""
        return min(self.panes, key=lambda pane: max(pane.area.top() - position.y(), position.y() - pane.area.bottom()))

    def step_at(self, position: QPointF) -> int | None:
        """Return the step nearest to a position, None beside the plot areas or where nothing is recorded."""
        pane, end = self.pane_at(position), self._state.end
        if end == 0 or not pane.area.contains(position):
            return None
        step, _ = pane.value_at(position.x(), position.y())
        return min(max(round(step), 0), end - 1)

    def refresh(self) -> bool:
        """Take over what the traces have recorded since; return whether the picture changed."""
        curves = self._state.curves
        for drawn in curves:
            drawn.pyramid.extend()
        if all(drawn.taken_rows == drawn.pyramid.rows for drawn in curves):
            return False
        changed = self._show()
        for pane in self.panes:
            changed = pane.refresh() or changed
        if changed and self._progress() != self._legend_placed_at:
            self._place_legend()
        return changed

    def settle(self) -> None:
        """Choose ranges, the width of the axis and the place of the legend anew, and paint everything."""
        state = self._state
        titles = {
            "step": "optimizer step",
            "epoch": f"epoch ({counted(state.steps_per_epoch, 'step')} each)",
            "fraction": f"% of the run ({counted(state.planned, 'step')})",
        }
        unit = state.steps_per_epoch if state.x_axis == "epoch" else max(state.planned, 1)
        self._bottom.set_scale(state.x_axis, titles[state.x_axis], unit)
        self._label_width = 0.0
        if not self._show(anew=True):
            for pane in self.panes:
                pane.paint_anew()
        self._place_legend()
        self._place_crosshair()

    def resizeEvent(self, event: QGraphicsSceneResizeEvent) -> None:
        """Lay the parts out anew."""
        self.settle()

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Paint the background and the title."""
        if not self.transparent:
            painter.fillRect(self.rect(), QColor(self.theme.base))
        if self.title:
            paint_title(painter, self.title, self._font, QColor(self.theme.text), self.rect(), self.plot_area)

    def _fit_panes(self, count: int) -> None:
        """Have as many panes as there is something to show in; one that was there before is only hidden, and empty."""
        for _ in range(len(self._made_panes), count):
            self._made_panes.append(Pane(self, self._bottom, self.theme, self._font, quick=self._quick))
        self.panes = tuple(self._made_panes[:count])
        for pane in self._made_panes:
            pane.set_visible(pane in self.panes)
        for pane in self._made_panes[count:]:
            pane.set_state(PaneState())

    def _show(self, *, anew: bool = False) -> bool:
        """Bring the ranges of the state into view; return whether they differ from those shown before.

        `anew` where something else than ranges may have changed: names, sizes, ticks.
        """
        if self.size().width() < 1 or self.size().height() < 1:
            return False
        x = self._state.x_range()
        changed = [pane.set_x(x) for pane in self.panes]
        if not anew and not any(changed):
            return False
        if not self._lay_out():
            return False
        if self.scene() is not None:
            self.scene().prepareForPaint()  # else the new range is painted twice, now and when the scene notices
        for pane in self.panes:
            pane.paint_anew()
        self._legend.fit()
        self._place_crosshair()
        self.view_changed.emit()
        return True

    def _lay_out(self) -> bool:
        """Give every part its place; return whether any window is another one.

        The y axes widen when their labels need it, and narrow only in `settle`.
        """
        line = QFontMetricsF(self._font).height()
        self._label_width = max(self._label_width, *(pane.needed_width() for pane in self.panes))
        left, bottom = round(self._label_width), round(self._bottom.needed_height())
        top = round((1.8 if self.title else 0.0) * line)
        width = max(self.size().width() - left - self._legend.margin(self.size(), bottom), 4 * line)
        heads = [round((1.7 if pane.left.current_ticks().offset else 0.8) * line) for pane in self.panes]
        height = self.size().height() - top - bottom - sum(heads)
        changed, y = False, float(top)
        for pane, head, share in zip(self.panes, heads, self._shares(), strict=True):
            area = QRectF(left, y + head, width, max(round(share * height), 2 * line))
            changed = pane.lay_out(left, area) or changed
            y = area.bottom()
        self._bottom.setHeight(bottom)
        self._bottom.setGeometry(QRectF(left, y, width, bottom))
        return changed

    def _shares(self) -> tuple[float, ...]:
        share = self._state.second_share
        return (1.0,) if len(self.panes) == 1 else (1.0 - share, share)

    def _show_bands(self) -> None:
        self._bands.set_bands(self._state.bands)
        self.band_labels.set_bands(self._state.bands)

    def _place_crosshair(self) -> None:
        for pane in self.panes:
            pane.place_crosshair(self._cursor)

    def _place_legend(self) -> None:
        self._legend.settle(stays=self._keeps)
        self.band_labels.set_obstacle(self.legend_rect.translated(-self.plot_area.topLeft()))
        self._legend_placed_at = self._progress()

    def _named_curves(self) -> Sequence[Curve]:
        """Return what the legend lists: what is drawn in the main pane, and in a window what the user has hidden."""
        return self._contents[0].curves if self._contents else [drawn.curve for drawn in self.main.state.curves]

    def _progress(self) -> int:
        """Return how many eighths of the planned steps are recorded."""
        return 8 * self._state.end // max(self._state.planned, self._state.end, 1)
