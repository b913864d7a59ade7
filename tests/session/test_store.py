from __future__ import annotations

import errno
import os
import stat
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lrgui.core.errors import FileError
from lrgui.core.recipe import Choice, Options, Recipe, Run
from lrgui.core.trace import Trace
from lrgui.session.store import read_file, read_recipe, write_session
from lrgui.session.values import RecordedRun, Session
from tests.session.faults import files_no_larger_than


def bits(trace: Trace) -> Any:
    return np.ascontiguousarray(trace.buffer[: trace.rows]).view(np.uint64).tolist()


def test_a_session_comes_back_bit_for_bit(tmp_path: Path, session: Session) -> None:
    path = tmp_path / "a session.lrgui"
    write_session(path, session)
    back = read_file(path)

    assert back.recipe == session.recipe
    assert back.view == session.view
    first, second = back.runs
    assert (first.id, first.name, first.colour, first.status, first.message, first.visible) == (
        (7, 'First "run"', 2, "finished", "", True)
    )
    assert (second.id, second.name, second.status, second.message, second.visible) == (
        (3, "", "failed", "step 2: boom", False)
    )
    assert (first.pinned, first.notes) == (False, "")
    assert (second.pinned, second.notes) == (True, "What broke?\nSee the log.")
    assert second.recipe.run.steps == 10
    assert first.trace.series == ("lr", "momentum")
    assert first.trace.groups == ("weights", "biases, 重み")
    assert first.trace.steps_per_epoch == 3
    assert len(second.trace) == 2
    assert second.trace["lr"].tolist() == [[0.1], [0.2]]
    for before, after in zip(session.runs, back.runs, strict=True):
        assert bits(before.trace) == bits(after.trace)
    # A nan's payload and its signalling bit are part of what was recorded.
    assert bits(first.trace)[3][1] == 0x7FF8DEADBEEF0001
    assert bits(first.trace)[5][1] == 0x7FF0000000000001


def test_what_is_no_number_comes_back_bit_for_bit(tmp_path: Path) -> None:
    payload = np.array([0x7FF8000000000000, 0xFFF8000000000123, 0x7FF0000000000001], dtype=np.uint64)
    late = np.concatenate([np.repeat(payload, 100).view(np.float64), np.full(50, 0.1)])
    trace = Trace.from_columns([np.full(350, 0.5), late], ["lr"], ["a", "late"], 10)
    write_session(tmp_path / "late.lrgui", Session(Recipe(), (RecordedRun(1, "Run 1", 0, Recipe(), trace),)))
    (run,) = read_file(tmp_path / "late.lrgui").runs
    assert run.trace.groups == ("a", "late")
    assert bits(run.trace) == bits(trace)


def test_columns_are_plain_npy_files(tmp_path: Path, session: Session) -> None:
    path = tmp_path / "s.lrgui"
    write_session(path, session)
    with zipfile.ZipFile(path) as archive:
        assert archive.namelist() == [
            "session.json",
            "runs/0/lr/0.npy",
            "runs/0/lr/1.npy",
            "runs/0/momentum/0.npy",
            "runs/0/momentum/1.npy",
            "runs/1/lr/0.npy",
        ]
        with archive.open("runs/1/lr/0.npy") as column:
            assert np.load(column, allow_pickle=False).tolist() == [0.1, 0.2]


def test_saving_twice_gives_the_same_bytes_and_changes_nothing(tmp_path: Path, session: Session) -> None:
    before = bits(session.runs[0].trace), session.runs[1].trace.rows
    write_session(tmp_path / "a.lrgui", session)
    write_session(tmp_path / "b.lrgui", read_file(tmp_path / "a.lrgui"))
    assert (tmp_path / "a.lrgui").read_bytes() == (tmp_path / "b.lrgui").read_bytes()
    assert (bits(session.runs[0].trace), session.runs[1].trace.rows) == before


