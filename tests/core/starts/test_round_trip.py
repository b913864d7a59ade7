"""What a start builds, it reads back: the same start with the same values."""

from __future__ import annotations

import pytest

from lrgui.core.recipe import Recipe
from lrgui.core.starts import STARTS, recognise, starting_values


@pytest.mark.parametrize("key", STARTS)
def test_what_a_start_builds_is_recognised_with_its_values(key: str) -> None:
    start = STARTS[key]
    values = starting_values(start, Recipe())
    assert recognise(start.build(values)) == (start, values)
