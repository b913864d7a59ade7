"""The actions on the selected scheduler as one table, for the buttons, the keys and the context menu."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from PySide6.QtCore import QObject, QSize, Qt
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QToolButton

from lrgui.core.phases import SEQUENTIAL
from lrgui.ui.forms.scheduler_edits import CHAINED
from lrgui.ui.icons import icon, set_beside_text


@dataclass(frozen=True, slots=True)
class TreeCommand:
    """One row of the table."""

    key: str
    text: str
    tip: str
    icon: str
    shortcut: str = ""


COMMANDS = (
    TreeCommand("add", "Add after", "Add a scheduler after this one; in a composite, as its last", "plus", "Ins"),
    TreeCommand(
        "add_before",
        "Add before",
        "Add a scheduler before this one, such as a warm-up; in a composite, as its first",
        "list-start",
        "Shift+Ins",
    ),
    TreeCommand("duplicate", "Duplicate", "Duplicate the scheduler", "copy", "Ctrl+D"),
    TreeCommand("remove", "Remove", "Remove the scheduler", "trash-2", "Del"),
    TreeCommand("move_up", "Move up", "Move the scheduler up", "arrow-up", "Alt+Up"),
    TreeCommand("move_down", "Move down", "Move the scheduler down", "arrow-down", "Alt+Down"),
    TreeCommand(
        "wrap_sequential", f"Wrap in {SEQUENTIAL}", f"Wrap in a {SEQUENTIAL}: one after another", "list-ordered"
    ),
    TreeCommand("wrap_chained", f"Wrap in {CHAINED}", f"Wrap in a {CHAINED}: several at once", "layers"),
    TreeCommand("unwrap", "Unwrap", "Put the children in the place of their composite", "ungroup"),
)


class TreeActions(QActionGroup):
    """The actions of the table. Their shortcuts work where they are added to a widget, while that has the focus."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.setExclusionPolicy(QActionGroup.ExclusionPolicy.None_)
        self._actions = {command.key: self._make(command) for command in COMMANDS}

    def __getitem__(self, key: str) -> QAction:
        return self._actions[key]

    def allow(self, keys: Collection[str]) -> None:
        """Enable these actions and no others."""
        for key, action in self._actions.items():
            action.setEnabled(key in keys)

    def _make(self, command: TreeCommand) -> QAction:
        action = QAction(icon(command.icon), command.text, self)
        action.setData(command.key)
        action.setShortcut(QKeySequence(command.shortcut))
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        action.setToolTip(f"{command.tip} ({keys})" if keys else command.tip)
        return action


def make_button(action: QAction) -> QToolButton:
    """Return a flat button for an action."""
    button = QToolButton()
    button.setDefaultAction(action)
    button.setAutoRaise(True)
    button.setAccessibleName(action.text())
    show_text(button, shown=False)
    return button


def show_text(button: QToolButton, *, shown: bool) -> None:
    """Show the text beside the icon, or the icon alone."""
    styles, size = Qt.ToolButtonStyle, button.fontMetrics().height()
    button.setToolButtonStyle(styles.ToolButtonTextBesideIcon if shown else styles.ToolButtonIconOnly)
    button.setIconSize(QSize(size, size))
    if shown:
        set_beside_text(button)
