"""Saves that fail, stop or are killed at any moment: what lay there before is intact, and nothing is left behind."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
import threading
from collections.abc import Callable
from itertools import count
from pathlib import Path

import numpy as np
import pytest

from lrgui.core.errors import FileError, StoppedError
from lrgui.core.recipe import Choice, Options, Recipe
from lrgui.core.trace import Trace
from lrgui.session.atomic import replacing
from lrgui.session.store import open_session, read_file, write_session
from lrgui.session.values import RecordedRun, Session
from tests.session.faults import broken_disk, fault, files_no_larger_than, full_disk, leftovers

REPOSITORY = Path(__file__).parents[2]


def saved(seed: int) -> Session:
    """A session of some writes: two runs of a few thousand numbers."""
    random = np.random.default_rng(seed)
    runs = tuple(
        RecordedRun(
            number, f"Run {number}", 0, Recipe(), Trace.from_columns(list(random.random((2, 400))), ["lr"], "ab", 1)
        )
        for number in (1, 2)
    )
    return Session(Recipe(optimizer=Choice("SGD", Options(lr=seed))), runs)


OLD, NEW = saved(1), saved(2)


def attempt(path: Path, session: Session) -> str:
    """Save, and return the sentence for the user where that fails."""
    try:
        write_session(path, session)
    except FileError as error:
        return str(error)
    return ""


def rate(path: Path) -> object:
    return read_file(path).recipe.optimizer.options["lr"]


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """The path of a session alone in its folder."""
    folder = tmp_path / "folder"
    folder.mkdir()
    write_session(folder / "s.lrgui", OLD)
    return folder / "s.lrgui"


@pytest.mark.parametrize("ever_after", [True, False])
@pytest.mark.parametrize("happening", [full_disk, broken_disk])
def test_a_fault_at_any_operation_leaves_the_old_file_and_nothing_else(
    old: Path, happening: Callable[[], None], ever_after: bool
) -> None:
    before, failures = old.read_bytes(), []
    open_files = leftovers(Path("/proc/self/fd"))
    for at in count():
        with fault(at, happening, ever_after=ever_after) as faults:
            message = attempt(old, NEW)
        assert leftovers(old.parent) == {"s.lrgui"}
        if message:
            assert message.startswith(f"{old}: cannot be written: ")
            assert "\n" not in message
            assert old.read_bytes() == before
            failures.append(faults.done[at])
            continue
        # Permissions are kept where that is possible, and what follows the replacement is not in the file any more.
        assert rate(old) == 2
        if len(faults.done) <= at:
            break
        assert faults.done[at] == "chmod" or "replace" in faults.done[:at]
        old.write_bytes(before)
    assert failures[0] == "open"
    assert failures[-3:] == ["fsync", "close", "replace"]
    assert failures.count("write") > 20
    assert leftovers(Path("/proc/self/fd")) == open_files


def test_a_quota_reached_anywhere_leaves_the_old_file(old: Path) -> None:
    before = old.read_bytes()
    for size in (0, 1, 29, *range(100, len(before), 1111), len(before) - 1):
        with files_no_larger_than(size), pytest.raises(FileError, match="cannot be written: file too large"):
            write_session(old, NEW)
        assert old.read_bytes() == before
        assert leftovers(old.parent) == {"s.lrgui"}


FULL_DISK = """
import errno, os, sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from lrgui.core.errors import FileError
from lrgui.session.store import write_session
from tests.session.test_atomic_saves import NEW, OLD, leftovers, rate
folder = Path(sys.argv[1])
path = folder / "s.lrgui"
write_session(path, OLD)
before = path.read_bytes()
filler = (folder / "filler").open("wb", buffering=0)
# Less and less room, down to none at all.
room = os.statvfs(folder)
free = room.f_bavail * room.f_frsize
failed = 0
for fill in range(free % 4096, free + 1, 4096):
    filler.truncate(0)
    filler.seek(0)
    filler.write(bytes(fill))
    try:
        write_session(path, NEW)
        path.write_bytes(before)
    except FileError as error:
        assert str(error) == f"{path}: cannot be written: no space left on device", error
        failed += 1
    assert path.read_bytes() == before
    assert leftovers(folder, "filler") == {"s.lrgui"}, leftovers(folder)
