"""JSON text read within bounds: a hostile file must not take the window's memory or time."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Any

from lrgui.core.errors import FileError

_BEGINNING = re.compile(r"\s*[\[{]")

MAX_BYTES = 32 * 2**20
MAX_VALUES = 1_000_000
"""Ten runs of the longest metric. This much is read in a second."""


def parse_json(text: bytes | str) -> Any:
    """Return what a JSON text (UTF-8, with or without a byte order mark) holds.

    Raises:
        FileError: when it is no JSON, with line and column, or larger or deeper than any recipe or session.
    """
    if len(text) > MAX_BYTES:
        raise FileError(f"is larger than {MAX_BYTES // 2**20} MiB, more than any recipe takes")
    decoded = _decode(text)
    # A value stands behind a bracket or a comma, so this bounds them before any is made.
    if sum(map(decoded.count, "[{,")) > MAX_VALUES:
        raise FileError(f"holds more than {MAX_VALUES} values, more than any recipe takes")
    try:
        return json.loads(decoded, object_pairs_hook=_unique)
    except json.JSONDecodeError as error:
        if not _BEGINNING.match(decoded):
            raise FileError("is neither a session of lrgui nor a recipe in JSON") from None
        message = error.msg[:1].lower() + error.msg[1:]
        raise FileError(f"is not JSON at line {error.lineno}, column {error.colno}: {message}") from None
    except RecursionError:
        raise FileError("is nested too deeply") from None
    except ValueError:
        # Python's own limit: a whole number of more than some thousand digits.
        raise FileError("holds a number with too many digits") from None


def _decode(text: bytes | str) -> str:
    if isinstance(text, str):
        return text
    try:
        decoded = text.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise FileError("is neither a session of lrgui nor a recipe in JSON (UTF-8)") from None
    if not decoded or decoded.isspace():
        raise FileError("is empty")
    return decoded


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Make an object; a key given twice would silently lose its first value."""
    values = dict(pairs)
    if len(values) < len(pairs):
        repeated = next(name for name, count in Counter(name for name, _ in pairs).items() if count > 1)
        raise FileError(f"has the key {repeated[:60]!r} twice in one object")
    return values
