"""A line with fewer points looks the same."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lrgui.ui.plot.simplify import needed_points

VISIBLE = 0.25  # pixels


def lines(random: np.random.Generator, points: int, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Return lines of corners with smooth or straight stretches between them, some with spikes."""
    x = np.cumsum(random.choice([0.01, 0.3, 0.7], points))
    corners = np.sort(random.choice(points, min(points, random.integers(2, 12)), replace=False))
    y = np.stack([np.interp(np.arange(points), corners, random.uniform(0, 600, len(corners))) for _ in range(count)])
    y += random.choice([0.0, 5.0, 200.0], (count, 1)) * np.sin(x / random.uniform(5, 300))
    y[random.random(y.shape) < random.choice([0.0, 0.01])] = 300.0
    return x, y


@given(st.integers(2, 3000), st.integers(1, 9), st.integers(0, 2**32))
def test_what_is_left_out_lies_on_the_line_through_what_is_kept(points: int, count: int, seed: int) -> None:
    x, y = lines(np.random.default_rng(seed), points, count)
    needed = needed_points(x, y)
    assert needed[:, [0, -1]].all()
    for line, keep in zip(y, needed, strict=True):
        assert np.abs(np.interp(x, x[keep], line[keep]) - line).max() < VISIBLE


@pytest.mark.parametrize("points", [100, 1771, 3540])
def test_a_straight_line_is_left_with_hardly_any_points(points: int) -> None:
    x = np.linspace(0, 1180, points)
    y = np.stack([0.5 * x, np.full(points, 7.0), np.abs(x - 590)])
    assert needed_points(x, y).sum(axis=1).max() <= 40


def test_a_smooth_curve_is_left_with_few() -> None:
    x = np.linspace(0, 1180, 3540)
    assert needed_points(x, 300 * np.cos(x[np.newaxis] / 375)).sum() < 180


@pytest.mark.parametrize("broken", [np.nan, np.inf])
def test_what_is_no_number_is_kept_with_its_neighbours(broken: float) -> None:
    x, y = np.arange(1000.0), np.zeros((1, 1000))
    y[0, 500] = broken
    assert needed_points(x, y)[0, 499:502].all()


def test_a_step_upright_is_kept() -> None:
    x = np.arange(1000.0)
    x[500:] -= 1.0  # rows 499 and 500 are in one place
    y = np.where(np.arange(1000) < 500, 0.0, 100.0)[np.newaxis]
    assert needed_points(x, y)[0, 499:501].all()
