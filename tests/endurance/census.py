"""What is there at one moment, to tell later what is left: memory, threads, timers, handles, widgets and objects."""

from __future__ import annotations

import ctypes
import gc
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import psutil
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QWidget

MIB = 2**20


@dataclass(frozen=True)
class Census:
    """Counts at one moment; `memory` in bytes."""

    memory: int
    threads: tuple[str, ...]
    timers: int
    handles: int
    top_levels: int
    widgets: int
    qobjects: Counter[str]
    objects: Counter[str]

    def line(self) -> str:
        """Return the counts in one line."""
        return (
            f"{self.memory / MIB:6.0f} MiB, {len(self.threads)} threads, {self.timers} running timers, "
            f"{self.handles} file handles, {self.top_levels} top-level widgets, {self.widgets} widgets, "
            f"{self.qobjects.total()} Qt objects, {self.objects.total()} of ours"
        )

    def counts(self) -> Counter[str]:
        """Return how many there are of everything but bytes."""
        places = {name: getattr(self, name) for name in ("timers", "handles", "top_levels", "widgets")}
        return Counter(self.threads) + Counter(places) + self.qobjects + self.objects


def growing(counted: Sequence[Census]) -> dict[str, list[int]]:
    """Return what there is more of at every count than at the one before, with the counts.

    What is remembered of the last thing alone, such as a recipe, is another one each time and does not grow.
    """
    counts = [census.counts() for census in counted]
    names = set().union(*counts)
    found = {name: [one[name] for one in counts] for name in sorted(names)}
    return {name: row for name, row in found.items() if all(now > then for then, now in pairwise(row))}


def take_census() -> Census:
    """Count what is there once all that is to be deleted is, and unused memory is given back."""
    for _ in range(3):
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        QApplication.processEvents()
        gc.collect()
    ctypes.CDLL(None).malloc_trim(0)
    process = psutil.Process()
    things = list(_all_qobjects())
    return Census(
        memory=process.memory_info().rss,
        threads=tuple(thread.name for thread in threading.enumerate()),
        timers=sum(isinstance(thing, QTimer) and thing.isActive() for thing in things),
        handles=process.num_fds(),
        top_levels=len(QApplication.topLevelWidgets()),
        widgets=sum(isinstance(thing, QWidget) for thing in things),
        qobjects=Counter(thing.metaObject().className() for thing in things),
        objects=Counter(_name(thing) for thing in gc.get_objects() if _is_ours(thing)),
    )


def _all_qobjects() -> Iterator[QObject]:
    application = QApplication.instance()
    assert application is not None
    for root in (application, *QApplication.topLevelWidgets()):
        if root.parent() is None:
            yield root
            yield from root.findChildren(QObject)


def _is_ours(thing: object) -> bool:
    module = getattr(type(thing), "__module__", None)
    return isinstance(module, str) and module.partition(".")[0] == "lrgui"


def _name(thing: object) -> str:
    return f"{type(thing).__module__}.{type(thing).__qualname__}"
