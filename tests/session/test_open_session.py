"""Sessions that are damaged open with all that is whole of them, and say what is lost."""

from __future__ import annotations

import os
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from lrgui.core.errors import FileError, StoppedError
from lrgui.core.recipe import Choice, Options, Recipe
from lrgui.core.trace import Trace
from lrgui.session.file_stamp import FileStamp, stamp_of
from lrgui.session.store import OpenedSession, open_session, read_file, write_session
from lrgui.session.values import RecordedRun, Session, View

SERIES, GROUPS, ROWS = ("lr", "momentum"), ("a", "b", "c"), 50

LEFT = (0, 0, 0, 3, 3, 4, 6)
"""Of the six columns of a run the first so many are whole: one series, or two groups of both series, are left."""


@pytest.fixture
def written(tmp_path: Path) -> Session:
    """Two runs of six columns, saved as `s.lrgui`."""
    random = np.random.default_rng(5)
    runs = tuple(
        RecordedRun(
            number, f"Run {number}", 0, Recipe(), Trace.from_columns(list(random.random((6, ROWS))), SERIES, GROUPS, 7)
        )
        for number in (1, 2)
    )
    session = Session(Recipe(optimizer=Choice("SGD", Options(lr=0.5))), runs, View("epoch", "momentum"))
    write_session(tmp_path / "s.lrgui", session)
    return session


def opened(folder: Path, content: bytes) -> OpenedSession:
    path = folder / "damaged.lrgui"
    path.write_bytes(content)
    return open_session(path)


def columns_of(session: Session) -> dict[tuple[str, str, str], bytes]:
    """All recorded numbers by run, series and group."""
    return {
        (run.name, series, group): run.trace.column(series, index).tobytes()
        for run in session.runs
        for series in run.trace.series
        for index, group in enumerate(run.trace.groups)
        if run.trace.rows
    }


def members_of(data: bytes) -> dict[str, tuple[int, int]]:
    """Where the content of each member begins and ends, by what stands in front of it."""
    found, start = {}, 0
    while data[start : start + 4] == b"PK\x03\x04":
        size, _, name, extra = struct.unpack_from("<2L2H", data, start + 18)
        content = start + 30 + name + extra
        found[data[start + 30 : start + 30 + name].decode()] = (content, content + size)
        start = content + size
    return found


def test_a_whole_file_has_lost_nothing(tmp_path: Path, written: Session) -> None:
    path = tmp_path / "s.lrgui"
    found = open_session(path)
    assert found.losses == ()
    assert found.stamp == stamp_of(path) == FileStamp(path.stat().st_size, path.stat().st_mtime_ns)
    assert columns_of(found.session) == columns_of(written)
    assert (found.session.recipe, found.session.view) == (written.recipe, written.view)


def test_a_bare_recipe_opens(tmp_path: Path) -> None:
    path = tmp_path / "r.json"
    path.write_text('{"optimizer": {"class": "SGD"}}')
    assert open_session(path) == OpenedSession(
        Session(Recipe(optimizer=Choice("SGD"))), FileStamp(31, path.stat().st_mtime_ns)
    )


@pytest.mark.parametrize(
    ("damaged", "kept_series", "kept_groups", "sentence"),
    [
        (["runs/0/lr/1"], SERIES, ("a", "c"), "The run 'Run 1' has lost the group b."),
        (["runs/0/lr/1", "runs/0/momentum/0"], SERIES, ("c",), "The run 'Run 1' has lost the groups a, b."),
        (["runs/0/lr/1", "runs/0/lr/0"], ("momentum",), GROUPS, "The run 'Run 1' has lost the series lr."),
        ([f"runs/0/lr/{k}" for k in range(3)], ("momentum",), GROUPS, "The run 'Run 1' has lost the series lr."),
    ],
)
@pytest.mark.parametrize("how", ["flipped", "missing", "of another length", "under another header"])
def test_what_is_whole_of_a_damaged_run_is_there(
    tmp_path: Path,
    written: Session,
    how: str,
    damaged: list[str],
    kept_series: tuple[str, ...],
    kept_groups: tuple[str, ...],
    sentence: str,
) -> None:
    path = tmp_path / "s.lrgui"
    if how == "flipped":
        data = bytearray(path.read_bytes())
        for name in damaged:
            data[members_of(data)[f"{name}.npy"][1] - 5] ^= 4
        path.write_bytes(data)
    else:
        with zipfile.ZipFile(path) as archive:
            members = {name: archive.read(name) for name in archive.namelist()}
        for name in damaged:
            whole = members.pop(f"{name}.npy")
            if how != "missing":
                other = whole.replace(b"<f8", b"<i8") if how == "under another header" else whole + bytes(1000)
                members[f"{name}.npy"] = other
        with zipfile.ZipFile(path, "w") as archive:
            for member, content in members.items():
                archive.writestr(member, content)

    with pytest.raises(FileError, match="is damaged: "):
        read_file(path)
    found = open_session(path)
    assert found.losses == (sentence,)
    assert (found.session.recipe, found.session.view) == (written.recipe, written.view)
    first, second = found.session.runs
    assert (first.trace.series, first.trace.groups, first.trace.rows) == (kept_series, kept_groups, ROWS)
    assert (second.trace.series, second.trace.groups, second.trace.rows) == (SERIES, GROUPS, ROWS)
    assert columns_of(found.session).items() <= columns_of(written).items()
    # It is whole again once it is saved.
    write_session(path, found.session)
    assert open_session(path).losses == ()
    assert columns_of(read_file(path)) == columns_of(found.session)


