"""Where window and docks are: brought back at the next start, and by Reset Layout from wherever they went."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray, QRect, QSettings, Qt
from PySide6.QtWidgets import QApplication, QDockWidget, QToolBar
from pytestqt.qtbot import QtBot

from lrgui.ui.main_window import MainWindow
from lrgui.ui.settings import Settings
from tests.starting import start

_AREA = Qt.DockWidgetArea


@pytest.fixture
def make_window(qtbot: QtBot) -> Iterator[Callable[[], MainWindow]]:
    windows: list[MainWindow] = []

    def make() -> MainWindow:
        window = MainWindow(Settings())
        windows.append(window)
        with qtbot.waitExposed(window):
            window.show()
        return window

    yield make
    for window in windows:
        if not window.ended:
            window._end()
        window.deleteLater()


def dock_of(window: MainWindow, name: str) -> QDockWidget:
    dock = window.findChild(QDockWidget, name)
    assert isinstance(dock, QDockWidget)
    return dock


def tool_bar_of(window: MainWindow) -> QToolBar:
    bar = window.findChild(QToolBar, "tool_bar")
    assert isinstance(bar, QToolBar)
    return bar


def places(window: MainWindow) -> dict[str, QRect]:
    QApplication.processEvents()
    return {dock.objectName(): dock.geometry() for dock in window.findChildren(QDockWidget)}


def float_all(window: MainWindow) -> None:
    for dock in window.findChildren(QDockWidget):
        dock.setFloating(True)
        dock.move(40, 40)


def close_all(window: MainWindow) -> None:
    for dock in window.findChildren(QDockWidget):
        dock.close()


def close_floating(window: MainWindow) -> None:
    float_all(window)
    close_all(window)


def tabify(window: MainWindow) -> None:
    window.tabifyDockWidget(dock_of(window, "runs"), dock_of(window, "readout"))
    window.tabifyDockWidget(dock_of(window, "runs"), dock_of(window, "problems"))


def split_across(window: MainWindow) -> None:
    window.splitDockWidget(dock_of(window, "runs"), dock_of(window, "readout"), Qt.Orientation.Horizontal)
    window.splitDockWidget(dock_of(window, "readout"), dock_of(window, "recipe"), Qt.Orientation.Vertical)


def move_elsewhere(window: MainWindow) -> None:
    window.addDockWidget(_AREA.TopDockWidgetArea, dock_of(window, "recipe"))
    window.addDockWidget(_AREA.BottomDockWidgetArea, dock_of(window, "runs"))
    window.addDockWidget(_AREA.LeftDockWidgetArea, dock_of(window, "problems"))


def hide_tool_bar(window: MainWindow) -> None:
    tool_bar_of(window).toggleViewAction().trigger()


def move_tool_bar(window: MainWindow) -> None:
    window.addToolBar(Qt.ToolBarArea.BottomToolBarArea, tool_bar_of(window))


@pytest.mark.parametrize(
    "disturb",
    [
        float_all,
        close_all,
        close_floating,
        tabify,
        split_across,
        move_elsewhere,
        hide_tool_bar,
        move_tool_bar,
    ],
)
def test_reset_layout_brings_all_back_from_wherever_it_is(
    make_window: Callable[[], MainWindow], qtbot: QtBot, disturb: Callable[[MainWindow], None]
) -> None:
    window = make_window()
    window._actions["reset_layout"].trigger()
    first, bar, state = places(window), tool_bar_of(window).geometry(), window.saveState()
    disturb(window)
    # No user is so quick that the platform has not answered yet.
    QApplication.processEvents()
    assert window.saveState() != state
    window._actions["reset_layout"].trigger()
    # Docks move there in an animation.
    qtbot.waitUntil(lambda: places(window) == first)
    assert tool_bar_of(window).isVisible()
    assert tool_bar_of(window).geometry() == bar
    assert not any(dock.isFloating() or dock.isHidden() for dock in window.findChildren(QDockWidget))


def test_a_window_ended_from_outside_comes_back_too(make_window: Callable[[], MainWindow]) -> None:
    window = make_window()
    window.resize(window.width(), 640)
    dock_of(window, "problems").close()
    window.leave()
    assert window.ended
    assert not window.isVisible()
    later = make_window()
    assert later.height() == 640
    assert dock_of(later, "problems").isHidden()


_ON_SCREENS = """
import sys
from lrgui.app import make_application
from lrgui.ui.main_window import MainWindow
from lrgui.ui.settings import Settings
application = make_application(["lrgui"])
window = MainWindow(Settings())
window.show()
application.processEvents()
act = sys.argv[1]
if act == "maximize":
    window.showMaximized()
