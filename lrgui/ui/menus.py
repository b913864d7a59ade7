"""The menu bar and the tool bar, made of the actions table."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from PySide6.QtCore import QObject, QSize, Qt, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDockWidget, QMainWindow, QMenu, QStyle, QToolBar, QToolButton, QWidget

from lrgui.ui.actions import Actions
from lrgui.ui.settings import Settings

_SEPARATOR = ""


class FileMenu(QObject):
    """A submenu of files, filled anew whenever it is about to be shown."""

    def __init__(
        self,
        menu: QMenu,
        files: Callable[[], Iterable[Path]],
        open_path: Callable[[Path], None],
        clear: Callable[[], None] | None = None,
    ) -> None:
        super().__init__(menu)
        self._menu, self._files, self._open_path, self._clear = menu, files, open_path, clear
        menu.setToolTipsVisible(True)
        menu.aboutToShow.connect(self.fill)
        menu.triggered.connect(self._on_triggered)

    @Slot()
    def fill(self) -> None:
        """Put one action per file into the menu."""
        self._menu.clear()
        paths = tuple(self._files())
        for path in paths:
            action = self._menu.addAction(path.stem.replace("&", "&&"))
            action.setData(str(path))
            action.setToolTip(str(path))
        if not paths:
            self._menu.addAction("None yet").setEnabled(False)
        elif self._clear is not None:
            self._menu.addSeparator()
            self._menu.addAction("Clear This List", self._clear)

    @Slot(QAction)
    def _on_triggered(self, action: QAction) -> None:
        if action.data():
            self._open_path(Path(action.data()))


def fill_menu_bar(
    window: QMainWindow,
    actions: Actions,
    settings: Settings,
    examples: Callable[[], Iterable[Path]],
    open_recent: Callable[[Path], None],
    open_example: Callable[[Path], None],
) -> QMenu:
    """Build the menus and return that of the run. Docks and tool bars must be there already: View lists them."""
    bar = window.menuBar()
    file_menu = bar.addMenu("&File")
    _fill(file_menu, actions, ("new", "open"))
    recent = FileMenu(
        file_menu.addMenu("Open &Recent"),
        settings.recent_files,
        open_recent,
        settings.clear_recent_files,
    )
    example = FileMenu(file_menu.addMenu("E&xamples"), examples, open_example)
    for submenu in (recent, example):
        submenu.fill()
    _fill(
        file_menu,
        actions,
        ("recover", _SEPARATOR, "save", "save_as", _SEPARATOR, "export_figure", "export_numbers", _SEPARATOR, "quit"),
    )
    _fill(
        bar.addMenu("&Edit"),
        actions,
        ("undo", "redo", _SEPARATOR, "copy_figure", "copy_table", _SEPARATOR, "libraries"),
    )
    run_menu = bar.addMenu("&Run")
    _fill(run_menu, actions, ("run", "pause", "step", "stop", _SEPARATOR))
    view_menu = bar.addMenu("&View")
    _fill(
        view_menu,
        actions,
        (
            "view_all",
            _SEPARATOR,
            "axis_step",
            "axis_epoch",
            "axis_fraction",
            _SEPARATOR,
            "log_y",
            "log_second",
            _SEPARATOR,
            "show_handles",
            "show_markers",
            "full_precision",
            _SEPARATOR,
        ),
    )
    _fill(view_menu.addMenu("&Theme"), actions, ("theme_system", "theme_light", "theme_dark"))
    panels = view_menu.addMenu("&Panels")
    panels.addActions([dock.toggleViewAction() for dock in window.findChildren(QDockWidget)])
    panels.addActions([bar.toggleViewAction() for bar in window.findChildren(QToolBar)])
    _fill(panels, actions, (_SEPARATOR, "reset_layout"))
    _fill(bar.addMenu("&Help"), actions, ("about",))
    return run_menu


def make_tool_bar(window: QMainWindow, actions: Actions, progress: QWidget) -> QToolBar:
    """Return the tool bar: files, the run, export, and the progress at the right."""
    bar = QToolBar("Tool Bar", window)
    bar.setObjectName("tool_bar")
    bar.setMovable(False)
    side = window.style().pixelMetric(QStyle.PixelMetric.PM_SmallIconSize) * 5 // 4
    bar.setIconSize(QSize(side, side))
    for key in ("new", "open", "save", _SEPARATOR, "undo", "redo", _SEPARATOR):
        _add(bar, actions, key)
    for key in ("run", "pause", "step", "stop"):
        _add(bar, actions, key)
    bar.addSeparator()
    _add(bar, actions, "export_figure")
    run_button = bar.widgetForAction(actions["run"])
    assert isinstance(run_button, QToolButton)
    run_button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    bar.addWidget(progress)
    return bar


def _fill(menu: QMenu, actions: Actions, keys: Iterable[str]) -> None:
    for key in keys:
        _add(menu, actions, key)


def _add(bar: QMenu | QToolBar, actions: Actions, key: str) -> None:
    if key == _SEPARATOR:
        bar.addSeparator()
    else:
        bar.addAction(actions[key])
