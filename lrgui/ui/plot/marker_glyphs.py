"""The shapes that stand for the kinds of markers, told apart by form before colour."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import cos, pi, sin

from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF

from lrgui.core.markers import MarkerKind
from lrgui.ui.theme import Theme

_HALO = 1.5  # pixels of the background around a shape, which sets it off from curves and grid


def paint_glyph(painter: QPainter, kind: MarkerKind | None, at: QPointF, size: float, theme: Theme) -> None:
    """Paint the shape of a kind, `size` pixels wide, around a place; None stands for several kinds together."""
    painter.save()
    painter.translate(at)
    painter.scale(size / 2, size / 2)
    painter.setPen(QPen(QColor(theme.base), 4 * _HALO / size))
    path = _PATHS[kind]
    painter.drawPath(path)
    painter.fillPath(path, QColor(_COLOURS[kind](theme)))
    painter.restore()


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


def _dots() -> QPainterPath:
    path = QPainterPath()
    for x in (-0.8, 0.0, 0.8):
        path.addEllipse(QPointF(x, 0.0), 0.34, 0.34)
    return path


_PATHS: Mapping[MarkerKind | None, QPainterPath] = {
    "milestone": _polygon((0.0, -1.0), (0.8, 0.0), (0.0, 1.0), (-0.8, 0.0)),
    "skipped": _cross(pi / 4),
    "unfreeze": _cross(0.0),
    "resume": _polygon((-0.75, -0.95), (0.95, 0.0), (-0.75, 0.95)),
    "restart": _polygon((0.0, -0.9), (1.0, 0.8), (-1.0, 0.8)),
    "drop": _polygon((0.0, 0.9), (1.0, -0.8), (-1.0, -0.8)),
    None: _dots(),
}

_COLOURS: Mapping[MarkerKind | None, Callable[[Theme], str]] = {
    "milestone": lambda theme: theme.muted,
    "skipped": lambda theme: theme.error,
    "unfreeze": lambda theme: theme.muted,
    "resume": lambda theme: theme.warning,
    "restart": lambda theme: theme.accent,
    "drop": lambda theme: theme.accent,
    None: lambda theme: theme.muted,
}
