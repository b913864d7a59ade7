"""Takes hold of a handle with the mouse, and says where it is wanted."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPointF, Qt, Signal, Slot

from lrgui.core.handles import Handle
from lrgui.ui.plot.canvas import PlotCanvas
from lrgui.ui.plot.handles_item import HandlesItem

_POINTERS = {"x": Qt.CursorShape.SizeHorCursor, "y": Qt.CursorShape.SizeVerCursor}
_TIPS = {
    "x": "Drag to move it, or click and use the arrow keys (Shift: ten at a time).\n"
    "Alt switches between steps and epochs; Escape takes a drag back.",
    "y": "Drag to change it, or click and use the arrow keys (Shift: ten at a time).\nEscape takes a drag back.",
}
_HIGHEST = 300.0  # the largest log10 of a double, about


class HandlesGrip(QObject):
    """A grip of the surface. While a learning rate is dragged the values in view stay: they would run from the mouse.

    Signals:
        pressed: the mouse is down on a handle (Handle).
        grabbed: a handle begins to move (Handle).
        dragged: where it is wanted, a row or a learning rate (float), and whether Alt is down, which asks for the other
            thing to snap to (bool).
        dropped: it stays where it is now.
        cancelled: it goes back to where it was grabbed.
    """

    pressed = Signal(object)
    grabbed = Signal(object)
    dragged = Signal(float, bool)
    dropped = Signal()
    cancelled = Signal()

    def __init__(self, canvas: PlotCanvas, item: HandlesItem) -> None:
        super().__init__()
        self._canvas = canvas
        self._item = item
        self._handle: Handle | None = None
        self._moves = False
        self._holds_y = False
        self._offset = QPointF()

    def shape_at(self, position: QPointF) -> Qt.CursorShape | None:
        """Return the arrows along which the handle there can be moved."""
        handle = self._at(position)
        return None if handle is None else _POINTERS[handle.axis]

    @Slot(object)
    def hover(self, position: QPointF | None) -> None:
        """Let the handle under the mouse stand out."""
        handle = None if position is None or self._handle is not None else self._at(position)
        self._item.attend(hovered=handle.place if handle is not None else None)
        self._item.setToolTip("" if handle is None else _TIPS[handle.axis])

    def grab(self, position: QPointF) -> bool:
        """Take hold of the handle there; it does not jump to the mouse."""
        handle = self._at(position)
        shape = self._item.shape_of(handle.place) if handle is not None else None
        if handle is None or shape is None:
            return False
        self._handle, self._moves = handle, False
        self._offset = shape.ends[0] - self._inside(position)
        self._item.attend(held=handle.place)
        self.pressed.emit(handle)
        return True

    def drag(self, position: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        """Say where the mouse wants the handle."""
        if self._handle is None:
            return
        if not self._moves:
            self._moves = True
            self._hold_y()
            self.grabbed.emit(self._handle)
        alt = bool(modifiers & Qt.KeyboardModifier.AltModifier)
        self.dragged.emit(self._value_at(self._inside(position) + self._offset, self._handle), alt)

    def drop(self, *, dragged: bool) -> None:
        """Leave the handle where it is."""
        self._let_go()
        if dragged:
            self.dropped.emit()

    def cancel(self) -> None:
        """Have the handle go back."""
        moved = self._moves
        self._let_go()
        if moved:
            self.cancelled.emit()

    def _at(self, position: QPointF) -> Handle | None:
        """Return the handle there, unless the legend lies over it."""
        if self._canvas.legend_rect.contains(position):
            return None
        return self._item.handle_at(self._inside(position))

    def _inside(self, position: QPointF) -> QPointF:
        return position - self._canvas.main.area.topLeft()

    def _value_at(self, inside: QPointF, handle: Handle) -> float:
        """Return the row or the learning rate at a position of the plot area, or beyond it."""
        corner = self._canvas.main.area.topLeft()
        row, value = self._canvas.main.value_at(inside.x() + corner.x(), inside.y() + corner.y())
        if handle.axis == "x":
            return row
        return 10.0 ** max(-_HIGHEST, min(value, _HIGHEST)) if self._canvas.main.window.log_y else value

    def _hold_y(self) -> None:
        """Keep the values in view, unless the user has chosen them anyway."""
        pane = self._canvas.main
        self._holds_y = self._handle is not None and self._handle.axis == "y" and pane.state.y is None
        if self._holds_y:
            self._canvas.show_range(y=pane.window.y)

    def _let_go(self) -> None:
        self._handle, self._moves = None, False
        self._item.attend(held=None)
        if self._holds_y:
            self._holds_y = False
            self._canvas.main.state.y = None
            self._canvas.settle()
