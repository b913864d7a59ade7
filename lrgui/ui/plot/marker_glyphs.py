"""The shapes that stand for the kinds of markers, told apart by form before colour."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import cos, pi, sin

from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPainterPathStroker, QPolygonF, QTransform

from lrgui.core.markers import MarkerKind
from lrgui.ui.theme import Theme

_HALO = 1.5  # pixels of the background around a shape, which sets it off from curves and grid


class MarkerGlyphs:
    """The shapes in one size, with all that takes time worked out beforehand."""

    def __init__(self, size: float) -> None:
        scale = QTransform.fromScale(size / 2, size / 2)
        edge = QPainterPathStroker()
        edge.setWidth(2 * _HALO)
        self._shapes = {kind: scale.map(path) for kind, path in _PATHS.items()}
        self._halos = {kind: edge.createStroke(path) for kind, path in self._shapes.items()}

    def paint(self, painter: QPainter, kind: MarkerKind, at: QPointF, theme: Theme) -> None:
        """Paint the shape of a kind around a place."""
        painter.translate(at)
        painter.fillPath(self._halos[kind], QColor(theme.base))
        painter.fillPath(self._shapes[kind], QColor(_COLOURS[kind](theme)))
        painter.translate(-at)


def _polygon(*points: tuple[float, float]) -> QPainterPath:
    path = QPainterPath()
    path.addPolygon(QPolygonF([QPointF(x, y) for x, y in points]))
    path.closeSubpath()
    return path


def _cross(turned: float) -> QPainterPath:
    """Return a plus sign, turned by an angle."""
    thin = 0.27
    corners = (
        *((-thin, -1.0), (thin, -1.0), (thin, -thin), (1.0, -thin), (1.0, thin), (thin, thin)),
        *((thin, 1.0), (-thin, 1.0), (-thin, thin), (-1.0, thin), (-1.0, -thin), (-thin, -thin)),
    )
    return _polygon(*((x * cos(turned) - y * sin(turned), x * sin(turned) + y * cos(turned)) for x, y in corners))


_PATHS: Mapping[MarkerKind, QPainterPath] = {
    "milestone": _polygon((0.0, -1.0), (0.8, 0.0), (0.0, 1.0), (-0.8, 0.0)),
    "skipped": _cross(pi / 4),
    "unfreeze": _cross(0.0),
    "resume": _polygon((-0.75, -0.95), (0.95, 0.0), (-0.75, 0.95)),
    "restart": _polygon((0.0, -0.9), (1.0, 0.8), (-1.0, 0.8)),
    "drop": _polygon((0.0, 0.9), (1.0, -0.8), (-1.0, -0.8)),
}

_COLOURS: Mapping[MarkerKind, Callable[[Theme], str]] = {
    "milestone": lambda theme: theme.muted,
    "skipped": lambda theme: theme.error,
    "unfreeze": lambda theme: theme.muted,
    "resume": lambda theme: theme.warning,
    "restart": lambda theme: theme.accent,
    "drop": lambda theme: theme.accent,
}
