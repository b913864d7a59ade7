"""The status bar and the progress in the tool bar: what goes on, how far it is, how fast it goes."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QSizePolicy, QStatusBar, QWidget

from lrgui.core.numbers import group_digits
from lrgui.ui.progress import Progress
from lrgui.ui.run_controller import RunState
from lrgui.ui.words import duration

_MESSAGE_MS = 8000
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
    return f"{percentage}  {'paused' if state is RunState.PAUSED else ''}".rstrip()


class StatusBar(QStatusBar):
    """Messages at the left, the state of the run at the right."""

    def __init__(self) -> None:
        super().__init__()
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

    def tell(self, message: str) -> None:
        """Show a message for a while."""
        self.showMessage(message, _MESSAGE_MS)

    def warn(self, message: str) -> None:
        """Show a message until another one takes its place."""
        self.showMessage(message)

    def show_progress(self, state: RunState, progress: Progress) -> None:
        """Show step count and speed."""
        if not progress.planned or state is RunState.STARTING:
            self._state.setText("starting…" if state is RunState.STARTING else "")
            return
        text = f"step {group_digits(progress.steps)} / {group_digits(progress.planned)}"
        if progress.rate > 0:
            text += f" · {group_digits(_rounded(progress.rate))} steps/s"
        self._state.setText(text)
        self._state.setAlignment(Qt.AlignmentFlag.AlignRight)


def _rounded(rate: float) -> int:
    return int(round(rate, -2)) if rate > 1000 else round(rate)