filler.close()
(folder / "filler").unlink()
write_session(path, NEW)
assert rate(path) == 2
print(failed)
"""


def test_a_disk_that_is_really_full(tmp_path: Path) -> None:
    """On a small file system of its own, where the system lets a user mount one."""
    mount = 'mount -t tmpfs -o size=128k none "$1" && exec "$2" -c "$3" "$1" "$4"'
    command = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", mount, "sh"]
    if shutil.which("unshare") is None:
        pytest.skip("there is no unshare")
    folder = tmp_path / "disk"
    folder.mkdir()
    done = subprocess.run(
        [*command, str(folder), sys.executable, FULL_DISK, str(REPOSITORY)], capture_output=True, text=True, check=False
    )
    if "unshare:" in done.stderr or "mount:" in done.stderr:
        pytest.skip(f"mounting is not allowed here: {done.stderr.strip()}")
    assert done.stderr == ""
    assert int(done.stdout) >= 3


KILLED = """
import os, sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from lrgui.session.store import read_file, write_session
from tests.session.faults import fault, killed
from tests.session.test_atomic_saves import NEW, OLD
path = Path(sys.argv[1])
before, at, after = path.read_bytes(), 0, 0
# Once before, so that the schemas need not be compiled in every child.
write_session(path, OLD)
while True:
    child = os.fork()
    if not child:
        with fault(at, killed):
            write_session(path, NEW)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if not os.WIFSIGNALED(status):
        break
    at += 1
    if path.read_bytes() != before:
        assert read_file(path).recipe == NEW.recipe
        path.write_bytes(before)
        after += 1
print(at, after)
"""


def test_a_save_killed_at_any_operation_leaves_the_old_file(old: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(old), str(REPOSITORY)], capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    kills, after = map(int, done.stdout.split())
    assert kills > 30
    # One moment lies between the replacement and the end of the save.
    assert after == 1
    assert rate(old) == 2
    # What the killed ones left behind is in nobody's way, and goes once it is old.
    parts = leftovers(old.parent, "s.lrgui")
    assert len(parts) > 20
    for name in parts:
        os.utime(old.parent / name, (0, 0))
    write_session(old, OLD)
    assert leftovers(old.parent) == {"s.lrgui"}


def test_parts_left_behind_go_only_when_they_are_surely_nobodys(old: Path) -> None:
    folder = old.parent
    names = {
        ".lrgui-0123456789abcdef.part": True,
        ".lrgui-0123456789abcdee.part": False,
        ".lrgui-0123456789abcdeF.part": False,
        ".lrgui-0123456789abcde.part": False,
        "x.lrgui-0123456789abcdef.part": False,
        ".lrgui-0123456789abcdef.part2": False,
        "s.lrgui.part": False,
    }
    day = 24 * 60 * 60
    now = old.stat().st_mtime
    for name in names:
        (folder / name).write_bytes(b"part")
        os.utime(folder / name, (now - day - 60,) * 2)
    os.utime(folder / ".lrgui-0123456789abcdee.part", (now - day + 600,) * 2)
    (folder / ".lrgui-aaaaaaaaaaaaaaaa.part").mkdir()
    (folder / ".lrgui-bbbbbbbbbbbbbbbb.part").symlink_to(old)
    for name in (".lrgui-aaaaaaaaaaaaaaaa.part", ".lrgui-bbbbbbbbbbbbbbbb.part"):
        os.utime(folder / name, (0, 0), follow_symlinks=False)
    names |= {".lrgui-aaaaaaaaaaaaaaaa.part": False, ".lrgui-bbbbbbbbbbbbbbbb.part": False}

    with fault(1, full_disk), pytest.raises(FileError):
        write_session(old, NEW)
    assert leftovers(folder, "s.lrgui") == set(names)
    write_session(old, NEW)
    assert leftovers(folder, "s.lrgui") == {name for name, goes in names.items() if not goes}


def test_a_folder_removed_midway_is_told(old: Path) -> None:
    def remove(part: float) -> None:
        shutil.rmtree(old.parent, ignore_errors=True)

    with pytest.raises(FileError, match=r"s\.lrgui: cannot be written: no such file or directory"):
        write_session(old, NEW, remove)
    assert not old.parent.exists()

    def replace_by_another(part: float) -> None:
        if not (old.parent / "other").exists():
            shutil.rmtree(old.parent)
            old.parent.mkdir()
            (old.parent / "other").touch()

    old.parent.mkdir()
    with pytest.raises(FileError, match=r"s\.lrgui: cannot be written: no such file or directory"):
        write_session(old, NEW, replace_by_another)
    assert leftovers(old.parent) == {"other"}


def test_a_slow_save_tells_how_far_it_is_and_stops_when_asked(old: Path) -> None:
    """Progress comes between the writes of a file that takes its time, and each of them may be the last."""
    before = old.read_bytes()
    told = 0
    while True:
        with fault(-1, full_disk, ever_after=False) as faults:
            parts: list[float] = []

            def progress(part: float, parts: list[float] = parts, most: int = told) -> None:
                parts.append(part)
                faults.done.append(f"told {part}")
                if len(parts) > most:
                    raise StoppedError("stopped")

            try:
                write_session(old, NEW, progress)
            except StoppedError:
                if parts[-1] == 1.0 and "replace" in faults.done:
                    break
            else:
                break
            assert not {"fsync", "replace"} & set(faults.done)
            assert parts == sorted(parts)
        assert old.read_bytes() == before
        assert leftovers(old.parent) == {"s.lrgui"}
        told += 1
    assert told >= 4
    assert rate(old) == 2


UNPRIVILEGED = """
import os, sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from lrgui.core.errors import FileError
from lrgui.session.store import read_file, write_session
from tests.session.test_atomic_saves import NEW, OLD
folder = Path(sys.argv[1])
write_session(folder / "warm.lrgui", OLD)
read_file(folder / "warm.lrgui")
if os.getuid() == 0:
    for place in (folder, *folder.iterdir()):
        os.chown(place, 65534, 65534)
    os.setgid(65534)
    os.setuid(65534)
