"""What must hold of a window at any time: it can be saved and read back, and undone to the start and redone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path

import numpy as np

from lrgui.session.store import read_file, write_session
from lrgui.session.values import RecordedRun, Session
from lrgui.ui.main_window import MainWindow


def session_of(window: MainWindow) -> Session:
    """Return what saving would write now."""
    runs = tuple(replace(run, trace=run.trace.snapshot()) for run in window.runs.all)
    return Session(window.document.recipe, runs, window.document.view)


def differences_when_saved(window: MainWindow, path: Path) -> Iterator[str]:
    """Save into a file, read it, and yield a sentence for everything that is not as it was."""
    session = session_of(window)
    write_session(path, session)
    again = read_file(path)
    if again.recipe != session.recipe:
        yield f"the recipe was {session.recipe}, and is {again.recipe} when read"
    if again.view != session.view:
        yield f"the view was {session.view}, and is {again.view} when read"
    if len(again.runs) != len(session.runs):
        yield f"there were {len(session.runs)} runs, and are {len(again.runs)} when read"
    for before, after in zip(session.runs, again.runs, strict=False):
        yield from _differences(before, after)


def differences_when_undone(window: MainWindow) -> Iterator[str]:
    """Undo everything, redo it, go back to where it was, and yield a sentence for everything that is not as it was."""
    stack, before = window.document.undo_stack, session_of(window)
    index, count = stack.index(), stack.count()
    for wanted, act, possible in (
        (0, stack.undo, stack.canUndo),
        (count, stack.redo, stack.canRedo),
        (index, stack.undo, stack.canUndo),
    ):
        while stack.index() != wanted and possible():
            act()
        if stack.index() != wanted:
            yield f"undo and redo came to {stack.index()} of {stack.count()} and not to {wanted} of {count}"
            return
    after = session_of(window)
    if after.recipe != before.recipe:
        yield f"the recipe was {before.recipe}, and is {after.recipe} when undone and redone"
    if after.view != before.view:
        yield f"the view was {before.view}, and is {after.view} when undone and redone"
    if [run.id for run in after.runs] != [run.id for run in before.runs]:
        yield f"the runs were {before.runs}, and are {after.runs} when undone and redone"
    for old, new in zip(before.runs, after.runs, strict=False):
        yield from _field_differences(old, new)


def _differences(before: RecordedRun, after: RecordedRun) -> Iterator[str]:
    yield from _field_differences(before, after)
    for name in ("series", "groups", "steps_per_epoch", "rows"):
        if getattr(before.trace, name) != getattr(after.trace, name):
            yield f"{before.name}: {name} was {getattr(before.trace, name)}, and is {getattr(after.trace, name)}"
            return
    rows = before.trace.rows
    if not np.array_equal(before.trace.buffer[:rows].view(np.uint64), after.trace.buffer[:rows].view(np.uint64)):
        yield f"{before.name}: the recorded values are others when read"


def _field_differences(before: RecordedRun, after: RecordedRun) -> Iterator[str]:
    for field in fields(RecordedRun):
        was, now = getattr(before, field.name), getattr(after, field.name)
        if field.name != "trace" and was != now:
            yield f"{before.name}: {field.name} was {was!r}, and is {now!r}"
