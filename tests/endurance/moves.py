"""What a monkey can do in a window: each move tells what it is, and is a stretch of events with rests between."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from PySide6.QtCore import QMimeData, QPoint, QPointF, QRect, Qt, QUrl
from PySide6.QtGui import QAction, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QDockWidget,
    QLineEdit,
    QPlainTextEdit,
)
from shiboken6 import isValid

from lrgui.ui.actions import COMMANDS
from tests.endurance.hand import PLAIN, Place
from tests.endurance.scene import Scene, name_of
from tests.endurance.words import GARBAGE, NUMBERS, TEXTS

Moments = Iterator[float]
"""Yields after each event: how many seconds to rest before the next one."""

_Key, _Mod = Qt.Key, Qt.KeyboardModifier
LEFT, RIGHT, MIDDLE = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton

_KEYS = (
    *(_Key.Key_Tab, _Key.Key_Backtab, _Key.Key_Escape, _Key.Key_Return, _Key.Key_Enter, _Key.Key_Space, _Key.Key_F2),
    *(_Key.Key_Delete, _Key.Key_Backspace, _Key.Key_Insert, _Key.Key_Menu, _Key.Key_F10, _Key.Key_F4, _Key.Key_Alt),
    *(_Key.Key_Up, _Key.Key_Down, _Key.Key_Left, _Key.Key_Right),
    *(_Key.Key_Home, _Key.Key_End, _Key.Key_PageUp, _Key.Key_PageDown, _Key.Key_Plus, _Key.Key_Minus),
)
_SHORTCUT_KEYS = (*"ZYACXVLE0", _Key.Key_Up, _Key.Key_Down, _Key.Key_Tab, _Key.Key_Home, _Key.Key_Delete)
_MODIFIERS = (PLAIN, PLAIN, PLAIN, _Mod.ShiftModifier, _Mod.ControlModifier, _Mod.AltModifier)
_NEVER = frozenset({"quit"})
_SIZES = ((640, 480), (900, 700), (1280, 800), (1600, 1150), (1280, 1000), (1100, 600))


@dataclass(frozen=True)
class Move:
    """Something to do: in words, and moment by moment."""

    words: str
    moments: Moments


def click(scene: Scene) -> Move:
    place = scene.place()
    button = scene.random.choices((LEFT, RIGHT, MIDDLE), (8, 2, 0.3))[0]
    modifiers = scene.random.choice(_MODIFIERS)

    def moments() -> Moments:
        scene.hand.press(place, button, modifiers)
        yield 0
        scene.hand.release(modifiers)
        yield 0

    return Move(f"{button.name} {modifiers.name} click on {name_of(place)}", moments())


def double_click(scene: Scene) -> Move:
    place = scene.place()

    def moments() -> Moments:
        scene.hand.double_click(place)
        yield 0

    return Move(f"double click on {name_of(place)}", moments())


def hover(scene: Scene) -> Move:
    place = scene.place()

    def moments() -> Moments:
        scene.hand.hover(place)
        # Now and then for so long that a tool tip shows.
        yield scene.random.choice((0, 0, 0.8))

    return Move(f"hover over {name_of(place)}", moments())


def turn_wheel(scene: Scene) -> Move:
    place, notches = scene.place(), scene.random.choice((-10, -3, -1, 1, 3, 10))
    modifiers = scene.random.choice(_MODIFIERS)

    def moments() -> Moments:
        for _ in range(abs(notches)):
            scene.hand.turn_wheel(place, 1 if notches > 0 else -1, modifiers)
            yield 0

    return Move(f"wheel by {notches} {modifiers.name} over {name_of(place)}", moments())


def drag(scene: Scene) -> Move:
    start = scene.place()
    button = scene.random.choices((LEFT, RIGHT), (5, 1))[0]
    modifiers = scene.random.choice(_MODIFIERS)
    short = scene.random.random() < 0.5
    reach = QRect(-60, -60, 120, 120) if short else scene.top.rect().translated(-start.in_window)
    end, count = scene.point_in(reach), scene.random.randrange(2, 12)
    escapes = scene.random.random() < 0.1

    def moments() -> Moments:
        scene.hand.press(start, button, modifiers)
        yield 0
        for step in range(1, count + 1):
            scene.hand.move(end * step / count)
            yield 0
        if escapes:
            scene.hand.key(_Key.Key_Escape)
            yield 0
        scene.hand.release(modifiers, end)
        yield 0

    words = f"{button.name} {modifiers.name} drag of {name_of(start)} by {end.x()}, {end.y()}"
    return Move(f"{words}{', Escape' * escapes}", moments())


def finish_drag(scene: Scene) -> Move:
    """Go on with a drag that has a loop of events of its own."""
    end = scene.point_in(QRect(-300, -300, 600, 600))

    def moments() -> Moments:
        for step in range(1, 5):
            scene.hand.move(end * step / 4)
            yield 0
        scene.hand.release(at=end)
        yield 0

    return Move(f"finish the drag at {end.x()}, {end.y()}", moments())


def press_keys(scene: Scene) -> Move:
    modifiers = scene.random.choice(_MODIFIERS)
    codes = [scene.random.choice(_KEYS) for _ in range(scene.random.randrange(1, 5))]

    def moments() -> Moments:
        for code in codes:
            scene.hand.key(code, modifiers)
            yield 0

    return Move(f"keys {modifiers.name} {' '.join(code.name for code in codes)}", moments())


def press_shortcut(scene: Scene) -> Move:
    key = scene.random.choice(_SHORTCUT_KEYS)
    code = _Key(ord(key)) if isinstance(key, str) else key
    modifiers = _Mod.ControlModifier
    if scene.random.random() < 0.2:
        modifiers |= _Mod.ShiftModifier

    def moments() -> Moments:
        scene.hand.key(code, modifiers)
        yield 0

    return Move(f"shortcut {modifiers.name} {code.name}", moments())


def type_text(scene: Scene) -> Move:
    """Type into whatever has the focus, or into an input that gets it first, and accept it in some way or none."""
    text = scene.random.choice(NUMBERS if scene.random.random() < 0.6 else TEXTS)
    inputs = scene.widgets(QLineEdit, QPlainTextEdit, QComboBox)
    target = scene.random.choice(inputs) if inputs and scene.random.random() < 0.8 else None
    ending = scene.random.choice((_Key.Key_Return, _Key.Key_Tab, _Key.Key_Escape, _Key.Key_Up, None))
    pause = scene.random.choice((0, 0, 0.02))

    def moments() -> Moments:
        if target is not None and isValid(target):
            target.setFocus(Qt.FocusReason.TabFocusReason)
            scene.hand.key(_Key.Key_A, _Mod.ControlModifier)
            yield 0
        for piece in (text,) if len(text) > 40 else text:
            scene.hand.type(piece)
            yield pause
        if ending is not None:
            scene.hand.key(ending)
            yield 0

    into = name_of(Place(target, QPoint())) if target is not None else "what has the focus"
    return Move(f"type {text[:40]!r} into {into}, {ending.name if ending is not None else 'no end'}", moments())


def paste(scene: Scene) -> Move:
    text = scene.random.choice(GARBAGE)

    def moments() -> Moments:
        QApplication.clipboard().setText(text)
        yield 0
        scene.hand.key(_Key.Key_V, _Mod.ControlModifier)
        yield 0

    return Move(f"paste {text[:40]!r}", moments())


def trigger(scene: Scene) -> Move:
    """Trigger an action of the table, or of the docks, as a menu does; not beside a dialog, where nobody could."""
    keys = [command.key for command in COMMANDS if command.key not in _NEVER]
    weights = [4 if key in ("run", "pause", "step", "stop", "undo", "redo") else 1 for key in keys]
    actions = scene.window.workbench._frame.actions
    action: QAction = actions[scene.random.choices(keys, weights)[0]]
    if scene.random.random() < 0.08:
        action = scene.random.choice(scene.window.findChildren(QDockWidget)).toggleViewAction()
    blocked = QApplication.activeModalWidget() is not None

    def moments() -> Moments:
        if not blocked and isValid(action):
            action.trigger()
        yield 0

    return Move(f"action {action.objectName() or action.text()}{' (behind a dialog)' * blocked}", moments())


def undo_storm(scene: Scene) -> Move:
    actions = scene.window.workbench._frame.actions
    keys = [scene.random.choice(("undo", "undo", "redo")) for _ in range(scene.random.randrange(5, 30))]

    def moments() -> Moments:
        for key in keys:
            if QApplication.activeModalWidget() is None:
                actions[key].trigger()
            yield 0

    return Move(f"{len(keys)} undos and redos", moments())


def resize(scene: Scene) -> Move:
    width, height = scene.random.choice(_SIZES)

    def moments() -> Moments:
        scene.window.resize(width, height)
        yield 0

    return Move(f"resize to {width} x {height}", moments())


def move_dock(scene: Scene) -> Move:
    dock = scene.random.choice(scene.window.findChildren(QDockWidget))
    area = scene.random.choice((Qt.DockWidgetArea.LeftDockWidgetArea, Qt.DockWidgetArea.BottomDockWidgetArea))
    acts: tuple[tuple[str, Callable[[], object]], ...] = (
        ("float", lambda: dock.setFloating(not dock.isFloating())),
        ("close", dock.close),
        ("show", dock.show),
        ("add", lambda: scene.window.addDockWidget(area, dock)),
    )
    words, act = scene.random.choice(acts)

    def moments() -> Moments:
        act()
        yield 0

    return Move(f"{words} the dock {dock.objectName()}", moments())


def drop_file(scene: Scene) -> Move:
    path = scene.random.choice(scene.files)
    blocked = QApplication.activeModalWidget() is not None

    def moments() -> Moments:
        if blocked:
            return
        mime = QMimeData()
        mime.setUrls([QUrl.fromLocalFile(str(path))])
        centre, copy = scene.window.rect().center(), Qt.DropAction.CopyAction
        enter = QDragEnterEvent(centre, copy, mime, LEFT, PLAIN)
        QApplication.sendEvent(scene.window, enter)
        yield 0
        if enter.isAccepted():
            QApplication.sendEvent(scene.window, QDropEvent(QPointF(centre), copy, mime, LEFT, PLAIN))
        yield 0.05

    return Move(f"drop {path.name}{' (behind a dialog)' * blocked}", moments())


def rest(scene: Scene) -> Move:
    seconds = scene.random.choice((0.02, 0.1, 0.5))

    def moments() -> Moments:
        yield seconds

    return Move(f"rest for {seconds} s", moments())


MOVES: tuple[tuple[Callable[[Scene], Move], float], ...] = (
    (click, 30),
    (double_click, 4),
    (hover, 3),
    (turn_wheel, 5),
    (drag, 10),
    (press_keys, 10),
    (press_shortcut, 6),
    (type_text, 18),
    (paste, 2),
    (trigger, 10),
    (undo_storm, 0.7),
    (resize, 0.7),
    (move_dock, 0.7),
    (drop_file, 0.5),
    (rest, 4),
)
"""What a monkey does, and how often beside the others."""
