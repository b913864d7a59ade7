"""The whole recipe in its dock: sections, scrolling, nothing clipped."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QComboBox, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from lrgui.core.catalog.entry import Entry
from lrgui.core.catalog.known import Finding, Wanted, forget_all, learn
from lrgui.core.fields import Field, Kind
from lrgui.core.recipe import Choice, Group, Options, Scheduler
from lrgui.ui.document import Document
from lrgui.ui.forms.fold_button import FoldButton
from lrgui.ui.forms.recipe_panel import RecipePanel
from tests.ui.forms.driving import choose, click, focused, turn_wheel

Show = Callable[[QWidget], None]

WARM_UP_COSINE = Scheduler(
    "SequentialLR",
    Options(milestones=(50,)),
    (
        Scheduler("LinearLR", Options(start_factor=0.01, total_iters=50)),
        Scheduler("CosineAnnealingLR", Options(T_max=950)),
    ),
)


@pytest.fixture
def panel(document: Document, show: Show) -> RecipePanel:
    shown = RecipePanel(document)
    show(shown)
    return shown


def test_the_parts_stand_in_the_order_of_work(panel: RecipePanel) -> None:
    titles = [section.heading.text() for section in panel.sections.values()]
    assert titles == ["Model", "Parameter groups", "Optimizer", "Scheduler", "Run"]
    tops = [section.y() for section in panel.sections.values()]
    assert tops == sorted(tops)


def test_a_section_folds_away_and_says_what_is_in_it(panel: RecipePanel) -> None:
    section = panel.sections["optimizer"]
    click(section.heading)
    assert not panel.optimizer.isVisible()
    assert section.heading.summary == "SGD"
    QTest.keyClick(section.heading, Qt.Key.Key_Space)
    assert panel.optimizer.isVisible()


def test_a_heading_is_marked_when_something_in_its_section_is_wrong(panel: RecipePanel, document: Document) -> None:
    assert not panel.sections["optimizer"].wrong
    document.replace(replace(document.recipe, optimizer=Choice("SGD", Options(lr=-1.0))), "loaded")
    assert panel.sections["optimizer"].wrong
    assert not panel.sections["scheduler"].wrong


def test_tab_goes_on_through_the_fields_of_a_class_chosen_later(panel: RecipePanel, document: Document) -> None:
    choose(panel.optimizer.combo, "Rprop")
    names = []
    for _ in range(6):
        QTest.keyClick(focused(), Qt.Key.Key_Tab)
        widget = focused()
        names.append(widget.text() if isinstance(widget, FoldButton) else widget.accessibleName())
    assert [name for name in names if not name.startswith("Reset")][:4] == [
        "lr",
        "etas, item 1",
        "etas, item 2",
        "step_sizes, item 1",
    ]


@pytest.mark.parametrize(("place", "name"), [("groups[1].match", "match"), ("groups[1].name", "name")])
def test_a_problem_of_a_group_leads_to_its_field(panel: RecipePanel, document: Document, place: str, name: str) -> None:
    groups = (Group("a", ("*weight",)), Group("a", ("nothing",)))
    document.replace(replace(document.recipe, groups=groups), "loaded")
    panel.reveal(place)
    assert panel.groups.selected == 1
    assert focused().accessibleName() == name


@pytest.mark.parametrize(
    ("place", "selected", "name"),
    [
        ("scheduler.schedulers[1].options.T_max", (1,), "T_max"),
        ("scheduler.schedulers[0].options.end_factor", (0,), "end_factor"),
        ("scheduler.schedulers[1].class", (1,), "scheduler class"),
        ("scheduler.options.milestones[0]", (), "LinearLR lasts"),
    ],
)
def test_a_problem_in_the_scheduler_tree_leads_to_its_field(
    panel: RecipePanel, document: Document, place: str, selected: tuple[int, ...], name: str
) -> None:
    children = (Scheduler("LinearLR"), Scheduler("CosineAnnealingLR", Options(T_max=-1)))
    scheduler = Scheduler("SequentialLR", Options(milestones=(5,)), children)
    document.replace(replace(document.recipe, scheduler=scheduler), "loaded")
    panel.sections["scheduler"].heading.setChecked(False)
    panel.reveal(place)
    assert panel.scheduler.selected == selected
    assert focused().accessibleName() == name


def test_what_is_edited_stays_where_it_is_when_something_above_it_comes_or_goes(
    panel: RecipePanel, document: Document, qtbot: QtBot
) -> None:
    panel.resize(360, 500)
    document.replace(replace(document.recipe, scheduler=WARM_UP_COSINE), "loaded")
    panel.reveal("scheduler.schedulers[0].options.end_factor")
    editor = focused()
    assert panel.scheduler.start.isVisible()

    def height() -> int:
        return editor.mapTo(panel, QPoint(0, 0)).y()

    at = height()
    QTest.keyClick(editor, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(editor, "0.5")
    assert not panel.scheduler.start.isVisible()
    assert height() == at
    qtbot.wait(20)
    assert height() == at
    document.undo()
    assert panel.scheduler.start.isVisible()
    assert height() == at


def test_the_wheel_over_any_editor_scrolls_and_changes_nothing(
    panel: RecipePanel, document: Document, qtbot: QtBot
) -> None:
    panel.resize(360, 300)
    qtbot.waitUntil(lambda: panel.verticalScrollBar().maximum() > 500)
    before = document.recipe
    focused = QApplication.focusWidget()
    if focused is not None:
        focused.clearFocus()
    wheeled = 0
    for kind in (QComboBox, QAbstractSpinBox):
        for editor in panel.findChildren(kind):
            if not editor.isVisible():
                continue
            panel.ensureWidgetVisible(editor)
            bar = panel.verticalScrollBar()
            at, notch = bar.value(), -1 if bar.value() < bar.maximum() else 1
            turn_wheel(editor, notch)
            assert (bar.value() - at) * notch < 0
            wheeled += 1
    assert wheeled > 10
    assert document.recipe == before


def test_nothing_is_clipped_at_the_width_of_the_dock(panel: RecipePanel, document: Document, qtbot: QtBot) -> None:
    assert panel.minimumSizeHint().width() <= 360
    for class_name in ("OneCycleLR", "ReduceLROnPlateau", "CyclicLR"):
        document.replace(panel.scheduler.node.with_class(document.recipe, class_name), class_name)
        qtbot.wait(20)
        content = panel.widget()
        assert content is not None
        assert content.width() <= panel.viewport().width()
        for editor in content.findChildren(QLineEdit):
            if editor.isVisible():
                right = editor.mapTo(content, QPoint(editor.width(), 0)).x()
                assert right <= content.width()
                assert editor.height() >= editor.fontMetrics().height()


def test_a_long_name_of_a_librarys_class_widens_nothing(panel: RecipePanel, document: Document, qtbot: QtBot) -> None:
    name = "a_library_with_a_long_name.optimizers.AnOptimizerWithAnEvenLongerName"
    option = Field("an_option_with_a_long_name_too", Kind.FLOAT, 1.0)
    learn(Finding(Wanted("optimizer", name), Entry(name, "", (option,))))
    try:
        document.replace(replace(document.recipe, optimizer=Choice(name)), "a class of another library")
        qtbot.wait(20)
        content = panel.widget()
        assert content is not None
        assert panel.groups.details.overrides_heading.isVisible()
        assert content.width() <= panel.viewport().width()
        assert panel.horizontalScrollBar().value() == 0
    finally:
        forget_all()
