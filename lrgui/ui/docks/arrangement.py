"""Where the docks are: the recipe at the left, all others at the right, in sizes that follow the font."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow, QWidget

_LEFT, _RIGHT = Qt.DockWidgetArea.LeftDockWidgetArea, Qt.DockWidgetArea.RightDockWidgetArea


class DockArrangement:
    """The docks of a window, which the user may move, close and bring back."""

    def __init__(self, window: QMainWindow) -> None:
        self._window = window
        self._left: list[QDockWidget] = []
        self._right: list[QDockWidget] = []

    def add_left(self, name: str, title: str) -> None:
        """Add a dock at the left, empty as yet; `name` is what its place is remembered by."""
        self._left.append(self._add(name, title, _LEFT))

    def add_right(self, name: str, title: str) -> None:
        """Add a dock at the right, below the others there, empty as yet."""
        self._right.append(self._add(name, title, _RIGHT))

    def fill(self, name: str, widget: QWidget) -> None:
        """Put a widget into the dock of that name."""
        dock = next(dock for dock in (*self._left, *self._right) if dock.objectName() == name)
        dock.widget().deleteLater()
        dock.setWidget(widget)

    def reset(self) -> None:
        """Bring every dock back to where it was at first."""
        every = (*self._left, *self._right)
        for dock in every:
            dock.setFloating(False)
            # All of them first, or else they would come beside or behind those that are still where the user put them.
            self._window.removeDockWidget(dock)
        for area, docks in ((_LEFT, self._left), (_RIGHT, self._right)):
            for dock in docks:
                self._window.addDockWidget(area, dock)
        for dock in every:
            dock.show()
        self.resize()

    def resize(self) -> None:
        """Give the docks the sizes that they have at first."""
        metrics = self._window.fontMetrics()
        width, height = metrics.averageCharWidth(), metrics.height()
        columns = [self._left[0], self._right[0]]
        self._window.resizeDocks(columns, [width * 59, width * 56], Qt.Orientation.Horizontal)
        self._window.resizeDocks(self._right, [height * 15, height * 12, height * 6], Qt.Orientation.Vertical)

    def _add(self, name: str, title: str, area: Qt.DockWidgetArea) -> QDockWidget:
        dock = QDockWidget(title, self._window)
        dock.setObjectName(name)
        # A dock without a widget takes no size.
        dock.setWidget(QWidget())
        self._window.addDockWidget(area, dock)
        return dock
