"""The widget that the plot is shown on: turns the mouse into the few gestures that the plot knows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QContextMenuEvent, QEnterEvent, QFocusEvent, QKeyEvent, QKeySequence, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication

_PAN_MS = 16
"""Sixty frames per second, as many as most screens show: more would be drawn for nobody."""

_NOTCH = 120.0  # Qt's angle of one notch of a wheel
_ZOOM_PER_NOTCH = 0.8
_PANS = (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton)


class Grip(Protocol):
    """Something on the plot that the mouse can take hold of; positions are the scene's."""

    def shape_at(self, position: QPointF) -> Qt.CursorShape | None:
        """Return the mouse pointer over this position, None where there is nothing to take hold of."""

    def grab(self, position: QPointF) -> bool:
        """Take hold of what is there with the left button; return whether there is anything."""

    def drag(self, position: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        """Follow the mouse, which has moved so far that it is no click."""

    def drop(self, *, dragged: bool) -> None:
        """Let go: after a drag, or after a click where the mouse has not moved."""

    def cancel(self) -> None:
        """Let go, and leave everything as it was before."""


class Keys(Protocol):
    """What the keyboard moves on the plot while the plot has the focus."""

    @property
    def holds(self) -> bool:
        """Say whether a key that moves something is down."""

    def walk(self, *, forward: bool, around: bool) -> bool:
        """Go to the next thing that can be moved, or the one before; return False where there is none, or at the end.

        There is no end where it goes `around`.
        """

    def press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier) -> bool:
        """Do what a key says; return whether it says anything."""

    def release(self) -> None:
        """Take note that the key is up again."""

    def cancel(self) -> None:
        """Leave everything as it was before the key went down."""

    def leave(self) -> None:
        """Take note that the plot has lost the focus."""


