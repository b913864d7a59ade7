"""Runner: the thread around the stepper. Importing this module does not import torch; the thread does."""

from __future__ import annotations

from enum import Enum, auto
from functools import partial
from queue import SimpleQueue
from threading import Thread
from time import monotonic, perf_counter
from typing import TYPE_CHECKING

from lrgui.core.errors import LrguiError, RunError
from lrgui.core.events import Advanced, Event, Failed, Finished, Started, Warned
from lrgui.core.pace import steps_over
from lrgui.core.recipe import Recipe
from lrgui.core.trace import Trace
from lrgui.engine.failures import describe, details_of, place_in
from lrgui.engine.finite import FiniteWatch
from lrgui.engine.gate import Gate
from lrgui.engine.interrupt import Interruptible, Interruption
from lrgui.engine.thread_warnings import heard_by

if TYPE_CHECKING:
    from lrgui.engine.stepper import Stepper

CHUNK_S = 0.0005
"""How long the worker steps before it looks at its commands and at the gate, which keeps a frame waiting as long."""

HEAD_START_S = 0.003
"""How long it steps before it looks at the gate for the first time, so that the first frame has something to show."""

LOOK_EVERY_S = 0.01
"""How often it looks whether what is recorded are numbers: so seldom that it takes no measurable part of the time."""

INTERRUPT_AFTER_S = 0.1
"""How long a run that is stopped has to end by itself, and again to end once it is interrupted."""


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

    A run ends within a millisecond of `stop`, unless it is in code that takes its time. `insist`, called again and
    again, interrupts that code; `waiting_for` says where it is. One that will not end is left with `leave_behind`.
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
        self._watch: FiniteWatch | None = None
        self._stepping = Interruptible()
        self._interrupted = False
        self._stopped_at: float | None = None
        self._insist_at = 0.0
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

    @property
    def stopping_s(self) -> float:
        """For how many seconds it has been stopped, 0 where it has not."""
        return 0.0 if self._stopped_at is None else monotonic() - self._stopped_at

    @property
    def can_be_left(self) -> bool:
        """True while it builds or steps; what else it may wait for, the import of torch, the next run needs too."""
        return self._stepping.entered

    def stop(self) -> None:
        """End the run between two steps, or once it is built; not even a frame that is drawn keeps it."""
        if self._stopped_at is None:
            self._stopped_at = monotonic()
            self._insist_at = self._stopped_at + INTERRUPT_AFTER_S
        self._commands.put(_Command.STOP)
        self.gate.release()

    def insist(self) -> None:
        """Interrupt a run that was stopped and has not ended in time; it may catch that, and is interrupted again."""
        now = monotonic()
        if self._stopped_at is not None and now >= self._insist_at:
            self._insist_at = now + INTERRUPT_AFTER_S
            self._interrupted = self._interrupted or self._stepping.entered
            self._stepping.interrupt()

    def waiting_for(self) -> str:
        """Say what the thread is doing: `the import of torch`, or `StuckLR.step (line 12 of stuck.py)`."""
        frame = self._stepping.frame
        return "the import of torch" if frame is None else place_in(frame)

    def leave_behind(self) -> None:
        """Take no more note of a run that does not end, although it was stopped and interrupted."""
        if self.trace is not None:
            _settle(self.trace)

    def join(self, timeout: float | None = None) -> bool:
        """Wait at most `timeout` seconds for the thread to end; say whether it has. One never started has."""
        if self._thread.ident is not None:
            self._thread.join(timeout)
        return not self._thread.is_alive()

    def end(self, seconds: float) -> bool:
        """Stop it, insist, and wait at most so many seconds for the thread to end; say whether it has."""
        self.stop()
        deadline = monotonic() + seconds
        while not self.join(max(0.0, min(INTERRUPT_AFTER_S, deadline - monotonic()))):
            if monotonic() >= deadline:
                return False
            self.insist()
        return True

    def _work(self) -> None:
        last_word = self._last_word()
        self.gate.rest()
        self._look_at_numbers()
        if self.trace is not None:
            _settle(self.trace)
        self.events.put(last_word)

    def _last_word(self) -> Event:
        """Run to the end, whatever comes: the last word is the only one that nobody may miss."""
        try:
            warm_up()
            with heard_by(self._warn):
                return self._run()
        except BaseException as error:
            if self._interrupted or isinstance(error, Interruption):
                # Whatever the interrupted code has made of it, the user wanted it to stop.
                return self._stopped()
            step = error.step if isinstance(error, RunError) else self._current_step()
            message = str(error) if isinstance(error, LrguiError) else describe(error)
            return Failed(self.run_id, step, message, details_of(error))

    def _stopped(self) -> Finished:
        return Finished(self.run_id, 0 if self.trace is None else self.trace.rows, stopped=True)

    def _run(self) -> Finished:
        import torch

        from lrgui.engine.stepper import Stepper

        # For tensors this small further threads only cost time.
        torch.set_num_threads(1)
        # The whole process has one, which a class of another library may have changed in the run before.
        torch.set_default_dtype(torch.float32)
        stepper = self._stepping.call(partial(Stepper, self.recipe, preview=self._preview))
        self.trace = stepper.trace
        self._watch = FiniteWatch(stepper.trace, stepper.measured_columns)
        self.events.put(Started(self.run_id, stepper.trace))
        if self._paused:
            self._tell_rest(stepper)
        chunk, gated_from, look_at = 1, perf_counter() + HEAD_START_S, 0.0
        while not stepper.finished:
            command = self._next_command()
            if command is _Command.STOP:
                return self._stopped()
            if command is not None:
                self._obey(command, stepper)
            if not self._paused:
                begun = perf_counter()
                if begun > gated_from:
                    self.gate.pass_through()
                chunk = self._stepping.call(_advance, stepper, chunk)
                self.seconds += perf_counter() - begun
                if begun > look_at:
                    self._look_at_numbers()
                    look_at = begun + LOOK_EVERY_S
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
            self._stepping.call(stepper.advance, 1)
            self.seconds += perf_counter() - begun
        if command is _Command.STEP or (self._paused and not rested):
            self._tell_rest(stepper)

    def _tell_rest(self, stepper: Stepper) -> None:
        self.gate.rest()
        self._look_at_numbers()
        self.events.put(Advanced(self.run_id, stepper.trace.rows))

    def _look_at_numbers(self) -> None:
        found = None if self._watch is None else self._watch.find()
        if found is not None:
            row, what = found
            step = steps_over(self.recipe.run, row + 1) - 1
            self.events.put(Warned(self.run_id, step, f"The {what} from step {step} on."))

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


def _settle(trace: Trace) -> None:
    from lrgui.engine.memory import settle

    settle(trace)


def _advance(stepper: Stepper, chunk: int) -> int:
    """Make `chunk` steps and return how many to make next, so that they take about `CHUNK_S`."""
    begun = perf_counter()
    stepper.advance(chunk)
    seconds = perf_counter() - begun
    return max(1, min(2 * chunk, int(chunk * CHUNK_S / max(seconds, 1e-9))))
