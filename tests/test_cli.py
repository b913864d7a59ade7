from __future__ import annotations

import csv
import fcntl
import json
import os
import pty
import re
import signal
import struct
import subprocess
import sys
import termios
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import lrgui
from lrgui.cli import main
from lrgui.session.store import read_file

ROOT = Path(__file__).parent.parent

# Halved after every step: 0.5, 0.25, 0.125 and 0.0625 are exact.
HALVING = {
    "groups": [{"name": "weights", "match": "*weight"}, {"name": "biases", "match": "*bias", "options": {"lr": 2.0}}],
    "optimizer": {"class": "SGD", "options": {"lr": 0.5}},
    "scheduler": {"class": "ExponentialLR", "options": {"gamma": 0.5}},
    "run": {"steps": 3, "steps_per_epoch": 2},
}
HALVING_LR = [["0.5", "2.0"], ["0.25", "1.0"], ["0.125", "0.5"]]
# 1/3, 1/2, 1, and then a division by zero.
BREAKING = {
    "optimizer": {"class": "SGD", "options": {"lr": 1.0}},
    "scheduler": {"class": "LambdaLR", "options": {"lr_lambda": "1 / (3 - epoch)"}},
    "run": {"steps": 10},
}


@pytest.fixture
def recipe_file(tmp_path: Path) -> Path:
    return write(tmp_path / "halving.json", HALVING)


def write(path: Path, data: Any) -> Path:
    path.write_text(json.dumps(data), encoding="utf-8")
    return path


def run(*arguments: object) -> int:
    return main([str(argument) for argument in arguments])


def learning_rates(text: str) -> list[list[str]]:
    table = list(csv.DictReader(text.splitlines()))
    names = [name for name in table[0] if name.startswith("lr/")]
    return [[line[name] for name in names] for line in table]


def one_complaint(capsys: pytest.CaptureFixture[str]) -> str:
    """Return the one line on standard error; nothing may have gone to standard output."""
    out, err = capsys.readouterr()
    assert out == ""
    assert re.fullmatch(r"lrgui: [^\n]+\n", err), err
    return err.removeprefix("lrgui: ").removesuffix("\n")


