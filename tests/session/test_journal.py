"""What is unsaved is kept on the disk bit for bit, at the cost of what is new."""

from __future__ import annotations

import errno
import gc
import os
import shutil
import stat
import subprocess
import sys
import weakref
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from threading import Event, Thread

import numpy as np
import psutil
import pytest

from lrgui.core.errors import FileError
from lrgui.core.pyramid import pyramid_of
from lrgui.core.recipe import Choice, Options, Recipe, Run
from lrgui.core.trace import Trace
from lrgui.session.journal import Journal
from lrgui.session.recovery import find_leftovers
from lrgui.session.recovery_folder import recovery_root
from lrgui.session.row_file import RowFile
from lrgui.session.store import read_file, write_session
from lrgui.session.values import RecordedRun, Session, View
from lrgui.session.work import Work
from tests.session.conftest import NOTES, ODD, VIEW
from tests.session.faults import files_no_larger_than
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
    total,
    work_of,
)

REPOSITORY = Path(__file__).parents[2]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "recovery, 回復"


@pytest.fixture
def journal(root: Path) -> Iterator[Journal]:
    journal = Journal.open(root)
    yield journal
    journal.close(keep=False)


def test_everything_comes_back_as_it_was(root: Path, session: Session) -> None:
    journal = Journal.open(root)
    rows = tuple(run.trace.rows for run in session.runs)
    journal.write(Work(session, rows, Path("/home/ü/s p.lrgui")))
    journal.close(keep=True)
    recovered = recover(root)

    assert recovered.session.recipe == session.recipe
    assert recovered.session.view == VIEW
    assert recovered.path == Path("/home/ü/s p.lrgui")
    assert recovered.saved is None
    assert recovered.losses == ()
    first, second = recovered.session.runs
    assert replace(first, trace=session.runs[0].trace) == session.runs[0]
    assert replace(second, trace=session.runs[1].trace) == session.runs[1]
    assert second.notes == NOTES
    assert (first.trace.series, first.trace.groups) == (("lr", "momentum"), ("weights", "biases, 重み"))
    assert first.trace.steps_per_epoch == 3
    assert first.trace.column("lr", 1).view(np.uint64).tolist() == np.array(ODD).view(np.uint64).tolist()
    assert second.trace["lr"].tolist() == [[0.1], [0.2]]


def test_rows_are_only_ever_appended(root: Path, journal: Journal) -> None:
    going_on, done = make_run(1, 1000), make_run(2, 50)
    journal.write(work_of(going_on, done))
    first, second = row_files(journal.folder)
    assert (first.stat().st_size, second.stat().st_size) == (1000 * ROW_BYTES, 50 * ROW_BYTES)
    # Raw rows, one after the other, as little-endian doubles.
    assert np.fromfile(first, "<f8").tolist() == going_on.trace.buffer[:1000].ravel().tolist()

    before, document = first.stat(), (journal.folder / "document.json").stat()
    untouched = second.stat().st_mtime_ns
    with counted_bytes() as written:
        journal.write(work_of(grow(going_on, 300), done))
    assert written() < 300 * ROW_BYTES + 100
    after = first.stat()
    assert (after.st_ino, after.st_size) == (before.st_ino, 1300 * ROW_BYTES)
    assert np.fromfile(first, "<f8").tolist() == going_on.trace.buffer[:1300].ravel().tolist()
    assert second.stat().st_mtime_ns == untouched
    # What is growing is no news for the document.
    assert (journal.folder / "document.json").stat().st_ino == document.st_ino


@contextmanager
def counted_bytes() -> Iterator:
    """Count what this process hands to the system to write."""
    process = psutil.Process()
    before = process.io_counters().write_chars
    yield lambda: process.io_counters().write_chars - before


def test_nothing_new_writes_nothing(journal: Journal) -> None:
    work = work_of(make_run(1, 1000), make_run(2, 10))
    journal.write(work)
    before = {path.name: path.stat().st_mtime_ns for path in journal.folder.iterdir()}
    with counted_bytes() as written:
        for _ in range(10):
            journal.write(work_of(*work.session.runs))
    assert written() == 0
    assert {path.name: path.stat().st_mtime_ns for path in journal.folder.iterdir()} == before


