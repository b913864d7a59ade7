"""The gap between the two panes, which the mouse drags to give either of them more room."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt

from lrgui.ui.plot.canvas import PlotCanvas


class PaneDivider:
    """A grip in the gap between the panes of a canvas; there is nothing to take hold of while there is only one."""

    def __init__(self, canvas: PlotCanvas) -> None:
        self._canvas = canvas
        self._before = 0.0
        self._offset = 0.0

    def shape_at(self, position: QPointF) -> Qt.CursorShape | None:
        """Return the pointer that moves up and down, over the gap."""
        return Qt.CursorShape.SplitVCursor if self._is_over(position) else None

    def grab(self, position: QPointF) -> bool:
        """Take hold of the gap."""
        if not self._is_over(position):
            return False
        self._before = self._canvas.state.second_share
        self._offset = position.y() - self._canvas.panes[1].area.top()
        return True

    def drag(self, position: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        """Let the second pane begin where the mouse is."""
        above, below = (pane.area for pane in self._canvas.panes)
        height = above.height() + below.height()
        self._canvas.set_second_share((below.bottom() - position.y() + self._offset) / height)

    def drop(self, *, dragged: bool) -> None:
        """Leave the panes as they are."""

    def cancel(self) -> None:
        """Give the panes back the heights that they had."""
        self._canvas.set_second_share(self._before)

    def _is_over(self, position: QPointF) -> bool:
        if len(self._canvas.panes) < 2:
            return False
        above, below = (pane.area for pane in self._canvas.panes)
        return above.bottom() <= position.y() <= below.top() and above.left() <= position.x() <= above.right()
