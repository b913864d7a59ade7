"""The dialog before a figure is exported, driven by keys and choices."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QAbstractSpinBox, QComboBox, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from lrgui.core.figure_options import FigureOptions, FigurePreset
from lrgui.ui.export_choices import FigureChoice
from lrgui.ui.figure_dialog import FigureDialog

SCREEN = FigurePreset("screen", "As on the screen", 211.7, 132.3, 9.0)


class Drawer:
    """Draws plain pictures, and remembers of what."""

    def __init__(self) -> None:
        self.drawn: list[FigureOptions] = []

    def thumbnail(self, options: FigureOptions, room: QSize) -> QImage:
        self.drawn.append(options)
        image = QImage(room / 2, QImage.Format.Format_RGB32)
        image.fill("#00ff00")
        return image


@pytest.fixture
def drawer() -> Drawer:
    return Drawer()


@pytest.fixture
def parent(qtbot: QtBot) -> QWidget:
    widget = QWidget()
    qtbot.addWidget(widget)
    return widget


@pytest.fixture
def dialog(parent: QWidget, drawer: Drawer) -> FigureDialog:
    dialog = FigureDialog(FigureChoice(), SCREEN, drawer.thumbnail, parent)
    dialog.show()
    return dialog


def pick(combo: QComboBox, data: str) -> None:
    combo.setCurrentIndex(combo.findData(data))


def type_number(spin: QAbstractSpinBox, text: str) -> None:
    spin.setFocus()
    spin.selectAll()
    QTest.keyClicks(spin, text)
    QTest.keyClick(spin, Qt.Key.Key_Tab)


def test_a_size_by_name_brings_its_text_along(dialog: FigureDialog) -> None:
    form = dialog.form
    pick(form.size_name, "single")
    assert (form.width_input.value(), form.height_input.value(), form.font_size.value()) == (89.0, 62.0, 7.0)
    assert dialog.choice.options == FigureOptions(89.0, 62.0, font_size=7.0)
    assert dialog.summary.text() == "89.0 × 62.0 mm, 3.50 × 2.44 in, 1\u202f051 × 732 pixels"
    pick(form.size_name, "screen")
    assert form.width_input.value() == 211.7
    type_number(form.width_input, "150")
    assert form.size_name.currentData() == ""
    assert dialog.choice.options.width == 150.0
    type_number(form.width_input, "183")
    type_number(form.height_input, "107")
    assert form.size_name.currentData() == "double"


def test_units_tell_the_same_size(dialog: FigureDialog) -> None:
    form = dialog.form
    pick(form.size_name, "ieee")
    pick(form.unit, "in")
    assert (form.width_input.value(), form.height_input.value()) == (3.5, 2.45)
    pick(form.unit, "px")
    assert (form.width_input.value(), form.height_input.value()) == (1050, 735)
    assert dialog.choice.options.width == pytest.approx(88.9)
    type_number(form.width_input, "600")
    assert dialog.choice.options.width == pytest.approx(50.8)
    # A size in pixels stays one of as many pixels.
    form.dpi.setValue(150)
    assert form.width_input.value() == 600
    assert dialog.choice.options.pixels == (600, 735)


def test_the_proportion_is_kept_where_it_is_wanted(dialog: FigureDialog) -> None:
    form = dialog.form
    pick(form.size_name, "slide")
    form.proportional.click()
    type_number(form.width_input, "160")
    assert dialog.choice.options.height == pytest.approx(90.0)
    type_number(form.height_input, "45")
    assert dialog.choice.options.width == pytest.approx(80.0)


def test_every_choice_arrives(dialog: FigureDialog) -> None:
    form = dialog.form
    pick(form.format, "pdf")
    pick(form.legend, "outside")
    pick(form.theme, "dark")
    pick(form.what, "whole")
    form.transparent.click()
    form.title.setFocus()
    QTest.keyClicks(form.title, "Warm-up ")
    assert form.title.text() == "Warm-up "
    assert dialog.choice == FigureChoice(
        FigureOptions(theme="dark", title="Warm-up", legend="outside", transparent=True, what="whole"), "pdf"
    )


def test_only_pixels_have_a_resolution(dialog: FigureDialog) -> None:
    form = dialog.form
    assert form.dpi.isVisible()
    pick(form.format, "svg")
    assert not form.dpi.isVisible()
    assert "pixels" not in dialog.summary.text()
    pick(form.unit, "px")
    assert form.dpi.isVisible()


def test_what_cannot_be_drawn_is_told_in_words_and_not_exported(dialog: FigureDialog, drawer: Drawer) -> None:
    form = dialog.form
    form.font_size.setValue(40.0)
    assert form.note.problem.startswith("Text size must be at most 25.3 points here")
    assert not dialog.export_button.isEnabled()
    assert not dialog.copy_button.isEnabled()
    form.font_size.setValue(8.0)
    assert form.note.problem == ""
    assert dialog.export_button.isEnabled()
    pick(form.unit, "mm")
    type_number(form.width_input, "2000")
    assert form.note.problem == ""
    type_number(form.height_input, "1000")
    assert form.note.problem.startswith("Resolution makes an image of 23622 × 11811 pixels, more than 100 million")
    pick(form.format, "pdf")
    assert form.note.problem == ""


def test_the_picture_follows_after_the_last_of_several_changes(
    dialog: FigureDialog, drawer: Drawer, qtbot: QtBot
) -> None:
    assert len(drawer.drawn) >= 1
    assert dialog.preview.image.width() > 50
    qtbot.waitUntil(lambda: not dialog._timer.isActive())
    drawer.drawn.clear()
    dialog.form.title.setFocus()
    QTest.keyClicks(dialog.form.title, "Cosine")
    pick(dialog.form.theme, "dark")
    assert drawer.drawn == []
    qtbot.waitUntil(lambda: bool(drawer.drawn))
    assert drawer.drawn == [FigureOptions(title="Cosine", theme="dark")]
    # Nothing is drawn any more for a dialog that is closed.
    pick(dialog.form.theme, "light")
    dialog.reject()
    assert not dialog._timer.isActive()


def test_the_figure_is_copied_without_leaving(dialog: FigureDialog, qtbot: QtBot) -> None:
    pick(dialog.form.size_name, "single")
    with qtbot.waitSignal(dialog.copy_wanted) as copied:
        dialog.copy_button.click()
    assert copied.args == [FigureOptions(89.0, 62.0, font_size=7.0)]
    assert dialog.isVisible()
    assert dialog.summary.text().startswith("Copied: 89.0 × 62.0 mm")


def test_every_input_has_a_name_a_tip_and_is_reached_by_tab(dialog: FigureDialog) -> None:
    inputs = [
        widget
        for kind in (QComboBox, QAbstractSpinBox, QLineEdit, QAbstractButton)
        for widget in dialog.findChildren(kind)
        if widget.isVisible() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
    ]
    assert len(inputs) >= 14
    for widget in inputs:
        if isinstance(widget.parentWidget(), QAbstractSpinBox | QComboBox):
            continue
        name = widget.accessibleName() or (widget.text() if isinstance(widget, QAbstractButton) else "")
        assert name, widget
        assert widget.toolTip() or widget.text() == "Cancel", widget  # type: ignore[attr-defined]
    seen: set[QWidget] = set()
    widget: QWidget = dialog.form.format
    while widget not in seen:
        seen.add(widget)
        widget = widget.nextInFocusChain()
    assert {dialog.form.title, dialog.form.what, dialog.form.font_size, dialog.copy_button} <= seen
