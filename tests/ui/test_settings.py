from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from PySide6.QtCore import QByteArray, QDateTime, QPoint, QRect, QSettings, QSize, QUrl
from pytestqt.qtbot import QtBot

from lrgui.core.figure_options import figure_complaints
from lrgui.ui.export_choices import FigureChoice, NumbersChoice
from lrgui.ui.main_window import MainWindow
from lrgui.ui.settings import Settings
from lrgui.ui.theme import ThemeChoice


def settings_file(tmp_path: Path) -> Path:
    return tmp_path / "settings" / "lrgui" / "lrgui.ini"


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


def test_the_settings_of_earlier_versions_are_read(tmp_path: Path) -> None:
    path = settings_file(tmp_path)
    path.parent.mkdir(parents=True)
    path.write_text("[General]\nrecent_files=/tmp/a.lrgui, /tmp/b.lrgui\nshow_handles=false\ntheme=dark\n")
    settings = Settings()
    assert settings.complaint == ""
    assert (settings.theme, settings.show_handles, settings.show_markers) == ("dark", False, True)
    assert settings.recent_files() == (Path("/tmp/a.lrgui"), Path("/tmp/b.lrgui"))


def make_folder(path: Path) -> None:
    (path / "inside").mkdir(parents=True)


def make_pipe(path: Path) -> None:
    os.mkfifo(path)


def make_huge(path: Path) -> None:
    with path.open("wb") as stream:
        stream.truncate(1 << 40)


BROKEN: dict[str, tuple[bytes | Callable[[Path], None], str]] = {
    "garbage": (bytes(range(256)) * 20, "is damaged"),
    "zeros, as a power cut leaves them": (bytes(4096), "is damaged"),
    "a program": (b"\x7fELF\x02\x01\x01" + bytes(100), "is damaged"),
    "a letter": (b"Dear Sir or Madam,\n", "is damaged"),
    "a cut section": (b"[General]\ntheme=dark\n\n[window", "is damaged"),
    "another encoding": ("[General]\nlast_folder=/tmp/ä\n".encode("latin-1"), "is damaged"),
    "a folder": (make_folder, "is not a file"),
    "a pipe": (make_pipe, "is not a file"),
    "a file of a terabyte": (make_huge, "is far too large"),
}


