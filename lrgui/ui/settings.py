"""What the window remembers between starts: geometry, theme, recent files and folders. Never part of a session."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast, get_args

from PySide6.QtCore import QByteArray, QObject, QSettings

from lrgui.ui.theme import ThemeChoice

MAX_RECENT = 10

_LAYOUT_VERSION = 1


class Settings(QObject):
    """The user's settings in the platform's own place (QSettings)."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = QSettings(QSettings.Format.IniFormat, QSettings.Scope.UserScope, "lrgui", "lrgui", self)

    @property
    def theme(self) -> ThemeChoice:
        """The theme that the user chose; `system` at first, and when the file holds anything else."""
        choice = self._store.value("theme", "system")
        return cast("ThemeChoice", choice) if choice in get_args(ThemeChoice) else "system"

    @theme.setter
    def theme(self, choice: ThemeChoice) -> None:
        self._store.setValue("theme", choice)

    @property
    def show_handles(self) -> bool:
        """Whether the plot shows phases and handles, as it does at first."""
        return str(self._store.value("show_handles", True)).lower() != "false"

    @show_handles.setter
    def show_handles(self, shown: bool) -> None:
        self._store.setValue("show_handles", shown)

    @property
    def show_markers(self) -> bool:
        """Whether the plot shows event markers, as it does at first."""
        return str(self._store.value("show_markers", True)).lower() != "false"

    @show_markers.setter
    def show_markers(self, shown: bool) -> None:
        self._store.setValue("show_markers", shown)

    def recent_files(self) -> tuple[Path, ...]:
        """Return the files opened or saved last, newest first."""
        stored = self._store.value("recent_files", [])
        names = [stored] if isinstance(stored, str) else stored if isinstance(stored, list) else []
        return tuple(Path(name) for name in names if isinstance(name, str) and name)[:MAX_RECENT]

    def add_recent_file(self, path: Path) -> None:
        """Put `path` at the head of the recent files."""
        others = [recent for recent in self.recent_files() if recent != path]
        self._set_recent_files((path, *others))

    def remove_recent_file(self, path: Path) -> None:
        """Forget a file that cannot be opened any more."""
        self._set_recent_files(tuple(recent for recent in self.recent_files() if recent != path))

    def clear_recent_files(self) -> None:
        """Forget all recent files."""
        self._set_recent_files(())

    def _set_recent_files(self, paths: tuple[Path, ...]) -> None:
        self._store.setValue("recent_files", [str(path) for path in paths[:MAX_RECENT]])

    @property
    def last_folder(self) -> Path:
        """The folder that the last file dialog ended in; the home folder at first."""
        stored = self._store.value("last_folder", "")
        folder = Path(stored) if isinstance(stored, str) and stored else Path.home()
        return folder if folder.is_dir() else Path.home()

    @last_folder.setter
    def last_folder(self, folder: Path) -> None:
        self._store.setValue("last_folder", str(folder))

    def remembered(self, name: str) -> dict[str, Any]:
        """Return the plain values that were remembered under a name; none where there are none that can be read."""
        stored = self._store.value(name, "")
        try:
            values = json.loads(stored) if isinstance(stored, str) else None
        except ValueError:
            values = None
        return values if isinstance(values, dict) else {}

    def remember(self, name: str, values: Mapping[str, Any]) -> None:
        """Remember plain values under a name."""
        self._store.setValue(name, json.dumps(values))

    def save_window(self, geometry: QByteArray, state: QByteArray) -> None:
        """Remember where the window and its docks are."""
        self._store.setValue("window/geometry", geometry)
        self._store.setValue("window/state", state)
        self._store.setValue("window/version", _LAYOUT_VERSION)
        self._store.sync()

    def window(self) -> tuple[QByteArray, QByteArray] | None:
        """Return the geometry and state saved last, or None when there are none that this version understands."""
        geometry, state = self._store.value("window/geometry"), self._store.value("window/state")
        if str(self._store.value("window/version", "")) != str(_LAYOUT_VERSION):
            return None
        if not isinstance(geometry, QByteArray) or not isinstance(state, QByteArray):
            return None
        return geometry, state
