"""Session files that are damaged or made to do harm: each is refused in one sentence, without reading far."""

from __future__ import annotations

import io
import json
import struct
import tracemalloc
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lrgui.core.errors import FileError
from lrgui.session.store import read_file, write_session
from lrgui.session.values import Session

Members = dict[str, bytes]


@pytest.fixture
def members(tmp_path: Path, session: Session) -> Members:
    """The members of a whole session file."""
    path = tmp_path / "whole.lrgui"
    write_session(path, session)
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def write(path: Path, members: Members, method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def refusal(path: Path) -> str:
    with pytest.raises(FileError) as caught:
        read_file(path)
    message = str(caught.value)
    assert message.startswith(f"{path}: ")
    assert "\n" not in message
    return message.removeprefix(f"{path}: ")


def edited(members: Members, edit: Callable[[Any], None]) -> Members:
    document = json.loads(members["session.json"])
    edit(document)
    return {**members, "session.json": json.dumps(document).encode()}


def npy(array: Any, allow_pickle: bool = False) -> bytes:
    stream = io.BytesIO()
    np.save(stream, array, allow_pickle=allow_pickle)
    return stream.getvalue()


def test_any_zip_program_may_have_packed_it(tmp_path: Path, members: Members) -> None:
    for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        assert len(read_file(write(tmp_path / "again.lrgui", members, method)).runs) == 2


class Harmful:
    def __reduce__(self) -> tuple[Any, ...]:
        return (Path.touch, (Path("harm-was-done"),))


@pytest.mark.parametrize(
    "column",
    [
        npy(np.array([Harmful(), 1.0], dtype=object), allow_pickle=True),
        npy(np.zeros((2, 1))),
        npy(np.zeros(2, dtype=">f8")),
        npy(np.zeros(4, dtype=np.float32)),
        npy(np.zeros(2, dtype=np.int64)),
        npy(np.zeros(2, dtype=[("a", "<f8")])),
        npy(np.zeros(2))[:-1] + b"",
        npy(np.zeros(2)).replace(b"\x93NUMPY\x01", b"\x93NUMPY\x02"),
        npy(np.zeros(2)).replace(b"(2,)", b"(9,)"),
        npy(np.zeros(2)).replace(b"(2,)", b"(-1)"),
        npy(np.zeros(2)).replace(b"{'descr'", b"{[[[[[[["),
        b"\0" * 144,
    ],
)
def test_columns_that_are_not_what_the_session_says(tmp_path: Path, members: Members, column: bytes) -> None:
    path = write(tmp_path / "s.lrgui", {**members, "runs/1/lr/0.npy": column})
    assert refusal(path).startswith("is damaged: column lr/rest of run '' ")
    assert not Path("harm-was-done").exists()


@pytest.mark.parametrize("size", [0, 15, 17 + 256, 10_000])
def test_columns_of_another_length(tmp_path: Path, members: Members, size: int) -> None:
    path = write(tmp_path / "s.lrgui", {**members, "runs/1/lr/0.npy": b"\0" * size})
    assert refusal(path) == "is damaged: column lr/rest of run '' does not hold 2 rows"


def test_a_missing_column_is_named(tmp_path: Path, members: Members) -> None:
    del members["runs/0/momentum/1.npy"]
    path = write(tmp_path / "s.lrgui", members)
    assert refusal(path) == "is damaged: run 'First \"run\"' has no column momentum/biases, 重み"


def test_a_column_under_another_path_is_not_it(tmp_path: Path, members: Members) -> None:
    for name in ("/runs/1/lr/0.npy", "../runs/1/lr/0.npy", "runs/1/lr/../lr/0.npy", "RUNS/1/lr/0.npy"):
        moved = {(name if key == "runs/1/lr/0.npy" else key): data for key, data in members.items()}
        assert "has no column lr/rest" in refusal(write(tmp_path / "s.lrgui", moved))
    assert not (tmp_path.parent / "runs").exists()


def test_series_cannot_lead_out_of_the_archive(tmp_path: Path, members: Members) -> None:
    hostile = edited(members, lambda document: document["runs"][1].update(series=["../../lr"]))
    message = refusal(write(tmp_path / "s.lrgui", hostile))
    assert message == 'runs[1].series[0]: must be the name of a series, not "../../lr"'


@pytest.mark.parametrize(
    ("place", "key", "value", "message"),
    [
        ("runs", "rows", 2.0, "runs[1].rows: must be a whole number, not 2.0"),
        ("runs", "rows", -1, "runs[1].rows: must be a whole number from 0 up to 100000000, not -1"),
        ("runs", "rows", 10**9, "runs[1].rows: must be a whole number from 0 up to 100000000, not 1000000000"),
        ("runs", "steps_per_epoch", 0, "runs[1].steps_per_epoch: must be a whole number, 1 or more, not 0"),
        ("runs", "status", "running", 'runs[1].status: must be "finished" or "stopped" or "failed", not "running"'),
        ("runs", "series", ["lr", "lr"], "runs[1].series: must be a list of different series, not a list"),
        ("runs", "id", 7, "runs[1].id: is 7, which an earlier run has already"),
        ("runs", "recipe", {}, "runs[1].recipe: has no 'optimizer'"),
        ("runs", "recipe", {"optimizer": {"class": 1}}, "runs[1].recipe.optimizer.class: must be the name of a class"),
        (
            "runs",
            "recipe",
            {"optimizer": {"class": "SGD"}, "run": {"frequency": 0}},
            "runs[1].recipe.run: has counts of steps with which nothing can have been recorded",
        ),
        ("runs", "surplus", 1, "runs[1].surplus: is not a known key"),
        ("view", "x_axis", "time", 'view.x_axis: must be "step" or "epoch" or "fraction", not "time"'),
        ("view", "log", ["lr", 1], "view.log[1]: must be text, not 1"),
        ("view", "comparison", {"kind": "sum"}, "view.comparison: has no 'run'"),
        ("", "recipe", None, "recipe: must be a recipe: an object, not null"),
        ("", "version", 7, "was written by a newer lrgui (format 7); this one reads up to 3"),
        ("", "format", "other", "is not a session of lrgui"),
    ],
)
def test_documents_that_are_wrong(
    tmp_path: Path, members: Members, place: str, key: str, value: Any, message: str
) -> None:
    def edit(document: Any) -> None:
        target = {"runs": document["runs"][1], "view": document["view"], "": document}[place]
        target[key] = value

    assert refusal(write(tmp_path / "s.lrgui", edited(members, edit))).startswith(message)


def test_another_programs_zip(tmp_path: Path) -> None:
    path = write(tmp_path / "report.docx", {"word/document.xml": b"<w/>"})
    assert refusal(path) == "is a zip archive, but no session of lrgui: it holds no session.json"
    document = {"session.json": b"[1, 2"}
    assert refusal(write(tmp_path / "s.lrgui", document)).startswith("is not JSON at line 1, column 6")


@pytest.mark.filterwarnings("ignore:Duplicate name:UserWarning")
def test_a_name_twice(tmp_path: Path, members: Members) -> None:
    path = write(tmp_path / "s.lrgui", members)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("session.json", b"{}")
    assert refusal(path) == "is damaged: it holds the same name twice"


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_methods_that_lrgui_never_uses(tmp_path: Path, members: Members, method: int) -> None:
    assert "holds no session.json" in refusal(write(tmp_path / "s.lrgui", members, method))


def bomb(path: Path, rows: int, columns: int) -> Path:
    """Write a small, consistent session that unpacks to `rows * columns` zeros."""
    document = {
        "format": "lrgui-session",
        "version": 2,
        "app_version": "0.1.0",
        "recipe": {"optimizer": {"class": "Adam"}},
        "view": {"x_axis": "step", "series": "lr", "second": "", "log": [], "comparison": None},
        "runs": [
            {
                "id": 1,
                "name": "bomb",
                "colour": 0,
                "recipe": {"optimizer": {"class": "Adam"}},
                "status": "finished",
                "message": "",
                "visible": True,
                "pinned": False,
                "notes": "",
                "steps_per_epoch": 1,
                "rows": rows,
                "series": ["lr"],
                "groups": [str(group) for group in range(columns)],
            }
        ],
    }
    header = npy(np.zeros(0)).replace(b"(0,), ", f"({rows},), ".encode())
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("session.json", json.dumps(document))
        for group in range(columns):
            with archive.open(f"runs/0/lr/{group}.npy", "w") as stream:
                stream.write(header)
                for start in range(0, rows, 2**17):
                    stream.write(bytes(8 * min(2**17, rows - start)))
    return path


def test_a_bomb_is_refused_before_it_unpacks(tmp_path: Path) -> None:
    path = bomb(tmp_path / "bomb.lrgui", 9_000_000, 4)
    assert path.stat().st_size < 2**21
    tracemalloc.start()
    try:
        message = refusal(path)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert message == "is refused: it unpacks to far more than any session that lrgui writes"
    assert peak < 2**23


def test_a_declared_size_is_not_believed(tmp_path: Path, members: Members) -> None:
    """A member that unpacks to more, or less, than its entry in the directory says."""
    path = write(tmp_path / "s.lrgui", {**members, "runs/1/lr/0.npy": npy(np.zeros(200_000))})
    data = bytearray(path.read_bytes())
    entry = data.rindex(b"PK\x01\x02", 0, data.rindex(b"runs/1/lr/0.npy"))
    struct.pack_into("<L", data, entry + 24, 144)
    path.write_bytes(data)
    assert refusal(path) == "is damaged: column lr/rest of run '' cannot be read"


def test_a_large_document_is_not_read_to_its_end(tmp_path: Path) -> None:
    path = write(tmp_path / "s.lrgui", {"session.json": b"[" + b" " * (120 * 2**20) + b"]"})
    tracemalloc.start()
    try:
        assert "is larger than 32 MiB" in refusal(path)
        assert tracemalloc.get_traced_memory()[1] < 100 * 2**20
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("zip64", [False, True])
def test_a_directory_of_endless_entries_is_not_read(tmp_path: Path, zip64: bool) -> None:
    directory = (b"PK\x01\x02" + bytes(42)) * 200_000
    start = b"PK\x03\x04" + bytes(26)
    at = len(start) + len(directory)
    tail = b""
    if zip64:
        tail += struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, 200_000, 200_000, len(directory), len(start))
        tail += struct.pack("<4sLQL", b"PK\x06\x07", 0, at, 1)
    size = 0 if zip64 else len(directory)
    tail += struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, size, len(start), 0)
    path = tmp_path / "s.lrgui"
    path.write_bytes(start + directory + tail)
    tracemalloc.start()
    try:
        assert refusal(path) == "is damaged: it is not a whole zip archive"
        assert tracemalloc.get_traced_memory()[1] < 2**20
    finally:
        tracemalloc.stop()


def test_a_file_cut_short_anywhere_is_refused(tmp_path: Path, fixtures: Path) -> None:
    data = (fixtures / "session_v1.lrgui").read_bytes()
    path = tmp_path / "s.lrgui"
    for length in range(len(data)):
        path.write_bytes(data[:length])
        refusal(path)


def fingerprint(session: Session) -> Any:
    runs = [(run.id, run.name, run.recipe, run.trace.groups, run.trace.buffer.tobytes()) for run in session.runs]
    return session.recipe, session.view, runs


def test_a_flipped_bit_is_refused_or_harmless(tmp_path: Path, fixtures: Path) -> None:
    original = fixtures / "session_v1.lrgui"
    whole = fingerprint(read_file(original))
    data = bytearray(original.read_bytes())
    path = tmp_path / "s.lrgui"
    harmless = []
    for position in range(len(data)):
        data[position] ^= 1 << position % 8
        path.write_bytes(data)
        data[position] ^= 1 << position % 8
        with suppress(FileError):
            harmless.append(fingerprint(read_file(path)))
    # Dates, versions and permissions are what a session does not use.
    assert all(read == whole for read in harmless)
    assert len(harmless) < len(data) * 0.2
