from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings

from lrgui.ui.settings import Settings


def test_a_first_start_has_sensible_settings() -> None:
    settings = Settings()
    assert settings.theme == "system"
    assert settings.recent_files() == ()
    assert settings.window() is None
    assert settings.last_folder == Path.home()


def test_settings_last_until_the_next_start(tmp_path: Path) -> None:
    settings = Settings()
    settings.theme = "dark"
    settings.last_folder = tmp_path
    settings.add_recent_file(tmp_path / "one.lrgui")
    settings.save_window(QByteArray(b"geometry"), QByteArray(b"state"))
    later = Settings()
    assert later.theme == "dark"
    assert later.last_folder == tmp_path
    assert later.recent_files() == (tmp_path / "one.lrgui",)
    assert later.window() == (QByteArray(b"geometry"), QByteArray(b"state"))


def test_recent_files_are_newest_first_without_repeats_and_ten_at_most(tmp_path: Path) -> None:
    settings = Settings()
    paths = [tmp_path / f"{number}.lrgui" for number in range(12)]
    for path in [*paths, paths[5]]:
        settings.add_recent_file(path)
    recent = settings.recent_files()
    assert recent[0] == paths[5]
    assert recent[1] == paths[11]
    assert len(recent) == len(set(recent)) == 10


def test_a_recent_file_can_be_forgotten(tmp_path: Path) -> None:
    settings = Settings()
    settings.add_recent_file(tmp_path / "a, b.lrgui")
    settings.add_recent_file(tmp_path / "c.lrgui")
    settings.remove_recent_file(tmp_path / "c.lrgui")
    assert Settings().recent_files() == (tmp_path / "a, b.lrgui",)
    settings.clear_recent_files()
    assert Settings().recent_files() == ()


def test_settings_of_another_hand_are_ignored() -> None:
    store = QSettings(QSettings.Format.IniFormat, QSettings.Scope.UserScope, "lrgui", "lrgui")
    for key, value in (("theme", "pink"), ("window/version", "77"), ("last_folder", "/no/such/folder")):
        store.setValue(key, value)
    store.sync()
    settings = Settings()
    assert settings.theme == "system"
    assert settings.window() is None
    assert settings.last_folder == Path.home()