def test_constant_columns_take_no_room_and_others_are_stored(tmp_path: Path) -> None:
    rows = 300_000
    falling = np.cos(np.arange(rows) / rows)
    trace = Trace.from_columns([falling, np.full(rows, 0.9)], ["lr", "momentum"], ["rest"], 1)
    path = tmp_path / "s.lrgui"
    parts: list[float] = []
    write_session(path, Session(Recipe(), (RecordedRun(1, "r", 0, Recipe(), trace),)), parts.append)
    assert rows * 8 < path.stat().st_size < rows * 8 * 1.02
    assert parts == sorted(parts)
    assert len(parts) >= 6
    assert parts[-1] == 1.0

    parts.clear()
    back = read_file(path, parts.append)
    assert np.array_equal(back.runs[0].trace.column("lr", 0), falling)
    assert (parts, parts[-1], len(parts) >= 6) == (sorted(parts), 1.0, True)


def test_many_long_columns_come_back_each_in_its_place(tmp_path: Path) -> None:
    rows, groups = 70_001, [f"group {index}" for index in range(19)]
    values = np.random.default_rng(0).random((rows, 19))
    values[:, 3::5] = 0.9  # deflated in the file
    trace = Trace.from_columns(list(values.T), ["lr"], groups, 1)
    path = tmp_path / "s.lrgui"
    write_session(path, Session(Recipe(), (RecordedRun(1, "r", 0, Recipe(), trace),)))
    assert np.array_equal(read_file(path).runs[0].trace["lr"], values)

    data = bytearray(path.read_bytes())
    at = data.index(values[40_000, 16].tobytes())
    data[at] ^= 1
    path.write_bytes(data)
    with pytest.raises(FileError, match=r"is damaged: column lr/group 16 of run 'r' cannot be read"):
        read_file(path)


def test_runs_without_rows_or_groups_come_back(tmp_path: Path) -> None:
    runs = (
        RecordedRun(1, "nothing yet", 0, Recipe(), Trace(["lr"], ["rest"], 0)),
        RecordedRun(2, "all frozen", 0, Recipe(), Trace(["lr"], [], 0)),
    )
    parts: list[float] = []
    write_session(tmp_path / "s.lrgui", Session(Recipe(), runs), parts.append)
    back = read_file(tmp_path / "s.lrgui", parts.append)
    assert [run.trace.groups for run in back.runs] == [("rest",), ()]
    assert back.runs[0].trace["lr"].shape == (0, 1)
    assert parts == [1.0, 1.0]


def test_a_bare_recipe_opens_wherever_a_session_does(tmp_path: Path) -> None:
    # Its name says session, its content is a recipe: the content decides.
    path = tmp_path / "recipe.lrgui"
    path.write_text('{"optimizer": {"class": "SGD", "options": {"lr": 0.1}}}')
    assert read_file(path) == Session(Recipe(optimizer=Choice("SGD", Options(lr=0.1))))
    assert read_recipe(path).optimizer.class_name == "SGD"


def test_the_recipe_alone_can_be_read_from_a_session(tmp_path: Path, session: Session) -> None:
    write_session(tmp_path / "recipe.json", session)
    assert read_recipe(tmp_path / "recipe.json") == session.recipe


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"optimizer": {"class": "A"}, "groups": [{"name": "a", "match": 3}]}', "groups[0].match: must be a pattern"),
        ("", "is empty"),
        ('{"optimizer" {}}', "is not JSON at line 1, column 14: expecting ':' delimiter"),
    ],
)
def test_errors_name_the_file_and_the_place(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "my recipe.json"
    path.write_text(content)
    for read in (read_file, read_recipe):
        with pytest.raises(FileError) as caught:
            read(path)
        assert str(caught.value).startswith(f"{path}: {message}")


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"nowhere\.json: there is no such file"):
        read_file(tmp_path / "nowhere.json")
    with pytest.raises(FileError, match="is a folder, not a file"):
        read_file(tmp_path)
    with pytest.raises(FileError, match="cannot be read: embedded null byte"):
        read_file("a\0b")


def test_a_save_that_does_not_fit_leaves_the_old_file(tmp_path: Path, session: Session) -> None:
    path = tmp_path / "s.lrgui"
    path.write_bytes(b"old")
    with pytest.raises(FileError, match=r"s\.lrgui: cannot be written: file too large"), files_no_larger_than(1000):
        write_session(path, session)
    assert path.read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["s.lrgui"]


def test_a_save_that_does_not_reach_the_disk_leaves_the_old_file(
    tmp_path: Path, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "s.lrgui"
    path.write_bytes(b"old")

    def failing_disk(descriptor: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "fsync", failing_disk)
    with pytest.raises(FileError, match=r"s\.lrgui: cannot be written: input/output error"):
        write_session(path, session)
    assert path.read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["s.lrgui"]


def test_a_save_given_up_half_way_leaves_the_old_file(tmp_path: Path, session: Session) -> None:
    path = tmp_path / "s.lrgui"
    path.write_bytes(b"old")

    def give_up(part: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_session(path, session, give_up)
    assert path.read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["s.lrgui"]


def test_permissions_and_links_are_kept(tmp_path: Path, session: Session) -> None:
    target = tmp_path / "target.lrgui"
    target.write_bytes(b"old")
    target.chmod(0o640)
    link = tmp_path / "link.lrgui"
    link.symlink_to("target.lrgui")
    write_session(link, session)
    assert link.is_symlink()
    assert stat.S_IMODE(target.stat().st_mode) == 0o640
    assert read_file(target).recipe == session.recipe


def test_what_a_crash_left_behind_does_not_stop_later_saves(tmp_path: Path, session: Session) -> None:
    (tmp_path / "s.lrgui.part").write_bytes(b"left behind")
    write_session(tmp_path / "s.lrgui", session)
    assert read_file(tmp_path / "s.lrgui").recipe == session.recipe
    assert (tmp_path / "s.lrgui.part").read_bytes() == b"left behind"


def test_outputs_that_cannot_be_written(tmp_path: Path, session: Session) -> None:
    with pytest.raises(FileError, match=r"cannot be written: there is no folder .*nowhere"):
        write_session(tmp_path / "nowhere" / "s.lrgui", session)
    with pytest.raises(FileError, match="cannot be written: it is a folder"):
        write_session(tmp_path, session)


def test_what_could_not_be_opened_again_is_not_written(tmp_path: Path, session: Session) -> None:
    path = tmp_path / "s.lrgui"
    bad = Recipe(optimizer=Choice("Adam", Options(lr=float("nan"))))
    with pytest.raises(FileError, match=r"optimizer\.options\.lr: must be a finite number, not nan"):
        write_session(path, Session(bad))
    with pytest.raises(FileError, match=r"runs\[1\]\.id: is 7, which an earlier run has already"):
        write_session(path, Session(Recipe(), (session.runs[0], session.runs[0])))
    assert not path.exists()


def test_more_than_can_be_read_again_is_not_written_and_the_way_out_is_told(tmp_path: Path) -> None:
    path = tmp_path / "s.lrgui"
    write_session(path, Session(Recipe()))
    before = path.read_bytes()
    recipe = Recipe(run=Run(steps=200_000, skipped_steps=tuple(range(100_000))))
    trace = Trace(("lr",), ("rest",), 0)
    runs = tuple(RecordedRun(number, f"Run {number}", 0, recipe, trace) for number in range(10))
    with pytest.raises(FileError) as caught:
        write_session(path, Session(recipe, runs))
    assert "session.json holds more than 1000000 values" in str(caught.value)
    assert str(caught.value).endswith("delete runs that are done with, or give the metric fewer values")
    assert path.read_bytes() == before
    write_session(path, Session(recipe, runs[:8]))
    assert len(read_file(path).runs) == 8
