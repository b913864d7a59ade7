"""What the window remembers between starts: geometry, theme, recent files and folders. Never part of a session."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, cast, get_args
from zlib import crc32

from PySide6.QtCore import QByteArray, QObject, QSettings, Signal

from lrgui.ui.settings_file import set_aside_if_damaged, settings_path
from lrgui.ui.theme import ThemeChoice

MAX_RECENT = 10

_LAYOUT_VERSION = 2


class Settings(QObject):
    """The user's settings in the platform's own place (QSettings).

    Whatever the file holds, each of them has a value that can be used: nothing in here raises.

    Attributes:
        complaint: what was wrong with the file at the start, in a sentence; empty where nothing was.

    Signals:
        failed: the settings cannot be saved: one sentence, once.
    """

    failed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._path = settings_path()
        self.complaint = set_aside_if_damaged(self._path)
        self._store = QSettings(str(self._path), QSettings.Format.IniFormat, self)
        self._failure_told = False

    @property
    def theme(self) -> ThemeChoice:
        """The theme that the user chose; `system` at first, and when the file holds anything else."""
        choice = self._read("theme", "system")
        return cast("ThemeChoice", choice) if choice in get_args(ThemeChoice) else "system"

    @theme.setter
    def theme(self, choice: ThemeChoice) -> None:
        self._write({"theme": choice})

    @property
    def show_handles(self) -> bool:
        """Whether the plot shows phases and handles, as it does at first."""
        return str(self._read("show_handles", True)).lower() != "false"

    @show_handles.setter
    def show_handles(self, shown: bool) -> None:
        self._write({"show_handles": shown})

    @property
    def show_markers(self) -> bool:
        """Whether the plot shows event markers, as it does at first."""
        return str(self._read("show_markers", True)).lower() != "false"

    @show_markers.setter
    def show_markers(self, shown: bool) -> None:
        self._write({"show_markers": shown})

    def recent_files(self) -> tuple[Path, ...]:
        """Return the files opened or saved last, newest first."""
        stored = self._read("recent_files", [])
        names = [stored] if isinstance(stored, str) else stored if isinstance(stored, list) else []
        return tuple(Path(name) for name in names if _is_path(name))[:MAX_RECENT]

    def add_recent_file(self, path: Path) -> None:
        """Put `path` at the head of the recent files, before those that other windows have opened meanwhile."""
        self._store.sync()
        others = [recent for recent in self.recent_files() if recent != path]
        self._set_recent_files((path, *others))

    def remove_recent_file(self, path: Path) -> None:
        """Forget a file that cannot be opened any more."""
        self._set_recent_files(tuple(recent for recent in self.recent_files() if recent != path))

    def clear_recent_files(self) -> None:
        """Forget all recent files."""
        self._set_recent_files(())

    def _set_recent_files(self, paths: tuple[Path, ...]) -> None:
        self._write({"recent_files": [str(path) for path in paths[:MAX_RECENT]]})

    @property
    def last_folder(self) -> Path:
        """The folder that the last file dialog ended in; the home folder at first."""
        stored = self._read("last_folder", "")
        # Also where the system refuses to look.
        with suppress(OSError):
            if _is_path(stored) and Path(stored).is_dir():
                return Path(stored)
        return Path.home()

    @last_folder.setter
    def last_folder(self, folder: Path) -> None:
        self._write({"last_folder": str(folder)})

    def remembered(self, name: str) -> dict[str, Any]:
        """Return the plain values that were remembered under a name; none where there are none that can be read."""
        stored = self._read(name, "")
        try:
            values = json.loads(stored) if isinstance(stored, str) else None
        except (ValueError, RecursionError):
            values = None
        return values if isinstance(values, dict) else {}

    def remember(self, name: str, values: Mapping[str, Any]) -> None:
        """Remember plain values under a name."""
        self._write({name: json.dumps(values)})

    def save_window(self, geometry: QByteArray, state: QByteArray) -> None:
        """Remember where the window and its docks are."""
        checked = {"window/version": str(_LAYOUT_VERSION), "window/check": _check(geometry, state)}
        self._write({"window/geometry": geometry, "window/state": state, **checked})

    def window(self) -> tuple[QByteArray, QByteArray] | None:
        """Return the geometry and state saved last, or None when there are none, whole and of this version."""
        if str(self._read("window/version", "")) != str(_LAYOUT_VERSION):
            return None
        geometry, state = self._read("window/geometry", None), self._read("window/state", None)
        if not isinstance(geometry, QByteArray) or not isinstance(state, QByteArray):
            return None
        # Qt crashes on a state with a wrong byte in it.
        return (geometry, state) if self._read("window/check", "") == _check(geometry, state) else None

    def _read(self, key: str, default: object) -> Any:
        """Return what is stored, of whatever type that is."""
        return self._store.value(key, default)

    def _write(self, values: Mapping[str, object]) -> None:
        """Store values, on the disk when this returns; where that is impossible they last as long as the window."""
        for key, value in values.items():
            self._store.setValue(key, value)
        self._store.sync()
        if self._store.status() is QSettings.Status.AccessError and not self._failure_told:
            self._failure_told = True
            self.failed.emit(f"The settings cannot be saved: {self._path} {self._why_not()}.")

    def _why_not(self) -> str:
        # Here, because it is hardly ever needed.
        from lrgui.core.errors import FileError
        from lrgui.session.atomic import check_writable

        try:
            check_writable(self._path)
        except FileError as error:
            return str(error).removeprefix(f"{self._path}: ")
        return "cannot be written: the disk may be full"


def _check(geometry: QByteArray, state: QByteArray) -> str:
    return f"{crc32(state.data(), crc32(geometry.data())):08x}"


def _is_path(stored: object) -> bool:
    return isinstance(stored, str) and bool(stored) and "\0" not in stored
