"""The file of the settings, looked at before Qt reads it: Qt would read any size, and drop what it cannot parse."""

from __future__ import annotations

import stat
from pathlib import Path

from PySide6.QtCore import QSettings

_LARGEST = 1 << 20
"""Bytes; what the window remembers takes some thousands."""


def settings_path() -> Path:
    """Return where the settings are: the platform's own place, as QSettings knows it."""
    # The settings of the organization, which lrgui has none of, lie beside the folder of those of the application.
    beside = QSettings(QSettings.Format.IniFormat, QSettings.Scope.UserScope, "lrgui").fileName()
    return Path(beside).with_suffix("") / "lrgui.ini"


def set_aside_if_damaged(path: Path) -> str:
    """Give a settings file that cannot be used another name; return a sentence about it, empty where all is well."""
    fault = _fault_of(path)
    if not fault:
        return ""
    # Here, because it is hardly ever needed.
    from lrgui.session.set_aside import set_aside

    try:
        aside = set_aside(path)
    except OSError:
        return f"The settings are those of a first start, and will not last: {path} {fault}."
    return f"The settings are those of a first start: the old file {fault} and is kept as {aside}."


def _fault_of(path: Path) -> str:
    """Return what is wrong with the file, to go on a sentence; empty where nothing is or no file is there."""
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            return "is not a file"
        if status.st_size > _LARGEST:
            return "is far too large"
        text = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return ""
    except OSError:
        return "cannot be read"
    return "" if _is_settings(text) else "is damaged"


def _is_settings(text: bytes) -> bool:
    """Tell whether each line is a section, a key with its value, a comment or empty, as in all that Qt writes."""
    try:
        lines = text.decode().split("\n")
    except UnicodeDecodeError:
        return False
    return b"\0" not in text and all(map(_is_setting, lines))


def _is_setting(line: str) -> bool:
    line = line.strip()
    if line.startswith("["):
        return line.endswith("]")
    return not line or line[0] in ";#" or "=" in line
