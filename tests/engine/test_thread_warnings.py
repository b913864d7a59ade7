"""Warnings go to the thread they were raised in."""

from __future__ import annotations

import warnings
from threading import Thread

import pytest

from lrgui.engine.thread_warnings import heard_by


def shown(recorder: pytest.WarningsRecorder) -> list[str]:
    return [str(warning.message) for warning in recorder]


def test_only_the_warnings_of_the_own_thread_are_heard(recwarn: pytest.WarningsRecorder) -> None:
    heard: list[str] = []

    def warn_elsewhere() -> None:
        warnings.warn("from the other thread", UserWarning, stacklevel=1)

    with heard_by(heard.append):
        warnings.warn("from this\n  thread", UserWarning, stacklevel=1)
        other = Thread(target=warn_elsewhere)
        other.start()
        other.join()
    assert heard == ["from this thread"]
    assert shown(recwarn) == ["from the other thread"]


def test_warnings_are_shown_as_before_once_nobody_listens(recwarn: pytest.WarningsRecorder) -> None:
    heard: list[str] = []
    with heard_by(heard.append):
        pass
    warnings.warn("after all", UserWarning, stacklevel=1)
    assert heard == []
    assert shown(recwarn) == ["after all"]


def test_a_listener_is_found_again_after_others_replaced_how_warnings_are_shown(
    recwarn: pytest.WarningsRecorder,
) -> None:
    heard: list[str] = []
    for message in ("first", "second"):
        # Leaving the context puts back whatever showed warnings before.
        with warnings.catch_warnings(), heard_by(heard.append):
            warnings.warn(message, UserWarning, stacklevel=1)
    warnings.warn("third", UserWarning, stacklevel=1)
    assert heard == ["first", "second"]
    assert shown(recwarn) == ["third"]