def test_a_run_of_which_nothing_is_left_keeps_its_recipe_and_notes(tmp_path: Path, session: Session) -> None:
    path = tmp_path / "s.lrgui"
    write_session(path, session)
    data = bytearray(path.read_bytes())
    data[members_of(data)["runs/1/lr/0.npy"][1] - 1] ^= 1
    found = opened(tmp_path, data)
    assert found.losses == ("The run '' has lost all that it recorded.",)
    run = found.session.runs[1]
    assert (run.recipe, run.notes, run.message) == (session.runs[1].recipe, "What broke?\nSee the log.", "step 2: boom")
    assert run.trace.rows == 0


def test_runs_without_rows_lose_nothing(tmp_path: Path) -> None:
    """Cut right behind the document, where not even their empty columns are there."""
    path = tmp_path / "s.lrgui"
    runs = (RecordedRun(1, "empty", 0, Recipe(), Trace(["lr"], ["a", "b"], 0)),)
    write_session(path, Session(Recipe(), runs))
    data = path.read_bytes()
    found = opened(tmp_path, data[: members_of(data)["session.json"][1]])
    assert found.losses == ()
    assert [(run.name, run.trace.groups, run.trace.rows) for run in found.session.runs] == [("empty", ("a", "b"), 0)]


def test_a_file_cut_short_anywhere_opens_with_what_lies_before(tmp_path: Path, written: Session) -> None:
    data = (tmp_path / "s.lrgui").read_bytes()
    members = members_of(data)
    (_, document_end), *columns = members.values()
    whole = columns_of(written)
    for length in range(0, len(data), 7):
        if length < document_end:
            with pytest.raises(FileError):
                opened(tmp_path, data[:length])
            continue
        found = opened(tmp_path, data[:length])
        assert (found.session.recipe, found.session.view) == (written.recipe, written.view)
        assert [run.name for run in found.session.runs] == ["Run 1", "Run 2"]
        kept = columns_of(found.session)
        assert kept.items() <= whole.items()
        there = sum(end <= length for _, end in columns)
        assert len(kept) == LEFT[min(there, 6)] + LEFT[max(there - 6, 0)]
        assert bool(found.losses) == (there < len(whole))


@pytest.mark.parametrize(
    "damage", [lambda data: data + bytes(4096), lambda data: data[:-1], lambda data: data[:-300], lambda data: data * 2]
)
def test_a_file_without_a_directory_has_lost_nothing(
    tmp_path: Path, written: Session, damage: Callable[[bytes], bytes]
) -> None:
    found = opened(tmp_path, damage((tmp_path / "s.lrgui").read_bytes()))
    assert found.losses == ()
    assert columns_of(found.session) == columns_of(written)


def test_any_byte_damaged_behind_the_document_leaves_the_recipe(tmp_path: Path, written: Session) -> None:
    data = bytearray((tmp_path / "s.lrgui").read_bytes())
    document_end = members_of(data)["session.json"][1]
    whole = columns_of(written)
    directory = data.index(b"PK\x01\x02")
    losing = 0
    for position in (*range(document_end, directory, 41), *range(directory, len(data), 2)):
        data[position] ^= 0xFF
        found = opened(tmp_path, data)
        data[position] ^= 0xFF
        assert (found.session.recipe, found.session.view) == (written.recipe, written.view)
        kept = columns_of(found.session)
        assert kept.items() <= whole.items()
        assert len(kept) >= len(whole) - 2
        assert bool(found.losses) == (len(kept) < len(whole))
        losing += bool(found.losses)
    assert losing > 100


