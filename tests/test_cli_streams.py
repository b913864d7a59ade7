"""The command line where its standard streams are closed, full, or lead somewhere unusual."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from lrgui.cli import main
from lrgui.session.store import read_file

ROOT = Path(__file__).parent.parent
TABLE = "step,epoch,lr/rest,momentum/rest,weight_decay/rest\n0,0,0.5,0.0,0.0\n1,0,0.5,0.0,0.0\n"

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs a shell and /dev")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    recipe = {"optimizer": {"class": "SGD", "options": {"lr": 0.5}}, "run": {"steps": 2}}
    (tmp_path / "r.json").write_text(json.dumps(recipe))
    return tmp_path


def shell(folder: Path, line: str) -> subprocess.CompletedProcess[str]:
    """Run a line of bash in which `lrgui` is the application."""
    script = f'lrgui() {{ "{sys.executable}" -m lrgui "$@"; }}; {line}'
    return subprocess.run(
        ["bash", "-c", script],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize("line", ["lrgui trace r.json >&-", "lrgui --version >&-"])
def test_a_closed_standard_output_is_told(folder: Path, line: str) -> None:
    done = shell(folder, line)
    assert (done.returncode, done.stderr) == (2, "lrgui: standard output: cannot be written: it is closed\n")


@pytest.mark.parametrize("line", ["lrgui trace r.json >/dev/full", "lrgui --version >/dev/full"])
def test_a_full_standard_output_is_told(folder: Path, line: str) -> None:
    done = shell(folder, line)
    assert done.returncode == 2
    assert done.stderr == "lrgui: standard output: cannot be written: no space left on device\n"


@pytest.mark.parametrize("to", ["2>&-", "2>/dev/full"])
def test_a_message_that_cannot_be_shown_changes_no_exit_status(folder: Path, to: str) -> None:
    done = shell(folder, f"lrgui trace nowhere.json {to}")
    assert (done.returncode, done.stdout) == (2, "")


def test_files_are_written_with_every_stream_closed(folder: Path) -> None:
    done = shell(folder, "lrgui trace r.json --csv t.csv --session s.lrgui <&- >&- 2>&-")
    assert done.returncode == 0
    assert (folder / "t.csv").read_text() == TABLE
    assert read_file(folder / "s.lrgui").runs[0].trace["lr"].tolist() == [[0.5], [0.5]]


@pytest.mark.parametrize("line", ["--csv /dev/stdout >> t.csv", "--csv /dev/fd/3 3>> t.csv"])
def test_what_the_shell_appends_to_keeps_what_it_holds(folder: Path, line: str) -> None:
    (folder / "t.csv").write_text("kept\n")
    done = shell(folder, f"lrgui trace r.json {line}")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert (folder / "t.csv").read_text() == "kept\n" + TABLE


def test_a_descriptor_that_is_not_open_is_told(folder: Path) -> None:
    done = shell(folder, "lrgui trace r.json --csv /dev/fd/9")
    assert (done.returncode, done.stderr) == (2, "lrgui: /dev/fd/9: cannot be written: bad file descriptor\n")


def test_recipes_come_through_pipes_and_sessions_do_not(folder: Path) -> None:
    done = shell(folder, "cat r.json | lrgui trace /dev/stdin --session /dev/stdout | cat > s.lrgui")
    assert (done.returncode, done.stderr) == (0, "")
    assert shell(folder, "lrgui trace s.lrgui").stdout == TABLE
    done = shell(folder, "cat s.lrgui | lrgui trace /dev/stdin")
    assert done.returncode == 2
    assert done.stderr == "lrgui: /dev/stdin: is a pipe; a session can only be read from a file\n"


def test_names_cannot_write_on_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["trace", "red\x1b[31m\a\u202e.json"]) == 2
    assert capsys.readouterr().err == "lrgui: red\\x1b[31m\\x07\\u202e.json: there is no such file\n"
