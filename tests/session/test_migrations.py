from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lrgui.core.errors import FileError
from lrgui.core.recipe import Choice, Group, Options, Recipe, Resume, Run, Scheduler, Unfreeze
from lrgui.session.migrations import CURRENT_VERSION, MIGRATIONS, migrate
from lrgui.session.store import read_file
from lrgui.session.values import Comparison, View


def test_version_1_still_opens(fixtures: Path) -> None:
    """The fixture was written by lrgui 0.1.0 and is never written again."""
    session = read_file(fixtures / "session_v1.lrgui")
    recipe = Recipe(
        groups=(Group("weights", ("*weight",)), Group("biases", ("*bias", "*beta"), Options(lr=0.5))),
        optimizer=Choice("SGD", Options(lr=0.25, momentum=0.9)),
        scheduler=Scheduler("ExponentialLR", Options(gamma=0.5)),
        run=Run(steps=4, steps_per_epoch=2, seed=3),
    )
    assert session.recipe == recipe
    assert session.view == View(x_axis="epoch", series="momentum", log=frozenset({"momentum"}), hidden=frozenset())
    halved, broken = session.runs
    assert (halved.id, halved.name, halved.colour, halved.status, halved.visible) == (1, "Halved", 0, "finished", True)
    assert (halved.pinned, halved.notes, halved.details) == (False, "", "")
    assert halved.recipe == recipe
    assert halved.trace.steps_per_epoch == 2
    assert halved.trace["lr"].tolist() == [[0.25, 0.5], [0.125, 0.25], [0.0625, 0.125], [0.03125, 0.0625]]
    assert halved.trace["momentum"].tolist() == [[0.9, 0.9]] * 4
    assert (broken.id, broken.name, broken.colour, broken.status, broken.message, broken.visible) == (
        (2, "Broken off", 5, "failed", "step 1, it broke", False)
    )
    assert np.isnan(broken.trace["lr"]).tolist() == [[True]]


def test_a_run_under_conditions_of_version_1_still_opens(fixtures: Path) -> None:
    """The fixture was written by `lrgui trace --session` when the conditions were new, and is never written again."""
    session = read_file(fixtures / "session_v1_conditions.lrgui")
    assert session.recipe.run == Run(
        steps=6,
        steps_per_epoch=2,
        skipped_steps=(1,),
        unfreeze=(Unfreeze("backbone", 4),),
        resume=Resume(3, "build_then_load"),
    )
    (run,) = session.runs
    assert run.trace.groups == ("rest", "backbone")
    nan = np.nan
    expected = [[0.5, nan], [1.0, nan], [0.5, nan], [0.25, 3.0], [0.125, 1.5]]
    np.testing.assert_array_equal(run.trace["lr"], expected)
    # lr / (1 + (t - 1)), with t counted by each group for itself.
    np.testing.assert_array_equal(
        run.trace["applied_lr"], [[0.5, nan], [0.5, nan], [0.5 / 3, nan], [0.25 / 4, 3.0], [0.125 / 5, 0.75]]
    )


def test_version_2_still_opens(fixtures: Path) -> None:
    """The fixture was written when runs got notes and pins, and the view its second panel; never written again."""
    session = read_file(fixtures / "session_v2.lrgui")
    assert session.view == View("fraction", "lr", "weight_decay", frozenset({"lr"}), Comparison("ratio", 4, 1))
    halved, stopped = session.runs
    assert (halved.pinned, halved.notes, halved.visible) == (True, "The first one.\nKeep it.", True)
    assert (stopped.pinned, stopped.notes, stopped.visible, stopped.status) == (False, "", False, "stopped")
    assert halved.trace["lr"].tolist() == [[0.25, 0.5], [0.125, 0.25], [0.0625, 0.125], [0.03125, 0.0625]]
    assert stopped.trace["weight_decay"].tolist() == [[0.5, 0.5]] * 2


def test_version_3_still_opens(fixtures: Path) -> None:
    """The fixture was written when failures got details and the view its hidden curves; never written again."""
    session = read_file(fixtures / "session_v3.lrgui")
    hidden = frozenset({"1/lr/weights", "preview/lr/biases"})
    assert session.view == View("fraction", "lr", "weight_decay", frozenset({"lr"}), Comparison("ratio", 4, 1), hidden)
    halved, failed = session.runs
    assert (halved.status, halved.message, halved.details) == ("finished", "", "")
    assert (failed.status, failed.message) == ("failed", "step 2: StepLR: it broke (ValueError)")
    assert failed.details.splitlines()[-1] == "ValueError: it broke"
    assert halved.trace["lr"].tolist() == [[0.25, 0.5], [0.125, 0.25], [0.0625, 0.125], [0.03125, 0.0625]]
    assert failed.trace["weight_decay"].tolist() == [[0.5, 0.5]] * 2


def to_version_2(document: dict[str, Any]) -> dict[str, Any]:
    return {**document, "runs": [{**run, "note": ""} for run in document["runs"]]}


def to_version_3(document: dict[str, Any]) -> dict[str, Any]:
    return {**document, "count": len(document["runs"])}


def test_steps_are_taken_in_order_from_the_documents_own_version() -> None:
    steps = (to_version_2, to_version_3)
    old = {"format": "lrgui-session", "version": 1, "runs": [{"id": 1}]}
    new = {"format": "lrgui-session", "version": 3, "runs": [{"id": 1, "note": ""}], "count": 1}
    assert migrate(old, steps) == new
    assert migrate({**old, "version": 2}, steps)["runs"] == [{"id": 1}]
    assert migrate(new, steps) == new
    assert old["version"] == 1


def test_there_is_a_step_for_every_version() -> None:
    assert len(MIGRATIONS) == CURRENT_VERSION - 1


@pytest.mark.parametrize(
    ("document", "message"),
    [
        (
            {"format": "lrgui-session", "version": 7},
            r"was written by a newer lrgui \(format 7\); this one reads up to 3",
        ),
        ({"format": "other", "version": 1}, "is not a session of lrgui"),
        ([], "is not a session of lrgui"),
        ({"format": "lrgui-session"}, "no version number"),
        ({"format": "lrgui-session", "version": True}, "no version number"),
        ({"format": "lrgui-session", "version": 0}, "no version number"),
    ],
)
def test_other_documents_are_refused(document: Any, message: str) -> None:
    with pytest.raises(FileError, match=message):
        migrate(document)