class PlotSurface(pg.GraphicsView):  # type: ignore[misc]  # pyqtgraph has no types
    """A graphics view whose positions are the scene's: one unit is one logical pixel.

    pyqtgraph's own mouse events are not used: they wait for a clock and swallow exceptions.

    Signals:
        zoomed: position, factor, and whether it is meant for the y axis (QPointF, float, bool).
        panned: where the drag began, from where and to where it went (QPointF, QPointF, QPointF).
        rectangle_drawn: the rectangle as far as drawn (QRectF), None when given up or done.
        rectangle_chosen: the finished rectangle (QRectF).
        double_clicked: with the left button, at a position (QPointF).
        hovered: the mouse is at a position (QPointF), None when it has left.
        menu_requested: a right click or the menu key (QPoint, global).
    """

    zoomed = Signal(QPointF, float, bool)
    panned = Signal(QPointF, QPointF, QPointF)
    rectangle_drawn = Signal(object)
    rectangle_chosen = Signal(QRectF)
    double_clicked = Signal(QPointF)
    hovered = Signal(object)
    menu_requested = Signal(QPoint)

    def __init__(self) -> None:
        super().__init__(background=None)
        # The canvas paints all of it, so that there is nothing to keep behind.
        self.setCacheMode(self.CacheModeFlag.CacheNone)
        # Nothing can be dropped on the plot itself; Qt complains of drags that pyqtgraph lets pass over it.
        self.setAcceptDrops(False)
        self.viewport().setAcceptDrops(False)
        self.modifiers = Qt.KeyboardModifier.NoModifier
        """The keys that were down when the mouse was pressed."""
        self._button = Qt.MouseButton.NoButton
        self._pressed = QPointF()
        self._last = QPointF()
        self._draws = False
        self._dragging = False
        self._grips: tuple[Grip, ...] = ()
        self._held: Grip | None = None
        self._keys: Keys | None = None
        self._awaiting: QPointF | None = None
        self._pan_timer = QTimer(self)
        self._pan_timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._pan_timer.setSingleShot(True)
        self._pan_timer.setInterval(_PAN_MS)
        self._pan_timer.timeout.connect(self._pan)

    def set_grips(self, grips: Sequence[Grip]) -> None:
        """Let the mouse take hold of these, the first one that is there before the others."""
        self._grips = tuple(grips)

    def set_keys(self, keys: Keys) -> None:
        """Let the keyboard move these."""
        self._keys = keys

    def cancel_drag(self) -> bool:
        """Let go of what the mouse holds, and leave it as it was; return whether it held anything."""
        held, self._held = self._held, None
        if held is None:
            return False
        self._button = Qt.MouseButton.NoButton
        self._dragging = False
        held.cancel()
        self._show_pointer(self._last)
        return True

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin what may become a drag."""
        event.accept()
        if self._button != Qt.MouseButton.NoButton:
            return
        self._button = event.button()
        self.modifiers = event.modifiers()
        self._pressed = self._last = event.position()
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        self._draws = event.button() == Qt.MouseButton.RightButton or (
            shift and event.button() == Qt.MouseButton.LeftButton
        )
        self._dragging = False
        if self._button == Qt.MouseButton.LeftButton and not shift:
            self._held = next((grip for grip in self._grips if grip.grab(self._pressed)), None)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Hover, pan or draw the rectangle."""
        event.accept()
        position = event.position()
        if self._button == Qt.MouseButton.NoButton:
            self._show_pointer(position)
            self.hovered.emit(position)
            return
        if not self._dragging:
            far = (position - self._pressed).manhattanLength() >= QApplication.startDragDistance()
            if not far:
                return
            self._dragging = True
            self._last = self._pressed
        if self._held is not None:
            self._held.drag(position, event.modifiers())
        elif self._draws:
            self.rectangle_drawn.emit(QRectF(self._pressed, position).normalized())
        elif self._button in _PANS:
            self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
            self._pan_in_time(position)
            return
        self._last = position
        self.hovered.emit(position)

    def _pan_in_time(self, position: QPointF) -> None:
        """Pan to a position at once, or with the next frame: a mouse may move a thousand times in a second."""
        self._awaiting = position
        if not self._pan_timer.isActive():
            self._pan()

    @Slot()
    def _pan(self) -> None:
        """Pan to where the mouse is by now, if it has moved."""
        if self._awaiting is None:
            return
        last, self._last, self._awaiting = self._last, self._awaiting, None
        self._pan_timer.start()
        self.panned.emit(self._pressed, last, self._last)
        self.hovered.emit(self._last)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End the drag, or take a right click for a wish for the menu."""
        event.accept()
        if event.button() != self._button:
            return
        self._pan()
        self._pan_timer.stop()
        button, self._button = self._button, Qt.MouseButton.NoButton
        self.viewport().unsetCursor()
        held, self._held = self._held, None
        if held is not None:
            held.drop(dragged=self._dragging)
            self._show_pointer(event.position())
        elif self._dragging and self._draws:
            self.rectangle_drawn.emit(None)
            self.rectangle_chosen.emit(QRectF(self._pressed, event.position()).normalized())
        elif not self._dragging and button == Qt.MouseButton.RightButton:
            self.menu_requested.emit(event.globalPosition().toPoint())
        self._dragging = False

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Tell of a double click; the second press begins no drag."""
        event.accept()
        if event.button() == Qt.MouseButton.LeftButton:
            self.double_clicked.emit(event.position())

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom at the mouse; with Ctrl or Shift the y axis."""
        event.accept()
        angle = event.angleDelta().y() or event.angleDelta().x()
        modifiers = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
        if angle:
            factor = _ZOOM_PER_NOTCH ** (angle / _NOTCH)
            self.zoomed.emit(event.position(), factor, bool(event.modifiers() & modifiers))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for the menu by key; the mouse asks on release, since a right drag draws a rectangle."""
        event.accept()
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            self.menu_requested.emit(self.mapToGlobal(self.rect().center()))

    def event(self, event: QEvent) -> bool:
        """Take all keys while something is held: no shortcut may change what is just being changed."""
        if event.type() == QEvent.Type.ShortcutOverride and self._holds:
            event.accept()
            return True
        return bool(super().event(event))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move what the keyboard moves; Escape, or Undo, takes back what is just being moved."""
        if self._holds and (event.key() == Qt.Key.Key_Escape or event.matches(QKeySequence.StandardKey.Undo)):
            self._cancel()
        elif self._held is not None:
            self._drag_anew(event, alt=True)
        elif self._keys is None or not self._keys.press(Qt.Key(event.key()), event.modifiers()):
            event.ignore()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """End what a key that is held down moves."""
        if self._held is not None:
            self._drag_anew(event, alt=False)
        elif self._keys is not None and not event.isAutoRepeat():
            self._keys.release()

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Go through what the keyboard can move before the focus leaves the plot."""
        if self._keys is not None and self._keys.walk(forward=forward, around=False):
            return True
        return bool(super().focusNextPrevChild(forward))

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Begin with the first thing that can be moved, or with the last where the focus comes from behind."""
        super().focusInEvent(event)
        tabs = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        if self._keys is not None and event.reason() in tabs:
            self._keys.walk(forward=event.reason() == tabs[0], around=False)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Let go of what the keyboard moves."""
        super().focusOutEvent(event)
        if self._keys is not None:
            self._keys.leave()

    @property
    def _holds(self) -> bool:
        return self._held is not None or (self._keys is not None and self._keys.holds)

    def _cancel(self) -> None:
        if not self.cancel_drag() and self._keys is not None:
            self._keys.cancel()

    def _drag_anew(self, event: QKeyEvent, *, alt: bool) -> None:
        """Follow the Alt key while the mouse rests."""
        if event.key() == Qt.Key.Key_Alt and self._held is not None and self._dragging:
            self._held.drag(self._last, Qt.KeyboardModifier.AltModifier if alt else Qt.KeyboardModifier.NoModifier)

    def _show_pointer(self, position: QPointF) -> None:
        shapes = (grip.shape_at(position) for grip in self._grips)
        shape = next((shape for shape in shapes if shape is not None), None)
        if shape is None:
            self.viewport().unsetCursor()
        else:
            self.viewport().setCursor(shape)

    def enterEvent(self, event: QEnterEvent) -> None:
        """Take the position at which the mouse comes in."""
        super().enterEvent(event)
        self.hovered.emit(event.position())

    def leaveEvent(self, event: QEvent) -> None:
        """Tell that the mouse has left."""
        event.accept()
        self.hovered.emit(None)
