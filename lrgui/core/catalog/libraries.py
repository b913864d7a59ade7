"""Which libraries other than torch may give classes, and how such a class is named in a recipe.

A class of another library goes by its dotted path, such as `schedulefree.AdamWScheduleFree`. Nothing is imported
because a file names it: the path must begin with a library that is trusted, by this list or by the user's own.
"""

from __future__ import annotations

import keyword
import sys
from collections.abc import Mapping
from typing import TypeGuard

TRUSTED_LIBRARIES: Mapping[str, str] = {
    "dadaptation": "dadaptation",
    "lion_pytorch": "lion-pytorch",
    "prodigyopt": "prodigyopt",
    "prodigyplus": "prodigy-plus-schedule-free",
    "pytorch_optimizer": "pytorch_optimizer",
    "schedulefree": "schedulefree",
    "timm": "timm",
    "torch_optimizer": "torch-optimizer",
    "transformers": "transformers",
}
"""The libraries trusted from the start: by the name that is imported, the name that pip knows them by."""

MAX_PATH_LENGTH = 200

_ALWAYS_THERE = {"torch", "lrgui"}


def is_dotted(class_name: object) -> TypeGuard[str]:
    """Say whether a class name is meant as the dotted path of another library's class."""
    return isinstance(class_name, str) and "." in class_name


def library_of(class_name: str) -> str:
    """Return the library that a dotted path begins with."""
    return class_name.partition(".")[0]


def path_complaint(class_name: str) -> str:
    """Return what keeps a dotted path from being one, as a sentence without its subject; empty where nothing does."""
    parts = class_name.split(".")
    if len(class_name) > MAX_PATH_LENGTH:
        return f"is longer than {MAX_PATH_LENGTH} characters"
    if len(parts) < 2:
        return "names no library"
    if not all(map(_is_name, parts)):
        return "is no path of plain names such as library.module.Class"
    if any(part.startswith("_") for part in parts):
        return "names something that is private to its library"
    return ""


def library_complaint(name: str) -> str:
    """Return what keeps `name` from being put on the list of trusted libraries; empty where nothing does."""
    if len(name) > MAX_PATH_LENGTH or not _is_name(name) or name.startswith("_"):
        return "is not the name of a library as Python imports it, such as timm"
    if name in _ALWAYS_THERE or name in sys.stdlib_module_names:
        return "is no library of optimizers or schedulers"
    return ""


def _is_name(text: str) -> bool:
    # Letters that look like others are no part of any library's name.
    return text.isascii() and text.isidentifier() and not keyword.iskeyword(text)
