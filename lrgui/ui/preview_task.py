"""Previews one recipe after the other: only the newest counts, and each waits until the one before has let go."""

from __future__ import annotations

from itertools import count

from PySide6.QtCore import QObject, Signal

from lrgui.core.events import Event, Failed, Finished, Started
from lrgui.core.recipe import Recipe
from lrgui.core.trace import Trace
from lrgui.engine.runner import Runner
from lrgui.ui.run_events import JOIN_SECONDS, events_of

_LET_GO_S = 0.005
"""How long to wait for the preview under way: it ends in a tenth of that, unless it is being built."""


class PreviewTask(QObject):
    """One preview at a time, in a thread of its own; `poll` is to be called once per frame while there is a `runner`.

    While it is `awaited`, a look at `has_news` every few milliseconds tells when a frame is due.

    `wanted` is the newest recipe, `trace` is what there is to draw, that of `recipe`. `failure` is one sentence where
    a preview could not be made, or not to its end.

    Signals:
        changed: another preview (or none) is to be drawn.
        started: a thread has been started.
        failed: the recipe could not be previewed: one sentence.
    """

    changed = Signal()
    started = Signal()
    failed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.wanted: Recipe | None = None
        self.trace: Trace | None = None
        self.recipe: Recipe | None = None
        self.failure = ""
        self.runner: Runner | None = None
        self._outdated = False
        self._awaited = False
        self._ids = count(1)

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
        if self.runner is not None:
            self._outdated = True
            self.runner.stop()
            if self.runner.join(_LET_GO_S):
                self.poll()
        elif recipe is not None:
            self._start(recipe)

    def give_up(self) -> Runner | None:
        """Start no further preview, and return the runner that is still to be stopped."""
        self.wanted = None
        runner, self.runner = self.runner, None
        return runner

    def poll(self) -> None:
        """Take note of what the thread has told since the last frame."""
        for event in events_of(self.runner):
            self._on_event(event)
        if self._has_rows:
            self._awaited = False

    def _on_event(self, event: Event) -> None:
        match event:
            case Started(trace=trace) if not self._outdated:
                self._show(trace, self.wanted)
            case Failed(message=message):
                if not self._outdated:
                    self.failure = message
                    self.failed.emit(message)
                self._end()
            case Finished():
                self._end()

    def _start(self, recipe: Recipe) -> None:
        self._outdated, self._awaited = False, True
        self.runner = Runner(recipe, next(self._ids), preview=True)
        # What the edit has changed in the window is painted first; stepping beside that would only delay both.
        self.runner.gate.hold()
        self.runner.start()
        self.started.emit()

    def _end(self) -> None:
        assert self.runner is not None
        self.runner.join(JOIN_SECONDS)
        self.runner = None
        if self._outdated and self.wanted is not None:
            self._start(self.wanted)

    def _show(self, trace: Trace | None, recipe: Recipe | None) -> None:
        self.trace, self.recipe, self.failure = trace, recipe, ""
        self.changed.emit()