def test_what_is_refused_stays_refused(tmp_path: Path, written: Session) -> None:
    with zipfile.ZipFile(tmp_path / "s.lrgui") as archive:
        members = {name: archive.read(name) for name in archive.namelist()}

    def cut(changes: dict[str, bytes]) -> bytes:
        path = tmp_path / "t.lrgui"
        with zipfile.ZipFile(path, "w") as archive:
            for name, content in {**members, **changes}.items():
                archive.writestr(name, content)
        return path.read_bytes()[:-30]

    document = members["session.json"]
    for content, message in (
        (document.replace(b'"version": 3', b'"version": 9'), "was written by a newer lrgui"),
        (document[:-1], "is not JSON"),
        (document.replace(b"SGD", b""), r"recipe\.optimizer\.class: must be the name of a class"),
        (document.replace(b'"lrgui-session"', b'"other"'), "is not a session of lrgui"),
    ):
        with pytest.raises(FileError, match=message):
            opened(tmp_path, cut({"session.json": content}))
    data = bytearray((tmp_path / "s.lrgui").read_bytes())
    start, end = members_of(data)["session.json"]
    data[(start + end) // 2] ^= 1
    with pytest.raises(FileError, match=r"is damaged: its session\.json cannot be read"):
        opened(tmp_path, data)
    with pytest.raises(FileError, match="is damaged: it is not a whole zip archive"):
        opened(tmp_path, data[:-300])


def test_another_programs_zip_cut_short_or_not(tmp_path: Path) -> None:
    path = tmp_path / "report.docx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", b"<w/>" * 100)
    with pytest.raises(FileError, match=r"is a zip archive, but no session of lrgui: it holds no session\.json"):
        open_session(path)
    with pytest.raises(FileError, match="is damaged: it is not a whole zip archive"):
        opened(tmp_path, path.read_bytes()[:-9])


def test_columns_that_no_file_of_this_size_holds_are_refused(tmp_path: Path, written: Session) -> None:
    """Small members that unpack to a gigabyte, one of them damaged so that the rest is asked for."""
    rows, path = 20_000_000, tmp_path / "bomb.lrgui"
    runs = tuple(RecordedRun(1, "bomb", 0, Recipe(), Trace(["lr"], [str(k) for k in range(8)], 0)) for _ in range(1))
    write_session(path, Session(Recipe(), runs))
    with zipfile.ZipFile(path) as archive:
        document = archive.read("session.json").replace(b'"rows": 0', b'"rows": %d' % rows)
    header = b"\x93NUMPY\x01\x00" + struct.pack("<H", 118)
    header += f"{{'descr': '<f8', 'fortran_order': False, 'shape': ({rows},), }}".ljust(117).encode() + b"\n"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("session.json", document)
        for group in range(7):
            with archive.open(f"runs/0/lr/{group}.npy", "w") as stream:
                stream.write(header)
                for _ in range(0, rows, 10**6):
                    stream.write(bytes(8 * 10**6))
    with pytest.raises(FileError, match="is refused: it unpacks to far more"):
        open_session(path)
    with pytest.raises(FileError, match="is refused: it unpacks to far more"):
        opened(tmp_path, path.read_bytes()[:-40])


def test_what_is_no_file_is_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", Path("/dev/zero"), Path("/dev/full"), Path("/dev/null")):
        with pytest.raises(FileError, match="is a pipe or a device, not a file"):
            open_session(path)
    with pytest.raises(FileError, match="is a folder, not a file"):
        open_session(tmp_path)
    with pytest.raises(FileError, match="there is no such file"):
        open_session(tmp_path / "none")
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(FileError, match="cannot be read: too many levels of symbolic links"):
        open_session(tmp_path / "loop")


def test_reading_stops_when_asked(tmp_path: Path, written: Session) -> None:
    def stop(part: float) -> None:
        raise StoppedError("stopped")

    data = bytearray((tmp_path / "s.lrgui").read_bytes())
    for damage in (False, True):
        data[members_of(data)["runs/0/lr/0.npy"][1] - 1] ^= damage
        path = tmp_path / "s.lrgui"
        path.write_bytes(data)
        with pytest.raises(StoppedError, match=r"^stopped$"):
            open_session(path, stop)


def test_progress_is_told_between_nothing_and_all(tmp_path: Path, written: Session) -> None:
    data = bytearray((tmp_path / "s.lrgui").read_bytes())
    data[members_of(data)["runs/1/lr/0.npy"][1] - 1] ^= 1
    (tmp_path / "s.lrgui").write_bytes(data)
    parts: list[float] = []
    assert open_session(tmp_path / "s.lrgui", parts.append).losses
    assert all(0 <= part <= 1 for part in parts)
    assert parts[-1] == 1.0
