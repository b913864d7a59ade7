"""`lrgui check`: the problems of a recipe, one a line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from lrgui.cli import main

GOOD = {
    "optimizer": {"class": "SGD", "options": {"lr": 0.5}},
    "scheduler": {"class": "StepLR", "options": {"step_size": 3}},
}


def check(tmp_path: Path, recipe: dict[str, Any]) -> int:
    path = tmp_path / "recipe.json"
    path.write_text(json.dumps(recipe), encoding="utf-8")
    return main(["check", str(path)])


def test_nothing_is_said_of_a_recipe_without_problems(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check(tmp_path, GOOD) == 0
    assert capsys.readouterr() == ("", "")


def test_an_error_gives_the_exit_status_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = {**GOOD, "groups": [{"name": "a", "match": "weight", "options": {"momentun": 0.9}}]}
    assert check(tmp_path, wrong) == 1
    out, err = capsys.readouterr()
    assert "error: groups[0].options.momentun: SGD has no option 'momentun'. Did you mean momentum?\n" in out
    assert "note: groups: bias fits no pattern and forms the group 'rest'.\n" in out
    assert err == ""


def test_what_torch_accepts_and_later_breaks_is_a_warning(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    breaking = {**GOOD, "scheduler": {"class": "ConstantLR", "options": {"factor": 0, "total_iters": 3}}}
    assert check(tmp_path, breaking) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 1
    assert lines[0].startswith("warning: scheduler.options.factor: ")
    assert "ZeroDivisionError at the scheduler's step 3" in lines[0]


def test_conditions_are_checked_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check(tmp_path, {**GOOD, "run": {"unfreeze": [{"group": "backbone", "step": 5}]}}) == 1
    assert "error: run.unfreeze[0].group: " in capsys.readouterr().out


def test_a_file_that_is_no_recipe_gives_the_exit_status_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check(tmp_path, {**GOOD, "run": {"stepz": 3}}) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("lrgui: ")
    assert "run.stepz" in err
    assert len(err.splitlines()) == 1


def test_an_untrusted_library_is_told_and_not_imported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check(tmp_path, {"optimizer": {"class": "os.system"}}) == 1
    assert capsys.readouterr().out.startswith("error: optimizer.class: ")
