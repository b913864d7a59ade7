from __future__ import annotations

import tracemalloc
import zipfile
from pathlib import Path

import numpy as np
import pytest

from lrgui.core.errors import FileError, StoppedError
from lrgui.core.trace import Trace
from lrgui.session.npz import write_npz
from lrgui.session.table import RowChoice, table_of, table_of_runs
from lrgui.session.values import Session


def test_numpy_loads_every_series_bit_for_bit(tmp_path: Path, session: Session) -> None:
    trace = session.runs[0].trace
    write_npz(tmp_path / "t.npz", table_of(trace))
    with np.load(tmp_path / "t.npz", allow_pickle=False) as arrays:
        assert sorted(arrays) == ["epoch", "groups", "lr", "momentum", "step"]
        assert arrays["step"].tolist() == [0, 1, 2, 3, 4, 5]
        assert arrays["epoch"].tolist() == [0, 0, 0, 1, 1, 1]
        assert arrays["step"].dtype == arrays["epoch"].dtype == np.int64
        assert arrays["groups"].tolist() == ["weights", "biases, 重み"]
        for series in ("lr", "momentum"):
            assert arrays[series].shape == (6, 2)
            assert arrays[series].tobytes() == trace[series].tobytes()


def test_chosen_rows_of_many(tmp_path: Path) -> None:
    rows = 300_000
    trace = Trace.from_columns([np.arange(rows) / 8, -np.arange(rows) / 8], ["lr"], ["a", "b"], 1000)
    write_npz(tmp_path / "t.npz", table_of(trace, RowChoice(first=5, last=299_998, every=2)))
    with np.load(tmp_path / "t.npz", allow_pickle=False) as arrays:
        expected = np.arange(5, 299_999, 2)
        assert np.array_equal(arrays["step"], expected)
        assert np.array_equal(arrays["epoch"], expected // 1000)
        assert np.array_equal(arrays["lr"], np.column_stack([expected / 8, -expected / 8]))


def test_nothing_chosen_gives_empty_arrays(tmp_path: Path) -> None:
    trace = Trace.from_columns([np.zeros(3)], ["lr"], ["a"], 1)
    write_npz(tmp_path / "t.npz", table_of(trace, RowChoice(first=10)))
    with np.load(tmp_path / "t.npz", allow_pickle=False) as arrays:
        assert arrays["lr"].shape == (0, 1)
        assert arrays["step"].shape == (0,)


def test_each_of_several_runs_has_its_own_arrays(tmp_path: Path, session: Session) -> None:
    first, second = (run.trace for run in session.runs)
    write_npz(tmp_path / "t.npz", table_of_runs([("Run 1", first), ("a/b", second)]))
    with np.load(tmp_path / "t.npz", allow_pickle=False) as arrays:
        assert arrays["Run 1/lr"].shape == (6, 2)
        assert arrays["a/b/lr"].tolist() == [[0.1], [0.2]]
        assert arrays["a/b/step"].tolist() == [0, 1]
        assert arrays["a/b/groups"].tolist() == ["rest"]


def test_writing_takes_no_second_copy_of_the_numbers(tmp_path: Path) -> None:
    trace = Trace(["lr"], [f"group {index}" for index in range(8)], 1_000_000)
    trace.buffer[:] = 0.5
    trace.rows = len(trace.buffer)
    tracemalloc.start()
    try:
        write_npz(tmp_path / "t.npz", table_of(trace))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < trace.buffer.nbytes / 2


def test_progress_is_told_and_stopping_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "t.npz"
    path.write_text("old")
    trace = Trace.from_columns([np.zeros(500_000)], ["lr"], ["a"], 1)
    parts: list[float] = []

    def stop_midway(fraction: float) -> None:
        parts.append(fraction)
        if fraction > 0.5:
            raise StoppedError("enough")

    with pytest.raises(StoppedError):
        write_npz(path, table_of(trace), stop_midway)
    assert path.read_text() == "old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["t.npz"]
    parts.clear()
    write_npz(path, table_of(trace), parts.append)
    assert parts == sorted(parts)
    assert parts[-1] == 1.0
    assert zipfile.ZipFile(path).testzip() is None


def test_errors_name_the_file(tmp_path: Path, session: Session) -> None:
    with pytest.raises(FileError, match=r"nowhere/t\.npz: cannot be written: there is no folder"):
        write_npz(tmp_path / "nowhere" / "t.npz", table_of(session.runs[0].trace))
