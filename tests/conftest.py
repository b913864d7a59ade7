"""What every test relies on: settings of its own, and nothing left behind."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest

FIXTURES = Path(__file__).parent / "fixtures"
_GRACE_SECONDS = 20.0


@pytest.fixture
def fixtures() -> Path:
    """The folder of committed files."""
    return FIXTURES


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
