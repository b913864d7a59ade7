"""Takes hold of the legend with the mouse: its rows hide and show curves, and it can be put elsewhere."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, Qt

from lrgui.ui.plot.canvas import PlotCanvas
from lrgui.ui.plot.surface import PlotSurface

_ON_ROW = "Click to hide or show it; Alt+click to show it alone, or everything again."
_BESIDE_ROWS = "Drag to move the legend; double click to let it choose its place."


class LegendGrip:
    """A grip of the surface over the legend of a canvas.

    A click on a row asks to `hide` its curves, or to show them again; with Alt, or a double click, to hide all others,
    or to show everything again. A drag moves the legend; after a double click beside the rows it chooses its place
    itself.
    """

    def __init__(self, canvas: PlotCanvas, surface: PlotSurface, hide: Callable[[frozenset[str]], None]) -> None:
        self._canvas = canvas
        self._hide = hide
        self._surface = surface
        self._offset = QPointF()
        self._keys: frozenset[str] = frozenset()
        self._alone = False
        self._place_before: QPointF | None = None
        self._hidden_before: frozenset[str] = frozenset()

    def shape_at(self, position: QPointF) -> Qt.CursorShape | None:
        """Return a hand over the legend: one that presses over a row, one that takes hold beside the rows."""
        if not self._is_over(position):
            return None
        return Qt.CursorShape.PointingHandCursor if self._keys_at(position) else Qt.CursorShape.OpenHandCursor

    def hover(self, position: QPointF | None) -> None:
        """Have a tool tip say what the mouse can do there, and the name that may be cut short."""
        if position is None or not self._is_over(position):
            return
        keys = self._keys_at(position)
        name = next((one.label for one in self._canvas.legend.listed if one.keys == keys), "")
        self._canvas.legend.setToolTip(f"{name}\n{_ON_ROW}" if name else _BESIDE_ROWS)

    def grab(self, position: QPointF) -> bool:
        """Take hold of the legend."""
        if not self._is_over(position):
            return False
        self._offset = self._canvas.legend.mapFromScene(position)
        self._keys = self._keys_at(position)
        self._alone = bool(self._surface.modifiers & Qt.KeyboardModifier.AltModifier)
        self._place_before = self._canvas.legend.place
        return True

    def drag(self, position: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        """Have the legend follow the mouse, within the plot area."""
        top_left = position - self._offset - self._canvas.plot_area.topLeft()
        self._canvas.put_legend(self._canvas.legend.place_of(top_left))

    def drop(self, *, dragged: bool) -> None:
        """Leave the legend where it is; a click hides or shows what the row stands for."""
        if dragged or not self._keys:
            return
        self._hidden_before = hidden = self._canvas.hidden
        if self._alone:
            self._show_alone(self._keys, hidden)
        else:
            self._hide(hidden - self._keys if self._keys <= hidden else hidden | self._keys)

    def cancel(self) -> None:
        """Put the legend back where it was."""
        self._canvas.put_legend(self._place_before)

    def double_click(self, position: QPointF) -> bool:
        """Show what the row there stands for alone, or everything again; return whether the legend is there at all."""
        if not self._is_over(position):
            return False
        keys = self._keys_at(position)
        if keys:
            # The first click has hidden it, or shown it, already.
            self._show_alone(keys, self._hidden_before)
        else:
            self._canvas.put_legend(None)
        return True

    def _show_alone(self, keys: frozenset[str], hidden: frozenset[str]) -> None:
        listed = self._canvas.legend.keys
        is_alone = hidden & listed == listed - keys
        self._hide(hidden - listed if is_alone else (hidden | listed) - keys)

    def _is_over(self, position: QPointF) -> bool:
        return self._canvas.legend_rect.contains(position)

    def _keys_at(self, position: QPointF) -> frozenset[str]:
        return self._canvas.legend.keys_at(self._canvas.legend.mapFromScene(position))
