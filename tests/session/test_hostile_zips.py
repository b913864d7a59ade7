"""Archives bent on purpose: overlapping, nested, encrypted, mislabelled. Whatever reads sessions refuses them alike."""

from __future__ import annotations

import io
import json
import struct
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lrgui.core.errors import FileError
from lrgui.core.recipe import Recipe
from lrgui.core.trace import Trace
from lrgui.session.archive import MAX_DIRECTORY_BYTES, opened_archive
from lrgui.session.mending import mended
from lrgui.session.store import open_session, read_file, read_recipe, write_session
from lrgui.session.values import RecordedRun, Session

READERS: tuple[Callable[[Path], Any], ...] = (read_file, read_recipe, open_session)
LITTLE = 96 * 2**20


@pytest.fixture
def whole(tmp_path: Path) -> bytes:
    """A session of one run with two columns of ten rows, `runs/0/lr/0.npy` and `runs/0/lr/1.npy`."""
    trace = Trace.from_columns([np.arange(10.0), -np.arange(10.0)], ["lr"], ["a", "b"], 1)
    write_session(tmp_path / "whole.lrgui", Session(Recipe(), (RecordedRun(1, "r", 0, Recipe(), trace),)))
    return (tmp_path / "whole.lrgui").read_bytes()


def outcomes(folder: Path, data: bytes) -> list[str]:
    """What each reader says of a file, an empty text where it reads it; in little memory."""
    path = folder / "hostile.lrgui"
    path.write_bytes(data)
    told = []
    for read in READERS:
        tracemalloc.start()
        try:
            read(path)
            told.append("")
        except FileError as error:
            told.append(str(error).removeprefix(f"{path}: "))
        finally:
            peak = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
        assert peak < LITTLE
    return told


def refused(folder: Path, data: bytes) -> str:
    """The sentence in which every reader refuses a file."""
    (message,) = set(outcomes(folder, data))
    assert message
    assert "\n" not in message
    assert len(message) < 300
    return message


