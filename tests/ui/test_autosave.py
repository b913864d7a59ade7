"""What is unsaved is kept for recovery, with the real document, real runs and the real journal."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from lrgui.core.errors import FileError
from lrgui.core.recipe import Recipe
from lrgui.core.trace import Trace
from lrgui.session.journal import Journal
from lrgui.session.recovered import Recovered
from lrgui.session.recovery import find_leftovers
from lrgui.session.values import Session, View
from lrgui.session.work import SavedFile, Work
from lrgui.ui.autosave import Autosave
from lrgui.ui.document import Document
from lrgui.ui.run_edits import RunEdits
from lrgui.ui.runs import Runs

LONGER = Recipe().with_run(steps=77)


class Desk:
    """What there is to lose, and what keeps it."""

    def __init__(self) -> None:
        self.document = Document()
        self.runs = Runs()
        self.edits = RunEdits(self.runs, self.document.undo_stack)
        self.autosave = Autosave(self.document, self.runs, self.saved)
        self.autosave.begin()

    def saved(self) -> SavedFile | None:
        return None

    def record(self, rows: int) -> Trace:
        trace = Trace(["lr"], ["weights"], 200_000)
        trace.buffer[:, 0] = np.arange(len(trace.buffer)) / 7
        trace.rows = rows
        self.runs.start(self.runs.next_id, Recipe().with_run(steps=trace.capacity), trace)
        return trace


@pytest.fixture
def desk(qapp: object) -> Iterator[Desk]:
    desk = Desk()
    yield desk
    desk.autosave.discard()


def recovered() -> list[Recovered]:
    """Return what the next start finds, and let go of it."""
    found = find_leftovers()
    held = [leftover.read() for leftover in found if leftover.has_work]
    for leftover in found:
        leftover.release()
    return held


def test_what_is_unsaved_is_kept_by_itself_and_offered_once_the_window_is_gone(desk: Desk, qtbot: QtBot) -> None:
    desk.document.replace(LONGER, "change of steps")
    desk.document.look(View(series="momentum"), "choice of momentum")
    trace = desk.record(5)
    with qtbot.waitSignal(desk.autosave.opened) as opened:
        pass
    (folder,) = opened.args
    qtbot.waitUntil((folder / "document.json").exists)
    assert recovered() == [], "the window is still there"
    trace.rows = 9
    assert desk.autosave.keep() == ""
    (work,) = recovered()
    assert work.session.recipe == LONGER
    assert work.session.view == View(series="momentum")
    assert work.session.runs[0].trace["lr"][:, 0].tolist() == [row / 7 for row in range(9)]


def test_what_is_saved_is_not_kept(desk: Desk, tmp_path: Path) -> None:
    desk.document.replace(LONGER, "change of steps")
    assert desk.autosave.flush() == ""
    desk.document.mark_saved(tmp_path / "a.lrgui")
    assert desk.autosave.keep() == ""
    assert recovered() == []


def test_undo_back_to_the_saved_state_leaves_nothing_to_recover(desk: Desk) -> None:
    desk.document.replace(LONGER, "change of steps")
    assert desk.autosave.flush() == ""
    desk.document.undo()
    assert desk.autosave.keep() == ""
    assert recovered() == []


def test_a_clean_end_leaves_nothing_to_recover(desk: Desk) -> None:
    desk.document.replace(LONGER, "change of steps")
    assert desk.autosave.flush() == ""
    desk.autosave.discard()
    desk.autosave._future.result()
    assert recovered() == []


def test_what_was_recovered_is_deleted_once_it_is_kept_anew(desk: Desk) -> None:
    journal = Journal.open()
    journal.write(Work(Session(LONGER), ()))
    journal.close(keep=True)
    (leftover,) = find_leftovers()
    desk.document.open(leftover.read().session.recipe, None, saved=False)
    desk.autosave.supersede(leftover)
    assert leftover.folder.is_dir()
    assert desk.autosave.flush() == ""
    assert not leftover.folder.exists()
    assert desk.autosave.keep() == ""
    assert [work.session.recipe for work in recovered()] == [LONGER]


def test_that_it_cannot_be_kept_is_told_once_and_tried_again(
    desk: Desk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert desk.autosave.flush() == ""
    told: list[str] = []
    desk.autosave.failed.connect(told.append)

    def refuse(journal: Journal, work: Work) -> None:
        raise FileError("no space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Journal, "write", refuse)
        desk.document.replace(LONGER, "change of steps")
        assert "no space left on device" in desk.autosave.flush()
        qtbot.waitUntil(lambda: bool(told))
        assert "no space left on device" in desk.autosave.flush()
        desk.autosave.look()
    assert len(told) == 1
    assert desk.autosave.flush() == ""
    assert desk.autosave.keep() == ""
    assert [work.session.recipe for work in recovered()] == [LONGER]


def test_an_error_that_nobody_foresaw_is_noted_once(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    assert desk.autosave.flush() == ""

    def fail(journal: Journal, work: Work) -> None:
        raise NotImplementedError("no locks here")

    monkeypatch.setattr(Journal, "write", fail)
    desk.document.replace(LONGER, "change of steps")
    for _ in range(3):
        assert desk.autosave.flush() == "NotImplementedError: no locks here"
        desk.autosave.look()
    assert [record.levelname for record in caplog.records] == ["ERROR"]


def test_what_asks_for_it_after_the_end_has_nothing_to_fear(desk: Desk) -> None:
    desk.document.replace(LONGER, "change of steps")
    assert desk.autosave.keep() == ""
    assert desk.autosave.flush() == ""
    assert [work.session.recipe for work in recovered()] == [LONGER]


def test_runs_that_are_deleted_leave_the_memory_and_come_back_with_undo(desk: Desk) -> None:
    trace = desk.record(200_000)
    values = trace.buffer.copy()
    desk.edits.remove(desk.runs.all)
    desk.document.replace(LONGER, "change of steps")
    assert desk.autosave.flush() == ""
    assert isinstance(trace.buffer.base, np.memmap)
    desk.document.undo()
    desk.document.undo()
    assert desk.runs.all[0].trace is trace
    np.testing.assert_array_equal(trace.buffer, values)
    assert desk.autosave.keep() == ""
    (work,) = recovered()
    np.testing.assert_array_equal(work.session.runs[0].trace.buffer, values)


def test_rows_are_kept_while_the_disk_takes_its_time(desk: Desk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    trace = desk.record(1000)
    assert desk.autosave.flush() == ""
    assert desk.autosave._journal is not None
    (file,) = desk.autosave._journal.folder.glob("*.rows")
    goes_on, fsync = threading.Event(), os.fsync

    def slow(descriptor: int) -> None:
        assert goes_on.wait(60)
        fsync(descriptor)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", slow)
        desk.document.replace(LONGER, "change of steps")
        desk.autosave.look()
        trace.rows = 150_000
        qtbot.waitUntil(lambda: file.stat().st_size == 150_000 * 8)
        goes_on.set()
    assert desk.autosave.keep() == ""
    (work,) = recovered()
    assert work.session.recipe == LONGER
    np.testing.assert_array_equal(work.session.runs[0].trace["lr"][:, 0], np.arange(150_000) / 7)
