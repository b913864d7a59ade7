"""Sessions and recipes changed at random, in their structure and in their bytes: only FileError ever comes out.

What opens all the same can be saved, and comes back equal, bit for bit.
"""

from __future__ import annotations

import io
import json
import re
import struct
import tracemalloc
import zipfile
from collections.abc import Callable
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any
from unicodedata import normalize

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lrgui.core.errors import FileError
from lrgui.core.recipe import Recipe
from lrgui.core.validate import validate
from lrgui.session.recipe_json import recipe_to_json
from lrgui.session.store import open_session, read_file, read_recipe, write_session
from lrgui.session.values import Session
from tests.conftest import FIXTURES

EXAMPLES = FIXTURES.parents[1] / "resources" / "examples"
MOST_MEMORY = 48 * 2**20
"""What reading one of these small files may take at any moment; with tracemalloc, so without what is shared."""

# The folder is the same for all inputs of a test, and each of them is read, written and read again.
in_one_folder = settings(
    max_examples=settings().max_examples // 5,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@cache
def files() -> tuple[bytes, ...]:
    """One real session of each version, and the examples."""
    return tuple(path.read_bytes() for path in sorted((*FIXTURES.glob("*.lrgui"), *EXAMPLES.glob("*.lrgui"))))


@cache
def archives() -> tuple[dict[str, bytes], ...]:
    """Their members by name."""
    unpacked = []
    for data in files():
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            unpacked.append({name: archive.read(name) for name in archive.namelist()})
    return tuple(unpacked)


@cache
def documents() -> tuple[Any, ...]:
    return tuple(json.loads(members["session.json"]) for members in archives())


@cache
def recipes() -> tuple[Any, ...]:
    """The recipes of the sessions and of all cases of the oracle."""
    cases = json.loads((FIXTURES / "oracle_cases.json").read_text(encoding="utf-8"))
    found = [document["recipe"] for document in documents()]
    return (*found, *(case["recipe"] for case in (cases["cases"] if isinstance(cases, dict) else cases)))


# What JSON text can say and json.dumps cannot is written as text that is taken out of its quotes later.
RAW = {
    "@huge@": "1e400",
    "@tiny@": "-1e-400",
    "@digits@": "9" * 5000,
    "@decimals@": "0." + "1" * 5000,
    "@minus zero@": "-0",
    "@minus zero point@": "-0.0",
    "@not a number@": "NaN",
    "@infinite@": "-Infinity",
    "@deep@": "[" * 3000 + "]" * 3000,
    "@deep object@": '{"a":' * 3000 + "1" + "}" * 3000,
    "@surrogate@": '"\\ud800"',
    "@pair@": '"\\ud83d\\ude00"',
    "@null byte@": '"\\u0000"',
    "@broken@": "[1,",
}
_RAW = re.compile("|".join(f'"{name}"' for name in RAW))

junk = st.one_of(
    st.sampled_from(list(RAW)),
    st.sampled_from([None, True, False, 0, 1, -1, 1.0, 2**31, 2**53, 2**63, -(2**63), 10**400, 1e-320, 1e308, 0.1]),
    st.sampled_from(["", "*", "[", "epoch", "9**9**9", "__import__('os')", "os.system", "lr", "rest", "x" * 70_000]),
    st.integers(),
    st.floats(),
    st.text(max_size=20),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
        lambda part: st.lists(part, max_size=4) | st.dictionaries(st.text(max_size=5), part, max_size=4),
        max_leaves=8,
    ),
    st.integers(1, 3000).map(lambda size: [0] * size),
    st.integers(1, 1500).map(lambda size: [{}] * size),
)


def places_in(document: Any) -> list[tuple[Any, Any]]:
    """Every container in a document with each of its keys or positions."""
    found: list[tuple[Any, Any]] = []
    waiting = [document]
    while waiting:
        whole = waiting.pop()
        keys = list(whole) if isinstance(whole, dict) else range(len(whole)) if isinstance(whole, list) else ()
        for key in keys:
            found.append((whole, key))
            waiting.append(whole[key])
    return found