def packed(members: list[tuple[str, bytes]]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return stream.getvalue()


def unpacked(data: bytes) -> list[tuple[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return [(name, archive.read(name)) for name in archive.namelist()]


def entries(data: bytes) -> list[int]:
    """Where the entries of the directory begin."""
    found, at = [], data.index(b"PK\x01\x02")
    while data[at : at + 4] == b"PK\x01\x02":
        found.append(at)
        at += 46 + sum(struct.unpack_from("<3H", data, at + 28))
    return found


NO_SESSION = "is a zip archive, but no session of lrgui: it holds no session.json"


def test_what_other_programs_write(tmp_path: Path) -> None:
    np.savez(tmp_path / "arrays.npz", lr=np.zeros(3))
    assert refused(tmp_path, (tmp_path / "arrays.npz").read_bytes()) == NO_SESSION
    jar = packed([("META-INF/MANIFEST.MF", b"Manifest-Version: 1.0\n"), ("Main.class", b"\xca\xfe\xba\xbe")])
    assert refused(tmp_path, jar) == NO_SESSION
    checkpoint = packed(
        [("archive/data.pkl", b"\x80\x02cos\nsystem\nX\x04\x00\x00\x00trueR."), ("archive/version", b"3\n")]
    )
    assert refused(tmp_path, checkpoint) == NO_SESSION
    assert refused(tmp_path, packed([])) == "is neither a session of lrgui nor a recipe in JSON"
    for magic in (
        b"\x7fELF\x02",
        b"%PDF-1.7\n",
        b"\x89PNG\r\n\x1a\n",
        b"\x1f\x8b\x08\x00",
        b"SQLite format 3\0",
        b"\x80\x04K\x01.",
    ):
        assert refused(tmp_path, magic + bytes(100)).startswith("is neither a session of lrgui nor a recipe in JSON")


def test_archives_in_archives(tmp_path: Path, whole: bytes) -> None:
    nested = whole
    for _ in range(5):
        nested = packed([("session.json", nested)])
    assert refused(tmp_path, nested) == "is neither a session of lrgui nor a recipe in JSON (UTF-8)"
    assert refused(tmp_path, packed([("s.lrgui", whole)])) == NO_SESSION


def test_members_that_lie_over_each_other(tmp_path: Path, whole: bytes) -> None:
    """Every entry of the directory points at the first member, or at the one before it."""
    at = entries(whole)
    offsets = [struct.unpack_from("<L", whole, entry + 42)[0] for entry in at]
    first, before = bytearray(whole), bytearray(whole)
    for entry, earlier in zip(at[1:], offsets, strict=False):
        struct.pack_into("<L", first, entry + 42, 0)
        struct.pack_into("<L", before, entry + 42, earlier)
    for data in (first, before):
        # The recipe is read all the same, and the columns are found by what stands in front of them.
        strict, recipe_alone, salvaged = outcomes(tmp_path, data)
        assert strict.startswith("is damaged: column lr/a of run 'r' cannot be read")
        assert (recipe_alone, salvaged) == ("", "")
        assert open_session(tmp_path / "hostile.lrgui").losses == ()


def test_a_kernel_that_many_members_share_is_a_bomb(tmp_path: Path) -> None:
    """A hundred columns, each said to unpack to a hundred megabytes, that all lie over one."""
    rows, groups = 13_000_000, 100
    document = json.loads(dict(unpacked(bomb_of(tmp_path, 1, rows)))["session.json"])
    document["runs"][0]["groups"] = [str(group) for group in range(groups)]
    data = packed(
        [("session.json", json.dumps(document).encode()), *((f"runs/0/lr/{g}.npy", b"") for g in range(groups))]
    )
    hostile = bytearray(data)
    for entry in entries(data)[1:]:
        struct.pack_into("<2L", hostile, entry + 20, 100_000, rows * 8 + 128)
    strict, recipe_alone, salvaged = outcomes(tmp_path, hostile)
    assert strict == salvaged == "is refused: it unpacks to far more than any session that lrgui writes"
    assert recipe_alone == ""


def bomb_of(folder: Path, groups: int, rows: int) -> bytes:
    """A session that describes columns which it has not."""
    trace = Trace(["lr"], [str(group) for group in range(groups)], 0)
    write_session(folder / "empty.lrgui", Session(Recipe(), (RecordedRun(1, "r", 0, Recipe(), trace),)))
    members = dict(unpacked((folder / "empty.lrgui").read_bytes()))
    return packed([("session.json", members["session.json"].replace(b'"rows": 0', b'"rows": %d' % rows))])


def test_rows_that_are_not_there_take_no_memory(tmp_path: Path) -> None:
    strict, recipe_alone, salvaged = outcomes(tmp_path, bomb_of(tmp_path, 1000, 100_000_000))
    assert strict == "is damaged: run 'r' has no column lr/0"
    assert (recipe_alone, salvaged) == ("", "")
    assert open_session(tmp_path / "hostile.lrgui").losses == ("The run 'r' has lost all that it recorded.",)


def test_members_that_are_encrypted(tmp_path: Path, whole: bytes) -> None:
    for index, local in ((0, "session.json"), (1, "runs/0/lr/0.npy")):
        data = bytearray(whole)
        data[entries(whole)[index] + 8] |= 1
        data[whole.index(local.encode()) - 30 + 6] |= 1
        if index == 0:
            assert refused(tmp_path, data) == "is damaged: its session.json cannot be read"
        else:
            strict, recipe_alone, salvaged = outcomes(tmp_path, data)
            assert strict == "is damaged: column lr/a of run 'r' cannot be read"
            assert (recipe_alone, salvaged) == ("", "")
            assert open_session(tmp_path / "hostile.lrgui").losses == ("The run 'r' has lost the group a.",)


@pytest.mark.parametrize("method", [1, 6, 9, 12, 14, 93, 95, 98, 99, 0xFFFF])
def test_methods_that_are_unknown_or_hungry(tmp_path: Path, whole: bytes, method: int) -> None:
    data = bytearray(whole)
    struct.pack_into("<H", data, entries(whole)[0] + 10, method)
    struct.pack_into("<H", data, 8, method)
    assert refused(tmp_path, data) == NO_SESSION


@pytest.mark.filterwarnings("ignore:Duplicate name:UserWarning")
def test_names_that_are_given_twice_or_end_early(tmp_path: Path, whole: bytes) -> None:
    members = unpacked(whole)
    assert refused(tmp_path, packed([*members, ("session.json", b"{}")])) == "is damaged: it holds the same name twice"
    twice = packed([*members, ("session.jsonX", b"{}")]).replace(b"session.jsonX", b"session.json\0")
    assert refused(tmp_path, twice) == "is damaged: it holds the same name twice"
    for name in (
        "Session.json",
        "SESSION.JSON",
        "./session.json",
        "/session.json",
        "a/../session.json",
        "session.json/",
    ):
        assert refused(tmp_path, packed([(name, members[0][1]), *members[1:]])) == NO_SESSION


def test_names_that_lead_elsewhere_are_only_names(tmp_path: Path, whole: bytes) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    names = [
        "../../outside",
        "/tmp/outside-lrgui",
        "..\\outside",
        "C:\\outside",
        "runs/0/lr/../../../../outside",
        "a" * 60_000,
    ]
    data = packed([*unpacked(whole), *((name, b"harm") for name in names)])
    assert outcomes(inner, data) == ["", "", ""]
    assert [entry.name for entry in inner.iterdir()] == ["hostile.lrgui"]
    assert not Path("/tmp/outside-lrgui").exists()
    assert {entry.name for entry in tmp_path.iterdir()} <= {"inner", "whole.lrgui"}


def test_an_end_record_that_lies(tmp_path: Path, whole: bytes) -> None:
    """Numbers of members, sizes and offsets, each absurd by itself: what is read is what is there, or nothing is."""
    end = len(whole) - 22
    for field, code in ((4, "<H"), (6, "<H"), (8, "<H"), (10, "<H"), (12, "<L"), (16, "<L"), (20, "<H")):
        for value in (0, 1, 0x7FFF, 0xFFFF, *((0x7FFFFFFF, 0xFFFFFFFF) if code == "<L" else ())):
            data = bytearray(whole)
            struct.pack_into(code, data, end + field, value)
            strict, recipe_alone, salvaged = outcomes(tmp_path, data)
            assert all(one == "" or one.startswith("is ") for one in (strict, recipe_alone))
            # What stands in front of the members is whole.
            assert salvaged == ""
            assert open_session(tmp_path / "hostile.lrgui").losses == ()


def test_end_records_of_zip64_that_lie(tmp_path: Path, whole: bytes) -> None:
    end, start = len(whole) - 22, whole.index(b"PK\x01\x02")
    size = end - start
    for sizes in ((size, start), (2**63, start), (size, 2**63), (0, 0), (2**64 - 1, 2**64 - 1), (size + 1, start - 1)):
        tail = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, 3, 3, *sizes)
        tail += struct.pack("<4sLQL", b"PK\x06\x07", 0, end, 1)
        tail += struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
        strict, _, salvaged = outcomes(tmp_path, whole[:end] + tail)
        assert strict in ("", "is damaged: it is not a whole zip archive") or strict.startswith(NO_SESSION)
        assert salvaged == ""


def test_headers_without_end_in_front_of_nothing(tmp_path: Path) -> None:
    """Half a million members of no bytes and no directory: they are not followed for ever."""
    header = b"PK\x03\x04" + bytes(22) + struct.pack("<2H", 6, 0)
    path = tmp_path / "hostile.lrgui"
    path.write_bytes(b"".join(header + b"%06x" % number for number in range(500_000)))
    with path.open("rb") as file, opened_archive(mended(file)) as archive:
        assert len(archive.namelist()) == MAX_DIRECTORY_BYTES // (46 + 6 + 12)
    for read in READERS:
        with pytest.raises(FileError, match="is damaged: it is not a whole zip archive"):
            read(path)


def test_a_member_that_never_ends(tmp_path: Path) -> None:
    """No directory, and in front of session.json that more lies behind it than there is in the file."""
    data = packed([("session.json", b'{"format": "lrgui-session"}')])
    for packed_size in (len(data) * 2, 0xFFFFFFFF, 0xFFFFFFFE):
        hostile = bytearray(data[: data.index(b"PK\x01\x02")])
        struct.pack_into("<L", hostile, 18, packed_size)
        assert refused(tmp_path, hostile) == "is damaged: it is not a whole zip archive"


def test_more_columns_than_can_be_saved_are_not_described(tmp_path: Path) -> None:
    """Two hundred runs of a thousand groups are refused before an object is made for each of their columns."""
    trace = Trace(["lr"], [str(group) for group in range(1001)], 0)
    runs = tuple(RecordedRun(number, "r", 0, Recipe(), trace) for number in range(190))
    with pytest.raises(FileError, match="cannot be written: its runs have too many columns; delete runs"):
        write_session(tmp_path / "s.lrgui", Session(Recipe(), runs))
    write_session(tmp_path / "s.lrgui", Session(Recipe(), runs[:1]))
    document = json.loads(dict(unpacked((tmp_path / "s.lrgui").read_bytes()))["session.json"])
    document["runs"] = [{**document["runs"][0], "id": number} for number in range(190)]
    (tmp_path / "s.lrgui").write_bytes(packed([("session.json", json.dumps(document).encode())]))
    for read in READERS:
        with pytest.raises(FileError, match="is refused: it describes more columns than any session that lrgui writes"):
            read(tmp_path / "s.lrgui")
