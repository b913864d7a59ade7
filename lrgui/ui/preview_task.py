"""Previews one recipe after the other: only the newest counts.

Each waits until the one before has let go, which an outdated one is made to do; what cannot be made to is left behind.
"""

from __future__ import annotations

from itertools import count
from time import monotonic

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from lrgui.core.events import Event, Failed, Finished, Started
from lrgui.core.recipe import Recipe
from lrgui.core.trace import Trace
from lrgui.engine.runner import Runner
from lrgui.ui.left_behind import LeftBehind
from lrgui.ui.run_events import JOIN_SECONDS, events_of

_LET_GO_S = 0.005
"""How long to wait for the preview under way: it ends in a tenth of that, unless it is being built."""

LEAVE_AFTER_S = 2.0
"""How long an outdated preview is waited for, and how long one that stands still is not spoken of."""

_TRY_AGAIN_MS = 500


class PreviewTask(QObject):
    """One preview at a time, in a thread of its own; `poll` is to be called once per frame while there is a `runner`.

    While it is `awaited`, a look at `has_news` every few milliseconds tells when a frame is due.

    `wanted` is the newest recipe, `trace` is what there is to draw, that of `recipe`. `failure` is one sentence where
    a preview could not be made, or not to its end.

    Signals:
        changed: another preview (or none) is to be drawn.
        started: a thread has been started.
        failed: the recipe could not be previewed: one sentence, and the traceback.
        waits: what keeps the preview from its first row: one sentence; empty where nothing does any more.
    """

    changed = Signal()
    started = Signal()
    failed = Signal(str, str)
    waits = Signal(str)

    def __init__(self, left_behind: LeftBehind, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._left_behind = left_behind
        self.wanted: Recipe | None = None
        self.trace: Trace | None = None
        self.recipe: Recipe | None = None
        self.failure = ""
        self.runner: Runner | None = None
        self._outdated = False
        self._awaited = False
        self._waiting_for = ""
        self._begun = 0.0
        self._ids = count(1)
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.setInterval(_TRY_AGAIN_MS)
        self._again.timeout.connect(self._look_for_room)

    @property
    def awaited(self) -> bool:
        """True from an edit until a frame can show the first rows of its preview."""
        return self.runner is not None and (self._outdated or self._awaited)

    @property
    def has_news(self) -> bool:
        """True when the thread has told something, or has recorded the first rows."""
        if self.runner is None:
            return False
        return not self.runner.events.empty() or (self._awaited and self._has_rows)

    @property
    def _has_rows(self) -> bool:
        """True when what is to be drawn is the present thread's, and not empty."""
        if self.runner is None or self.trace is None or self.trace is not self.runner.trace:
            return False
        return self.trace.rows > 0

    def show(self, recipe: Recipe | None) -> None:
        """Preview `recipe` as soon as the preview under way has let go; None shows none."""
        if recipe == self.wanted:
            return
        self.wanted = recipe
        if recipe is None:
            self._show(None, None)
        if self.runner is None:
            self._start_wanted()
        elif not self._outdated:
            self._outdated = True
            self.runner.stop()
            if self.runner.join(_LET_GO_S):
                self.poll()

    def give_up(self) -> Runner | None:
        """Start no further preview, and return the runner that is still to be stopped."""
        self.wanted = None
        self._again.stop()
        runner, self.runner = self.runner, None
        return runner

    def poll(self) -> None:
        """Take note of what the thread has told since the last frame, or of its silence."""
        for event in events_of(self.runner):
            self._on_event(event)
        if self._has_rows:
            self._awaited = False
        if self.runner is not None and self._outdated:
            self._press(self.runner)
        self._tell_what_is_waited_for()

    def _press(self, runner: Runner) -> None:
        """Make room for the next preview."""
        runner.insist()
        if runner.can_be_left and runner.stopping_s > LEAVE_AFTER_S:
            self._left_behind.add(runner)
            self._make_room()

    def _tell_what_is_waited_for(self) -> None:
        runner, text = self.runner, ""
        if runner is not None and self._awaited and runner.can_be_left and monotonic() - self._begun > LEAVE_AFTER_S:
            text = self._waiting_for or f"The preview waits for {runner.waiting_for()}."
        if text != self._waiting_for:
            self._waiting_for = text
            self.waits.emit(text)

    def _on_event(self, event: Event) -> None:
        match event:
            case Started(trace=trace) if not self._outdated:
                self._show(trace, self.wanted)
            case Failed():
                if not self._outdated:
                    self._fail(event.message, event.details)
                self._end()
            case Finished():
                self._end()

    @Slot()
    def _look_for_room(self) -> None:
        if self._left_behind.full:
            self._again.start()
        else:
            self._start_wanted()

    def _start_wanted(self) -> None:
        """Start what is wanted, or wait where too many earlier previews still hold their threads."""
        if self.wanted is None or self.runner is not None:
            return
        if not self._left_behind.full:
            self._start(self.wanted)
            return
        self._show(None, None)
        stuck = self._left_behind.alive
        self._fail(f"{len(stuck)} earlier ones have not returned, the last is in {stuck[-1].waiting_for()}.", "")
        self._again.start()

    def _start(self, recipe: Recipe) -> None:
        self._again.stop()
        self._outdated, self._awaited, self._begun = False, True, monotonic()
        self.runner = Runner(recipe, next(self._ids), preview=True)
        # What the edit has changed in the window is painted first; stepping beside that would only delay both.
        self.runner.gate.hold()
        self.runner.start()
        self.started.emit()

    def _end(self) -> None:
        assert self.runner is not None
        self.runner.join(JOIN_SECONDS)
        self._make_room()

    def _make_room(self) -> None:
        self.runner = None
        if self._outdated:
            self._start_wanted()

    def _fail(self, message: str, details: str) -> None:
        self.failure = message
        self.failed.emit(message, details)

    def _show(self, trace: Trace | None, recipe: Recipe | None) -> None:
        self.trace, self.recipe, self.failure = trace, recipe, ""
        self.changed.emit()
