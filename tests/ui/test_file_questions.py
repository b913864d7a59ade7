from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from lrgui.session.claims import Elsewhere
from lrgui.ui import file_questions
from lrgui.ui.losses_dialog import LossesDialog
from lrgui.ui.origin import copy_of, own_file, read_only, repaired, with_suffix

PATH = Path("/data/a.lrgui")


def nothing() -> None:
    pass


@pytest.mark.parametrize(
    ("recipe", "view", "runs", "other_runs", "going_on", "words"),
    [
        (True, True, 0, False, None, ("the changed recipe",)),
        (False, True, 0, False, None, ("the changed view of the plot",)),
        (False, False, 1, True, None, ("1 unsaved run",)),
        (False, True, 0, True, None, ("what was changed of the runs",)),
        (True, False, 2, True, None, ("the changed recipe", "2 unsaved runs")),
        (False, False, 0, True, (430, 1000), ("the run that is at step 430 of 1\u202f000",)),
    ],
)
def test_what_is_unsaved_is_said_in_words(
    recipe: bool, view: bool, runs: int, other_runs: bool, going_on: tuple[int, int] | None, words: tuple[str, ...]
) -> None:
    said = file_questions.unsaved_work(recipe=recipe, view=view, runs=runs, other_runs=other_runs, going_on=going_on)
    assert said == words


def test_a_loss_is_listed_as_a_sentence() -> None:
    question = file_questions.unsaved_changes("a.lrgui", ("one", "two", "three"), nothing, nothing, nothing)
    assert question.more == "Otherwise one, two and three will be lost."


@pytest.mark.parametrize(
    ("message", "cause"),
    [
        ("/data/a.lrgui: cannot be written: no space left on device", "no space left on device"),
        ("/data/a.lrgui: cannot be read: permission denied", "permission denied"),
        (
            "/data/a.lrgui: is damaged: its session.json cannot be read",
            "it is damaged: its session.json cannot be read",
        ),
        ("/data/a.lrgui: groups[0].match must be a pattern", "groups[0].match must be a pattern"),
    ],
)
def test_why_a_file_failed_is_said_without_saying_the_name_twice(message: str, cause: str) -> None:
    question = file_questions.not_opened(PATH, message, nothing)
    assert question.text == f"“a.lrgui” could not be opened: {cause}."


def test_a_window_that_had_the_file_before_today_is_told_with_the_date() -> None:
    now = datetime.now().astimezone()
    today = file_questions.open_elsewhere(PATH, Elsewhere(7, now), nothing, nothing, nothing)
    assert today.text == f"“a.lrgui” is open in another window (process 7, since {now:%H:%M})."
    before = now - timedelta(days=2)
    older = file_questions.open_elsewhere(PATH, Elsewhere(7, before), nothing, nothing, nothing)
    assert older.text == f"“a.lrgui” is open in another window (process 7, since {before:%d %B, %H:%M})."


def test_a_long_name_is_cut_in_its_middle() -> None:
    name = f"{'a' * 200}.lrgui"
    text = file_questions.exists_already(Path("/data") / name, nothing, nothing, nothing).text
    assert "…" in text
    assert text.endswith(".lrgui” exists already.")
    assert len(text) < 100


def test_what_is_not_to_be_overwritten_has_no_path_and_another_name() -> None:
    for origin in (read_only(PATH, "it is write-protected"), copy_of(PATH, None), repaired(PATH)):
        assert origin.path is None
        assert origin.suggestion not in ("a.lrgui", "")
        assert origin.suggestion.endswith(".lrgui")
    assert own_file(PATH).suggestion == "a.lrgui"
    assert own_file(Path("/data/recipe.json")).suggestion == "recipe.lrgui"


def test_the_suffix_is_added_to_any_name_that_has_another() -> None:
    assert with_suffix(Path("/data/lr 0.001")) == Path("/data/lr 0.001.lrgui")
    assert with_suffix(Path("/data/A.LRGUI")) == Path("/data/A.LRGUI")


def test_many_losses_scroll_in_a_dialog_that_stays_small(qtbot: QtBot) -> None:
    window = LossesDialog(None, "Damaged File", "What was lost:", [f"Run {i} lost a column" for i in range(2000)])  # type: ignore[arg-type]
    qtbot.addWidget(window)
    window.show()
    assert window.losses.verticalScrollBar().maximum() > 0
    assert window.height() < window.fontMetrics().height() * 30
    assert window.losses.toPlainText().endswith("and 1500 more")
