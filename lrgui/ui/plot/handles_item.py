"""What can be dragged in the plot: slim lines with a grip at the edge, and the value of the one that is attended to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from lrgui.core.handles import Handle
from lrgui.ui.plot.area_item import AreaItem
from lrgui.ui.plot.handle_shapes import Shape, nearest, shapes_in_view
from lrgui.ui.plot.window import Window
from lrgui.ui.theme import Theme, blend

_LINE_PALER = 0.45  # than muted text
_DASHES = [5.0, 4.0]  # of what only ends there, in pixels
_RING = 2.5  # around the grip that the keyboard moves


class HandlesItem(AreaItem):
    """Paints the handles; the upper left corner of the plot area is the item's origin.

    The one that is hovered, held or focused (each the place of a handle) stands out and shows its value.
    """

    def __init__(self, parent: QGraphicsItem, theme: Theme, font: QFont) -> None:
        super().__init__(parent, theme)
        self._line = QFontMetricsF(font).height()
        self._handles: tuple[Handle, ...] = ()
        self._colours: Mapping[str, int] = {}
        self._shapes: tuple[Shape, ...] = ()
        # In the order in which one is told of.
        self._attended: dict[str, str | None] = {"held": None, "hovered": None, "focused": None}
        self._label = ValueLabel(parent, theme, font)
        self.setZValue(250.0)

    @property
    def shapes(self) -> tuple[Shape, ...]:
        """The handles in view."""
        return self._shapes

    @property
    def label(self) -> ValueLabel:
        """The value of the handle that is attended to."""
        return self._label

    @property
    def focused(self) -> str | None:
        """The place of the handle that the keyboard moves."""
        return self._attended["focused"]

    def set_handles(self, handles: Sequence[Handle], colours: Mapping[str, int]) -> None:
        """Show these handles; `colours` has the curve colour of the groups' own ones by their place."""
        if (tuple(handles), dict(colours)) == (self._handles, self._colours):
            return
        self._handles, self._colours = tuple(handles), dict(colours)
        places = {handle.place for handle in handles}
        self._attended = {how: place if place in places else None for how, place in self._attended.items()}
        self._arrange()

    def set_theme(self, theme: Theme) -> None:
        """Paint in the theme's colours."""
        super().set_theme(theme)
        self._label.set_theme(theme)

    def set_window(self, window: Window) -> None:
        """Paint for this part of the data."""
        super().set_window(window)
        self._arrange()

    def attend(self, **places: str | None) -> None:
        """Let the handle at a place stand out that is `hovered`, `held` or `focused`; what is not given stays."""
        before = self._attended
        after = {**before, **places}
        if before == after:
            return
        self._attended = after
        self._label.show_value(self._told())
        for place in {*before.values(), *after.values()}:
            shape = self.shape_of(place)
            if shape is not None:
                self.update(shape.extent)

    def handle_at(self, position: QPointF) -> Handle | None:
        """Return what the mouse takes hold of at a position, None where there is nothing."""
        shape = nearest(self._shapes, position)
        return None if shape is None else shape.handle

    def shape_of(self, place: str | None) -> Shape | None:
        """Return the handle at a place, None where it is not in view."""
        return next((shape for shape in self._shapes if shape.handle.place == place), None)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Paint all lines, then all grips, and over the others what stands out."""
        if not self._shapes:
            return
        painter.setClipRect(self.boundingRect(), Qt.ClipOperation.IntersectClip)
        attended = self._attended.values()
        in_order = sorted(self._shapes, key=lambda shape: shape.handle.place in attended)
        for shape in in_order:
            self._paint_line(painter, shape, stands_out=shape.handle.place in attended)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for shape in in_order:
            self._paint_grip(painter, shape, stands_out=shape.handle.place in attended)

    def _paint_line(self, painter: QPainter, shape: Shape, *, stands_out: bool) -> None:
        if shape.handle.axis == "y" and not stands_out:
            return
        theme = self._theme
        # Opaque: translucent lines are slow.
        colour = QColor(theme.accent) if stands_out else blend(theme.muted, theme.base, _LINE_PALER)
        pen = QPen(colour, 1.0)
        if shape.handle.kind != "milestone":
            pen.setDashPattern(_DASHES)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, painter.device().devicePixelRatio() % 1 != 0)
        painter.setPen(pen)
        painter.drawLine(QLineF(*shape.ends))

    def _paint_grip(self, painter: QPainter, shape: Shape, *, stands_out: bool) -> None:
        theme, place = self._theme, shape.handle.place
        colour = QColor(theme.curve_colour(self._colours[place]) if place in self._colours else theme.muted)
        edge = QColor(theme.accent) if stands_out else colour
        if place == self.focused:
            for ring, width in ((edge, 2 * _RING + 1.0), (QColor(theme.base), _RING)):
                pen = QPen(ring, width)
                pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
                painter.setPen(pen)
                painter.drawPolygon(shape.grip)
        painter.setPen(QPen(edge, 1.0))
        painter.setBrush(edge if stands_out else blend(colour.name(), theme.base, 0.55))
        painter.drawPolygon(shape.grip)
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def _arrange(self) -> None:
        self._shapes = shapes_in_view(self._handles, self._window, self._line)
        self._label.show_value(self._told())
        self.update()

    def _told(self) -> Shape | None:
        """Return the handle whose value is shown."""
        shapes = (self.shape_of(place) for place in self._attended.values())
        return next((shape for shape in shapes if shape is not None), None)


class ValueLabel(QGraphicsItem):
    """A value in a small frame, over curves and legend."""

    def __init__(self, parent: QGraphicsItem, theme: Theme, font: QFont) -> None:
        super().__init__(parent)
        self._theme = theme
        self._font = font
        self._rect = QRectF()
        self.text = ""
        self.setZValue(550.0)
        self.setVisible(False)

    def set_theme(self, theme: Theme) -> None:
        """Paint in the theme's colours."""
        self._theme = theme
        self.update()

    def show_value(self, shape: Shape | None) -> None:
        """Tell the value of a handle beside its grip; nothing without one."""
        self.setVisible(shape is not None)
        if shape is None:
            self.text = ""
            return
        metrics = QFontMetricsF(self._font)
        most = max(1.0, shape.window.width - 4.0 - metrics.height())
        self.text = metrics.elidedText(shape.handle.text, Qt.TextElideMode.ElideMiddle, most)
        width = metrics.horizontalAdvance(self.text) + metrics.height()
        self.prepareGeometryChange()
        self._rect = shape.label_rect(width, 1.4 * metrics.height())
        self.update()

    def boundingRect(self) -> QRectF:
        """Return the frame."""
        return self._rect.adjusted(-1.0, -1.0, 1.0, 1.0)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Paint the frame and the text in it."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(self._theme.accent), 1.0))
        painter.setBrush(QColor(self._theme.base))
        painter.drawRoundedRect(self._rect, 3.0, 3.0)
        painter.setFont(self._font)
        painter.setPen(QColor(self._theme.text))
        painter.drawText(self._rect, Qt.AlignmentFlag.AlignCenter, self.text)
