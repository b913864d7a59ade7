"""What a class or function says about itself and its arguments, in a line each."""

from __future__ import annotations

import inspect
import re
from typing import Any

_LONGEST = 160

# The beginning of a description that only repeats the type, as in `:param lr: float. learning rate.`
_TYPE_ONLY = re.compile(r"(?:float|int|bool|str|tuple|list|Optional\[\w+\]|Union\[[^\]]+\]|\w+ \| \w+)\.\s+")
_DEFAULT = re.compile(r"\s*\((?:defaults?|optional)\b[^()]*(?:\([^()]*\)[^()]*)?\)", re.IGNORECASE)
_MARKUP = re.compile(r":\w+:|[`*]")


def summary_of(made_by: Any) -> str:
    """Return the first sentence of the documentation, empty where there is none."""
    # Some begin with a title that no full stop ends.
    return _first_sentence(re.split(r"\n\s*(?=[A-Z\n])", _documentation(made_by).strip(), maxsplit=1)[0])


def argument_text(made_by: Any, name: str) -> str:
    """Return the first sentence on an argument, in any of the usual styles of docstrings; empty where there is none."""
    # The type may stand between the name and the colon: `betas (Tuple[float, float], optional): ...`.
    head = re.compile(rf"^([ \t]*)(?::param\s+)?[`*]*{re.escape(name)}[`*]*\s*(?:\(.*?\))?\s*:(?!:)(.*)$", re.MULTILINE)
    text = _documentation(made_by).expandtabs()
    match = head.search(text)
    if match is None:
        return ""
    lines = [match[2].strip()]
    for line in text[match.end() :].splitlines()[1:]:
        if not line.strip() or _indentation(line) <= len(match[1]):
            break
        lines.append(line.strip())
    return _first_sentence(" ".join(lines))


def _documentation(made_by: Any) -> str:
    # Not inspect.getdoc, which would tell what torch says of its base class.
    parts = (getattr(made_by, "__doc__", None), getattr(getattr(made_by, "__init__", None), "__doc__", None))
    own = [part for part in parts if isinstance(part, str) and part != object.__init__.__doc__]
    return "\n\n".join(map(inspect.cleandoc, own))


def _first_sentence(text: str) -> str:
    plain = _MARKUP.sub("", " ".join(text.split()))
    plain = _DEFAULT.sub("", _TYPE_ONLY.sub("", plain, count=1)).strip()
    sentence = re.split(r"(?<=[.!?])\s+(?=[A-Z])", plain, maxsplit=1)[0].rstrip(".:;, ")
    if not sentence:
        return ""
    if len(sentence) > _LONGEST:
        return f"{sentence[:_LONGEST].rsplit(' ', 1)[0]}…"
    return f"{sentence[0].upper()}{sentence[1:]}."


def _indentation(line: str) -> int:
    return len(line) - len(line.lstrip())
