"""Classes of other libraries on the command line and in a process of one's own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from lrgui.cli import main
from lrgui.session.libraries import libraries_file, write_libraries
from lrgui.session.store import read_recipe, write_session
from lrgui.session.values import Session
from tests.made_up_libraries import LAB, MadeUpLibraries

ROOT = Path(__file__).parent.parent
RECIPE = {"optimizer": {"class": "lab.Half", "options": {"lr": 0.5}}, "run": {"steps": 2}}


def write(path: Path, **changes: object) -> Path:
    path.write_text(json.dumps({**RECIPE, **changes}), encoding="utf-8")
    return path


def test_a_recipe_with_a_trusted_library_is_traced_in_silence(
    libraries: MadeUpLibraries, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    libraries.install("lab", f"    print('loud')\n{LAB}")
    write_libraries(["lab"])
    assert main(["trace", str(write(tmp_path / "r.json"))]) == 0
    out, err = capsys.readouterr()
    assert [line.split(",")[2] for line in out.splitlines()] == ["lr/rest", "0.5", "0.5"]
    assert err == ""


def test_what_a_library_prints_while_it_trains_is_no_part_of_the_table(
    libraries: MadeUpLibraries, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    talking = """
    class Talking(SGD):
        def step(self, closure=None):
            print("a step")
            return super().step(closure)
    """
    libraries.install("lab", LAB + talking)
    write_libraries(["lab"])
    assert main(["trace", str(write(tmp_path / "r.json", optimizer={"class": "lab.Talking"}))]) == 0
    out, err = capsys.readouterr()
    assert len(out.splitlines()) == 3
    assert err == "a step\na step\n"


@pytest.mark.parametrize("suffix", [".json", ".lrgui"])
def test_a_file_with_a_missing_library_says_what_is_missing_in_one_line(
    suffix: str, libraries: MadeUpLibraries, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(tmp_path / "r.json", optimizer={"class": "timm.optim.Lion"})
    if suffix == ".lrgui":
        path = tmp_path / "s.lrgui"
        write_session(path, Session(read_recipe(tmp_path / "r.json")))
    assert main(["trace", str(path)]) == 2
    assert capsys.readouterr() == (
        "",
        f"lrgui: {path}: optimizer.class: timm is not installed. "
        "In lrgui's own Python environment: pip install timm.\n",
    )


def test_a_file_with_a_library_that_is_not_trusted_imports_nothing(
    libraries: MadeUpLibraries, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    libraries.install("lab")
    path = write(tmp_path / "r.json")
    assert main(["trace", str(path)]) == 2
    assert capsys.readouterr().err == (
        f"lrgui: {path}: optimizer.class: lab is not on the list of trusted libraries, so nothing of it is imported. "
        "If you trust it, add it under Edit > Libraries.\n"
    )
    assert not libraries.imported("lab")


@pytest.mark.filterwarnings("default")
def test_a_damaged_list_is_told_of_and_is_no_obstacle(
    libraries: MadeUpLibraries, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    libraries.install("lion_pytorch", LAB)
    libraries_file().parent.mkdir(parents=True)
    libraries_file().write_text("{")
    assert main(["trace", str(write(tmp_path / "r.json", optimizer={"class": "lion_pytorch.Half"}))]) == 0
    assert capsys.readouterr().err.startswith(f"lrgui: warning: {libraries_file()} is ignored: it is not JSON")
    assert main(["trace", str(write(tmp_path / "r.json", optimizer={"class": "SGD"}))]) == 0
    assert capsys.readouterr().err == ""


def test_a_module_beside_the_recipe_is_not_imported_by_python_m(libraries: MadeUpLibraries, tmp_path: Path) -> None:
    downloads = tmp_path / "downloads"
    libraries.write(downloads, "timm", "open('imported', 'w').close()")
    write(downloads / "r.json", optimizer={"class": "timm.optim.Lion"})
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "lrgui", "trace", "r.json"]
    done = subprocess.run(
        command, cwd=downloads, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 2
    assert done.stderr.startswith("lrgui: r.json: optimizer.class: timm lies in the current folder only")
    assert not (downloads / "imported").exists()
