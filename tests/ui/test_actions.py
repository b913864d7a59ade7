from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from lrgui.ui.actions import COMMANDS
from lrgui.ui.icons import icon
from lrgui.ui.main_window import MainWindow
from lrgui.ui.settings import Settings


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[MainWindow]:
    window = MainWindow(Settings())
    *filling, _ = window.stages
    # The commands on runs come with the list of runs.
    for stage in filling:
        stage()
    yield window
    window._end()
    window.deleteLater()


def in_menus(menu: QMenu) -> Iterator[QAction]:
    for action in menu.actions():
        submenu = action.menu()
        if isinstance(submenu, QMenu):
            yield from in_menus(submenu)
        yield action


def test_every_command_has_a_menu_entry_a_tool_tip_and_a_status_tip(window: MainWindow) -> None:
    entries = {
        entry.objectName()
        for top in window.menuBar().actions()
        if isinstance(menu := top.menu(), QMenu)
        for entry in in_menus(menu)
    }
    for command in COMMANDS:
        action = window._actions[command.key]
        assert command.key in entries, f"{command.key} is in no menu"
        assert command.tip in action.toolTip()
        assert action.statusTip() == command.tip


def test_no_two_commands_share_a_shortcut_or_a_mnemonic(window: MainWindow) -> None:
    shortcuts = [key for command in COMMANDS if (key := window._actions[command.key].shortcut().toString())]
    assert len(shortcuts) == len(set(shortcuts))
    for top in window.menuBar().actions():
        menu = top.menu()
        assert isinstance(menu, QMenu)
        letters = [text[text.index("&") + 1].lower() for entry in menu.actions() if "&" in (text := entry.text())]
        assert len(letters) == len(set(letters)), f"{menu.title()}: {letters}"


def test_standard_shortcuts_are_where_people_expect_them(window: MainWindow) -> None:
    expected = {"open": "Ctrl+O", "save": "Ctrl+S", "new": "Ctrl+N", "undo": "Ctrl+Z", "run": "F5", "quit": "Ctrl+Q"}
    assert {key: window._actions[key].shortcut().toString() for key in expected} == expected


def test_every_icon_is_there_and_is_drawn() -> None:
    for command in COMMANDS:
        if command.icon:
            image = icon(command.icon).pixmap(24, 24).toImage()
            drawn = sum(image.pixelColor(x, y).alpha() > 0 for x in range(24) for y in range(24))
            assert drawn > 20, command.icon
