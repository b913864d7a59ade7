from __future__ import annotations

import json
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pytest

import lrgui
from lrgui.core.errors import FileError, RecipeError, RunError
from lrgui.core.recipe import Choice, Options, Run, Scheduler

STEPPED = {
    "groups": [{"name": "weights", "match": "*weight"}, {"name": "biases", "match": "*bias", "options": {"lr": 4.0}}],
    "optimizer": {"class": "SGD", "options": {"lr": 1.0, "momentum": 0.5}},
    "scheduler": {"class": "StepLR", "options": {"step_size": 2, "gamma": 0.5}},
    "run": {"steps": 6, "steps_per_epoch": 3},
}
STEPPED_LR = [[1.0, 4.0], [1.0, 4.0], [0.5, 2.0], [0.5, 2.0], [0.25, 1.0], [0.25, 1.0]]


def test_a_dictionary_is_traced() -> None:
    trace = lrgui.trace(STEPPED)
    assert trace.groups == ("weights", "biases")
    assert trace["lr"].dtype == np.float64
    assert trace["lr"].shape == (6, 2)
    assert trace["lr"].tolist() == STEPPED_LR
    assert trace["momentum"].tolist() == [[0.5, 0.5]] * 6
    assert isinstance(trace, lrgui.Trace)


def test_a_path_or_any_mapping_is_traced(tmp_path: Path) -> None:
    path = tmp_path / "recipe.json"
    path.write_text(json.dumps(STEPPED))
    assert lrgui.trace(path)["lr"].tolist() == STEPPED_LR
    assert lrgui.trace(str(path))["lr"].tolist() == STEPPED_LR
    assert lrgui.trace(MappingProxyType(STEPPED))["lr"].tolist() == STEPPED_LR


def test_a_recipe_is_traced_and_left_as_it_is() -> None:
    recipe = lrgui.Recipe(
        optimizer=Choice("SGD", Options(lr=1.0)),
        scheduler=Scheduler("ExponentialLR", Options(gamma=0.5)),
        run=Run(steps=3, interval="epoch", steps_per_epoch=2),
    )
    assert lrgui.trace(recipe)["lr"].tolist() == [[1.0], [1.0], [0.5]]
    assert lrgui.trace(recipe, steps=5)["lr"].tolist() == [[1.0], [1.0], [0.5], [0.5], [0.25]]
    assert recipe.run.steps == 3
    assert lrgui.trace(recipe, steps=np.int64(2))["lr"].tolist() == [[1.0], [1.0]]


def test_a_preview_gives_the_same_rates() -> None:
    assert lrgui.trace(STEPPED, preview=True)["lr"].tolist() == STEPPED_LR


def test_progress_runs_from_little_to_all() -> None:
    parts: list[float] = []
    lrgui.trace(STEPPED, steps=1000, preview=True, progress=parts.append)
    assert parts == sorted(parts)
    assert 50 <= len(parts) <= 1000
    assert parts[-1] == 1.0


def test_errors_say_what_and_where(tmp_path: Path) -> None:
    with pytest.raises(RecipeError) as caught:
        lrgui.trace({**STEPPED, "groups": [{"name": "a", "match": "*"}, {"name": "b", "match": 3}]})
    assert caught.value.place == "groups[1].match"
    with pytest.raises(RecipeError) as caught:
        lrgui.trace(STEPPED, steps=0)
    assert caught.value.place == "run.steps"
    with pytest.raises(FileError, match="there is no such file"):
        lrgui.trace(tmp_path / "nowhere.json")
    with pytest.raises(RunError) as broken:
        lrgui.trace({**STEPPED, "scheduler": {"class": "LambdaLR", "options": {"lr_lambda": "1 / (3 - epoch)"}}})
    assert broken.value.step == 3


def test_public_names() -> None:
    assert lrgui.__all__ == ["Recipe", "Trace", "__version__", "trace"]
    assert all(hasattr(lrgui, name) for name in lrgui.__all__)
    with pytest.raises(AttributeError, match="no attribute 'tracé'"):
        lrgui.tracé  # noqa: B018 - the lookup is what is tested
