"""What happened on the way of a run: small shapes along the lower edge of the plot area."""

from __future__ import annotations

from math import isclose

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from lrgui.core.markers import Marker, MarkerKind
from lrgui.core.numbers import group_digits
from lrgui.core.trace import FloatArray, RowNumbers
from lrgui.ui.plot.area_item import AreaItem
from lrgui.ui.plot.marker_glyphs import MarkerGlyphs
from lrgui.ui.plot.view_state import ShownMarkers
from lrgui.ui.plot.window import Window
from lrgui.ui.theme import Theme
from lrgui.ui.words import place

_SIZE = 0.62  # heights of a line
_SPACING = 1.15
_HIGHEST_COUNT = 99  # that there is room for
_SAME_ZOOM = 1e-9  # a view that pans keeps its zoom but for rounding
_TOLD = 4  # of several markers that fall together
_MOST_TELLING: tuple[MarkerKind, ...] = ("resume", "unfreeze", "milestone", "restart", "drop", "skipped")


class MarkersItem(AreaItem):
    """Shows markers, the nearest ones together as one shape with their count, so that none hides another.

    That is the shape of what tells most among them: a milestone is not lost among skipped steps.

    Which markers are shown together depends on the zoom alone, so that nothing flickers while the view pans.
    """

    def __init__(self, parent: QGraphicsItem, theme: Theme, font: QFont) -> None:
        super().__init__(parent, theme)
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemUsesExtendedStyleOption)
        self._font = QFont(font)
        self._line = QFontMetricsF(font).height()
        self._font.setPixelSize(max(1, round(0.75 * font.pixelSize())))
        self._glyphs = MarkerGlyphs(_SIZE * self._line)
        self._markers: tuple[Marker, ...] = ()
        self._steps: FloatArray = np.empty(0)
        self._steps_per_epoch = 1
        self._zoom = 0.0  # in pixels per step, at which was decided what is shown together
        self._starts: RowNumbers = np.empty(0, dtype=np.int64)
        self._start_steps: FloatArray = np.empty(0)
        self._hovered: int | None = None
        self.setZValue(300.0)

    def set_window(self, window: Window) -> None:
        """Paint this part of the data."""
        super().set_window(window)
        if not isclose(window.pixels_per_step, self._zoom, rel_tol=_SAME_ZOOM):
            self._put_together()

    def set_markers(self, shown: ShownMarkers) -> None:
        """Show these markers, in the order of their rows."""
        self._markers = shown.markers
        self._steps_per_epoch = shown.steps_per_epoch
        rows = np.fromiter((marker.row for marker in self._markers), dtype=np.float64, count=len(self._markers))
        self._steps = rows * shown.stretch
        self._put_together()
        height = 2 * self._line
        self.update(QRectF(0.0, self._window.height - height, self._window.width, height))

    @property
    def places(self) -> tuple[QPointF, ...]:
        """Where the shapes in view are, from the left."""
        return tuple(self._place_of(index) for index in self._in_view(0.0, self._window.width))

    def text_at(self, position: QPointF) -> str | None:
        """Return what happened at a position, None where there is no shape."""
        index = self._index_at(position)
        return None if index is None else self._text_of(index)

    def hover(self, position: QPointF | None) -> str | None:
        """Return what happened at the position of the mouse, and lead the eye from there up through the plot."""
        index = None if position is None else self._index_at(position)
        if index != self._hovered:
            self._hovered = index
            self.update()
        return None if index is None else self._text_of(index)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Paint the line through the shape under the mouse, then all shapes and counts."""
        painter.setClipRect(self.boundingRect(), Qt.ClipOperation.IntersectClip)
        if self._hovered is not None:
            self._paint_line(painter, self._place_of(self._hovered))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._font)
        reach, exposed = _SPACING * self._line, option.exposedRect
        for index in self._in_view(exposed.left() - reach, exposed.right() + reach):
            markers, at = self._together(index), self._place_of(index)
            kinds = {marker.kind for marker in markers}
            self._glyphs.paint(painter, min(kinds, key=_MOST_TELLING.index), at, self._theme)
            if len(markers) > 1:
                self._paint_count(painter, len(markers), at)

    def _paint_line(self, painter: QPainter, at: QPointF) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(QPen(QColor(self._theme.border), 1.0, Qt.PenStyle.DashLine))
        painter.drawLine(QLineF(at.x(), 0.0, at.x(), at.y()))

    def _paint_count(self, painter: QPainter, count: int, at: QPointF) -> None:
        text = str(count) if count <= _HIGHEST_COUNT else f"{_HIGHEST_COUNT}+"
        width, height = 2 * self._line, 0.75 * self._line
        room = QRectF(at.x() - width / 2, at.y() - _SIZE * self._line / 2 - height, width, height)
        painter.setPen(QColor(self._theme.muted))
        painter.drawText(room, Qt.AlignmentFlag.AlignCenter, text)

    def _put_together(self) -> None:
        """Decide anew which markers are shown together; the shape stands at the first of them."""
        self._zoom = self._window.pixels_per_step
        starts = spaced_starts(self._steps * self._zoom, _SPACING * self._line)
        self._starts, self._start_steps = starts, self._steps[starts]
        if self._hovered is not None:
            self._hovered = None
            self.update()

    def _in_view(self, left: float, right: float) -> range:
        """Return which shapes are between two pixel columns."""
        window = self._window
        ends = [window.x[0] + pixels / window.pixels_per_step for pixels in (left, right)]
        first, last = np.searchsorted(self._start_steps, ends)
        return range(int(first), int(last))

    def _place_of(self, index: int) -> QPointF:
        x = float(self._window.to_x(self._start_steps[index : index + 1])[0])
        return QPointF(x, self._window.height - 0.65 * _SIZE * self._line)

    def _together(self, index: int) -> tuple[Marker, ...]:
        """Return the markers that are shown as one shape."""
        stop = self._starts[index + 1] if index + 1 < len(self._starts) else len(self._markers)
        return self._markers[self._starts[index] : stop]

    def _index_at(self, position: QPointF) -> int | None:
        reach = _SPACING * self._line / 2
        near = self._in_view(position.x() - reach, position.x() + reach)
        index = min(near, key=lambda index: abs(self._place_of(index).x() - position.x()), default=None)
        if index is None or abs(self._place_of(index).y() - position.y()) > reach:
            return None
        return index

    def _text_of(self, index: int) -> str:
        markers = self._together(index)
        chosen = sorted(markers, key=lambda marker: _MOST_TELLING.index(marker.kind))[:_TOLD]
        told = [
            f"{place(marker.row, self._steps_per_epoch).capitalize()}\n{marker.text}"
            for marker in sorted(chosen, key=lambda marker: marker.row)
        ]
        if len(markers) > _TOLD:
            last = group_digits(markers[-1].row)
            told.append(f"and {group_digits(len(markers) - _TOLD)} more up to step {last}: zoom in to see them")
        return "\n".join(told)


def spaced_starts(places: FloatArray, spacing: float) -> RowNumbers:
    """Return the indices of the places, in ascending order, at which shapes stand so that any two have `spacing`.

    Each stands for the places up to the next one. Places that are `spacing` apart from their neighbours always stand
    alone; crowds of them are cut into stretches of twice the spacing. It takes no notice of where the view begins.
    """
    if not len(places):
        return np.empty(0, dtype=np.int64)
    alone = np.concatenate([[True], np.diff(places) >= spacing])
    crowds = np.flatnonzero(alone)[np.cumsum(alone) - 1]
    # Within a crowd some place is less than a spacing behind the beginning of each stretch.
    stretches = np.floor((places - places[crowds]) / (2 * spacing))
    return np.flatnonzero(alone | (np.diff(stretches, prepend=0.0) != 0))
