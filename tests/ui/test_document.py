"""The document: one recipe, undo, and the clean mark."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from lrgui.core.recipe import Choice, Options, Recipe, Scheduler
from lrgui.session.values import View
from lrgui.ui.document import Document

pytestmark = pytest.mark.usefixtures("qapp")


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def document(clock: Clock) -> Document:
    return Document(Recipe(), clock=clock)


def with_steps(steps: int) -> Recipe:
    return Recipe().with_run(steps=steps)


def test_a_change_is_announced_once_and_can_be_taken_back_and_made_again(document: Document) -> None:
    seen: list[int] = []

    def note(recipe: Recipe) -> None:
        seen.append(recipe.run.steps)

    document.recipe_changed.connect(note)
    document.replace(with_steps(7), "change of steps")
    assert document.undo_stack.undoText() == "change of steps"
    document.undo()
    document.redo()
    assert seen == [7, 1000, 7]


def test_an_equal_recipe_is_no_change(document: Document) -> None:
    document.replace(Recipe(), "change of nothing")
    assert not document.undo_stack.canUndo()
    assert not document.dirty


def test_an_integer_and_a_float_are_different_values(document: Document) -> None:
    document.replace(Recipe(optimizer=Choice("SGD", Options(lr=1))), "a")
    document.replace(Recipe(optimizer=Choice("SGD", Options(lr=1.0))), "b")
    assert document.undo_stack.count() == 2


def test_quick_edits_of_one_field_are_one_step_and_slow_ones_are_not(document: Document, clock: Clock) -> None:
    for steps in (1, 10, 100):
        clock.now += 0.5
        document.replace(with_steps(steps), "change of steps", "run.steps")
    clock.now += 0.8
    document.replace(with_steps(5), "change of steps", "run.steps")
    document.undo()
    assert document.recipe.run.steps == 100
    document.undo()
    assert document.recipe.run.steps == 1000
    assert not document.undo_stack.canUndo()


def test_edits_of_two_fields_are_two_steps_however_quick(document: Document) -> None:
    document.replace(with_steps(5), "change of steps", "run.steps")
    document.replace(with_steps(5).with_run(seed=3), "change of seed", "run.seed")
    document.undo()
    assert (document.recipe.run.steps, document.recipe.run.seed) == (5, 0)


def test_typing_what_cannot_be_used_yet_keeps_the_step_open(document: Document, clock: Clock) -> None:
    document.replace(with_steps(3), "change of steps", "run.steps")
    for _ in range(4):
        clock.now += 0.6
        document.keep_merging("run.steps")
    clock.now += 0.6
    document.replace(with_steps(30), "change of steps", "run.steps")
    document.undo()
    assert document.recipe.run.steps == 1000


def test_an_edit_after_undo_is_a_step_of_its_own(document: Document) -> None:
    document.replace(with_steps(1), "a", "run.steps")
    document.replace(with_steps(1).with_run(seed=2), "b", "run.seed")
    document.undo()
    document.replace(with_steps(4), "c", "run.steps")
    document.undo()
    assert document.recipe.run.steps == 1


def test_typing_back_to_the_start_leaves_nothing_to_undo(document: Document) -> None:
    document.replace(with_steps(1), "change of steps", "run.steps")
    document.replace(Recipe(), "change of steps", "run.steps")
    assert not document.undo_stack.canUndo()
    assert not document.dirty


def test_dirty_follows_the_saved_recipe_through_undo_and_redo(document: Document, tmp_path: Path) -> None:
    document.replace(with_steps(1), "a")
    document.mark_saved(tmp_path / "a.lrgui")
    assert not document.dirty
    document.undo()
    assert document.dirty
    document.redo()
    assert not document.dirty
    document.replace(Recipe(), "by hand")
    document.replace(with_steps(1), "by hand")
    assert not document.dirty


def test_an_edit_right_after_saving_does_not_swallow_the_saved_state(document: Document, tmp_path: Path) -> None:
    document.replace(with_steps(1), "change of steps", "run.steps")
    document.mark_saved(tmp_path / "a.lrgui")
    document.replace(with_steps(12), "change of steps", "run.steps")
    document.undo()
    assert not document.dirty


def test_a_long_metric_is_compared_once_however_often_it_is_asked_for(
    document: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    def with_values(*values: float) -> Recipe:
        return Recipe().with_run(metric=Choice("values", Options(values=values)))

    document.open(with_values(1.0, 2.0), None)
    document.replace(with_values(1.0, 3.0), "change of the metric")
    document.replace(with_values(1.0, 2.0), "change of the metric")
    compared: list[object] = []
    equal = Options.__eq__

    def watched(one: Options, other: object) -> bool:
        compared.append(other)
        return equal(one, other)

    monkeypatch.setattr(Options, "__eq__", watched)
    assert [document.dirty for _ in range(100)] == [False] * 100
    assert len(compared) <= 1
    document.undo()
    assert document.dirty


def test_what_changed_while_a_file_was_written_stays_dirty(document: Document, tmp_path: Path) -> None:
    written = document.recipe
    document.replace(with_steps(2), "change of steps")
    document.mark_saved(tmp_path / "a.lrgui", written)
    assert document.dirty


def test_recorded_runs_make_it_dirty_until_saved(document: Document, tmp_path: Path) -> None:
    document.set_runs_changed(True)
    assert document.dirty
    document.mark_saved(tmp_path / "runs.lrgui")
    assert not document.dirty
    assert document.title == "runs.lrgui"


def test_opening_forgets_what_was_before(document: Document, tmp_path: Path) -> None:
    document.replace(with_steps(1), "a")
    document.set_runs_changed(True)
    seen: list[Recipe] = []
    document.recipe_changed.connect(seen.append)
    document.open(with_steps(9), tmp_path / "b.json")
    assert [recipe.run.steps for recipe in seen] == [9]
    assert not document.undo_stack.canUndo()
    assert not document.dirty
    assert document.path == tmp_path / "b.json"
    document.open(Recipe(), None)
    assert document.title == "untitled"


def test_the_stacks_own_actions_are_followed_too(document: Document, qapp: QApplication) -> None:
    action = document.undo_stack.createUndoAction(document)
    document.replace(with_steps(1), "change of steps")
    assert action.text() == "Undo change of steps"
    action.trigger()
    assert document.recipe == Recipe()


def test_a_slot_may_change_the_recipe_again(document: Document) -> None:
    def force_even(recipe: Recipe) -> None:
        if recipe.run.steps % 2:
            document.replace(recipe.with_run(steps=recipe.run.steps + 1), "rounding")

    document.recipe_changed.connect(force_even)
    document.replace(with_steps(3), "change of steps")
    assert document.recipe.run.steps == 4
    document.undo_stack.undo()
    assert document.recipe.run.steps == 4


def test_problems_belong_to_their_place(document: Document) -> None:
    document.replace(
        Recipe(optimizer=Choice("Adam", Options(lr=-1.0)), scheduler=Scheduler("StepLR", Options(step_size=0))), "x"
    )
    assert [problem.place for problem in document.problems_for("optimizer")] == ["optimizer.options.lr"]
    assert [problem.place for problem in document.problems_for("scheduler.options")] == ["scheduler.options.step_size"]
    assert document.problems_for("optim") == ()
    document.undo()
    assert not document.problems_for("optimizer")


def test_a_gesture_is_one_step_however_long_it_rests(document: Document, clock: Clock) -> None:
    document.begin_gesture("move of milestone 1")
    for steps in (10, 20, 30):
        clock.now += 60
        document.replace(with_steps(steps), "")
        assert document.recipe.run.steps == steps
    assert document.in_gesture
    document.end_gesture()
    assert not document.in_gesture
    assert (document.undo_stack.count(), document.undo_stack.undoText()) == (1, "move of milestone 1")
    document.undo()
    assert document.recipe == Recipe()
    document.redo()
    assert document.recipe.run.steps == 30


def test_edits_before_and_after_a_gesture_are_steps_of_their_own(document: Document) -> None:
    document.replace(with_steps(1), "change of steps", "run.steps")
    document.begin_gesture("drag")
    document.replace(with_steps(2), "", "run.steps")
    document.end_gesture()
    document.replace(with_steps(3), "change of steps", "run.steps")
    assert document.undo_stack.count() == 3
    document.undo()
    assert document.recipe.run.steps == 2
    document.undo()
    assert document.recipe.run.steps == 1


def test_a_gesture_that_is_cancelled_leaves_no_trace(document: Document) -> None:
    document.replace(with_steps(5), "a")
    document.replace(with_steps(6), "b")
    document.undo()
    seen: list[int] = []

    def note(recipe: Recipe) -> None:
        seen.append(recipe.run.steps)

    document.recipe_changed.connect(note)
    document.begin_gesture("drag")
    document.replace(with_steps(7), "")
    document.cancel_gesture()
    assert seen == [7, 5]
    assert not document.in_gesture
    document.redo()
    assert document.recipe.run.steps == 6


def test_a_gesture_that_comes_back_to_where_it_began_is_no_step(document: Document) -> None:
    document.begin_gesture("drag")
    document.replace(with_steps(7), "")
    document.replace(Recipe(), "")
    document.end_gesture()
    assert not document.undo_stack.canUndo()
    assert not document.dirty


def test_a_gesture_shows_as_a_change_while_it_goes_on(document: Document) -> None:
    document.begin_gesture("drag")
    document.replace(with_steps(0), "")
    assert document.dirty
    assert [problem.place for problem in document.problems] == ["run.steps"]
    document.cancel_gesture()
    assert not document.dirty
    assert not document.problems


@pytest.mark.parametrize("end", [Document.end_gesture, Document.cancel_gesture])
def test_undo_in_the_middle_of_a_gesture_drops_it(document: Document, end: Callable[[Document], None]) -> None:
    document.replace(with_steps(5), "a")
    document.replace(with_steps(6), "b")
    document.begin_gesture("drag")
    document.replace(with_steps(7), "")
    document.undo_stack.undo()
    assert document.recipe.run.steps == 5
    assert not document.in_gesture
    end(document)
    assert document.recipe.run.steps == 5
    document.redo()
    assert document.recipe.run.steps == 6


def test_another_document_ends_a_gesture(document: Document) -> None:
    document.begin_gesture("drag")
    document.replace(with_steps(7), "")
    document.open(with_steps(9), None)
    document.end_gesture()
    assert document.recipe.run.steps == 9
    assert not document.undo_stack.canUndo()


def test_a_gesture_that_was_never_ended_is_kept_when_the_next_one_begins(document: Document) -> None:
    document.begin_gesture("first")
    document.replace(with_steps(7), "")
    document.begin_gesture("second")
    document.replace(with_steps(8), "")
    document.end_gesture()
    assert document.undo_stack.count() == 2
    document.undo()
    assert document.recipe.run.steps == 7


def test_quick_gestures_of_one_kind_are_one_step(document: Document, clock: Clock) -> None:
    for steps, wait in ((1, 0.5), (2, 0.5), (3, 0.8)):
        document.begin_gesture("move of T_max", "T_max")
        clock.now += 5
        document.replace(with_steps(steps), "")
        document.end_gesture()
        clock.now += wait
    document.begin_gesture("move of T_max", "T_max")
    document.replace(with_steps(4), "")
    document.end_gesture()
    document.begin_gesture("move of milestone 1", "milestone 1")
    document.replace(with_steps(5), "")
    document.end_gesture()
    left = []
    while document.undo_stack.canUndo():
        document.undo()
        left.append(document.recipe.run.steps)
    assert left == [4, 3, 1000]


def test_another_view_is_announced_once_and_can_be_taken_back(document: Document) -> None:
    seen: list[str] = []

    def note(view: View) -> None:
        seen.append(view.series)

    document.view_changed.connect(note)
    document.look(View(series="momentum"), "choice of momentum")
    document.look(View(series="momentum"), "choice of momentum")
    assert document.undo_stack.undoText() == "choice of momentum"
    document.undo()
    document.redo()
    assert seen == ["momentum", "lr", "momentum"]
    assert document.recipe == Recipe()


def test_views_and_recipes_are_undone_in_turn_and_never_merge(document: Document) -> None:
    document.replace(with_steps(1), "first", "run.steps")
    document.look(View(x_axis="epoch"), "second", "x")
    document.look(View(x_axis="fraction"), "third", "x")
    document.replace(with_steps(12), "fourth", "run.steps")
    document.undo()
    assert (document.recipe.run.steps, document.view.x_axis) == (1, "fraction")
    document.undo()
    assert (document.recipe.run.steps, document.view.x_axis) == (1, "step")
    document.undo()
    assert (document.recipe.run.steps, document.view.x_axis) == (1000, "step")
    assert not document.undo_stack.canUndo()


def test_a_view_in_the_middle_of_a_gesture_is_a_step_before_it(document: Document) -> None:
    document.begin_gesture("drag")
    document.replace(with_steps(7), "drag")
    document.look(View(series="momentum"), "choice of momentum")
    document.replace(with_steps(8), "drag")
    document.end_gesture()
    document.undo()
    assert (document.recipe.run.steps, document.view.series) == (1000, "momentum")
    document.undo()
    assert document.view.series == "lr"


def test_another_view_of_a_saved_session_is_something_to_save_until_it_is_taken_back(
    document: Document, tmp_path: Path
) -> None:
    document.look(View(series="momentum"), "choice of momentum")
    assert not document.dirty, "the view of what was never saved is no work"
    document.mark_saved(tmp_path / "a.lrgui")
    document.look(View(), "choice of lr")
    assert document.dirty
    document.undo()
    assert not document.dirty


def test_a_session_is_opened_with_its_view(document: Document, tmp_path: Path) -> None:
    document.look(View(series="momentum"), "choice of momentum")
    document.open(with_steps(3), tmp_path / "a.lrgui", View(x_axis="epoch"))
    assert document.view == View(x_axis="epoch")
    assert not document.undo_stack.canUndo()
    assert not document.dirty
    document.open(Recipe(), None)
    assert document.view == View()
