"""Columns of numbers out of real files, as loggers and spreadsheets write them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lrgui.core.errors import FileError, StoppedError
from lrgui.core.number_list import MOST_VALUES
from lrgui.session.csv_column import Column, columns_of_text, read_columns

TENSORBOARD = "Wall time,Step,Value\n1700000000.5,0,0.9312\n1700000001.7,1,0.8\n"
WANDB = '"Step","run - val/loss","run - val/loss__MIN"\n"0","","0.7"\n"1","0.75",""\n"2","0.7","0.7"\n'


def write(folder: Path, content: str | bytes, name: str = "table.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def values_of(columns: tuple[Column, ...]) -> dict[str, tuple[float, ...]]:
    assert not [column.problem for column in columns if column.problem]
    return {column.name: column.values for column in columns}


def test_a_file_of_tensorboard(tmp_path: Path) -> None:
    assert values_of(read_columns(write(tmp_path, TENSORBOARD))) == {
        "Wall time": (1700000000.5, 1700000001.7),
        "Step": (0.0, 1.0),
        "Value": (0.9312, 0.8),
    }


def test_a_file_with_quoted_numbers_and_empty_cells_which_are_left_out_and_counted(tmp_path: Path) -> None:
    columns = read_columns(write(tmp_path, WANDB))
    assert columns[1] == Column("run - val/loss", (0.75, 0.7), empty=1)
    assert columns[2] == Column("run - val/loss__MIN", (0.7, 0.7), empty=1)


@pytest.mark.parametrize(
    ("content", "columns"),
    [
        ("step;loss\n0;0,93\n1;0,91\n", {"step": (0.0, 1.0), "loss": (0.93, 0.91)}),
        ("loss\n0,5\n0,4\n", {"loss": (0.5, 0.4)}),
        ('a,b\n"0,5","0,25"\n', {"a": (0.5,), "b": (0.25,)}),
        ("step\tloss\r\n0\t0.9\r\n1\t0.8\r\n", {"step": (0.0, 1.0), "loss": (0.9, 0.8)}),
        ("0.9\n0.8\n0.7\n", {"column 1": (0.9, 0.8, 0.7)}),
        ("0,0.9\n1,0.8\n", {"column 1": (0.0, 1.0), "column 2": (0.9, 0.8)}),
        ("date,loss\n2024-01-01,0.9\n2024-01-02,0.8\n", {"loss": (0.9, 0.8)}),
        ("2024-01-01,0.9\n2024-01-02,0.8\n", {"column 2": (0.9, 0.8)}),
        ("# loss\n0.9\n\n0.8", {"loss": (0.9, 0.8)}),
        ('"a,b",c\n1,2\n', {"a,b": (1.0,), "c": (2.0,)}),
        ("v;w\n1.234,5;1\n0,5;2\n", {"v": (1234.5, 0.5), "w": (1.0, 2.0)}),
        ('v\n"1,234.5"\n"0.5"\n', {"v": (1234.5, 0.5)}),
        ("a, b\n1, 2\n", {"a": (1.0,), "b": (2.0,)}),
        ("\ufeffloss\n1\n", {"loss": (1.0,)}),
    ],
)
def test_delimiters_decimal_commas_names_and_none(
    tmp_path: Path, content: str, columns: dict[str, tuple[float, ...]]
) -> None:
    assert values_of(read_columns(write(tmp_path, content))) == columns
    assert values_of(columns_of_text(content.lstrip("\ufeff"))) == columns


def test_encodings_of_spreadsheets(tmp_path: Path) -> None:
    text = "Größe\tVerlust\n1\t0,5\n"
    expected = {"Größe": (1.0,), "Verlust": (0.5,)}
    assert values_of(read_columns(write(tmp_path, text.encode("utf-16")))) == expected
    assert values_of(read_columns(write(tmp_path, text.encode("cp1252")))) == expected
    assert values_of(read_columns(write(tmp_path, text.encode("utf-8-sig")))) == expected


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("loss\n0.5\nabc\n", "loss has 'abc' in line 3, which is no number; correct or empty it."),
        ("a,loss\n1,0.5\n2,\n3,nan\n", "loss has nan in line 4; torch counts nan as a bad step"),
        ("loss\n0.5\n-inf\n", "loss has -inf in line 3; a recipe holds finite numbers alone"),
        ("v\n1,234\n2,345\n", "v has 1,234, which may be 1.234 or 1234; write it with a point."),
    ],
)
def test_a_column_that_cannot_be_used_says_why_and_in_which_line(tmp_path: Path, content: str, problem: str) -> None:
    column = read_columns(write(tmp_path, content))[-1]
    assert column.problem.startswith(problem)
    assert column.values == ()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "is empty"),
        ("\n \n", "is empty"),
        ("name,place\nann,here\n", "has no column of numbers; the first row below the names begins with 'ann'"),
        ("loss\n", "has no column of numbers; the first row below the names begins with 'nothing'"),
        ("a,b\n1,2\n1,2,3\n", "has 3 cells in line 3, more than the 2 of its first row"),
        (b"PK\x03\x04\x00\x00\x00", "is no text, and so no table; a spreadsheet saves one as CSV"),
        ("x" * (2**20 + 1), "has a line of more than 1048576 characters, which is no row of a table"),
        ("1," * 1001 + "1\n", "has 1002 columns; 1000 are the most"),
        ('a\n"' + "x" * 140_000 + '"\n', "cannot be read at line 2: field larger than field limit (131072)"),
        ("1\n" * (MOST_VALUES + 1), "has more than 100000 rows, the most that a metric takes; keep every n-th of them"),
    ],
    ids=lambda text: ascii(text[:20]),
)
def test_a_file_without_numbers_is_refused_in_one_sentence(tmp_path: Path, content: str | bytes, sentence: str) -> None:
    path = write(tmp_path, content)
    with pytest.raises(FileError) as caught:
        read_columns(path)
    assert str(caught.value) == f"{path}: {sentence}"


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="there is no such file"):
        read_columns(tmp_path / "none.csv")
    with pytest.raises(FileError, match="is a folder or a device"):
        read_columns(tmp_path)
    fifo = tmp_path / "pipe.csv"
    os.mkfifo(fifo)
    with pytest.raises(FileError, match="is a folder or a device"):
        read_columns(fifo)


def test_a_large_file_tells_how_far_it_is_and_stops_when_asked(tmp_path: Path) -> None:
    path = write(tmp_path, "step,loss\n" + "".join(f"{step},{1 / (step + 1)!r}\n" for step in range(MOST_VALUES)))
    told: list[float] = []
    columns = read_columns(path, told.append)
    assert columns[1].values == tuple(1 / (step + 1) for step in range(MOST_VALUES))
    assert told == sorted(told)
    assert len(told) > 10
    assert told[-1] == 1.0

    def stop(fraction: float) -> None:
        if fraction > 0.5:
            raise StoppedError("stopped")

    with pytest.raises(StoppedError):
        read_columns(path, stop)


@given(
    st.lists(st.tuples(st.floats(allow_nan=False, allow_infinity=False), st.integers(-99, 99)), min_size=1),
    st.sampled_from([",", ";", "\t"]),
    st.booleans(),
)
def test_what_is_written_in_full_is_read_as_the_same_doubles(
    rows: list[tuple[float, int]], delimiter: str, quoted: bool
) -> None:
    quote = '"' if quoted else ""
    cells = [delimiter.join(f"{quote}{cell!r}{quote}" for cell in row) for row in rows]
    columns = columns_of_text("\n".join([delimiter.join(("loss", "step")), *cells]))
    assert columns[0].values == tuple(value for value, _ in rows)
    assert columns[1].values == tuple(float(step) for _, step in rows)


@given(st.text(st.sampled_from("01.,;\t\n\"'aé#-e ")))
def test_any_text_is_columns_or_a_sentence(text: str) -> None:
    try:
        columns = columns_of_text(text)
    except FileError:
        return
    assert columns