def test_without_an_output_the_table_is_printed(recipe_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("trace", recipe_file) == 0
    out, err = capsys.readouterr()
    lines = out.splitlines()
    assert lines[0].startswith("step,epoch,lr/weights,lr/biases")
    assert [line.split(",")[:4] for line in lines[1:]] == [
        ["0", "0", "0.5", "2.0"],
        ["1", "0", "0.25", "1.0"],
        ["2", "1", "0.125", "0.5"],
    ]
    assert err == ""


def test_table_and_session_are_written(recipe_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table, saved = tmp_path / "out.csv", tmp_path / "out.lrgui"
    assert run("trace", recipe_file, "--csv", table, "--session", saved) == 0
    assert capsys.readouterr() == ("", "")
    assert learning_rates(table.read_text(encoding="utf-8")) == HALVING_LR
    session = read_file(saved)
    (recorded,) = session.runs
    assert (recorded.id, recorded.name, recorded.colour, recorded.status) == (1, "Run 1", 0, "finished")
    assert recorded.recipe == session.recipe
    assert session.recipe.run.steps == 3
    assert recorded.trace["lr"].tolist() == [[0.5, 2.0], [0.25, 1.0], [0.125, 0.5]]


@pytest.mark.parametrize(("suffix", "start"), [(".png", b"\x89PNG"), (".svg", b"<?xml"), (".PDF", b"%PDF")])
def test_a_figure_is_written(recipe_file: Path, tmp_path: Path, suffix: str, start: bytes) -> None:
    image = tmp_path / f"figure{suffix}"
    assert run("trace", recipe_file, "--image", image) == 0
    assert image.read_bytes().startswith(start)


def test_arrays_for_numpy_are_written(recipe_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arrays = tmp_path / "out.npz"
    assert run("trace", recipe_file, "--npz", arrays) == 0
    assert capsys.readouterr() == ("", "")
    with np.load(arrays, allow_pickle=False) as loaded:
        assert loaded["lr"].tolist() == [[0.5, 2.0], [0.25, 1.0], [0.125, 0.5]]
        assert loaded["groups"].tolist() == ["weights", "biases"]
        assert loaded["step"].tolist() == [0, 1, 2]
        assert loaded["epoch"].tolist() == [0, 0, 1]


@pytest.fixture
def skipping_file(tmp_path: Path) -> Path:
    """Ten steps of which every other one is skipped."""
    recipe = {"optimizer": {"class": "SGD", "options": {}}, "run": {"steps": 10, "skipped_steps": {"every": 2}}}
    path = tmp_path / "skipping.json"
    path.write_text(json.dumps(recipe), encoding="utf-8")
    return path


@pytest.fixture
def failing_file(tmp_path: Path) -> Path:
    """Ten steps of which the fifth cannot be prepared."""
    rates = {"class": "LambdaLR", "options": {"lr_lambda": "1 / (4 - epoch)"}}
    recipe = {"optimizer": {"class": "SGD", "options": {}}, "scheduler": rates, "run": {"steps": 10}}
    path = tmp_path / "failing.json"
    path.write_text(json.dumps(recipe), encoding="utf-8")
    return path


def test_a_range_and_every_other_row(recipe_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arrays = tmp_path / "out.npz"
    assert run("trace", recipe_file, "--steps", 10, "--range", "3:8", "--every", 2) == 0
    rows = capsys.readouterr().out.splitlines()[1:]
    assert [row.split(",")[:3] for row in rows] == [
        ["3", "1", "0.0625"],
        ["5", "2", "0.015625"],
        ["7", "3", "0.00390625"],
    ]
    assert run("trace", recipe_file, "--steps", 10, "--range", "8:", "--npz", arrays) == 0
    with np.load(arrays, allow_pickle=False) as loaded:
        assert loaded["step"].tolist() == [8, 9]


def test_a_range_beyond_the_steps_that_really_run(
    skipping_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for option in (("--csv", tmp_path / "o.csv"), ("--image", tmp_path / "o.png")):
        assert run("trace", skipping_file, "--range", "5:", *option) == 2
        assert one_complaint(capsys) == "argument --range: the steps of this run are 0 to 4; there is none from 5 on"
    assert run("trace", skipping_file, "--range", "4:7") == 0
    assert [row.split(",")[0] for row in capsys.readouterr().out.splitlines()[1:]] == ["4"]


def test_the_parts_of_a_run_that_failed_are_those_of_all_its_steps(
    failing_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    image = tmp_path / "o.svg"
    assert run("trace", failing_file, "--image", image, "--x-axis", "fraction") == 2
    assert "the 4 rows recorded until then are written" in one_complaint(capsys)
    assert ">% of the run (10 steps)</text>" in image.read_text(encoding="utf-8")


def test_a_figure_is_as_asked_for(recipe_file: Path, tmp_path: Path) -> None:
    image = tmp_path / "figure.png"
    assert run("trace", recipe_file, "--image", image, "--width", "1200px", "--height", "4in", "--dpi", 150) == 0
    assert png_size(image) == (1200, 600)
    assert run("trace", recipe_file, "--image", image, "--width", "single", "--dpi", 254) == 0
    assert png_size(image) == (890, 620)
    image = tmp_path / "figure.svg"
    options = (
        "--width",
        "89mm",
        "--font-size",
        6,
        "--title",
        "Halved & halved",
        "--legend",
        "none",
        "--x-axis",
        "epoch",
    )
    panels = ("--second", "momentum", "--log", "--range", "1:", "--theme", "dark", "--transparent")
    assert run("trace", recipe_file, "--image", image, *options, *panels) == 0
    svg = image.read_text(encoding="utf-8")
    assert '<svg width="89mm" height="55.2mm"' in svg
    assert ">Halved &amp; halved</text>" in svg
    for text in ("learning rate", "momentum", "epoch (2 steps each)"):
        assert f">{text}</text>" in svg
    assert ">weights</text>" not in svg
    assert ">halving</text>" not in svg


def test_a_figure_shows_phases_where_they_are_wanted(tmp_path: Path) -> None:
    recipe = {
        "optimizer": {"class": "SGD", "options": {"lr": 0.1}},
        "scheduler": {
            "class": "SequentialLR",
            "options": {"milestones": [400]},
            "schedulers": [{"class": "LinearLR"}, {"class": "CosineAnnealingLR", "options": {"T_max": 600}}],
        },
        "run": {"steps": 1000},
    }
    file, image = tmp_path / "recipe.json", tmp_path / "figure.svg"
    file.write_text(json.dumps(recipe), encoding="utf-8")
    for options, shown in (((), False), (("--annotated",), True)):
        assert run("trace", file, "--image", image, *options) == 0
        assert (">CosineAnnealingLR</text>" in image.read_text(encoding="utf-8")) == shown


def png_size(path: Path) -> tuple[int, int]:
    """Return the pixels that a PNG's header tells."""
    width, height = struct.unpack(">2I", path.read_bytes()[16:24])
    return width, height


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (
            ["--width", "89"],
            "argument --width: must be a length with its unit, such as 89mm, 3.5in or 1200px, not '89'",
        ),
        (["--height", "5 miles"], "argument --height: must be a length with its unit, such as"),
        (["--width", "1mm"], "argument --width: must be from 20 mm to 2 m, not 1 mm"),
        (["--width", "10000px", "--dpi", "72"], "argument --width: must be from 20 mm to 2 m, not 3528 mm"),
        (["--dpi", "5000"], "argument --dpi: must be from 30 to 1200 pixels per inch, not 5000"),
        (["--dpi", "0"], "argument --dpi: must be a whole number, 1 or more, not '0'"),
        (["--width", "1m"], "argument --width: must be a length with its unit"),
        (["--width", "2000mm", "--dpi", "1200"], "argument --dpi: makes an image of 94488 × 58583 pixels"),
        (["--font-size", "nan"], "argument --font-size: must be from 4 to 72 points, not nan"),
        (["--font-size", "big"], "argument --font-size: must be a number, not 'big'"),
        (["--width", "20mm", "--font-size", "12"], "argument --font-size: must be at most"),
        (["--theme", "sepia"], "argument --theme: invalid choice: 'sepia' (choose from 'light', 'dark')"),
        (["--log-second"], "argument --log-second: there is no second panel; name its series with --second"),
        (["--range", "100000000:"], "argument --range: the steps of this run are 0 to 99999999"),
        (["--every", "2"], "argument --every: is about a table; ask for one with --csv or --npz"),
    ],
)
def test_a_figure_that_cannot_be_drawn_so_is_told_before_the_run(
    recipe_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], options: Sequence[str], complaint: str
) -> None:
    assert run("trace", recipe_file, "--steps", 100_000_000, "--image", tmp_path / "o.png", *options) == 2
    assert one_complaint(capsys).startswith(complaint)
    assert not (tmp_path / "o.png").exists()


def test_a_series_that_is_not_there_is_told_before_the_run(
    recipe_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    long_run = ("trace", recipe_file, "--steps", 10_000_000, "--image", tmp_path / "o.svg")
    assert run(*long_run, "--second", "moment") == 2
    assert one_complaint(capsys).startswith(
        f"{recipe_file}: there is no series 'moment' here, but lr, momentum, weight_decay"
    )


def test_options_of_a_figure_need_one(recipe_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("trace", recipe_file, "--csv", tmp_path / "o.csv", "--font-size", 8) == 2
    assert one_complaint(capsys) == "argument --font-size: is about a figure; ask for one with --image"
    assert run("trace", recipe_file, "--session", tmp_path / "o.lrgui", "--range", "1:2") == 2
    assert one_complaint(capsys) == "argument --range: a session keeps every step; ask for a table or a figure"


def test_steps_and_preview(recipe_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    saved = tmp_path / "out.lrgui"
    assert run("trace", recipe_file, "--steps", 2, "--preview") == 0
    assert learning_rates(capsys.readouterr().out) == HALVING_LR[:2]
    assert run("trace", recipe_file, "--steps", 2, "--preview", "--session", saved) == 0
    session = read_file(saved)
    assert session.recipe.run.steps == 2
    assert session.runs[0].name == "Run 1 (preview)"


def test_a_session_is_traced_by_its_recipe(
    recipe_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    saved = tmp_path / "out.lrgui"
    assert run("trace", recipe_file, "--session", saved, "--steps", 1) == 0
    assert run("trace", saved, "--steps", 3) == 0
    assert learning_rates(capsys.readouterr().out) == HALVING_LR


def test_a_run_that_breaks_leaves_what_it_recorded(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = write(tmp_path / "breaking.json", BREAKING)
    table, saved = tmp_path / "out.csv", tmp_path / "out.lrgui"
    assert run("trace", source, "--csv", table, "--session", saved) == 2
    complaint = one_complaint(capsys)
    assert complaint.startswith(f"{source}: the run could not go on: step 3")
    assert complaint.endswith("; the 3 rows recorded until then are written")
    assert learning_rates(table.read_text()) == [["0.3333333333333333"], ["0.5"], ["1.0"]]
    (recorded,) = read_file(saved).runs
    assert recorded.status == "failed"
    assert recorded.message.startswith("step 3")
    assert len(recorded.trace) == 3


@pytest.mark.filterwarnings("default:Detected call of:UserWarning")
def test_conditions_that_end_a_run_and_what_torch_warns_about_are_told_in_a_line_each(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    recipe = {
        "groups": [{"name": "weights", "match": "*weight"}, {"name": "biases", "match": "*", "frozen": True}],
        "optimizer": {"class": "SGD", "options": {"lr": 1.0}},
        "scheduler": {"class": "LambdaLR", "options": {"lr_lambda": "1 / (1 + epoch)"}},
        "run": {
            "steps": 8,
            "order": "scheduler_first",
            "skipped_steps": [1, 2],
            "unfreeze": [{"group": "biases", "step": 4}],
        },
    }
    file = write(tmp_path / "recipe.json", recipe)
    assert run("trace", file) == 2
    printed = capsys.readouterr()
    # The scheduler is stepped first, and on through two steps that are skipped; then it fails over the new group.
    assert learning_rates(printed.out) == [["0.5", "nan"], ["0.2", "nan"]]
    warned, failed = printed.err.splitlines()
    assert warned.startswith("lrgui: warning: Detected call of `lr_scheduler.step()` before `optimizer.step()`")
    assert "step 4, LambdaLR" in failed
    assert failed.endswith("the 2 rows recorded until then are written")


def test_recipes_that_cannot_be_built(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = write(tmp_path / "r.json", {"optimizer": {"class": "Adam", "options": {"lr": -1}}})
    assert run("trace", source, "--csv", tmp_path / "out.csv") == 2
    assert one_complaint(capsys).startswith(f"{source}: optimizer.options.lr")
    assert not (tmp_path / "out.csv").exists()

    source = write(tmp_path / "r.json", {"optimizer": {"class": "Adam"}, "run": {"stepz": 1}})
    assert run("trace", source) == 2
    assert one_complaint(capsys) == f"{source}: run.stepz: is not a known key; did you mean 'steps'?"


def test_files_that_cannot_be_used(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("trace", tmp_path / "nowhere.json") == 2
    assert one_complaint(capsys) == f"{tmp_path / 'nowhere.json'}: there is no such file"
    (tmp_path / "other.zip").write_bytes(b"PK\x03\x04 and no more")
    assert run("trace", tmp_path / "other.zip") == 2
    assert "is damaged: it is not a whole zip archive" in one_complaint(capsys)
    # The window is not even begun for such a file.
    assert run(tmp_path / "nowhere.json") == 2
    assert one_complaint(capsys).endswith("there is no such file")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["trace"], "the following arguments are required: FILE"),
        (["trace", "r.json", "--frobnicate"], "unrecognized arguments: --frobnicate"),
        (["trace", "r.json", "--steps", "0"], "argument --steps: must be a whole number, 1 or more, not '0'"),
        (["trace", "r.json", "--steps", "1.5"], "argument --steps: must be a whole number, 1 or more, not '1.5'"),
        (["trace", "r.json", "--csv"], "argument --csv: expected one argument"),
        (["trace", "r.json", "--prev"], "unrecognized arguments: --prev"),
        (["trace", "r.json", "--every", "0"], "argument --every: must be a whole number, 1 or more, not '0'"),
        (
            ["trace", "r.json", "--range", "5"],
            "argument --range: must be two steps such as 100:200, 100: or :200, not '5'",
        ),
        (["trace", "r.json", "--range", "9:5"], "argument --range: must not end before it begins: '9:5'"),
        (
            ["trace", "r.json", "--range=-1:5"],
            "argument --range: must be two steps such as 100:200, 100: or :200, not '-1:5'",
        ),
        (["a.json", "b.json"], "unrecognized arguments: b.json"),
        (["--verzion"], "unrecognized arguments: --verzion"),
    ],
)
def test_arguments_that_cannot_be_used(
    arguments: Sequence[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    assert one_complaint(capsys) == message


def test_outputs_are_checked_before_the_run(
    recipe_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # A hundred million steps: a check that came after the run would not come for an hour.
    long_run = ("trace", recipe_file, "--steps", 100_000_000)
    assert run(*long_run, "--csv", tmp_path / "nowhere" / "o.csv") == 2
    assert one_complaint(capsys).endswith(f"cannot be written: there is no folder {tmp_path / 'nowhere'}")
    assert run(*long_run, "--session", tmp_path) == 2
    assert one_complaint(capsys) == f"{tmp_path}: cannot be written: it is a folder"
    assert run(*long_run, "--image", tmp_path / "o.jpg") == 2
    assert one_complaint(capsys) == f"{tmp_path / 'o.jpg'}: an image must end in .png, .svg, .pdf"
    assert run(*long_run, "--csv", recipe_file) == 2
    assert "or is FILE itself" in one_complaint(capsys)
    assert run(*long_run, "--csv", tmp_path / "o", "--session", tmp_path / "." / "o") == 2
    assert "it is named twice" in one_complaint(capsys)
    assert json.loads(recipe_file.read_text()) == HALVING


def test_a_file_called_like_a_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path / "trace", HALVING)
    monkeypatch.chdir(tmp_path)
    assert main(["trace", "trace"]) == 0
    assert learning_rates(capsys.readouterr().out) == HALVING_LR
    (tmp_path / "trace").write_text("no recipe")
    assert main(["./trace"]) == 2
    assert one_complaint(capsys) == "trace: is neither a session of lrgui nor a recipe in JSON"


def test_version_and_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"lrgui {lrgui.__version__}\n"
    assert main(["--help"]) == 0
    assert "lrgui trace FILE" in capsys.readouterr().out
    assert main(["trace", "-h"]) == 0
    assert "--csv OUT.csv" in capsys.readouterr().out


ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}


def start(*arguments: object, **more: Any) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, *(str(argument) for argument in arguments)]
    settings = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **more}
    return subprocess.run(command, env=ENVIRONMENT, timeout=120, check=False, **settings)


def test_as_a_module_and_as_a_script(recipe_file: Path, tmp_path: Path) -> None:
    done = start("-m", "lrgui", "trace", recipe_file)
    assert (done.returncode, done.stderr) == (0, b"")
    assert learning_rates(done.stdout.decode()) == HALVING_LR
    assert b"\r" not in done.stdout

    done = start(ROOT / "main.py", "--version")
    assert (done.returncode, done.stdout, done.stderr) == (0, f"lrgui {lrgui.__version__}\n".encode(), b"")
    done = start(ROOT / "main.py", "trace", tmp_path / "nowhere.json", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, b"")
    assert re.fullmatch(rb"lrgui: [^\n]+: there is no such file\n", done.stderr)


def test_a_reader_that_leaves_early_is_no_error(recipe_file: Path) -> None:
    command = f'"{sys.executable}" -m lrgui trace "{recipe_file}" --steps 50000 | head -2; exit ${{PIPESTATUS[0]}}'
    done = subprocess.run(["bash", "-c", command], env=ENVIRONMENT, capture_output=True, timeout=120, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert learning_rates(done.stdout.decode()) == HALVING_LR[:1]


@pytest.fixture
def terminal() -> Iterator[tuple[int, int]]:
    """A terminal of 80 x 24 characters: what its user reads from, and what a program writes to."""
    reading, writing = pty.openpty()
    # A new terminal has no size, and a progress bar draws nothing in that.
    fcntl.ioctl(writing, termios.TIOCSWINSZ, struct.pack("4H", 24, 80, 0, 0))
    yield reading, writing
    os.close(reading)
    os.close(writing)


def test_progress_is_shown_on_a_terminal(recipe_file: Path, tmp_path: Path, terminal: tuple[int, int]) -> None:
    reading, writing = terminal
    done = start("-m", "lrgui", "trace", recipe_file, "--csv", tmp_path / "o.csv", stderr=writing)
    shown = os.read(reading, 100_000).decode()
    assert (done.returncode, done.stdout) == (0, b"")
    assert "/3.00 [" in shown
    # What is left behind is an empty line.
    assert shown.rpartition("\r")[2] == ""


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Let programs started here be interrupted, also where the tests run behind a shell, which forbids it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
def test_interrupting_is_told_in_one_line(recipe_file: Path, tmp_path: Path, terminal: tuple[int, int]) -> None:
    reading, writing = terminal
    # Some minutes of work, interrupted as soon as the bar shows that it is under way.
    command = [sys.executable, "-m", "lrgui", "trace", recipe_file, "--csv", tmp_path / "o.csv", "--steps", "5000000"]
    with subprocess.Popen(command, env=ENVIRONMENT, stderr=writing) as process:
        shown = ""
        while "1%|" not in shown:
            shown += os.read(reading, 1000).decode()
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 130
    shown += os.read(reading, 100_000).decode()
    assert "Traceback" not in shown
    assert shown.rpartition("\r")[0].endswith("lrgui: interrupted")
    assert not (tmp_path / "o.csv").exists()
