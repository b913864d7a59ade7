"""Where a monkey finds itself: what is on top, which widgets there are, and places worth a click."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from random import Random

from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QDockWidget,
    QLineEdit,
    QMenu,
    QMenuBar,
    QPlainTextEdit,
    QWidget,
)

from lrgui.ui.main_window import MainWindow
from tests.endurance.hand import Hand, Place

_INPUTS = (QLineEdit, QComboBox, QAbstractButton, QPlainTextEdit, QAbstractItemView, QMenuBar)


@dataclass(frozen=True)
class Scene:
    """Where a monkey finds itself."""

    window: MainWindow
    hand: Hand
    random: Random
    files: tuple[Path, ...]

    @property
    def top(self) -> QWidget:
        """The widget that has mouse and keys: what pops up, else a dialog, else the window or a floating dock."""
        above = QApplication.activePopupWidget() or QApplication.activeModalWidget()
        if above is not None:
            return above
        docks = [dock for dock in self.window.findChildren(QDockWidget) if dock.isFloating() and dock.isVisible()]
        places: list[QWidget] = [self.window, self.window, self.window, self.window, *docks]
        return self.random.choice(places)

    def widgets(self, *kinds: type[QWidget]) -> list[QWidget]:
        """Return the visible enabled widgets of these kinds in the top widget."""
        top = self.top
        found = [top, *top.findChildren(QWidget)]
        return [
            widget
            for widget in found
            if isinstance(widget, kinds)
            and widget.isVisible()
            and widget.isEnabled()
            and widget.window() is top.window()
            and not widget.visibleRegion().isEmpty()
        ]

    def point_in(self, rect: QRect) -> QPoint:
        """Return any point of a rectangle."""
        return QPoint(
            rect.left() + self.random.randrange(max(1, rect.width())),
            rect.top() + self.random.randrange(max(1, rect.height())),
        )

    def place(self) -> Place:
        """Return a place that is worth a click, mostly: an input, an entry of a list, a handle, or any at all."""
        if self.random.random() < 0.12:
            handles = self._handles()
            if handles:
                return self.random.choice(handles)
        inputs = self.widgets(*_INPUTS) if self.random.random() < 0.7 else []
        widget = self.random.choice(inputs or self.widgets(QWidget) or [self.top])
        if isinstance(widget, QMenu):
            return Place(widget, self._entry_of(widget))
        if isinstance(widget, QAbstractItemView):
            return Place(widget.viewport(), self._cell_of(widget))
        return Place(widget, self.point_in(widget.visibleRegion().boundingRect()))

    def _entry_of(self, menu: QMenu) -> QPoint:
        entries = [action for action in menu.actions() if action.isVisible() and not action.isSeparator()]
        return menu.actionGeometry(self.random.choice(entries)).center() if entries else menu.rect().center()

    def _cell_of(self, view: QAbstractItemView) -> QPoint:
        index = view.indexAt(self.point_in(view.viewport().rect()))
        rect = view.visualRect(index) if index.isValid() else view.viewport().rect()
        return self.point_in(rect & view.viewport().rect())

    def _handles(self) -> list[Place]:
        plot = self.window.workbench.panel.plot
        if plot is None or self.top is not self.window or not plot.surface.isVisible():
            return []
        corner = plot.canvas.plot_area.topLeft()
        points = [(corner + shape.grip.boundingRect().center()).toPoint() for shape in plot.handles.shapes]
        return [Place(plot.surface.viewport(), point) for point in points]


def name_of(place: Place) -> str:
    """Return where a place is, so that a reader of the log finds it."""
    names: list[str] = []
    widget: QWidget | None = place.widget
    while widget is not None and not isinstance(widget, MainWindow) and len(names) < 4:
        own = widget.accessibleName() or widget.objectName()
        names.append(f"{type(widget).__name__}{f'[{own}]' if own else ''}")
        widget = widget.parentWidget()
    return f"{'/'.join(reversed(names))} at {place.point.x()}, {place.point.y()}"
