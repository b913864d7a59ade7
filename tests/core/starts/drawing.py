"""Values for starts, drawn from their fields."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from lrgui.core.fields import Field, Kind
from lrgui.core.recipe import Options
from lrgui.core.starts import Start

_LARGEST = 10.0
_LONGEST = 100_000


@st.composite
def values_of(draw: st.DrawFn, start: Start) -> Options:
    """Draw right values, with none for what has no part in the schedule beside the others."""
    values = {field.name: draw(_values(field)) for field in start.fields}
    if "total_steps" in values and "warmup_steps" in values:
        values["total_steps"] = values["warmup_steps"] + values.get("decay_steps", 0) + draw(st.integers(1, _LONGEST))
    if "lr_end" in values:
        values["lr_init"] = draw(st.floats(1e-9, _LARGEST) | st.integers(1, 9))
        values["lr_end"] = values["lr_init"] * draw(st.floats(0, 0.9))
    if "min_lr" in values:
        chosen = "min_lr" if draw(st.booleans()) else "min_lr_rate"
        _leave_one(values, chosen, ("min_lr", "min_lr_rate"), draw(st.floats(0, 1)))
        values["lr_init"] = draw(st.floats(1e-9, _LARGEST)) if chosen == "min_lr" else None
    if "num_stable_steps" in values:
        chosen = "num_stable_steps" if draw(st.booleans()) else "num_training_steps"
        _leave_one(values, chosen, ("num_stable_steps", "num_training_steps"), draw(st.integers(1, _LONGEST)))
        values["num_cycles"] = values["num_cycles"] if values["decay_type"] == "cosine" else 0.5
    return Options(values)


def _leave_one(values: dict[str, Any], chosen: str, names: tuple[str, ...], value: float) -> None:
    values.update({name: value if name == chosen else None for name in names})


def _values(field: Field) -> st.SearchStrategy[Any]:
    numbers = _plain_values(field)
    return st.none() | numbers if field.optional else numbers


def _plain_values(field: Field) -> st.SearchStrategy[Any]:
    match field.kind:
        case Kind.CHOICE:
            return st.sampled_from(field.choices)
        case Kind.BOOLEAN:
            return st.booleans()
        case Kind.INTEGER:
            return st.integers(int(field.minimum), _LONGEST)
    floats = st.floats(field.minimum, min(field.maximum, _LARGEST), exclude_min=field.open_minimum)
    # A number of the kind float may be written without a point, and stays as it was written.
    whole = st.integers(1, int(min(field.maximum, _LARGEST)))
    return floats | whole
