"""The panels for model, optimizer, scheduler and run: one recipe, changed only through the document."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from lrgui.core.catalog import MODELS, OPTIMIZERS, SCHEDULERS
from lrgui.core.recipe import Choice, Group, Options, Scheduler
from lrgui.ui.document import Document
from lrgui.ui.forms.choice_panel import ChoicePanel
from lrgui.ui.forms.choice_panels import ModelPanel, OptimizerPanel
from lrgui.ui.forms.editors_text import TypedEditor
from lrgui.ui.forms.scheduler_node import SchedulerNode
from tests.ui.forms.driving import choose, click, focus_on, focused, type_into

Show = Callable[[QWidget], None]


def text_of(panel: ChoicePanel, name: str) -> str:
    editor = panel.form.row(name).editor
    assert isinstance(editor, TypedEditor)
    return editor.text()


def visible_rows(panel: ChoicePanel) -> list[str]:
    entry = panel.entry
    assert entry is not None
    return [field.name for field in entry.fields if panel.form.row(field.name).isVisible()]


def test_every_class_is_offered(document: Document) -> None:
    optimizer_panel, scheduler_node = OptimizerPanel(document), SchedulerNode(document)
    optimizers, schedulers = optimizer_panel.combo, scheduler_node.combo
    assert len(OPTIMIZERS) == 15
    assert all(optimizers.findText(name) >= 0 for name in OPTIMIZERS)
    # The 15 of torch.optim.lr_scheduler with its two composites, and SWALR.
    assert len(SCHEDULERS) == 16
    assert all(schedulers.findText(name) >= 0 for name in SCHEDULERS)
    assert schedulers.itemText(0) == "none"


def test_every_class_can_be_shown_and_starts_without_errors(document: Document, show: Show) -> None:
    panels: list[ChoicePanel] = [ModelPanel(document), OptimizerPanel(document), SchedulerNode(document)]
    for panel in panels:
        show(panel)
    for panel, entries in zip(panels, (MODELS, OPTIMIZERS, SCHEDULERS), strict=True):
        for name, entry in entries.items():
            if not entry.composite:
                document.replace(panel.with_class(document.recipe, name), name)
                assert document.problems_for(f"{panel.place}.options") == ()
                assert panel.combo.currentText() == name


def test_typing_a_rate_and_tab_changes_the_recipe_and_can_be_undone(document: Document, show: Show) -> None:
    panel = OptimizerPanel(document)
    show(panel)
    widget = type_into(panel.form.row("lr").editor, "3e-4")
    QTest.keyClick(widget, Qt.Key.Key_Tab)
    assert document.recipe.optimizer.options["lr"] == 3e-4
    assert document.undo_stack.undoText() == "change of lr"
    document.undo()
    assert document.recipe.optimizer.options["lr"] == 0.1
    assert text_of(panel, "lr") == "0.1"
    assert not document.undo_stack.canUndo()


def test_undo_keys_reach_the_documents_undo_from_within_a_field(document: Document, show: Show) -> None:
    panel = OptimizerPanel(document)
    action = QAction(panel)
    action.setShortcut(QKeySequence(QKeySequence.StandardKey.Undo))
    action.triggered.connect(document.undo)
    panel.addAction(action)
    show(panel)
    widget = type_into(panel.form.row("lr").editor, "0.25")
    QTest.keyClick(widget, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert document.recipe.optimizer.options["lr"] == 0.1
    assert text_of(panel, "lr") == "0.1"


def test_a_wrong_text_keeps_the_last_good_recipe_and_is_told_below_its_field(document: Document, show: Show) -> None:
    panel = OptimizerPanel(document)
    show(panel)
    before = document.recipe
    type_into(panel.form.row("lr").editor, "-3")
    row = panel.form.row("lr")
    assert document.recipe == replace(before, optimizer=document.recipe.optimizer)
    assert row.note.problem == "lr must be a number, 0 or more."
    assert row.note.isVisible()
    assert text_of(panel, "lr") == "-3"


def test_what_was_never_committed_goes_when_another_file_is_opened(document: Document, show: Show) -> None:
    panel = OptimizerPanel(document)
    show(panel)
    QTest.keyClicks(focus_on(panel.form.row("lr").editor), "abc")
    document.open(document.recipe, None)
    assert text_of(panel, "lr") == "0.1"
    assert panel.form.row("lr").note.problem == ""


def test_arrow_keys_on_the_rate_are_one_undo_step(document: Document, show: Show) -> None:
    panel = OptimizerPanel(document)
    show(panel)
    widget = focus_on(panel.form.row("lr").editor)
    QTest.keyClick(widget, Qt.Key.Key_Up)
    QTest.keyClick(widget, Qt.Key.Key_Up)
    assert document.recipe.optimizer.options["lr"] == 0.5
    document.undo()
    assert document.recipe.optimizer.options["lr"] == 0.1


def test_reset_brings_the_default_back_and_leaves_the_recipe_short(document: Document, show: Show) -> None:
    panel = OptimizerPanel(document)
    show(panel)
    row = panel.form.row("lr")
    assert row.reset_button.isVisible()
    click(row.reset_button)
    assert "lr" not in document.recipe.optimizer.options
    assert text_of(panel, "lr") == "0.001"
    assert not row.reset_button.isVisible()
    assert document.undo_stack.undoText() == "reset of lr"


def test_typing_the_default_leaves_it_out_of_the_recipe(document: Document, show: Show) -> None:
    panel = OptimizerPanel(document)
    show(panel)
    type_into(panel.form.row("lr").editor, "1e-3")
    assert document.recipe.optimizer.options == Options()


def test_a_required_option_stays_in_the_recipe_and_has_no_reset(document: Document, show: Show) -> None:
    panel = SchedulerNode(document)
    show(panel)
    type_into(panel.form.row("step_size").editor, "300")
    assert document.recipe.scheduler == Scheduler("StepLR", Options(step_size=300))
    assert not panel.form.row("step_size").reset_button.isVisible()


def test_options_that_do_not_apply_are_hidden_until_they_do_or_are_set(document: Document, show: Show) -> None:
    panel = OptimizerPanel(document)
    show(panel)
    hidden = "dampening"
    assert hidden not in visible_rows(panel)
    widget = type_into(panel.form.row("momentum").editor, "0.9")
    assert hidden in visible_rows(panel)
    assert focused() is widget
    type_into(panel.form.row(hidden).editor, "0.1")
    document.replace(replace(document.recipe, optimizer=Choice("SGD", Options(dampening=0.1))), "momentum taken away")
    assert hidden in visible_rows(panel)


def test_advanced_options_are_folded_until_they_are_asked_for_or_set(document: Document, show: Show) -> None:
    panel = OptimizerPanel(document)
    show(panel)
    assert not panel.form.row("maximize").isVisible()
    document.replace(replace(document.recipe, optimizer=Choice("SGD", Options(maximize=True))), "set elsewhere")
    assert panel.form.row("maximize").isVisible()


def test_choosing_a_class_keeps_what_it_has_in_common_and_undo_brings_the_rest_back(
    document: Document, show: Show
) -> None:
    document.replace(
        replace(
            document.recipe,
            groups=(Group("all", ("*",), Options(lr=0.01, momentum=0.5)),),
            optimizer=Choice("SGD", Options(lr=0.1, momentum=0.9)),
        ),
        "set",
    )
    before = document.recipe
    panel = OptimizerPanel(document)
    show(panel)
    choose(panel.combo, "Adagrad")
    assert document.recipe.optimizer == Choice("Adagrad", Options(lr=0.1))
    assert document.recipe.groups[0].options == Options(lr=0.01)
    while document.recipe != before:
        document.undo()
    assert text_of(panel, "momentum") == "0.9"


def test_a_problem_that_is_no_fields_own_is_told_too(document: Document, show: Show) -> None:
    panel = OptimizerPanel(document)
    show(panel)
    document.replace(replace(document.recipe, optimizer=Choice("SGD", Options(nesterov=True))), "loaded")
    assert panel.form.row("momentum").note.problem == "nesterov needs a momentum above 0."
    document.replace(replace(document.recipe, optimizer=Choice("SGD", Options(warmth=3))), "loaded")
    told = [problem.place for problem in panel.form.problems]
    assert told == ["optimizer.options.warmth"]


def test_a_class_that_is_not_in_the_catalog_is_named_and_told(document: Document, show: Show) -> None:
    panel = OptimizerPanel(document)
    show(panel)
    document.replace(replace(document.recipe, optimizer=Choice("lion.Lion")), "loaded")
    assert panel.combo.currentText() == "lion.Lion"
    assert panel.summary.problem
    choose(panel.combo, "Adam")
    assert document.recipe.optimizer.class_name == "Adam"
    assert panel.combo.findText("lion.Lion") == -1


def test_the_models_size_is_told(document: Document, show: Show) -> None:
    panel = ModelPanel(document)
    show(panel)
    choose(panel.combo, "linear")
    assert panel.size_note.text == "11 parameters in 2 tensors"


def test_no_scheduler_is_a_choice(document: Document, show: Show) -> None:
    panel = SchedulerNode(document)
    show(panel)
    choose(panel.combo, "none")
    assert document.recipe.scheduler is None
    assert not panel.form.isVisible()
    document.undo()
    assert document.recipe.scheduler == Scheduler("StepLR", Options(step_size=300))


def test_every_editor_has_a_name_for_assistive_technology(document: Document) -> None:
    panel = OptimizerPanel(document)
    for name in ("lr", "momentum", "nesterov"):
        proxy = panel.form.row(name).editor.focusProxy()
        assert proxy is not None
        assert proxy.accessibleName() == name


def test_a_cycle_that_is_chosen_lasts_as_long_as_the_run(document: Document) -> None:
    panel = SchedulerNode(document)
    document.replace(document.recipe.with_run(steps=5000), "longer")
    recipe = panel.with_class(document.recipe, "OneCycleLR")
    assert recipe.scheduler is not None
    assert recipe.scheduler.options["total_steps"] == 5000
    panel.deleteLater()
