"""Forms made from signatures: what each kind of argument becomes, and what is said of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Any, Literal

import pytest

from lrgui.core.catalog.shared_fields import LAST_EPOCH
from lrgui.core.fields import REQUIRED, Field, Kind
from lrgui.engine.signatures import UneditableError, entry_of


def fields_of(made_by: Callable[..., Any]) -> dict[str, Field]:
    return {field.name: field for field in entry_of("lab.made", made_by).fields}


def test_defaults_tell_the_kind() -> None:
    def made(params, whole=3, number=0.5, yes=True, word="soft", pair=(0.9, 0.99), counts=(1, 2), many=[0.1]): ...  # noqa: ANN001, ANN202, B006

    kinds = {name: (field.kind, field.default, field.length) for name, field in fields_of(made).items()}
    assert kinds == {
        "whole": (Kind.INTEGER, 3, None),
        "number": (Kind.FLOAT, 0.5, None),
        "yes": (Kind.BOOLEAN, True, None),
        "word": (Kind.TEXT, "soft", None),
        "pair": (Kind.FLOATS, (0.9, 0.99), 2),
        "counts": (Kind.INTEGERS, (1, 2), 2),
        "many": (Kind.FLOATS, (0.1,), None),
    }


def test_types_tell_the_kind_of_what_has_no_default() -> None:
    def made(
        params: Any,
        steps: int,
        rate: int | float,
        flag: bool,
        mode: Literal["soft", "hard"],
        marks: list[int],
        pair: tuple[float, float],
        some: Sequence[float],
        annotated: Annotated[int, "counted"],
    ) -> None: ...

    fields = fields_of(made)
    assert all(field.default is REQUIRED for field in fields.values())
    assert {name: (field.kind, field.start) for name, field in fields.items()} == {
        "steps": (Kind.INTEGER, 1000),
        "rate": (Kind.FLOAT, 1.0),
        "flag": (Kind.BOOLEAN, False),
        "mode": (Kind.CHOICE, "soft"),
        "marks": (Kind.INTEGERS, ()),
        "pair": (Kind.FLOATS, (1, 1)),
        "some": (Kind.FLOATS, ()),
        "annotated": (Kind.INTEGER, 1),
    }
    assert fields["mode"].choices == ("soft", "hard")
    assert fields["pair"].length == 2
    for field in fields.values():
        assert field.check(field.start) is None


def test_none_is_allowed_where_a_type_or_a_default_says_so() -> None:
    def made(params, one: float | None = 0.5, two: int = None, three: Literal["a", None] = "a", four: float = 1.0): ...  # noqa: ANN001, ANN202, RUF013

    assert {name: field.optional for name, field in fields_of(made).items()} == {
        "one": True,
        "two": True,
        "three": True,
        "four": False,
    }


def test_names_tell_what_neither_type_nor_default_does() -> None:
    # As timm and transformers write them: a rate of 0 is no count.
    def made(optimizer, num_warmup_steps, t_initial, warmup_lr_init=0, weight_decay=0, warmup_t=0, beta3=None): ...  # noqa: ANN001, ANN202

    assert {name: field.kind for name, field in fields_of(made).items()} == {
        "num_warmup_steps": Kind.INTEGER,
        "t_initial": Kind.INTEGER,
        "warmup_lr_init": Kind.FLOAT,
        "weight_decay": Kind.FLOAT,
        "warmup_t": Kind.INTEGER,
        "beta3": Kind.FLOAT,
    }
    assert fields_of(made)["num_warmup_steps"].start == 100
    assert fields_of(made)["t_initial"].start == 1000


def test_what_is_no_plain_value_is_left_to_its_default() -> None:
    def made(params, hook=print, names=("a", "b"), table={}, kind=None, nested=((1, 2), (3, 4)), lr=0.1, **rest): ...  # noqa: ANN001, ANN003, ANN202, B006

    assert list(fields_of(made)) == ["lr"]


def test_what_is_no_plain_value_and_has_no_default_cannot_be_chosen() -> None:
    def made(params, base_optimizer: type, lr=0.1): ...  # noqa: ANN001, ANN202

    with pytest.raises(UneditableError, match="base_optimizer"):
        fields_of(made)


def test_the_learning_rate_and_what_torch_has_too_are_edited_as_torchs_own() -> None:
    def made(optimizer, lr=1, foreach: bool | None = None, last_epoch=-1): ...  # noqa: ANN001, ANN202

    fields = fields_of(made)
    assert (fields["lr"].kind, fields["lr"].minimum) == (Kind.LEARNING_RATE, 0)
    assert fields["foreach"].advanced
    assert fields["last_epoch"] == LAST_EPOCH


def test_types_that_cannot_be_told_do_no_harm() -> None:
    def made(params: Unknown, lr: Missing = 0.1, steps: AlsoMissing = 3): ...  # type: ignore[name-defined]  # noqa: ANN202, F821

    assert {name: field.kind for name, field in fields_of(made).items()} == {
        "lr": Kind.LEARNING_RATE,
        "steps": Kind.INTEGER,
    }


class Google:
    """Steps that halve. They go on."""

    def __init__(self, params: Any, warmup: int = 3, power: float = 1.0, rest: float = 0.5) -> None:
        """
        Args:
            params: whatever
            warmup (int, optional): how many steps
                the rate grows (default: 3). Not more.
            power (`float`, *optional*, defaults to `1.0`):
                The exponent
                of the decay.

        Another paragraph, with rest in it.
        """


def rest_style(optimizer: Any, warmup: int = 3, power: float = 1.0) -> None:
    """:param warmup: int. how many steps the rate grows.
    :param power: the exponent.
    """


def test_docstrings_tell_what_arguments_mean() -> None:
    entry = entry_of("lab.Google", Google)
    assert entry.summary == "Steps that halve."
    assert {field.name: field.help for field in entry.fields} == {
        "warmup": "How many steps the rate grows.",
        "power": "The exponent of the decay.",
        "rest": "",
    }
    assert {field.name: field.help for field in entry_of("lab.rest_style", rest_style).fields} == {
        "warmup": "How many steps the rate grows.",
        "power": "The exponent.",
    }


def test_a_long_summary_is_cut_between_words() -> None:
    def made(params: Any) -> None: ...

    made.__doc__ = "word " * 100
    summary = entry_of("lab.made", made).summary
    assert summary.endswith("word…")
    assert len(summary) <= 161


def test_words_are_taken_as_they_are() -> None:
    def made(params: Any, decay_type: str = "linear") -> None: ...

    field = fields_of(made)["decay_type"]
    assert field.check("1-sqrt") is None
    assert field.check(3) == "must be a word"
