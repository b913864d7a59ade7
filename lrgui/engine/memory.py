"""How much memory a recipe may take, given what the system has free and what live traces have yet to fill."""

from __future__ import annotations

from threading import Lock
from weakref import WeakSet

import psutil

from lrgui.core.trace import Trace

_SHARE = 0.8
_live: WeakSet[Trace] = WeakSet()
_lock = Lock()


def memory_limit() -> int:
    """Return the bytes that a new recipe may take.

    The system hands out the memory of a trace only as its rows are written, so that what was promised to a trace that
    is still growing counts as free there; here it is taken off.
    """
    with _lock:
        promised = sum((trace.capacity - trace.rows) * trace.buffer.strides[0] for trace in _live)
    return max(0, int(psutil.virtual_memory().available * _SHARE) - promised)


def promise(trace: Trace) -> None:
    """Count the rows that `trace` has yet to record as taken, until it is settled or gone."""
    with _lock:
        _live.add(trace)


def settle(trace: Trace) -> None:
    """Take note that no more rows will be recorded in `trace`."""
    with _lock:
        _live.discard(trace)
