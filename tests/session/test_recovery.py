"""What dead windows have left is found, shown, read back and removed, whatever state it is in."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lrgui.core.errors import FileError, StoppedError
from lrgui.core.recipe import Choice, Options, Recipe, Run
from lrgui.core.trace import Trace
from lrgui.session.journal import Journal
from lrgui.session.recovery import Leftover, find_leftovers
from lrgui.session.store import write_session
from lrgui.session.values import Session
from lrgui.session.work import Work
from tests.session.unsaved import (
    ROW_BYTES,
    check_bits,
    grow,
    make_run,
    names_in,
    recover,
    row_files,
    rows_back,
    save,
    work_of,
)


def leave(root: Path, work: Work | None = None, crash: str = "") -> Path:
    """Leave what a window leaves whose process is gone, and return its folder."""
    journal = Journal.open(root)
    if work is not None:
        journal.write(work)
    if crash:
        journal.crash_log.write_text(crash)
    journal.close(keep=True)
    return journal.folder


def the_one_in(root: Path) -> Leftover:
    (leftover,) = find_leftovers(root)
    return leftover


def test_it_says_what_it_holds(tmp_path: Path) -> None:
    run = make_run(1, 120, planned=1000, name="Warm-up")
    skipping = make_run(2, 900, planned=1000)
    skipping = replace(skipping, recipe=Recipe(run=Run(steps=1000, skipped_steps=(3, 4))))
    before = datetime.now().astimezone() - timedelta(seconds=5)
    folder = leave(tmp_path, work_of(run, skipping, seed=7, path=Path("/a/b.lrgui")), "Fatal Python error: Aborted\n")
    leftover = the_one_in(tmp_path)

    assert leftover.folder == folder
    assert leftover.has_work
    assert leftover.path == Path("/a/b.lrgui")
    assert leftover.recipe is not None
    assert leftover.recipe.run.seed == 7
    assert [(one.name, one.rows, one.planned) for one in leftover.runs] == [
        ("Warm-up", 120, 1000),
        ("Run 2", 900, 998),
    ]
    assert before < leftover.written_at < datetime.now().astimezone() + timedelta(seconds=5)
    assert leftover.crash == "Fatal Python error: Aborted"
    assert leftover.complaint == ""
    leftover.release()


def test_the_last_rows_count_for_when_it_was_written(tmp_path: Path) -> None:
    folder = leave(tmp_path, work_of(make_run(1, 10)))
    os.utime(folder / "document.json", (1e9, 1e9))
    os.utime(folder / "1.rows", (1.5e9, 1.5e9))
    leftover = the_one_in(tmp_path)
    assert leftover.written_at.timestamp() == 1.5e9
    leftover.release()


def test_the_newest_comes_first_and_each_is_offered_to_one_only(tmp_path: Path) -> None:
    folders = [leave(tmp_path, work_of(seed=seed)) for seed in range(3)]
    for age, folder in zip((300, 100, 200), folders, strict=True):
        os.utime(folder / "document.json", (2e9 - age, 2e9 - age))
    first = find_leftovers(tmp_path)
    assert [leftover.folder for leftover in first] == [folders[1], folders[2], folders[0]]
    assert find_leftovers(tmp_path) == ()
    first[1].release()
    again = the_one_in(tmp_path)
    assert again.folder == folders[2]
    for leftover in (first[0], first[2], again):
        leftover.discard()
    assert list(tmp_path.iterdir()) == []


def test_a_window_that_lives_is_left_alone(tmp_path: Path) -> None:
    journal, empty = Journal.open(tmp_path), Journal.open(tmp_path)
    journal.write(work_of(make_run(1, 10)))
    assert find_leftovers(tmp_path) == ()
    assert names_in(journal.folder) == ["1.rows", "document.json", "lock"]
    assert names_in(empty.folder) == ["lock"]
    journal.close(keep=False)
    empty.close(keep=False)


def test_what_holds_nothing_is_removed_and_a_strangers_folder_is_not(tmp_path: Path) -> None:
    leave(tmp_path)
    journal = Journal.open(tmp_path)
    journal.crash_log.touch()
    journal.write(work_of(make_run(1, 10)))
    journal.clear()
    journal.close(keep=True)
    (tmp_path / "notes of mine").mkdir()
    (tmp_path / "notes of mine" / "diary").touch()
    assert find_leftovers(tmp_path) == ()
    assert names_in(tmp_path) == ["notes of mine"]
    assert names_in(tmp_path / "notes of mine") == ["diary"]


def test_a_crash_without_work_is_told(tmp_path: Path) -> None:
    leave(tmp_path, crash="Fatal Python error: Segmentation fault\n\nThread 0x1\n")
    leftover = the_one_in(tmp_path)
    assert (leftover.has_work, leftover.runs, leftover.path, leftover.recipe) == (False, (), None, None)
    assert leftover.crash.startswith("Fatal Python error: Segmentation fault")
    with pytest.raises(FileError, match="there is no unsaved work"):
        leftover.read()
    leftover.discard()
    assert list(tmp_path.iterdir()) == []


def test_nowhere_is_nothing(tmp_path: Path) -> None:
    assert find_leftovers(tmp_path / "no such folder") == ()
    (tmp_path / "file").touch()
    assert find_leftovers(tmp_path / "file") == ()


def test_a_torn_row_is_cut_off(tmp_path: Path) -> None:
    folder = leave(tmp_path, work_of(make_run(1, 100), make_run(2, 50)))
    os.truncate(folder / "1.rows", 70 * ROW_BYTES + 13)
    recovered = recover(tmp_path)
    assert rows_back(recovered) == {1: 70, 2: 50}
    assert recovered.losses == ("Run 1: 70 of 100 rows could be recovered: the others were not written yet",)


def test_rows_written_after_the_document_come_back_without_a_complaint(tmp_path: Path) -> None:
    journal = Journal.open(tmp_path)
    run = make_run(1, 10)
    journal.write(work_of(run))
    for _ in range(5):
        journal.write(work_of(grow(run, 100)))
    journal.close(keep=True)
    recovered = recover(tmp_path)
    assert rows_back(recovered) == {1: 510}
    assert recovered.losses == ()
    assert recovered.session.runs[0].status == "stopped"


def test_each_run_whose_rows_are_gone_is_told(tmp_path: Path) -> None:
    folder = leave(tmp_path, work_of(make_run(1, 1234), make_run(2, 50), make_run(3, 0)))
    (folder / "1.rows").unlink()
    (folder / "2.rows").unlink()
    (folder / "2.rows").mkdir()
    recovered = recover(tmp_path)
    assert rows_back(recovered) == {1: 0, 2: 0, 3: 0}
    assert recovered.losses == (
        "Run 1: 0 of 1\u202f234 rows could be recovered: the others were not written yet",
        "Run 2: 0 of 50 rows could be recovered: the others were not written yet",
    )


def test_a_link_to_another_file_is_not_followed(tmp_path: Path) -> None:
    folder = leave(tmp_path / "root", work_of(make_run(1, 10)))
    secret = tmp_path / "secret"
    secret.write_bytes(bytes(10 * ROW_BYTES))
    (folder / "1.rows").unlink()
    (folder / "1.rows").symlink_to(secret)
    assert rows_back(recover(tmp_path / "root")) == {1: 0}
    assert secret.exists()


def test_what_does_not_fit_in_memory_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Small(Trace):
        def __init__(self, series: Any, groups: Any, capacity: int, steps_per_epoch: int) -> None:
            if capacity > 15:
                raise MemoryError
            super().__init__(series, groups, capacity, steps_per_epoch)

    leave(tmp_path, work_of(make_run(1, 20), make_run(2, 10)))
    monkeypatch.setattr("lrgui.session.recovered.Trace", Small)
    recovered = recover(tmp_path)
    assert recovered.losses == ("Run 1: 0 of 20 rows could be recovered: they do not fit in memory",)
    assert rows_back(recovered) == {1: 0, 2: 10}


def test_a_row_file_gives_no_more_rows_than_were_planned(tmp_path: Path) -> None:
    folder = leave(tmp_path, work_of(make_run(1, 10, planned=50)))
    # Sparse: it takes no room on the disk, and would take all memory.
    os.truncate(folder / "1.rows", 2**43)
    assert [run.trace.rows for run in recover(tmp_path).session.runs] == [50]


def test_reading_tells_how_far_it_is_and_can_be_stopped(tmp_path: Path) -> None:
    saved = save(tmp_path / "s.lrgui", work_of(make_run(1, 400_000)))
    leave(tmp_path / "root", work_of(saved_run := make_run(1, 400_000), make_run(2, 600_000), saved=saved))
    del saved_run
    leftover = the_one_in(tmp_path / "root")
    parts: list[float] = []
    recovered = leftover.read(parts.append)
    assert rows_back(recovered) == {1: 400_000, 2: 600_000}
    assert (parts, parts[-1]) == (sorted(parts), 1.0)
    assert len(parts) > 5

    def stop(part: float) -> None:
        if part > 0.5:
            raise StoppedError("stopped")

    with pytest.raises(StoppedError):
        leftover.read(stop)
    assert rows_back(leftover.read()) == {1: 400_000, 2: 600_000}
    leftover.discard()


# the saved file that it refers to


def test_a_save_that_was_not_taken_note_of_any_more_still_gives_its_rows(tmp_path: Path) -> None:
    """Killed right after it had replaced its file, the window has not told the journal of the new one."""
    path = tmp_path / "s.lrgui"
    done, going_on = make_run(1, 300), make_run(2, 40)
    saved = save(path, work_of(done, going_on))
    leave(tmp_path / "root", work_of(done, going_on, seed=1, saved=saved))
    save(path, work_of(grow(going_on, 60), done, make_run(3, 5), seed=1))
    recovered = recover(tmp_path / "root")
    assert rows_back(recovered) == {1: 300, 2: 100}
    assert recovered.losses == ()
    # Nobody can tell that it was not another program: saving there asks first.
    assert recovered.saved == replace(saved, rows={1: 300, 2: 100})
    assert not recovered.saved.is_unchanged


def test_what_is_all_in_its_file_by_now_is_not_offered(tmp_path: Path) -> None:
    path, root = tmp_path / "s.lrgui", tmp_path / "root"
    going_on = make_run(1, 300)
    work = work_of(going_on, seed=1, path=path)
    leave(root, work)
    leave(root, work, crash="Fatal Python error: Aborted")
    save(path, work_of(grow(going_on, 50), seed=1))
    (crashed,) = find_leftovers(root)
    assert (crashed.has_work, crashed.complaint) == (False, "")
    crashed.discard()
    assert names_in(root) == []


def test_a_file_that_never_answers_keeps_nobody_waiting(tmp_path: Path) -> None:
    path = tmp_path / "s.lrgui"
    os.mkfifo(path)
    run = make_run(1, 300)
    leave(tmp_path / "root", work_of(run, path=path))
    assert rows_back(recover(tmp_path / "root")) == {1: 300}


def test_what_its_file_lacks_is_offered(tmp_path: Path) -> None:
    path, root = tmp_path / "s.lrgui", tmp_path / "root"
    run = make_run(1, 300)
    works = [
        work_of(run, seed=2, path=path),
        work_of(grow(make_run(1, 300), 1), seed=1, path=path),
        work_of(run, make_run(2, 10), seed=1, path=path),
        work_of(seed=1, path=path),
        work_of(replace(run, notes="!"), seed=1, path=path),
        work_of(run, seed=1, path=tmp_path / "other.lrgui"),
        work_of(run, seed=1),
    ]
    for work in works:
        leave(root, work)
    save(path, work_of(run, seed=1))
    leftovers = find_leftovers(root)
    assert len(leftovers) == len(works)
    for leftover in leftovers:
        leftover.release()


@pytest.mark.parametrize("fate", ["gone", "another session", "no session", "another run of that id"])
def test_runs_whose_saved_file_is_another_one_are_told(tmp_path: Path, fate: str) -> None:
    path = tmp_path / "s.lrgui"
    run = make_run(1, 300)
    saved = save(path, work_of(run))
    leave(tmp_path / "root", work_of(run, make_run(2, 10), saved=saved))
    if fate == "gone":
        path.unlink()
        why = f"{path}: there is no such file"
    elif fate == "another session":
        write_session(path, Session(Recipe()))
        why = "the file that they were saved in holds other runs now"
    elif fate == "no session":
        path.write_bytes(b"garbage")
        why = f"{path}: is neither a session of lrgui nor a recipe in JSON"
    else:
        other = replace(run, recipe=Recipe(optimizer=Choice("SGD", Options(lr=0.5))))
        save(path, work_of(other))
        why = "the file that they were saved in holds other runs now"
    recovered = recover(tmp_path / "root")
    assert recovered.losses == (f"Run 1: 0 of 300 rows could be recovered: {why}",)
    assert rows_back(recovered) == {1: 0, 2: 10}
    assert recovered.saved is not None
    assert recovered.saved.stamp == saved.stamp
    assert not recovered.saved.is_unchanged


def test_what_a_lost_file_held_is_not_relied_on_by_the_window_that_goes_on(tmp_path: Path) -> None:
    root, path = tmp_path / "root", tmp_path / "s.lrgui"
    run = make_run(1, 200)
    journal = Journal.open(root)
    journal.write(work_of(run))
    saved = save(path, work_of(grow(run, 100)))
    path.write_bytes(b"\0" * saved.stamp.size)
    os.utime(path, ns=(saved.stamp.mtime_ns, saved.stamp.mtime_ns))
    # Killed before the rows that were new are in the row file too.
    journal.write(replace(work_of(run, saved=saved), rows=(200,)))
    journal.close(keep=True)

    recovered = recover(root)
    assert rows_back(recovered) == {1: 200}
    assert recovered.saved is not None
    assert recovered.saved.is_unchanged
    leave(root, work_of(*recovered.session.runs, saved=recovered.saved))
    assert rows_back(recover(root)) == {1: 200}


def test_a_saved_file_that_is_damaged_gives_the_runs_that_are_whole(tmp_path: Path) -> None:
    path = tmp_path / "s.lrgui"
    first, second = make_run(1, 3000), make_run(2, 3000)
    saved = save(path, work_of(first, second))
    leave(tmp_path / "root", work_of(first, second, saved=saved))
    data = bytearray(path.read_bytes())
    data[data.index(first.trace.buffer[1000:1010, 0].tobytes())] ^= 1
    path.write_bytes(data)
    recovered = recover(tmp_path / "root")
    assert [run.trace.rows for run in recovered.session.runs][1] == 3000
    check_bits(recovered.session.runs[1])
    (loss,) = recovered.losses
    assert loss.startswith("Run 1: 0 of 3\u202f000 rows could be recovered: ")


# documents that are damaged, or made to do harm


def edit(folder: Path, change: Callable[[Any], Any]) -> None:
    path = folder / "document.json"
    document = json.loads(path.read_bytes())
    change(document)
    path.write_text(json.dumps(document))


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (b"", "is empty"),
        (b'{"format": "lrgui-rec', "is not JSON at line 1"),
        (b"\x00" * 1000, "is neither"),
        (b"[]", "is not what lrgui keeps for recovery"),
        (b"[" * 100_000, "is nested too deeply"),
        (b'{"format": "lrgui-recovery", "version": 99}', "was written by another lrgui"),
        (b'{"format": "lrgui-recovery", "version": 1}', "is damaged"),
        (b" " * (33 * 2**20), "is larger than"),
    ],
)
def test_a_document_that_cannot_be_read_is_told_of_and_kept(tmp_path: Path, text: bytes, complaint: str) -> None:
    folder = leave(tmp_path, work_of(make_run(1, 10)))
    (folder / "document.json").write_bytes(text)
    for _ in range(2):
        leftover = the_one_in(tmp_path)
        assert not leftover.has_work
        assert leftover.complaint.startswith(f"{folder / 'document.json'}: {complaint}")
        assert "\n" not in leftover.complaint
        with pytest.raises(FileError, match=r"document\.json"):
            leftover.read()
        leftover.release()
    assert row_files(folder)


@pytest.mark.parametrize("kind", ["fifo", "folder", "link"])
def test_a_document_that_is_no_file_is_told_of(tmp_path: Path, kind: str) -> None:
    folder = leave(tmp_path, work_of())
    path = folder / "document.json"
    path.unlink()
    if kind == "fifo":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    else:
        path.symlink_to(folder / "nowhere")
    leftover = the_one_in(tmp_path)
    assert leftover.complaint == f"{path}: is no plain file"
    leftover.discard()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda document: document["session"]["runs"][0].update(rows=-1), "runs[0].rows: must be a whole number"),
        (lambda document: document["session"]["runs"][0].update(groups=[1]), "runs[0].groups[0]: must be text"),
        (lambda document: document["sources"].pop(), "sources: are 0, for 1 runs"),
        (lambda document: document["session"]["view"].pop("log"), "view: has no 'log'"),
    ],
)
def test_where_only_the_runs_are_damaged_the_recipe_comes_back(
    tmp_path: Path, change: Callable[[Any], Any], why: str
) -> None:
    folder = leave(tmp_path, work_of(make_run(1, 10), seed=8))
    edit(folder, change)
    recovered = recover(tmp_path)
    assert recovered.session.recipe.run.seed == 8
    assert recovered.session.runs == ()
    (loss,) = recovered.losses
    assert loss.startswith(f"The runs could not be recovered: {why}")


@pytest.mark.parametrize("name", ["../secret.rows", "/etc/passwd", "document.json", "1.rows\n", "1.rows/../x.rows", ""])
def test_no_row_file_leads_out_of_its_folder(tmp_path: Path, name: str) -> None:
    folder = leave(tmp_path, work_of(make_run(1, 10)))
    edit(folder, lambda document: document["sources"][0].update(file=name))
    leftover = the_one_in(tmp_path)
    assert not leftover.has_work
    assert "is damaged at sources[0].file" in leftover.complaint
    leftover.discard()


def test_another_version_of_the_session_in_it_is_brought_up_to_date_or_refused(tmp_path: Path) -> None:
    def older(document: Any) -> None:
        document["session"]["version"] = 2
        document["session"]["runs"][0].pop("details")
        document["session"]["view"].pop("hidden")

    folder = leave(tmp_path, work_of(make_run(1, 10)))
    edit(folder, older)
    assert rows_back(recover(tmp_path)) == {1: 10}

    folder = leave(tmp_path, work_of(make_run(1, 10)))
    edit(folder, lambda document: document["session"].update(version=1000))
    leftover = the_one_in(tmp_path)
    assert "was written by a newer lrgui (format 1000)" in leftover.complaint
    leftover.release()


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


def _places(value: Any, place: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the keys that lead to each part of a JSON value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [place, *(found for key, part in inner for found in _places(part, (*place, key)))]


@pytest.fixture(scope="module")
def left(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of one window with two runs, one of them in a saved file."""
    folder = tmp_path_factory.mktemp("left")
    done = make_run(1, 30)
    saved = save(folder / "s.lrgui", work_of(done))
    return leave(folder / "root", work_of(done, make_run(2, 20), saved=saved, path=saved.path))


