"""Moves a handle by keys: Tab and the brackets walk through them, the arrow keys move the one that is focused."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal, Slot

from lrgui.core.handles import Handle
from lrgui.ui.plot.handles_item import HandlesItem

_Key = Qt.Key
_STEPS = {"x": {_Key.Key_Left: -1, _Key.Key_Right: 1}, "y": {_Key.Key_Down: -1, _Key.Key_Up: 1}}
_MANY = 10  # with Shift


class HandlesKeys(QObject):
    """What the keys of the surface do to the handles in view. A press that is held down is one move.

    Signals:
        focused: the handle that the arrow keys move from now on (Handle), or None.
        grabbed: a handle begins to move (Handle).
        nudged: by how many steps (int), and whether Alt is down, which asks for steps of the other kind (bool).
        dropped: it stays where it is now.
        cancelled: it goes back to where it was grabbed.
    """

    focused = Signal(object)
    grabbed = Signal(object)
    nudged = Signal(int, bool)
    dropped = Signal()
    cancelled = Signal()

    def __init__(self, item: HandlesItem) -> None:
        super().__init__()
        self._item = item
        self._moves = False

    @property
    def holds(self) -> bool:
        """True while an arrow key is down."""
        return self._moves

    def walk(self, *, forward: bool, around: bool) -> bool:
        """Focus the next handle in view, or the one before; `around` goes on from the other end.

        Return whether there is one.
        """
        if self._moves:
            return True
        places = [shape.handle.place for shape in self._item.shapes]
        if self._item.focused in places:
            index = places.index(self._item.focused) + (1 if forward else -1)
        else:
            index = 0 if forward else len(places) - 1
        if not places or (not around and not 0 <= index < len(places)):
            self.focus(None)
            return False
        self.focus(self._item.shapes[index % len(places)].handle)
        return True

    @Slot(object)
    def focus(self, handle: Handle | None) -> None:
        """Let the arrow keys move this handle, or none."""
        self._item.attend(focused=handle.place if handle is not None else None)
        self.focused.emit(handle)

    def press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier) -> bool:
        """Do what a key says; return whether it says anything."""
        if key in (_Key.Key_BracketLeft, _Key.Key_BracketRight):
            return self.walk(forward=key == _Key.Key_BracketRight, around=True)
        shape = self._item.shape_of(self._item.focused)
        if shape is None:
            return False
        if key == _Key.Key_Escape:
            self.focus(None)
            return True
        step = _STEPS[shape.handle.axis].get(key)
        if step is None:
            return False
        if not self._moves:
            self._moves = True
            self.grabbed.emit(shape.handle)
        shift, alt = (
            bool(modifiers & one) for one in (Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier)
        )
        self.nudged.emit(step * (_MANY if shift else 1), alt)
        return True

    def release(self) -> None:
        """Leave the handle where it is: the key is up."""
        if self._moves:
            self._moves = False
            self.dropped.emit()

    def cancel(self) -> None:
        """Have the handle go back to where it was when the key went down."""
        if self._moves:
            self._moves = False
            self.cancelled.emit()

    def leave(self) -> None:
        """Focus no handle: the keys belong to something else now."""
        self.release()
        self.focus(None)
