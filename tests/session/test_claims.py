"""Which other window has a file open: real processes, whatever name the file goes by."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from lrgui.session.journal import Journal, open_elsewhere
from lrgui.session.recovery import find_leftovers
from tests.session.unsaved import names_in

REPOSITORY = Path(__file__).parents[2]

WINDOW = """
import sys
from pathlib import Path
from lrgui.session.journal import Journal
from tests.session.unsaved import make_run, work_of
journal = Journal.open(Path(sys.argv[1]))
journal.claim(Path(sys.argv[2]))
journal.write(work_of(make_run(1, 10)))
print("open", flush=True)
sys.stdin.read()
journal.close(keep=False)
"""


@contextmanager
def window(root: Path, path: Path) -> Iterator[subprocess.Popen[str]]:
    """A process with a window that has a file open; it ends with the block, unless it was killed before."""
    command = [sys.executable, "-c", WINDOW, str(root), str(path)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, cwd=REPOSITORY) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "open\n"
        yield process


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "recovery"


def test_another_process_that_has_the_file_open_is_told(tmp_path: Path, root: Path) -> None:
    path = tmp_path / "s.lrgui"
    path.touch()
    (tmp_path / "link.lrgui").symlink_to(path)
    (tmp_path / "hard link.lrgui").hardlink_to(path)
    before = datetime.now().astimezone() - timedelta(seconds=1)
    with window(root, tmp_path / "link.lrgui") as process:
        for name in ("s.lrgui", "link.lrgui", "hard link.lrgui", "../" + tmp_path.name + "/s.lrgui"):
            found = open_elsewhere(tmp_path / name, root)
            assert found is not None
            assert found.pid == process.pid
            assert before < found.since < datetime.now().astimezone()
        assert open_elsewhere(tmp_path / "other.lrgui", root) is None
        # Nothing is laid beside the user's files.
        assert names_in(tmp_path) == ["hard link.lrgui", "link.lrgui", "recovery", "s.lrgui"]
    assert open_elsewhere(path, root) is None
    assert names_in(root) == []


def test_a_file_that_is_not_there_yet_can_be_claimed(tmp_path: Path, root: Path) -> None:
    with window(root, tmp_path / "new.lrgui"):
        assert open_elsewhere(tmp_path / "new.lrgui", root) is not None


def test_a_window_that_was_killed_has_nothing_open(tmp_path: Path, root: Path) -> None:
    path = tmp_path / "s.lrgui"
    with window(root, path) as process:
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert open_elsewhere(path, root) is None
        # Not even while its work is being recovered here, which locks its folder.
        (leftover,) = find_leftovers(root)
        assert open_elsewhere(path, root) is None
        leftover.discard()


def test_its_own_claim_does_not_count_and_the_longest_of_others_does(tmp_path: Path, root: Path) -> None:
    path = tmp_path / "s.lrgui"
    journals = [Journal.open(root) for _ in range(3)]
    for journal in journals:
        journal.claim(path)
    for journal, since in zip(journals, ("2026-01-03", "2026-01-02", "2026-01-01"), strict=True):
        claim = journal.folder / "claim.json"
        text = json.loads(claim.read_text())
        claim.write_text(json.dumps({**text, "since": f"{since}T10:00:00+00:00"}))
    found = open_elsewhere(path, root, besides=journals[2])
    assert found is not None
    assert (found.pid, found.since.day) == (os.getpid(), 2)
    for journal in journals[:2]:
        journal.close(keep=False)
    assert open_elsewhere(path, root, journals[2]) is None
    journals[2].close(keep=False)


def test_a_claim_ends_with_another_and_is_not_renewed(tmp_path: Path, root: Path) -> None:
    journal = Journal.open(root)
    journal.claim(tmp_path / "a")
    first = open_elsewhere(tmp_path / "a", root)
    journal.claim(tmp_path / "a")
    assert open_elsewhere(tmp_path / "a", root) == first
    journal.claim(tmp_path / "b")
    assert open_elsewhere(tmp_path / "a", root) is None
    assert open_elsewhere(tmp_path / "b", root) is not None
    journal.claim(None)
    assert open_elsewhere(tmp_path / "b", root) is None
    assert names_in(journal.folder) == ["lock"]
    journal.close(keep=False)


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "7", '{"path": 7, "process": 1, "since": "2026-01-01T00:00:00+00:00"}', "[" * 70_000]
)
def test_a_damaged_claim_says_nothing(tmp_path: Path, root: Path, text: str) -> None:
    journal = Journal.open(root)
    journal.claim(tmp_path / "a")
    (journal.folder / "claim.json").write_text(text)
    assert open_elsewhere(tmp_path / "a", root) is None
    (journal.folder / "claim.json").unlink()
    os.mkfifo(journal.folder / "claim.json")
    assert open_elsewhere(tmp_path / "a", root) is None
    journal.close(keep=False)


def test_windows_that_start_at_once_do_not_remove_each_others_folders(tmp_path: Path, root: Path) -> None:
    """Each looks for leftovers, which removes empty folders, while the others have just made theirs."""
    script = (
        "import sys; from pathlib import Path\n"
        "from lrgui.session.journal import Journal\n"
        "from lrgui.session.recovery import find_leftovers\n"
        "from tests.session.unsaved import work_of\n"
        "root = Path(sys.argv[1])\n"
        "for _ in range(100):\n"
        "    journal = Journal.open(root)\n"
        "    assert find_leftovers(root) == ()\n"
        "    journal.write(work_of())\n"
        "    journal.close(keep=False)\n"
    )
    processes = [subprocess.Popen([sys.executable, "-c", script, str(root)], cwd=REPOSITORY) for _ in range(3)]
    assert [process.wait() for process in processes] == [0, 0, 0]
    assert find_leftovers(root) == ()
    assert names_in(root) == []
