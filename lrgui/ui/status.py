"""The status bar and the progress in the tool bar: what goes on, how far it is, how fast it goes."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QSizePolicy, QStatusBar, QToolButton, QWidget

from lrgui.core.numbers import group_digits
from lrgui.ui.forms.notes import IconMark
from lrgui.ui.progress import Progress, duration
from lrgui.ui.run_state import RunState

_MESSAGE_MS = 8000
_STATE_WORDS = {RunState.PAUSED: "paused", RunState.STOPPING: "stopping…"}
_SCALE = 1000


class ProgressPanel(QWidget):
    """A bar with the percentage and the time left, in the tool bar."""

    def __init__(self) -> None:
        super().__init__()
        self._bar = QProgressBar()
        self._bar.setRange(0, _SCALE)
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName("Progress of the run")
        self._bar.setFixedWidth(self.fontMetrics().averageCharWidth() * 22)
        self._bar.setFixedHeight(self.fontMetrics().height() * 2 // 3)
        self._text = QLabel()
        self._text.setMinimumWidth(self.fontMetrics().horizontalAdvance("100%  00:00:00 left"))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, self.fontMetrics().height() // 2, 0)
        layout.addStretch()
        layout.addWidget(self._bar)
        layout.addWidget(self._text)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.show_progress(RunState.IDLE, Progress())

    def show_progress(self, state: RunState, progress: Progress) -> None:
        """Show how far the run is; nothing before the first run."""
        self._bar.setVisible(progress.planned > 0)
        if state is RunState.STARTING:
            self._bar.setRange(0, 0)
            self._text.setText("starting…")
            return
        self._bar.setRange(0, _SCALE)
        self._bar.setValue(int(progress.fraction * _SCALE))
        self._text.setText(_progress_text(state, progress))


def _progress_text(state: RunState, progress: Progress) -> str:
    if not progress.planned:
        return ""
    percentage = f"{progress.fraction:.0%}" if progress.fraction in (0, 1) else f"{progress.fraction:.1%}"
    if state is RunState.RUNNING and progress.remaining is not None:
        return f"{percentage}  {duration(progress.remaining)} left"
    return f"{percentage}  {_STATE_WORDS.get(state, '')}".rstrip()


class StandingMessage(QWidget):
    """One sentence on one line, cut short where it does not fit; the whole is in the tool tip.

    Where there are details to it, a button opens them in a dialog.
    """

    def __init__(self) -> None:
        super().__init__()
        self._text = ""
        self._details = ""
        self._label = QLabel()
        self._label.setTextFormat(Qt.TextFormat.PlainText)
        self._label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._mark = IconMark("triangle-alert")
        self._button = QToolButton()
        self._button.setText("Details…")
        self._button.setToolTip("Show the traceback, to read and to copy")
        self._button.setAccessibleName("Details of the error")
        self._button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._button.clicked.connect(self._show_details)
        self._gap = self.fontMetrics().height() // 3
        layout = QHBoxLayout(self)
        layout.setContentsMargins(self._gap, 0, 0, 0)
        layout.setSpacing(self._gap)
        layout.addWidget(self._mark)
        layout.addWidget(self._label, 1)
        layout.addWidget(self._button)
        self.set_text("")

    @property
    def text(self) -> str:
        """What stands there, in full."""
        return self._text

    def set_text(self, text: str, details: str = "") -> None:
        """Show another sentence, or none (the empty text)."""
        self._text, self._details = text, details
        self._mark.setVisible(bool(text))
        self._button.setVisible(bool(details))
        self._label.setAccessibleName(text)
        self._elide()

    @Slot()
    def _show_details(self) -> None:
        # Here, because hardly any window needs it, and this one not before its first paint.
        from lrgui.ui.details_dialog import show_details

        show_details(self.window(), "Error Details", self._text, self._details)

    def _elide(self) -> None:
        taken = self._button.sizeHint().width() + self._gap if self._details else 0
        width = self.width() - self._mark.width() - 2 * self._gap - taken
        text = self._label.fontMetrics().elidedText(self._text, Qt.TextElideMode.ElideRight, width)
        self._label.setText(text)
        self.setToolTip("" if text == self._text else self._text)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._elide()


class StatusBar(QStatusBar):
    """Messages at the left, the state of the run at the right.

    A warning is no message of Qt's, which any hint about a button under the mouse would wipe for good.
    """

    def __init__(self, file_progress: QWidget) -> None:
        super().__init__()
        self._warning = StandingMessage()
        self._warning_passes = False
        self._wait = ""
        self.addWidget(self._warning, 1)
        self.addPermanentWidget(file_progress)
        # It shows itself when there is work; a status bar shows whatever is added.
        file_progress.hide()
        self._state = QLabel()
        self._versions = QLabel()
        gap = self.fontMetrics().averageCharWidth()
        for label in (self._state, self._versions):
            label.setContentsMargins(gap, 0, gap, 0)
            self.addPermanentWidget(label)

    def show_versions(self) -> None:
        """Say which torch it is; called after the window's first paint, since looking it up takes a moment."""
        from importlib.metadata import version

        self._versions.setText(f"torch {version('torch').partition('+')[0]}")

    @property
    def message(self) -> str:
        """What is said at the left."""
        return self.currentMessage() or self._warning.text

    @Slot(str)
    def tell(self, message: str) -> None:
        """Show a message for a while, in place of any warning."""
        self._set_warning("", passes=False)
        self.showMessage(message, _MESSAGE_MS)

    @Slot(str)
    def warn(self, message: str, details: str = "") -> None:
        """Show a message until another one takes its place; a button opens the details, where there are any."""
        self._set_warning(message, details, passes=False)

    @Slot(str)
    def warn_of_recipe(self, message: str, details: str = "") -> None:
        """Show what is wrong with a recipe, until another message or `withdraw`; a button opens the details."""
        self._set_warning(message, details, passes=True)

    @Slot(str)
    def tell_wait(self, message: str) -> None:
        """Show what is waited for; the empty text takes it back, and nothing that was said since."""
        if message:
            self._set_warning(message, passes=True)
        elif self._warning.text == self._wait:
            self._set_warning("", passes=False)
        self._wait = message

    @Slot()
    def withdraw(self) -> None:
        """Take back what was said of a recipe: it is another one now, or runs anew."""
        if self._warning_passes:
            self._set_warning("", passes=False)

    def show_progress(self, state: RunState, progress: Progress) -> None:
        """Show step count and speed."""
        if not progress.planned or state is RunState.STARTING:
            self._state.setText("starting…" if state is RunState.STARTING else "")
            return
        text = f"step {group_digits(progress.steps)} / {group_digits(progress.planned)}"
        if progress.rate > 0:
            text += f" · {group_digits(_rounded(progress.rate))} steps/s"
        self._state.setText(text)

    def _set_warning(self, message: str, details: str = "", *, passes: bool) -> None:
        if message:
            self.clearMessage()
        self._warning_passes = passes
        self._warning.set_text(message, details)


def _rounded(rate: float) -> int:
    return int(round(rate, -2)) if rate > 1000 else round(rate)
