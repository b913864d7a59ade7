"""PlotView: the plot as a widget of the window."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFontMetricsF, QImage, QPalette, QShowEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QToolTip, QWidget

from lrgui.core.bands import Band
from lrgui.core.figure_options import MM_PER_INCH, POINTS_PER_INCH, FigureOptions, FigurePreset
from lrgui.core.handles import Handle
from lrgui.core.markers import Marker
from lrgui.core.trace import Columns
from lrgui.session.values import XAxis
from lrgui.ui.plot.canvas import PlotCanvas
from lrgui.ui.plot.divider import PaneDivider
from lrgui.ui.plot.export import Rendered, render_figure, render_image, render_thumbnail
from lrgui.ui.plot.fonts import device_font
from lrgui.ui.plot.handles_grip import HandlesGrip
from lrgui.ui.plot.handles_item import HandlesItem
from lrgui.ui.plot.handles_keys import HandlesKeys
from lrgui.ui.plot.legend import Listed
from lrgui.ui.plot.legend_grip import LegendGrip
from lrgui.ui.plot.pane import Pane
from lrgui.ui.plot.pane_content import PaneContent
from lrgui.ui.plot.surface import PlotSurface
from lrgui.ui.plot.view_state import ShownMarkers
from lrgui.ui.plot.window import Range, zoomed
from lrgui.ui.theme import LIGHT, Theme


class PlotView(QWidget):
    """Curves over steps or epochs, to be zoomed and panned with the mouse.

    The wheel zooms x at the mouse (y with Ctrl, Shift or over the y axis), dragging pans, dragging with the right
    button or Shift zooms to a rectangle, a double click shows everything. What the legend does is told at LegendGrip.

    Signals:
        cursor_moved: the recorded step under the mouse (int), None when there is none.
        view_changed: other ranges are in view.
        moved_by_user: the user zooms or pans.
        menu_requested: where a context menu is wanted (QPoint, global).
        hiding_wanted: the user wants exactly the curves with these keys hidden (a frozenset).
    """

    cursor_moved = Signal(object)
    view_changed = Signal()
    moved_by_user = Signal()
    menu_requested = Signal(QPoint)
    hiding_wanted = Signal(object)

    def __init__(self, theme: Theme = LIGHT) -> None:
        super().__init__()
        self._mouse: QPointF | None = None
        self._cursor: int | None = None
        self._told = ""
        self.canvas = PlotCanvas(theme, device_font(self.font()), quick=True)
        self.surface = PlotSurface()
        self.surface.setCentralItem(self.canvas)
        self.handles = self.canvas.main.add_overlay(partial(HandlesItem, font=device_font(self.font())))
        self.handles_grip = HandlesGrip(self.canvas, self.handles)
        self.handles_keys = HandlesKeys(self.handles)
        self._legend_grip = LegendGrip(self.canvas, self.surface, self.hiding_wanted.emit)
        self.surface.set_grips((self._legend_grip, self.handles_grip, PaneDivider(self.canvas)))
        self.surface.set_keys(self.handles_keys)
        self.surface.setAccessibleName("Plot")
        self.message = _make_message()
        # One on top of the other.
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.surface, 0, 0)
        layout.addWidget(self.message, 0, 0, Qt.AlignmentFlag.AlignVCenter)
        self.canvas.view_changed.connect(self._on_view_changed)
        self.surface.zoomed.connect(self._on_zoomed)
        self.surface.panned.connect(self._on_panned)
        self.surface.rectangle_drawn.connect(self.canvas.show_rubber_band)
        self.surface.rectangle_chosen.connect(self._on_rectangle_chosen)
        self.surface.double_clicked.connect(self._on_double_clicked)
        self.surface.hovered.connect(self._on_hovered)
        self.surface.hovered.connect(self.handles_grip.hover)
        self.surface.hovered.connect(self._legend_grip.hover)
        self.handles_grip.pressed.connect(self.handles_keys.focus)
        self.handles_keys.focused.connect(self._tell_handle)
        self.surface.menu_requested.connect(self.menu_requested)

    @property
    def is_zoomed(self) -> bool:
        """True once the user has chosen a range."""
        return self.canvas.state.is_zoomed

    @property
    def theme(self) -> Theme:
        """The theme that is drawn in."""
        return self.canvas.theme

    @property
    def listed(self) -> tuple[Listed, ...]:
        """What the legend lists."""
        return self.canvas.legend.listed

    @property
    def hidden(self) -> frozenset[str]:
        """The keys of curves that are listed and not drawn."""
        return self.canvas.hidden

    def set_hidden(self, hidden: frozenset[str]) -> None:
        """Leave out the curves with these keys."""
        self.canvas.set_hidden(hidden)

    def set_panes(self, contents: Sequence[PaneContent]) -> None:
        """Draw these panes, one above the other."""
        self.canvas.set_panes(contents)
        self._follow_mouse()

    def set_theme(self, theme: Theme) -> None:
        """Draw in the theme's colours."""
        self.canvas.set_theme(theme)

    def set_message(self, text: str) -> None:
        """Say in the middle of the plot why there is nothing to see; the empty text says nothing."""
        self.message.setText(text)
        self.message.setVisible(bool(text))

    def set_markers(self, markers: Sequence[Marker], steps_per_epoch: int = 1, stretch: float = 1.0) -> None:
        """Mark what happens on the way of a run, whose rows take `stretch` steps of the x axis each."""
        self.canvas.set_markers(ShownMarkers(tuple(markers), steps_per_epoch, stretch))
        self._follow_mouse()

    def set_bands(self, bands: Sequence[Band]) -> None:
        """Show these phases behind the curves of the main pane."""
        self.canvas.set_bands(bands)

    def set_handles(self, handles: Sequence[Handle], colours: Mapping[str, int]) -> None:
        """Let these be taken hold of in the main pane; `colours` are curve colours by the places of handles."""
        self.handles.set_handles(handles, colours)
        shape = self.handles.shape_of(self.handles.focused)
        self._tell_handle(shape.handle if shape is not None else None)

    def set_x_axis(self, x_axis: XAxis) -> None:
        """Count the x axis in steps, in epochs or in parts of the run."""
        self.canvas.set_x_axis(x_axis)

    def set_planned(self, steps: int, steps_per_epoch: int) -> None:
        """Show this many steps while the user has not zoomed."""
        self.canvas.set_planned(steps, steps_per_epoch)

    def refresh(self) -> bool:
        """Take over new rows of all traces; return whether something is repainted. To be called once per frame."""
        return self.canvas.refresh()

    @Slot()
    def view_all(self) -> None:
        """Show every planned step, and all values."""
        self.canvas.view_all()

    def zoom_to_x(self, first: float, last: float) -> None:
        """Show the steps `first` to `last`."""
        self.canvas.show_range(x=(float(first), float(last)))

    def visible_range(self) -> tuple[Range, Range]:
        """Return the steps and the main pane's values in view; the latter as log10 on a logarithmic axis."""
        return self.canvas.window.x, self.canvas.window.y

    def stretch_of(self, trace: Columns) -> float:
        """Return how many steps of the x axis a row of a trace takes."""
        return next((drawn.curve.stretch for drawn in self.canvas.state.curves if drawn.curve.trace is trace), 1.0)

    def screen_preset(self) -> FigurePreset:
        """Return the size of the plot on the screen, with text as large as there."""
        size, inch = self.canvas.size(), 96.0  # logical pixels
        width, height = (length / inch * MM_PER_INCH for length in (size.width(), size.height()))
        points = device_font(self.font()).pixelSize() / inch * POINTS_PER_INCH
        return FigurePreset("screen", "As on the screen", width, height, points)

    def screen_options(self) -> FigureOptions:
        """Return the options of a figure that is as on the screen, with two pixels for each."""
        preset = self.screen_preset()
        return FigureOptions(preset.width, preset.height, dpi=192, font_size=preset.font_size)

    def image(self, options: FigureOptions) -> QImage:
        """Return the figure as an image, as for the clipboard.

        Raises:
            FileError: when there is not the memory for it.
        """
        return render_image(self.canvas.state, options)

    def thumbnail(self, options: FigureOptions, room: QSize) -> QImage:
        """Return a quick picture of the figure, as large as fits into `room` (pixels)."""
        return render_thumbnail(self.canvas.state, options, room)

    def figure(self, suffix: str, options: FigureOptions) -> Rendered:
        """Draw a figure and return what gives the content of its file; `suffix` is `.png`, `.svg` or `.pdf`.

        Raises:
            FileError: when there is not the memory for it.
        """
        return render_figure(suffix, self.canvas.state, options)

    def sizeHint(self) -> QSize:
        """Return a size in which a figure reads well."""
        line = QFontMetricsF(self.font()).height()
        return QSize(round(45 * line), round(28 * line))

    def minimumSizeHint(self) -> QSize:
        """Return the size below which axes leave no room for curves."""
        line = QFontMetricsF(self.font()).height()
        return QSize(round(16 * line), round(9 * line))

    def showEvent(self, event: QShowEvent) -> None:
        """Have all sizes settled before the first paint."""
        super().showEvent(event)
        self.canvas.settle()

    @Slot()
    def _on_view_changed(self) -> None:
        self._follow_mouse()
        self.view_changed.emit()

    @Slot(QPointF, float, bool)
    def _on_zoomed(self, at: QPointF, factor: float, vertical: bool) -> None:
        pane = self.canvas.pane_at(at)
        window, (x, y) = pane.window, pane.value_at(at.x(), at.y())
        if vertical or at.x() < pane.area.left():
            self._move(y=zoomed(window.y, y, factor), pane=pane)
        else:
            self._move(x=zoomed(window.x, x, factor))

    @Slot(QPointF, QPointF, QPointF)
    def _on_panned(self, pressed: QPointF, start: QPointF, stop: QPointF) -> None:
        """Move the data along with the mouse; along y only where the user has zoomed y."""
        pane = self.canvas.pane_at(pressed)
        window = pane.window
        before, after = pane.value_at(start.x(), start.y()), pane.value_at(stop.x(), stop.y())
        across, up = before[0] - after[0], before[1] - after[1]
        on_y_axis = pressed.x() < pane.area.left()
        x = None if on_y_axis else (window.x[0] + across, window.x[1] + across)
        y = None if pane.state.y is None and not on_y_axis else (window.y[0] + up, window.y[1] + up)
        # The step under the mouse goes with it: neither cursor nor readout changes.
        self._mouse = stop
        self._move(x, y, pane)

    @Slot(QRectF)
    def _on_rectangle_chosen(self, rectangle: QRectF) -> None:
        """Show what is in the rectangle; one that is hardly high (or wide) zooms the other axis alone."""
        pane = self.canvas.pane_at(rectangle.center())
        area = rectangle.intersected(pane.area)
        least = QFontMetricsF(self.font()).height()
        left, top = pane.value_at(area.left(), area.top())
        right, bottom = pane.value_at(area.right(), area.bottom())
        self._move(
            (left, right) if area.width() >= least else None,
            (bottom, top) if area.height() >= least else None,
            pane,
        )

    def _move(self, x: Range | None = None, y: Range | None = None, pane: Pane | None = None) -> None:
        """Show these ranges; told before they are shown, so that new rows may come into the same picture."""
        self.canvas.choose_range(x, y, pane)
        self.moved_by_user.emit()
        self.canvas.show_chosen()

    @Slot(QPointF)
    def _on_double_clicked(self, position: QPointF) -> None:
        if not self._legend_grip.double_click(position):
            self.view_all()

    @Slot(object)
    def _on_hovered(self, position: QPointF | None) -> None:
        self._mouse = position
        self._follow_mouse()

    @Slot(object)
    def _tell_handle(self, handle: Handle | None) -> None:
        """Tell people who do not see it what the arrow keys move, and its value."""
        self.surface.setAccessibleDescription(handle.text if handle is not None else "")

    def _follow_mouse(self) -> None:
        """Mark and tell the step that is now under the mouse."""
        step = None if self._mouse is None else self.canvas.step_at(self._mouse)
        self.canvas.set_cursor(step)
        if step != self._cursor:
            self._cursor = step
            self.cursor_moved.emit(step)
        self._tell_marker()

    def _tell_marker(self) -> None:
        """Say in a tool tip what happened at the marker under the mouse."""
        text = (
            self.canvas.markers.hover(None if self._mouse is None else self._mouse - self.canvas.plot_area.topLeft())
            or ""
        )
        if text == self._told:
            return
        self._told = text
        # Of what lies there too, a handle or the legend, nothing is told meanwhile.
        self.canvas.markers.setToolTip(text)
        if text and self._mouse is not None:
            viewport = self.surface.viewport()
            QToolTip.showText(viewport.mapToGlobal(self._mouse.toPoint()), text, viewport)
        else:
            QToolTip.hideText()


def _make_message() -> QLabel:
    message = QLabel()
    message.setTextFormat(Qt.TextFormat.PlainText)
    message.setAlignment(Qt.AlignmentFlag.AlignCenter)
    message.setWordWrap(True)
    message.setMargin(message.fontMetrics().height() * 5)
    message.setForegroundRole(QPalette.ColorRole.PlaceholderText)
    message.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    message.hide()
    return message
