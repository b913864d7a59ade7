"""The dock of problems: what is wrong with the recipe being edited, where, and the way out."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QLabel,
    QListWidget,
    QListWidgetItem,
    QStackedLayout,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from lrgui.core.problems import Problem, Severity
from lrgui.core.recipe import Recipe
from lrgui.ui.docks.places import BETWEEN, places_in_words
from lrgui.ui.forms.notes import sentence_of
from lrgui.ui.icons import SEVERITY_ICONS, icon


class ProblemsPanel(QWidget):
    """The list of problems, the worst first.

    Signals:
        place_wanted: the user wants to see this place of the recipe.
    """

    place_wanted = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._none = QLabel("No problems: the recipe can be built.")
        self._none.setWordWrap(True)
        self._none.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._none.setMargin(self.fontMetrics().height())
        self._none.setForegroundRole(self._none.foregroundRole().PlaceholderText)
        self._list = QListWidget()
        self._list.setWordWrap(True)
        self._list.setTextElideMode(Qt.TextElideMode.ElideNone)
        line = self.fontMetrics().height()
        self._list.setIconSize(QSize(line, line))
        self._list.setSpacing(line // 8)
        self._list.setItemDelegate(ProblemDelegate(self._list))
        self._list.setAccessibleName("Problems")
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.itemActivated.connect(self._on_activated)
        self._list.itemClicked.connect(self._on_activated)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._none)
        self._stack.addWidget(self._list)

    def show_problems(self, problems: Sequence[Problem], recipe: Recipe) -> None:
        """Show the problems of `recipe` in place of the earlier ones; the exact places are in the tool tips."""
        self._list.clear()
        order = list(Severity)
        for problem in sorted(problems, key=lambda problem: order.index(problem.severity)):
            text = _text_of(problem, recipe)
            item = QListWidgetItem(icon(SEVERITY_ICONS[problem.severity]), text)
            item.setData(Qt.ItemDataRole.UserRole, problem.place)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{problem.severity.value}, {text}")
            item.setToolTip(f"{problem.severity.value.capitalize()} at {problem}")
            self._list.addItem(item)
        self._stack.setCurrentWidget(self._list if problems else self._none)

    @Slot(QListWidgetItem)
    def _on_activated(self, item: QListWidgetItem) -> None:
        self.place_wanted.emit(item.data(Qt.ItemDataRole.UserRole))


def _text_of(problem: Problem, recipe: Recipe) -> str:
    """Return the place and the sentence, without a name that the one ends and the other begins with."""
    sentence = sentence_of(problem)
    *around, last = places_in_words(problem.place, recipe)
    place = BETWEEN.join((*around, last) if not around or sentence.partition(" ")[0] != last else around)
    return f"{place}: {sentence}" if place else sentence


class ProblemDelegate(QStyledItemDelegate):
    """Puts the icon beside the first line of the sentence."""

    def initStyleOption(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        super().initStyleOption(option, index)
        option.decorationAlignment = Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignHCenter
