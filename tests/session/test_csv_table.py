from __future__ import annotations

import csv
import io
import os
from pathlib import Path

import numpy as np
import pytest

from lrgui.core.errors import FileError, StoppedError
from lrgui.core.trace import Trace
from lrgui.session.csv_table import csv_blocks, write_csv
from lrgui.session.table import RowChoice, table_of, table_of_runs
from lrgui.session.values import Session


def test_the_table_as_a_person_would_write_it(tmp_path: Path) -> None:
    columns = [np.array([0.9, 0.9, 0.9]), np.array([0.1, 0.01, 1e-8]), np.array([0.5, -0.0, np.nan])]
    trace = Trace(["momentum", "lr"], ["a", "b"], 5, steps_per_epoch=2)
    trace.buffer[:3, 0] = columns[0]
    trace.buffer[:3, 1] = 0.0
    trace.buffer[:3, 2] = columns[1]
    trace.buffer[:3, 3] = columns[2]
    trace.rows = 3
    write_csv(tmp_path / "t.csv", table_of(trace))
    assert (tmp_path / "t.csv").read_bytes() == (
        b"step,epoch,lr/a,lr/b,momentum/a,momentum/b\n"
        b"0,0,0.1,0.5,0.9,0.0\n"
        b"1,0,0.01,-0.0,0.9,0.0\n"
        b"2,1,1e-08,nan,0.9,0.0\n"
    )


def test_a_group_that_joins_late_has_no_number_before(tmp_path: Path) -> None:
    late = np.array([np.nan, np.nan, 0.1])
    trace = Trace.from_columns([np.ones(3), late, np.full(3, 0.9), late], ["lr", "momentum"], ["a", "late"], 2)
    write_csv(tmp_path / "t.csv", table_of(trace))
    lines = (tmp_path / "t.csv").read_text().splitlines()
    assert lines[1:] == ["0,0,1.0,nan,0.9,nan", "1,0,1.0,nan,0.9,nan", "2,1,1.0,0.1,0.9,0.1"]


def test_group_names_are_quoted_where_they_must_be(tmp_path: Path) -> None:
    groups = ["a,b", 'say "hi"', "two\nlines", "car\rriage", "重み"]
    trace = Trace.from_columns([np.zeros(1)] * 5, ["lr"], groups, 1)
    write_csv(tmp_path / "t.csv", table_of(trace))
    with (tmp_path / "t.csv").open(encoding="utf-8", newline="") as file:
        header, row = csv.reader(file)
    assert header == ["step", "epoch", *(f"lr/{group}" for group in groups)]
    assert row == ["0", "0", *["0.0"] * 5]


def test_reading_it_back_gives_the_same_doubles(tmp_path: Path) -> None:
    rows = 40_000
    rng = np.random.default_rng(5)
    random = rng.integers(0, 2**63, rows, dtype=np.uint64).view(np.float64)
    curve = np.where(np.isfinite(random), random, 0.1)
    trace = Trace.from_columns([curve, np.full(rows, 1 / 3)], ["lr"], ["a", "b"], 1000)
    parts: list[float] = []
    write_csv(tmp_path / "t.csv", table_of(trace), progress=parts.append)
    with (tmp_path / "t.csv").open(encoding="utf-8") as file:
        table = list(csv.DictReader(file))
    assert [int(line["step"]) for line in table] == list(range(rows))
    assert [int(line["epoch"]) for line in table][-1001:] == [38] + [39] * 1000
    assert [float(line["lr/a"]) for line in table] == curve.tolist()
    assert {line["lr/b"] for line in table} == {"0.3333333333333333"}
    assert parts == sorted(parts)
    assert parts[-1] == 1.0


def test_a_run_that_goes_on_is_written_as_far_as_it_was() -> None:
    trace = Trace(["lr"], ["a"], 10)
    trace.buffer[:] = 0.5
    trace.rows = 2
    blocks = csv_blocks(table_of(trace))
    trace.rows = 7
    text = b"".join(blocks)
    assert text == b"step,epoch,lr/a\n0,0,0.5\n1,1,0.5\n"


def test_stopping_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("old")
    trace = Trace.from_columns([np.zeros(100_000)], ["lr"], ["a"], 1)

    def stop_midway(fraction: float) -> None:
        if fraction > 0.3:
            raise StoppedError("enough")

    with pytest.raises(StoppedError):
        write_csv(path, table_of(trace), stop_midway)
    assert path.read_text() == "old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["t.csv"]


def test_errors_name_the_file(tmp_path: Path, session: Session) -> None:
    table = table_of(session.runs[0].trace)
    with pytest.raises(FileError, match=r"nowhere/t\.csv: cannot be written: there is no folder"):
        write_csv(tmp_path / "nowhere" / "t.csv", table)
    with pytest.raises(FileError, match="it is a folder"):
        write_csv(tmp_path, table)


def test_a_pipe_is_written_into_and_stays_one(tmp_path: Path, session: Session) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        write_csv(pipe, table_of(session.runs[1].trace))
        text = os.read(reader, 1000).decode()
    finally:
        os.close(reader)
    assert list(csv.reader(io.StringIO(text))) == [
        ["step", "epoch", "lr/rest"],
        ["0", "0", "0.1"],
        ["1", "1", "0.2"],
    ]
    assert pipe.is_fifo()


@pytest.mark.parametrize(
    ("rows", "steps"),
    [
        (RowChoice(every=20_000), [0, 20_000, 40_000]),
        (RowChoice(first=39_998), [39_998, 39_999, 40_000]),
        (RowChoice(first=7, last=13, every=3), [7, 10, 13]),
        (RowChoice(first=16_383, last=16_385), [16_383, 16_384, 16_385]),
        (RowChoice(first=40_000, last=10**9), [40_000]),
        (RowChoice(first=40_001), []),
        (RowChoice(first=5, last=4), []),
    ],
)
def test_chosen_rows_keep_their_step_and_their_numbers(rows: RowChoice, steps: list[int]) -> None:
    trace = Trace.from_columns([np.arange(40_001) / 8, np.arange(40_001) * -1.0], ["lr"], ["a", "b"], 1000)
    text = b"".join(csv_blocks(table_of(trace, rows))).decode()
    table = list(csv.reader(text.splitlines()))[1:]
    assert table == [[str(step), str(step // 1000), repr(step / 8), repr(step * -1.0)] for step in steps]


def test_every_third_of_many_rows_over_several_blocks() -> None:
    trace = Trace.from_columns([np.arange(200_000) / 4], ["lr"], ["a"], 10)
    lines = b"".join(csv_blocks(table_of(trace, RowChoice(first=1, every=3)))).decode().splitlines()[1:]
    assert lines == [f"{step},{step // 10},{step / 4!r}" for step in range(1, 200_000, 3)]


def test_several_runs_stand_side_by_side_and_a_shorter_one_ends_early() -> None:
    long = Trace.from_columns([np.array([0.5, 0.25, 0.125])], ["lr"], ["a"], 2)
    short = Trace.from_columns([np.array([1.0]), np.array([0.9])], ["lr", "momentum"], ["w"], 1)
    table = table_of_runs([("Run 1", long), ("Run, 2", short), ("Run 1", short)])
    assert b"".join(csv_blocks(table)).decode() == (
        'step,Run 1/epoch,Run 1/lr/a,"Run, 2/epoch","Run, 2/lr/w","Run, 2/momentum/w",'
        "Run 1 (2)/epoch,Run 1 (2)/lr/w,Run 1 (2)/momentum/w\n"
        "0,0,0.5,0,1.0,0.9,0,1.0,0.9\n"
        "1,0,0.25,,,,,,\n"
        "2,1,0.125,,,,,,\n"
    )
