"""What is chosen for an export, remembered in the settings file."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QSettings

from lrgui.core.figure_options import FigureOptions
from lrgui.ui.export_choices import FigureChoice, NumbersChoice
from lrgui.ui.settings import Settings


def test_a_figures_choice_comes_back_but_for_its_title() -> None:
    options = FigureOptions(88.9, 60.0, 600, 7.5, "dark", "This one", "outside", True, False, "whole")
    Settings().remember("export/figure", FigureChoice(options, "pdf", "in", True).remembered())
    later = FigureChoice.from_remembered(Settings().remembered("export/figure"))
    assert later == FigureChoice(
        FigureOptions(88.9, 60.0, 600, 7.5, "dark", "", "outside", True, False, "whole"), "pdf", "in", True
    )


def test_a_tables_choice_comes_back_but_for_the_rows_left_out() -> None:
    Settings().remember("export/numbers", NumbersChoice("npz", "visible", "shown", 10).remembered())
    assert NumbersChoice.from_remembered(Settings().remembered("export/numbers")) == NumbersChoice("npz", "visible")


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"width": "wide", "dpi": 300.5, "suffix": "gif", "unit": ["mm"], "transparent": 1, "more": 0, "legend": None},
        {"width": float("nan")},
        {"width": 1e9},
        {"width": 20, "font_size": 72},
        {"options": {"width": 3}},
    ],
)
def test_what_cannot_be_used_any_more_is_left_out(values: dict[str, object]) -> None:
    assert FigureChoice.from_remembered(values) == FigureChoice()


def test_one_bad_value_does_not_cost_the_others() -> None:
    choice = FigureChoice.from_remembered({"width": 120, "theme": "sepia", "suffix": "svg"})
    assert choice == FigureChoice(FigureOptions(width=120.0), "svg")


@pytest.mark.parametrize("stored", ["", "{", "[1]", "null", 5, ["a", "b"]])
def test_a_settings_file_that_was_edited_is_no_trouble(stored: object) -> None:
    QSettings(QSettings.Format.IniFormat, QSettings.Scope.UserScope, "lrgui", "lrgui").setValue("export/figure", stored)
    assert Settings().remembered("export/figure") == {}
