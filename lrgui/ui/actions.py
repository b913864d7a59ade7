"""One table of actions: text, icon, shortcut, tool tip, when enabled. One QAction per command, shared by all menus."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from lrgui.ui.icons import icon
from lrgui.ui.run_state import RunState

Shortcut = QKeySequence.StandardKey | str | None


@dataclass(frozen=True, slots=True)
class Situation:
    """What the enabled rules look at."""

    run_state: RunState = RunState.IDLE
    buildable: bool = True
    file_busy: bool = False
    has_curves: bool = False
    has_runs: bool = False


Rule = Callable[[Situation], bool]
"""When a command is enabled."""


def _always(_: Situation) -> bool:
    return True


def _no_file_work(situation: Situation) -> bool:
    return not situation.file_busy


def _can_start(situation: Situation) -> bool:
    return situation.run_state is RunState.PAUSED or (situation.run_state is RunState.IDLE and situation.buildable)


def _can_pause(situation: Situation) -> bool:
    return situation.run_state is RunState.RUNNING


def _can_stop(situation: Situation) -> bool:
    return situation.run_state is not RunState.IDLE


def _has_curves(situation: Situation) -> bool:
    return situation.has_curves


def _has_numbers(situation: Situation) -> bool:
    return situation.has_runs and not situation.file_busy


@dataclass(frozen=True, slots=True)
class Command:
    """One row of the table.

    `enabled` says when, and is None where that is for others to say: the undo stack, the list of runs, the plot.
    `checkable` commands carry a state; `short` is for narrow buttons. The shortcut of a `local` command works where the
    command is added to a widget, while that has the focus.
    """

    key: str
    text: str
    tip: str
    icon: str = ""
    shortcut: Shortcut = None
    enabled: Rule | None = _always
    checkable: bool = False
    role: QAction.MenuRole = QAction.MenuRole.NoRole
    short: str = ""
    local: bool = False


_Key = QKeySequence.StandardKey
_Role = QAction.MenuRole

_RUN_COMMANDS = tuple(
    Command(key, text, tip, name, shortcut, enabled=None, local=True)
    for key, text, tip, name, shortcut in (
        ("run_rename", "Re&name", "Give the run another name", "pencil", "F2"),
        ("run_pin", "&Pin", "Keep the selected runs at the top of the list, drawn in full strength", "pin", None),
        ("run_recipe", "Use Its &Recipe", "Make the recipe of this run the current one; the run stays", "copy", None),
        ("run_visible", "&Hide", "Show or hide the selected runs in the plot", "eye-off", "Space"),
        ("run_show_only", "Show &Only This", "Hide all runs but the selected ones", "", None),
        ("run_show_all", "Show &All", "Show every run in the plot", "", None),
        (
            "run_difference",
            "&Difference",
            "Plot one run minus another: click the one to subtract, then Ctrl+click the other",
            "diff",
            None,
        ),
        (
            "run_ratio",
            "Ra&tio",
            "Plot one run divided by another: click the divisor, then Ctrl+click the other",
            "divide",
            None,
        ),
        ("run_stop_comparing", "&Stop Comparing", "Take the difference or the ratio out of the plot", "", None),
        (
            "run_error",
            "&Error Details…",
            "Show why the run failed, with the traceback to read and to copy",
            "circle-alert",
            None,
        ),
        ("run_delete", "De&lete", "Delete the selected runs; Undo brings them back", "trash-2", _Key.Delete),
        ("run_delete_others", "Delete All &But Pinned", "Delete every run that is not pinned", "", None),
    )
)

COMMANDS = (
    Command("new", "&New", "Begin a new session with the example recipe", "file-plus", _Key.New, _no_file_work),
    Command("open", "&Open…", "Open a session or a recipe", "folder-open", _Key.Open, _no_file_work),
    Command(
        "recover",
        "Reco&ver Unsaved Work…",
        "Look for unsaved work of windows that ended without being closed",
        enabled=_no_file_work,
    ),
    Command("save", "&Save", "Save recipe and runs as a session", "save", _Key.Save, _no_file_work),
    Command("save_as", "Save &As…", "Save the session under another name", "save-all", "Ctrl+Shift+S", _no_file_work),
    Command("export_figure", "Export &Figure…", "Export the plot as an image", "image-down", "Ctrl+E", _has_curves),
    Command(
        "export_numbers",
        "Export Num&bers…",
        "Export the recorded numbers as CSV or NPZ, in full precision",
        "table",
        "Ctrl+Shift+E",
        _has_numbers,
    ),
    Command("quit", "&Quit", "Close lrgui", "", "Ctrl+Q", role=_Role.QuitRole),
    Command("undo", "&Undo", "Take the last change back", "undo-2", _Key.Undo, None),
    Command("redo", "&Redo", "Make the change again that was taken back", "redo-2", _Key.Redo, None),
    Command("copy_figure", "&Copy Figure", "Copy the plot to the clipboard", "clipboard", "Ctrl+Shift+C", _has_curves),
    Command(
        "copy_table",
        "Copy &Table",
        "Copy every value at the cursor, in full precision, for a spreadsheet",
        "table",
        "Ctrl+Alt+C",
        _has_curves,
    ),
    Command(
        "libraries",
        "&Libraries…",
        "Choose which installed libraries may give optimizers and schedulers",
        "library",
        role=_Role.PreferencesRole,
    ),
    Command("run", "&Run", "Step the real optimizer and scheduler (or go on after a pause)", "play", "F5", _can_start),
    Command("pause", "&Pause", "Let the run rest; Run goes on", "pause", "F6", _can_pause),
    Command("step", "S&tep", "Make a single optimizer step", "step-forward", "F10", _can_start),
    Command("stop", "St&op", "End the run; what was recorded stays", "square", "Shift+F5", _can_stop),
    *_RUN_COMMANDS,
    Command("view_all", "Zoom to &All", "Show every curve from the first to the last step", "maximize", "Ctrl+0"),
    Command(
        "log_y", "&Logarithmic", "Draw the y axis on a logarithmic scale", "", "Ctrl+L", checkable=True, short="Log"
    ),
    Command(
        "log_second",
        "Logarithmic Se&cond Panel",
        "Draw the y axis of the second panel on a logarithmic scale",
        "",
        "Ctrl+Shift+L",
        enabled=None,
        checkable=True,
        short="Log",
    ),
    Command("axis_step", "&Steps", "Count optimizer steps on the x axis", "", checkable=True),
    Command("axis_epoch", "&Epochs", "Count epochs on the x axis; runs are aligned by epoch", "", checkable=True),
    Command(
        "axis_fraction",
        "Percent of the &Run",
        "Measure the x axis in percent of the run; runs of any length are aligned from start to end",
        "",
        checkable=True,
        short="%",
    ),
    Command(
        "show_handles",
        "Phases and &Handles",
        "Shade the phases of the schedule, and let milestones, lengths and learning rates be dragged in the plot",
        checkable=True,
    ),
    Command(
        "show_markers",
        "Event &Markers",
        "Mark restarts, drops, milestones, skipped steps, joins and resumes along the lower edge of the plot",
        "",
        checkable=True,
    ),
    Command(
        "full_precision", "&Full Precision", "Show the values at the cursor with all their digits", "", checkable=True
    ),
    Command("theme_system", "Follow the &System", "Light or dark, as the desktop is", "", checkable=True),
    Command("theme_light", "&Light", "The light theme", "", checkable=True),
    Command("theme_dark", "&Dark", "The dark theme", "", checkable=True),
    Command("reset_layout", "Reset La&yout", "Put every dock back where it was at first"),
    Command("about", "&About lrgui", "Version of lrgui and of what it stands on", "info", role=_Role.AboutRole),
)


class Actions:
    """The QActions of the table by key: `actions["run"]`."""

    def __init__(self, parent: QWidget) -> None:
        self._actions = {command.key: _make_action(command, parent) for command in COMMANDS}

    def __getitem__(self, key: str) -> QAction:
        return self._actions[key]

    def update(self, situation: Situation) -> None:
        """Enable each action that has a rule as the rule says."""
        for command in COMMANDS:
            if command.enabled is not None:
                self._actions[command.key].setEnabled(command.enabled(situation))


def _make_action(command: Command, parent: QWidget) -> QAction:
    action = QAction(command.text, parent)
    action.setObjectName(command.key)
    if command.icon:
        action.setIcon(icon(command.icon))
    if command.shortcut is not None:
        action.setShortcut(QKeySequence(command.shortcut))
    keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
    action.setToolTip(f"{command.tip} ({keys})" if keys else command.tip)
    action.setStatusTip(command.tip)
    action.setCheckable(command.checkable)
    if command.short:
        action.setIconText(command.short)
    action.setMenuRole(command.role)
    if command.local:
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
    else:
        parent.addAction(action)
    return action
