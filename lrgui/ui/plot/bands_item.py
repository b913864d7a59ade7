"""The phases of a schedule as faint bands behind the grid, and the names of their schedulers at the top, over it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from lrgui.core.bands import Band
from lrgui.ui.plot.area_item import AreaItem
from lrgui.ui.theme import Theme, blend

_PALER = 0.55  # than the grid
_LEAST_ROOM = 3.0  # heights of a line: less says nothing of a name that does not fit
_GAP = 0.7
_LEAST_GAP = 0.2


class _PhasesItem(AreaItem):
    """Knows the bands and where they are in the plot area."""

    def __init__(self, parent: QGraphicsItem, theme: Theme) -> None:
        super().__init__(parent, theme)
        self._bands: tuple[Band, ...] = ()

    def set_bands(self, bands: Sequence[Band]) -> None:
        """Show these bands, in their order along x."""
        if tuple(bands) != self._bands:
            self._bands = tuple(bands)
            self.update()

    def _edges(self) -> list[tuple[float, float]]:
        """Return where each band is in the plot area, in whole pixels, so that none is blurred."""
        rows = np.array([(band.start, band.end) for band in self._bands], dtype=np.float64).reshape(-1, 2)
        pixels = np.round(np.clip(self._window.to_x(rows), 0.0, self._window.width))
        return [(float(left), float(right)) for left, right in pixels]


class BandsItem(_PhasesItem):
    """Shades every other band."""

    def __init__(self, parent: QGraphicsItem, theme: Theme) -> None:
        super().__init__(parent, theme)
        # Behind the grid.
        self.setZValue(-2000.0)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Paint the bands."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        # Opaque: translucent areas and lines are slow.
        shade = blend(self._theme.grid, self._theme.base, _PALER)
        for left, right in self._edges()[::2]:
            if right > left:
                painter.fillRect(QRectF(left, 0.0, right - left, self._window.height), shade)


class BandLabelsItem(_PhasesItem):
    """Names each band at its top, shortened where it is narrow; one that has hardly any room has no name."""

    def __init__(self, parent: QGraphicsItem, theme: Theme, font: QFont) -> None:
        super().__init__(parent, theme)
        self._font = font
        self._obstacle = QRectF()
        # Behind the curves.
        self.setZValue(-100.0)

    @property
    def texts(self) -> tuple[str, ...]:
        """What the labels in view say, from the left, as elided."""
        return tuple(text for text, _ in self._labels())

    @property
    def rects(self) -> tuple[QRectF, ...]:
        """Where the labels in view are."""
        return tuple(room for _, room in self._labels())

    def set_obstacle(self, rectangle: QRectF) -> None:
        """Keep the labels out of a rectangle, such as the legend's, as far as there is room elsewhere."""
        if rectangle != self._obstacle:
            self._obstacle = QRectF(rectangle)
            self.update()

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Paint the labels."""
        painter.setFont(self._font)
        painter.setPen(QColor(self._theme.muted))
        for text, room in self._labels():
            painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)

    def _labels(self) -> list[tuple[str, QRectF]]:
        metrics = QFontMetricsF(self._font)
        labels = []
        for band, (left, right) in zip(self._bands, self._edges(), strict=True):
            line, wanted = metrics.height(), metrics.horizontalAdvance(band.label)
            # Nearer to the edges before it is cut short.
            gap = min(_GAP * line, max(_LEAST_GAP * line, (right - left - wanted) / 2))
            room = self._free(QRectF(left + gap, 0.4 * line, right - left - 2 * gap, line), metrics, band.label)
            if room.width() < wanted and room.width() < _LEAST_ROOM * line:
                continue
            text = metrics.elidedText(band.label, Qt.TextElideMode.ElideRight, room.width() + 0.5)
            labels.append((text, QRectF(room.left(), room.top(), min(room.width(), wanted) + 1.0, line)))
        return labels

    def _free(self, room: QRectF, metrics: QFontMetricsF, label: str) -> QRectF:
        """Return the part of a band's head that the obstacle leaves free: beside it, else below it."""
        gap = _GAP * metrics.height()
        obstacle = self._obstacle.adjusted(-gap, -gap / 2, gap, gap / 2)
        if self._obstacle.isEmpty() or not room.intersects(obstacle):
            return room
        before = QRectF(room.left(), room.top(), obstacle.left() - room.left(), room.height())
        behind = QRectF(obstacle.right(), room.top(), room.right() - obstacle.right(), room.height())
        beside = max(before, behind, key=QRectF.width)
        below = room.translated(0.0, obstacle.bottom() - room.top())
        fits = beside.width() >= min(metrics.horizontalAdvance(label), room.width())
        return beside if fits or below.bottom() > self._window.height / 2 else below
