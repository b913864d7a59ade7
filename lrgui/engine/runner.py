"""Runner: the thread around the stepper. Importing this module does not import torch; the thread does."""

from __future__ import annotations

import traceback
from enum import Enum, auto
from queue import SimpleQueue
from threading import Thread
from time import perf_counter
from typing import TYPE_CHECKING

from lrgui.core.errors import LrguiError, RunError
from lrgui.core.events import Advanced, Event, Failed, Finished, Started, Warned
from lrgui.core.recipe import Recipe
from lrgui.core.trace import Trace
from lrgui.engine.gate import Gate
from lrgui.engine.thread_warnings import heard_by

if TYPE_CHECKING:
    from lrgui.engine.stepper import Stepper

CHUNK_S = 0.0005
"""How long the worker steps before it looks at its commands and at the gate, which keeps a frame waiting as long."""

HEAD_START_S = 0.003
"""How long it steps before it looks at the gate for the first time, so that the first frame has something to show."""


class _Command(Enum):
    PAUSE = auto()
    RESUME = auto()
    STEP = auto()
    STOP = auto()


class Runner:
    """One execution of `recipe`, or its `preview`, in a thread of its own.

    What happens is told in `events`, in order; the last one is always a single Finished or Failed. `trace` is None
    until Started and then filled by the thread alone; `seconds` is the time spent stepping so far. The methods may be
    called from any thread, and never wait; a run started `paused` is built and then waits for `resume` or `step_once`.
    """

    def __init__(self, recipe: Recipe, run_id: int, *, preview: bool = False, paused: bool = False) -> None:
        self.recipe = recipe
        self.run_id = run_id
        self.trace: Trace | None = None
        self.events: SimpleQueue[Event] = SimpleQueue()
        self.gate = Gate()
        self.seconds = 0.0
        self._preview = preview
        self._paused = paused
        self._commands: SimpleQueue[_Command] = SimpleQueue()
        self._warnings: set[str] = set()
        self._thread = Thread(target=self._work, name=f"{'preview' if preview else 'run'}-{run_id}", daemon=True)

    @property
    def is_alive(self) -> bool:
        """True from `start` until the thread has ended."""
        return self._thread.is_alive()

    def start(self) -> None:
        """Start the thread.

        Raises:
            RuntimeError: when it was started before.
        """
        self._thread.start()

    def pause(self) -> None:
        """Let the run come to rest between two steps; Advanced tells when it has."""
        self._commands.put(_Command.PAUSE)

    def resume(self) -> None:
        """Let a paused run go on."""
        self._commands.put(_Command.RESUME)

    def step_once(self) -> None:
        """Make one step and rest; Advanced tells when it is made."""
        self._commands.put(_Command.STEP)

    def stop(self) -> None:
        """End the run between two steps, or once it is built; not even a frame that is drawn keeps it."""
        self._commands.put(_Command.STOP)
        self.gate.release()

    def join(self, timeout: float | None = None) -> bool:
        """Wait at most `timeout` seconds for the thread to end; say whether it has. One never started has."""
        if self._thread.ident is not None:
            self._thread.join(timeout)
        return not self._thread.is_alive()

    def _work(self) -> None:
        last_word: Event
        try:
            warm_up()
            with heard_by(self._warn):
                last_word = self._run()
        except LrguiError as error:
            step = error.step if isinstance(error, RunError) else None
            last_word = Failed(self.run_id, step, str(error), traceback.format_exc())
        except BaseException as error:
            message = f"{type(error).__name__}: {error}"
            last_word = Failed(self.run_id, self._current_step(), message, traceback.format_exc())
        self.gate.rest()
        if self.trace is not None:
            from lrgui.engine.memory import settle

            settle(self.trace)
        self.events.put(last_word)

    def _run(self) -> Finished:
        import torch

        from lrgui.engine.stepper import Stepper

        # For tensors this small further threads only cost time.
        torch.set_num_threads(1)
        stepper = Stepper(self.recipe, preview=self._preview)
        self.trace = stepper.trace
        self.events.put(Started(self.run_id, stepper.trace))
        if self._paused:
            self._tell_rest(stepper)
        chunk, gated_from = 1, perf_counter() + HEAD_START_S
        while not stepper.finished:
            command = self._next_command()
            if command is _Command.STOP:
                return Finished(self.run_id, stepper.trace.rows, stopped=True)
            if command is not None:
                self._obey(command, stepper)
            if not self._paused:
                begun = perf_counter()
                if begun > gated_from:
                    self.gate.pass_through()
                chunk = _advance(stepper, chunk)
                self.seconds += perf_counter() - begun
        return Finished(self.run_id, stepper.trace.rows)

    def _next_command(self) -> _Command | None:
        """Return the next command, waiting for one while paused, or None."""
        if self._paused or not self._commands.empty():
            return self._commands.get()
        return None

    def _obey(self, command: _Command, stepper: Stepper) -> None:
        rested = self._paused
        self._paused = command is not _Command.RESUME
        if command is _Command.STEP:
            begun = perf_counter()
            stepper.advance(1)
            self.seconds += perf_counter() - begun
        if command is _Command.STEP or (self._paused and not rested):
            self._tell_rest(stepper)

    def _tell_rest(self, stepper: Stepper) -> None:
        self.gate.rest()
        self.events.put(Advanced(self.run_id, stepper.trace.rows))

    def _warn(self, message: str) -> None:
        if message not in self._warnings:
            self._warnings.add(message)
            self.events.put(Warned(self.run_id, self._current_step(), message))

    def _current_step(self) -> int | None:
        return None if self.trace is None else max(0, self.trace.rows - 1)


def warm_up() -> None:
    """Import torch and what its first optimizer imports, about two seconds in all the first time, then nothing."""
    import torch

    torch.optim.SGD([torch.zeros(1)], lr=0.1)


def _advance(stepper: Stepper, chunk: int) -> int:
    """Make `chunk` steps and return how many to make next, so that they take about `CHUNK_S`."""
    begun = perf_counter()
    stepper.advance(chunk)
    seconds = perf_counter() - begun
    return max(1, min(2 * chunk, int(chunk * CHUNK_S / max(seconds, 1e-9))))
