"""Hears what torch warns about in one thread, and leaves the warnings of all other threads alone.

`warnings.catch_warnings` swaps the state of the whole process, so it cannot serve a worker. Here one function stands
in front of `warnings.showwarning` for good and asks which thread it is called in.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock, local
from typing import TextIO

Listener = Callable[[str], None]
ShowWarning = Callable[[Warning | str, type[Warning], str, int, TextIO | None, str | None], None]


class _PerThread(local):
    listener: Listener | None = None


_this_thread = _PerThread()
_installing = Lock()


class _Dispatcher:
    """Stands in for `warnings.showwarning`: a warning goes to its thread's listener or, without one, to `previous`."""

    def __init__(self, previous: ShowWarning) -> None:
        self._previous = previous

    def __call__(
        self,
        message: Warning | str,
        category: type[Warning],
        filename: str,
        lineno: int,
        file: TextIO | None = None,
        line: str | None = None,
    ) -> None:
        if _this_thread.listener is not None:
            _this_thread.listener(" ".join(str(message).split()))
        else:
            self._previous(message, category, filename, lineno, file, line)


@contextmanager
def heard_by(listener: Listener) -> Iterator[None]:
    """Within the context, hand each warning of this thread to `listener`, as one line."""
    _install()
    _this_thread.listener = listener
    try:
        yield
    finally:
        _this_thread.listener = None


def _install() -> None:
    """Stand in front of `warnings.showwarning`, again if somebody has put another function there.

    Python shows a warning once per place in the code; every run is to hear those of torch, also the second.
    """
    with _installing:
        if not isinstance(warnings.showwarning, _Dispatcher):
            warnings.showwarning = _Dispatcher(warnings.showwarning)
        # A scheduler's warnings point at its caller, the stepper.
        warnings.filterwarnings("always", category=UserWarning, module=r"(torch|lrgui\.engine)\b")