@pytest.mark.parametrize(
    "change",
    [
        lambda work: replace(work, session=replace(work.session, recipe=Recipe(run=Run(seed=9)))),
        lambda work: replace(work, session=replace(work.session, view=View("epoch"))),
        lambda work: replace(work, session=replace(work.session, runs=(replace(work.session.runs[0], notes="!"),))),
        lambda work: replace(work, path=Path("/elsewhere/s.lrgui")),
        lambda work: replace(work, session=replace(work.session, runs=()), rows=()),
    ],
    ids=["recipe", "view", "run", "path", "runs"],
)
def test_each_change_is_kept(root: Path, change: object) -> None:
    journal = Journal.open(root)
    work = work_of(make_run(1, 10))
    journal.write(work)
    changed = change(work)  # type: ignore[operator]
    journal.write(changed)
    journal.close(keep=True)
    recovered = recover(root)
    assert recovered.session.recipe == changed.session.recipe
    assert recovered.session.view == changed.session.view
    assert [run.notes for run in recovered.session.runs] == [run.notes for run in changed.session.runs]
    assert recovered.path == changed.path


def test_the_files_of_runs_that_are_gone_are_removed(journal: Journal) -> None:
    first, second = make_run(1, 10), make_run(2, 20)
    journal.write(work_of(first, second))
    kept = row_files(journal.folder)[1]
    journal.write(work_of(second))
    assert row_files(journal.folder) == [kept]


def test_a_run_of_another_session_with_the_same_id_has_rows_of_its_own(root: Path) -> None:
    journal = Journal.open(root)
    journal.write(work_of(make_run(1, 100)))
    journal.write(work_of(make_run(1, 7)))
    journal.close(keep=True)
    assert rows_back(recover(root)) == {1: 7}


def test_a_run_without_groups_has_its_number_of_rows(root: Path) -> None:
    trace = Trace(["lr"], [], 500)
    trace.rows = 321
    journal = Journal.open(root)
    journal.write(Work(Session(Recipe(), (RecordedRun(1, "r", 0, Recipe(), trace),)), (321,)))
    journal.close(keep=True)
    (run,) = recover(root).session.runs
    assert (run.trace.rows, run.trace.buffer.shape) == (321, (321, 0))


def test_nothing_unsaved_leaves_nothing(root: Path, journal: Journal) -> None:
    journal.write(work_of(make_run(1, 1000)))
    journal.clear()
    assert names_in(journal.folder) == ["lock"]
    journal.clear()
    journal.write(work_of(make_run(2, 5)))
    assert len(row_files(journal.folder)) == 1
    assert find_leftovers(root) == ()


def test_the_folder_goes_with_the_window(root: Path) -> None:
    journal = Journal.open(root)
    journal.write(work_of(make_run(1, 10)))
    journal.crash_log.touch()
    journal.close(keep=False)
    assert list(root.iterdir()) == []


def test_by_default_it_lies_in_the_users_data_and_is_private(tmp_path: Path) -> None:
    journal = Journal.open()
    assert journal.folder.parent == recovery_root() == tmp_path / "data" / "lrgui" / "recovery"
    assert stat.S_IMODE(journal.folder.stat().st_mode) == 0o700
    assert journal.crash_log.parent == journal.folder
    journal.close(keep=False)


# rows in a saved file


def test_rows_in_the_saved_file_are_not_written_again(root: Path, tmp_path: Path) -> None:
    done, other = make_run(1, 20_000), make_run(2, 30_000)
    saved = save(tmp_path / "s.lrgui", work_of(done, other))
    journal = Journal.open(root)
    with counted_bytes() as written:
        journal.write(work_of(done, other, seed=5, path=saved.path, saved=saved))
    assert row_files(journal.folder) == []
    assert written() < 8000
    journal.close(keep=True)
    recovered = recover(root)
    assert recovered.session.recipe.run.seed == 5
    assert rows_back(recovered) == {1: 20_000, 2: 30_000}
    assert (recovered.saved, recovered.losses) == (saved, ())


