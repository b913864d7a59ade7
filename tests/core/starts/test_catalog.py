"""The starts as a menu and a form show them."""

from __future__ import annotations

import pytest

from lrgui.core.fields import Kind
from lrgui.core.starts import STARTS


def test_the_menu_has_both_families_one_after_the_other() -> None:
    titles = {
        family: [s.title for s in STARTS.values() if s.family == family] for family in ("Ready-made", "Hugging Face")
    }
    assert titles == {
        "Ready-made": [
            "Warm-up + cosine",
            "Warm-up + linear decay",
            "Warm-up + stable + decay",
            "Inverse square root (Noam)",
            "One cycle",
            "Cosine with restarts",
            "Step decay",
            "Constant",
        ],
        "Hugging Face": [
            "linear",
            "cosine",
            "cosine_with_restarts",
            "polynomial",
            "constant",
            "constant_with_warmup",
            "inverse_sqrt",
            "cosine_with_min_lr",
            "cosine_warmup_with_min_lr",
            "warmup_stable_decay",
        ],
    }
    assert [start.family for start in STARTS.values()] == ["Ready-made"] * 8 + ["Hugging Face"] * 10


@pytest.mark.parametrize("key", STARTS)
def test_a_start_explains_itself(key: str) -> None:
    start = STARTS[key]
    assert start.key == key
    assert start.summary.endswith(".")
    assert "\n" not in start.summary
    assert len({field.name for field in start.fields}) == len(start.fields)
    for field in start.fields:
        assert field.help.endswith(".")
        assert field.minimum >= 0 or field.kind in (Kind.CHOICE, Kind.BOOLEAN)
        assert {when.field for when in field.relevant_when} <= {other.name for other in start.fields}