def renamed(key: str, how: int) -> str:
    """A key that looks like another one."""
    ways = (key.upper(), normalize("NFD", key + "é"), f"{key}\0", f" {key}", key[:-1], "__class__", f"{key}@again@")
    return ways[how % len(ways)]


@st.composite
def changed(draw: st.DrawFn, originals: tuple[Any, ...]) -> Any:
    """One of these documents with parts of it replaced, removed, repeated, moved and renamed."""
    document = [deepcopy(draw(st.sampled_from(originals)))]
    for _ in range(draw(st.integers(1, 4))):
        whole, key = draw(st.sampled_from(places_in(document)))
        kind = draw(st.sampled_from(["replace", "remove", "repeat", "borrow", "rename", "add"]))
        if kind == "replace":
            whole[key] = draw(junk)
        elif kind == "remove" and whole is not document:
            del whole[key]
        elif kind == "repeat" and isinstance(whole, list) and whole is not document:
            whole[key:key] = [deepcopy(whole[key])] * draw(st.sampled_from([1, 2, 50]))
        elif kind == "borrow":
            other, place = draw(st.sampled_from(places_in(draw(st.sampled_from(originals)))))
            whole[key] = deepcopy(other[place])
        elif kind == "rename" and isinstance(whole, dict):
            whole[renamed(key, draw(st.integers(0, 20)))] = whole[key] if draw(st.booleans()) else whole.pop(key)
        elif kind == "add" and isinstance(whole, dict):
            whole[draw(st.text(max_size=5))] = draw(junk)
    return document[0]


def text_of(document: Any) -> bytes:
    """A document as JSON, with what is not to be had from json.dumps."""
    text = _RAW.sub(lambda found: RAW[found[0][1:-1]], json.dumps(document))
    return text.replace('@again@"', '"').encode()


def packed(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


def fingerprint(session: Session) -> Any:
    """All that a session holds, in a form that tells -0.0 from 0.0 and every bit of a number."""
    runs = [
        (
            *(run.id, run.name, run.colour, run.status, run.message, run.details, run.visible, run.pinned, run.notes),
            json.dumps(recipe_to_json(run.recipe)),
            *(run.trace.series, run.trace.groups, run.trace.steps_per_epoch, run.trace.rows),
            run.trace.buffer[: run.trace.rows].tobytes(),
        )
        for run in session.runs
    ]
    return json.dumps(recipe_to_json(session.recipe)), session.recipe, session.view, runs


def attempt(read: Callable[[Path], Any], path: Path) -> Any:
    """Read within bounds, or return None where a sentence that names the file came out."""
    tracemalloc.start()
    try:
        result, message = read(path), ""
    except FileError as error:
        result, message = None, str(error)
    finally:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < MOST_MEMORY
    if message:
        assert message.startswith(f"{path}: ")
        assert len(message) < len(str(path)) + 600
    return result


def check(folder: Path, data: bytes) -> bool:
    """Read a file in every way there is, save what comes out and read it again; return whether it opened."""
    path, again = folder / "fuzzed.lrgui", folder / "again.lrgui"
    path.write_bytes(data)
    recipe: Recipe | None = attempt(read_recipe, path)
    whole: Session | None = attempt(read_file, path)
    opened = attempt(open_session, path)
    if whole is not None:
        assert opened is not None
        assert opened.losses == ()
        assert fingerprint(opened.session) == fingerprint(whole)
    if opened is None:
        return False
    assert recipe is None or recipe == opened.session.recipe
    assert isinstance(validate(opened.session.recipe, 2**30), tuple)
    write_session(again, opened.session)
    assert fingerprint(read_file(again)) == fingerprint(opened.session)
    return True


@given(st.data())
@in_one_folder
def test_recipes_of_another_structure(tmp_path: Path, data: st.DataObject) -> None:
    check(tmp_path, text_of(data.draw(changed(recipes()))))


@given(st.data())
@in_one_folder
def test_sessions_of_another_structure(tmp_path: Path, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(archives()) - 1))
    document = data.draw(changed((documents()[index],)))
    check(tmp_path, packed({**archives()[index], "session.json": text_of(document)}))


