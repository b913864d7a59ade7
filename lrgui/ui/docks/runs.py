"""The dock of runs: the list, what can be done with the chosen ones, and notes on the selected one."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QSize, Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QStackedLayout, QToolButton, QVBoxLayout, QWidget

from lrgui.ui.actions import Actions
from lrgui.ui.docks.notes_box import NotesBox
from lrgui.ui.docks.run_commands import RunCommands
from lrgui.ui.docks.run_list import RunList
from lrgui.ui.docks.runs_model import RunsModel
from lrgui.ui.document import Document
from lrgui.ui.forms.scheduler_actions import make_button
from lrgui.ui.icons import icon, set_beside_text
from lrgui.ui.run_controller import RunController
from lrgui.ui.run_edits import RunEdits
from lrgui.ui.runs import Runs
from lrgui.ui.theme import Theme

_BUTTONS = ("run_pin", "run_rename", "run_recipe", "run_difference", "run_ratio", "run_delete")


class RunsPanel(QWidget):
    """The runs of the session, below a row of buttons."""

    def __init__(self, document: Document, runs: Runs, controller: RunController, actions: Actions) -> None:
        super().__init__()
        self._runs = runs
        edits = RunEdits(runs, document.undo_stack)
        self._model = RunsModel(runs, edits, controller, self)
        self._model.set_recipe(document.recipe)
        self._list = RunList(self._model, runs, edits)
        self.commands = RunCommands(document, runs, edits, controller, actions, self._list)
        self._notes = NotesBox(edits)
        self._empty = QLabel("No run yet. Press Run (F5).")
        self._empty.setWordWrap(True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setMargin(self.fontMetrics().height())
        self._empty.setForegroundRole(self._empty.foregroundRole().PlaceholderText)
        self._filled = QWidget()
        self._lay_out(actions)
        self._list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._list.customContextMenuRequested.connect(self._show_menu)
        document.recipe_changed.connect(self._model.set_recipe)
        for signal in (runs.changed, runs.noted):
            signal.connect(self._refresh)
        # There may be runs already.
        self._model.reload()
        self._refresh()

    def set_theme(self, theme: Theme) -> None:
        """Take the runs' colours from `theme`."""
        self._model.set_theme(theme)
        self.commands.colours.set_theme(theme)

    def _lay_out(self, actions: Actions) -> None:
        gap = self.fontMetrics().height() // 4
        buttons = QHBoxLayout()
        buttons.setContentsMargins(gap, gap, gap, 0)
        buttons.setSpacing(2)
        for key in _BUTTONS:
            buttons.addWidget(make_button(actions[key]))
        colours, everything = self.commands.colours, self.commands.menu
        buttons.insertWidget(2, _menu_button(colours, "palette", "Change the colour of the selected runs"))
        buttons.addStretch(1)
        buttons.addWidget(_menu_button(everything, "ellipsis", "All that can be done with the selected runs"))
        layout = QVBoxLayout(self._filled)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(gap)
        layout.addLayout(buttons)
        layout.addWidget(self._list, 1)
        layout.addWidget(self._notes)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self._filled)

    @Slot(QPoint)
    def _show_menu(self, position: QPoint) -> None:
        self.commands.menu.popup(self._list.viewport().mapToGlobal(position))

    @Slot()
    def _refresh(self) -> None:
        self._stack.setCurrentWidget(self._filled if self._runs.all else self._empty)
        self._list.follow()
        self._notes.show_run(self._runs.selected)
        self.commands.refresh()


def _menu_button(menu: QMenu, name: str, tip: str) -> QToolButton:
    button = QToolButton()
    button.setIcon(icon(name))
    button.setMenu(menu)
    button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
    button.setAutoRaise(True)
    button.setToolTip(tip)
    button.setAccessibleName(tip)
    line = button.fontMetrics().height()
    button.setIconSize(QSize(line, line))
    # Room for the arrow that says that there is a menu.
    set_beside_text(button)
    return button
