"""The template of an expression writes numbers that read back as the very same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lrgui.core.expression import Expression
from lrgui.core.recipe import Options
from lrgui.core.starts.template import Template

DECAY = Template("{factor} ** (epoch / {steps}) if epoch < {steps} else {factor}")


def test_every_place_of_a_parameter_gets_its_value() -> None:
    assert DECAY.write({"factor": 0.5, "steps": 10, "unused": 1}) == "0.5 ** (epoch / 10) if epoch < 10 else 0.5"
    assert DECAY.names == ("factor", "steps")


@given(factor=st.floats(0, allow_infinity=False) | st.integers(0, 2**62), steps=st.integers(0, 2**62))
def test_numbers_read_back_as_the_very_same(factor: float, steps: int) -> None:
    values = Options(factor=abs(factor), steps=steps)
    text = DECAY.write(values)
    assert Options(DECAY.read(text)) == values
    assert Expression(text.partition(" ")[0], ())() == float(factor)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0.5 ** (epoch / 10) if epoch < 11 else 0.5",
        "0.5 ** (epoch / 10) if epoch < 10 else 0.25",
        "0.5 ** (epoch / 10) if epoch < 10 else 0.5 + 1",
        "-0.5 ** (epoch / 10) if epoch < 10 else -0.5",
        "0.5 ** (epoch / 1_0) if epoch < 1_0 else 0.5",
        ".5 ** (epoch / 10) if epoch < 10 else .5",
        "pi ** (epoch / 10) if epoch < 10 else pi",
        "٣ ** (epoch / 10) if epoch < 10 else ٣",
        None,
        0.5,
        ("0.5", "0.5"),
        # More digits than Python reads.
        f"0.5 ** (epoch / {'9' * 5000}) if epoch < {'9' * 5000} else 0.5",
    ],
)
def test_what_does_not_come_from_the_template_is_refused(text: object) -> None:
    assert DECAY.read(text) is None  # type: ignore[arg-type]


def test_a_parameter_without_a_value_leaves_its_name() -> None:
    text = DECAY.write({"factor": None, "steps": 10})
    assert text == "factor ** (epoch / 10) if epoch < 10 else factor"
    assert DECAY.read(text) == {"factor": None, "steps": 10}
