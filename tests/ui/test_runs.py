from __future__ import annotations

import numpy as np
import pytest

from lrgui.core.recipe import Recipe
from lrgui.core.trace import Trace
from lrgui.ui.runs import Runs


def make_trace(*groups: str, series: tuple[str, ...] = ("lr",)) -> Trace:
    columns = [np.arange(3.0)] * (len(groups) * len(series))
    return Trace.from_columns(columns, series, groups, 1)


@pytest.fixture
def runs(qapp: object) -> Runs:
    runs = Runs()
    for _ in range(3):
        runs.start(runs.next_id, Recipe(), make_trace("weights", "biases"))
    return runs


def names(runs: Runs) -> list[str]:
    return [run.name for run in runs.all]


def show(runs: Runs, run_id: int, visible: bool) -> None:
    runs.amend({run_id: {"visible": visible}})


def test_runs_are_numbered_and_the_newest_is_selected(runs: Runs) -> None:
    assert names(runs) == ["Run 1", "Run 2", "Run 3"]
    assert runs.selected is not None
    assert runs.selected.name == "Run 3"


def test_a_run_that_never_ended_counts_as_stopped(runs: Runs) -> None:
    assert {run.status for run in runs.all} == {"stopped"}


def test_a_hidden_run_is_kept_and_another_comes_to_the_front(runs: Runs) -> None:
    show(runs, 3, False)
    assert [run.id for run in runs.visible] == [1, 2]
    assert runs.front is not None
    assert runs.front.id == 2
    assert len(runs.all) == 3


def test_the_run_that_was_clicked_stays_selected_while_it_is_hidden(runs: Runs) -> None:
    runs.select(1)
    show(runs, 1, False)
    assert (runs.selected, runs.front) == (runs.by_id(1), runs.by_id(3))
    show(runs, 1, True)
    assert runs.front == runs.by_id(1)
