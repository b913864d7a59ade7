"""The user's own list of trusted libraries: kept in a file, never fatal."""

from __future__ import annotations

from pathlib import Path

import pytest

from lrgui.core.catalog.libraries import TRUSTED_LIBRARIES
from lrgui.core.errors import FileError
from lrgui.session.libraries import LibraryList, libraries_file, read_libraries, write_libraries


def write_file(content: bytes) -> Path:
    path = libraries_file()
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    return path


def test_without_a_file_the_built_in_ones_are_trusted(tmp_path: Path) -> None:
    assert read_libraries() == LibraryList()
    assert read_libraries().trusted == set(TRUSTED_LIBRARIES) >= {"timm", "transformers", "schedulefree"}
    assert libraries_file() == tmp_path / "config" / "lrgui" / "libraries.json"


def test_what_was_added_is_read_back() -> None:
    write_libraries(["our_lab", "heavyball", "our_lab"])
    assert read_libraries().own == ("heavyball", "our_lab")
    assert read_libraries().trusted >= {"our_lab", "heavyball", "timm"}
    write_libraries([])
    assert read_libraries() == LibraryList()


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", 'it must be {"libraries": [...]} with the names of libraries.'),
        (b"{", "it is not JSON at line 1, column 2"),
        (b"\xff\xfe", 'it must be {"libraries": [...]} with the names of libraries.'),
        (b"[]", 'it must be {"libraries": [...]} with the names of libraries.'),
        (b'{"libraries": "timm"}', 'it must be {"libraries": [...]} with the names of libraries.'),
        (b'{"libraries": [3]}', "it names '3', which cannot be trusted as a library."),
        (b'{"libraries": ["os"]}', "it names 'os', which cannot be trusted as a library."),
        (b'{"libraries": ["our.lab"]}', "it names 'our.lab', which cannot be trusted as a library."),
        (b'{"libraries": ["' + b"a" * 100_000 + b'"]}', "it is not JSON"),
        (b'{"libraries": ' + b"[" * 60_000, "it is nested too deeply."),
        (b"timm", 'it must be {"libraries": [...]} with the names of libraries.'),
    ],
)
def test_a_damaged_file_counts_as_empty_and_is_told_of(content: bytes, told: str) -> None:
    path = write_file(content)
    read = read_libraries()
    assert read.own == ()
    assert read.complaint.startswith(f"{path} is ignored: {told}")
    assert read.trusted == set(TRUSTED_LIBRARIES)


def test_a_folder_in_place_of_the_file_is_told_of_too() -> None:
    libraries_file().mkdir(parents=True)
    assert read_libraries().complaint == f"{libraries_file()} is ignored: it is a folder or a device, not a file."


@pytest.mark.parametrize("content", [b'{"libraries": ["our_lab", "heavyball"', b"\0\0\0", b'{"libraries": ["os"]}'])
def test_a_damaged_file_is_kept_beside_the_new_one(content: bytes) -> None:
    path = write_file(content)
    aside = write_libraries(["our_lab"])
    assert aside == path.with_name("libraries.json.broken")
    assert aside.read_bytes() == content
    assert read_libraries() == LibraryList(("our_lab",))


def test_a_good_file_is_not_set_aside() -> None:
    write_libraries(["our_lab"])
    assert write_libraries(["heavyball"]) is None
    assert [path.name for path in libraries_file().parent.iterdir()] == ["libraries.json"]


def test_a_folder_in_its_place_is_set_aside_with_all_that_is_in_it() -> None:
    (libraries_file() / "inside").mkdir(parents=True)
    aside = write_libraries(["our_lab"])
    assert aside is not None
    assert (aside / "inside").is_dir()
    assert read_libraries().own == ("our_lab",)


def test_a_list_that_cannot_be_written_is_told_with_the_place(tmp_path: Path) -> None:
    (tmp_path / "config").write_text("no folder")
    with pytest.raises(FileError, match="cannot be written"):
        write_libraries(["our_lab"])
