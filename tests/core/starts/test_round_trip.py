"""What a start builds, it reads back: the same start with the same values, and nothing that was edited since."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lrgui.core.recipe import Options, Recipe, Scheduler
from lrgui.core.starts import STARTS, recognise, starting_values
from tests.core.starts.drawing import values_of

EVERY = pytest.mark.parametrize("key", STARTS)


def built(key: str) -> Scheduler:
    return STARTS[key].build(starting_values(STARTS[key], Recipe()))


def with_options(scheduler: Scheduler, **options: object) -> Scheduler:
    return replace(scheduler, options=Options({**scheduler.options, **options}))


def with_child(scheduler: Scheduler, index: int, **options: object) -> Scheduler:
    children = list(scheduler.schedulers)
    children[index] = with_options(children[index], **options)
    return replace(scheduler, schedulers=tuple(children))


@EVERY
@given(data=st.data())
def test_what_a_start_builds_is_recognised_with_its_values(key: str, data: st.DataObject) -> None:
    start = STARTS[key]
    values = data.draw(values_of(start))
    assert start.check(values) == {}
    assert recognise(start.build(values)) == (start, values)


def test_a_tree_that_leaves_out_torchs_defaults_is_recognised_too() -> None:
    written_by_hand = Scheduler(
        "SequentialLR",
        Options(milestones=(100,)),
        (
            Scheduler("LinearLR", Options(start_factor=0.01, total_iters=100)),
            Scheduler("CosineAnnealingLR", Options(T_max=900)),
        ),
    )
    values = Options(warmup_steps=100, total_steps=1000, start_factor=0.01, eta_min=0.0)
    assert recognise(written_by_hand) == (STARTS["warm_up_cosine"], values)
    assert recognise(Scheduler("StepLR", Options(step_size=7))) == (
        STARTS["step_decay"],
        Options(step_size=7, gamma=0.1),
    )


def test_the_values_of_every_group_are_kept() -> None:
    start = STARTS["one_cycle"]
    values = starting_values(start, Recipe()).with_value("max_lr", (0.1, 0.003))
    assert recognise(start.build(values)) == (start, values)


def test_a_default_comes_back_in_place_of_what_has_no_part_in_the_schedule() -> None:
    start = STARTS["hf_warmup_stable_decay"]
    values = starting_values(start, Recipe())
    # transformers leaves num_training_steps out of account beside num_stable_steps, and num_cycles without a cosine.
    both = Options({**values, "num_stable_steps": 70, "decay_type": "linear", "num_cycles": 0.7})
    expected = Options({**both, "num_training_steps": None, "num_cycles": 0.5})
    assert recognise(start.build(both)) == (start, expected)


def test_values_that_are_not_complete_come_back_too() -> None:
    start = STARTS["hf_cosine_with_min_lr"]
    values = starting_values(start, Recipe()).with_value("min_lr", None)
    assert recognise(start.build(values)) == (start, values.with_value("lr_init", None))


def test_values_that_do_not_go_together_come_back_too() -> None:
    start = STARTS["warm_up_cosine"]
    values = Options(warmup_steps=100, total_steps=60, start_factor=0.5, eta_min=0.0)
    assert recognise(start.build(values)) == (start, values)


@pytest.mark.parametrize(
    "edited",
    [
        None,
        Scheduler("CosineAnnealingLR", Options(T_max=1000)),
        Scheduler("SequentialLR", Options(milestones=())),
        with_options(built("warm_up_cosine"), milestones=(51,)),
        with_options(built("warm_up_cosine"), milestones=(50, 60)),
        with_options(built("warm_up_cosine"), milestones=50),
        with_options(built("warm_up_cosine"), last_epoch=-1),
        with_child(built("warm_up_cosine"), 0, total_iters=49),
        with_child(built("warm_up_cosine"), 0, total_iters=50.0),
        with_child(built("warm_up_cosine"), 0, total_iters="50"),
        with_child(built("warm_up_cosine"), 0, start_factor=1.5),
        with_child(built("warm_up_cosine"), 0, end_factor=1.0),
        with_child(built("warm_up_cosine"), 1, T_max=True),
        with_child(built("warm_up_cosine"), 1, T_max=None),
        replace(built("warm_up_cosine"), schedulers=built("warm_up_cosine").schedulers[::-1]),
        replace(built("warm_up_cosine"), class_name="ChainedScheduler"),
        with_child(built("warm_up_linear"), 1, start_factor=0.9),
        with_child(built("warm_up_stable_decay"), 1, factor=0.5),
        with_child(built("warm_up_stable_decay"), 1, total_iters=10),
        with_options(built("constant"), factor=0.5),
        with_options(built("step_decay"), gamma="0.1"),
        with_options(built("hf_constant"), lr_lambda="1.0"),
        with_options(built("hf_constant"), lr_lambda=("1", "1")),
        with_options(built("hf_constant"), lr_lambda=None),
    ],
)
def test_a_tree_from_another_hand_is_not_recognised(edited: Scheduler | None) -> None:
    assert recognise(edited) is None


LAMBDAS = [key for key in STARTS if built(key).class_name == "LambdaLR"]


@pytest.mark.parametrize("key", LAMBDAS)
def test_an_expression_that_was_touched_is_not_recognised(key: str) -> None:
    scheduler = built(key)
    text = str(scheduler.options["lr_lambda"])
    for touched in (f" {text}", f"{text} + 0", text.replace(" ", "", 1), f"({text})", text.replace("1", "01", 1)):
        if touched != text:
            assert recognise(with_options(scheduler, lr_lambda=touched)) is None


@pytest.mark.parametrize("key", LAMBDAS)
@given(data=st.data())
def test_a_number_that_was_changed_is_told_from_a_parameter(key: str, data: st.DataObject) -> None:
    """A parameter that stands in several places cannot be changed in one, nor a number of the formula at all."""
    start = STARTS[key]
    text = str(start.build(data.draw(values_of(start))).options["lr_lambda"])
    number = data.draw(st.sampled_from(list(re.finditer(r"\d[\d.]*(?:e-?\d+)?", text))))
    text = text[: number.start()] + data.draw(st.sampled_from(("7", "0.25", "1e-05", "123456"))) + text[number.end() :]
    scheduler = Scheduler("LambdaLR", Options(lr_lambda=text))
    found = recognise(scheduler)
    assert found is None or found[0].build(found[1]) == scheduler
