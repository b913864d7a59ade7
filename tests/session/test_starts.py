"""A ready-made schedule shows its parameters again when its file is opened next week."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from lrgui.core.recipe import Recipe
from lrgui.core.starts import STARTS, recognise, starting_values
from lrgui.session.recipe_json import read_recipe_text, recipe_to_json


@pytest.mark.parametrize("key", STARTS)
def test_a_start_is_recognised_in_a_file(key: str) -> None:
    start = STARTS[key]
    values = starting_values(start, Recipe())
    text = json.dumps(recipe_to_json(replace(Recipe(), scheduler=start.build(values))))
    assert recognise(read_recipe_text(text).scheduler) == (start, values)
