"""What every test relies on: settings of its own, and nothing left behind."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from hypothesis import HealthCheck, settings

from tests.made_up_libraries import MadeUpLibraries

FIXTURES = Path(__file__).parent / "fixtures"
_GRACE_SECONDS = 20.0

# Property tests are bounded by their number of examples, never by the clock of a busy machine. Those of "ci" are the
# same every time; --hypothesis-profile=nightly draws new ones, and many more.
_UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", _UNHURRIED, max_examples=300, derandomize=True)
settings.register_profile("nightly", _UNHURRIED, max_examples=5000, print_blob=True)
settings.load_profile("ci")


@pytest.fixture
def fixtures() -> Path:
    """The folder of committed files."""
    return FIXTURES


@pytest.fixture(autouse=True)
def folders_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the user's list of trusted libraries, and what can be recovered, out of the tests."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))


@pytest.fixture
def libraries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MadeUpLibraries]:
    """Libraries to be made up and installed for one test; nothing of any library is known after it."""
    made_up = MadeUpLibraries(tmp_path / "site-packages", monkeypatch)
    yield made_up
    made_up.forget()


@pytest.fixture(autouse=True)
def no_thread_left() -> Iterator[None]:
    """Fail a test that leaves a thread behind."""
    before = set(threading.enumerate())
    yield
    deadline = time.monotonic() + _GRACE_SECONDS
    while left := [thread.name for thread in set(threading.enumerate()) - before if thread.is_alive()]:
        if time.monotonic() > deadline:
            pytest.fail(f"threads left behind: {', '.join(left)}")
        time.sleep(0.01)
