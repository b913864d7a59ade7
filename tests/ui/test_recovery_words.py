"""What can be recovered, in words."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from lrgui.core.recipe import Choice, Group, Options, Recipe, Run, Scheduler
from lrgui.ui.recovery_details import recipe_in_words
from lrgui.ui.recovery_words import (
    cause_of_crash,
    ending_in_words,
    moment_in_words,
    rows_in_words,
)

_FAULT = (
    "Fatal Python error: Segmentation fault\n\nCurrent thread 0x00007f (most recent call first):\n  File x, line 3\n"
)


def test_a_recipe_is_told_in_a_line() -> None:
    recipe = Recipe(
        groups=(Group("weights", ("weight",)), Group("biases", ("bias",))),
        optimizer=Choice("Adam"),
        scheduler=Scheduler("CosineAnnealingLR", Options(T_max=1000)),
        run=Run(steps=1000),
    )
    assert recipe_in_words(recipe) == "Adam, CosineAnnealingLR, 1\u202f000 steps, 2 groups"


def test_a_composite_names_its_children_and_the_rest_is_a_group() -> None:
    children = (Scheduler("LinearLR"), Scheduler("CosineAnnealingLR"))
    recipe = Recipe(scheduler=Scheduler("SequentialLR", Options(milestones=(5,)), children), run=Run(steps=1))
    assert recipe_in_words(recipe) == "Adam, SequentialLR (LinearLR, CosineAnnealingLR), 1 step, 1 group"
    assert recipe_in_words(Recipe()) == "Adam, no scheduler, 1\u202f000 steps, 1 group"


def test_a_run_that_went_on_says_how_far_it_was() -> None:
    assert rows_in_words(412, 1000) == "412 of 1\u202f000 steps"
    assert rows_in_words(1000, 1000) == "1\u202f000 steps"
    assert rows_in_words(0, 1) == "0 of 1 step"


@pytest.mark.parametrize(
    ("before", "words"),
    [
        (timedelta(minutes=3), "today 00:07"),
        (timedelta(minutes=11), "yesterday 23:59"),
        (timedelta(hours=24), "yesterday 00:10"),
        (timedelta(hours=25), "2 Mar 2026, 23:10"),
        (timedelta(days=400), "28 Jan 2025, 00:10"),
    ],
)
def test_a_moment_is_told_as_people_do(before: timedelta, words: str) -> None:
    now = datetime(2026, 3, 4, 0, 10).astimezone()
    assert moment_in_words(now - before, now) == words


@pytest.mark.parametrize(
    ("log", "cause"),
    [
        (_FAULT, "Segmentation fault"),
        ("Windows fatal exception: access violation\n\nCurrent thread", "access violation"),
        ("Fatal Python error: Aborted\n\nThread 0x7f", "Aborted"),
        (f"QWidget: Must construct a QApplication\n{_FAULT}", "QWidget: Must construct a QApplication"),
        ("something else\nand more", "something else"),
        ("x" * 500, "x" * 120),
    ],
)
def test_the_cause_of_a_crash_is_the_line_that_says_it(log: str, cause: str) -> None:
    assert cause_of_crash(log) == cause


def test_a_window_without_a_crash_log_was_not_closed() -> None:
    assert ending_in_words("") == "ended without being closed"
    assert ending_in_words(_FAULT) == "crashed: Segmentation fault"