def test_a_run_that_went_on_after_it_was_saved_comes_back_whole(root: Path, tmp_path: Path) -> None:
    run, done = make_run(1, 500), make_run(2, 30)
    saved = save(tmp_path / "s.lrgui", work_of(run, done))
    journal = Journal.open(root)
    journal.write(work_of(grow(run, 250), done, saved=saved))
    assert total(row_files(journal.folder)) == 750 * ROW_BYTES
    journal.close(keep=True)
    assert rows_back(recover(root)) == {1: 750, 2: 30}


def test_as_long_as_its_new_rows_are_not_written_the_saved_ones_come_back(root: Path, tmp_path: Path) -> None:
    run = make_run(1, 500)
    saved = save(tmp_path / "s.lrgui", work_of(run))
    journal = Journal.open(root)
    journal.write(work_of(grow(run, 250), saved=saved))
    journal.close(keep=True)
    os.truncate(next(root.glob("*/*.rows")), 100 * ROW_BYTES)
    recovered = recover(root)
    assert rows_back(recovered) == {1: 500}
    assert recovered.losses == ("Run 1: 500 of 750 rows could be recovered: the others were not written yet",)
    assert recovered.saved == saved


@pytest.mark.parametrize("fate", ["changed", "gone"])
def test_rows_are_written_when_the_saved_file_is_another_one(root: Path, tmp_path: Path, fate: str) -> None:
    run = make_run(1, 500)
    saved = save(tmp_path / "s.lrgui", work_of(run))
    journal = Journal.open(root)
    journal.write(work_of(run, seed=1, saved=saved))
    assert row_files(journal.folder) == []
    if fate == "gone":
        saved.path.unlink()
    else:
        write_session(saved.path, Session(Recipe()))
    journal.write(work_of(run, seed=1, saved=saved))
    assert total(row_files(journal.folder)) == 500 * ROW_BYTES
    journal.close(keep=True)
    recovered = recover(root)
    assert rows_back(recovered) == {1: 500}
    # Saving there asks first.
    assert recovered.saved == saved
    assert not recovered.saved.is_unchanged


