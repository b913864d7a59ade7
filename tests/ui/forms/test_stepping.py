"""What the arrow keys do to a number."""

from __future__ import annotations

import pytest

from lrgui.core.fields import Field, Kind
from lrgui.ui.forms.stepping import step_value

RATE = Field("lr", Kind.LEARNING_RATE, minimum=0)
SHARE = Field("gamma", Kind.FLOAT, minimum=0, maximum=1, open_maximum=True)
COUNT = Field("steps", Kind.INTEGER, minimum=1, maximum=2000)


@pytest.mark.parametrize(
    ("field", "value", "steps", "moved"),
    [
        (RATE, 1e-3, 1, 2e-3),
        (RATE, 2e-3, 1, 5e-3),
        (RATE, 5e-3, 1, 1e-2),
        (RATE, 3e-4, 1, 5e-4),
        (RATE, 3e-4, -1, 2e-4),
        (RATE, 1e-3, -1, 5e-4),
        (RATE, 3e-4, 10, 3e-3),
        (RATE, 3e-4, -10, 3e-5),
        (RATE, 0.0, 1, 1e-6),
        (RATE, 0.0, -1, 0.0),
        (SHARE, 0.9, 1, 0.91),
        (SHARE, 0.1, -1, 0.099),
        (SHARE, 0.99, 1, 0.99),
        (SHARE, 0.0, 1, 0.01),
        (SHARE, 0.05, -10, 0.04),
        (SHARE, 1e-8, 1, 2e-8),
        (COUNT, 1, 1, 2),
        (COUNT, 1, -1, 1),
        (COUNT, 1000, 1, 1100),
        (COUNT, 1000, -1, 990),
        (COUNT, 1950, 1, 2000),
    ],
)
def test_steps(field: Field, value: float, steps: int, moved: float) -> None:
    result = step_value(field, value, steps)
    assert result == moved
    assert type(result) is type(moved)


def test_a_rate_climbs_eight_decades_without_rounding_errors() -> None:
    rate: float = 1e-8
    seen = []
    for _ in range(24):
        rate = step_value(RATE, rate, 1)
        seen.append(rate)
    assert seen == [float(f"{mantissa}e{exponent}") for exponent in range(-8, 1) for mantissa in (1, 2, 5)][1:25]
