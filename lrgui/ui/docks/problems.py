"""The dock of problems: what is wrong with the recipe being edited, where, and the way out."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QLabel, QListWidget, QListWidgetItem, QStackedLayout, QWidget

from lrgui.core.problems import Problem, Severity
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
        self._list.setAccessibleName("Problems")
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.itemActivated.connect(self._on_activated)
        self._list.itemClicked.connect(self._on_activated)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._none)
        self._stack.addWidget(self._list)

    def show_problems(self, problems: tuple[Problem, ...]) -> None:
        """Show these problems in place of the earlier ones."""
        self._list.clear()
        order = list(Severity)
        for problem in sorted(problems, key=lambda problem: order.index(problem.severity)):
            item = QListWidgetItem(icon(SEVERITY_ICONS[problem.severity]), str(problem))
            item.setData(Qt.ItemDataRole.UserRole, problem.place)
            item.setToolTip(f"{problem.severity.value}: {problem}")
            self._list.addItem(item)
        self._stack.setCurrentWidget(self._list if problems else self._none)

    @Slot(QListWidgetItem)
    def _on_activated(self, item: QListWidgetItem) -> None:
        self.place_wanted.emit(item.data(Qt.ItemDataRole.UserRole))
