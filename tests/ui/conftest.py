"""What every test of the window relies on: settings of its own, no widget and no timer left behind."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QSettings, QTimer
from PySide6.QtWidgets import QApplication
from shiboken6 import getCppPointer, isValid

from lrgui.engine.runner import warm_up


@pytest.fixture(scope="session", autouse=True)
def collect_garbage_here_alone(qapp: QApplication) -> Iterator[None]:
    """Collect in the interface thread alone, as the application does; spare what is loaded once and for all."""
    warm_up()
    gc.disable()
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()
    gc.enable()


@pytest.fixture(autouse=True)
def settings_of_its_own(tmp_path: Path) -> None:
    """Keep the user's settings out of the tests."""
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(tmp_path / "settings"))


@pytest.fixture(autouse=True)
def nothing_left(qapp: QApplication, no_thread_left: None) -> Iterator[None]:
    """Fail a test that leaves a top-level widget or a running timer behind."""
    before = {getCppPointer(widget) for widget in QApplication.topLevelWidgets()}
    yield
    gc.collect()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    qapp.processEvents()
    widgets = [widget for widget in QApplication.topLevelWidgets() if getCppPointer(widget) not in before]
    assert not widgets, f"widgets left behind: {widgets}"
    timers = [thing for thing in gc.get_objects() if type(thing) is QTimer and isValid(thing) and thing.isActive()]
    assert not timers, f"timers left behind: {timers}"
