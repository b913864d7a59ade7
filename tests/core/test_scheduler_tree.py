"""Edits of a tree of schedulers: nothing is lost, and phases keep their lengths."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from lrgui.core.phases import phase_lengths
from lrgui.core.recipe import Options, Scheduler
from lrgui.core.scheduler_tree import (
    Path,
    as_composite,
    at,
    duplicated,
    followed,
    inserted,
    moved,
    nearest,
    path_of,
    place_of,
    removed,
    replaced,
    unwrapped,
    walk,
    wrapped,
)

STEPS = 10_000
WARM_UP = Scheduler("LinearLR", Options(start_factor=0.01, total_iters=100))
COSINE = Scheduler("CosineAnnealingLR", Options(T_max=500))
DECAY = Scheduler("StepLR", Options(step_size=30))


def sequential(milestones: tuple[int, ...], *children: Scheduler) -> Scheduler:
    return Scheduler("SequentialLR", Options(milestones=milestones), children)


def chained(*children: Scheduler) -> Scheduler:
    return Scheduler("ChainedScheduler", schedulers=children)


def leaves() -> st.SearchStrategy[Scheduler]:
    """Schedulers that are told apart by gamma."""
    return st.floats(0.1, 0.9).map(lambda gamma: Scheduler("ExponentialLR", Options(gamma=gamma)))


@st.composite
def sequences(draw: st.DrawFn, children: st.SearchStrategy[Scheduler]) -> Scheduler:
    members = draw(st.lists(children, min_size=1, max_size=4))
    milestones = draw(
        st.lists(st.integers(1, STEPS - 1), min_size=len(members) - 1, max_size=len(members) - 1, unique=True)
    )
    return sequential(tuple(sorted(milestones)), *members)


def trees() -> st.SearchStrategy[Scheduler]:
    def composites(children: st.SearchStrategy[Scheduler]) -> st.SearchStrategy[Scheduler]:
        return sequences(children) | st.lists(children, min_size=1, max_size=4).map(lambda some: chained(*some))

    return composites(st.recursive(leaves(), composites, max_leaves=6))


def paths_of(tree: Scheduler) -> list[Path]:
    return [path for path, _ in walk(tree)]


def leaves_of(tree: Scheduler | None) -> Counter[Scheduler]:
    return Counter(scheduler for _, scheduler in walk(tree) if not scheduler.schedulers) if tree else Counter()


def assert_sound(tree: Scheduler) -> None:
    """One milestone fewer than there are children, and increasing, in every SequentialLR."""
    for _, scheduler in walk(tree):
        if scheduler.class_name == "SequentialLR":
            milestones: Any = scheduler.options["milestones"]
            assert len(milestones) == max(0, len(scheduler.schedulers) - 1)
            assert all(type(milestone) is int and milestone >= 1 for milestone in milestones)
            assert all(earlier < later for earlier, later in pairwise(milestones))


def test_paths_and_places() -> None:
    assert place_of(()) == "scheduler"
    assert place_of((1, 0)) == "scheduler.schedulers[1].schedulers[0]"
    assert path_of("scheduler") == ()
    assert path_of("scheduler.schedulers") == ()
    assert path_of("scheduler.options.milestones[0]") == ()
    assert path_of("scheduler.schedulers[1].schedulers[20].options.T_max") == (1, 20)
    assert path_of("schedulers[1]") is None
    assert path_of("run.steps") is None


@given(trees())
def test_the_place_of_a_path_is_where_the_recipe_has_it(tree: Scheduler) -> None:
    assert [place_of(path) for path, _ in walk(tree)] == [place for place, _ in tree.walk()]
    for path, scheduler in walk(tree):
        assert at(tree, path) is scheduler
        assert path_of(place_of(path)) == path


def test_a_path_that_leads_nowhere_leads_to_the_nearest() -> None:
    tree = sequential((100,), chained(WARM_UP), COSINE)
    assert nearest(tree, (0, 5)) == (0, 0)
    assert nearest(tree, (3, 1)) == (1,)
    assert nearest(tree, (1, 0)) == (1,)
    with pytest.raises(IndexError):
        at(tree, (2,))


def test_what_comes_first_takes_its_own_length_from_the_last_phase() -> None:
    tree = sequential((400,), DECAY, COSINE)
    grown = inserted(tree, (0,), WARM_UP, 1000)
    assert grown == sequential((100, 500), WARM_UP, DECAY, COSINE)


def test_what_comes_last_takes_over_where_the_one_before_is_done() -> None:
    assert inserted(sequential((), WARM_UP), (1,), COSINE, 1000) == sequential((100,), WARM_UP, COSINE)
    assert inserted(sequential((), DECAY), (1,), COSINE, 2000) == sequential((1500,), DECAY, COSINE)
    assert inserted(sequential((), DECAY), (1,), DECAY, 1000) == sequential((500,), DECAY, DECAY)
    assert inserted(sequential((), COSINE), (1,), DECAY, 300) == sequential((150,), COSINE, DECAY)


def test_nothing_has_a_phase_in_a_chain() -> None:
    assert inserted(chained(WARM_UP), (0,), COSINE, 1000) == chained(COSINE, WARM_UP)
    assert removed(chained(WARM_UP, COSINE), (0,), 1000) == chained(COSINE)


def test_removing_lets_the_others_keep_their_lengths() -> None:
    tree = sequential((100, 600), WARM_UP, COSINE, DECAY)
    assert removed(tree, (0,), 1000) == sequential((500,), COSINE, DECAY)
    assert removed(tree, (1,), 1000) == sequential((100,), WARM_UP, DECAY)
    assert removed(tree, (2,), 1000) == sequential((100,), WARM_UP, COSINE)
    assert removed(tree, (), 1000) is None


def test_a_child_takes_its_length_along() -> None:
    tree = sequential((100, 600), WARM_UP, COSINE, DECAY)
    assert moved(tree, (0,), (2,), 1000) == (sequential((500, 600), COSINE, WARM_UP, DECAY), (1,))
    assert moved(tree, (2,), (0,), 1000) == (sequential((400, 500), DECAY, WARM_UP, COSINE), (0,))
    assert moved(tree, (1,), (1,), 1000) == (tree, (1,))
    assert moved(tree, (1,), (2,), 1000) == (tree, (1,))


def test_moving_between_composites() -> None:
    tree = chained(sequential((100, 600), WARM_UP, COSINE, DECAY), DECAY)
    out, path = moved(tree, (0, 1), (2,), 1000)
    assert out == chained(sequential((100,), WARM_UP, DECAY), DECAY, COSINE)
    assert path == (2,)
    back, path = moved(out, (2,), (0, 1), 1000)
    assert back == tree
    assert path == (0, 1)
    shifted, path = moved(chained(WARM_UP, sequential((), DECAY)), (0,), (1, 0), 1000)
    assert shifted == chained(sequential((100,), WARM_UP, DECAY))
    assert path == (0, 0)


@pytest.mark.parametrize(("source", "target"), [((), (0,)), ((0,), (0, 0)), ((0,), ())])
def test_nothing_moves_into_itself(source: Path, target: Path) -> None:
    tree = chained(sequential((), WARM_UP), DECAY)
    with pytest.raises(ValueError, match="itself"):
        moved(tree, source, target, 1000)


def test_a_copy_lasts_as_long_where_there_is_room() -> None:
    tree = sequential((100,), WARM_UP, DECAY)
    assert duplicated(tree, (0,), 1000) == sequential((100, 200), WARM_UP, WARM_UP, DECAY)
    assert duplicated(tree, (1,), 1000) == sequential((100, 550), WARM_UP, DECAY, DECAY)


def test_composites_give_way_to_their_children_and_share_their_phase() -> None:
    inner = sequential((40,), WARM_UP, COSINE)
    assert unwrapped(sequential((100,), inner, DECAY), (0,), 1000) == sequential((40, 100), WARM_UP, COSINE, DECAY)
    assert unwrapped(sequential((100,), chained(WARM_UP, COSINE), DECAY), (0,), 1000) == sequential(
        (50, 100), WARM_UP, COSINE, DECAY
    )
    assert unwrapped(sequential((100,), DECAY, inner), (1,), 1000) == sequential((100, 140), DECAY, WARM_UP, COSINE)
    assert unwrapped(chained(inner, DECAY), (0,), 1000) == chained(WARM_UP, COSINE, DECAY)
    with pytest.raises(ValueError, match="single child"):
        unwrapped(inner, (), 1000)


def test_another_composite_takes_over_the_children() -> None:
    both = sequential((100,), WARM_UP, COSINE)
    assert as_composite(both, (), "ChainedScheduler", 1000) == chained(WARM_UP, COSINE)
    assert as_composite(chained(WARM_UP, COSINE), (), "SequentialLR", 1000) == sequential((500,), WARM_UP, COSINE)
    assert as_composite(DECAY, (), "SequentialLR", 1000) == sequential((), DECAY)
    assert as_composite(sequential(()), (), "ChainedScheduler", 1000) == chained()


def test_a_scheduler_is_followed_to_where_it_is_now() -> None:
    tree = sequential((100, 600), WARM_UP, COSINE, DECAY)
    assert followed(tree, (1,), moved(tree, (1,), (0,), 1000)[0]) == (0,)
    assert followed(tree, (2,), wrapped(tree, (2,), "ChainedScheduler")) == (2, 0)
    assert followed(tree, (2,), sequential((100,), WARM_UP, COSINE)) == (1,)
    assert followed(tree, (1,), replaced(tree, (1,), DECAY)) == (1,)
    twins = chained(DECAY, DECAY)
    assert followed(twins, (1,), replaced(twins, (1,), WARM_UP)) == (1,)


@given(trees(), st.data())
def test_removing_takes_back_what_inserting_did(tree: Scheduler, data: st.DataObject) -> None:
    composites = [path for path, scheduler in walk(tree) if scheduler.schedulers]
    parent = data.draw(st.sampled_from(composites))
    index = data.draw(st.integers(0, len(at(tree, parent).schedulers)))
    grown = inserted(tree, (*parent, index), DECAY, STEPS)
    assert at(grown, (*parent, index)) == DECAY
    assert_sound(grown)
    assert leaves_of(grown) == leaves_of(tree) + Counter([DECAY])
    assert removed(grown, (*parent, index), STEPS) == tree


@given(trees(), st.data())
def test_moving_loses_no_scheduler_and_keeps_milestones_sound(tree: Scheduler, data: st.DataObject) -> None:
    source = data.draw(st.sampled_from([path for path in paths_of(tree) if path] or [(0,)]))
    composites = [path for path, scheduler in walk(tree) if scheduler.schedulers and path[: len(source)] != source]
    parent = data.draw(st.sampled_from(composites))
    index = data.draw(st.integers(0, len(at(tree, parent).schedulers)))
    changed, path = moved(tree, source, (*parent, index), STEPS)
    assert at(changed, path) == at(tree, source)
    assert_sound(changed)
    left_empty = Counter(
        scheduler
        for _, scheduler in walk(changed)
        if scheduler.class_name != "ExponentialLR" and not scheduler.schedulers
    )
    assert leaves_of(changed) - left_empty == leaves_of(tree)


@given(sequences(leaves()), st.data())
def test_reordering_permutes_the_lengths_with_the_children(tree: Scheduler, data: st.DataObject) -> None:
    count = len(tree.schedulers)
    source, target = data.draw(st.integers(0, count - 1)), data.draw(st.integers(0, count))
    before = Counter(zip(tree.schedulers, phase_lengths(tree, STEPS), strict=True))
    changed, _ = moved(tree, (source,), (target,), STEPS)
    assert Counter(zip(changed.schedulers, phase_lengths(changed, STEPS), strict=True)) == before
    assert sum(phase_lengths(changed, STEPS)) == STEPS


@given(trees(), st.data())
def test_unwrapping_takes_back_what_wrapping_did(tree: Scheduler, data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(paths_of(tree)))
    class_name = data.draw(st.sampled_from(["SequentialLR", "ChainedScheduler"]))
    grown = wrapped(tree, path, class_name)
    assert_sound(grown)
    assert at(grown, (*path, 0)) == at(tree, path)
    assert unwrapped(grown, path, STEPS) == tree


@given(trees(), st.data())
def test_unwrapping_keeps_every_leaf_and_the_length_of_the_phase(tree: Scheduler, data: st.DataObject) -> None:
    nested = [path for path, scheduler in walk(tree) if path and scheduler.schedulers]
    assume(nested)
    path = data.draw(st.sampled_from(nested))
    flat = unwrapped(tree, path, STEPS)
    assert leaves_of(flat) == leaves_of(tree)
    parent, index = at(tree, path[:-1]), path[-1]
    count = len(at(tree, path).schedulers)
    assert at(flat, path[:-1]).schedulers[index : index + count] == at(tree, path).schedulers
    if parent.class_name == "SequentialLR" and len(path) == 1 and index < len(parent.schedulers) - 1:
        length = phase_lengths(parent, STEPS)[index]
        inner: Any = at(tree, path).options.get("milestones", ())
        assume(length >= count and all(milestone < length for milestone in inner))
        lengths = phase_lengths(at(flat, path[:-1]), STEPS)[index : index + count]
        assert sum(lengths) == length


@given(trees(), st.data())
def test_edits_survive_any_milestones(tree: Scheduler, data: st.DataObject) -> None:
    milestones = data.draw(st.lists(st.integers(-3, 3) | st.floats() | st.none(), max_size=5).map(tuple))
    broken = Scheduler("SequentialLR", Options(milestones=milestones), (tree, WARM_UP, COSINE))
    steps = data.draw(st.none() | st.integers(1, 5))
    for changed in (
        inserted(broken, (1,), DECAY, steps),
        removed(broken, (0,), steps),
        moved(broken, (2,), (0,), steps)[0],
        duplicated(broken, (1,), steps),
        unwrapped(broken, (0,), steps),
    ):
        assert changed is not None
        made: Any = changed.options["milestones"]
        assert len(made) == len(changed.schedulers) - 1
        assert list(made) == sorted(made)