protected, kept, unreadable = folder / "protected", folder / "kept.lrgui", folder / "unreadable.lrgui"
protected.mkdir()
for path in (protected / "s.lrgui", kept, unreadable):
    write_session(path, OLD)
kept.chmod(0o444)
unreadable.chmod(0o200)
protected.chmod(0o555)
def attempt(work, *arguments):
    try:
        work(*arguments)
    except FileError as error:
        print(str(error).removeprefix(str(folder)))
before = (protected / "s.lrgui").read_bytes()
attempt(write_session, protected / "s.lrgui", NEW)
attempt(write_session, protected / "new.lrgui", NEW)
protected.chmod(0o000)
attempt(write_session, protected / "s.lrgui", NEW)
attempt(read_file, protected / "s.lrgui")
protected.chmod(0o755)
attempt(write_session, kept, NEW)
attempt(read_file, unreadable)
attempt(write_session, unreadable, NEW)
assert (protected / "s.lrgui").read_bytes() == before == kept.read_bytes()
assert os.listdir(protected) == ["s.lrgui"]
assert unreadable.stat().st_mode & 0o777 == 0o200
"""


def test_what_may_not_be_written_is_told_and_left(tmp_path: Path) -> None:
    """As a user for whom permissions count, in a folder that such a user can reach."""
    for folder in (tmp_path, tmp_path.parent, tmp_path.parent.parent):
        if folder.stat().st_uid == os.getuid():
            folder.chmod(folder.stat().st_mode | 0o011)
    done = subprocess.run(
        [sys.executable, "-c", UNPRIVILEGED, str(tmp_path), str(REPOSITORY)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    folder = tmp_path / "protected"
    assert done.stdout.splitlines() == [
        f"/protected/s.lrgui: cannot be written: the folder {folder} is write-protected",
        f"/protected/new.lrgui: cannot be written: the folder {folder} is write-protected",
        "/protected/s.lrgui: cannot be written: permission denied",
        "/protected/s.lrgui: cannot be read: permission denied",
        "/kept.lrgui: cannot be written: it is write-protected",
        "/unreadable.lrgui: cannot be read: permission denied",
    ]


@pytest.mark.parametrize(
    "name",
    [
        "with spaces  .lrgui",
        "-rf.lrgui",
        "--.lrgui",
        ".lrgui",
        "😀👩‍👩‍👧.lrgui",
        "e\u0301\u0308 é.lrgui",
        "שלום \u202e gnp.lrgui",
        "學習率.lrgui",
        "two\nlines\r\n.lrgui",
        "tab\tbell\a.lrgui",
        "quote'\"$(touch harm)`;&|<>*?[a].lrgui",
        "back\\slash.lrgui",
        "CON.lrgui",
        "trailing dot.",
        os.fsdecode(b"not \xff\xfe utf-8.lrgui"),
        "a" * 255,
        "ü" * 127 + ".",
        "😀" * 63 + "ab.",
    ],
)
def test_any_name_will_do(old: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.chdir(old.parent)
    for path in (old.parent / name, Path(name)):
        write_session(path, NEW)
        write_session(path, OLD)
        assert open_session(path).session.recipe == OLD.recipe
        assert leftovers(old.parent) == {"s.lrgui", name}
        path.unlink()
    assert rate(old) == 1


def test_a_name_that_is_too_long_is_told(old: Path) -> None:
    with pytest.raises(FileError, match="cannot be written: file name too long"):
        write_session(old.parent / ("a" * 256), NEW)
    for name in ("a\0b", "a/\0"):
        with pytest.raises(FileError, match="cannot be written: embedded null byte"):
            write_session(old.parent / name, NEW)
    assert leftovers(old.parent) == {"s.lrgui"}


def test_very_long_paths_work_as_far_as_the_system_takes_them(tmp_path: Path) -> None:
    folder = tmp_path
    while len(str(folder)) < 3800:
        folder /= "d" * 200
    folder.mkdir(parents=True)
    path = folder / "s.lrgui"
    write_session(path, OLD)
    assert rate(path) == 1
    beyond = folder / ("d" * 200) / ("s" * 200)
    with pytest.raises(FileError, match="cannot be written: file name too long"):
        write_session(beyond, NEW)
    with pytest.raises(FileError, match="cannot be read: file name too long"):
        read_file(beyond)
    # Room for the name, but not for that of the part.
    short = folder / ("e" * (4095 - len(str(folder)) - 4))
    short.mkdir()
    with pytest.raises(FileError, match="cannot be written: file name too long"):
        write_session(short / "s", NEW)
    assert leftovers(short) == set()


def test_links_are_followed_and_stay(old: Path, tmp_path: Path) -> None:
    links = tmp_path / "links"
    links.mkdir()
    (links / "near").symlink_to("../folder/s.lrgui")
    (links / "far").symlink_to(links / "near")
    (links / "folder").symlink_to(old.parent, target_is_directory=True)
    (links / "broken").symlink_to(old.parent / "new.lrgui")
    (links / "nowhere").symlink_to(tmp_path / "none" / "new.lrgui")
    (links / "loop").symlink_to("pool")
    (links / "pool").symlink_to("loop")
    for name in ("near", "far", "folder/s.lrgui"):
        write_session(links / name, NEW)
        assert rate(old) == 2
        write_session(links / name, OLD)
        assert rate(old) == 1
    write_session(links / "broken", NEW)
    assert rate(old.parent / "new.lrgui") == 2
    with pytest.raises(FileError, match=r"nowhere: cannot be written: there is no folder .*none"):
        write_session(links / "nowhere", NEW)
    with pytest.raises(FileError, match="loop: cannot be written: its symbolic links lead in a circle"):
        write_session(links / "loop", NEW)
    with pytest.raises(FileError, match="folder: cannot be written: it is a folder"):
        write_session(links / "folder", NEW)
    assert all(link.is_symlink() for link in links.iterdir())
    assert leftovers(links) == {"near", "far", "folder", "broken", "nowhere", "loop", "pool"}
    assert leftovers(old.parent) == {"s.lrgui", "new.lrgui"}


def test_another_hard_link_keeps_the_old_content(old: Path) -> None:
    os.link(old, old.parent / "other.lrgui")
    write_session(old, NEW)
    assert (rate(old), rate(old.parent / "other.lrgui")) == (2, 1)


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o666, 0o755, 0o4755])
def test_permissions_are_kept_from_the_first_byte_on(old: Path, mode: int) -> None:
    old.chmod(mode)
    modes = set()

    def look(part: float) -> None:
        modes.update(stat.S_IMODE(one.stat().st_mode) for one in old.parent.glob(".lrgui-*.part"))

    write_session(old, NEW, look)
    assert modes == {mode}
    assert stat.S_IMODE(old.stat().st_mode) == mode


def test_a_new_file_has_the_permissions_that_the_user_wants(old: Path) -> None:
    before = os.umask(0o027)
    try:
        write_session(old.parent / "new.lrgui", NEW)
    finally:
        os.umask(before)
    assert stat.S_IMODE((old.parent / "new.lrgui").stat().st_mode) == 0o640


def test_many_writers_leave_one_whole_file(old: Path) -> None:
    """The last one wins; none of them sees or breaks another's part."""
    failures: list[BaseException] = []

    def save(session: Session) -> None:
        try:
            for _ in range(15):
                write_session(old, session)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=save, args=(session,)) for session in (OLD, NEW) * 2]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        assert rate(old) in (1, 2)
    for thread in threads:
        thread.join()
    assert failures == []
    assert leftovers(old.parent) == {"s.lrgui"}


def test_what_the_writer_raises_comes_out_as_it_is(old: Path) -> None:
    before = old.read_bytes()
    for error in (ValueError("of the writer"), StoppedError("stopped"), KeyboardInterrupt(), SystemExit(3)):
        with pytest.raises(type(error)) as caught:
            write_half(old, error)
        assert caught.value is error
        assert old.read_bytes() == before
        assert leftovers(old.parent) == {"s.lrgui"}


def write_half(path: Path, error: BaseException) -> None:
    with replacing(path) as file:
        file.write(b"half")
        raise error