elif act == "fill":
    window.showFullScreen()
elif act == "normal":
    window.showNormal()
elif act != "look":
    window.setGeometry(*map(int, act.split(",")))
application.processEvents()
inside = any(screen.availableGeometry().contains(window.geometry()) for screen in application.screens())
print(inside, window.isMaximized(), window.isFullScreen(), *window.geometry().getRect())
window._end()
"""


def on_screens(tmp_path: Path, count: int, act: str) -> tuple[bool, bool, bool, int, int, int, int]:
    """Open and end a window on made-up screens beside each other.

    Returns:
        Whether it is within a screen, maximized, full screen; x, y, width and height.
    """
    path = tmp_path / "screens.json"
    shared = {"y": 0, "width": 1920, "height": 1000, "logicalDpi": 96, "logicalBaseDpi": 96, "dpr": 1}
    path.write_text(json.dumps({"screens": [{**shared, "name": f"S{i}", "x": 1920 * i} for i in range(count)]}))
    with start(_ON_SCREENS, tmp_path, act, platform=f"offscreen:configfile={path}") as process:
        output, errors = process.communicate(timeout=60)
    assert output, errors
    inside, maximized, full, *place = output.split()
    x, y, width, height = map(int, place)
    return inside == "True", maximized == "True", full == "True", x, y, width, height


def test_a_window_left_on_a_screen_that_is_gone_is_visible(tmp_path: Path) -> None:
    place = (2400, 100, 1200, 700)
    assert on_screens(tmp_path, 2, "2400,100,1200,700") == (True, False, False, *place)
    assert on_screens(tmp_path, 2, "look") == (True, False, False, *place)
    inside, _, _, x, _, width, height = on_screens(tmp_path, 1, "look")
    assert inside
    assert x < 1920
    assert (width, height) == (1200, 700)


@pytest.mark.parametrize(("act", "state"), [("maximize", (True, False)), ("fill", (False, True))])
def test_a_window_comes_back_as_large_as_it_was_left(tmp_path: Path, act: str, state: tuple[bool, bool]) -> None:
    normal = (100, 120, 1200, 700)
    on_screens(tmp_path, 1, "100,120,1200,700")
    on_screens(tmp_path, 1, act)
    assert on_screens(tmp_path, 1, "look")[1:3] == state
    assert on_screens(tmp_path, 1, "normal") == (True, False, False, *normal)


def test_a_state_with_a_wrong_byte_is_ignored(make_window: Callable[[], MainWindow]) -> None:
    """Qt itself crashes on most of these."""
    window = make_window()
    dock_of(window, "problems").close()
    window._end()
    geometry, state = window.saveGeometry().data(), window.saveState().data()
    chance = random.Random(0)
    store = QSettings(QSettings.Format.IniFormat, QSettings.Scope.UserScope, "lrgui", "lrgui")
    for _ in range(50):
        for key, whole in (("window/geometry", geometry), ("window/state", state)):
            bad = bytearray(whole)
            bad[chance.randrange(len(bad))] ^= chance.randrange(1, 256)
            store.setValue(key, QByteArray(bytes(bad)))
            assert Settings().window() is None
            store.setValue(key, QByteArray(whole[: chance.randrange(len(whole))]))
            assert Settings().window() is None
            store.setValue(key, QByteArray(whole))
    remembered = Settings().window()
    assert remembered is not None
    assert remembered[1].data() == state
