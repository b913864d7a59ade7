"""The small print of forms: one line of help under a field, or what is wrong there, in words."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from lrgui.core.problems import Problem, Severity
from lrgui.ui.forms.layout import lay_out_now
from lrgui.ui.icons import SEVERITY_ICONS, icon

_SMALL_PRINT = 0.9


def make_small(widget: QWidget) -> None:
    """Give the widget the size of small print."""
    font = widget.font()
    font.setPointSizeF(font.pointSizeF() * _SMALL_PRINT)
    widget.setFont(font)


def make_bold(widget: QWidget) -> None:
    """Give the widget the weight of a heading."""
    font = widget.font()
    font.setBold(True)
    widget.setFont(font)


class IconMark(QWidget):
    """An icon of the height of a line, painted anew so that it follows the theme."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = icon(name)
        size = self.fontMetrics().height()
        self.setFixedSize(size, size)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self._icon.paint(painter, self.rect())
        painter.end()


class Note(QWidget):
    """A line of help, on two where the panel is narrow; a problem in its place, behind an icon."""

    def __init__(self, help_text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._help = help_text
        self._problem = ""
        self._severity = Severity.ERROR
        self._marks = {severity: IconMark(name) for severity, name in SEVERITY_ICONS.items()}
        self._label = QLabel()
        self._label.setTextFormat(Qt.TextFormat.PlainText)
        self._label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        self._label.setWordWrap(True)
        make_small(self._label)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(self.fontMetrics().height() // 4)
        for mark in self._marks.values():
            layout.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(self._label, 1)
        self._show()

    @property
    def text(self) -> str:
        """What the note says, in full."""
        return self._problem or self._help

    @property
    def problem(self) -> str:
        """The problem that is told; empty where help is shown."""
        return self._problem

    def set_help(self, help_text: str) -> None:
        """Change the help."""
        if help_text != self._help:
            self._help = help_text
            self._show()

    def set_problem(self, problem: str, severity: Severity = Severity.ERROR) -> None:
        """Tell a problem, or help again (the empty text)."""
        if (problem, severity) != (self._problem, self._severity):
            self._problem, self._severity = problem, severity
            self._show()

    def _show(self) -> None:
        for severity, mark in self._marks.items():
            mark.setVisible(bool(self._problem) and severity is self._severity)
        self._label.setForegroundRole(_role_of(self._severity) if self._problem else QPalette.ColorRole.PlaceholderText)
        # Shown before it has a parent, the note would be a window for a moment.
        if not self.text or self.parentWidget() is not None:
            self.setVisible(bool(self.text))
        self._label.setText(self.text)
        if self.isVisible():
            lay_out_now()


class ProblemLine(QWidget):
    """One problem: an icon for how bad it is, and the sentence."""

    def __init__(self, severity: Severity, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        mark = IconMark(SEVERITY_ICONS[severity])
        mark.setAccessibleName(severity.value)
        sentence = QLabel(text)
        sentence.setTextFormat(Qt.TextFormat.PlainText)
        sentence.setWordWrap(True)
        make_small(sentence)
        sentence.setForegroundRole(_role_of(severity))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(sentence, 1)


class ProblemList(QWidget):
    """Problems one below the other; takes no room while there is none. Of more than `most` it tells how many."""

    def __init__(self, parent: QWidget | None = None, *, most: int | None = None) -> None:
        super().__init__(parent)
        self._most = most
        self._lines: list[ProblemLine] = []
        self._problems: tuple[Problem, ...] = ()
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(max(2, self.fontMetrics().height() // 5))
        self.hide()

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is told at the moment."""
        return self._problems

    def set_problems(self, problems: Sequence[Problem]) -> None:
        """Tell these problems."""
        if tuple(problems) == self._problems:
            return
        self._problems = tuple(problems)
        for line in self._lines:
            self._layout.removeWidget(line)
            line.hide()
            line.deleteLater()
        self._lines = [ProblemLine(problem.severity, sentence_of(problem)) for problem in self._problems[: self._most]]
        left_out = len(self._problems) - len(self._lines)
        if left_out:
            self._lines.append(ProblemLine(Severity.NOTE, f"{left_out} more, in the panel Problems."))
        for line in self._lines:
            self._layout.addWidget(line)
        self.setVisible(bool(self._lines))


def sentence_of(problem: Problem) -> str:
    """Return what is wrong and the way out."""
    return f"{problem.message} {problem.way_out}".strip()


def _role_of(severity: Severity) -> QPalette.ColorRole:
    role = QPalette.ColorRole
    return {Severity.ERROR: role.BrightText, Severity.WARNING: role.WindowText}.get(severity, role.PlaceholderText)
