"""Interruptible: lets one thread end what another one is doing, but only where that can do no harm.

Python has one means against code that never returns: `PyThreadState_SetAsyncExc` raises an exception in another thread,
at its next step from one piece of bytecode to the next. Code that waits inside C (a sleep, a lock, a socket) gets it
when it comes back, and not before.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable
from threading import get_ident
from types import FrameType
from typing import TypeVar

_Result = TypeVar("_Result")

_IMPORTING = "<frozen importlib._bootstrap>"

# Its own prototype, since whatever is set at `pythonapi` itself counts for the whole process.
_set_async_exc = ctypes.PYFUNCTYPE(ctypes.c_int, ctypes.c_ulong, ctypes.c_void_p)(
    ("PyThreadState_SetAsyncExc", ctypes.pythonapi)
)


class Interruption(BaseException):
    """Raised inside what is interrupted. Not an Exception, so that code that survives any error does not survive it."""


# Looked up beforehand: a call between the two halves of `interrupt` would divide them.
_INTERRUPTION = id(Interruption)


class Interruptible:
    """What one thread does by `call` can be ended from any other by `interrupt`.

    An interruption never reaches anything but the called function. CPython hands the interpreter over to another
    thread, and raises what is pending in a thread, in the same few places only: when a function begins, after a call,
    where a loop goes back. So these two are not divided:

    - the look whether the thread is inside, and the raising, in `interrupt`: whoever it finds inside is still inside;
    - leaving, and the dropping of what is pending, in `call`: what was raised up to there is gone, nothing is after it.

    A lock would be no help: the thread that leaves could be interrupted while it holds or waits for it.
    """

    def __init__(self) -> None:
        self._inside = 0

    @property
    def entered(self) -> bool:
        """True while a thread is inside the called function."""
        return self._inside != 0

    @property
    def frame(self) -> FrameType | None:
        """The innermost frame of the thread that is inside, None while none is."""
        return sys._current_frames().get(self._inside)  # noqa: SLF001 - the underscore notwithstanding, it is documented

    def call(self, function: Callable[..., _Result], *arguments: object) -> _Result:
        """Return what `function` returns.

        Raises:
            Interruption: when it was interrupted.
        """
        thread = get_ident()
        try:
            self._inside = thread
            return function(*arguments)
        finally:
            self._inside = 0
            _set_async_exc(thread, None)

    def interrupt(self) -> None:
        """Raise Interruption inside the called function, if a thread is there.

        Not where it imports a module, though: one that is half imported may be lost for the whole process.
        """
        if _is_importing(self.frame):
            return
        if self._inside:
            _set_async_exc(self._inside, _INTERRUPTION)


def _is_importing(frame: FrameType | None) -> bool:
    while frame is not None:
        if frame.f_code.co_filename == _IMPORTING:
            return True
        frame = frame.f_back
    return False
