"""Where the handles are in the plot area, and how near the mouse is to one, in pixels from its upper left corner."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPolygonF

from lrgui.core.handles import Handle
from lrgui.ui.plot.window import Window

_WIDTH, _LENGTH = 0.62, 0.95  # of a grip, in heights of a line
_NEAR_LINE, _NEAR_GRIP = 0.25, 0.3


@dataclass(frozen=True, slots=True)
class Shape:
    """A handle in view: its line at `offset`, from the left (x) or from the top (y), and its grip at the edge."""

    handle: Handle
    offset: float
    window: Window
    line: float

    @property
    def grip(self) -> QPolygonF:
        """The outline of the grip, which points into the plot area."""
        half, length = self.line * _WIDTH / 2, self.line * _LENGTH
        shoulder = length - half
        outline = ((-half, 0.0), (half, 0.0), (half, shoulder), (0.0, length), (-half, shoulder))
        if self.handle.axis == "x":
            return QPolygonF([QPointF(self.offset + across, along) for across, along in outline])
        return QPolygonF([QPointF(along, self.offset + across) for across, along in outline])

    @property
    def ends(self) -> tuple[QPointF, QPointF]:
        """The ends of the line across the plot area."""
        if self.handle.axis == "x":
            return QPointF(self.offset, 0.0), QPointF(self.offset, self.window.height)
        return QPointF(0.0, self.offset), QPointF(self.window.width, self.offset)

    @property
    def extent(self) -> QRectF:
        """All that is painted of it."""
        return QRectF(*self.ends).adjusted(-self.line, -self.line, self.line, self.line)

    def label_rect(self, width: float, height: float) -> QRectF:
        """Return where a label of that size goes: beside the grip, inside the plot area."""
        beyond = self.line * (_LENGTH + 0.35)
        if self.handle.axis == "x":
            place = QPointF(self.offset - width / 2, beyond)
        else:
            place = QPointF(beyond, self.offset - height / 2)
        right, bottom = self.window.width - width - 2.0, self.window.height - height - 2.0
        return QRectF(max(2.0, min(place.x(), right)), max(2.0, min(place.y(), bottom)), width, height)

    def distance(self, position: QPointF) -> float | None:
        """Return how far a position is from what can be taken hold of, None where it is too far.

        The grip is nearer than any line. The line of a learning rate lies on the curves, where people pan: it does not
        count.
        """
        along, across = position.y(), position.x() - self.offset
        if self.handle.axis == "y":
            along, across = position.x(), position.y() - self.offset
        reach = self.line * (_WIDTH / 2 + _NEAR_GRIP)
        if abs(across) <= reach and -reach <= along <= self.line * (_LENGTH + _NEAR_GRIP):
            return abs(across) - reach
        near_line = self.handle.axis == "x" and abs(across) <= self.line * _NEAR_LINE and along >= 0
        return abs(across) if near_line and along <= self.window.height else None


def shapes_in_view(handles: Iterable[Handle], window: Window, line: float) -> tuple[Shape, ...]:
    """Return the handles that the window shows; `line` is the height of a line of text."""
    shapes = []
    for handle in handles:
        value = np.array([handle.position])
        if handle.axis == "y" and window.log_y and handle.position <= 0:
            continue
        offset = float((window.to_x(value) if handle.axis == "x" else window.to_y(value))[0])
        if -0.5 <= offset <= (window.width if handle.axis == "x" else window.height) + 0.5:
            shapes.append(Shape(handle, offset, window, line))
    return tuple(shapes)


def nearest(shapes: Iterable[Shape], position: QPointF) -> Shape | None:
    """Return the shape that the mouse takes hold of at a position; of two at one place a milestone."""
    found = [
        (distance, shape.handle.kind != "milestone", shape)
        for shape in shapes
        if (distance := shape.distance(position)) is not None
    ]
    return min(found, key=lambda item: item[:2])[2] if found else None
