from __future__ import annotations

import pytest

from lrgui.ui.progress import Progress, RateMeter, duration
from lrgui.ui.words import counted, place


def test_time_left_follows_from_the_rate() -> None:
    progress = Progress(steps=250, planned=1000, rate=50.0)
    assert progress.fraction == 0.25
    assert progress.remaining == 15.0


def test_nothing_is_claimed_before_the_first_step() -> None:
    assert Progress().fraction == 0.0
    assert Progress(0, 10).remaining is None


def test_the_rate_is_that_of_the_last_second() -> None:
    meter = RateMeter()
    meter.start(10_000)
    meter.advance(0, 100.0)
    meter.advance(100, 101.0)
    assert meter.progress.rate == pytest.approx(100.0)
    for tick in range(1, 21):
        meter.advance(100 + 50 * tick, 101.0 + tick / 10)
    assert meter.progress.rate == pytest.approx(500.0)


def test_the_rate_of_a_run_at_rest_is_that_of_its_stepping() -> None:
    meter = RateMeter()
    meter.start(1000)
    meter.advance(100, 5.0)
    meter.rest(1000, 0.5)
    assert meter.progress == Progress(1000, 1000, 2000.0)


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.2, "0:00"), (12, "0:12"), (75, "1:15"), (3723, "1:02:03"), (360_000, "100:00:00")]
)
def test_durations_read_as_a_clock(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_counts_and_places_read_well() -> None:
    assert counted(1, "step") == "1 step"
    assert counted(12_345, "step") == "12\u202f345 steps"
    assert place(430, 100) == "step 430 · epoch 4"
