"""What if: the conditions that bend a schedule, in the panel of the run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from lrgui.core.recipe import EveryNth, Recipe, Resume, Run, Unfreeze
from lrgui.ui.document import Document
from lrgui.ui.forms.conditions_panel import ConditionsPanel
from lrgui.ui.forms.recipe_panel import RecipePanel
from tests.ui.forms.driving import choose, click, focus_on, focused, type_into

Show = Callable[[QWidget], None]


@pytest.fixture
def panel(document: Document, show: Show) -> ConditionsPanel:
    """The panel, unfolded; of the two groups, `biases` is frozen."""
    weights, biases = document.recipe.groups
    document.open(replace(document.recipe, groups=(weights, replace(biases, frozen=True))), None)
    panel = ConditionsPanel(document)
    show(panel)
    click(panel.fold)
    return panel


def run_of(document: Document) -> Run:
    return document.recipe.run


def with_run(document: Document, **changes: Any) -> Recipe:
    return document.recipe.with_run(**changes)


def test_everything_is_off_and_folded_away_at_first(document: Document, show: Show) -> None:
    panel = ConditionsPanel(document)
    show(panel)
    assert not panel.form.isVisible()
    assert panel.fold.summary == "nothing"
    assert not panel.reset_button.isEnabled()
    assert run_of(document) == Run()


def test_frequency_calls_and_order_are_plain_fields_with_their_own_undo_step(
    panel: ConditionsPanel, document: Document
) -> None:
    type_into(panel.form.row("frequency").editor, "2")
    type_into(panel.form.row("calls").editor, "4")
    choose(panel.form.row("order").editor.focusProxy(), "scheduler_first")  # type: ignore[arg-type]
    assert (run_of(document).frequency, run_of(document).calls, run_of(document).order) == (2, 4, "scheduler_first")
    assert document.undo_stack.undoText() == "change of order"
    document.undo()
    document.undo()
    assert (run_of(document).frequency, run_of(document).calls) == (2, 1)
    click(panel.form.row("frequency").reset_button)
    assert run_of(document) == Run()
    assert document.undo_stack.undoText() == "reset of frequency"


def test_skipped_steps_are_typed_as_a_list_with_ranges_or_as_a_rule(panel: ConditionsPanel, document: Document) -> None:
    assert panel.skipped_row.switch is not None
    click(panel.skipped_row.switch)
    assert run_of(document).skipped_steps == EveryNth(100)
    assert panel.skipped_row.isAncestorOf(focused())
    type_into(panel.skipped_row.editor, "5, 6, 100-110")
    assert run_of(document).skipped_steps == (5, 6, *range(100, 111))
    type_into(panel.skipped_row.editor, "every 7")
    assert run_of(document).skipped_steps == EveryNth(7)
    type_into(panel.skipped_row.editor, "8, x")
    assert panel.skipped_row.problem() == "skipped_steps must be steps such as 5, 6, 100-110, or every 100."
    assert run_of(document).skipped_steps == (8,)
    click(panel.skipped_row.switch)
    assert run_of(document).skipped_steps == ()
    assert panel.skipped_row.problem() == ""
    assert document.undo_stack.undoText() == "reset of skipped_steps"


def test_half_a_rule_is_told_only_once_it_is_left(panel: ConditionsPanel, document: Document) -> None:
    click(panel.skipped_row.switch)  # type: ignore[arg-type]
    for text in ("ever", "every", "every 1", "3, 100-"):
        type_into(panel.skipped_row.editor, text)
        assert panel.skipped_row.problem() == ""
    assert run_of(document).skipped_steps == (3, 100)
    QTest.keyClick(focused(), Qt.Key.Key_Tab)
    assert panel.skipped_row.problem().startswith("skipped_steps must be steps such as")


def test_a_frozen_group_joins_at_a_step(panel: ConditionsPanel, document: Document) -> None:
    click(panel.unfreeze.add_button)
    assert run_of(document).unfreeze == (Unfreeze("biases", 500),)
    assert document.undo_stack.undoText() == "unfreezing of biases"
    assert not panel.unfreeze.add_button.isEnabled()
    (row,) = panel.unfreeze.rows
    assert row.isAncestorOf(focused())
    type_into(row.step_editor, "30")
    assert run_of(document).unfreeze == (Unfreeze("biases", 30),)
    assert document.undo_stack.undoText() == "change of when biases joins"
    click(row.remove_button)
    assert run_of(document).unfreeze == ()
    assert focused() is panel.unfreeze.add_button


@pytest.mark.parametrize(
    ("entry", "words", "field"),
    [
        (Unfreeze("weights", 5), "trained from the start", "group"),
        (Unfreeze("biases", 5000), "never comes", "step"),
        (Unfreeze("biases", -1), "0 or more", "step"),
    ],
)
def test_what_is_wrong_with_a_joining_group_stands_below_it(
    panel: ConditionsPanel, document: Document, entry: Unfreeze, words: str, field: str
) -> None:
    document.replace(with_run(document, unfreeze=(entry,)), "x")
    (row,) = panel.unfreeze.rows
    assert words in row.problem
    assert document.problems_for(f"run.unfreeze[0].{field}")
    type_into(row.step_editor, "x")
    assert row.problem == "step must be a whole number from 0 up to 100000000."


def test_what_is_wrong_with_a_condition_stands_beside_it(panel: ConditionsPanel, document: Document) -> None:
    document.replace(with_run(document, frequency=0, skipped_steps=EveryNth(1), resume=Resume(2000)), "x")
    assert panel.form.row("frequency").problem().startswith("frequency must be a whole number")
    assert "nothing runs" in panel.skipped_row.problem()
    assert "never comes" in panel.resume_row.problem()


def test_only_groups_that_are_frozen_and_free_are_offered(panel: ConditionsPanel, document: Document) -> None:
    weights, biases = document.recipe.groups
    both = (replace(weights, frozen=True), biases)
    document.replace(replace(with_run(document, unfreeze=(Unfreeze("biases", 1),)), groups=both), "x")
    click(panel.unfreeze.add_button)
    first, second = panel.unfreeze.rows
    assert [first.combo.itemText(index) for index in range(first.combo.count())] == ["biases"]
    document.replace(with_run(document, unfreeze=(Unfreeze("biases", 1),)), "x")
    assert len(panel.unfreeze.rows) == 1
    choose(first.combo, "weights")
    assert run_of(document).unfreeze == (Unfreeze("weights", 1),)
    assert second not in panel.unfreeze.rows


def test_without_a_frozen_group_a_sentence_says_where_to_freeze_one(document: Document, show: Show) -> None:
    panel = ConditionsPanel(document)
    show(panel)
    assert "freeze one under Parameter groups" in panel.unfreeze.note.text
    assert not panel.unfreeze.add_button.isEnabled()


def test_a_group_that_is_not_frozen_any_more_is_still_shown(panel: ConditionsPanel, document: Document) -> None:
    document.replace(with_run(document, unfreeze=(Unfreeze("gone", 3),)), "x")
    (row,) = panel.unfreeze.rows
    assert row.combo.currentText() == "gone"


def test_a_resume_has_a_step_and_an_order_in_words(panel: ConditionsPanel, document: Document) -> None:
    assert not panel.order_row.isVisible()
    assert panel.resume_row.switch is not None
    click(panel.resume_row.switch)
    assert run_of(document).resume == Resume(500, "build_then_load")
    assert panel.order_row.note.text.endswith("it goes on as before.")
    type_into(panel.resume_row.editor, "400")
    choose(panel.order_row.editor.focusProxy(), "load scheduler only")  # type: ignore[arg-type]
    assert run_of(document).resume == Resume(400, "scheduler_only")
    (problem,) = document.problems_for("run.resume.order")
    assert panel.order_row.problem().startswith(problem.message)
    assert document.undo_stack.undoText() == "change of resume order"
    click(panel.order_row.reset_button)
    assert run_of(document).resume == Resume(400)
    click(panel.resume_row.switch)
    assert run_of(document) == Run()


def test_all_conditions_are_taken_away_at_once(panel: ConditionsPanel, document: Document) -> None:
    bent = with_run(document, steps=77, calls=3, skipped_steps=(1,), unfreeze=(Unfreeze("biases", 5),))
    document.replace(bent, "x")
    panel.reset_button.setFocus()
    click(panel.reset_button)
    assert run_of(document) == Run(steps=77)
    assert focused() is panel.fold
    document.undo()
    assert document.recipe == bent


def test_it_unfolds_when_something_is_set_and_stays_as_the_user_folds_it(document: Document, show: Show) -> None:
    panel = ConditionsPanel(document)
    show(panel)
    document.replace(with_run(document, calls=4, resume=Resume(400)), "x")
    assert panel.form.isVisible()
    click(panel.fold)
    document.replace(with_run(document, calls=5), "x")
    assert not panel.form.isVisible()
    assert panel.fold.summary == "calls 5, resume at 400"
    document.open(Recipe(), None)
    document.open(document.recipe.with_run(frequency=2), None)
    assert panel.form.isVisible()


def test_the_summary_says_what_is_on(panel: ConditionsPanel, document: Document) -> None:
    skipping = with_run(document, frequency=2, order="scheduler_first", skipped_steps=(3,))
    document.replace(skipping, "x")
    assert panel.fold.summary == "frequency 2, scheduler first, skips 1 step"
    document.replace(with_run(document, skipped_steps=EveryNth(9), unfreeze=(Unfreeze("biases", 5),)), "x")
    assert panel.fold.summary.endswith("skips every 9, biases joins at 5")


@pytest.mark.parametrize(
    ("place", "part"),
    [
        ("run.frequency", "frequency"),
        ("run.skipped_steps[0]", "skipped"),
        ("run.unfreeze[0].group", "group"),
        ("run.unfreeze[0].step", "step"),
        ("run.resume.step", "resume"),
        ("run.resume.order", "order"),
    ],
)
def test_a_problem_leads_to_what_edits_it(document: Document, show: Show, place: str, part: str) -> None:
    recipe = RecipePanel(document)
    show(recipe)
    document.replace(
        with_run(document, skipped_steps=(1,), unfreeze=(Unfreeze("biases", 5),), resume=Resume(7)), "conditions"
    )
    panel = recipe.run.conditions
    panel.fold.setChecked(False)
    recipe.reveal(place)
    (row,) = panel.unfreeze.rows
    editors = {
        "frequency": panel.form.row("frequency").editor,
        "skipped": panel.skipped_row.editor,
        "group": row.combo,
        "step": row.step_editor,
        "resume": panel.resume_row.editor,
        "order": panel.order_row.editor,
    }
    assert editors[part].isVisible()
    assert focused() in (editors[part], editors[part].focusProxy())


def test_tab_goes_from_the_top_to_the_end(panel: ConditionsPanel, document: Document) -> None:
    click(panel.unfreeze.add_button)
    click(panel.resume_row.switch)  # type: ignore[arg-type]
    (row,) = panel.unfreeze.rows
    stops = [
        *(panel.form.row(name).editor for name in ("frequency", "calls", "order")),
        panel.skipped_row.switch,
        row.combo,
        row.step_editor,
        row.remove_button,
        panel.resume_row.switch,
        panel.resume_row.editor,
        panel.order_row.editor,
        panel.intended_box,
        panel.reset_button,
    ]
    focus_on(panel.fold)
    for stop in stops:
        assert stop is not None
        QTest.keyClick(focused(), Qt.Key.Key_Tab)
        assert focused() in (stop, stop.focusProxy())
