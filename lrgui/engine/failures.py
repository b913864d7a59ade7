"""What an exception says to the user, and where in the code of a class a thread is. Importing this imports no torch."""

from __future__ import annotations

import re
import traceback
from pathlib import PurePath
from types import FrameType

from lrgui.core.errors import LrguiError
from lrgui.engine.interrupt import Interruption

_MOST_OF_SENTENCE = 500
_MOST_OF_DETAILS = 100_000
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_STEPPED = frozenset({("torch.optim.optimizer", "Optimizer"), ("torch.optim.lr_scheduler", "LRScheduler")})


def sentence(error: BaseException) -> str:
    """Return the exception's own sentence on one line, or the name of its class where it has none.

    It is cut where it is longer than a sentence can be, and has a mark in place of what cannot be printed.
    """
    words = _first_words(_own_text(error))
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in words) or _kind(error)


def describe(error: BaseException) -> str:
    """Return which optimizer or scheduler raised `error`, and its sentence: `ConstantLR: division by zero`.

    The class of the exception follows unless it is one of lrgui's own.
    """
    own = sentence(error)
    kind = "" if isinstance(error, LrguiError) or own == _kind(error) else f" ({_kind(error)})"
    culprit = _culprit(error)
    return f"{culprit}: {own}{kind}" if culprit else f"{own}{kind}"


def details_of(error: BaseException) -> str:
    """Return the traceback with what led to it, as text that any file can hold, without its middle where it is long."""
    try:
        text = "".join(traceback.format_exception(error))
    except BaseException:
        # It asks the exception itself for some of the words.
        text = "".join(traceback.format_tb(error.__traceback__)) + _kind(error)
    if len(text) > _MOST_OF_DETAILS:
        half = _MOST_OF_DETAILS // 2
        text = f"{text[:half]}\n… {len(text) - 2 * half} letters are left out …\n{text[-half:]}"
    return _UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", text.encode(errors="backslashreplace").decode())


def place_in(frame: FrameType) -> str:
    """Return which method a thread is in that has come to `frame`: `StuckLR.step (line 12 of stuck.py)`.

    It is that of the innermost optimizer or scheduler, and the innermost function of all where there is none.
    """
    outer: FrameType | None = frame
    while outer is not None:
        if name := _stepped_class(outer):
            return f"{name}.{outer.f_code.co_name} ({_line_of(outer)})"
        outer = outer.f_back
    return f"{frame.f_code.co_name} ({_line_of(frame)})"


def raised_in(error: BaseException, module: str) -> bool:
    """Say whether it was code of that module itself that raised, not what it called."""
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    return bool(frames) and frames[-1].f_globals.get("__name__") == module


def _own_text(error: BaseException) -> str:
    """Return what the exception says, nothing where it raises another one when it is asked."""
    try:
        # The text of a KeyError is a repr, that of an OverflowError a tuple with the system's error number.
        return str(error.args[-1] if error.args and isinstance(error.args[-1], str) else error)
    except Interruption:
        raise
    except BaseException:
        return ""


def _first_words(text: str) -> str:
    """Return the text on one line, as much of it as makes a sentence."""
    line = " ".join(text[: 2 * _MOST_OF_SENTENCE].split())
    return f"{line[:_MOST_OF_SENTENCE]}…" if max(len(line), len(text) // 2) > _MOST_OF_SENTENCE else line


def _kind(error: BaseException) -> str:
    return type(error).__name__


def _culprit(error: BaseException) -> str:
    """Return the class name of the innermost optimizer or scheduler on the way to the error."""
    names = [_stepped_class(frame) for frame, _ in traceback.walk_tb(error.__traceback__)]
    return next(filter(None, reversed(names)), "")


def _stepped_class(frame: FrameType) -> str:
    """Return the class of the optimizer or scheduler whose method runs in `frame`, empty where there is none."""
    # By name, because nothing of a class is to be called here, and torch may be what could not be imported.
    kind = type(frame.f_locals.get("self"))
    return kind.__name__ if any((parent.__module__, parent.__name__) in _STEPPED for parent in kind.__mro__) else ""


def _line_of(frame: FrameType) -> str:
    path = PurePath(frame.f_code.co_filename)
    # Every package has an __init__.py.
    name = "/".join(path.parts[-2:]) if path.stem == "__init__" else path.name
    return f"line {frame.f_lineno} of {name}"