@st.composite
def damaged(draw: st.DrawFn, original: bytes) -> bytes:
    """Bytes with some flipped, cut off, inserted, overwritten by numbers that matter, or taken from elsewhere."""
    data = bytearray(original)
    for _ in range(draw(st.integers(1, 5))):
        at = draw(st.integers(0, max(len(data) - 1, 0)))
        kind = draw(st.sampled_from(["flip", "cut", "insert", "splice", "remove", "number", "end"]))
        if kind == "flip" and data:
            data[at] ^= draw(st.integers(1, 255))
        elif kind == "cut":
            del data[at:]
        elif kind == "insert":
            data[at:at] = draw(st.binary(min_size=1, max_size=40)) * draw(st.sampled_from([1, 1, 200]))
        elif kind == "splice":
            other = draw(st.sampled_from(files()))
            start = draw(st.integers(0, len(other) - 1))
            data[at : at + draw(st.integers(0, 200))] = other[start : start + draw(st.integers(1, 400))]
        elif kind == "remove":
            del data[at : at + draw(st.integers(1, 300))]
        elif kind == "number":
            number = draw(st.sampled_from([0, 1, 0x7FFF, 0xFFFF, 0x10000, 0x7FFFFFFF, 0xFFFFFFFE, 0xFFFFFFFF]))
            data[at : at + 4] = struct.pack("<L", number)
        elif kind == "end":
            # Within the directory, that a flip elsewhere mostly misses.
            at = max(len(data) - 1 - draw(st.integers(0, 700)), 0)
            data[at : at + 1] = draw(st.binary(min_size=1, max_size=2))
    return bytes(data)


@given(st.data())
@in_one_folder
def test_bytes_of_sessions_that_are_damaged(tmp_path: Path, data: st.DataObject) -> None:
    check(tmp_path, data.draw(st.sampled_from(files()).flatmap(damaged)))


@given(st.data())
@in_one_folder
def test_bytes_of_recipes_that_are_damaged(tmp_path: Path, data: st.DataObject) -> None:
    original = json.dumps(data.draw(st.sampled_from(recipes())), indent=data.draw(st.sampled_from([None, 1])))
    check(tmp_path, data.draw(damaged(original.encode())))


@given(st.data())
@in_one_folder
@pytest.mark.filterwarnings("ignore:Duplicate name:UserWarning")
def test_members_that_are_changed_in_an_archive_that_is_whole(tmp_path: Path, data: st.DataObject) -> None:
    """The checksums are right, so that it is the content that has to be found out."""
    members = list(data.draw(st.sampled_from(archives())).items())
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(members) - 1))
        name, content = members[at]
        kind = data.draw(st.sampled_from(["content", "name", "remove", "repeat", "exchange"]))
        if kind == "content":
            members[at] = (name, data.draw(damaged(content)))
        elif kind == "name":
            members[at] = (
                data.draw(st.sampled_from([f"../{name}", f"/{name}", name.upper(), f"{name}/", f"{name} "])),
                content,
            )
        elif kind == "remove" and len(members) > 1:
            del members[at]
        elif kind == "repeat":
            members.append(members[at])
        else:
            members[at] = (name, members[data.draw(st.integers(0, len(members) - 1))][1])
    stream = io.BytesIO()
    methods = [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]
    with zipfile.ZipFile(stream, "w", data.draw(st.sampled_from(methods))) as archive:
        for name, content in members:
            archive.writestr(name, content)
    check(tmp_path, stream.getvalue())