@given(data=st.data())
def test_whatever_stands_in_a_document_it_is_found_and_read_or_told(left: Path, data: st.DataObject) -> None:
    path = left / "document.json"
    text = path.read_bytes()
    document = json.loads(text)
    place = data.draw(st.sampled_from(_places(document)[1:]))
    target = document
    for key in place[:-1]:
        target = target[key]
    if data.draw(st.booleans()):
        target[place[-1]] = data.draw(_JSON)
    else:
        del target[place[-1]]
    try:
        path.write_text(json.dumps(document))
        leftover = the_one_in(left.parent)
        if leftover.has_work:
            recovered = leftover.read()
            for run in recovered.session.runs:
                assert np.isfinite(run.trace.buffer[: run.trace.rows]).all()
        else:
            assert leftover.complaint.startswith(f"{path}: ")
        leftover.release()
    finally:
        path.write_bytes(text)


@given(data=st.data())
def test_a_damaged_text_is_found_and_told(left: Path, data: st.DataObject) -> None:
    path = left / "document.json"
    text = path.read_bytes()
    damaged = bytearray(text[: data.draw(st.integers(0, len(text)))])
    for at in data.draw(st.lists(st.integers(0, max(0, len(damaged) - 1)), max_size=3)):
        if damaged:
            damaged[at] = data.draw(st.integers(0, 255))
    try:
        path.write_bytes(damaged)
        leftover = the_one_in(left.parent)
        if leftover.has_work:
            leftover.read()
        leftover.release()
    finally:
        path.write_bytes(text)