@pytest.mark.parametrize(("content", "fault"), BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_file_is_set_aside_and_told_of_and_a_new_one_is_written(
    tmp_path: Path, content: bytes | Callable[[Path], None], fault: str
) -> None:
    path = settings_file(tmp_path)
    path.parent.mkdir(parents=True)
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        content(path)
    settings = Settings()
    aside = path.with_name("lrgui.ini.broken")
    assert (
        settings.complaint == f"The settings are those of a first start: the old file {fault} and is kept as {aside}."
    )
    assert settings.theme == "system"
    settings.theme = "dark"
    assert Settings().theme == "dark"
    assert Settings().complaint == ""
    if isinstance(content, bytes):
        assert aside.read_bytes() == content
    else:
        assert os.path.lexists(aside)


def test_what_was_set_aside_before_is_kept_too(tmp_path: Path) -> None:
    path = settings_file(tmp_path)
    path.parent.mkdir(parents=True)
    for number in range(3):
        path.write_bytes(b"broken %d" % number)
        assert Settings().complaint
    names = ("lrgui.ini.broken", "lrgui.ini.broken2", "lrgui.ini.broken3")
    assert [path.with_name(name).read_bytes() for name in names] == [b"broken 0", b"broken 1", b"broken 2"]


def test_the_window_tells_of_a_broken_file(tmp_path: Path, qtbot: QtBot) -> None:
    path = settings_file(tmp_path)
    path.parent.mkdir(parents=True)
    path.write_bytes(b"\0\0\0\0")
    window = MainWindow(Settings())
    assert "lrgui.ini.broken" in window._status.message
    window._end()
    window.deleteLater()


def test_settings_that_cannot_be_saved_are_told_of_once_and_last_as_long_as_the_window(
    tmp_path: Path, qtbot: QtBot
) -> None:
    (tmp_path / "settings").write_text("no folder")
    settings = Settings()
    told: list[str] = []
    settings.failed.connect(told.append)
    settings.theme = "dark"
    settings.last_folder = tmp_path
    settings.save_window(QByteArray(b"geometry"), QByteArray(b"state"))
    assert (settings.theme, settings.last_folder) == ("dark", tmp_path)
    (sentence,) = told
    assert sentence.startswith(f"The settings cannot be saved: {settings_file(tmp_path)} ")


@pytest.mark.skipif(sys.platform != "linux", reason="only there is a full disk at hand")
def test_a_full_disk_leaves_the_old_settings(tmp_path: Path) -> None:
    program = f"""
import resource, signal
from pathlib import Path
from PySide6.QtCore import QCoreApplication, QSettings
application = QCoreApplication([])
QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, {str(tmp_path / "settings")!r})
from lrgui.ui.settings import Settings
Settings().theme = "dark"
settings = Settings()
settings.failed.connect(print)
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
settings.theme = "light"
settings.add_recent_file(Path("/tmp/a"))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == (
        f"The settings cannot be saved: {settings_file(tmp_path)} cannot be written: the disk may be full.\n"
    )
    assert Settings().theme == "dark"


def test_two_windows_keep_each_others_recent_files(tmp_path: Path) -> None:
    """The other one is another process, which has read the settings before this one has written them."""
    program = f"""
import sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication, QSettings
application = QCoreApplication([])
QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, {str(tmp_path / "settings")!r})
from lrgui.ui.settings import Settings
settings = Settings()
print(len(settings.recent_files()), flush=True)
sys.stdin.readline()
settings.add_recent_file(Path("/tmp/other.lrgui"))
"""
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", program], stdin=pipe, stdout=pipe, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "0\n"
        settings = Settings()
        settings.theme = "dark"
        settings.add_recent_file(Path("/tmp/one.lrgui"))
        other.communicate("go on\n", timeout=60)
    settings.add_recent_file(Path("/tmp/two.lrgui"))
    names = [path.name for path in Settings().recent_files()]
    assert names == ["two.lrgui", "other.lrgui", "one.lrgui"]
    assert Settings().theme == "dark"


_PLAIN = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**64 - 1),
    st.floats(),
    st.text(st.characters(exclude_categories=["Cs"])),
    st.binary(),
)
_STORED = st.one_of(
    st.recursive(_PLAIN, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("ab"), inner, max_size=3)),
    st.binary().map(QByteArray),
    st.builds(QPoint, st.integers(-(2**31), 2**31 - 1), st.integers(0, 99)),
    st.builds(QSize, st.integers(0, 99), st.integers(0, 99)),
    st.builds(QRect, *[st.integers(0, 99)] * 4),
    st.just(QDateTime.currentDateTime()),
    st.text("abc:/%", max_size=9).map(QUrl),
    st.text("/\0a\n", max_size=300),
)
_NUMBERS = st.one_of(st.integers(), st.floats(), st.sampled_from([10**400, -(10**4000), 2**63, -0.0]))
_CHOICES = st.dictionaries(
    st.sampled_from(
        ["width", "height", "dpi", "font_size", "suffix", "unit", "every", "format", "transparent", "options"]
    ),
    st.one_of(_NUMBERS, st.text(max_size=5), st.booleans(), st.none(), st.lists(st.integers())),
)
_KEYS = ("theme", "show_handles", "show_markers", "recent_files", "last_folder", "export/figure", "window/geometry")


def write_raw(folder: Path, values: dict[str, Any]) -> None:
    """Store values as they are, as a file of another hand would have them."""
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(folder))
    store = QSettings(QSettings.Format.IniFormat, QSettings.Scope.UserScope, "lrgui", "lrgui")
    for key, value in values.items():
        store.setValue(key, value)
    store.sync()


def read_everything(settings: Settings) -> None:
    """Read all settings, each of which is to be of its own type."""
    assert settings.theme in get_args(ThemeChoice)
    assert isinstance(settings.show_handles, bool)
    assert isinstance(settings.show_markers, bool)
    assert all(isinstance(path, Path) for path in settings.recent_files())
    assert settings.last_folder.is_dir()
    settings.window()
    figure = FigureChoice.from_remembered(settings.remembered("export/figure"))
    assert figure_complaints(figure.options, pixels=figure.suffix == "png") == {}
    numbers = NumbersChoice.from_remembered(settings.remembered("export/numbers"))
    assert numbers.every == 1


@given(st.dictionaries(st.sampled_from(_KEYS), _STORED))
@example({"last_folder": "/root\0"})
@example({"last_folder": "/" + "a" * 5000})
@example({"export/figure": "[" * 100_000})
@example({"recent_files": ["a\0b", "", 3, ["nested"]]})
def test_a_setting_of_any_type_is_no_trouble(tmp_path_factory: pytest.TempPathFactory, values: dict[str, Any]) -> None:
    folder = tmp_path_factory.getbasetemp() / uuid.uuid4().hex
    folder.mkdir()
    write_raw(folder, values)
    read_everything(Settings())
    shutil.rmtree(folder)


@given(_CHOICES, _CHOICES)
@example({"width": 10**400}, {"every": 0})
@example({"dpi": 10**400, "height": float("inf")}, {"every": -(10**400)})
def test_choices_with_absurd_numbers_are_no_trouble(figure: dict[str, Any], numbers: dict[str, Any]) -> None:
    remembered = {"figure": json.dumps(figure), "numbers": json.dumps(numbers)}
    choice = FigureChoice.from_remembered(json.loads(remembered["figure"]))
    assert figure_complaints(choice.options, pixels=choice.suffix == "png") == {}
    assert NumbersChoice.from_remembered(json.loads(remembered["numbers"])).every == 1


@given(st.binary(max_size=400))
def test_a_file_of_any_bytes_is_no_trouble(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    folder = tmp_path_factory.getbasetemp() / uuid.uuid4().hex
    path = folder / "lrgui" / "lrgui.ini"
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    write_raw(folder, {})
    settings = Settings()
    read_everything(settings)
    settings.theme = "dark"
    assert Settings().theme == "dark"
    shutil.rmtree(folder)