def test_until_rows_are_in_their_row_files_a_file_just_saved_anew_gives_them(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the replacing of the file and the window's taking note of it, the file is not the one that is known."""
    done, going_on = make_run(1, 500), make_run(2, 40)
    saved = save(tmp_path / "s.lrgui", work_of(done, going_on))
    journal = Journal.open(root)
    journal.write(work_of(done, grow(going_on, 10), path=saved.path, saved=saved))
    save(saved.path, work_of(done, going_on))
    # Killed before the rows of the run that was done are copied.
    monkeypatch.setattr(RowFile, "append", refuse)
    with pytest.raises(FileError):
        journal.write(work_of(done, grow(going_on, 10), path=saved.path, saved=saved))
    journal.close(keep=True)
    recovered = recover(root)
    assert rows_back(recovered) == {1: 500, 2: 50}


# a run that was left behind


def test_a_run_with_another_trace_of_the_same_rows_keeps_its_row_file(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = Journal.open(root)
    other, stuck = make_run(1, 20), make_run(2, 400)
    journal.write(work_of(other, stuck))
    grow(stuck, 50)
    left = replace(stuck, trace=stuck.trace.snapshot())
    # What its thread still does is not recorded.
    grow(stuck, 7)
    journal.write(work_of(other, left))
    assert [path.stat().st_size // ROW_BYTES for path in row_files(journal.folder)] == [20, 450]
    monkeypatch.setattr(RowFile, "append", refuse)
    with suppress(FileError):
        journal.write(work_of(other, replace(left, trace=left.trace.snapshot()), seed=1))
    journal.close(keep=True)
    assert rows_back(recover(root)) == {1: 20, 2: 450}


def test_another_session_with_a_run_of_the_same_id_has_a_row_file_of_its_own(root: Path) -> None:
    journal = Journal.open(root)
    journal.write(work_of(make_run(1, 400)))
    journal.write(work_of(make_run(1, 30)))
    assert [path.stat().st_size // ROW_BYTES for path in row_files(journal.folder)] == [30]
    journal.close(keep=True)
    assert rows_back(recover(root)) == {1: 30}


def refuse(*_: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


# deleted runs


def test_the_rows_of_a_deleted_run_give_their_memory_back(journal: Journal) -> None:
    run, other = make_run(1, 400_000), make_run(2, 10)
    journal.write(work_of(run, other))
    pyramid = pyramid_of(run.trace)
    before = pyramid.query(0, 1000, 1100, 10_000)
    memory = weakref.ref(run.trace.buffer)
    journal.write(work_of(other, deleted=(run.trace,)))

    assert memory() is None
    assert isinstance(run.trace.buffer.base, np.memmap)
    # It is the same run for whoever brings it back, saves it, draws it.
    assert (run.trace.rows, run.trace.capacity) == (400_000, 1_000_000)
    assert not run.trace.buffer.flags.writeable
    check_bits(run)
    assert pyramid.query(0, 1000, 1100, 10_000).minima.tolist() == before.minima.tolist()


def test_a_deleted_run_that_was_brought_back_is_kept_and_saved_like_any(root: Path, tmp_path: Path) -> None:
    run, other = make_run(1, 100_000), make_run(2, 10)
    journal = Journal.open(root)
    journal.write(work_of(run, other))
    journal.write(work_of(other, deleted=(run.trace,)))
    (file,) = (path for path in row_files(journal.folder) if path.stat().st_size > 1000)
    inode = file.stat().st_ino
    journal.write(work_of(run, other))
    assert file.stat().st_ino == inode
    save(tmp_path / "s.lrgui", work_of(run))
    check_bits(read_file(tmp_path / "s.lrgui").runs[0])
    journal.close(keep=True)
    assert rows_back(recover(root)) == {1: 100_000, 2: 10}
    check_bits(run)


def test_a_deleted_run_outlives_what_is_saved_and_the_journal(journal: Journal) -> None:
    run = make_run(1, 100_000)
    journal.write(work_of(deleted=(run.trace,)))
    journal.clear()
    assert names_in(journal.folder) == ["1.rows", "lock"]
    check_bits(run)
    journal.write(work_of(make_run(2, 10)))
    check_bits(run)
    journal.close(keep=False)
    check_bits(run)


def test_the_file_of_a_deleted_run_goes_with_its_trace(journal: Journal) -> None:
    run, other = make_run(1, 100_000), make_run(2, 10)
    journal.write(work_of(other, deleted=(run.trace,)))
    assert len(row_files(journal.folder)) == 2
    del run
    gc.collect()
    journal.write(work_of(other))
    assert total(row_files(journal.folder)) == 10 * ROW_BYTES


def test_small_deleted_runs_stay_in_memory(journal: Journal) -> None:
    run = make_run(1, 100)
    journal.write(work_of(deleted=(run.trace,)))
    assert run.trace.buffer.flags.writeable
    assert row_files(journal.folder) == []


# what goes wrong


def refusal(journal: Journal, work: Work) -> str:
    with pytest.raises(FileError) as caught:
        journal.write(work)
    message = str(caught.value)
    assert message.startswith("unsaved work cannot be kept for recovery: ")
    assert "\n" not in message
    return message.removeprefix("unsaved work cannot be kept for recovery: ").replace(str(journal.folder), "FOLDER")


def test_a_disk_that_takes_no_more_rows_keeps_those_before_and_the_recipe(root: Path) -> None:
    journal = Journal.open(root)
    run, other = make_run(1, 200), make_run(2, 100)
    journal.write(work_of(run, other))
    grow(run, 1000)
    with files_no_larger_than(500 * ROW_BYTES):
        message = refusal(journal, work_of(run, grow(other, 100), seed=3))
        assert message == "FOLDER: file too large"
        # Again and again, until there is room; what is there stays, and what fits is written.
        refusal(journal, work_of(run, other, seed=3))
    assert [path.stat().st_size for path in row_files(journal.folder)] == [500 * ROW_BYTES, 200 * ROW_BYTES]
    journal.write(work_of(run, other, seed=3))
    assert [path.stat().st_size for path in row_files(journal.folder)] == [1200 * ROW_BYTES, 200 * ROW_BYTES]
    journal.close(keep=True)
    recovered = recover(root)
    assert rows_back(recovered) == {1: 1200, 2: 200}
    assert recovered.session.recipe.run.seed == 3


def test_a_disk_that_takes_nothing_at_all_keeps_the_copy_before(root: Path) -> None:
    journal = Journal.open(root)
    run, new = make_run(1, 200), make_run(2, 100)
    journal.write(work_of(run, seed=1))
    with files_no_larger_than(0):
        message = refusal(journal, work_of(grow(run, 10), new, seed=2))
    assert message == "FOLDER/document.json: cannot be written: file too large"
    assert names_in(journal.folder, ".part") == []
    journal.close(keep=True)
    recovered = recover(root)
    assert rows_back(recovered) == {1: 200}
    assert recovered.session.recipe.run.seed == 1


FULL_DISK = """
import os, sys
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread
from lrgui.core.errors import FileError
from lrgui.session.journal import Journal
from tests.session.unsaved import grow, make_run, recover, rows_back, work_of
folder = Path(sys.argv[1])
root, filler = folder / "recovery", folder / "filler"

def room():
    status = os.statvfs(folder)
    return status.f_bavail * status.f_frsize

def refusal(work):
    try:
        journal.write(work)
    except FileError as error:
        return str(error)

journal, run = Journal.open(root), make_run(1, 10)
kept = 0
while not (message := refusal(work_of(grow(run, 500), seed=1))):
    kept = run.trace.rows
assert message.endswith("less than 1 MiB of the disk would stay free"), message
assert 0.05 * 2**21 <= room() < 0.05 * 2**21 + 500 * 48 + 4096, room()
# Now really nothing is left, not even for the recipe.
with suppress(OSError), filler.open("wb", buffering=0) as stream:
    while True:
        stream.write(bytes(4096))
message = refusal(work_of(run, seed=2))
assert message.endswith("document.json: cannot be written: no space left on device"), message
journal.close(keep=True)
recovered = recover(root)
assert rows_back(recovered) == {1: kept}, kept
assert recovered.session.recipe.run.seed == 1
# With room again it goes on.
filler.unlink()
journal = Journal.open(root)
journal.write(work_of(make_run(1, kept), seed=2))
journal.close(keep=True)
assert rows_back(recover(root)) == {1: kept}
print("done")
"""


def test_a_disk_that_is_really_full(tmp_path: Path) -> None:
    """On a small file system of its own, where the system lets a user mount one."""
    if shutil.which("unshare") is None:
        pytest.skip("there is no unshare")
    mount = 'mount -t tmpfs -o size=2m none "$1" && exec "$2" -c "$3" "$1"'
    command = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", mount, "sh"]
    folder = tmp_path / "disk"
    folder.mkdir()
    done = subprocess.run(
        [*command, str(folder), sys.executable, FULL_DISK], capture_output=True, text=True, check=False, cwd=REPOSITORY
    )
    if "unshare:" in done.stderr or "mount:" in done.stderr:
        pytest.skip(f"mounting is not allowed here: {done.stderr.strip()}")
    assert (done.stdout, done.stderr) == ("done\n", "")


def test_rows_never_take_the_last_room_on_the_disk(
    root: Path, monkeypatch: pytest.MonkeyPatch, journal: Journal
) -> None:
    free = 0

    def disk_usage(path: object) -> tuple[int, int, int]:
        usage = type("usage", (tuple,), {"total": property(lambda _: 10**9), "free": property(lambda _: free)})
        return usage()

    monkeypatch.setattr("shutil.disk_usage", disk_usage)
    run, most = make_run(1, 1000), 50_000_000
    free = most + 1000 * ROW_BYTES - 1
    message = refusal(journal, work_of(run, seed=4))
    assert message == "FOLDER: less than 47 MiB of the disk would stay free"
    assert names_in(journal.folder) == ["document.json", "lock"]
    free += 1
    journal.write(work_of(run, seed=4))
    assert total(row_files(journal.folder)) == 1000 * ROW_BYTES


def test_a_deleted_run_stays_in_memory_when_the_disk_refuses(journal: Journal) -> None:
    run = make_run(1, 100_000)
    with files_no_larger_than(10_000):
        journal.write(work_of(deleted=(run.trace,)))
    assert run.trace.buffer.flags.writeable
    check_bits(run)
    journal.write(work_of(deleted=(run.trace,)))
    assert not run.trace.buffer.flags.writeable
    check_bits(run)


def test_a_folder_that_somebody_removed_is_made_again(root: Path) -> None:
    journal = Journal.open(root)
    run, deleted = make_run(1, 100), make_run(2, 100_000)
    journal.claim(Path("/a/b.lrgui"))
    journal.write(work_of(run, deleted=(deleted.trace,)))
    for path in journal.folder.iterdir():
        path.unlink()
    journal.folder.rmdir()
    journal.write(work_of(run, deleted=(deleted.trace,)))
    check_bits(deleted)
    assert (journal.folder / "claim.json").exists()
    assert find_leftovers(root) == ()  # it is locked again
    journal.write(work_of(run, deleted))
    journal.close(keep=True)
    assert rows_back(recover(root)) == {1: 100, 2: 100_000}


def test_a_row_file_that_somebody_removed_is_begun_again(root: Path) -> None:
    journal = Journal.open(root)
    run = make_run(1, 100)
    journal.write(work_of(run))
    row_files(journal.folder)[0].unlink()
    refusal(journal, work_of(grow(run, 10)))
    journal.write(work_of(run))
    journal.close(keep=True)
    assert rows_back(recover(root)) == {1: 110}


def test_more_than_can_be_read_back_is_told_and_the_copy_before_stays(root: Path) -> None:
    journal = Journal.open(root)
    journal.write(work_of(make_run(1, 5), seed=1))
    metric = Choice("values", Options(values=(0.5,) * 1_000_001))
    large = Work(Session(Recipe(run=Run(seed=2, metric=metric))), ())
    for _ in range(2):
        message = refusal(journal, large)
        assert message == "there is too much of it; delete runs that are done with, or give the metric fewer values"
    journal.close(keep=True)
    recovered = recover(root)
    assert recovered.session.recipe.run.seed == 1
    assert rows_back(recovered) == {1: 5}


def test_a_place_that_is_write_protected_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    # Not by real permissions: the tests may be run by root.
    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(FileError, match=r"recovery/.* cannot be made: permission denied"):
        Journal.open(tmp_path / "recovery")


def test_a_place_where_no_folder_can_be_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(FileError, match=r"file/recovery/.* cannot be made: not a directory"):
        Journal.open(tmp_path / "file" / "recovery")


def test_new_rows_are_out_of_danger_while_the_disk_takes_its_time(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = make_run(1, 100)
    run.trace.rows = 50
    journal.write(work_of(run))
    (file,) = row_files(journal.folder)
    waits, goes_on, fsync = Event(), Event(), os.fsync

    def slow(descriptor: int) -> None:
        waits.set()
        assert goes_on.wait(60)
        fsync(descriptor)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", slow)
        run.trace.rows = 60
        writer = Thread(target=journal.write, args=[work_of(run)])
        writer.start()
        assert waits.wait(60)
        run.trace.rows = 100
        journal.keep_up(work_of(run))
        assert file.stat().st_size == 100 * ROW_BYTES
        assert writer.is_alive()
        goes_on.set()
        writer.join()
    journal.write(work_of(run))
    assert file.stat().st_size == 100 * ROW_BYTES
    journal.close(keep=True)
    assert rows_back(recover(journal.folder.parent)) == {1: 100}
    check_bits(run)
